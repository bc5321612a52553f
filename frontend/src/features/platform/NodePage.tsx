import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { nodeQuery } from '@/api/platform';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { Async } from '@/ui/Async';
import { DataTable } from '@/ui/DataTable';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** How this node does: rooms, ledger, links. */
export function NodePage() {
  const { t } = useTranslation();
  const query = useQuery(nodeQuery());
  return (
    <>
      <PageHeader title={t('platform:node.title')} purpose={t('platform:node.purpose')} />
      <Async query={query}>{(n) => <View n={n} />}</Async>
    </>
  );
}

function View({ n }: { n: S['Node'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const behind = n.height - n.read_model_height;
  return (
    <>
      <div className="facts">
        {n.rooms.map((r) => (
          <div className="fact" key={r.name}>
            <div className="label">{t(`platform:room.${r.name}`)}</div>
            <div className="gap-small">
              <StatusTag tone={r.healthy ? 'good' : 'bad'} label={t(r.healthy ? 'platform:node.healthy' : 'platform:node.ill')} />
            </div>
            <div className="muted">{r.detail}</div>
          </div>
        ))}
      </div>
      <Section title={t('platform:node.about')}>
        <Properties
          items={[
            { label: t('platform:node.organisation'), value: <OrgTag org={n.organisation.id} small /> },
            { label: t('platform:node.version'), value: <code>{n.version}</code> },
            { label: t('platform:node.chain'), value: <code>{n.chain}</code> },
            { label: t('platform:node.suite'), value: t(`common:suite.${n.suite}`) },
            { label: t('platform:node.height'), value: count(n.height, lang) },
            { label: t('platform:node.readModel'), value: behind <= 0 ? t('platform:node.upToDate') : t('platform:node.behind', { n: behind }) },
            { label: t('platform:node.blockTime'), value: <Time at={n.block_time} /> },
            { label: t('platform:node.now'), value: <Time at={n.now} /> },
            { label: t('platform:node.database'), value: n.database },
            { label: t('platform:node.started'), value: <Time at={n.started_at} /> },
          ]}
        />
      </Section>
      <Section flush title={t('platform:node.peers')} extra={<span className="muted">{t('platform:node.peersHint')}</span>}>
        <DataTable
          aria-label={t('platform:node.peers')}
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey={(p) => p.organisation.id}
          dataSource={n.peers}
          columns={[
            { key: 'org', title: t('platform:organisations.name'), render: (_, p) => <OrgTag org={p.organisation.id} small /> },
            { key: 'link', title: t('platform:organisations.link'), render: (_, p) => <StatusTag tone={p.connected ? 'good' : 'bad'} label={t(p.connected ? 'platform:organisations.up' : 'platform:organisations.down')} /> },
            { key: 'rtt', title: t('platform:node.rtt'), align: 'right', render: (_, p) => (p.rtt_ms === null ? t('common:none') : t('common:unit.ms', { n: p.rtt_ms })) },
            { key: 'sent', title: t('platform:node.sent'), align: 'right', render: (_, p) => <span className="num">{bytes(p.sent_bytes, lang)}</span> },
            { key: 'received', title: t('platform:node.received'), align: 'right', render: (_, p) => <span className="num">{bytes(p.received_bytes, lang)}</span> },
            { key: 'address', title: t('platform:organisations.address'), render: (_, p) => <code>{p.address}</code> },
          ]}
        />
      </Section>
    </>
  );
}
