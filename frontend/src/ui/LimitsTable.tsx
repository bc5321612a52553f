import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { DataTable } from './DataTable';
import { OrgTag } from './OrgTag';
import { Time } from './Time';

/** A partner's name, or that a limit binds every other one. */
export function Partner({ id }: { id: string | null | undefined }) {
  const { t } = useTranslation();
  return id ? <OrgTag org={id} small /> : <span>{t('common:limits.anyPartner')}</span>;
}

const FIGURES = ['runs_max', 'keys_max', 'run_keys_max', 'run_keys_min', 'min_matches'] as const;

/** What partners may do, one line per partner. */
export function LimitsTable({ limits, actions }: { limits: S['UsageLimits'][]; actions?: (limit: S['UsageLimits']) => React.ReactNode }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  return (
    <DataTable
      aria-label={t('common:limits.title')}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      rowKey={(l) => l.partner ?? '*'}
      dataSource={limits}
      columns={[
        { key: 'partner', title: t('common:limits.partner'), render: (_, l) => <Partner id={l.partner} /> },
        { key: 'period', title: t('common:limits.period'), render: (_, l) => t('common:limits.days', { count: l.period_days }) },
        ...FIGURES.map((key) => ({
          key,
          title: t(`common:limits.${key}`),
          align: 'right' as const,
          render: (_: unknown, l: S['UsageLimits']) => {
            const value = l[key];
            return value == null ? <span className="muted">{t('common:limits.none')}</span> : <span className="num">{count(value, lang)}</span>;
          },
        })),
        ...(actions ? [{ key: 'actions', title: '', render: (_: unknown, l: S['UsageLimits']) => actions(l) }] : []),
      ]}
    />
  );
}

/** What partners have used, and what is left. */
export function PartnerUsageTable({ usage }: { usage: S['PartnerUsage'][] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const used = (n: number, most: number | null | undefined) =>
    most == null ? (
      <span className="num">{count(n, lang)}</span>
    ) : (
      <span className={n >= most ? 'num bad' : 'num'}>
        {t('common:limits.of', { used: count(n, lang), most: count(most, lang), left: count(Math.max(0, most - n), lang) })}
      </span>
    );
  return (
    <DataTable
      aria-label={t('common:limits.usage')}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      rowKey={(u) => u.organisation.id}
      dataSource={usage}
      columns={[
        { key: 'partner', title: t('common:limits.partner'), render: (_, u) => <OrgTag org={u.organisation.id} small /> },
        { key: 'period', title: t('common:limits.period'), render: (_, u) => t('common:limits.lastDays', { count: u.period_days }) },
        { key: 'runs', title: t('common:limits.runs'), align: 'right', render: (_, u) => used(u.runs, u.limits?.runs_max) },
        { key: 'keys', title: t('common:limits.keys'), align: 'right', render: (_, u) => used(u.keys, u.limits?.keys_max) },
        { key: 'year', title: t('common:limits.year'), align: 'right', render: (_, u) => <span className="num">{count(u.runs_year, lang)}</span> },
        { key: 'last', title: t('common:limits.last'), render: (_, u) => <Time at={u.last_at} ago /> },
      ]}
    />
  );
}
