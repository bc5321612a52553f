import { Alert, Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouteContext } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { datasetQuery } from '@/api/datasets';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { ActionButton } from '@/ui/ActionButton';
import { Async } from '@/ui/Async';
import { Grade, StateTag } from '@/ui/Badges';
import { ColumnPolicyTable } from '@/ui/ColumnPolicyTable';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { LimitsTable, PartnerUsageTable } from '@/ui/LimitsTable';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

/** One dataset as every member sees it: what it is, columns and permitted uses, quality, how it looks, who uses it. */
export function EntryPage() {
  const { dataset } = useParams({ from: '/shell/catalog/$dataset' });
  const query = useQuery(datasetQuery(dataset));
  return <Async query={query}>{(d) => <Entry d={d} />}</Async>;
}

function Entry({ d }: { d: S['Dataset'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const navigate = useNavigate();
  const { session } = useRouteContext({ from: '/shell' });
  const latest = d.versions[0];
  const why = !session.account.roles.includes('requester')
    ? t('catalog:entry.needRequester')
    : d.state === 'frozen'
      ? t('catalog:entry.frozenWhy')
      : d.column_list.every((c) => (c.rules ?? []).length === 0)
        ? t('catalog:entry.noRules')
        : undefined;
  return (
    <>
      <PageHeader
        title={d.title}
        purpose={d.description}
        tags={
          <>
            <Grade value={d.classification} />
            <StateTag state={d.state} />
          </>
        }
        actions={
          d.mine ? (
            <Button onClick={() => void navigate({ to: '/data/datasets/$dataset', params: { dataset: d.id } })}>{t('catalog:entry.manage')}</Button>
          ) : (
            <ActionButton type="primary" disabledReason={why} onClick={() => void navigate({ to: '/catalog/$dataset/apply', params: { dataset: d.id } })}>
              {t('catalog:entry.apply')}
            </ActionButton>
          )
        }
      />
      {d.state === 'frozen' ? <Alert type="warning" showIcon className="gap-below" title={t('catalog:entry.frozenWhy')} /> : null}
      <div className="cols-wide">
        <Section title={t('catalog:entry.about')}>
          <Properties
            items={[
              { label: t('catalog:column.organisation'), value: <OrgTag org={d.organisation.id} small /> },
              { label: t('catalog:entry.id'), value: <code>{d.id}</code> },
              { label: t('catalog:column.theme'), value: d.theme },
              { label: t('catalog:column.rows'), value: <span className="num">{count(d.rows, lang)}</span> },
              { label: t('catalog:column.version'), value: d.version },
              { label: t('catalog:column.updated'), value: <Time at={d.updated_at} /> },
              { label: t('catalog:entry.commitment'), value: latest ? <Digest value={latest.commitment} /> : null },
              { label: t('catalog:entry.publishedBy'), value: <code>{d.published_by}</code> },
            ]}
          />
        </Section>
        <Section title={t('catalog:entry.usage')}>
          <Properties
            columns={1}
            items={[
              { label: t('catalog:entry.applications'), value: count(d.usage.applications, lang) },
              { label: t('catalog:entry.grants'), value: count(d.usage.grants_active, lang) },
              { label: t('catalog:entry.tasks'), value: t('catalog:entry.tasksOf', { done: count(d.usage.tasks_completed, lang), all: count(d.usage.tasks, lang) }) },
              { label: t('catalog:entry.lastUsed'), value: <Time at={d.usage.last_used_at} ago /> },
            ]}
          />
          <Link to="/audit" search={{ dataset: d.id }}>
            {t('catalog:entry.evidence')}
          </Link>
        </Section>
      </div>
      {d.limits.length > 0 ? (
        <Section flush title={t('common:limits.title')} extra={<span className="muted">{t('catalog:entry.limitsHint')}</span>}>
          <LimitsTable limits={d.limits} />
          {d.partner_usage.length > 0 ? <PartnerUsageTable usage={d.partner_usage} /> : null}
        </Section>
      ) : null}
      <Section flush title={t('catalog:entry.columns')}>
        <ColumnPolicyTable columns={d.column_list} me={session.organisation.id} />
      </Section>
      <Section flush title={t('catalog:entry.sample')} extra={<span className="muted">{t('catalog:entry.sampleHint')}</span>}>
        <DataTable
          aria-label={t('catalog:entry.sample')}
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey={(_, i) => String(i)}
          columns={d.column_list.map((c, i) => ({ key: c.name, title: <code>{c.name}</code>, render: (_: unknown, row: string[]) => row[i] ?? '' }))}
          dataSource={d.sample_rows}
        />
      </Section>
    </>
  );
}
