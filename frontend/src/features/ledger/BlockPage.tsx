import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Collapse } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { blockQuery } from '@/api/ledger';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { Async } from '@/ui/Async';
import { DataTable } from '@/ui/DataTable';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { TransactionTable } from './TransactionTable';

export function BlockPage() {
  const { height } = useParams({ from: '/shell/ledger/blocks/$height' });
  const query = useQuery(blockQuery(height));
  return <Async query={query}>{(b) => <View b={b} />}</Async>;
}

function View({ b }: { b: S['Block'] }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const navigate = useNavigate();
  const go = (height: number) => void navigate({ to: '/ledger/blocks/$height', params: { height: String(height) } });
  return (
    <>
      <PageHeader
        title={t('ledger:block.title', { height: count(b.height, lang) })}
        purpose={t('ledger:block.purpose')}
        actions={
          <>
            <Button icon={<LeftOutlined />} disabled={b.height <= 1} onClick={() => go(b.height - 1)}>
              {t('ledger:block.previous')}
            </Button>
            <Button icon={<RightOutlined />} iconPlacement="end" onClick={() => go(b.height + 1)}>
              {t('ledger:block.next')}
            </Button>
          </>
        }
      />
      <Section title={t('ledger:block.header')}>
        <Properties
          items={[
            { label: t('ledger:column.time'), value: <Time at={b.time} /> },
            { label: t('ledger:column.proposer'), value: <OrgTag org={b.proposer.id} small /> },
            { label: t('ledger:column.transactions'), value: count(b.transactions, lang) },
            { label: t('ledger:block.round'), value: b.round },
            { label: t('ledger:column.hash'), value: <Digest value={b.hash} full />, wide: true },
            { label: t('ledger:block.previousHash'), value: <Digest value={b.previous_hash} full />, wide: true },
            { label: t('ledger:block.stateRoot'), value: <Digest value={b.state_root} full />, wide: true },
            { label: t('ledger:block.transactionsRoot'), value: <Digest value={b.transactions_root} full />, wide: true },
            { label: t('ledger:block.receiptsRoot'), value: <Digest value={b.receipts_root} full />, wide: true },
          ]}
        />
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: 'fields',
              label: t('ledger:block.allFields'),
              children: (
                <DataTable
                  aria-label={t('ledger:block.allFields')}
                  size="small"
                  pagination={false}
                  rowKey="name"
                  scroll={{ x: 'max-content' }}
                  dataSource={b.header}
                  columns={[
                    { key: 'name', title: t('ledger:block.field'), render: (_, f) => <code>{f.name}</code> },
                    { key: 'value', title: t('ledger:block.value'), render: (_, f) => <code className="break">{f.value}</code> },
                  ]}
                />
              ),
            },
            { key: 'bytes', label: t('signing:bytes', { count: b.header_canonical.length / 2 }), children: <pre className="bytes" tabIndex={0}>{b.header_canonical}</pre> },
          ]}
        />
      </Section>
      <Section flush title={t('ledger:block.transactions')}>
        {b.transaction_list.length === 0 ? <EmptyState title={t('ledger:block.noTransactions')} hint={t('ledger:block.noTransactionsHint')} /> : <TransactionTable items={b.transaction_list} />}
      </Section>
      <Section flush title={t('ledger:block.certificate', { n: b.signatures, all: b.validators })} extra={<span className="muted">{t('ledger:block.certificateHint')}</span>}>
        <DataTable
          aria-label={t('ledger:block.certificate', { n: b.signatures, all: b.validators })}
          size="small"
          pagination={false}
          rowKey={(s) => s.validator.id}
          dataSource={b.certificate}
          columns={[
            { key: 'validator', title: t('ledger:block.validator'), render: (_, s) => <OrgTag org={s.validator.id} small /> },
            { key: 'signature', title: t('ledger:block.signature'), render: (_, s) => <Digest value={s.signature} /> },
          ]}
        />
      </Section>
    </>
  );
}
