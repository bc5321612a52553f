import { Timeline } from 'antd';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Digest } from './Digest';
import { OrgTag } from './OrgTag';
import { Time } from './Time';

export type EvidenceStep = {
  id: string;
  title: string;
  tone: 'good' | 'bad' | 'neutral';
  at: string | number;
  height: number;
  transaction: string;
  org?: string | undefined;
  signer?: string | undefined;
  note?: ReactNode;
  action?: ReactNode;
};

const COLOUR = { good: 'green', bad: 'red', neutral: 'blue' } as const;

/** What the ledger holds, in order: time, height, signer, transaction. */
export function EvidenceTimeline({ steps }: { steps: EvidenceStep[] }) {
  const { t } = useTranslation();
  return (
    <Timeline
      items={steps.map((s) => ({
        key: s.id,
        color: COLOUR[s.tone],
        content: (
          <div className="evidence-step">
            <div className="evidence-head">
              <strong>{s.title}</strong>
              {s.org ? <OrgTag org={s.org} small /> : null}
              {s.signer ? <span className="muted">{t('common:signedBy', { who: s.signer })}</span> : null}
            </div>
            {s.note ? <div className="evidence-note">{s.note}</div> : null}
            <div className="evidence-facts">
              <Time at={s.at} />
              <Link to="/ledger/blocks/$height" params={{ height: String(s.height) }}>
                {t('common:blockAt', { height: s.height })}
              </Link>
              <span>
                <Link to="/ledger/transactions/$transaction" params={{ transaction: s.transaction }}>
                  {t('common:transaction')}
                </Link>{' '}
                <Digest value={s.transaction} />
              </span>
              {s.action}
            </div>
          </div>
        ),
      }))}
    />
  );
}
