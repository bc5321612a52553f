import { Collapse } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { bytes, count, duration, type Lang } from '@/lib/format';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** What each party's node stated about each run, side by side. */
export function RunList({ runs }: { runs: S['Run'][] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  if (runs.length === 0) return null;
  return (
    <Section title={t('tasks:runs.title')} hint={t('tasks:runs.hint')}>
      <Collapse
        defaultActiveKey={[String(runs.at(-1)?.attempt)]}
        items={[...runs].reverse().map((r) => ({
          key: String(r.attempt),
          label: t('tasks:runs.run', { n: r.attempt }),
          extra: <Time at={r.ready_at} />,
          children: (
            <>
              <p className="flush-p muted">
                {t('tasks:runs.session')} <Digest value={r.session} />
              </p>
              <DataTable
                aria-label={t('tasks:runs.run', { n: r.attempt })}
                size="small"
                pagination={false}
                scroll={{ x: 'max-content' }}
                rowKey="organisation"
                dataSource={r.attestations}
                locale={{ emptyText: t('tasks:runs.none') }}
                columns={[
                  { key: 'org', title: t('tasks:overview.organisation'), render: (_, a) => <OrgTag org={a.organisation} small /> },
                  { key: 'role', title: t('tasks:overview.role'), render: (_, a) => t(`tasks:role.${a.role}`) },
                  { key: 'rows', title: t('tasks:runs.rows'), align: 'right', render: (_, a) => <span className="num">{count(a.rows, lang)}</span> },
                  { key: 'items', title: t('tasks:runs.items'), align: 'right', render: (_, a) => <span className="num">{count(a.items, lang)}</span> },
                  { key: 'nulls', title: t('tasks:runs.nulls'), align: 'right', render: (_, a) => <span className="num">{count(a.nulls, lang)}</span> },
                  { key: 'duplicates', title: t('tasks:runs.duplicates'), align: 'right', render: (_, a) => <span className="num">{count(a.duplicates, lang)}</span> },
                  {
                    key: 'bytes',
                    title: t('tasks:runs.bytes'),
                    align: 'right',
                    render: (_, a) => <span className="num">{bytes(a.channels.reduce((n, c) => n + c.sent_bytes, 0), lang)}</span>,
                  },
                  { key: 'time', title: t('tasks:runs.time'), align: 'right', render: (_, a) => duration(Date.parse(a.finished_at) - Date.parse(a.started_at)) },
                  {
                    key: 'canaries',
                    title: t('tasks:runs.canaries'),
                    render: (_, a) => (a.canaries_ok === null ? t('common:none') : <StatusTag tone={a.canaries_ok ? 'good' : 'bad'} label={t(a.canaries_ok ? 'tasks:runs.canariesOk' : 'tasks:runs.canariesBad')} />),
                  },
                  { key: 'input', title: t('tasks:runs.input'), render: (_, a) => (a.commitment ? <Digest value={a.commitment} /> : t('common:none')) },
                  { key: 'result', title: t('tasks:runs.result'), render: (_, a) => (a.result ? <Digest value={a.result} /> : t('common:none')) },
                ]}
              />
              <Channels attestations={r.attestations} />
            </>
          ),
        }))}
      />
    </Section>
  );
}

/** Both ends of each channel: what one sent, the other must have received. */
function Channels({ attestations }: { attestations: S['Attestation'][] }) {
  const { t } = useTranslation();
  const rows = attestations.flatMap((a) =>
    a.channels.map((c) => {
      const other = attestations.find((x) => x.organisation === c.peer)?.channels.find((x) => x.peer === a.organisation);
      return { from: a.organisation, to: c.peer, sent: c.sent, received: other?.received };
    }),
  );
  if (rows.length === 0) return null;
  return (
    <DataTable
      className="channels"
      aria-label={t('tasks:runs.channels')}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      rowKey={(r) => `${r.from}-${r.to}`}
      dataSource={rows}
      columns={[
        { key: 'from', title: t('tasks:runs.from'), render: (_, r) => <OrgTag org={r.from} small /> },
        { key: 'to', title: t('tasks:runs.to'), render: (_, r) => <OrgTag org={r.to} small /> },
        { key: 'sent', title: t('tasks:runs.sent'), render: (_, r) => <Digest value={r.sent} /> },
        { key: 'received', title: t('tasks:runs.received'), render: (_, r) => (r.received ? <Digest value={r.received} /> : t('common:none')) },
        {
          key: 'same',
          title: t('tasks:runs.agree'),
          render: (_, r) => (r.received ? <StatusTag tone={r.received === r.sent ? 'good' : 'bad'} label={t(r.received === r.sent ? 'tasks:runs.same' : 'tasks:runs.differ')} /> : t('common:none')),
        },
      ]}
    />
  );
}
