import {
  ApartmentOutlined, AuditOutlined, BlockOutlined, DatabaseOutlined, FileDoneOutlined, HomeOutlined, LogoutOutlined, MoonOutlined,
  QuestionCircleOutlined, ReadOutlined, SafetyCertificateOutlined, SearchOutlined, SettingOutlined, SunOutlined, TranslationOutlined, UserOutlined,
} from '@ant-design/icons';
import { App, Badge, Button, Dropdown, Layout, Menu, Tooltip } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate, useRouteContext } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTodoCount } from '@/api/home';
import { useOrganisations } from '@/api/organisations';
import { signOut } from '@/api/session';
import { switchLang } from '@/i18n';
import type { Lang } from '@/lib/format';
import { setMode, useMode } from '@/theme/preference';
import { colourAt } from '@/theme/tokens';
import { Brand } from '@/ui/Brand';
import { OrgLooksProvider, OrgTag, type OrgLook } from '@/ui/OrgTag';
import { activeItem, navFor } from './nav';
import { Palette } from './Palette';
import { useShortcuts } from './shortcuts';

const ICONS: Record<string, ReactNode> = {
  home: <HomeOutlined />,
  catalog: <ReadOutlined />,
  data: <DatabaseOutlined />,
  computing: <ApartmentOutlined />,
  approvals: <FileDoneOutlined />,
  audit: <AuditOutlined />,
  ledger: <BlockOutlined />,
  platform: <SafetyCertificateOutlined />,
};

/** Groups that stay folded until they are used, so that the menu fits a low screen. */
const OPEN_AT_FIRST = new Set(['catalog', 'data', 'computing', 'audit']);

/** Everything around a page: menu, top bar, names of organisations, keyboard. */
export function Shell() {
  const { t, i18n } = useTranslation();
  const { session } = useRouteContext({ from: '/shell' });
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const mode = useMode();
  const [palette, setPalette] = useState(false);
  const openPalette = useCallback(() => setPalette(true), []);
  useShortcuts(openPalette);
  const roles = session.account.roles;
  const todo = useTodoCount();

  const organisations = useOrganisations();
  const looks = useMemo(() => {
    const members = [...(organisations.data?.items ?? [])].sort((a, b) => a.joined_at.localeCompare(b.joined_at) || a.id.localeCompare(b.id));
    return new Map<string, OrgLook>(members.map((o, i) => [o.id, { name: o.name, colour: colourAt(i) }]));
  }, [organisations.data]);
  const lookOf = useCallback((org: string): OrgLook => looks.get(org) ?? { name: org, colour: colourAt(0) }, [looks]);

  // A screen reader hears the page it came to; focus starts at the content, not in the menu.
  const [announced, setAnnounced] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setAnnounced(document.title), 300);
    return () => window.clearTimeout(timer);
  }, [pathname, i18n.language]);

  const groups = navFor(roles);
  const active = activeItem(pathname);
  const items = groups.map((g) => {
    const label = (key: string) =>
      key === 'approvals' && todo > 0 ? (
        <>
          {t(`nav:item.${key}`)} <Badge count={todo} size="small" title={t('nav:todoCount', { count: todo })} />
        </>
      ) : (
        t(`nav:item.${key}`)
      );
    const leaf = (key: string, path: string) => ({ key: path, label: <Link to={path as '/'}>{label(key)}</Link> });
    const first = g.items[0];
    return g.items.length === 1 && first
      ? { ...leaf(first.key, first.path), icon: ICONS[g.key] }
      : { key: g.key, icon: ICONS[g.key], label: t(`nav:group.${g.key}`), children: g.items.map((i) => leaf(i.key, i.path)) };
  });

  const leave = async () => {
    try {
      await signOut();
    } finally {
      client.clear();
      void navigate({ to: '/login' });
    }
    void message.success(t('nav:signedOut'));
  };
  const otherLang: Lang = i18n.language === 'en' ? 'zh-CN' : 'en';

  return (
    <OrgLooksProvider value={lookOf}>
      <a className="skip-link" href="#content">
        {t('nav:skip')}
      </a>
      <Layout className="shell">
        <Layout.Header className="shell-header">
          <Link to="/" aria-label={t('nav:item.home')}>
            <Brand />
          </Link>
          <div className="grow" />
          <Tooltip title={t('nav:palette.keys')}>
            <Button icon={<SearchOutlined />} onClick={openPalette} aria-label={t('nav:palette.title')}>
              {t('nav:search')}
            </Button>
          </Tooltip>
          <Tooltip title={t('nav:language')}>
            <Button type="text" icon={<TranslationOutlined />} onClick={() => void switchLang(otherLang)} aria-label={t('nav:language')}>
              {t('nav:otherLanguage')}
            </Button>
          </Tooltip>
          <Tooltip title={t(`nav:theme.${mode}`)}>
            <Button
              type="text"
              icon={mode === 'dark' ? <SunOutlined /> : <MoonOutlined />}
              aria-label={t(`nav:theme.${mode}`)}
              onClick={() => setMode(mode === 'dark' ? 'light' : 'dark')}
            />
          </Tooltip>
          <Tooltip title={t('nav:help')}>
            <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('nav:help')} onClick={() => void navigate({ to: '/help' })} />
          </Tooltip>
          <OrgTag org={session.organisation.id} />
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                { key: 'roles', disabled: true, label: roles.map((r) => t(`common:role.${r}`)).join(t('common:listSeparator')) },
                { type: 'divider' },
                { key: 'settings', icon: <SettingOutlined />, label: t('nav:settings') },
                { key: 'leave', icon: <LogoutOutlined />, label: t('nav:signOut') },
              ],
              onClick: ({ key }) => (key === 'leave' ? void leave() : void navigate({ to: '/settings' })),
            }}
          >
            <Button type="text" icon={<UserOutlined />} aria-label={t('nav:account', { name: session.account.display_name })}>
              {session.account.display_name}
            </Button>
          </Dropdown>
        </Layout.Header>
        <Layout hasSider>
          <Layout.Sider width={196} className="shell-sider" breakpoint="lg" collapsedWidth={60}>
            <nav aria-label={t('nav:menu')}>
              <Menu
                mode="inline"
                inlineIndent={16}
                items={items}
                selectedKeys={active ? [active.path] : []}
                defaultOpenKeys={groups.map((g) => g.key).filter((k) => OPEN_AT_FIRST.has(k) || active?.path.startsWith(`/${k}`))}
              />
            </nav>
          </Layout.Sider>
          <main id="content" className="shell-main" tabIndex={-1}>
            <Outlet />
          </main>
        </Layout>
      </Layout>
      <div aria-live="polite" className="sr-only">
        {announced}
      </div>
      <Palette open={palette} roles={roles} onClose={() => setPalette(false)} />
    </OrgLooksProvider>
  );
}
