import { useTranslation } from 'react-i18next';
import { Tag } from 'antd';
import { useOrganisations } from '@/api/organisations';
import { lineSpeed, roundTrip, type Lang } from '@/lib/format';
import { Async } from '@/ui/Async';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** Members of the consortium and how this node reaches them. */
export function OrganisationsPage() {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const query = useOrganisations();
  return (
    <>
      <PageHeader title={t('platform:organisations.title')} purpose={t('platform:organisations.purpose')} />
      <Async query={query}>
        {({ items }) => (
          <div className="table-card">
            <DataTable
              aria-label={t('platform:organisations.title')}
              size="middle"
              pagination={false}
              rowKey="id"
              scroll={{ x: 'max-content' }}
              dataSource={items}
              columns={[
                {
                  key: 'name',
                  title: t('platform:organisations.name'),
                  render: (_, o) => (
                    <span className="task-parties">
                      <OrgTag org={o.id} />
                      {o.is_self ? <Tag color="blue">{t('platform:organisations.self')}</Tag> : null}
                    </span>
                  ),
                },
                { key: 'id', title: t('platform:organisations.id'), render: (_, o) => <code>{o.id}</code> },
                {
                  key: 'link',
                  title: t('platform:organisations.link'),
                  render: (_, o) => (
                    <StatusTag
                      tone={o.connected ? 'good' : 'bad'}
                      label={o.is_self ? t('platform:organisations.here') : o.connected ? (o.rtt_ms === null ? t('platform:organisations.up') : t('platform:organisations.upRtt', { n: o.rtt_ms })) : t('platform:organisations.down')}
                    />
                  ),
                },
                {
                  key: 'tested',
                  title: t('platform:organisations.tested'),
                  render: (_, o) =>
                    o.link_test ? (
                      <div className="two-line">
                        <span>{`${roundTrip(o.link_test.rtt_us, lang)} · ↑ ${lineSpeed(o.link_test.up_bytes_per_s, lang)} · ↓ ${lineSpeed(o.link_test.down_bytes_per_s, lang)}`}</span>
                        <span className="muted">
                          <Time at={o.link_test.measured_at} ago />
                        </span>
                      </div>
                    ) : (
                      t('common:none')
                    ),
                },
                { key: 'validator', title: t('platform:organisations.validator'), render: (_, o) => (o.validator ? t('common:yes') : t('common:no')) },
                { key: 'fingerprint', title: t('platform:organisations.fingerprint'), render: (_, o) => <Digest value={o.key_fingerprint} /> },
                { key: 'accounts', title: t('platform:organisations.accounts'), align: 'right', render: (_, o) => o.accounts },
                { key: 'datasets', title: t('platform:organisations.datasets'), align: 'right', render: (_, o) => o.datasets },
                { key: 'address', title: t('platform:organisations.address'), render: (_, o) => (o.address ? <code>{o.address}</code> : t('common:none')) },
                { key: 'joined', title: t('platform:organisations.joined'), render: (_, o) => <Time at={o.joined_at} /> },
              ]}
            />
          </div>
        )}
      </Async>
    </>
  );
}
