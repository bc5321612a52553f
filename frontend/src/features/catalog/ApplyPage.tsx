import { Alert, Checkbox, DatePicker, Form, Input, InputNumber } from 'antd';
import dayjs from 'dayjs';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useRouteContext } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { submitApplication } from '@/api/applications';
import { datasetQuery } from '@/api/datasets';
import type { Action } from '@/api/previews';
import type { S } from '@/api/types';
import { SignPanel } from '@/signing/SignPanel';
import { Async } from '@/ui/Async';
import { Grade } from '@/ui/Badges';
import { DataTable } from '@/ui/DataTable';
import { OrgTag } from '@/ui/OrgTag';
import { PageHeader } from '@/ui/PageHeader';
import { Section } from '@/ui/Section';
import { Wizard } from '@/ui/Wizard';
import { knownPurposes, usableRules } from './rules';

/** Applies for columns of one dataset: what, for what and how long, sign. */
export function ApplyPage() {
  const { dataset } = useParams({ from: '/shell/catalog/$dataset/apply' });
  const query = useQuery(datasetQuery(dataset));
  return <Async query={query}>{(d) => <Apply d={d} />}</Async>;
}

const key = (u: S['ColumnUse']) => `${u.column} ${u.disclosure}`;

function Apply({ d }: { d: S['Dataset'] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { session } = useRouteContext({ from: '/shell' });
  const me = session.organisation.id;
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<S['ColumnUse'][]>([]);
  const [purpose, setPurpose] = useState(knownPurposes(d.column_list, me)[0] ?? '');
  const [until, setUntil] = useState(() => dayjs().add(90, 'day').endOf('day'));
  const [uses, setUses] = useState(10);
  const [reason, setReason] = useState('');

  const steps = ['what', 'terms', 'sign'].map((k) => ({ key: k, title: t(`catalog:apply.step.${k}`), question: t(`catalog:apply.question.${k}`) }));
  const termsMissing = purpose.trim() === '' || reason.trim() === '' || !until.isAfter(dayjs());
  const blocked = at === 0 && chosen.length === 0 ? t('catalog:apply.chooseOne') : at === 1 && termsMissing ? t('catalog:apply.fillIn') : undefined;
  const reachable = chosen.length === 0 ? 0 : termsMissing ? 1 : 2;
  const action: Action = {
    operation: 'application_create',
    request: {
      id: null,
      dataset: d.id,
      reason: reason.trim(),
      scope: { columns: chosen, purpose: purpose.trim(), kinds: ['psi'], not_after: until.toISOString(), uses },
    },
  };
  const toggle = (u: S['ColumnUse'], on: boolean) =>
    setChosen((old) => (on ? [...old.filter((x) => key(x) !== key(u)), u] : old.filter((x) => key(x) !== key(u))));

  return (
    <>
      <PageHeader title={t('catalog:apply.title', { title: d.title })} purpose={t('catalog:apply.purpose')} tags={<OrgTag org={d.organisation.id} />} />
      <Wizard steps={steps} at={at} onStep={setAt} reachable={reachable} blocked={blocked}>
        {at === 0 ? (
          <Section flush>
            <DataTable
              aria-label={t('catalog:apply.question.what')}
              size="small"
              rowKey="name"
              pagination={false}
              scroll={{ x: 'max-content' }}
              dataSource={d.column_list}
              columns={[
                {
                  key: 'name',
                  title: t('common:policy.column'),
                  render: (_, c) => (
                    <div className="two-line">
                      <code>{c.name}</code>
                      <span className="muted">{c.description}</span>
                    </div>
                  ),
                },
                { key: 'grade', title: t('common:policy.grade'), render: (_, c) => <Grade value={c.sensitivity} /> },
                {
                  key: 'uses',
                  title: t('catalog:apply.askFor'),
                  render: (_, c) => {
                    const rules = usableRules(c, me);
                    if (rules.length === 0) return <span className="muted">{t('catalog:apply.notOffered')}</span>;
                    return (
                      <div className="stack-tight">
                        {rules.map((r) => {
                          const u = { column: c.name, disclosure: r.allow };
                          return (
                            <Checkbox key={key(u)} checked={chosen.some((x) => key(x) === key(u))} onChange={(e) => toggle(u, e.target.checked)}>
                              {t(`common:use.${r.allow}`)}
                            </Checkbox>
                          );
                        })}
                      </div>
                    );
                  },
                },
              ]}
            />
          </Section>
        ) : at === 1 ? (
          <Section>
            <Form layout="vertical" className="narrow-form">
              <Form.Item label={t('catalog:apply.purposeField')} htmlFor="apply-purpose" extra={t('catalog:apply.purposeHint', { known: knownPurposes(d.column_list, me).join(t('common:listSeparator')) || t('common:none') })} required>
                <Input id="apply-purpose" value={purpose} maxLength={64} onChange={(e) => setPurpose(e.target.value)} />
              </Form.Item>
              <Form.Item label={t('catalog:apply.until')} htmlFor="apply-until" extra={t('catalog:apply.untilHint')} required>
                <DatePicker id="apply-until" value={until} allowClear={false} disabledDate={(x) => x.isBefore(dayjs(), 'day')} onChange={(x) => x && setUntil(x.endOf('day'))} />
              </Form.Item>
              <Form.Item label={t('catalog:apply.uses')} htmlFor="apply-uses" extra={t('catalog:apply.usesHint')} required>
                <InputNumber id="apply-uses" min={1} max={10000} precision={0} value={uses} onChange={(n) => setUses(n ?? 1)} />
              </Form.Item>
              <Form.Item label={t('catalog:apply.reason')} htmlFor="apply-reason" extra={t('catalog:apply.reasonHint')} required>
                <Input.TextArea id="apply-reason" rows={4} maxLength={1000} showCount value={reason} onChange={(e) => setReason(e.target.value)} />
              </Form.Item>
            </Form>
          </Section>
        ) : (
          <SignPanel
            action={action}
            verb={t('catalog:apply.submit')}
            submit={submitApplication}
            onDone={(r) => {
              void client.invalidateQueries({ queryKey: ['applications'] });
              void client.invalidateQueries({ queryKey: ['datasets'] });
              void navigate({ to: '/applications/$application', params: { application: r.application.id } });
            }}
          >
            <Alert type="info" showIcon className="gap-below" title={t('catalog:apply.next', { org: d.organisation.name })} />
          </SignPanel>
        )}
      </Wizard>
    </>
  );
}
