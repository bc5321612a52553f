import type { S } from '@/api/types';

/** The rules of a column that this organisation could get a grant under, one per form. */
export function usableRules(column: S['Column'], me: string, now: number = Date.now()): S['ColumnRule'][] {
  const seen = new Set<string>();
  return (column.rules ?? []).filter((r) => {
    const open = (!r.grantee || r.grantee === me) && (!r.not_after || Date.parse(r.not_after) > now);
    if (!open || seen.has(r.allow)) return false;
    seen.add(r.allow);
    return true;
  });
}

/** Purposes that the owner's rules name, for this organisation. */
export function knownPurposes(columns: S['Column'][], me: string): string[] {
  const out = new Set<string>();
  for (const c of columns) for (const r of usableRules(c, me)) if (r.purpose) out.add(r.purpose);
  return [...out].sort();
}
