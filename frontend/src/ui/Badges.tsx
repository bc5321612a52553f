import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { StatusTag, type Tone } from './StatusTag';

const GRADES: Record<S['Sensitivity'], string> = { public: 'default', internal: 'processing', sensitive: 'warning', core: 'error' };

/** Grade of a dataset or column; the word carries it, the colour helps. */
export function Grade({ value }: { value: S['Sensitivity'] }) {
  const { t } = useTranslation();
  return (
    <Tag color={GRADES[value]} className="status-tag">
      {t(`common:sensitivity.${value}`)}
    </Tag>
  );
}

/** In use or frozen. */
export function StateTag({ state }: { state: 'active' | 'frozen' }) {
  const { t } = useTranslation();
  return <StatusTag tone={state === 'active' ? 'good' : 'warning'} label={t(`common:state.${state}`)} />;
}

const APPLICATION: Record<S['ApplicationState'], Tone> = { submitted: 'waiting', approved: 'good', rejected: 'bad' };

export function ApplicationStateTag({ state }: { state: S['ApplicationState'] }) {
  const { t } = useTranslation();
  return <StatusTag tone={APPLICATION[state]} label={t(`common:applicationState.${state}`)} />;
}

const GRANT: Record<S['GrantState'], Tone> = { active: 'good', expired: 'neutral', used_up: 'neutral', revoked: 'bad' };

export function GrantStateTag({ state }: { state: S['GrantState'] }) {
  const { t } = useTranslation();
  return <StatusTag tone={GRANT[state]} label={t(`common:grantState.${state}`)} />;
}
