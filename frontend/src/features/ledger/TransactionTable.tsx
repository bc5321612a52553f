import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { OutcomeTag } from './OutcomeTag';
import { OrgTag } from '@/ui/OrgTag';

export function TransactionTable({ items }: { items: S['TransactionSummary'][] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      aria-label={t('ledger:transactions.title')}
      size="small"
      pagination={false}
      rowKey="id"
      scroll={{ x: 'max-content' }}
      dataSource={items}
      columns={[
        { key: 'index', title: t('ledger:transactions.index'), render: (_, x) => x.index },
        {
          key: 'action',
          title: t('ledger:transactions.action'),
          render: (_, x) => (
            <Link to="/ledger/transactions/$transaction" params={{ transaction: x.id }} className="row-link">
              {t(`common:action.${x.action}`)}
            </Link>
          ),
        },
        { key: 'id', title: t('ledger:transactions.id'), render: (_, x) => <Digest value={x.id} /> },
        { key: 'org', title: t('ledger:transactions.organisation'), render: (_, x) => <OrgTag org={x.organisation.id} small /> },
        { key: 'actor', title: t('ledger:transactions.actor'), render: (_, x) => <code>{x.actor}</code> },
        { key: 'outcome', title: t('ledger:transactions.outcome'), render: (_, x) => <OutcomeTag accepted={x.accepted} code={x.code} /> },
      ]}
    />
  );
}
