import { Alert, App, Button, Tabs } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { datasetQuery, setDatasetState } from '@/api/datasets';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { Async } from '@/ui/Async';
import { Grade, StateTag } from '@/ui/Badges';
import { PageHeader } from '@/ui/PageHeader';
import { ColumnsTab } from './ColumnsTab';
import { GrantsTab } from './GrantsTab';
import { LimitsTab } from './LimitsTab';
import { OverviewTab } from './OverviewTab';
import { QualityTab } from './QualityTab';
import { UsageTab } from './UsageTab';
import { VersionsTab } from './VersionsTab';

const TABS = ['overview', 'columns', 'limits', 'quality', 'versions', 'grants', 'usage'] as const;
type Tab = (typeof TABS)[number];

/** One of our datasets: everything about it, and what may be done with it. */
export function DatasetPage() {
  const params = useParams({ strict: false }) as { dataset: string; tab?: string };
  const query = useQuery(datasetQuery(params.dataset));
  const tab = TABS.find((x) => x === params.tab) ?? 'overview';
  return <Async query={query}>{(d) => <View d={d} tab={tab} />}</Async>;
}

function View({ d, tab }: { d: S['Dataset']; tab: Tab }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { session } = useRouteContext({ from: '/shell' });
  const search = useSearch({ strict: false }) as { published?: string };
  const [action, setAction] = useState<Action | null>(null);
  const why = !d.mine ? t('datasets:notMine') : session.account.roles.includes('data_owner') ? undefined : t('datasets:needOwner');
  const next = d.state === 'active' ? 'frozen' : 'active';
  const verb = t(next === 'frozen' ? 'datasets:freeze' : 'datasets:enable');
  return (
    <>
      <PageHeader
        title={d.title}
        purpose={d.description || d.id}
        tags={
          <>
            <Grade value={d.classification} />
            <StateTag state={d.state} />
          </>
        }
        actions={
          <>
            <Link to="/catalog/$dataset" params={{ dataset: d.id }}>
              {t('datasets:asOthers')}
            </Link>
            <ActionButton danger={next === 'frozen'} disabledReason={why} onClick={() => setAction({ operation: 'dataset_state_change', request: { dataset: d.id, state: next } })}>
              {verb}
            </ActionButton>
          </>
        }
      />
      {d.state === 'frozen' ? <Alert type="warning" showIcon className="gap-below" title={t('datasets:frozenWhy')} /> : null}
      {search.published && d.mine && d.limits.length === 0 ? (
        <Alert
          type="success"
          showIcon
          className="gap-below"
          title={t('datasets:published.title')}
          description={t('datasets:published.hint')}
          action={
            <Button type="primary" onClick={() => void navigate({ to: '/data/datasets/$dataset/$tab', params: { dataset: d.id, tab: 'limits' } })}>
              {t('datasets:published.limits')}
            </Button>
          }
        />
      ) : null}
      <Tabs
        activeKey={tab}
        onChange={(key) => void navigate({ to: '/data/datasets/$dataset/$tab', params: { dataset: d.id, tab: key } })}
        items={TABS.map((key) => ({ key, label: t(`datasets:tab.${key}`) }))}
      />
      {tab === 'overview' ? <OverviewTab d={d} /> : null}
      {tab === 'columns' ? <ColumnsTab d={d} why={why} /> : null}
      {tab === 'limits' ? <LimitsTab d={d} why={why} /> : null}
      {tab === 'quality' ? <QualityTab d={d} /> : null}
      {tab === 'versions' ? <VersionsTab d={d} why={why} /> : null}
      {tab === 'grants' ? <GrantsTab dataset={d.id} /> : null}
      {tab === 'usage' ? <UsageTab d={d} /> : null}
      <SignModal
        title={verb}
        verb={verb}
        danger={next === 'frozen'}
        action={action}
        submit={setDatasetState}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          void client.invalidateQueries({ queryKey: ['datasets'] });
          void message.success(t('datasets:changed'));
        }}
      />
    </>
  );
}
