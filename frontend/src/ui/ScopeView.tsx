import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { DataTable } from './DataTable';
import { Properties, type Property } from './Properties';
import { Time } from './Time';

/** What is asked for or granted: columns and forms, purpose, kinds, until when, how often. */
export function ScopeView({ scope, more = [] }: { scope: S['Scope']; more?: Property[] }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <Properties
        items={[
          { label: t('common:scope.purpose'), value: <code>{scope.purpose}</code> },
          { label: t('common:scope.kinds'), value: scope.kinds.map((k) => t(`common:taskKind.${k}`)).join(t('common:listSeparator')) },
          { label: t('common:scope.until'), value: <Time at={scope.not_after} /> },
          { label: t('common:scope.uses'), value: t('common:scope.usesOf', { n: count(scope.uses, i18n.language as Lang) }) },
          ...more,
        ]}
      />
      <DataTable
        className="scope-table"
        aria-label={t('common:scope.columns')}
        size="small"
        pagination={false}
        rowKey={(u) => `${u.column}-${u.disclosure}`}
        dataSource={scope.columns}
        columns={[
          { key: 'column', title: t('common:policy.column'), render: (_, u) => <code>{u.column}</code> },
          { key: 'use', title: t('common:policy.rules'), render: (_, u) => t(`common:use.${u.disclosure}`) },
        ]}
      />
    </>
  );
}
