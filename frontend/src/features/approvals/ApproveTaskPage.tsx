import { Alert, Segmented } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Action } from '@/api/previews';
import { decideTask, taskQuery } from '@/api/tasks';
import type { S } from '@/api/types';
import { ReasonModal } from '@/signing/ReasonModal';
import { SignPanel } from '@/signing/SignPanel';
import { AlgorithmState, AlgorithmView } from '@/ui/AlgorithmView';
import { Async } from '@/ui/Async';
import { DataTable } from '@/ui/DataTable';
import { FlowTable } from '@/ui/FlowTable';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { PsiOutput } from '@/ui/PsiOutput';
import { Section } from '@/ui/Section';
import { TaskStateTag } from '@/ui/TaskStateTag';
import { Time } from '@/ui/Time';
import { Verdict } from '@/ui/Verdict';
import { TaskCost } from './TaskCost';

/** One task to approve: what leaves in which form, the verdict, what is signed; then the passphrase. */
export function ApproveTaskPage() {
  const { task } = useParams({ from: '/shell/approvals/tasks/$task' });
  const query = useQuery(taskQuery(task));
  return <Async query={query}>{(x) => <View task={x} />}</Async>;
}

function View({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const [decision, setDecision] = useState<'approve' | 'reject'>('approve');
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const may = task.actions.find((a) => a.name === 'approve');
  const mine = task.flows.filter((f) => f.organisation === session.organisation.id);
  const action: Action = { operation: 'approval_create', request: { task: task.id, decision, reason: decision === 'reject' ? reason : null } };
  return (
    <>
      <PageHeader
        title={t('approvals:task.title', { title: task.title })}
        purpose={
          <span className="task-parties">
            <OrgTag org={task.proposer.id} small /> {t('approvals:task.asks', { purpose: task.purpose })} <OrgTag org={task.receiver.id} small />
          </span>
        }
        tags={<TaskStateTag state={task.state} />}
        actions={
          <Link to="/tasks/$task" params={{ task: task.id }}>
            {t('approvals:task.open')}
          </Link>
        }
      />
      <Section flush title={t('approvals:task.leaves')} extra={<span className="muted">{t('approvals:task.leavesHint')}</span>}>
        <FlowTable flows={[...mine, ...task.flows.filter((f) => f.organisation !== session.organisation.id)]} />
      </Section>
      <Section title={t('algorithms:ofTask', { title: task.algorithm_detail.title })} extra={<AlgorithmState state={task.algorithm_detail.state} />}>
        <AlgorithmView algorithm={task.algorithm_detail} />
        <p className="flush-p gap-above">
          {t('newTask:output.title')}: <PsiOutput output={task.spec.output} />
        </p>
        {task.spec.min_matches ? <p className="flush-p gap-above">{t('approvals:task.minMatches', { min: task.spec.min_matches })}</p> : null}
      </Section>
      <TaskCost task={task} />
      {task.previous ? <Differences previous={task.previous} /> : null}
      {may?.allowed ? (
        <>
          <Section title={t('approvals:decision.title')}>
            <Segmented
              aria-label={t('approvals:decision.title')}
              value={decision}
              onChange={(d) => {
                if (d === 'reject') setAsking(true);
                else setDecision('approve');
              }}
              options={[
                { value: 'approve', label: t('approvals:decision.approve') },
                { value: 'reject', label: t('approvals:decision.reject') },
              ]}
            />
            {decision === 'reject' ? <p className="flush-p gap-above">{t('approvals:decision.because', { reason })}</p> : null}
          </Section>
          <SignPanel
            key={`${decision}${reason}`}
            action={action}
            danger={decision === 'reject'}
            verb={t(decision === 'approve' ? 'approvals:task.sign' : 'approvals:task.signReject')}
            submit={decideTask}
            onDone={() => {
              void client.invalidateQueries({ queryKey: ['tasks'] });
              void client.invalidateQueries({ queryKey: ['home'] });
              void navigate({ to: '/tasks/$task', params: { task: task.id } });
            }}
          />
        </>
      ) : (
        <>
          <Alert type="info" showIcon className="gap-below" title={may?.reason ?? t('approvals:task.notMine')} />
          <Section title={t('signing:verdict')}>
            <Verdict verdict={task.verdict} />
          </Section>
        </>
      )}
      <ReasonModal
        open={asking}
        title={t('approvals:task.signReject')}
        hint={t('approvals:decision.reasonHint')}
        label={t('approvals:decision.reason')}
        verb={t('common:next')}
        onClose={() => setAsking(false)}
        onReason={(r) => {
          setAsking(false);
          setReason(r);
          setDecision('reject');
        }}
      />
    </>
  );
}

/** What differs from the last approved run with the same parties. */
function Differences({ previous }: { previous: S['PreviousRun'] }) {
  const { t } = useTranslation();
  return (
    <Section
      flush={previous.differences.length > 0}
      title={t('approvals:previous.title')}
      extra={
        <Link to="/tasks/$task" params={{ task: previous.task }}>
          {t('approvals:previous.open')} <Time at={previous.finished_at} />
        </Link>
      }
    >
      {previous.differences.length === 0 ? (
        t('approvals:previous.same')
      ) : (
        <DataTable
          aria-label={t('approvals:previous.title')}
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey="path"
          dataSource={previous.differences}
          columns={[
            { key: 'path', title: t('approvals:previous.field'), render: (_, d) => <code>{d.path}</code> },
            { key: 'before', title: t('approvals:previous.before'), render: (_, d) => d.before ?? t('common:none') },
            { key: 'after', title: t('approvals:previous.after'), render: (_, d) => <strong>{d.after ?? t('common:none')}</strong> },
          ]}
        />
      )}
    </Section>
  );
}
