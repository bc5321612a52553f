import { Checkbox } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { catalogCsv, catalogQuery, facetsQuery } from '@/api/datasets';
import type { S } from '@/api/types';
import { count, type Lang } from '@/lib/format';
import { TextFilter, useSetFilter, ChoiceFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { Grade, StateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

/** What the consortium has: search, facets, one line per dataset. */
export function CatalogPage() {
  const { t, i18n } = useTranslation();
  const lang = i18n.language as Lang;
  const search = useSearch({ from: '/shell/catalog' });
  const query = useQuery(catalogQuery(search));
  const facets = useQuery(facetsQuery(search));
  const columns: Column<S['DatasetSummary']>[] = [
    {
      id: 'title',
      title: t('catalog:column.title'),
      render: (d) => (
        <div className="two-line">
          <Link to="/catalog/$dataset" params={{ dataset: d.id }} className="row-link">
            {d.title}
          </Link>
          <span className="muted ellipsis">{d.description || d.id}</span>
        </div>
      ),
    },
    { id: 'organisation', title: t('catalog:column.organisation'), render: (d) => <OrgTag org={d.organisation.id} small /> },
    { id: 'classification', title: t('catalog:column.classification'), render: (d) => <Grade value={d.classification} /> },
    { id: 'rows', title: t('catalog:column.rows'), align: 'right', render: (d) => <span className="num">{count(d.rows, lang)}</span> },
    { id: 'columns', title: t('catalog:column.columns'), align: 'right', render: (d) => <span className="num">{d.columns}</span> },
    { id: 'kinds', title: t('catalog:column.kinds'), render: (d) => (d.kinds.length > 0 ? d.kinds.map((k) => t(`common:taskKind.${k}`)).join(t('common:listSeparator')) : t('common:none')) },
    { id: 'theme', title: t('catalog:column.theme'), extra: true, render: (d) => d.theme || t('common:none') },
    { id: 'version', title: t('catalog:column.version'), extra: true, align: 'right', render: (d) => d.version },
    { id: 'state', title: t('catalog:column.state'), extra: true, render: (d) => <StateTag state={d.state} /> },
    { id: 'updated', title: t('catalog:column.updated'), render: (d) => <Time at={d.updated_at} ago /> },
  ];
  return (
    <>
      <PageHeader title={t('catalog:title')} purpose={t('catalog:purpose')} />
      <div className="with-facets">
        <Section className="facets">
          <FacetList name="organisation" label={t('catalog:column.organisation')} facets={facets.data?.organisations} value={search.organisation} render={(v) => <OrgTag org={v} small />} />
          <FacetList name="sensitivity" label={t('catalog:column.classification')} facets={facets.data?.classifications} value={search.sensitivity} render={(v) => t(`common:sensitivity.${v}`)} />
          <FacetList name="theme" label={t('catalog:column.theme')} facets={facets.data?.themes} value={search.theme} render={(v) => v || t('catalog:noTheme')} />
        </Section>
        <div>
          <QueryTable
            query={query}
            search={search}
            columns={columns}
            rowKey={(d) => d.id}
            label={t('catalog:title')}
            csv={catalogCsv(search)}
            filters={
              <>
                <TextFilter name="q" value={search.q} label={t('catalog:searchWords')} />
                <ChoiceFilter name="use" value={search.use} label={t('catalog:column.kinds')} options={[{ value: 'psi', label: t('common:taskKind.psi') }]} />
              </>
            }
            empty={<EmptyState title={t('catalog:empty')} hint={search.q ? t('catalog:emptySearch') : t('catalog:emptyHint')} />}
          />
        </div>
      </div>
    </>
  );
}

type FacetProps = { name: string; label: string; facets: S['Facet'][] | undefined; value: string | undefined; render: (value: string) => React.ReactNode };

/** Values that occur, with how often; choosing one filters, choosing it again undoes it. */
function FacetList({ name, label, facets, value, render }: FacetProps) {
  const set = useSetFilter();
  if (!facets || facets.length === 0) return null;
  return (
    <fieldset className="facet">
      <legend>{label}</legend>
      {facets.map((f) => (
        <Checkbox key={f.value} checked={value === f.value} onChange={(e) => set({ [name]: e.target.checked ? f.value : undefined })}>
          <span className="facet-line">
            <span>{render(f.value)}</span>
            <span className="muted num">{f.count}</span>
          </span>
        </Checkbox>
      ))}
    </fieldset>
  );
}
