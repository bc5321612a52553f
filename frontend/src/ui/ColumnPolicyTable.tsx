import { Space, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { DataTable } from './DataTable';
import { Grade } from './Badges';
import { OrgTag } from './OrgTag';
import { Time } from './Time';

/** Columns with grade and what may be done with each; a column without a rule may not be used. */
export function ColumnPolicyTable({ columns, me }: { columns: S['Column'][]; me?: string }) {
  const { t } = useTranslation();
  return (
    <DataTable
      aria-label={t('common:policy.table')}
      size="small"
      rowKey="name"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={columns}
      columns={[
        {
          key: 'name',
          title: t('common:policy.column'),
          render: (_, c) => (
            <div className="two-line">
              <code>{c.name}</code>
              {c.description ? <span className="muted">{c.description}</span> : null}
            </div>
          ),
        },
        { key: 'type', title: t('common:policy.type'), render: (_, c) => t(`common:columnType.${c.data_type}`) },
        { key: 'grade', title: t('common:policy.grade'), render: (_, c) => <Grade value={c.sensitivity} /> },
        {
          key: 'rules',
          title: t('common:policy.rules'),
          render: (_, c) =>
            (c.rules ?? []).length === 0 ? (
              <span className="muted">{t('common:policy.denied')}</span>
            ) : (
              <Space orientation="vertical" size={4}>
                {(c.rules ?? []).map((r, i) => (
                  <RuleLine key={`${r.allow}-${r.grantee}-${r.purpose}-${i}`} rule={r} me={me} />
                ))}
              </Space>
            ),
        },
      ]}
    />
  );
}

/** One permission in words: form, for whom, for what, until when. */
export function RuleLine({ rule, me }: { rule: S['ColumnRule']; me?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <span className="rule-line">
      <Tooltip title={<code>{rule.allow}</code>}>
        <Tag color="blue" className="status-tag">
          {t(`common:use.${rule.allow}`)}
        </Tag>
      </Tooltip>
      {rule.grantee ? (
        <span className={me && rule.grantee !== me ? 'muted' : undefined}>
          {t('common:policy.only')} <OrgTag org={rule.grantee} small />
        </span>
      ) : (
        <span className="muted">{t('common:policy.anyGrantee')}</span>
      )}
      {rule.purpose ? <span className="muted">{t('common:policy.purpose', { purpose: rule.purpose })}</span> : null}
      {rule.not_after ? (
        <span className="muted">
          {t('common:policy.until')} <Time at={rule.not_after} />
        </span>
      ) : null}
    </span>
  );
}
