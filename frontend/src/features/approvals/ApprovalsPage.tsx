import { Tabs } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { applicationsQuery } from '@/api/applications';
import { tasksQuery } from '@/api/tasks';
import { useSetFilter } from '@/table/Filters';
import { QueryTable } from '@/table/QueryTable';
import { ApplicationStateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { Time } from '@/ui/Time';

/** What waits for this organisation's signature, and what was decided. */
export function ApprovalsPage() {
  const { t } = useTranslation();
  const { session } = useRouteContext({ from: '/shell' });
  const raw = useSearch({ from: '/shell/approvals' });
  const owner = session.account.roles.includes('data_owner');
  const kind = raw.kind === 'applications' || (raw.kind === undefined && owner) ? 'applications' : 'tasks';
  const state = raw.state === 'done' ? 'done' : 'todo';
  const set = useSetFilter();
  return (
    <>
      <PageHeader title={t('approvals:title')} purpose={t('approvals:purpose')} />
      <Tabs
        activeKey={`${kind}-${state}`}
        onChange={(key) => {
          const [k, s] = key.split('-');
          set({ kind: k, state: s });
        }}
        items={(['applications-todo', 'tasks-todo', 'applications-done', 'tasks-done'] as const).map((key) => ({ key, label: t(`approvals:tab.${key}`) }))}
      />
      {kind === 'applications' ? <Applications search={raw} state={state} /> : <Tasks search={raw} state={state} />}
    </>
  );
}

type ListProps = { search: Record<string, string | undefined>; state: 'todo' | 'done' };

function Applications({ search, state }: ListProps) {
  const { t } = useTranslation();
  const page = { cursor: search['cursor'], limit: search['limit'] };
  const query = useQuery({
    ...applicationsQuery({ ...page, direction: 'to_me', ...(state === 'todo' ? { state: 'submitted' } : {}) }),
    refetchInterval: 10_000,
    select: (p) => (state === 'todo' ? p : { ...p, items: p.items.filter((a) => a.state !== 'submitted') }),
  });
  return (
    <QueryTable
      query={query}
      search={search}
      rowKey={(a) => a.id}
      label={t(`approvals:tab.applications-${state}`)}
      columns={[
        {
          id: 'dataset',
          title: t('approvals:column.dataset'),
          render: (a) => (
            <Link to="/approvals/applications/$application" params={{ application: a.id }} className="row-link">
              {a.dataset_title}
            </Link>
          ),
        },
        { id: 'from', title: t('approvals:column.from'), render: (a) => <OrgTag org={a.applicant.id} small /> },
        { id: 'purpose', title: t('common:scope.purpose'), render: (a) => <code>{a.scope.purpose}</code> },
        { id: 'columns', title: t('approvals:column.columns'), align: 'right', render: (a) => a.scope.columns.length },
        { id: 'state', title: t('approvals:column.state'), render: (a) => <ApplicationStateTag state={a.state} /> },
        { id: 'submitted', title: t('approvals:column.submitted'), render: (a) => <Time at={a.submitted_at} ago /> },
        { id: 'reviewed', title: t('approvals:column.decided'), extra: state === 'todo', render: (a) => <Time at={a.reviewed_at} /> },
      ]}
      empty={<EmptyState title={t(`approvals:empty.${state}`)} hint={t('approvals:empty.applicationsHint')} />}
    />
  );
}

function Tasks({ search, state }: ListProps) {
  const { t } = useTranslation();
  const page = { cursor: search['cursor'], limit: search['limit'] };
  const query = useQuery({
    ...tasksQuery({ ...page, ...(state === 'todo' ? { needs_me: 'true' } : {}) }),
    refetchInterval: 10_000,
    select: (p) => (state === 'todo' ? p : { ...p, items: p.items.filter((x) => !x.needs_me && x.involvement !== 'observed') }),
  });
  return (
    <QueryTable
      query={query}
      search={search}
      rowKey={(x) => x.id}
      label={t(`approvals:tab.tasks-${state}`)}
      columns={[
        {
          id: 'title',
          title: t('approvals:column.task'),
          render: (x) =>
            state === 'todo' ? (
              <Link to="/approvals/tasks/$task" params={{ task: x.id }} className="row-link">
                {x.title}
              </Link>
            ) : (
              <Link to="/tasks/$task" params={{ task: x.id }} className="row-link">
                {x.title}
              </Link>
            ),
        },
        { id: 'from', title: t('approvals:column.from'), render: (x) => <OrgTag org={x.proposer.id} small /> },
        { id: 'purpose', title: t('common:scope.purpose'), render: (x) => <code>{x.purpose}</code> },
        { id: 'receiver', title: t('approvals:column.receiver'), render: (x) => <OrgTag org={x.receiver.id} small /> },
        { id: 'state', title: t('approvals:column.state'), render: (x) => <TaskStateTag state={x.state} /> },
        { id: 'proposed', title: t('approvals:column.submitted'), render: (x) => <Time at={x.proposed_at} ago /> },
        { id: 'until', title: t('approvals:column.until'), render: (x) => <Time at={x.not_after} /> },
      ]}
      empty={<EmptyState title={t(`approvals:empty.${state}`)} hint={t('approvals:empty.tasksHint')} />}
    />
  );
}
