import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { Digest } from './Digest';
import { Properties } from './Properties';
import { StatusTag } from './StatusTag';

const TONE = { usable: 'good', not_in_build: 'waiting', descriptor_differs: 'bad', not_registered: 'waiting' } as const;

/** Whether this node can run an algorithm. */
export function AlgorithmState({ state }: { state: S['AlgorithmState'] }) {
  const { t } = useTranslation();
  return <StatusTag tone={TONE[state]} label={t(`algorithms:state.${state}`)} />;
}

/** A list of assumptions or leakages in words. */
export function Facts({ facts }: { facts: readonly S['AlgorithmFact'][] }) {
  return (
    <ul className="plain-list">
      {facts.map((f) => (
        <li key={f.code}>{f.text}</li>
      ))}
    </ul>
  );
}

/** Name, version, digest on the ledger, security model, leakage and assumptions of one algorithm. `leakage` is left out where a task's own sentences say it. */
export function AlgorithmView({ algorithm, withLeakage = true, withCost = false }: { algorithm: S['Algorithm']; withLeakage?: boolean; withCost?: boolean }) {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const d = algorithm.description;
  return (
    <>
      {algorithm.state_reason ? <Alert type={algorithm.state === 'descriptor_differs' ? 'error' : 'warning'} showIcon className="gap-below" title={algorithm.state_reason} /> : null}
      {d ? <p className="flush-p gap-below">{d.summary}</p> : null}
      <Properties
        columns={1}
        items={[
          {
            label: t('algorithms:name'),
            value: (
              <span>
                <code>{algorithm.id}</code> · {t('algorithms:version', { version: algorithm.version })}
              </span>
            ),
          },
          { label: t('algorithms:digest'), value: algorithm.registered_digest ? <Digest value={algorithm.registered_digest} /> : t('algorithms:unregistered') },
          { label: t('algorithms:ownDigest'), hidden: !d || d.digest === algorithm.registered_digest, value: d ? <Digest value={d.digest} /> : null },
          { label: t('algorithms:security'), hidden: !d, value: d?.security_text },
          { label: t('algorithms:leakage'), hidden: !d || !withLeakage, value: d ? <Facts facts={d.leakage} /> : null },
          { label: t('algorithms:assumptions'), hidden: !d, value: d ? <Facts facts={d.assumptions} /> : null },
          {
            label: t('algorithms:cost'),
            hidden: !d || !withCost,
            value: d
              ? t('algorithms:costLine', {
                  bits: count(d.cost.receiver_item_bits + d.cost.sender_item_bits, lang),
                  fixed: bytes(d.cost.fixed_bytes, lang),
                  micros: new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(d.cost.item_ns / 1_000),
                  memory: count(d.cost.item_memory_bytes, lang),
                })
              : null,
          },
        ]}
      />
    </>
  );
}
