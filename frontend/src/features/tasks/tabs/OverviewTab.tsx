import { Collapse } from 'antd';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { AlgorithmState, AlgorithmView } from '@/ui/AlgorithmView';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { FlowTable } from '@/ui/FlowTable';
import { OrgTag } from '@/ui/OrgTag';
import { Properties } from '@/ui/Properties';
import { PsiOutput } from '@/ui/PsiOutput';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';
import { Verdict } from '@/ui/Verdict';
import { RunList } from './RunList';

/** What was agreed: parties, approvals, what leaves in which form, the verdict, the runs. */
export function OverviewTab({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  return (
    <>
      <Section flush title={t('tasks:overview.parties')}>
        <DataTable
          aria-label={t('tasks:overview.parties')}
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey={(p) => p.organisation.id}
          dataSource={task.party_list}
          columns={[
            { key: 'org', title: t('tasks:overview.organisation'), render: (_, p) => <OrgTag org={p.organisation.id} small /> },
            { key: 'role', title: t('tasks:overview.role'), render: (_, p) => t(`tasks:role.${p.role}`) },
            {
              key: 'dataset',
              title: t('tasks:overview.dataset'),
              render: (_, p) => (
                <div className="two-line">
                  <Link to="/catalog/$dataset" params={{ dataset: p.spec.dataset }}>
                    {p.dataset_title}
                  </Link>
                  <span className="muted">{t('tasks:overview.version', { version: p.spec.version ?? 0 })}</span>
                </div>
              ),
            },
            { key: 'keys', title: t('tasks:overview.keys'), render: (_, p) => <code>{p.spec.keys.join(', ')}</code> },
            { key: 'payload', title: t('tasks:overview.payload'), render: (_, p) => ((p.spec.payload ?? []).length > 0 ? <code>{(p.spec.payload ?? []).join(', ')}</code> : t('common:none')) },
            {
              key: 'approval',
              title: t('tasks:overview.approval'),
              render: (_, p) =>
                p.approval ? (
                  <div className="two-line">
                    <StatusTag tone="good" label={t('tasks:overview.approved')} />
                    <span className="muted">
                      {p.approval.by} · <Time at={p.approval.at} />
                    </span>
                  </div>
                ) : (
                  <StatusTag tone="waiting" label={t('tasks:overview.waiting')} />
                ),
            },
          ]}
        />
      </Section>
      <Section title={t('tasks:overview.spec')}>
        <Properties
          items={[
            { label: t('tasks:overview.kind'), value: t(`common:taskKind.${task.kind}`) },
            { label: t('tasks:overview.algorithm'), value: <code>{task.algorithm}</code> },
            { label: t('newTask:output.title'), value: <PsiOutput output={task.spec.output} />, wide: task.spec.output?.kind === 'aggregates' },
            { label: t('tasks:overview.minMatches'), value: task.spec.min_matches ? task.spec.min_matches : t('tasks:overview.noMinimum') },
            { label: t('common:scope.purpose'), value: <code>{task.purpose}</code> },
            { label: t('tasks:overview.receiver'), value: <OrgTag org={task.receiver.id} small /> },
            { label: t('tasks:overview.keyRules'), value: task.spec.key_rules.map((r) => <code key={r}>{r} </code>) },
            { label: t('tasks:overview.duplicates'), value: t(`tasks:duplicates.${task.spec.duplicates}`) },
            { label: t('tasks:overview.format'), value: t(`tasks:format.${task.spec.format}`) },
            { label: t('tasks:overview.attempts'), value: t('tasks:overview.attemptsOf', { used: task.attempts, max: 1 + (task.spec.attempts_max ?? 0) }) },
            { label: t('tasks:overview.proposedBy'), value: <code>{task.proposed_by}</code> },
            { label: t('tasks:overview.proposed'), value: <Time at={task.proposed_at} /> },
            { label: t('tasks:overview.notAfter'), value: <Time at={task.not_after} /> },
            { label: t('tasks:overview.finished'), value: <Time at={task.finished_at} /> },
            {
              label: t('tasks:overview.rerunOf'),
              hidden: !task.spec.rerun_of,
              value: task.spec.rerun_of ? (
                <Link to="/tasks/$task" params={{ task: task.spec.rerun_of }}>
                  <Digest value={task.spec.rerun_of} copy={false} />
                </Link>
              ) : null,
            },
            { label: t('tasks:overview.id'), value: <Digest value={task.id} full />, wide: true },
          ]}
        />
        <Collapse
          ghost
          size="small"
          items={[{ key: 'bytes', label: t('signing:bytes', { count: task.canonical.length / 2 }), children: <pre className="bytes" tabIndex={0}>{task.canonical}</pre> }]}
        />
      </Section>
      <Section title={t('algorithms:ofTask', { title: task.algorithm_detail.title })} extra={<AlgorithmState state={task.algorithm_detail.state} />}>
        <AlgorithmView algorithm={task.algorithm_detail} withLeakage={false} />
      </Section>
      <Section flush title={t('tasks:overview.flows')} extra={<span className="muted">{t('tasks:overview.flowsHint')}</span>}>
        <FlowTable flows={task.flows} />
      </Section>
      <div className="cols">
        <Section title={t('tasks:overview.verdict')}>
          <Verdict verdict={task.verdict} />
        </Section>
        <Section title={t('tasks:overview.leakage')} hint={t('signing:leakageHint')}>
          <ul className="plain-list">
            {task.leakage.map((l) => (
              <li key={l}>{l}</li>
            ))}
          </ul>
        </Section>
      </div>
      <RunList runs={task.runs} />
    </>
  );
}
