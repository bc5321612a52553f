import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sourcesCsv, sourcesQuery } from '@/api/sources';
import type { S } from '@/api/types';
import { bytes, count, type Lang } from '@/lib/format';
import { ChoiceFilter, TextFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { StateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** Where this organisation's rows are; known to this node only. */
export function SourcesPage() {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/data/sources' });
  const query = useQuery(sourcesQuery(search));
  const columns: Column<S['Source']>[] = [
    {
      id: 'name',
      title: t('sources:column.name'),
      render: (s) => (
        <div className="two-line">
          <Link to="/data/sources/$source" params={{ source: s.id }} className="row-link">
            {s.name}
          </Link>
          <span className="muted">{s.id}</span>
        </div>
      ),
    },
    { id: 'kind', title: t('sources:column.kind'), render: (s) => t(`sources:kind.${s.kind}`) },
    { id: 'rows', title: t('sources:column.rows'), align: 'right', render: (s) => <span className="num">{s.rows === null ? t('common:none') : count(s.rows, lang)}</span> },
    { id: 'size', title: t('sources:column.size'), align: 'right', render: (s) => <span className="num">{bytes(s.bytes, lang)}</span> },
    { id: 'available', title: t('sources:column.available'), render: (s) => <StatusTag tone={s.available ? 'good' : 'bad'} label={t(s.available ? 'sources:available' : 'sources:missing')} /> },
    { id: 'state', title: t('sources:column.state'), render: (s) => <StateTag state={s.state} /> },
    { id: 'datasets', title: t('sources:column.datasets'), align: 'right', render: (s) => s.datasets.length },
    { id: 'path', title: t('sources:column.path'), extra: true, render: (s) => <code>{s.path}</code> },
    { id: 'created', title: t('sources:column.created'), render: (s) => <Time at={s.created_at} ago /> },
  ];
  const add = (
    <Button type="primary" onClick={() => void navigate({ to: '/data/sources/new' })}>
      {t('sources:register')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('sources:title')} purpose={t('sources:purpose')} actions={add} />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(s) => s.id}
        label={t('sources:title')}
        csv={sourcesCsv(search)}
        filters={
          <>
            <TextFilter name="q" value={search.q} label={t('sources:searchWords')} />
            <ChoiceFilter name="kind" value={search.kind} label={t('sources:column.kind')} options={(['csv', 'parquet'] as const).map((k) => ({ value: k, label: t(`sources:kind.${k}`) }))} />
            <ChoiceFilter name="state" value={search.state} label={t('sources:column.state')} options={(['active', 'frozen'] as const).map((k) => ({ value: k, label: t(`common:state.${k}`) }))} />
          </>
        }
        empty={<EmptyState title={t('sources:empty')} hint={t('sources:emptyHint')} action={add} />}
      />
    </>
  );
}
