import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

type Props = { open: boolean; title: string; hint: string; label: string; verb: string; onReason: (reason: string) => void; onClose: () => void };

/** Asks why before a refusal, revocation or cancellation is signed; the reason is public to the consortium. */
export function ReasonModal({ open, title, hint, label, verb, onReason, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const ok = reason.trim() !== '';
  return (
    <Modal
      open={open}
      title={title}
      okText={verb}
      cancelText={t('common:cancel')}
      okButtonProps={{ disabled: !ok }}
      onOk={() => onReason(reason.trim())}
      onCancel={onClose}
      destroyOnHidden
    >
      <p className="muted">{hint}</p>
      <Form layout="vertical">
        <Form.Item label={label} htmlFor="reason-text" required>
          <Input.TextArea id="reason-text" autoFocus rows={3} maxLength={500} showCount value={reason} onChange={(e) => setReason(e.target.value)} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
