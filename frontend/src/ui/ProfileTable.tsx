import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { count, percent, type Lang } from '@/lib/format';
import { DataTable } from './DataTable';

/** Columns of a source with nulls, duplicates and irregular keys, as this node counted them. */
export function ProfileTable({ columns, rows }: { columns: S['SourceColumn'][]; rows: number | null }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const figure = (n: number | null, shares = true) => {
    if (n === null) return <span className="muted">{t('common:profile.notCounted')}</span>;
    const share = shares && rows && n > 0 ? ` (${percent(n / rows, lang)})` : '';
    return (
      <span className="num">
        {count(n, lang)}
        <span className="muted">{share}</span>
      </span>
    );
  };
  return (
    <DataTable
      aria-label={t('common:profile.table')}
      size="small"
      pagination={false}
      rowKey="name"
      scroll={{ x: 'max-content' }}
      dataSource={columns}
      columns={[
        { key: 'name', title: t('common:policy.column'), render: (_, c) => <code>{c.name}</code> },
        { key: 'type', title: t('common:profile.sourceType'), render: (_, c) => <code>{c.source_type}</code> },
        { key: 'nulls', title: t('common:profile.nulls'), align: 'right', render: (_, c) => figure(c.nulls) },
        { key: 'distinct', title: t('common:profile.distinct'), align: 'right', render: (_, c) => figure(c.distinct, false) },
        { key: 'duplicates', title: t('common:profile.duplicates'), align: 'right', render: (_, c) => figure(c.duplicates) },
        { key: 'irregular', title: t('common:profile.irregular'), align: 'right', render: (_, c) => figure(c.irregular) },
        { key: 'rule', title: t('common:profile.keyRule'), render: (_, c) => (c.key_rule ? <code>{c.key_rule}</code> : t('common:none')) },
      ]}
    />
  );
}
