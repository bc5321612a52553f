import { Alert, Button, Card, List } from 'antd';
import dayjs from 'dayjs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { datasetQuery } from '@/api/datasets';
import { draftsQuery } from '@/api/drafts';
import { taskQuery } from '@/api/tasks';
import { useDraft } from '@/lib/useDraft';
import { DraftStatus } from '@/ui/DraftStatus';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';
import { Wizard } from '@/ui/Wizard';
import { EMPTY, fromTask, missingAt, STEPS, type TaskDraft } from './draft';
import { KeysStep } from './KeysStep';
import { LimitsStep } from './LimitsStep';
import { MIN_GROUP } from './output';
import { ProtocolStep } from './ProtocolStep';
import { ResultStep } from './ResultStep';
import { SummaryStep } from './SummaryStep';
import { WhoStep } from './WhoStep';

const inDays = (days: number) => dayjs().add(days, 'day').endOf('day').toISOString();

/** Who and what → keys and rule → receiver and returned columns → protocol, threshold and limits → summary and signature. */
export function NewTaskPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const me = session.organisation.id;
  const search = useSearch({ from: '/shell/tasks/new' });
  const onCreated = useCallback((id: string) => void navigate({ to: '/tasks/new', replace: true, resetScroll: false, search: (old) => ({ ...old, draft: id }) }), [navigate]);
  const titleOf = useCallback((d: TaskDraft) => d.title || t('newTask:untitled'), [t]);
  const draft = useDraft<TaskDraft>({ kind: 'task', id: search.draft, initial: EMPTY, titleOf, onCreated });
  const { value, set } = draft;
  const fresh = search.draft === undefined && value === EMPTY;

  const from = useQuery({ ...taskQuery(search.from ?? ''), enabled: search.from !== undefined && fresh });
  useEffect(() => {
    if (fresh && from.data) set(fromTask(from.data, me, inDays));
    else if (fresh && search.dataset) set({ theirs: search.dataset, notAfter: inDays(7) });
  }, [fresh, from.data, me, search.dataset, set]);

  const mine = useQuery({ ...datasetQuery(value.mine), enabled: value.mine !== '' });
  const theirs = useQuery({ ...datasetQuery(value.theirs), enabled: value.theirs !== '' });

  const missing = STEPS.map((s) => missingAt(s, value));
  const firstOpen = missing.findIndex((m) => m !== undefined);
  const reachable = firstOpen === -1 ? STEPS.length - 1 : firstOpen;
  const wanted = Number(search.step ?? '0');
  const at = Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, reachable) : 0;
  const go = (step: number) => {
    if (value.notAfter === '') set({ notAfter: inDays(7) });
    void navigate({ to: '/tasks/new', search: (old) => ({ ...old, step: String(step) }) });
  };
  const lack = missing[at];
  const broken = draft.error ?? from.error ?? mine.error ?? theirs.error;
  const props = { value, set, me, mine: mine.data, theirs: theirs.data };

  return (
    <>
      <PageHeader title={t('newTask:title')} purpose={t('newTask:purpose')} />
      {broken ? <ErrorPanel error={broken} /> : null}
      {value.rerunOf ? <Alert type="info" showIcon className="gap-below" title={t('newTask:rerun')} /> : null}
      {fresh ? <Drafts /> : null}
      <Wizard
        steps={STEPS.map((s) => ({ key: s, title: t(`newTask:step.${s}`), question: t(`newTask:question.${s}`) }))}
        at={at}
        onStep={go}
        reachable={reachable}
        blocked={lack ? t(`newTask:missing.${lack}`, { min: MIN_GROUP }) : undefined}
        status={<DraftStatus state={draft.state} />}
      >
        {at === 0 ? <WhoStep {...props} /> : null}
        {at === 1 ? <KeysStep {...props} /> : null}
        {at === 2 ? <ResultStep {...props} /> : null}
        {at === 3 ? (
          <>
            <ProtocolStep {...props} />
            <LimitsStep {...props} />
          </>
        ) : null}
        {at === 4 && theirs.data ? (
          <SummaryStep
            value={value}
            me={me}
            them={theirs.data.organisation.id}
            onDone={(task) => {
              void draft.drop();
              void client.invalidateQueries({ queryKey: ['tasks'] });
              void navigate({ to: '/tasks/$task', params: { task } });
            }}
          />
        ) : null}
      </Wizard>
    </>
  );
}

/** Begun earlier and not yet proposed. */
function Drafts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const drafts = useQuery(draftsQuery('task'));
  if (!drafts.data || drafts.data.items.length === 0) return null;
  return (
    <Card size="small" className="gap-below" title={t('newTask:drafts')}>
      <List
        size="small"
        dataSource={drafts.data.items}
        renderItem={(d) => (
          <List.Item
            actions={[
              <Button key="go" size="small" onClick={() => void navigate({ to: '/tasks/new', search: { draft: d.id } })}>
                {t('newTask:resume')}
              </Button>,
            ]}
          >
            {d.title}{' '}
            <span className="muted">
              <Time at={d.updated_at} ago />
            </span>
          </List.Item>
        )}
      />
    </Card>
  );
}
