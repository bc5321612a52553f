import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { myDatasetsCsv, myDatasetsQuery } from '@/api/datasets';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { GRADES } from '@/policy/disclosures';
import { ChoiceFilter, TextFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { Grade, StateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';

/** What this organisation has published. */
export function DatasetsPage() {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/data/datasets' });
  const query = useQuery(myDatasetsQuery(search));
  const columns: Column<S['DatasetSummary']>[] = [
    {
      id: 'title',
      title: t('datasets:column.title'),
      render: (d) => (
        <div className="two-line">
          <Link to="/data/datasets/$dataset" params={{ dataset: d.id }} className="row-link">
            {d.title}
          </Link>
          <span className="muted">{d.id}</span>
        </div>
      ),
    },
    { id: 'theme', title: t('datasets:column.theme'), extra: true, render: (d) => d.theme || t('common:none') },
    { id: 'grade', title: t('datasets:column.grade'), render: (d) => <Grade value={d.classification} /> },
    { id: 'rows', title: t('datasets:column.rows'), align: 'right', render: (d) => <span className="num">{count(d.rows, lang)}</span> },
    { id: 'columns', title: t('datasets:column.columns'), align: 'right', render: (d) => d.columns },
    { id: 'version', title: t('datasets:column.version'), align: 'right', render: (d) => d.version },
    { id: 'state', title: t('datasets:column.state'), render: (d) => <StateTag state={d.state} /> },
    { id: 'published', title: t('datasets:column.published'), extra: true, render: (d) => <Time at={d.published_at} /> },
    { id: 'updated', title: t('datasets:column.updated'), render: (d) => <Time at={d.updated_at} ago /> },
  ];
  const add = (
    <Button type="primary" onClick={() => void navigate({ to: '/data/publish' })}>
      {t('datasets:publish')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('datasets:title')} purpose={t('datasets:purpose')} actions={add} />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(d) => d.id}
        label={t('datasets:title')}
        csv={myDatasetsCsv(search)}
        filters={
          <>
            <TextFilter name="q" value={search.q} label={t('datasets:searchWords')} />
            <ChoiceFilter name="sensitivity" value={search.sensitivity} label={t('datasets:column.grade')} options={GRADES.map((g) => ({ value: g, label: t(`common:sensitivity.${g}`) }))} />
            <ChoiceFilter name="state" value={search.state} label={t('datasets:column.state')} options={(['active', 'frozen'] as const).map((x) => ({ value: x, label: t(`common:state.${x}`) }))} />
          </>
        }
        empty={<EmptyState title={t('datasets:empty')} hint={t('datasets:emptyHint')} action={add} />}
      />
    </>
  );
}
