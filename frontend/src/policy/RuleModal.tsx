import { DatePicker, Form, Input, Modal, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/api/organisations';
import type { S } from '@/api/types';
import { DISCLOSURES } from './disclosures';

type Props = { open: boolean; columns: string[]; onAdd: (rule: S['ColumnRule']) => void; onClose: () => void };

/** One more permission: which form, for whom, for what, until when. */
export function RuleModal({ open, columns, onAdd, onClose }: Props) {
  const { t } = useTranslation();
  const organisations = useOrganisations();
  const [allow, setAllow] = useState<S['Disclosure']>('PLAINTEXT_AFTER_JOIN');
  const [grantee, setGrantee] = useState('');
  const [purpose, setPurpose] = useState('');
  const [until, setUntil] = useState<Dayjs | null>(null);
  return (
    <Modal
      open={open}
      title={t('policy:add')}
      okText={t('policy:addRule')}
      cancelText={t('common:cancel')}
      onCancel={onClose}
      onOk={() => onAdd({ allow, grantee: grantee || null, purpose: purpose.trim() || null, not_after: until ? until.endOf('day').toISOString() : null })}
      destroyOnHidden
    >
      <p className="muted">{t('policy:addHint', { columns: columns.join(t('common:listSeparator')) })}</p>
      <Form layout="vertical">
        <Form.Item label={t('policy:allow')} htmlFor="rule-allow" extra={t(`policy:allowHint.${allow}`)}>
          <Select id="rule-allow" value={allow} onChange={setAllow} options={DISCLOSURES.map((d) => ({ value: d, label: t(`common:use.${d}`) }))} />
        </Form.Item>
        <Form.Item label={t('policy:grantee')} htmlFor="rule-grantee" extra={t('policy:granteeHint')}>
          <Select
            id="rule-grantee"
            value={grantee}
            onChange={setGrantee}
            options={[
              { value: '', label: t('common:policy.anyGrantee') },
              ...(organisations.data?.items ?? []).filter((o) => !o.is_self).map((o) => ({ value: o.id, label: o.name })),
            ]}
          />
        </Form.Item>
        <Form.Item label={t('policy:purpose')} htmlFor="rule-purpose" extra={t('policy:purposeHint')}>
          <Input id="rule-purpose" value={purpose} maxLength={64} onChange={(e) => setPurpose(e.target.value)} />
        </Form.Item>
        <Form.Item label={t('policy:until')} htmlFor="rule-until" extra={t('policy:untilHint')}>
          <DatePicker id="rule-until" value={until} disabledDate={(d) => d.isBefore(dayjs(), 'day')} onChange={setUntil} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
