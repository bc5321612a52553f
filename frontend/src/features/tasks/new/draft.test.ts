import { expect, test } from 'vitest';
import type { S } from '@/api/types';
import { allowedFor, EMPTY, missingAt, requestOf, withDataset, withFurther, type TaskDraft } from './draft';
import { choiceOf, withBoth, withFunctions, withOutput, withReceiver } from './output';

const full: TaskDraft = {
  ...EMPTY, title: ' t ', mine: 'rsj.a', theirs: 'hospital.b', keys: [{ mine: 'id', theirs: 'no', rule: 'id-cn/1' }], grant: 'g', purpose: 'p', theirsPayload: ['x'], minePayload: ['n'],
  notAfter: '2026-12-01T00:00:00.000Z',
};
const now = Date.parse('2026-11-21T00:00:00Z');

test('nobody gets beyond a step that is not complete', () => {
  expect(missingAt('who', EMPTY)).toBe('title');
  expect(missingAt('keys', EMPTY)).toBe('keys');
  expect(missingAt('result', EMPTY)).toBe('grant');
  expect(missingAt('protocol', full, now)).toBeUndefined();
  expect(missingAt('protocol', full, Date.parse('2027-01-01'))).toBe('notAfter');
});

test('the grant goes with the side whose data the receiver uses', () => {
  expect(requestOf(full, 'rsj', 'hospital')).toMatchObject({
    title: 't', receiver: 'rsj',
    parties: [{ organisation: 'rsj', grant: null, payload: ['n'] }, { organisation: 'hospital', grant: 'g', payload: ['x'] }],
  });
  expect(requestOf({ ...full, receiver: 'theirs' }, 'rsj', 'hospital')).toMatchObject({
    receiver: 'hospital',
    parties: [{ organisation: 'rsj', grant: 'g' }, { organisation: 'hospital', grant: null }],
  });
});

test('a task names the chosen protocol and the fewest matches, or leaves the protocol to the recommendation', () => {
  expect(requestOf(full, 'rsj', 'hospital')).toMatchObject({ algorithm: null, min_matches: 0 });
  const algorithm = { id: 'psi.rr22-gf128', version: '1' };
  expect(requestOf({ ...full, algorithm, minMatches: 20 }, 'rsj', 'hospital')).toMatchObject({ algorithm, min_matches: 20 });
});

test('another dataset drops what was chosen of the old one', () => {
  expect(withDataset(full, 'theirs', 'bank.c')).toMatchObject({ theirs: 'bank.c', theirsPayload: [], grant: '', keys: [{ mine: 'id', theirs: '', rule: 'id-cn/1' }] });
});

test('only rules for this organisation, in force, open a column', () => {
  const rule = (r: Partial<S['ColumnRule']>): S['ColumnRule'] => ({ allow: 'PLAINTEXT_AFTER_JOIN', grantee: null, purpose: null, not_after: null, ...r });
  const column = (name: string, rules: S['ColumnRule'][]): S['Column'] => ({ name, data_type: 'text', description: '', sensitivity: 'internal', rules });
  const columns = [
    column('any', [rule({})]), column('mine', [rule({ grantee: 'rsj' })]), column('other', [rule({ grantee: 'bank' })]), column('late', [rule({ not_after: '2026-01-01T00:00:00Z' })]),
    column('form', [rule({ allow: 'ENCRYPTED_ONLY' })]), column('closed', []),
  ];
  expect([...allowedFor(columns, 'rsj', 'PLAINTEXT_AFTER_JOIN', now)]).toEqual(['any', 'mine']);
});

test('what the receiver is given decides which columns take part', () => {
  expect(requestOf(full, 'rsj', 'hospital').output).toEqual({ kind: 'rows', join: 'inner' });
  const counted = { ...full, ...withOutput(full, 'cardinality') };
  expect(requestOf(counted, 'rsj', 'hospital')).toMatchObject({ output: { kind: 'cardinality' }, parties: [{ payload: [] }, { payload: [] }] });
  const summed: TaskDraft = { ...full, ...withOutput(full, 'aggregates') };
  expect(missingAt('result', summed)).toBe('functions');
  expect(missingAt('protocol', { ...summed, minMatches: 4 }, now)).toBe('minGroup');
  const functions: S['Aggregate'][] = [{ function: 'sum', column: 'fee' }, { function: 'average', column: 'fee' }];
  const chosen = { ...summed, ...withFunctions(summed, functions) };
  expect(requestOf(chosen, 'rsj', 'hospital')).toMatchObject({ output: { kind: 'aggregates', functions }, min_matches: 5, parties: [{ payload: [] }, { payload: ['fee'] }] });
  expect(withOutput(full, 'left')).toEqual({ output: 'left', minMatches: 0, both: false, backGrant: '', algorithm: null });
  expect(choiceOf(requestOf(chosen, 'rsj', 'hospital').output)).toEqual({ output: 'aggregates', functions, both: false });
});

test('a result to both sides needs a grant on each dataset, and is forgotten with what made it possible', () => {
  const both: TaskDraft = { ...full, ...withBoth(full, true) };
  expect(both).toMatchObject({ both: true, minePayload: [], theirsPayload: ['x'] });
  expect(missingAt('result', both)).toBe('backGrant');
  const granted = { ...both, backGrant: 'back', minePayload: ['n'] };
  expect(missingAt('result', granted)).toBeUndefined();
  expect(requestOf(granted, 'rsj', 'hospital')).toMatchObject({
    receiver: 'rsj', output: { kind: 'rows', join: 'inner', both: true },
    parties: [{ organisation: 'rsj', grant: 'back', payload: ['n'] }, { organisation: 'hospital', grant: 'g', payload: ['x'] }],
  });
  expect(requestOf({ ...granted, receiver: 'theirs' }, 'rsj', 'hospital')).toMatchObject({ parties: [{ grant: 'g' }, { grant: 'back' }] });
  expect(choiceOf({ kind: 'rows', join: 'inner', both: true })).toMatchObject({ output: 'inner', both: true });
  for (const change of [withOutput(granted, 'left'), withReceiver(granted, 'third', 'bank'), withFurther(granted, [{ organisation: 'bank', dataset: 'bank.a', keys: ['k'], payload: [] }])]) {
    expect({ ...granted, ...change }).toMatchObject({ both: false, backGrant: '' });
  }
});

test('another output or receiver does not keep an algorithm that may not give it', () => {
  const picked: TaskDraft = { ...full, algorithm: { id: 'psi.rr22-low-gf128', version: '1' } };
  expect(withOutput(picked, 'cardinality').algorithm).toBeNull();
  expect(withBoth(picked, true).algorithm).toBeNull();
  expect(withOutput(picked, 'unmatched')).toMatchObject({ minePayload: [], theirsPayload: [] });
});
