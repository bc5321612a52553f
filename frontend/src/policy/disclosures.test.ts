import { expect, test } from 'vitest';
import type { S } from '@/api/types';
import { DISCLOSURES, withoutRule, withRule } from './disclosures';

const rule: S['ColumnRule'] = { allow: 'PLAINTEXT_AFTER_JOIN', grantee: null, purpose: null, not_after: null };
const columns: S['Column'][] = ['a', 'b'].map((name) => ({ name, data_type: 'text', description: '', sensitivity: 'internal', rules: [] }));

test('a rule is added to the chosen columns, once', () => {
  const once = withRule(columns, ['a'], rule);
  expect(once.map((c) => c.rules?.length)).toEqual([1, 0]);
  expect(withRule(once, ['a', 'b'], rule).map((c) => c.rules?.length)).toEqual([1, 1]);
  expect(withRule(once, ['a'], { ...rule, grantee: 'rsj' })[0]?.rules).toHaveLength(2);
});

test('a rule is taken away from one column', () => {
  const both = withRule(columns, ['a', 'b'], rule);
  expect(withoutRule(both, 'a', 0).map((c) => c.rules?.length)).toEqual([0, 1]);
});

test('every form of the API can be chosen', () => expect(new Set(DISCLOSURES).size).toBe(7));
