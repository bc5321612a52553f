import { Button, DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { evidenceCsv, evidenceQuery } from '@/api/evidence';
import { useOrganisations } from '@/api/organisations';
import type { S } from '@/api/types';
import { shortDigest } from '@/lib/format';
import { ChoiceFilter, TextFilter, useSetFilter } from '@/table/Filters';
import { QueryTable, type Column } from '@/table/QueryTable';
import { ACTIONS } from '@/ui/actions';
import { Digest } from '@/ui/Digest';
import { EmptyState } from '@/ui/EmptyState';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { StatusTag } from '@/ui/StatusTag';
import { Time } from '@/ui/Time';

/** Search of evidence by task, dataset, organisation, person, action, time. */
export function EvidencePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ from: '/shell/audit' });
  const set = useSetFilter();
  const organisations = useOrganisations();
  const query = useQuery(evidenceQuery(search));
  const columns: Column<S['EvidenceItem']>[] = [
    { id: 'time', title: t('audit:column.time'), render: (e) => <Time at={e.time} /> },
    { id: 'action', title: t('audit:column.action'), render: (e) => t(`common:action.${e.action}`) },
    {
      id: 'who',
      title: t('audit:column.who'),
      render: (e) => (
        <div className="two-line">
          <OrgTag org={e.organisation.id} small />
          <span className="muted">{e.actor}</span>
        </div>
      ),
    },
    { id: 'sentence', title: t('audit:column.sentence'), render: (e) => <div className="sentence">{e.sentence}</div> },
    {
      id: 'outcome',
      title: t('audit:column.outcome'),
      render: (e) => <StatusTag tone={e.accepted ? 'good' : 'bad'} label={e.accepted ? t('audit:accepted') : (e.code ?? t('audit:refused'))} />,
    },
    {
      id: 'about',
      title: t('audit:column.about'),
      // A task leads to its datasets; naming them again would only make the list long.
      render: (e) => (
        <div className="stack-tight">
          {e.tasks.map((x) => (
            <Link key={x} to="/audit/tasks/$task" params={{ task: x }}>
              {t('audit:task', { id: shortDigest(x) })}
            </Link>
          ))}
          {(e.tasks.length > 0 ? [] : e.datasets).map((d) => (
            <Link key={d} to="/catalog/$dataset" params={{ dataset: d }}>
              {d}
            </Link>
          ))}
          {e.tasks.length + e.datasets.length === 0 ? t('common:none') : null}
        </div>
      ),
    },
    {
      id: 'transaction',
      title: t('audit:column.transaction'),
      render: (e) => (
        <Link to="/ledger/transactions/$transaction" params={{ transaction: e.transaction }}>
          <Digest value={e.transaction} copy={false} />
        </Link>
      ),
    },
    { id: 'height', title: t('audit:column.height'), extra: true, align: 'right', render: (e) => e.height },
    { id: 'digest', title: t('audit:column.digest'), extra: true, render: (e) => <Digest value={e.digest} /> },
  ];
  return (
    <>
      <PageHeader
        title={t('audit:title')}
        purpose={t('audit:purpose')}
        actions={<Button onClick={() => void navigate({ to: '/audit/verify' })}>{t('audit:verify')}</Button>}
      />
      <QueryTable
        query={query}
        search={search}
        columns={columns}
        rowKey={(e) => e.transaction}
        label={t('audit:title')}
        csv={evidenceCsv(search)}
        filters={
          <>
            <TextFilter name="task" value={search.task} label={t('audit:filter.task')} width={190} />
            <TextFilter name="dataset" value={search.dataset} label={t('audit:filter.dataset')} width={170} />
            <ChoiceFilter name="organisation" value={search.organisation} label={t('audit:filter.organisation')} options={(organisations.data?.items ?? []).map((o) => ({ value: o.id, label: o.name }))} />
            <TextFilter name="actor" value={search.actor} label={t('audit:filter.actor')} width={150} />
            <ChoiceFilter name="action" value={search.action} label={t('audit:column.action')} options={ACTIONS.map((a) => ({ value: a, label: t(`common:action.${a}`) }))} />
            <DatePicker.RangePicker
              aria-label={t('audit:filter.time')}
              value={search.from || search.to ? [search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null] : null}
              allowEmpty={[true, true]}
              onChange={(r) => set({ from: r?.[0]?.startOf('day').toISOString(), to: r?.[1]?.endOf('day').toISOString() })}
            />
          </>
        }
        empty={<EmptyState title={t('audit:empty')} hint={t('audit:emptyHint')} />}
      />
    </>
  );
}
