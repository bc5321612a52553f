import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { duration, shortDigest } from '@/lib/format';
import { Digest } from '@/ui/Digest';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import type { Check, Report } from '@/verify';
import { isUnreached, linesOf } from './summary';

const ICON = {
  ok: <CheckCircleFilled className="good" />,
  failed: <CloseCircleFilled className="bad" />,
  not_checked: <MinusCircleOutlined className="muted" />,
};

/** The verdict in plain words: what was checked, what failed and where, what nobody can know from it. */
export function ReportView({ report, ms }: { report: Report; ms: number }) {
  const { t, i18n } = useTranslation();
  const good = report.verdict === 'verified';
  const f = report.facts;
  const lines = linesOf(report);
  const reached = lines.filter((l) => !isUnreached(l));
  const rest = lines.length - reached.length;
  const found = (c: Check) => {
    const key = `verify:code.${c.code ?? ''}`;
    const words = i18n.exists(key) ? t(key, c.params) : c.code;
    const params = c.params && !i18n.exists(key) ? ` ${JSON.stringify(c.params)}` : '';
    return `${words ?? ''}${params}`;
  };
  return (
    <>
      <Alert
        type={good ? 'success' : 'error'}
        showIcon
        className="gap-below"
        title={<strong>{t(`verify:verdict.${report.verdict}`)}</strong>}
        description={
          <>
            <p className="flush-p">{t(`verify:verdictMeans.${report.verdict}`)}</p>
            <p className="flush-p muted">{t('verify:work', { blocks: f.blocks, transactions: f.transactions, signatures: f.signatures, time: duration(ms) })}</p>
          </>
        }
      />
      {f.task ? (
        <Section title={t('verify:facts')}>
          <Properties
            items={[
              { label: t('verify:fact.title'), value: f.title },
              { label: t('verify:fact.outcome'), value: f.outcome ? t(`common:taskState.${f.outcome}`) : null },
              { label: t('verify:fact.chain'), value: <code>{f.chain}</code> },
              { label: t('verify:fact.suite'), value: f.suite ? t(`common:suite.${f.suite}`) : null },
              { label: t('verify:fact.height'), value: f.height === undefined ? null : String(f.height) },
              { label: t('verify:fact.time'), value: f.timeMs === undefined ? null : <Time at={Number(f.timeMs)} /> },
              { label: t('verify:fact.task'), value: <Digest value={f.task} full />, wide: true },
              { label: t('verify:fact.genesis'), value: f.genesis ? <Digest value={f.genesis} full /> : null, wide: true },
            ]}
          />
        </Section>
      ) : null}
      <Section title={t('verify:checks')}>
        <ul className="verdict">
          {reached.map((l) => (
            <li key={l.id}>
              {ICON[l.status]}
              <div>
                <div className="verdict-what">
                  <strong>{t(`verify:check.${l.id.replaceAll('.', '_')}.title`)}</strong>
                  <span className="muted">{t(`verify:status.${l.status}`, { count: l.held })}</span>
                </div>
                <div className="why">{t(`verify:check.${l.id.replaceAll('.', '_')}.what`)}</div>
                {l.failed.map((c) => (
                  <div key={`${c.subject}${c.code}`} className="bad">
                    <code>{shortSubject(c.subject)}</code> {found(c)}
                  </div>
                ))}
                {l.status === 'not_checked' ? l.skipped.slice(0, 1).map((c) => <div key={c.subject} className="why">{found(c)}</div>) : null}
              </div>
            </li>
          ))}
        </ul>
        {rest > 0 ? <p className="muted flush-p gap-above">{t('verify:unreached', { count: rest })}</p> : null}
      </Section>
      <Section title={t('verify:cannotKnow')} hint={t('verify:cannotKnowHint')}>
        <ul className="plain-list">
          {report.cannotKnow.map((u) => (
            <li key={u}>{t(`verify:unknown.${u}`)}</li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function shortSubject(subject: string): string {
  const [kind, id] = subject.split(':');
  return id && id.length > 24 ? `${kind}:${shortDigest(id)}` : subject;
}
