import { Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { applicationsCsv, applicationsQuery } from '@/api/applications';
import type { S } from '@/api/types';
import { ChoiceFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { ApplicationStateTag } from '@/ui/Badges';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Time } from '@/ui/Time';

/** What this organisation asked for and how it stands. */
export function ApplicationsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/applications' });
  const filter = { ...search, direction: 'mine' as const };
  const query = useQuery(applicationsQuery(filter));
  const columns: Column<S['Application']>[] = [
    {
      id: 'dataset',
      title: t('applications:column.dataset'),
      render: (a) => (
        <Link to="/applications/$application" params={{ application: a.id }} className="row-link">
          {a.dataset_title}
        </Link>
      ),
    },
    { id: 'owner', title: t('applications:column.owner'), render: (a) => <OrgTag org={a.owner.id} small /> },
    { id: 'purpose', title: t('common:scope.purpose'), render: (a) => <code>{a.scope.purpose}</code> },
    { id: 'state', title: t('applications:column.state'), render: (a) => <ApplicationStateTag state={a.state} /> },
    { id: 'by', title: t('applications:column.by'), extra: true, render: (a) => <code>{a.applied_by}</code> },
    { id: 'submitted', title: t('applications:column.submitted'), render: (a) => <Time at={a.submitted_at} /> },
    { id: 'reviewed', title: t('applications:column.reviewed'), render: (a) => <Time at={a.reviewed_at} /> },
  ];
  return (
    <>
      <PageHeader
        title={t('applications:title')}
        purpose={t('applications:purpose')}
        actions={
          <Button type="primary" onClick={() => void navigate({ to: '/catalog' })}>
            {t('applications:new')}
          </Button>
        }
      />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(a) => a.id}
        label={t('applications:title')}
        csv={applicationsCsv(filter)}
        filters={
          <ChoiceFilter
            name="state"
            value={search.state}
            label={t('applications:column.state')}
            options={(['submitted', 'approved', 'rejected'] as const).map((s) => ({ value: s, label: t(`common:applicationState.${s}`) }))}
          />
        }
        empty={<EmptyState title={t('applications:empty')} hint={t('applications:emptyHint')} action={<Link to="/catalog">{t('applications:new')}</Link>} />}
      />
    </>
  );
}
