import { Alert, Radio, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { estimateQuery } from '@/api/algorithms';
import { useOrgLook } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { receiverOf } from './draft';
import { withBoth } from './output';
import { estimateOf } from './protocol';
import type { StepProps } from './step';

/** Whether the rows that match go to the receiver alone or to both sides, and what the other side learns then. */
export function BothChoice({ value, set, me, them }: Pick<StepProps, 'value' | 'set' | 'me'> & { them: string }) {
  const { t } = useTranslation();
  const look = useOrgLook();
  const request = estimateOf({ ...value, both: true }, me, them || undefined);
  const estimate = useQuery({ ...estimateQuery(request ?? { parties: [], receiver: '' }), enabled: request !== undefined });
  // Only algorithms that can prove matches to the other side are compared; without one that runs here there is no choice.
  const cannot = estimate.data !== undefined && !estimate.data.recommended;
  const receiver = receiverOf(value, me, them);
  const names = { receiver: look(receiver).name, other: look(receiver === me ? them : me).name };
  return (
    <Section title={t('newTask:both.title')} hint={t('newTask:both.hint')}>
      <Radio.Group aria-label={t('newTask:both.title')} value={value.both} onChange={(e) => set(withBoth(value, e.target.value as boolean))}>
        <Space orientation="vertical">
          <Radio value={false}>
            {t('newTask:both.no.name')} <span className="muted">{t('newTask:both.no.hint', names)}</span>
          </Radio>
          <Radio value disabled={cannot && !value.both}>
            {t('newTask:both.yes.name')} <span className="muted">{cannot ? t('newTask:both.cannot') : t('newTask:both.yes.hint', names)}</span>
          </Radio>
        </Space>
      </Radio.Group>
      {value.both ? (
        <Alert
          type="warning"
          showIcon
          className="gap-above"
          title={t('newTask:both.means', names)}
          description={
            <ul className="plain-list">
              {(['learns', 'proves', 'withholds', 'fair'] as const).map((k) => (
                <li key={k}>{t(`newTask:both.${k}`, names)}</li>
              ))}
            </ul>
          }
        />
      ) : null}
    </Section>
  );
}
