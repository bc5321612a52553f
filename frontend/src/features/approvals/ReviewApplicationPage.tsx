import { Alert, Checkbox, DatePicker, Form, InputNumber, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applicationQuery, reviewApplication } from '@/api/applications';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { ReasonModal } from '@/signing/ReasonModal';
import { SignPanel } from '@/signing/SignPanel';
import { Async } from '@/ui/Async';
import { ApplicationStateTag } from '@/ui/Badges';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Properties } from '@/ui/Properties';
import { ScopeView } from '@/ui/ScopeView';
import { Section } from '@/ui/Section';
import { Time } from '@/ui/Time';

/** One application to answer: grant it (as asked or narrower) or say no. */
export function ReviewApplicationPage() {
  const { application } = useParams({ from: '/shell/approvals/applications/$application' });
  const query = useQuery(applicationQuery(application));
  return <Async query={query}>{(a) => <View a={a} />}</Async>;
}

const key = (u: S['ColumnUse']) => `${u.column} ${u.disclosure}`;

function View({ a }: { a: S['Application'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const [decision, setDecision] = useState<'approve' | 'reject'>('approve');
  const [terms, setTerms] = useState<S['Scope']>(a.scope);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const may = a.needs_me && session.account.roles.includes('data_owner');
  const action: Action = {
    operation: 'review_create',
    request: { application: a.id, decision, terms: decision === 'approve' ? terms : null, grant: null, reason: decision === 'reject' ? reason : null },
  };
  const toggle = (u: S['ColumnUse'], on: boolean) =>
    setTerms((old) => ({ ...old, columns: a.scope.columns.filter((c) => (key(c) === key(u) ? on : old.columns.some((x) => key(x) === key(c)))) }));
  return (
    <>
      <PageHeader title={t('approvals:application.title', { title: a.dataset_title })} tags={<ApplicationStateTag state={a.state} />} />
      <Section title={t('approvals:application.who')}>
        <Properties
          items={[
            { label: t('approvals:column.from'), value: <OrgTag org={a.applicant.id} small /> },
            { label: t('approvals:application.person'), value: <code>{a.applied_by}</code> },
            { label: t('approvals:column.dataset'), value: <Link to="/data/datasets/$dataset" params={{ dataset: a.dataset }}>{a.dataset_title}</Link> },
            { label: t('approvals:column.submitted'), value: <Time at={a.submitted_at} /> },
            { label: t('approvals:application.reason'), value: a.reason, wide: true },
          ]}
        />
      </Section>
      <Section title={t('approvals:application.asked')}>
        <ScopeView scope={a.scope} />
      </Section>
      {may ? (
        <>
          <Section title={t('approvals:decision.title')} hint={t('approvals:application.narrow')}>
            <Segmented
              aria-label={t('approvals:decision.title')}
              className="gap-below"
              value={decision}
              onChange={(d) => {
                if (d === 'reject') setAsking(true);
                else setDecision('approve');
              }}
              options={[
                { value: 'approve', label: t('approvals:decision.approve') },
                { value: 'reject', label: t('approvals:decision.reject') },
              ]}
            />
            {decision === 'approve' ? (
              <Form layout="vertical" className="cols form-cols">
                <Form.Item label={t('common:scope.columns')} className="flush-item">
                  <fieldset className="facet" aria-label={t('common:scope.columns')}>
                    {a.scope.columns.map((u) => (
                      <Checkbox key={key(u)} checked={terms.columns.some((x) => key(x) === key(u))} onChange={(e) => toggle(u, e.target.checked)}>
                        <code>{u.column}</code> <span className="muted">{t(`common:use.${u.disclosure}`)}</span>
                      </Checkbox>
                    ))}
                  </fieldset>
                </Form.Item>
                <div>
                  <Form.Item label={t('common:scope.until')} htmlFor="review-until">
                    <DatePicker
                      id="review-until"
                      allowClear={false}
                      value={dayjs(terms.not_after)}
                      disabledDate={(d) => d.isBefore(dayjs(), 'day') || d.isAfter(dayjs(a.scope.not_after))}
                      onChange={(d) => {
                        if (!d) return;
                        const end = d.endOf('day');
                        setTerms({ ...terms, not_after: (end.isAfter(dayjs(a.scope.not_after)) ? dayjs(a.scope.not_after) : end).toISOString() });
                      }}
                    />
                  </Form.Item>
                  <Form.Item label={t('common:scope.uses')} htmlFor="review-uses">
                    <InputNumber id="review-uses" min={1} max={a.scope.uses} precision={0} value={terms.uses} onChange={(n) => setTerms({ ...terms, uses: n ?? 1 })} />
                  </Form.Item>
                </div>
              </Form>
            ) : (
              <p className="flush-p">{t('approvals:decision.because', { reason })}</p>
            )}
          </Section>
          {decision === 'approve' && terms.columns.length === 0 ? (
            <Alert type="warning" showIcon title={t('approvals:application.noColumns')} />
          ) : (
            <SignPanel
              key={JSON.stringify(action)}
              action={action}
              danger={decision === 'reject'}
              verb={t(decision === 'approve' ? 'approvals:application.sign' : 'approvals:application.signReject')}
              submit={reviewApplication}
              onDone={() => {
                void client.invalidateQueries({ queryKey: ['applications'] });
                void client.invalidateQueries({ queryKey: ['grants'] });
                void client.invalidateQueries({ queryKey: ['home'] });
                void navigate({ to: '/approvals', search: { kind: 'applications', state: 'done' } });
              }}
            />
          )}
        </>
      ) : (
        <Alert type="info" showIcon title={a.state === 'submitted' ? t('approvals:application.notMine') : t('approvals:application.decided', { who: a.reviewed_by ?? '' })} description={a.rejection_reason} />
      )}
      <ReasonModal
        open={asking}
        title={t('approvals:application.signReject')}
        hint={t('approvals:decision.reasonHint')}
        label={t('approvals:decision.reason')}
        verb={t('common:next')}
        onClose={() => setAsking(false)}
        onReason={(r) => {
          setAsking(false);
          setReason(r);
          setDecision('reject');
        }}
      />
    </>
  );
}
