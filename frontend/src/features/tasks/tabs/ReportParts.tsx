import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { bytes, count, duration, type Lang } from '@/lib/format';
import { AlgorithmView } from '@/ui/AlgorithmView';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

/** Every comparison of what the nodes stated: what holds, and what does not. */
export function CrossChecks({ checks }: { checks: S['CrossCheck'][] }) {
  const { t } = useTranslation();
  if (checks.length === 0) return null;
  const wrong = checks.filter((c) => !c.ok).length;
  return (
    <Section title={t('tasks:report.checks')} hint={wrong === 0 ? t('tasks:report.checksOk', { count: checks.length }) : t('tasks:report.checksBad', { count: wrong })}>
      <ul className="verdict">
        {checks.map((c) => (
          <li key={c.code}>
            {c.ok ? (
              <CheckCircleFilled className="good" aria-label={t('tasks:report.holds')} />
            ) : (
              <CloseCircleFilled className="bad" aria-label={t('tasks:report.differs')} />
            )}
            <div>
              {c.label} {c.ok ? null : <code>{c.code}</code>}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Where the number of matched keys is when the node does not state it. */
export type MatchesKept = 'keptInFile' | 'kept';

/**
 * Null may mean that somebody else is the receiver, or that the output keeps the number back: of sums alone it is told to
 * nobody, of a cardinality and of averages it is in the file and nowhere else.
 */
export function matchesKept(run: S['OwnRun'], output: S['PsiOutput'] | null | undefined, receives: boolean): MatchesKept | undefined {
  if (!receives || run.matched_keys !== null || !output || output.kind === 'rows') return undefined;
  return output.kind === 'cardinality' || output.functions.some((f) => f.function === 'average') ? 'keptInFile' : 'kept';
}

function Kept({ how }: { how: MatchesKept }) {
  const { t } = useTranslation();
  return (
    <span>
      {t(`tasks:report.${how}`)} <span className="muted">{t(`tasks:report.${how}Why`)}</span>
    </span>
  );
}

/** What this node measured of the run: counts that only it knows, canaries, times, traffic, memory. */
export function OwnRunView({ run, kept }: { run: S['OwnRun']; kept: MatchesKept | undefined }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const number = (n: number | null) => (n === null ? null : <span className="num">{count(n, lang)}</span>);
  return (
    <Section title={t('tasks:report.own', { n: run.attempt })} hint={t('tasks:report.ownHint')}>
      <Properties
        items={[
          { label: t('tasks:report.irregular'), value: number(run.irregular) },
          { label: t('tasks:report.matched'), value: kept ? <Kept how={kept} /> : number(run.matched_keys), hidden: run.matched_keys === null && !kept },
          { label: t('tasks:report.jointFound'), value: number(run.joint_canaries_found), hidden: run.joint_canaries_found === null },
          { label: t('tasks:report.privateAbsent'), value: number(run.private_canaries_absent), hidden: run.private_canaries_absent === null },
          { label: t('tasks:report.peerPresent'), value: number(run.peer_canaries_present), hidden: run.peer_canaries_present === null },
          { label: t('tasks:report.frames'), value: run.sent_frames === null || run.received_frames === null ? null : t('tasks:report.framesOf', { sent: count(run.sent_frames, lang), received: count(run.received_frames, lang) }) },
          { label: t('tasks:report.memory'), value: run.memory_peak_bytes === null ? null : bytes(run.memory_peak_bytes, lang) },
          { label: t('tasks:report.total'), value: run.total_ms === null ? null : duration(run.total_ms) },
        ]}
      />
      {run.phases.length > 0 ? (
        <DataTable
          className="channels"
          aria-label={t('tasks:report.phases')}
          size="small"
          pagination={false}
          rowKey="phase"
          dataSource={run.phases}
          columns={[
            { key: 'phase', title: t('tasks:report.phase'), render: (_, p) => t(`tasks:stage.${p.phase}`) },
            { key: 'took', title: t('tasks:report.took'), align: 'right', render: (_, p) => <span className="num">{duration(p.took_ms)}</span> },
          ]}
        />
      ) : null}
    </Section>
  );
}

/** By which algorithm, and what each side learned. */
export function Learned({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  return (
    <div className="cols">
      <Section title={t('tasks:report.algorithm')}>
        <AlgorithmView algorithm={task.algorithm_detail} withLeakage={false} />
      </Section>
      <Section title={t('tasks:report.learned')}>
        <ul className="plain-list">
          {task.leakage.map((l) => (
            <li key={l}>{l}</li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

/** The transactions behind the report. */
export function EvidenceIds({ evidence }: { evidence: S['EvidenceItem'][] }) {
  const { t } = useTranslation();
  return (
    <Section flush title={t('tasks:result.evidence')}>
      <DataTable
        aria-label={t('tasks:result.evidence')}
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        rowKey="transaction"
        dataSource={evidence}
        columns={[
          { key: 'at', title: t('tasks:report.at'), render: (_, e) => <Time at={e.time} /> },
          { key: 'what', title: t('tasks:report.what'), render: (_, e) => e.sentence },
          { key: 'height', title: t('tasks:report.height'), align: 'right', render: (_, e) => <span className="num">{e.height}</span> },
          {
            key: 'transaction',
            title: t('common:transaction'),
            render: (_, e) => (
              <Link to="/ledger/transactions/$transaction" params={{ transaction: e.transaction }}>
                <Digest value={e.transaction} />
              </Link>
            ),
          },
        ]}
      />
    </Section>
  );
}
