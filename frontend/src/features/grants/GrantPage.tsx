import { Alert, App } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { grantQuery, revokeGrant } from '@/api/grants';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { ReasonModal } from '@/signing/ReasonModal';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { Async } from '@/ui/Async';
import { GrantStateTag } from '@/ui/Badges';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { ScopeView } from '@/ui/ScopeView';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

export function GrantPage() {
  const { grant } = useParams({ from: '/shell/data/grants/$grant' });
  const query = useQuery(grantQuery(grant));
  return <Async query={query}>{(g) => <View g={g} />}</Async>;
}

function View({ g }: { g: S['Grant'] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const [asking, setAsking] = useState(false);
  const [action, setAction] = useState<Action | null>(null);
  const given = g.grantor.id === session.organisation.id;
  const why = !session.account.roles.includes('data_owner')
    ? t('grants:needOwner')
    : g.state === 'revoked'
      ? t('grants:alreadyRevoked')
      : undefined;
  return (
    <>
      <PageHeader
        title={t('grants:detail.title', { title: g.dataset_title })}
        purpose={t(given ? 'grants:detail.given' : 'grants:detail.received')}
        tags={<GrantStateTag state={g.state} />}
        actions={
          given ? (
            <ActionButton danger disabledReason={why} onClick={() => setAsking(true)}>
              {t('grants:revoke')}
            </ActionButton>
          ) : undefined
        }
      />
      {g.revoked_at ? (
        <Alert
          type="error"
          showIcon
          className="gap-below"
          title={t('grants:detail.revokedBy', { who: g.revoked_by })}
          description={
            <>
              <Time at={g.revoked_at} /> {g.revocation_reason}
            </>
          }
        />
      ) : null}
      <Section title={t('grants:detail.about')}>
        <Properties
          items={[
            { label: t('grants:column.dataset'), value: <Link to="/catalog/$dataset" params={{ dataset: g.dataset }}>{g.dataset_title}</Link> },
            { label: t('grants:column.grantor'), value: <OrgTag org={g.grantor.id} small /> },
            { label: t('grants:column.grantee'), value: <OrgTag org={g.grantee.id} small /> },
            { label: t('grants:column.used'), value: t('grants:usedOf', { used: g.used, uses: g.scope.uses }) },
            { label: t('grants:column.granted'), value: <Time at={g.granted_at} /> },
            { label: t('grants:detail.by'), value: <code>{g.granted_by}</code> },
            { label: t('grants:detail.id'), value: <code>{g.id}</code> },
            { label: t('grants:detail.evidence'), value: <Link to="/audit" search={{ dataset: g.dataset }}>{t('grants:detail.open')}</Link> },
          ]}
        />
      </Section>
      <Section title={t('grants:detail.scope')}>
        <ScopeView scope={g.scope} />
      </Section>
      <ReasonModal
        open={asking}
        title={t('grants:revoke')}
        hint={t('grants:revokeHint')}
        label={t('grants:reason')}
        verb={t('common:next')}
        onClose={() => setAsking(false)}
        onReason={(reason) => {
          setAsking(false);
          setAction({ operation: 'revocation_create', request: { grant: g.id, reason } });
        }}
      />
      <SignModal
        title={t('grants:revoke')}
        verb={t('grants:revoke')}
        danger
        action={action}
        submit={revokeGrant}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          void client.invalidateQueries({ queryKey: ['grants'] });
          void message.success(t('grants:revoked'));
        }}
      />
    </>
  );
}
