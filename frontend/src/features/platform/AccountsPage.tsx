import { App, Button, Space } from 'antd';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsCsv, accountsQuery, setAccountState } from '@/api/platform';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { ROLES } from '@/lib/roles';
import { SignModal } from '@/signing/SignModal';
import { ChoiceFilter, TextFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { StateTag } from '@/ui/Badges';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { StatusTag, type Tone } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';
import { NewAccountModal } from './NewAccountModal';
import { ResetPasswordModal } from './ResetPasswordModal';

const KEY_TONE: Record<S['KeyState'], Tone> = { registered: 'good', pending: 'waiting', disabled: 'warning', elsewhere: 'warning', missing: 'bad' };

/** People of this organisation: roles, keys, freeze. */
export function AccountsPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const search = useSearch({ from: '/shell/platform/accounts' });
  const query = useQuery(accountsQuery(search));
  const [creating, setCreating] = useState(false);
  const [resetting, setResetting] = useState<string | null>(null);
  const [action, setAction] = useState<Action | null>(null);
  const reload = () => void client.invalidateQueries({ queryKey: ['accounts'] });
  const freezing = action?.operation === 'account_state_change' && action.request.change.state === 'frozen';
  const columns: Column<S['Account']>[] = [
    {
      id: 'name',
      title: t('platform:accounts.name'),
      render: (a) => (
        <div className="two-line">
          <strong>{a.display_name}</strong>
          <code className="muted">{a.username}</code>
        </div>
      ),
    },
    { id: 'roles', title: t('platform:accounts.roles'), render: (a) => a.roles.map((r) => t(`common:role.${r}`)).join(t('common:listSeparator')) },
    { id: 'state', title: t('platform:accounts.state'), render: (a) => <StateTag state={a.state} /> },
    { id: 'key', title: t('platform:accounts.key'), render: (a) => <StatusTag tone={KEY_TONE[a.key.state]} label={t(`common:keyState.${a.key.state}`)} /> },
    { id: 'fingerprint', title: t('platform:accounts.fingerprint'), render: (a) => (a.key.fingerprint ? <Digest value={a.key.fingerprint} /> : t('common:none')) },
    { id: 'login', title: t('platform:accounts.lastLogin'), render: (a) => <Time at={a.last_login_at} ago /> },
    { id: 'locked', title: t('platform:accounts.locked'), extra: true, render: (a) => <Time at={a.locked_until} /> },
    { id: 'created', title: t('platform:accounts.created'), extra: true, render: (a) => <Time at={a.created_at} /> },
    {
      id: 'actions',
      title: t('platform:accounts.actions'),
      render: (a) => (
        <Space size={4}>
          <Button
            size="small"
            type="link"
            aria-label={t(a.state === 'active' ? 'platform:accounts.freezeOf' : 'platform:accounts.enableOf', { name: a.username })}
            onClick={() => setAction({ operation: 'account_state_change', request: { account: a.username, change: { state: a.state === 'active' ? 'frozen' : 'active' } } })}
          >
            {t(a.state === 'active' ? 'platform:accounts.freeze' : 'platform:accounts.enable')}
          </Button>
          <Button size="small" type="link" aria-label={t('platform:accounts.resetOf', { name: a.username })} onClick={() => setResetting(a.username)}>
            {t('platform:accounts.reset')}
          </Button>
        </Space>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title={t('platform:accounts.title')}
        purpose={t('platform:accounts.purpose')}
        actions={
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('platform:accounts.new')}
          </Button>
        }
      />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(a) => a.username}
        label={t('platform:accounts.title')}
        csv={accountsCsv(search)}
        filters={
          <>
            <TextFilter name="q" value={search.q} label={t('platform:accounts.searchWords')} />
            <ChoiceFilter name="role" value={search.role} label={t('platform:accounts.roles')} options={ROLES.map((r) => ({ value: r, label: t(`common:role.${r}`) }))} />
            <ChoiceFilter name="state" value={search.state} label={t('platform:accounts.state')} options={(['active', 'frozen'] as const).map((x) => ({ value: x, label: t(`common:state.${x}`) }))} />
          </>
        }
        empty={<EmptyState title={t('platform:accounts.none')} hint={t('platform:accounts.noneHint')} />}
      />
      <NewAccountModal
        open={creating}
        onClose={() => setCreating(false)}
        onDone={(a) => {
          setCreating(false);
          reload();
          void message.success(t('platform:accounts.createdOf', { name: a.username }));
        }}
      />
      <ResetPasswordModal account={resetting} onClose={() => setResetting(null)} />
      <SignModal
        title={t(freezing ? 'platform:accounts.freezeTitle' : 'platform:accounts.enableTitle')}
        verb={t(freezing ? 'platform:accounts.freeze' : 'platform:accounts.enable')}
        danger={freezing}
        action={action}
        submit={setAccountState}
        onClose={() => setAction(null)}
        onDone={() => {
          setAction(null);
          reload();
          void message.success(t('platform:accounts.changed'));
        }}
      />
    </>
  );
}
