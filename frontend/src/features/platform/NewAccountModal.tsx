import { Button, Checkbox, Form, Input, Modal, Space } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { createAccount } from '@/api/platform';
import type { S } from '@/api/types';
import { ROLES, type Role } from '@/lib/roles';
import { ErrorPanel } from '@/ui/ErrorPanel';

type Values = { username: string; display_name: string; roles: Role[]; password: string; key_passphrase: string; key_again: string; operator: string };
type Props = { open: boolean; onClose: () => void; onDone: (a: S['Account']) => void };

/** A new account: the operator signs its registration, the person types their own passphrase. */
export function NewAccountModal({ open, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const create = useMutation({
    mutationFn: (v: Values) =>
      createAccount({
        request: { username: v.username.trim(), display_name: v.display_name.trim(), roles: v.roles },
        password: v.password,
        key_passphrase: v.key_passphrase,
        signing: { passphrase: v.operator, seen_digest: null },
      }),
    onSuccess: onDone,
  });
  const long = { min: 10, message: t('platform:accounts.tooShort') };
  const needed = { required: true, message: t('platform:accounts.missing') };
  return (
    <Modal open={open} title={t('platform:accounts.new')} footer={null} onCancel={onClose} width={640} destroyOnHidden mask={{ closable: false }}>
      {create.error ? <ErrorPanel error={create.error} /> : null}
      <Form form={form} layout="vertical" preserve={false} onFinish={(v) => create.mutate(v)} requiredMark={false}>
        <div className="cols form-cols">
          <Form.Item name="username" label={t('platform:accounts.username')} extra={t('platform:accounts.usernameHint')} rules={[needed, { pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/, message: t('platform:accounts.badUsername') }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="display_name" label={t('platform:accounts.displayName')} extra={t('platform:accounts.displayNameHint')} rules={[needed]}>
            <Input autoComplete="off" maxLength={60} />
          </Form.Item>
        </div>
        <Form.Item name="roles" label={t('platform:accounts.roles')} rules={[{ required: true, message: t('platform:accounts.oneRole') }]}>
          <Checkbox.Group options={ROLES.map((r) => ({ value: r, label: t(`common:role.${r}`) }))} />
        </Form.Item>
        <Form.Item name="password" label={t('platform:accounts.password')} extra={t('platform:accounts.passwordHint')} rules={[needed, long]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <div className="cols form-cols">
          <Form.Item name="key_passphrase" label={t('platform:accounts.keyPassphrase')} extra={t('platform:accounts.keyPassphraseHint')} rules={[needed, long]}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="key_again"
            label={t('platform:accounts.keyAgain')}
            dependencies={['key_passphrase']}
            rules={[needed, { validator: (_, v) => (v === form.getFieldValue('key_passphrase') ? Promise.resolve() : Promise.reject(new Error(t('platform:accounts.notSame')))) }]}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        </div>
        <Form.Item name="operator" label={t('platform:accounts.operatorPassphrase')} extra={t('platform:accounts.operatorHint')} rules={[needed]}>
          <Input.Password autoComplete="off" />
        </Form.Item>
        <Space>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('platform:accounts.sign')}
          </Button>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
        </Space>
      </Form>
    </Modal>
  );
}
