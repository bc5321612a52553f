import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProgress, type Feed } from '@/api/progress';
import type { S } from '@/api/types';
import { bytes, count, duration, type Lang } from '@/lib/format';
import { Async } from '@/ui/Async';
import { PartyLanes, type Lane } from '@/ui/PartyLanes';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';
import { laneOf, STAGES } from '../lane';
import { RunActions } from './RunActions';
import { Standstill } from './Standstill';

const FEED_TONE = { live: 'good', polling: 'warning', ended: 'neutral' } as const;

/** One lane per party, live. */
export function ProgressTab({ task }: { task: S['TaskDetail'] }) {
  const { t } = useTranslation();
  const { query, feed } = useProgress(task.id, task.state);
  return (
    <Async query={query}>
      {(p) => (
        <Section
          title={p.attempt === 0 ? t('tasks:progress.title') : t('tasks:progress.run', { n: p.attempt })}
          extra={
            <span className="task-parties">
              {p.resumptions > 0 ? <span className="muted">{t('tasks:progress.resumed', { count: p.resumptions })}</span> : null}
              <RunActions task={task.id} progress={p} />
              <FeedTag feed={feed} />
            </span>
          }
        >
          {p.attempt === 0 ? <Alert type="info" showIcon className="gap-below" title={t('tasks:progress.notYet')} /> : null}
          <Standstill progress={p} />
          <Lanes task={task} progress={p} />
        </Section>
      )}
    </Async>
  );
}

function FeedTag({ feed }: { feed: Feed }) {
  const { t } = useTranslation();
  return <StatusTag tone={FEED_TONE[feed]} label={t(`tasks:progress.feed.${feed}`)} />;
}

function Lanes({ task, progress }: { task: S['TaskDetail']; progress: S['TaskProgress'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const stages = STAGES.map((s) => t(`tasks:stage.${s}`));
  const lanes = progress.parties.map((p): Lane => {
    const view = laneOf(p, progress.run, Date.now());
    const role = task.party_list.find((x) => x.organisation.id === p.organisation.id)?.role;
    const facts: Lane['facts'] = [
      { label: t('tasks:progress.sent'), value: bytes(p.sent_bytes, lang) },
      { label: t('tasks:progress.received'), value: bytes(p.received_bytes, lang) },
    ];
    if (p.rows > 0) facts.unshift({ label: t('tasks:progress.rows'), value: count(p.rows, lang) });
    if (p.total !== null) facts.unshift({ label: t('tasks:progress.stageDone'), value: `${count(p.done, lang)} / ${count(p.total, lang)}` });
    if (p.memory_bytes !== null) facts.push({ label: t('tasks:progress.memory'), value: bytes(p.memory_bytes, lang) });
    if (p.heartbeat_at !== null) facts.push({ label: t('tasks:progress.heartbeat'), value: <Time at={p.heartbeat_at} ago /> });
    if (p.eta_ms !== null && view.tone === 'running') facts.push({ label: t('tasks:progress.eta'), value: duration(p.eta_ms) });
    return {
      org: p.organisation.id,
      role: role ? t(`tasks:role.${role}`) : undefined,
      tone: view.tone,
      state: t(`tasks:lane.${view.state}`),
      percent: view.percent,
      stages,
      at: view.at,
      facts,
      note: p.error ? (
        <p className="flush-p">
          {t('tasks:progress.error')} <code>{p.error}</code>
        </p>
      ) : null,
    };
  });
  return <PartyLanes lanes={lanes} />;
}
