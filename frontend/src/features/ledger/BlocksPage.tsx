import { Input, Switch } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { searchQuery } from '@/api/home';
import { blocksQuery, chainQuery } from '@/api/ledger';
import type { S } from '@/api/types';
import { count, duration, type Lang } from '@/lib/format';
import { useSetFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { hitPath } from '@/lib/paths';
import { PathLink } from '@/ui/PathLink';

/** The chain at a glance, search, blocks. */
export function BlocksPage() {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const search = useSearch({ from: '/shell/ledger' });
  const set = useSetFilter();
  const chain = useQuery(chainQuery());
  const query = useQuery(blocksQuery(search));
  const columns: Column<S['BlockSummary']>[] = [
    {
      id: 'height',
      title: t('ledger:column.height'),
      render: (b) => (
        <Link to="/ledger/blocks/$height" params={{ height: String(b.height) }} className="row-link num">
          {count(b.height, lang)}
        </Link>
      ),
    },
    { id: 'hash', title: t('ledger:column.hash'), render: (b) => <Digest value={b.hash} /> },
    { id: 'time', title: t('ledger:column.time'), render: (b) => <Time at={b.time} /> },
    { id: 'proposer', title: t('ledger:column.proposer'), render: (b) => <OrgTag org={b.proposer.id} small /> },
    { id: 'transactions', title: t('ledger:column.transactions'), align: 'right', render: (b) => <span className="num">{count(b.transactions, lang)}</span> },
    { id: 'signatures', title: t('ledger:column.signatures'), align: 'right', render: (b) => t('ledger:signaturesOf', { n: b.signatures, all: b.validators }) },
  ];
  const c = chain.data;
  return (
    <>
      <PageHeader title={t('ledger:title')} purpose={t('ledger:purpose')} />
      {c ? (
        <>
          <div className="facts">
            <Fact label={t('ledger:fact.height')} value={count(c.height, lang)} />
            <Fact label={t('ledger:fact.transactions')} value={count(c.transactions, lang)} />
            <Fact label={t('ledger:fact.interval')} value={c.block_interval_ms === null ? t('common:none') : duration(c.block_interval_ms)} />
            <Fact label={t('ledger:fact.validators')} value={String(c.validators.length)} />
          </div>
          <Section>
            <div className="chain-line">
              <span>
                <span className="muted">{t('ledger:fact.chain')}</span> <code>{c.id}</code>
              </span>
              <span>
                <span className="muted">{t('ledger:fact.suite')}</span> {t(`common:suite.${c.suite}`)}
              </span>
              <span>
                <span className="muted">{t('ledger:fact.genesis')}</span> <Digest value={c.genesis} />
              </span>
              <span>
                <span className="muted">{t('ledger:fact.stateRoot')}</span> <Digest value={c.state_root} />
              </span>
              <span>
                <span className="muted">{t('ledger:fact.latest')}</span> <Time at={c.time} ago />
              </span>
              <span className="task-parties">
                {c.validators.map((v) => (
                  <OrgTag key={v.id} org={v.id} small />
                ))}
              </span>
            </div>
          </Section>
        </>
      ) : null}
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(b) => String(b.height)}
        label={t('ledger:blocks')}
        filters={
          <>
            <LedgerSearch />
            <label className="switch-label">
              <Switch size="small" checked={search.all === 'true'} onChange={(on) => set({ all: on ? 'true' : undefined })} /> {t('ledger:showEmpty')}
            </label>
          </>
        }
        empty={<EmptyState title={t('ledger:empty')} hint={t('ledger:emptyHint')} />}
      />
    </>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div className="fact">
      <div className="label">{label}</div>
      <div className="value">{value}</div>
    </div>
  );
}

/** A height, a hash, an id, a word: what it may mean, at once when there is one answer. */
function LedgerSearch() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [q, setQ] = useState('');
  const found = useQuery(searchQuery(q));
  const open = (text: string) => {
    const wanted = text.trim();
    setQ(wanted);
    if (/^\d+$/.test(wanted)) void navigate({ to: '/ledger/blocks/$height', params: { height: wanted } });
  };
  return (
    <div className="ledger-search">
      <Input.Search data-list-search="" aria-label={t('ledger:search')} placeholder={t('ledger:search')} allowClear onSearch={open} loading={found.isFetching} style={{ width: 380 }} />
      {q !== '' && found.data ? (
        <ul className="hits" aria-live="polite">
          {found.data.items.length === 0 ? <li className="muted">{t('ledger:nothing')}</li> : null}
          {found.data.items.map((h) => (
            <li key={`${h.kind}-${h.id}`}>
              <span className="muted">{t(`common:hit.${h.kind}`)}</span> <PathLink path={hitPath(h)}>{h.title || h.id}</PathLink>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
