import { DatePicker, Form, InputNumber, Radio } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { Section } from '@/ui/Section';
import type { StepProps } from './step';

/** Until when it may start, how often a failed run may be tried again, the form of the result. */
export function LimitsStep({ value, set }: StepProps) {
  const { t } = useTranslation();
  return (
    <Section title={t('newTask:limits.title')}>
      <Form layout="vertical" className="narrow-form">
        <Form.Item label={t('newTask:limits.notAfter')} htmlFor="task-until" extra={t('newTask:limits.notAfterHint')} required>
          <DatePicker
            id="task-until"
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={value.notAfter ? dayjs(value.notAfter) : null}
            disabledDate={(d) => d.isBefore(dayjs(), 'day')}
            onChange={(d) => set({ notAfter: d ? d.toISOString() : '' })}
          />
        </Form.Item>
        <Form.Item label={t('newTask:limits.attempts')} htmlFor="task-attempts" extra={t('newTask:limits.attemptsHint')}>
          <InputNumber id="task-attempts" min={0} max={10} precision={0} value={value.attempts} onChange={(n) => set({ attempts: n ?? 0 })} />
        </Form.Item>
        <Form.Item label={t('tasks:overview.format')} extra={t('newTask:limits.formatHint')}>
          <Radio.Group
            value={value.format}
            onChange={(e) => set({ format: e.target.value as S['ResultFormat'] })}
            options={(['csv', 'parquet'] as const).map((f) => ({ value: f, label: t(`tasks:format.${f}`) }))}
          />
        </Form.Item>
      </Form>
    </Section>
  );
}
