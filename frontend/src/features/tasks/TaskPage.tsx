import { Alert, Tabs, Tag } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isFinal } from '@/api/progress';
import { taskQuery } from '@/api/tasks';
import type { S } from '@/api/types';
import { Async } from '@/ui/Async';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { TaskActions } from './TaskActions';
import { CheckTab } from './tabs/CheckTab';
import { EvidenceTab } from './tabs/EvidenceTab';
import { LogTab } from './tabs/LogTab';
import { OverviewTab } from './tabs/OverviewTab';
import { ProgressTab } from './tabs/ProgressTab';
import { ResultTab } from './tabs/ResultTab';

const TABS = ['overview', 'progress', 'log', 'result', 'evidence', 'check'] as const;
type Tab = (typeof TABS)[number];

export function TaskPage() {
  const params = useParams({ strict: false }) as { task: string; tab?: string };
  const query = useQuery({ ...taskQuery(params.task), refetchInterval: (q) => (q.state.data && isFinal(q.state.data.state) ? false : 4_000) });
  const tab = TABS.find((x) => x === params.tab) ?? 'overview';
  return <Async query={query}>{(task) => <View task={task} tab={tab} />}</Async>;
}

function View({ task, tab }: { task: S['TaskDetail']; tab: Tab }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader
        title={task.title}
        purpose={
          <span className="task-parties">
            {task.parties.map((p) => (
              <OrgTag key={p.id} org={p.id} small />
            ))}
            <span>{t('tasks:detail.forPurpose', { purpose: task.purpose })}</span>
          </span>
        }
        tags={
          <>
            <TaskStateTag state={task.state} />
            <Tag className="status-tag">{t(`tasks:side.${task.involvement}`)}</Tag>
          </>
        }
        actions={<TaskActions task={task} />}
      />
      <Trouble task={task} />
      <Tabs
        activeKey={tab}
        onChange={(key) => void navigate({ to: '/tasks/$task/$tab', params: { task: task.id, tab: key } })}
        items={TABS.map((key) => ({ key, label: t(`tasks:tab.${key}`) }))}
      />
      {tab === 'overview' ? <OverviewTab task={task} /> : null}
      {tab === 'progress' ? <ProgressTab task={task} /> : null}
      {tab === 'log' ? <LogTab task={task} /> : null}
      {tab === 'result' ? <ResultTab task={task} /> : null}
      {tab === 'evidence' ? <EvidenceTab task={task} /> : null}
      {tab === 'check' ? <CheckTab task={task} /> : null}
    </>
  );
}

/** What went wrong, why, and what to do about it; and who is awaited. */
function Trouble({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const failures = task.runs.at(-1)?.failures ?? [];
  const waiting = task.party_list.filter((p) => !p.approval);
  return (
    <>
      {task.state === 'proposed' && waiting.length > 0 ? (
        <Alert
          type="info"
          showIcon
          className="gap-below"
          title={
            <span className="task-parties">
              {t('tasks:detail.waitingFor')}
              {waiting.map((p) => (
                <OrgTag key={p.organisation.id} org={p.organisation.id} small />
              ))}
            </span>
          }
        />
      ) : null}
      {task.state === 'failed'
        ? failures.map((f) => (
            <Alert
              key={`${f.organisation}-${f.code}`}
              type="error"
              showIcon
              className="gap-below"
              title={
                <span className="task-parties">
                  <OrgTag org={f.organisation} small /> {f.title} <code>{f.code}</code>
                </span>
              }
              description={
                <>
                  <p className="flush-p">{f.cause}</p>
                  {f.detail ? <p className="flush-p muted">{f.detail}</p> : null}
                  <p className="flush-p">
                    <strong>{t('common:remedy')}</strong> {f.remedy}
                  </p>
                </>
              }
            />
          ))
        : null}
      {task.state === 'disputed' ? (
        <Alert
          type="error"
          showIcon
          className="gap-below"
          title={t('tasks:detail.disputed')}
          description={
            <ul className="plain-list">
              {task.disputes.map((d) => (
                <li key={d.code}>
                  {d.explanation} <code>{d.code}</code>
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      {task.closed_reason ? (
        <Alert type="warning" showIcon className="gap-below" title={t(`tasks:detail.closed.${task.state === 'rejected' ? 'rejected' : 'cancelled'}`, { who: task.closed_by ?? '' })} description={task.closed_reason} />
      ) : null}
      {task.refusals.map((r) => (
        <Alert
          key={`${r.by}-${r.at}`}
          type="warning"
          showIcon
          className="gap-below"
          title={
            <span className="task-parties">
              <OrgTag org={r.by} small /> {t('tasks:detail.refused')} <OrgTag org={r.asked_by} small /> <code>{r.code}</code>
            </span>
          }
          description={r.explanation}
        />
      ))}
    </>
  );
}
