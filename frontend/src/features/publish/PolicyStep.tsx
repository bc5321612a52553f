import { Alert, Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { GRADES } from '@/policy/disclosures';
import { PolicyEditor } from '@/policy/PolicyEditor';
import { Section } from '@/ui/Section';
import type { PublishDraft } from './draft';

/** How sensitive it is and what may be done with each column. */
export function PolicyStep({ value, set }: { value: PublishDraft; set: (c: Partial<PublishDraft>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Section>
        <Form.Item label={t('publish:policy.grade')} extra={t(`publish:policy.gradeHint.${value.classification}`)} className="flush-item">
          <Radio.Group
            value={value.classification}
            onChange={(e) => set({ classification: e.target.value as S['Sensitivity'] })}
            options={GRADES.map((g) => ({ value: g, label: t(`common:sensitivity.${g}`) }))}
            optionType="button"
          />
        </Form.Item>
      </Section>
      {value.columns.every((c) => (c.rules ?? []).length === 0) ? <Alert type="info" showIcon className="gap-below" title={t('publish:policy.closed')} /> : null}
      <Section flush title={t('publish:policy.columns')} extra={<span className="muted">{t('publish:policy.deny')}</span>}>
        <PolicyEditor columns={value.columns} onChange={(columns) => set({ columns })} />
      </Section>
    </>
  );
}
