import { AuditOutlined, EyeInvisibleOutlined, MoonOutlined, SafetyCertificateOutlined, SunOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Form, Input } from 'antd';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/errors';
import { aboutQuery, sessionQuery, signIn, type SessionCreate } from '@/api/session';
import { switchLang } from '@/i18n';
import { setMode, useMode } from '@/theme/preference';
import { Brand } from '@/ui/Brand';
import { ErrorPanel } from '@/ui/ErrorPanel';
import { ContactLines } from './ContactLines';

const POINTS = [
  { key: 'private', icon: <EyeInvisibleOutlined /> },
  { key: 'agreed', icon: <SafetyCertificateOutlined /> },
  { key: 'proved', icon: <AuditOutlined /> },
];

/** Addresses inside the console only: nobody can be sent elsewhere by a prepared link. */
function safeNext(next: string | undefined): string {
  return next && next.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}

export function LoginPage() {
  const { t, i18n } = useTranslation();
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const mode = useMode();
  useEffect(() => {
    document.title = t('common:documentTitle', { page: t('login:title') });
  }, [t]);
  const about = useQuery(aboutQuery());
  const login = useMutation({
    mutationFn: (body: SessionCreate) => signIn(body),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(sessionQuery().queryKey, session);
      void navigate({ href: safeNext(next) });
    },
  });
  const problem = login.error ? asProblem(login.error) : null;

  return (
    <main className="login">
      <section className="login-side" aria-label={t('login:about')}>
        <div>
          <Brand light />
          <h1>{t('login:headline')}</h1>
          <p>{t('login:subline')}</p>
          <ul>
            {POINTS.map((p) => (
              <li key={p.key}>
                {p.icon}
                <span>{t(`login:point.${p.key}`)}</span>
              </li>
            ))}
          </ul>
        </div>
        <p>{t('login:motto')}</p>
      </section>
      <section className="login-form">
        <Flex justify="flex-end" gap={4} style={{ marginBottom: 32 }}>
          <Button type="text" onClick={() => void switchLang(i18n.language === 'en' ? 'zh-CN' : 'en')} aria-label={t('nav:language')}>
            {t('nav:otherLanguage')}
          </Button>
          <Button
            type="text"
            icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />}
            aria-label={t(`nav:theme.${mode}`)}
            onClick={() => setMode(mode === 'dark' ? 'light' : 'dark')}
          />
        </Flex>
        <h2 className="login-title">{about.data ? t('login:titleOf', { org: about.data.organisation.name }) : t('login:title')}</h2>
        <p className="muted">{t('login:hint')}</p>
        {problem ? (
          <>
            <ErrorPanel error={login.error} />
            <Alert type="info" showIcon title={t('login:contactTitle')} description={<ContactLines contact={problem.extra['contact'] ?? about.data?.contact} />} style={{ marginBottom: 16 }} />
          </>
        ) : next ? (
          <Alert type="info" showIcon title={t('login:first')} style={{ marginBottom: 16 }} />
        ) : null}
        <Form<SessionCreate> layout="vertical" size="large" requiredMark={false} onFinish={(v) => login.mutate(v)}>
          <Form.Item name="username" label={t('login:username')} rules={[{ required: true, message: t('login:usernameMissing') }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t('login:password')} rules={[{ required: true, message: t('login:passwordMissing') }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={login.isPending}>
            {t('login:submit')}
          </Button>
        </Form>
      </section>
    </main>
  );
}
