import { Tabs } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tasksCsv, tasksQuery } from '@/api/tasks';
import type { S } from '@/api/types';
import { ChoiceFilter, TextFilter, useSetFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { ActionButton } from '@/ui/ActionButton';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { Time } from '@/ui/Time';

const SIDES = ['', 'published', 'joined', 'observed'] as const;
const STATES = ['proposed', 'ready', 'completed', 'disputed', 'failed', 'rejected', 'cancelled'] as const;

/** Trusted computing tasks: published by us, joined by us, all. */
export function TasksPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session } = useRouteContext({ from: '/shell' });
  const search = useSearch({ from: '/shell/tasks' });
  const set = useSetFilter();
  const query = useQuery({ ...tasksQuery(search), refetchInterval: search.cursor ? false : 8_000 });
  const why = session.account.roles.includes('requester') ? undefined : t('tasks:needRequester');
  const columns: Column<S['TaskSummary']>[] = [
    {
      id: 'title',
      title: t('tasks:column.title'),
      render: (x) => (
        <div className="two-line">
          <Link to="/tasks/$task" params={{ task: x.id }} className="row-link">
            {x.title}
          </Link>
          <span className="muted">{t(`common:taskKind.${x.kind}`)}</span>
        </div>
      ),
    },
    { id: 'state', title: t('tasks:column.state'), render: (x) => <TaskStateTag state={x.state} /> },
    {
      id: 'parties',
      title: t('tasks:column.parties'),
      render: (x) => (
        <span className="task-parties">
          {x.parties.map((p) => (
            <OrgTag key={p.id} org={p.id} small />
          ))}
        </span>
      ),
    },
    { id: 'receiver', title: t('tasks:column.receiver'), render: (x) => <OrgTag org={x.receiver.id} small /> },
    { id: 'approvals', title: t('tasks:column.approvals'), render: (x) => t('tasks:approvalsOf', { done: x.approvals, needed: x.approvals_needed }) },
    { id: 'purpose', title: t('common:scope.purpose'), extra: true, render: (x) => <code>{x.purpose}</code> },
    { id: 'proposer', title: t('tasks:column.proposer'), extra: true, render: (x) => <OrgTag org={x.proposer.id} small /> },
    { id: 'id', title: t('tasks:column.id'), extra: true, render: (x) => <Digest value={x.id} /> },
    { id: 'proposed', title: t('tasks:column.proposed'), render: (x) => <Time at={x.proposed_at} /> },
    { id: 'updated', title: t('tasks:column.updated'), render: (x) => <Time at={x.updated_at} ago /> },
  ];
  const add = (
    <ActionButton type="primary" disabledReason={why} onClick={() => void navigate({ to: '/tasks/new' })}>
      {t('tasks:new')}
    </ActionButton>
  );
  return (
    <>
      <PageHeader title={t('tasks:title')} purpose={t('tasks:purpose')} actions={add} />
      <Tabs activeKey={search.side ?? ''} onChange={(side) => set({ side: side || undefined })} items={SIDES.map((s) => ({ key: s, label: t(`tasks:side.${s || 'all'}`) }))} />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(x) => x.id}
        label={t('tasks:title')}
        csv={tasksCsv(search)}
        filters={
          <>
            <TextFilter name="q" value={search.q} label={t('tasks:searchWords')} />
            <ChoiceFilter name="state" value={search.state} label={t('tasks:column.state')} options={STATES.map((s) => ({ value: s, label: t(`common:taskState.${s}`) }))} />
          </>
        }
        empty={<EmptyState title={t('tasks:empty')} hint={t('tasks:emptyHint')} action={why ? undefined : add} />}
      />
    </>
  );
}
