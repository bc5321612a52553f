import { Alert, Radio, Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { grantsQuery } from '@/api/grants';
import { organisationsQuery } from '@/api/organisations';
import type { S } from '@/api/types';
import { localTime } from '@/lib/format';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { ColumnChoice } from './ColumnChoice';
import { allowedFor, receiverOf, type TaskDraft } from './draft';
import { FurtherPayload } from './FurtherColumns';
import { Functions, OutputChoice } from './OutputChoice';
import { givesRows, withOutput } from './output';
import type { StepProps } from './step';

/** Who learns the result, under which grant, and which columns come with the matched rows. */
export function ResultStep({ value, set, me, mine, theirs }: StepProps) {
  const { t } = useTranslation();
  const them = theirs?.organisation.id ?? '';
  const toMe = value.receiver === 'mine';
  const toThird = value.receiver === 'third';
  const receiver = receiverOf(value, me, them);
  const organisations = useQuery(organisationsQuery());
  const withData = new Set([me, them, ...value.further.map((f) => f.organisation)]);
  const thirds = (organisations.data?.items ?? []).filter((o) => !withData.has(o.id));
  const used = toMe ? value.theirs : value.mine;
  const grants = useQuery(grantsQuery({ side: toMe ? 'received' : 'given', state: 'active', dataset: used, limit: '100' }));
  const fitting = (grants.data?.items ?? []).filter((g) => g.grantee.id === receiver);
  const grant = fitting.find((g) => g.id === value.grant);
  const rows = givesRows(value.output);
  const form: S['Disclosure'] = rows ? 'PLAINTEXT_AS_JOIN_PAYLOAD' : 'PLAINTEXT_AFTER_AGGREGATE';
  const granted = new Set(grant?.scope.columns.filter((c) => c.disclosure === form || c.disclosure === 'PLAINTEXT').map((c) => c.column));
  const foreign = toMe ? theirs : mine;
  const own = toMe ? mine : theirs;
  const open = toThird && theirs ? allowedFor(theirs.column_list, receiver, 'PLAINTEXT_AS_JOIN_PAYLOAD') : undefined;
  const foreignPayload = toMe ? value.theirsPayload : value.minePayload;
  const ownPayload = toMe ? value.minePayload : value.theirsPayload;
  const setForeign = (c: string[]) => set(toMe ? { theirsPayload: c } : { minePayload: c });
  const setOwn = (c: string[]) => set(toMe ? { minePayload: c } : { theirsPayload: c });
  return (
    <>
      <Section title={t('newTask:result.receiver')} hint={t('newTask:result.receiverHint')}>
        <Radio.Group
          aria-label={t('newTask:result.receiver')}
          value={value.receiver}
          onChange={(e) => set({ receiver: e.target.value as TaskDraft['receiver'], ...(e.target.value === 'third' ? withOutput(value, 'inner') : {}), grant: '', purpose: '', minePayload: [], theirsPayload: [], functions: [] })}
        >
          <Space size="large">
            <Radio value="mine">
              <OrgTag org={me} small />
            </Radio>
            {value.further.length === 0 ? (
              <Radio value="theirs">
                <OrgTag org={them} small />
              </Radio>
            ) : null}
            <Radio value="third" disabled={thirds.length === 0}>
              {t('newTask:result.third')}
            </Radio>
            {toThird ? (
              <Select
                aria-label={t('newTask:result.thirdWho')}
                placeholder={t('newTask:result.thirdWho')}
                className="key-select"
                value={value.third || null}
                onChange={(o) => o && set({ third: o, grant: '', purpose: '' })}
                options={thirds.map((o) => ({ value: o.id, label: o.name }))}
              />
            ) : null}
          </Space>
        </Radio.Group>
        {toThird ? <Alert type="warning" showIcon className="gap-above" title={t('newTask:result.thirdWarning')} /> : null}
      </Section>
      {toThird || value.further.length > 0 ? null : <OutputChoice value={value} set={set} />}
      <Section title={t('newTask:result.grant')} hint={t('newTask:result.grantHint')}>
        {grants.data && fitting.length === 0 ? (
          <Alert
            type="warning"
            showIcon
            title={t('newTask:result.noGrant')}
            description={
              toMe ? (
                <Link to="/catalog/$dataset/apply" params={{ dataset: value.theirs }}>
                  {t('newTask:who.apply')}
                </Link>
              ) : (
                t('newTask:result.theyApply')
              )
            }
          />
        ) : (
          <Select
            aria-label={t('newTask:result.grant')}
            className="wide-select"
            value={value.grant || null}
            placeholder={t('newTask:result.chooseGrant')}
            loading={grants.isFetching}
            onChange={(id) => {
              const g = fitting.find((x) => x.id === id);
              if (g) set({ grant: g.id, purpose: g.scope.purpose, functions: [], ...(toMe ? { theirsPayload: [] } : { minePayload: [] }) });
            }}
            options={fitting.map((g) => ({
              value: g.id,
              label: t('newTask:result.grantLine', { purpose: g.scope.purpose, used: g.used, uses: g.scope.uses, until: localTime(g.scope.not_after) }),
            }))}
          />
        )}
        {grant ? <p className="muted flush-p gap-above">{t('newTask:result.purpose', { purpose: grant.scope.purpose })}</p> : null}
      </Section>
      {value.output === 'aggregates' ? <Functions value={value} set={set} columns={foreign?.column_list ?? []} granted={granted} /> : null}
      {rows ? (
      <div className="cols">
        <Section title={toThird ? t('newTask:further.columnsOf', { dataset: mine?.title }) : t('newTask:result.foreign')} hint={t('newTask:result.foreignHint')}>
          <ColumnChoice label={t('newTask:result.foreign')} columns={foreign?.column_list ?? []} chosen={foreignPayload} onChange={setForeign} only={granted} />
        </Section>
        <Section title={toThird ? t('newTask:further.columnsOf', { dataset: theirs?.title }) : t('newTask:result.own')} hint={toThird ? t('newTask:result.foreignHint') : t('newTask:result.ownHint')}>
          <ColumnChoice label={t('newTask:result.own')} columns={own?.column_list ?? []} chosen={ownPayload} onChange={setOwn} {...(open ? { only: open, closedText: t('newTask:further.closed') } : {})} />
        </Section>
      </div>
      ) : null}
      {value.further.map((f, i) => (
        <FurtherPayload key={f.dataset} party={f} receiver={receiver} onChange={(payload) => set({ further: value.further.map((x, j) => (j === i ? { ...x, payload } : x)) })} />
      ))}
    </>
  );
}
