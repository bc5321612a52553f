import { Alert, Button } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { applicationQuery } from '@/api/applications';
import type { S } from '@/api/types';
import { Async } from '@/ui/Async';
import { ApplicationStateTag } from '@/ui/Badges';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { ScopeView } from '@/ui/ScopeView';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

export function ApplicationPage() {
  const { application } = useParams({ from: '/shell/applications/$application' });
  const query = useQuery({ ...applicationQuery(application), refetchInterval: (q) => (q.state.data?.state === 'submitted' ? 5_000 : false) });
  return <Async query={query}>{(a) => <View a={a} />}</Async>;
}

function View({ a }: { a: S['Application'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      <PageHeader
        title={t('applications:detail.title', { title: a.dataset_title })}
        tags={<ApplicationStateTag state={a.state} />}
        actions={
          a.state === 'approved' ? (
            <Button type="primary" onClick={() => void navigate({ to: '/tasks/new', search: { dataset: a.dataset } })}>
              {t('applications:detail.newTask')}
            </Button>
          ) : undefined
        }
      />
      {a.state === 'submitted' ? <Alert type="info" showIcon className="gap-below" title={t('applications:detail.waiting', { org: a.owner.name })} /> : null}
      {a.state === 'rejected' ? (
        <Alert type="error" showIcon className="gap-below" title={t('applications:detail.rejected')} description={a.rejection_reason} />
      ) : null}
      {a.state === 'approved' && a.grant ? (
        <Alert
          type="success"
          showIcon
          className="gap-below"
          title={t('applications:detail.approved')}
          description={
            <Link to="/data/grants/$grant" params={{ grant: a.grant }}>
              {t('applications:detail.grant', { grant: a.grant })}
            </Link>
          }
        />
      ) : null}
      <Section title={t('applications:detail.about')}>
        <Properties
          items={[
            { label: t('applications:column.dataset'), value: <Link to="/catalog/$dataset" params={{ dataset: a.dataset }}>{a.dataset_title}</Link> },
            { label: t('applications:column.owner'), value: <OrgTag org={a.owner.id} small /> },
            { label: t('applications:detail.applicant'), value: <OrgTag org={a.applicant.id} small /> },
            { label: t('applications:column.by'), value: <code>{a.applied_by}</code> },
            { label: t('applications:column.submitted'), value: <Time at={a.submitted_at} /> },
            { label: t('applications:column.reviewed'), value: <Time at={a.reviewed_at} /> },
            { label: t('applications:detail.reviewer'), value: a.reviewed_by ? <code>{a.reviewed_by}</code> : null },
            { label: t('applications:detail.id'), value: <code>{a.id}</code> },
            { label: t('applications:detail.reason'), value: a.reason, wide: true },
          ]}
        />
      </Section>
      <Section title={t('applications:detail.scope')}>
        <ScopeView scope={a.scope} />
      </Section>
    </>
  );
}
