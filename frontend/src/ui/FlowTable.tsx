import { EyeInvisibleOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { DataTable } from './DataTable';
import { OrgTag } from './OrgTag';

/** What leaves in which form: each column of the task, how it is used, who comes to see values of it. */
export function FlowTable({ flows }: { flows: S['ColumnFlow'][] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      aria-label={t('common:flow.table')}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      rowKey={(f) => `${f.dataset}-${f.column}-${f.disclosure}`}
      dataSource={flows}
      columns={[
        { key: 'org', title: t('common:flow.owner'), render: (_, f) => <OrgTag org={f.organisation} small /> },
        { key: 'column', title: t('common:policy.column'), render: (_, f) => <code>{`${f.dataset} · ${f.column}`}</code> },
        { key: 'use', title: t('common:flow.form'), render: (_, f) => t(`common:use.${f.disclosure}`) },
        {
          key: 'seen',
          title: t('common:flow.seenBy'),
          render: (_, f) =>
            f.visible_to.length === 0 ? (
              <span className="muted">
                <EyeInvisibleOutlined aria-hidden /> {t('common:flow.nobody')}
              </span>
            ) : (
              <span className="task-parties">
                {f.visible_to.map((o) => (
                  <OrgTag key={o} org={o} small />
                ))}
              </span>
            ),
        },
      ]}
    />
  );
}
