import { Alert, Select } from 'antd';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { localTime } from '@/lib/format';
import { Section } from '@/ui/Section';

type Props = {
  title: string;
  hint: string;
  /** Those that fit; undefined while they load. */
  grants: S['Grant'][] | undefined;
  loading: boolean;
  value: string;
  /** The dataset to apply for where no grant fits; absent: the other side has to. */
  applyFor: string | undefined;
  onPick: (g: S['Grant']) => void;
  children?: ReactNode;
};

/** Under which grant a dataset is used, or what to do without one. */
export function GrantChoice({ title, hint, grants, loading, value, applyFor, onPick, children }: Props) {
  const { t } = useTranslation();
  return (
    <Section title={title} hint={hint}>
      {grants?.length === 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('newTask:result.noGrant')}
          description={
            applyFor === undefined ? (
              t('newTask:result.theyApply')
            ) : (
              <Link to="/catalog/$dataset/apply" params={{ dataset: applyFor }}>
                {t('newTask:who.apply')}
              </Link>
            )
          }
        />
      ) : (
        <Select
          aria-label={title}
          className="wide-select"
          value={grants?.some((g) => g.id === value) ? value : null}
          placeholder={t('newTask:result.chooseGrant')}
          loading={loading}
          onChange={(id) => {
            const g = grants?.find((x) => x.id === id);
            if (g) onPick(g);
          }}
          options={(grants ?? []).map((g) => ({
            value: g.id,
            label: t('newTask:result.grantLine', { purpose: g.scope.purpose, used: g.used, uses: g.scope.uses, until: localTime(g.scope.not_after) }),
          }))}
        />
      )}
      {children}
    </Section>
  );
}
