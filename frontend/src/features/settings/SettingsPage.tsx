import { App, Button, Form, Input, Radio } from 'antd';
import { useMutation } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { changePassword } from '@/api/session';
import { switchLang } from '@/i18n';
import type { Lang } from '@/lib/format';
import { setMode, useMode } from '@/theme/preference';
import { Digest } from '@/ui/Digest';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

type Values = { current_password: string; new_password: string };

/** My account, my key, my password, how the console looks to me. */
export function SettingsPage() {
  const { t, i18n } = useTranslation();
  const { session } = useRouteContext({ from: '/shell' });
  const { message } = App.useApp();
  const mode = useMode();
  const [form] = Form.useForm<Values>();
  const change = useMutation({
    mutationFn: (v: Values) => changePassword(v),
    onSuccess: () => {
      form.resetFields();
      void message.success(t('settings:password.done'));
    },
  });
  const a = session.account;
  return (
    <>
      <PageHeader title={t('settings:title')} purpose={t('settings:purpose')} />
      <Section title={t('settings:account.title')}>
        <Properties
          items={[
            { label: t('settings:account.name'), value: a.display_name },
            { label: t('settings:account.username'), value: <code>{a.username}</code> },
            { label: t('settings:account.organisation'), value: <OrgTag org={session.organisation.id} small /> },
            { label: t('settings:account.roles'), value: a.roles.map((r) => t(`common:role.${r}`)).join(t('common:listSeparator')) },
            { label: t('settings:account.lastLogin'), value: <Time at={a.last_login_at} /> },
            { label: t('settings:account.session'), value: <Time at={session.expires_at} /> },
          ]}
        />
      </Section>
      <Section title={t('settings:key.title')} hint={t('settings:key.hint')}>
        <Properties
          columns={1}
          items={[
            { label: t('settings:key.state'), value: <StatusTag tone={a.key.state === 'registered' ? 'good' : 'warning'} label={t(`common:keyState.${a.key.state}`)} /> },
            { label: t('settings:key.fingerprint'), value: a.key.fingerprint ? <Digest value={a.key.fingerprint} full /> : null },
            { label: t('settings:key.public'), value: a.key.public_key ? <Digest value={a.key.public_key} full /> : null },
          ]}
        />
      </Section>
      <div className="cols">
        <Section title={t('settings:password.title')} hint={t('settings:password.hint')}>
          {change.error ? <ErrorPanel error={change.error} /> : null}
          <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => change.mutate(v)}>
            <Form.Item name="current_password" label={t('settings:password.current')} rules={[{ required: true, message: t('settings:password.missing') }]}>
              <Input.Password autoComplete="current-password" />
            </Form.Item>
            <Form.Item name="new_password" label={t('settings:password.next')} rules={[{ required: true, min: 10, message: t('settings:password.short') }]}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            <Button type="primary" htmlType="submit" loading={change.isPending}>
              {t('settings:password.change')}
            </Button>
          </Form>
        </Section>
        <Section title={t('settings:display.title')}>
          <Form layout="vertical">
            <Form.Item label={t('settings:display.language')}>
              <Radio.Group
                value={i18n.language}
                onChange={(e) => void switchLang(e.target.value as Lang)}
                options={(['zh-CN', 'en'] as const).map((l) => ({ value: l, label: t(`settings:display.lang.${l}`) }))}
              />
            </Form.Item>
            <Form.Item label={t('settings:display.theme')}>
              <Radio.Group value={mode} onChange={(e) => setMode(e.target.value as 'light' | 'dark')} options={(['light', 'dark'] as const).map((m) => ({ value: m, label: t(`settings:display.mode.${m}`) }))} />
            </Form.Item>
          </Form>
        </Section>
      </div>
    </>
  );
}
