import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { grantsQuery } from '@/api/grants';
import type { S } from '@/api/types';
import { BothChoice } from './BothChoice';
import { allowedFor, receiverOf } from './draft';
import { FurtherPayload } from './FurtherColumns';
import { GrantChoice } from './GrantChoice';
import { Functions, OutputChoice } from './OutputChoice';
import { givesRows, withReceiver } from './output';
import { PayloadColumns } from './PayloadColumns';
import { ReceiverChoice } from './ReceiverChoice';
import type { StepProps } from './step';

/** Columns that a grant opens in a form. */
const openedBy = (grant: S['Grant'] | undefined, form: S['Disclosure']) =>
  new Set(grant?.scope.columns.filter((c) => c.disclosure === form || c.disclosure === 'PLAINTEXT').map((c) => c.column));

/** Who learns the result, under which grants, and which columns come with the matched rows. */
export function ResultStep({ value, set, me, mine, theirs }: StepProps) {
  const { t } = useTranslation();
  const them = theirs?.organisation.id ?? '';
  const toMe = value.receiver === 'mine';
  const toThird = value.receiver === 'third';
  const receiver = receiverOf(value, me, them);
  const ofTwo = !toThird && value.further.length === 0;
  const { both } = value;
  // Of a result to one side the other side's data are used; of one to both sides also the receiver's own.
  const received = useQuery({ ...grantsQuery({ side: 'received', state: 'active', dataset: value.theirs, limit: '100' }), enabled: toMe || both });
  const given = useQuery({ ...grantsQuery({ side: 'given', state: 'active', dataset: value.mine, limit: '100' }), enabled: !toMe || both });
  const [used, back] = toMe ? [received, given] : [given, received];
  const fitting = (used.data?.items ?? []).filter((g) => g.grantee.id === receiver);
  const grant = fitting.find((g) => g.id === value.grant);
  // The task has one purpose, and every grant must be for it.
  const fittingBack = (back.data?.items ?? []).filter((g) => g.grantee.id === (toMe ? them : me) && (!grant || g.scope.purpose === grant.scope.purpose));
  const backGrant = fittingBack.find((g) => g.id === value.backGrant);
  const open = toThird ? allowedFor(theirs?.column_list ?? [], receiver, 'PLAINTEXT_AS_JOIN_PAYLOAD') : both ? openedBy(backGrant, 'PLAINTEXT_AS_JOIN_PAYLOAD') : undefined;
  return (
    <>
      <ReceiverChoice value={value} me={me} them={them} onChange={(to, third) => set(withReceiver(value, to, third))} />
      {ofTwo ? <OutputChoice value={value} set={set} /> : null}
      {ofTwo && value.output === 'inner' ? <BothChoice value={value} set={set} me={me} them={them} /> : null}
      <GrantChoice
        title={t('newTask:result.grant')}
        hint={t('newTask:result.grantHint')}
        grants={used.data ? fitting : undefined}
        loading={used.isFetching}
        value={value.grant}
        applyFor={toMe ? value.theirs : undefined}
        onPick={(g) => set({ grant: g.id, purpose: g.scope.purpose, backGrant: '', functions: [], ...(toMe ? { theirsPayload: [] } : { minePayload: [] }) })}
      >
        {grant ? <p className="muted flush-p gap-above">{t('newTask:result.purpose', { purpose: grant.scope.purpose })}</p> : null}
      </GrantChoice>
      {both ? (
        <GrantChoice
          title={t('newTask:both.grant')}
          hint={t('newTask:both.grantHint')}
          grants={back.data ? fittingBack : undefined}
          loading={back.isFetching}
          value={value.backGrant}
          applyFor={toMe ? undefined : value.theirs}
          onPick={(g) => set({ backGrant: g.id, ...(toMe ? { minePayload: [] } : { theirsPayload: [] }) })}
        />
      ) : null}
      {value.output === 'aggregates' ? (
        <Functions value={value} set={set} columns={(toMe ? theirs : mine)?.column_list ?? []} granted={openedBy(grant, 'PLAINTEXT_AFTER_AGGREGATE')} />
      ) : null}
      {givesRows(value.output) ? <PayloadColumns value={value} set={set} mine={mine} theirs={theirs} granted={openedBy(grant, 'PLAINTEXT_AS_JOIN_PAYLOAD')} ownOpen={open} /> : null}
      {value.further.map((f, i) => (
        <FurtherPayload key={f.dataset} party={f} receiver={receiver} onChange={(payload) => set({ further: value.further.map((x, j) => (j === i ? { ...x, payload } : x)) })} />
      ))}
    </>
  );
}
