import { Tabs } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { grantsCsv, grantsQuery } from '@/api/grants';
import type { S } from '@/api/types';
import { ChoiceFilter, useSetFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { GrantStateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';

/** Permissions given and received. */
export function GrantsPage() {
  const { t } = useTranslation();
  const raw = useSearch({ from: '/shell/data/grants' });
  const search = { ...raw, side: raw.side === 'received' ? 'received' : 'given' };
  const set = useSetFilter();
  const query = useQuery(grantsQuery(search));
  const columns: Column<S['Grant']>[] = [
    {
      id: 'dataset',
      title: t('grants:column.dataset'),
      render: (g) => (
        <Link to="/data/grants/$grant" params={{ grant: g.id }} className="row-link">
          {g.dataset_title}
        </Link>
      ),
    },
    search.side === 'given'
      ? { id: 'grantee', title: t('grants:column.grantee'), render: (g) => <OrgTag org={g.grantee.id} small /> }
      : { id: 'grantor', title: t('grants:column.grantor'), render: (g) => <OrgTag org={g.grantor.id} small /> },
    { id: 'purpose', title: t('common:scope.purpose'), render: (g) => <code>{g.scope.purpose}</code> },
    { id: 'state', title: t('grants:column.state'), render: (g) => <GrantStateTag state={g.state} /> },
    { id: 'used', title: t('grants:column.used'), align: 'right', render: (g) => <span className="num">{t('grants:usedOf', { used: g.used, uses: g.scope.uses })}</span> },
    { id: 'until', title: t('common:scope.until'), render: (g) => <Time at={g.scope.not_after} /> },
    { id: 'granted', title: t('grants:column.granted'), extra: true, render: (g) => <Time at={g.granted_at} /> },
  ];
  return (
    <>
      <PageHeader title={t('grants:title')} purpose={t('grants:purpose')} />
      <Tabs
        activeKey={search.side}
        onChange={(side) => set({ side })}
        items={[
          { key: 'given', label: t('grants:given') },
          { key: 'received', label: t('grants:received') },
        ]}
      />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(g) => g.id}
        label={t('grants:title')}
        csv={grantsCsv(search)}
        filters={
          <ChoiceFilter
            name="state"
            value={search.state}
            label={t('grants:column.state')}
            options={(['active', 'expired', 'used_up', 'revoked'] as const).map((s) => ({ value: s, label: t(`common:grantState.${s}`) }))}
          />
        }
        empty={<EmptyState title={t('grants:empty')} hint={t(search.side === 'given' ? 'grants:emptyGiven' : 'grants:emptyReceived')} />}
      />
    </>
  );
}
