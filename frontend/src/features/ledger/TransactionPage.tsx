import { Button, Collapse } from 'antd';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { evidenceQuery } from '@/api/evidence';
import { transactionQuery } from '@/api/ledger';
import { save } from '@/api/lists';
import type { S } from '@/api/types';
import { Async } from '@/ui/Async';
import { CopyButton, Digest } from '@/ui/Digest';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';
import { OutcomeTag } from './OutcomeTag';

export function TransactionPage() {
  const { transaction } = useParams({ from: '/shell/ledger/transactions/$transaction' });
  const query = useQuery(transactionQuery(transaction));
  return <Async query={query}>{(x) => <View x={x} />}</Async>;
}

/** The task a decoded action speaks of. */
function taskIn(decoded: unknown): string | undefined {
  const found = /"task":\s*"([0-9a-f]{64})"/.exec(JSON.stringify(decoded) ?? '');
  return found?.[1];
}

function View({ x }: { x: S['Transaction'] }) {
  const { t } = useTranslation();
  const decoded = JSON.stringify(x.decoded, null, 2);
  const task = taskIn(x.decoded);
  const near = useQuery({ ...evidenceQuery({ actor: x.actor, limit: '20' }), enabled: task === undefined, select: (p) => p.items.find((e) => e.transaction === x.id) });
  const chain = task ?? near.data?.tasks[0];
  const proof = useMutation({ mutationFn: () => save(new Response(JSON.stringify(x.proof, null, 2)), `receipt-${x.id.slice(0, 12)}.json`) });
  return (
    <>
      <PageHeader
        title={t('ledger:transaction.title', { action: t(`common:action.${x.action}`) })}
        purpose={<Digest value={x.id} full />}
        tags={<OutcomeTag accepted={x.accepted} code={x.code} />}
        actions={
          chain ? (
            <Link to="/audit/tasks/$task" params={{ task: chain }}>
              {t('ledger:transaction.chain')}
            </Link>
          ) : undefined
        }
      />
      <Section title={t('ledger:transaction.about')}>
        <Properties
          items={[
            {
              label: t('ledger:column.height'),
              value: (
                <Link to="/ledger/blocks/$height" params={{ height: String(x.height) }}>
                  {t('common:blockAt', { height: x.height })}
                </Link>
              ),
            },
            { label: t('ledger:transactions.index'), value: x.index },
            { label: t('ledger:column.time'), value: <Time at={x.time} /> },
            { label: t('ledger:transactions.organisation'), value: <OrgTag org={x.organisation.id} small /> },
            { label: t('ledger:transactions.actor'), value: <code>{x.actor}</code> },
            { label: t('ledger:transaction.answer'), value: x.outcome },
            { label: t('ledger:transaction.events'), value: x.events.join(t('common:listSeparator')), wide: true },
            { label: t('ledger:transaction.publicKey'), value: <Digest value={x.public_key} full />, wide: true },
            { label: t('ledger:transaction.signature'), value: <Digest value={x.signature} full />, wide: true },
          ]}
        />
      </Section>
      <Section title={t('ledger:transaction.signed')} hint={t('ledger:transaction.signedHint')} extra={<CopyButton value={decoded} />}>
        <pre className="bytes" tabIndex={0}>{decoded}</pre>
        <Collapse
          ghost
          size="small"
          items={[{ key: 'bytes', label: t('signing:bytes', { count: x.canonical.length / 2 }), children: <pre className="bytes" tabIndex={0}>{x.canonical}</pre> }]}
        />
      </Section>
      <Section
        title={t('ledger:transaction.proof')}
        hint={t('ledger:transaction.proofHint')}
        extra={
          x.proof ? (
            <Button onClick={() => proof.mutate()}>{t('ledger:transaction.saveProof')}</Button>
          ) : undefined
        }
      >
        {x.proof ? (
          <Collapse ghost size="small" items={[{ key: 'proof', label: t('ledger:transaction.showProof'), children: <pre className="bytes" tabIndex={0}>{JSON.stringify(x.proof, null, 2)}</pre> }]} />
        ) : (
          t('ledger:transaction.noProof')
        )}
      </Section>
    </>
  );
}
