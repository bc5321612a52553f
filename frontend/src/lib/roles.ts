/** What an account may do; the desk and the ledger enforce it, the console only shows what is useful. */
export type Role = 'data_owner' | 'requester' | 'auditor' | 'operator';

export const ROLES: readonly Role[] = ['data_owner', 'requester', 'auditor', 'operator'];

export function hasAny(mine: readonly string[], wanted: readonly Role[]): boolean {
  return wanted.length === 0 || wanted.some((r) => mine.includes(r));
}
