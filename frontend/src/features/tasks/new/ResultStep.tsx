import { Alert, Checkbox, Radio, Select, Space } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { grantsQuery } from '@/api/grants';
import type { S } from '@/api/types';
import { localTime } from '@/lib/format';
import { OrgTag } from '@/ui/OrgTag';
import { Section } from '@/ui/Section';
import { Functions, OutputChoice } from './OutputChoice';
import { givesRows } from './output';
import type { StepProps } from './step';

/** Who learns the result, under which grant, and which columns come with the matched rows. */
export function ResultStep({ value, set, me, mine, theirs }: StepProps) {
  const { t } = useTranslation();
  const them = theirs?.organisation.id ?? '';
  const toMe = value.receiver === 'mine';
  const used = toMe ? value.theirs : value.mine;
  const grants = useQuery(grantsQuery({ side: toMe ? 'received' : 'given', state: 'active', dataset: used, limit: '100' }));
  const fitting = (grants.data?.items ?? []).filter((g) => g.grantee.id === (toMe ? me : them));
  const grant = fitting.find((g) => g.id === value.grant);
  const rows = givesRows(value.output);
  const form: S['Disclosure'] = rows ? 'PLAINTEXT_AS_JOIN_PAYLOAD' : 'PLAINTEXT_AFTER_AGGREGATE';
  const granted = new Set(grant?.scope.columns.filter((c) => c.disclosure === form || c.disclosure === 'PLAINTEXT').map((c) => c.column));
  const foreign = toMe ? theirs : mine;
  const own = toMe ? mine : theirs;
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
          onChange={(e) => set({ receiver: e.target.value as 'mine' | 'theirs', grant: '', purpose: '', minePayload: [], theirsPayload: [], functions: [] })}
        >
          <Space size="large">
            <Radio value="mine">
              <OrgTag org={me} small />
            </Radio>
            <Radio value="theirs">
              <OrgTag org={them} small />
            </Radio>
          </Space>
        </Radio.Group>
      </Section>
      <OutputChoice value={value} set={set} />
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
        <Section title={t('newTask:result.foreign')} hint={t('newTask:result.foreignHint')}>
          <ColumnChoice label={t('newTask:result.foreign')} columns={foreign?.column_list ?? []} chosen={foreignPayload} onChange={setForeign} only={granted} />
        </Section>
        <Section title={t('newTask:result.own')} hint={t('newTask:result.ownHint')}>
          <ColumnChoice label={t('newTask:result.own')} columns={own?.column_list ?? []} chosen={ownPayload} onChange={setOwn} />
        </Section>
      </div>
      ) : null}
    </>
  );
}

type ChoiceProps = { label: string; columns: S['Column'][]; chosen: string[]; onChange: (c: string[]) => void; only?: Set<string> };

/** Columns to come with the matched rows; those that no grant covers say so. */
function ColumnChoice({ label, columns, chosen, onChange, only }: ChoiceProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="facet" aria-label={label}>
      {columns.map((c) => {
        const closed = only !== undefined && !only.has(c.name);
        return (
          <Checkbox
            key={c.name}
            disabled={closed}
            checked={chosen.includes(c.name)}
            onChange={(e) => onChange(columns.map((x) => x.name).filter((n) => (n === c.name ? e.target.checked : chosen.includes(n))))}
          >
            <code>{c.name}</code> <span className="muted">{closed ? t('newTask:result.notGranted') : c.description}</span>
          </Checkbox>
        );
      })}
    </fieldset>
  );
}
