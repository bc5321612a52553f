import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { grantsQuery } from '@/api/grants';
import { QueryTable } from '@/table/QueryTable';
import { GrantStateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { Time } from '@/ui/Time';
import { useListSearch } from './useListSearch';

/** Who may use it. */
export function GrantsTab({ dataset }: { dataset: string }) {
  const { t } = useTranslation();
  const search = useListSearch();
  const query = useQuery(grantsQuery({ ...search, side: 'given', dataset }));
  return (
    <QueryTable
      query={query}
      search={search}
      rowKey={(g) => g.id}
      label={t('datasets:tab.grants')}
      columns={[
        { id: 'grantee', title: t('datasets:grants.grantee'), render: (g) => <OrgTag org={g.grantee.id} small /> },
        { id: 'purpose', title: t('common:scope.purpose'), render: (g) => <Link to="/data/grants/$grant" params={{ grant: g.id }}>{g.scope.purpose}</Link> },
        { id: 'columns', title: t('common:scope.columns'), render: (g) => [...new Set(g.scope.columns.map((c) => c.column))].join(t('common:listSeparator')) },
        { id: 'state', title: t('datasets:column.state'), render: (g) => <GrantStateTag state={g.state} /> },
        { id: 'used', title: t('datasets:grants.used'), align: 'right', render: (g) => `${g.used} / ${g.scope.uses}` },
        { id: 'until', title: t('common:scope.until'), render: (g) => <Time at={g.scope.not_after} /> },
      ]}
      empty={<EmptyState title={t('datasets:grants.none')} hint={t('datasets:grants.noneHint')} />}
    />
  );
}
