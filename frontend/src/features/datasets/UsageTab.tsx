import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tasksCsv, tasksQuery } from '@/api/tasks';
import type { S } from '@/api/types';
import { QueryTable } from '@/table/QueryTable';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { Time } from '@/ui/Time';
import { useListSearch } from './useListSearch';

/** Every task that names it, from the ledger. */
export function UsageTab({ d }: { d: S['Dataset'] }) {
  const { t } = useTranslation();
  const search = useListSearch();
  const filter = { ...search, dataset: d.id };
  const query = useQuery(tasksQuery(filter));
  return (
    <QueryTable
      query={query}
      search={search}
      rowKey={(x) => x.id}
      label={t('datasets:tab.usage')}
      csv={tasksCsv(filter)}
      columns={[
        {
          id: 'title',
          title: t('datasets:usage.task'),
          render: (x) => (
            <Link to="/tasks/$task" params={{ task: x.id }} className="row-link">
              {x.title}
            </Link>
          ),
        },
        { id: 'proposer', title: t('datasets:usage.proposer'), render: (x) => <OrgTag org={x.proposer.id} small /> },
        { id: 'purpose', title: t('common:scope.purpose'), render: (x) => <code>{x.purpose}</code> },
        { id: 'receiver', title: t('datasets:usage.receiver'), render: (x) => <OrgTag org={x.receiver.id} small /> },
        { id: 'state', title: t('datasets:column.state'), render: (x) => <TaskStateTag state={x.state} /> },
        { id: 'when', title: t('datasets:usage.proposed'), render: (x) => <Time at={x.proposed_at} /> },
      ]}
      empty={<EmptyState title={t('datasets:usage.none')} hint={t('datasets:usage.noneHint')} />}
      filters={
        <Link to="/audit" search={{ dataset: d.id }}>
          {t('datasets:usage.evidence')}
        </Link>
      }
    />
  );
}
