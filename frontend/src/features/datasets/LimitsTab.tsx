import { App, Button, Space } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setUsageLimits } from '@/api/datasets';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { SignModal } from '@/signing/SignModal';
import { ActionButton } from '@/ui/ActionButton';
import { EmptyState } from '@/ui/EmptyState';
import { LimitsTable, PartnerUsageTable } from '@/ui/LimitsTable';
import { Section } from '@/ui/Section';
import { LimitModal } from './LimitModal';
import { EMPTY, ordered, type Draft } from './limits';

/** How much partners may use it and have used of it; changing limits is signed and gives the policy a new version. */
export function LimitsTab({ d, why }: { d: S['Dataset']; why: string | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [edited, setEdited] = useState<Draft[] | null>(null);
  const [one, setOne] = useState<Draft | null>(null);
  const [action, setAction] = useState<Action | null>(null);
  const shown = edited ?? d.limits;
  const changed = edited !== null && JSON.stringify(edited) !== JSON.stringify(d.limits);
  const partnerOf = (l: Draft) => l.partner ?? '';
  const without = (l: Draft) => (edited ?? []).filter((x) => partnerOf(x) !== partnerOf(l));
  const [replaced, setReplaced] = useState<Draft | null>(null);
  const open = (l: Draft, old: Draft | null) => {
    setReplaced(old);
    setOne(l);
  };
  const rest = replaced ? without(replaced) : (edited ?? []);
  return (
    <>
      <Section
        flush={shown.length > 0}
        title={t('datasets:limits.title', { version: d.policy_version })}
        extra={
          edited ? (
            <Space>
              <Button onClick={() => setEdited(null)}>{t('common:cancel')}</Button>
              <Button onClick={() => open(EMPTY, null)}>{t('datasets:limits.add')}</Button>
              <ActionButton
                type="primary"
                disabledReason={changed ? undefined : t('datasets:policy.unchanged')}
                onClick={() => setAction({ operation: 'usage_limits_set', request: { dataset: d.id, policy_version: d.policy_version, limits: edited } })}
              >
                {t('datasets:policy.review')}
              </ActionButton>
            </Space>
          ) : (
            <ActionButton disabledReason={why} onClick={() => setEdited(d.limits)}>
              {t('datasets:limits.edit')}
            </ActionButton>
          )
        }
      >
        {shown.length === 0 ? (
          <EmptyState title={t('datasets:limits.none')} hint={t('datasets:limits.noneHint')} />
        ) : (
          <LimitsTable
            limits={shown}
            {...(edited
              ? {
                  actions: (l: Draft) => (
                    <Space>
                      <Button size="small" onClick={() => open(l, l)}>
                        {t('datasets:limits.change')}
                      </Button>
                      <Button size="small" danger onClick={() => setEdited(without(l))}>
                        {t('datasets:limits.remove')}
                      </Button>
                    </Space>
                  ),
                }
              : {})}
          />
        )}
      </Section>
      <Section flush={d.partner_usage.length > 0} title={t('common:limits.usage')} extra={<span className="muted">{t('datasets:limits.usageHint')}</span>}>
        {d.partner_usage.length === 0 ? (
          <EmptyState title={t('datasets:limits.unused')} hint={t('datasets:limits.unusedHint')} />
        ) : (
          <PartnerUsageTable usage={d.partner_usage} />
        )}
      </Section>
      {one ? (
        <LimitModal
          draft={one}
          others={rest.map(partnerOf)}
          onClose={() => setOne(null)}
          onSave={(l) => {
            setEdited(ordered([...rest, l]));
            setOne(null);
          }}
        />
      ) : null}
      <SignModal
        title={t('datasets:limits.sign')}
        verb={t('datasets:limits.sign')}
        action={action}
        submit={setUsageLimits}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          setEdited(null);
          void client.invalidateQueries({ queryKey: ['datasets'] });
          void message.success(t('datasets:changed'));
        }}
      />
    </>
  );
}
