import { Button, Card, List } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouteContext, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { draftsQuery } from '@/api/drafts';
import { sourceQuery } from '@/api/sources';
import { useDraft } from '@/lib/useDraft';
import { DraftStatus } from '@/ui/DraftStatus';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';
import { Wizard } from '@/ui/Wizard';
import { EMPTY, fromSource, missingAt, type PublishDraft } from './draft';
import { PolicyStep } from './PolicyStep';
import { PublishStep } from './PublishStep';
import { SchemaStep } from './SchemaStep';
import { SourceStep } from './SourceStep';

const STEPS = ['connect', 'schema', 'policy', 'publish'] as const;

/** Connect, schema, classification and policy, publish. */
export function PublishPage() {
  const search = useSearch({ from: '/shell/data/publish' });
  // A wizard for another draft or source starts from nothing.
  return <PublishWizard key={`${search.source ?? ''}`} />;
}

function PublishWizard() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const search = useSearch({ from: '/shell/data/publish' });
  const onCreated = useCallback(
    (id: string) => void navigate({ to: '/data/publish', replace: true, resetScroll: false, search: (old) => ({ ...old, draft: id }) }),
    [navigate],
  );
  const titleOf = useCallback((d: PublishDraft) => d.title || d.source || t('publish:untitled'), [t]);
  const draft = useDraft<PublishDraft>({ kind: 'dataset', id: search.draft, initial: EMPTY, titleOf, onCreated });
  const { value, set } = draft;

  const asked = useQuery({ ...sourceQuery(search.source ?? ''), enabled: search.source !== undefined && value.source === '' });
  useEffect(() => {
    if (asked.data && value.source === '') set(fromSource(asked.data, session.organisation.id));
  }, [asked.data, session.organisation.id, set, value.source]);

  const missing = STEPS.map((s) => missingAt(s, value));
  const firstOpen = missing.findIndex((m) => m !== undefined);
  const reachable = firstOpen === -1 ? STEPS.length - 1 : firstOpen;
  const wanted = Number(search.step ?? '0');
  const at = Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, reachable) : 0;
  const go = (step: number) => void navigate({ to: '/data/publish', search: (old) => ({ ...old, step: String(step) }) });
  const lack = missing[at];

  if (draft.error) return <ErrorPanel error={draft.error} />;
  return (
    <>
      <PageHeader title={t('publish:title')} purpose={t('publish:purpose')} />
      {search.draft === undefined && value.source === '' ? <Drafts /> : null}
      <Wizard
        steps={STEPS.map((s) => ({ key: s, title: t(`publish:step.${s}`), question: t(`publish:question.${s}`) }))}
        at={at}
        onStep={go}
        reachable={reachable}
        blocked={lack ? t(`publish:missing.${lack}`) : undefined}
        status={<DraftStatus state={draft.state} />}
      >
        {at === 0 ? (
          <SourceStep chosen={value.source} onChosen={(s) => set(s.id === value.source ? {} : fromSource(s, session.organisation.id))} />
        ) : at === 1 ? (
          <SchemaStep value={value} set={set} org={session.organisation.id} />
        ) : at === 2 ? (
          <PolicyStep value={value} set={set} />
        ) : (
          <PublishStep
            value={value}
            onDone={(done) => {
              void draft.drop();
              void client.invalidateQueries({ queryKey: ['datasets'] });
              void client.invalidateQueries({ queryKey: ['sources'] });
              void navigate({ to: '/data/datasets/$dataset', params: { dataset: done.dataset.id }, search: { published: 'now' } });
            }}
          />
        )}
      </Wizard>
    </>
  );
}

/** Begun earlier and not yet published. */
function Drafts() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const drafts = useQuery(draftsQuery('dataset'));
  if (!drafts.data || drafts.data.items.length === 0) return null;
  return (
    <Card size="small" className="gap-below" title={t('publish:drafts')}>
      <List
        size="small"
        dataSource={drafts.data.items}
        renderItem={(d) => (
          <List.Item
            actions={[
              <Button key="go" size="small" onClick={() => void navigate({ to: '/data/publish', search: { draft: d.id } })}>
                {t('publish:resume')}
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
