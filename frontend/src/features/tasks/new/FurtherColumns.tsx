import { Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { datasetQuery } from '@/api/datasets';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { allowedFor, type Further, type KeyPair } from './draft';
import { ColumnChoice } from './ColumnChoice';

type KeysProps = { party: Further; keys: KeyPair[]; user: string; onChange: (keys: string[]) => void };

/** The key columns of a further party, one for each of ours. */
export function FurtherKeys({ party, keys, user, onChange }: KeysProps) {
  const { t } = useTranslation();
  const dataset = useQuery(datasetQuery(party.dataset));
  const columns = dataset.data?.column_list ?? [];
  const open = allowedFor(columns, user, 'PLAINTEXT_AFTER_JOIN');
  return (
    <Space wrap className="gap-below" role="group" aria-label={t('newTask:further.keysOf', { dataset: dataset.data?.title ?? party.dataset })}>
      <OrgTag org={party.organisation} small />
      {keys.map((k, i) => (
        <Select
          key={i}
          className="key-select"
          aria-label={t('newTask:further.key', { n: i + 1, dataset: dataset.data?.title ?? party.dataset })}
          placeholder={t('newTask:keys.column')}
          value={party.keys[i] || null}
          loading={dataset.isFetching}
          onChange={(c: string | null) => c && onChange(keys.map((_, j) => (j === i ? c : (party.keys[j] ?? ''))))}
          options={columns.map((c) => ({ value: c.name, label: open.has(c.name) ? `${c.name} · ${t('newTask:keys.open')}` : c.name, disabled: k.mine === '' }))}
        />
      ))}
    </Space>
  );
}

type PayloadProps = { party: Further; receiver: string; onChange: (payload: string[]) => void };

/** The columns that a further party returns for matched rows. */
export function FurtherPayload({ party, receiver, onChange }: PayloadProps) {
  const { t } = useTranslation();
  const dataset = useQuery(datasetQuery(party.dataset));
  const columns = dataset.data?.column_list ?? [];
  const label = t('newTask:further.columnsOf', { dataset: dataset.data?.title ?? party.dataset });
  return (
    <Section title={label}>
      <ColumnChoice label={label} columns={columns} chosen={party.payload} onChange={onChange} only={allowedFor(columns, receiver, 'PLAINTEXT_AS_JOIN_PAYLOAD')} closedText={t('newTask:further.closed')} />
    </Section>
  );
}
