import { Alert, Spin, Tag } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { keyProfileQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { count, percent, type Lang } from '@/lib/format';
import { DataTable } from '@/ui/DataTable';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { Section } from '@/ui/Section';
import { DUPLICATES, outcomeOf, warningOf } from './keyOutcome';

type Props = {
  /** Null when this node does not hold the file. */
  source: string | null;
  /** Columns with their rule; a rule or column not chosen yet is empty. */
  keys: { column: string; rule: string }[];
  /** The choice for repeated keys, where there is one. */
  choice?: S['DuplicateRule'];
  children?: ReactNode;
};

/** What the chosen columns are like as a key under the chosen rules, and what that means for repeated keys. */
export function KeyProfile({ source, keys, choice, children }: Props) {
  const { t } = useTranslation();
  const ready = source !== null && keys.length > 0 && keys.every((k) => k.column !== '' && k.rule !== '');
  const profile = useQuery({ ...keyProfileQuery(source ?? '', { columns: keys.map((k) => k.column), key_rules: keys.map((k) => k.rule) }), enabled: ready });
  return (
    <section aria-label={t('sources:keyProfile.title')}>
      <Section title={t('sources:keyProfile.title')} hint={t('sources:keyProfile.hint')}>
        {children}
        {source === null ? (
          <p className="muted flush-p">{t('sources:keyProfile.elsewhere')}</p>
        ) : !ready ? (
          <p className="muted flush-p">{t('sources:keyProfile.empty')}</p>
        ) : profile.data ? (
          <KeyFigures profile={profile.data} choice={choice} />
        ) : profile.error && !profile.isFetching ? (
          <ErrorPanel error={profile.error} onRetry={() => void profile.refetch()} />
        ) : (
          <p className="muted flush-p" role="status">
            <Spin size="small" /> {t('sources:keyProfile.counting')}
          </p>
        )}
      </Section>
    </section>
  );
}

const FIGURES = ['nulls', 'irregular', 'distinct', 'duplicates'] as const;

/** The counts in words, and what each choice for repeated keys would do with them. */
export function KeyFigures({ profile, choice }: { profile: S['KeyProfile']; choice: S['DuplicateRule'] | undefined }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const warning = warningOf(profile, choice);
  const share = (n: number) => (profile.rows > 0 && n > 0 ? ` (${percent(n / profile.rows, lang)})` : '');
  const means = (d: S['DuplicateRule']) => {
    const o = outcomeOf(profile, d);
    if (!o.runs) return t('sources:keyProfile.outcome.refused', { rows: count(profile.duplicates, lang) });
    if (profile.duplicates === 0) return t('sources:keyProfile.outcome.all', { rows: count(o.taking, lang) });
    return t(d === 'first' ? 'sources:keyProfile.outcome.first' : 'sources:keyProfile.outcome.join', { rows: count(o.taking, lang), left: count(o.left, lang) });
  };
  return (
    <>
      <DataTable
        aria-label={t('sources:keyProfile.figures')}
        size="small"
        rowKey="figure"
        pagination={false}
        scroll={{ x: 520 }}
        dataSource={FIGURES.map((figure) => ({ figure }))}
        columns={[
          { key: 'figure', title: t('sources:keyProfile.figure'), width: 190, render: (_, r) => t(`sources:keyProfile.${r.figure}.name`) },
          {
            key: 'count',
            title: t('sources:keyProfile.of', { rows: count(profile.rows, lang) }),
            align: 'right',
            width: 190,
            render: (_, r) => (
              <span className="num">
                {count(profile[r.figure], lang)}
                <span className="muted">{share(profile[r.figure])}</span>
              </span>
            ),
          },
          { key: 'means', title: t('sources:keyProfile.means'), render: (_, r) => (profile[r.figure] === 0 ? <span className="muted">{t(`sources:keyProfile.${r.figure}.zero`)}</span> : t(`sources:keyProfile.${r.figure}.means`)) },
        ]}
      />
      <h3 className="sub-title">{t('sources:keyProfile.choices')}</h3>
      <DataTable
        aria-label={t('sources:keyProfile.choices')}
        size="small"
        rowKey="choice"
        pagination={false}
        scroll={{ x: 520 }}
        dataSource={DUPLICATES.map((d) => ({ choice: d }))}
        columns={[
          {
            key: 'choice',
            title: t('sources:keyProfile.choice'),
            width: 300,
            render: (_, r) => (
              <>
                {t(`tasks:duplicates.${r.choice}`)} {r.choice === choice ? <Tag color="blue">{t('sources:keyProfile.chosen')}</Tag> : null}
              </>
            ),
          },
          { key: 'outcome', title: t('sources:keyProfile.happens'), render: (_, r) => means(r.choice) },
        ]}
      />
      {warning ? <Alert className="gap-above" type="warning" showIcon title={t(`sources:keyProfile.warning.${warning}`)} description={t(`sources:keyProfile.remedy.${warning}`)} /> : null}
    </>
  );
}
