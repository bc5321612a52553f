import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { Digest } from '@/ui/Digest';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

export function OverviewTab({ d }: { d: S['Dataset'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const latest = d.versions[0];
  const figures: [string, string, string][] = [
    ['applications', count(d.usage.applications_pending, lang), '/approvals'],
    ['grants', count(d.usage.grants_active, lang), `/data/datasets/${d.id}/grants`],
    ['tasks', count(d.usage.tasks, lang), `/data/datasets/${d.id}/usage`],
    ['completed', count(d.usage.tasks_completed, lang), `/data/datasets/${d.id}/usage`],
  ];
  return (
    <>
      <div className="facts">
        {figures.map(([key, value, path]) => (
          <Link key={key} className="fact" to={path as '/'}>
            <div className="label">{t(`datasets:figure.${key}`)}</div>
            <div className="value">{value}</div>
          </Link>
        ))}
      </div>
      <Section title={t('datasets:about')}>
        <Properties
          items={[
            { label: t('datasets:id'), value: <code>{d.id}</code> },
            { label: t('datasets:column.theme'), value: d.theme },
            { label: t('datasets:column.rows'), value: count(d.rows, lang) },
            { label: t('datasets:column.version'), value: d.version },
            { label: t('datasets:column.published'), value: <Time at={d.published_at} /> },
            { label: t('datasets:column.updated'), value: <Time at={d.updated_at} /> },
            { label: t('datasets:publishedBy'), value: <code>{d.published_by}</code> },
            { label: t('datasets:policyVersion'), value: d.policy_version },
            {
              label: t('datasets:source'),
              value: d.source ? (
                <Link to="/data/sources/$source" params={{ source: d.source }}>
                  {d.source}
                </Link>
              ) : null,
            },
            { label: t('datasets:lastUsed'), value: <Time at={d.usage.last_used_at} ago /> },
            { label: t('datasets:commitment'), value: latest ? <Digest value={latest.commitment} full /> : null, wide: true },
          ]}
        />
      </Section>
    </>
  );
}
