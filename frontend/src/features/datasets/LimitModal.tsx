import { Form, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOrganisations } from '@/api/organisations';
import type { S } from '@/api/types';
import { FIELDS, fault, type Draft } from './limits';

type Props = { draft: Draft; others: string[]; onSave: (limit: S['UsageLimits']) => void; onClose: () => void };

/** The limits of one partner, or of every partner that has none of its own. */
export function LimitModal({ draft, others, onSave, onClose }: Props) {
  const { t } = useTranslation();
  const organisations = useOrganisations();
  const [value, setValue] = useState<Draft>(draft);
  const wrong = fault(value, others);
  return (
    <Modal
      open
      title={t('datasets:limits.one')}
      okText={t('datasets:limits.keep')}
      cancelText={t('common:cancel')}
      okButtonProps={{ disabled: wrong !== undefined }}
      onCancel={onClose}
      onOk={() => onSave(value)}
      destroyOnHidden
    >
      <Form layout="vertical">
        <Form.Item label={t('common:limits.partner')} htmlFor="limit-partner" extra={t('datasets:limits.partnerHint')}>
          <Select
            id="limit-partner"
            value={value.partner ?? ''}
            onChange={(partner) => setValue({ ...value, partner: partner || null })}
            options={[
              { value: '', label: t('common:limits.anyPartner') },
              ...(organisations.data?.items ?? []).filter((o) => !o.is_self).map((o) => ({ value: o.id, label: o.name })),
            ]}
          />
        </Form.Item>
        <Form.Item label={t('common:limits.period')} htmlFor="limit-period" extra={t('datasets:limits.periodHint')}>
          <InputNumber id="limit-period" min={1} max={366} precision={0} value={value.period_days} onChange={(n) => setValue({ ...value, period_days: n ?? 30 })} />
        </Form.Item>
        {FIELDS.map((key) => (
          <Form.Item key={key} label={t(`common:limits.${key}`)} htmlFor={`limit-${key}`} extra={t(`datasets:limits.hint.${key}`)}>
            <InputNumber
              id={`limit-${key}`}
              className="wide-number"
              min={0}
              max={Number.MAX_SAFE_INTEGER}
              precision={0}
              placeholder={t('common:limits.none')}
              value={value[key] ?? null}
              onChange={(n) => setValue({ ...value, [key]: n })}
            />
          </Form.Item>
        ))}
      </Form>
      <p role="status" className="muted">{wrong ? t(`datasets:limits.fault.${wrong}`) : ''}</p>
    </Modal>
  );
}
