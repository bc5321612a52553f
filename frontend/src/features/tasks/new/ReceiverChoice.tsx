import { Alert, Radio, Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { organisationsQuery } from '@/api/organisations';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import type { TaskDraft } from './draft';

type Props = { value: TaskDraft; me: string; them: string; onChange: (to: TaskDraft['receiver'], third: string) => void };

/** Who learns the result first: one of the two sides, or a third that brings no data. */
export function ReceiverChoice({ value, me, them, onChange }: Props) {
  const { t } = useTranslation();
  const organisations = useQuery(organisationsQuery());
  const withData = new Set([me, them, ...value.further.map((f) => f.organisation)]);
  const thirds = (organisations.data?.items ?? []).filter((o) => !withData.has(o.id));
  const toThird = value.receiver === 'third';
  return (
    <Section title={t('newTask:result.receiver')} hint={t(value.both ? 'newTask:both.receiverHint' : 'newTask:result.receiverHint')}>
      <Radio.Group aria-label={t('newTask:result.receiver')} value={value.receiver} onChange={(e) => onChange(e.target.value as TaskDraft['receiver'], value.third)}>
        <Space size="large" wrap>
          <Radio value="mine">
            <OrgTag org={me} small />
          </Radio>
          {value.further.length === 0 ? (
            <Radio value="theirs">
              <OrgTag org={them} small />
            </Radio>
          ) : null}
          <Radio value="third" disabled={thirds.length === 0}>
            {t('newTask:result.third')}
          </Radio>
          {toThird ? (
            <Select
              aria-label={t('newTask:result.thirdWho')}
              placeholder={t('newTask:result.thirdWho')}
              className="key-select"
              value={value.third || null}
              onChange={(o) => o && onChange('third', o)}
              options={thirds.map((o) => ({ value: o.id, label: o.name }))}
            />
          ) : null}
        </Space>
      </Radio.Group>
      {toThird ? <Alert type="warning" showIcon className="gap-above" title={t('newTask:result.thirdWarning')} /> : null}
    </Section>
  );
}
