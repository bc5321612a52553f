import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { transactionsCsv, transactionsQuery } from '@/api/ledger';
import { useOrganisations } from '@/api/organisations';
import type { S } from '@/api/types';
import { ChoiceFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { ACTIONS } from '@/ui/actions';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';
import { OutcomeTag } from './OutcomeTag';

export function TransactionsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/ledger/transactions' });
  const query = useQuery(transactionsQuery(search));
  const organisations = useOrganisations();
  const columns: Column<S['TransactionSummary']>[] = [
    {
      id: 'action',
      title: t('ledger:transactions.action'),
      render: (x) => (
        <Link to="/ledger/transactions/$transaction" params={{ transaction: x.id }} className="row-link">
          {t(`common:action.${x.action}`)}
        </Link>
      ),
    },
    { id: 'id', title: t('ledger:transactions.id'), render: (x) => <Digest value={x.id} /> },
    {
      id: 'height',
      title: t('ledger:column.height'),
      align: 'right',
      render: (x) => (
        <Link to="/ledger/blocks/$height" params={{ height: String(x.height) }}>
          {x.height}
        </Link>
      ),
    },
    { id: 'org', title: t('ledger:transactions.organisation'), render: (x) => <OrgTag org={x.organisation.id} small /> },
    { id: 'actor', title: t('ledger:transactions.actor'), render: (x) => <code>{x.actor}</code> },
    { id: 'outcome', title: t('ledger:transactions.outcome'), render: (x) => <OutcomeTag accepted={x.accepted} code={x.code} /> },
    { id: 'time', title: t('ledger:column.time'), render: (x) => <Time at={x.time} /> },
  ];
  return (
    <>
      <PageHeader title={t('ledger:transactions.title')} purpose={t('ledger:transactions.purpose')} />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(x) => x.id}
        label={t('ledger:transactions.title')}
        csv={transactionsCsv(search)}
        filters={
          <>
            <ChoiceFilter name="action" value={search.action} label={t('ledger:transactions.action')} options={ACTIONS.map((a) => ({ value: a, label: t(`common:action.${a}`) }))} />
            <ChoiceFilter name="organisation" value={search.organisation} label={t('ledger:transactions.organisation')} options={(organisations.data?.items ?? []).map((o) => ({ value: o.id, label: o.name }))} />
            <ChoiceFilter
              name="outcome"
              value={search.outcome}
              label={t('ledger:transactions.outcome')}
              options={[
                { value: 'accepted', label: t('ledger:accepted') },
                { value: 'refused', label: t('ledger:refused') },
              ]}
            />
          </>
        }
        empty={<EmptyState title={t('ledger:transactions.none')} hint={t('ledger:transactions.noneHint')} />}
      />
    </>
  );
}
