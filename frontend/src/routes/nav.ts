import type { Role } from '@/lib/roles';

export type NavItem = { key: string; path: string; roles: readonly Role[] };
export type NavGroup = { key: string; items: readonly NavItem[] };

/** First and second level of the menu. A page is listed when it works; a person sees it when a role of theirs uses it. */
export const NAV: readonly NavGroup[] = [
  { key: 'home', items: [{ key: 'home', path: '/', roles: [] }] },
  {
    key: 'catalog',
    items: [
      { key: 'catalog', path: '/catalog', roles: [] },
      { key: 'applications', path: '/applications', roles: ['requester'] },
    ],
  },
  {
    key: 'data',
    items: [
      { key: 'sources', path: '/data/sources', roles: ['data_owner'] },
      { key: 'publish', path: '/data/publish', roles: ['data_owner'] },
      { key: 'datasets', path: '/data/datasets', roles: ['data_owner'] },
      { key: 'grants', path: '/data/grants', roles: ['data_owner', 'requester'] },
    ],
  },
  {
    key: 'computing',
    items: [
      { key: 'tasks', path: '/tasks', roles: ['data_owner', 'requester', 'operator', 'auditor'] },
      { key: 'newPsi', path: '/tasks/new', roles: ['requester'] },
      { key: 'algorithms', path: '/algorithms', roles: [] },
    ],
  },
  { key: 'approvals', items: [{ key: 'approvals', path: '/approvals', roles: ['data_owner', 'requester'] }] },
  {
    key: 'audit',
    items: [
      { key: 'evidence', path: '/audit', roles: [] },
      { key: 'verify', path: '/audit/verify', roles: [] },
    ],
  },
  {
    key: 'ledger',
    items: [
      { key: 'blocks', path: '/ledger', roles: [] },
      { key: 'transactions', path: '/ledger/transactions', roles: [] },
    ],
  },
  {
    key: 'platform',
    items: [
      { key: 'organisations', path: '/platform/organisations', roles: [] },
      { key: 'accounts', path: '/platform/accounts', roles: ['operator'] },
      { key: 'node', path: '/platform/node', roles: [] },
      { key: 'operations', path: '/platform/operations', roles: ['operator', 'auditor'] },
    ],
  },
];

/** The menu of one person; empty groups fall away. */
export function navFor(roles: readonly string[]): NavGroup[] {
  return NAV.map((g) => ({
    key: g.key,
    items: g.items.filter((i) => i.roles.length === 0 || i.roles.some((r) => roles.includes(r))),
  })).filter((g) => g.items.length > 0);
}

/** The menu item an address belongs to: the longest path that it starts with. */
export function activeItem(pathname: string): NavItem | undefined {
  let best: NavItem | undefined;
  for (const g of NAV) {
    for (const i of g.items) {
      const hit = i.path === '/' ? pathname === '/' : pathname === i.path || pathname.startsWith(`${i.path}/`);
      if (hit && (!best || i.path.length > best.path.length)) best = i;
    }
  }
  return best;
}
