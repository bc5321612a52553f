import type { S } from '@/api/types';
import type { Role } from '@/lib/roles';

/** Where a thing that needs me is dealt with. */
export function todoPath(x: Pick<S['Todo'], 'kind' | 'id'>): string {
  const id = encodeURIComponent(x.id);
  switch (x.kind) {
    case 'task_approval':
      return `/approvals/tasks/${id}`;
    case 'application_review':
      return `/approvals/applications/${id}`;
    case 'grant_expiring':
      return `/data/grants/${id}`;
    case 'task_disputed':
    case 'task_failed':
      return `/tasks/${id}`;
  }
}

/** The list behind each figure. */
export const FIGURE_PATHS: Record<string, string> = {
  datasets_mine: '/data/datasets',
  datasets_catalogue: '/catalog',
  grants_given: '/data/grants?side=given',
  grants_received: '/data/grants?side=received',
  tasks_running: '/tasks?state=ready',
  tasks_completed: '/tasks?state=completed',
  evidence: '/audit',
  members: '/platform/organisations',
};

/** First steps: where, and whom they concern. */
export const GUIDE_PATHS: Record<string, { path: string; roles: readonly Role[] }> = {
  register_source: { path: '/data/sources/new', roles: ['data_owner'] },
  publish_dataset: { path: '/data/publish', roles: ['data_owner'] },
  apply_for_data: { path: '/catalog', roles: ['requester'] },
  propose_task: { path: '/tasks/new', roles: ['requester'] },
  approve_task: { path: '/approvals', roles: ['data_owner'] },
  verify_evidence: { path: '/audit', roles: ['auditor', 'requester', 'data_owner'] },
};

type Shortcut = { key: string; path: string; roles: readonly Role[] };
const SHORTCUTS: readonly Shortcut[] = [
  { key: 'newTask', path: '/tasks/new', roles: ['requester'] },
  { key: 'publish', path: '/data/publish', roles: ['data_owner'] },
  { key: 'catalog', path: '/catalog', roles: ['requester'] },
  { key: 'evidence', path: '/audit', roles: ['auditor'] },
  { key: 'verify', path: '/audit/verify', roles: ['auditor'] },
  { key: 'accounts', path: '/platform/accounts', roles: ['operator'] },
  { key: 'node', path: '/platform/node', roles: ['operator'] },
];

export function shortcutsFor(roles: readonly string[]): Shortcut[] {
  return SHORTCUTS.filter((s) => s.roles.some((r) => roles.includes(r))).slice(0, 3);
}
