import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { operationsCsv, operationsQuery } from '@/api/platform';
import type { S } from '@/api/types';
import { duration } from '@/lib/format';
import { ChoiceFilter, TextFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** Who did what on this node and how it went. */
export function OperationsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/shell/platform/operations' });
  const query = useQuery(operationsQuery(search));
  const columns: Column<S['Operation']>[] = [
    { id: 'at', title: t('platform:operations.at'), render: (o) => <Time at={o.at} /> },
    { id: 'operation', title: t('platform:operations.operation'), render: (o) => <code>{o.operation}</code> },
    { id: 'actor', title: t('platform:operations.actor'), render: (o) => (o.actor ? <code>{o.actor}</code> : t('platform:operations.nobody')) },
    { id: 'status', title: t('platform:operations.status'), render: (o) => <StatusTag tone={o.status < 400 ? 'good' : o.status < 500 ? 'warning' : 'bad'} label={o.code ? `${o.status} ${o.code}` : String(o.status)} /> },
    { id: 'remote', title: t('platform:operations.remote'), render: (o) => <code>{o.remote}</code> },
    { id: 'took', title: t('platform:operations.took'), align: 'right', render: (o) => duration(o.duration_ms) },
    { id: 'trace', title: t('common:traceId'), render: (o) => <Digest value={o.trace_id} /> },
    { id: 'path', title: t('platform:operations.path'), extra: true, render: (o) => <code>{o.path}</code> },
  ];
  return (
    <>
      <PageHeader title={t('platform:operations.title')} purpose={t('platform:operations.purpose')} />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(o) => String(o.id)}
        label={t('platform:operations.title')}
        csv={operationsCsv(search)}
        filters={
          <>
            <TextFilter name="actor" value={search.actor} label={t('platform:operations.actor')} width={160} />
            <TextFilter name="operation" value={search.operation} label={t('platform:operations.operation')} width={190} />
            <TextFilter name="trace" value={search.trace} label={t('common:traceId')} width={190} />
            <ChoiceFilter
              name="outcome"
              value={search.outcome}
              label={t('platform:operations.status')}
              options={[
                { value: 'succeeded', label: t('platform:operations.succeeded') },
                { value: 'failed', label: t('platform:operations.failed') },
              ]}
            />
          </>
        }
        empty={<EmptyState title={t('platform:operations.none')} hint={t('platform:operations.noneHint')} />}
      />
    </>
  );
}
