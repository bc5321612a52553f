import { Progress, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { OrgTag, useOrgLook } from './OrgTag';
import { StatusTag, type Tone } from './StatusTag';

export type Lane = {
  org: string;
  /** What this party does in the protocol, in words. */
  role?: string | undefined;
  tone: Tone;
  state: string;
  /** 0 to 100; absent when nothing can be counted. */
  percent?: number | undefined;
  /** Names of the stages in order and which one runs (its index; the length of the list when all are done). */
  stages: string[];
  at: number;
  facts: { label: string; value: ReactNode }[];
  note?: ReactNode;
};

/** One lane per party: where it is, how far, what it has handled. */
export function PartyLanes({ lanes }: { lanes: Lane[] }) {
  const { t } = useTranslation();
  const look = useOrgLook();
  return (
    <div className="lanes">
      {lanes.map((l) => (
        <section key={l.org} className="lane" style={{ '--lane': look(l.org).colour } as React.CSSProperties} aria-label={t('common:lane.of', { org: look(l.org).name })}>
          <div className="lane-head">
            <span>
              <OrgTag org={l.org} /> {l.role ? <Tag>{l.role}</Tag> : null}
            </span>
            <StatusTag tone={l.tone} label={l.state} />
          </div>
          {l.percent === undefined ? null : (
            <Progress
              percent={Math.floor(l.percent)}
              size="small"
              status={l.tone === 'bad' ? 'exception' : l.tone === 'good' ? 'success' : l.tone === 'running' ? 'active' : 'normal'}
              aria-label={t('common:lane.progress', { org: look(l.org).name })}
            />
          )}
          <div className="lane-facts">
            {l.facts.map((f) => (
              <span key={f.label}>
                {f.label} <b>{f.value}</b>
              </span>
            ))}
          </div>
          <div className="lane-stages">
            {l.stages.map((s, i) => (
              <Tag key={s} color={i < l.at ? 'success' : i === l.at ? (l.tone === 'bad' ? 'error' : 'processing') : 'default'} aria-current={i === l.at ? 'step' : undefined}>
                {s}
              </Tag>
            ))}
          </div>
          {l.note}
        </section>
      ))}
    </div>
  );
}
