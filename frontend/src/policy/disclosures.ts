import type { S } from '@/api/types';

/** Forms of use, the most telling for an intersection first. */
export const DISCLOSURES: readonly S['Disclosure'][] = [
  'PLAINTEXT_AFTER_JOIN',
  'PLAINTEXT_AS_JOIN_PAYLOAD',
  'PLAINTEXT_AFTER_AGGREGATE',
  'PLAINTEXT_AFTER_GROUP_BY',
  'PLAINTEXT_AFTER_COMPARE',
  'ENCRYPTED_ONLY',
  'PLAINTEXT',
];

export const GRADES: readonly S['Sensitivity'][] = ['public', 'internal', 'sensitive', 'core'];

const same = (a: S['ColumnRule'], b: S['ColumnRule']) =>
  a.allow === b.allow && a.grantee === b.grantee && a.purpose === b.purpose && a.not_after === b.not_after;

/** Adds a rule to the named columns, unless they have it. */
export function withRule(columns: S['Column'][], names: readonly string[], rule: S['ColumnRule']): S['Column'][] {
  return columns.map((c) => {
    const rules = c.rules ?? [];
    return names.includes(c.name) && !rules.some((r) => same(r, rule)) ? { ...c, rules: [...rules, rule] } : c;
  });
}

/** Takes the rule at a place away. */
export function withoutRule(columns: S['Column'][], name: string, index: number): S['Column'][] {
  return columns.map((c) => (c.name === name ? { ...c, rules: (c.rules ?? []).filter((_, i) => i !== index) } : c));
}
