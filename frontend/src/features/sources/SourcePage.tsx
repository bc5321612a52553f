import { Alert, App, Button } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { deleteSource, setSourceState, sourceQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { ActionButton } from '@/ui/ActionButton';
import { Async } from '@/ui/Async';
import { StateTag } from '@/ui/Badges';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { PageHeader } from '@/ui/PageHeader';
import { ProfileTable } from '@/ui/ProfileTable';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

export function SourcePage() {
  const { source } = useParams({ from: '/shell/data/sources/$source' });
  const query = useQuery(sourceQuery(source));
  return <Async query={query}>{(s) => <View s={s} />}</Async>;
}

function View({ s }: { s: S['Source'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const change = useMutation({
    mutationFn: (state: S['SourceState']) => setSourceState(s.id, state),
    onSuccess: (now) => {
      void client.invalidateQueries({ queryKey: ['sources'] });
      void message.success(t(now.state === 'frozen' ? 'sources:frozenDone' : 'sources:enabledDone'));
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteSource(s.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['sources'] });
      void navigate({ to: '/data/sources' });
    },
  });
  const ask = (kind: 'freeze' | 'forget', run: () => void) =>
    void modal.confirm({ title: t(`sources:${kind}Title`), content: t(`sources:${kind}Hint`), okText: t(`sources:${kind}`), cancelText: t('common:cancel'), onOk: run });
  return (
    <>
      <PageHeader
        title={s.name}
        purpose={t('sources:detailPurpose')}
        tags={<StateTag state={s.state} />}
        actions={
          <>
            <ActionButton
              type="primary"
              disabledReason={s.state === 'frozen' ? t('sources:frozenWhy') : s.available ? undefined : t('sources:missingWhy')}
              onClick={() => void navigate({ to: '/data/publish', search: { source: s.id } })}
            >
              {t('sources:publish')}
            </ActionButton>
            {s.state === 'active' ? (
              <Button loading={change.isPending} onClick={() => ask('freeze', () => change.mutate('frozen'))}>
                {t('sources:freeze')}
              </Button>
            ) : (
              <Button loading={change.isPending} onClick={() => change.mutate('active')}>
                {t('sources:enable')}
              </Button>
            )}
            <ActionButton danger disabledReason={s.datasets.length > 0 ? t('sources:inUseWhy') : undefined} onClick={() => ask('forget', () => remove.mutate())}>
              {t('sources:forget')}
            </ActionButton>
          </>
        }
      />
      {change.error ? <ErrorPanel error={change.error} /> : null}
      {remove.error ? <ErrorPanel error={remove.error} /> : null}
      {s.available ? null : <Alert type="error" showIcon className="gap-below" title={t('sources:missingWhy')} description={<code>{s.path}</code>} />}
      {s.state === 'frozen' ? <Alert type="warning" showIcon className="gap-below" title={t('sources:frozenWhy')} /> : null}
      <Section title={t('sources:about')}>
        <Properties
          items={[
            { label: t('sources:column.kind'), value: t(`sources:kind.${s.kind}`) },
            { label: t('sources:pick.id'), value: <code>{s.id}</code> },
            { label: t('sources:column.rows'), value: s.rows === null ? null : count(s.rows, lang) },
            { label: t('sources:column.size'), value: bytes(s.bytes, lang) },
            { label: t('sources:column.created'), value: <Time at={s.created_at} /> },
            {
              label: t('sources:column.datasets'),
              value:
                s.datasets.length === 0
                  ? null
                  : s.datasets.map((d) => (
                      <Link key={d} to="/data/datasets/$dataset" params={{ dataset: d }} className="link-list">
                        {d}
                      </Link>
                    )),
            },
            { label: t('sources:column.path'), value: <code>{s.path}</code>, wide: true },
          ]}
        />
      </Section>
      <Section flush title={t('sources:columns')} extra={<span className="muted">{t('sources:profileHint')}</span>}>
        <ProfileTable columns={s.columns} rows={s.rows ?? null} />
      </Section>
    </>
  );
}
