import { useTranslation } from 'react-i18next';
import { setUsageLimits } from '@/api/datasets';
import type { S } from '@/api/types';
import { EmptyState } from '@/ui/EmptyState';
import { PartnerUsageTable } from '@/ui/LimitsTable';
import { Section } from '@/ui/Section';
import { LimitsEditor } from './LimitsEditor';
import { SignedEdit } from './SignedEdit';

/** How much partners may use it and have used of it. */
export function LimitsTab({ d, why }: { d: S['Dataset']; why: string | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      <SignedEdit
        title={t('datasets:limits.title', { version: d.policy_version })}
        edit={t('datasets:limits.edit')}
        sign={t('datasets:limits.sign')}
        now={d.limits}
        why={why}
        actionOf={(limits) => ({ operation: 'usage_limits_set', request: { dataset: d.id, policy_version: d.policy_version, limits } })}
        submit={setUsageLimits}
        flush={(limits) => limits.length > 0}
      >
        {(limits, change) => <LimitsEditor limits={limits} onChange={change} />}
      </SignedEdit>
      <Section flush={d.partner_usage.length > 0} title={t('common:limits.usage')} extra={<span className="muted">{t('datasets:limits.usageHint')}</span>}>
        {d.partner_usage.length === 0 ? (
          <EmptyState title={t('datasets:limits.unused')} hint={t('datasets:limits.unusedHint')} />
        ) : (
          <PartnerUsageTable usage={d.partner_usage} />
        )}
      </Section>
    </>
  );
}
