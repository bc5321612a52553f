import { App, Form, Input, Modal } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { resetPassword } from '@/api/platform';
import { ErrorPanel } from '@/ui/ErrorPanel';

/** A new login password for somebody who forgot theirs; their signing passphrase stays theirs. */
export function ResetPasswordModal({ account, onClose }: { account: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ password: string }>();
  const reset = useMutation({
    mutationFn: (password: string) => resetPassword(account ?? '', password),
    onSuccess: () => {
      void message.success(t('platform:accounts.resetDone'));
      onClose();
    },
  });
  return (
    <Modal
      open={account !== null}
      title={t('platform:accounts.resetOf', { name: account ?? '' })}
      okText={t('platform:accounts.reset')}
      cancelText={t('common:cancel')}
      confirmLoading={reset.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      {reset.error ? <ErrorPanel error={reset.error} /> : null}
      <p className="muted">{t('platform:accounts.resetHint')}</p>
      <Form form={form} layout="vertical" preserve={false} onFinish={(v) => reset.mutate(v.password)} requiredMark={false}>
        <Form.Item name="password" label={t('platform:accounts.newPassword')} rules={[{ required: true, min: 10, message: t('platform:accounts.tooShort') }]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
