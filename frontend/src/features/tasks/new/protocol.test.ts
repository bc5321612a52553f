import { expect, test } from 'vitest';
import { psiEstimate } from '../../../../mock/algorithms';
import { EMPTY, type TaskDraft } from './draft';
import { chosenOption, estimateOf, minMatchesProblem } from './protocol';

const draft: TaskDraft = { ...EMPTY, mine: 'rsj.a', theirs: 'hospital.b' };
const estimate = psiEstimate(false);

test('an estimate is asked for when both datasets are chosen, for whoever learns the result', () => {
  expect(estimateOf(EMPTY, 'rsj', 'hospital')).toBeUndefined();
  expect(estimateOf(draft, 'rsj', undefined)).toBeUndefined();
  expect(estimateOf(draft, 'rsj', 'hospital')).toEqual({ parties: [{ dataset: 'rsj.a' }, { dataset: 'hospital.b' }], receiver: 'rsj', output: { kind: 'rows', join: 'inner' } });
  expect(estimateOf({ ...draft, receiver: 'theirs' }, 'rsj', 'hospital')?.receiver).toBe('hospital');
});

test('the recommended one is used unless another that this node can run was chosen', () => {
  expect(chosenOption(draft, estimate)?.algorithm.id).toBe('psi.rr22-low-gf128');
  expect(chosenOption({ ...draft, algorithm: { id: 'psi.ecdh-ristretto255', version: '1' } }, estimate)?.algorithm.id).toBe('psi.ecdh-ristretto255');
  expect(chosenOption({ ...draft, algorithm: { id: 'psi.gone', version: '1' } }, estimate)?.algorithm.id).toBe('psi.rr22-low-gf128');
});

test('a minimum above the smaller side says what would be possible', () => {
  expect(minMatchesProblem({ ...draft, minMatches: 80_000 }, estimate)).toBeUndefined();
  expect(minMatchesProblem({ ...draft, minMatches: 80_001 }, estimate)).toBe(80_000);
  expect(minMatchesProblem({ ...draft, minMatches: 80_001 }, undefined)).toBeUndefined();
});

test('a result to both sides is asked for as such, and compared by what can prove it', () => {
  const request = estimateOf({ ...draft, both: true }, 'rsj', 'hospital');
  expect(request?.output).toEqual({ kind: 'rows', join: 'inner', both: true });
  expect(psiEstimate(false, request).options.map((o) => o.algorithm.id)).toEqual(['psi.ecdh-ristretto255', 'psi.rr22-gf128']);
});
