import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import { requestOf, type Action } from './previews';
import type { S } from './types';

type Filters = ListSearch & { side?: string; q?: string; state?: string; dataset?: string; needs_me?: string };

const filters = (s: Filters) =>
  given({
    involvement: s.side as S['TaskInvolvement'] | undefined,
    q: s.q,
    state: s.state as S['TaskState'] | undefined,
    dataset: s.dataset,
    needs_me: s.needs_me === undefined ? undefined : s.needs_me === 'true',
  });

export const tasksQuery = (s: Filters) =>
  queryOptions({
    queryKey: ['tasks', 'list', s],
    queryFn: () => ok(api.GET('/v1/tasks', { params: { query: { ...filters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const tasksCsv = (s: Filters): CsvExport => ({ path: '/v1/tasks', params: filters(s), name: 'tasks.csv' });

const path = (task: string) => ({ params: { path: { task } } });

export const taskQuery = (task: string) => queryOptions({ queryKey: ['tasks', task], queryFn: () => ok(api.GET('/v1/tasks/{task}', path(task))) });
export const progressQuery = (task: string) =>
  queryOptions({ queryKey: ['tasks', task, 'progress'], queryFn: () => ok(api.GET('/v1/tasks/{task}/progress', path(task))) });
export const logQuery = (task: string) => queryOptions({ queryKey: ['tasks', task, 'log'], queryFn: () => ok(api.GET('/v1/tasks/{task}/log', path(task))) });
export const reportQuery = (task: string) =>
  queryOptions({ queryKey: ['tasks', task, 'report'], queryFn: () => ok(api.GET('/v1/tasks/{task}/report', path(task))) });

/** Address of the result file; the receiver's own desk has it. */
export const resultFile = (task: string) => `/v1/tasks/${encodeURIComponent(task)}/result/file`;
export const eventsOf = (task: string) => `/v1/tasks/${encodeURIComponent(task)}/events`;

export const checkConsistency = (task: string) => ok(api.POST('/v1/tasks/{task}/consistency_checks', path(task)));

export const proposeTask = (action: Action, signing: S['Signing']) =>
  ok(api.POST('/v1/tasks', { body: { request: requestOf(action, 'task_create'), signing } }));

export function decideTask(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'approval_create');
  return ok(api.POST('/v1/tasks/{task}/approvals', { ...path(request.task), body: { request, signing } }));
}

export function cancelTask(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'cancellation_create');
  return ok(api.POST('/v1/tasks/{task}/cancellations', { ...path(request.task), body: { request, signing } }));
}

export const runAgain = (task: string, passphrase: string) =>
  ok(api.POST('/v1/tasks/{task}/runs', { ...path(task), body: { force: false, signing: { passphrase, seen_digest: null } } }));

export const forceRun = (task: string) => ok(api.POST('/v1/tasks/{task}/runs', { ...path(task), body: { force: true, signing: null } }));

/** Stops the run on both nodes; what was done is kept, so that it can go on. */
export const pauseRun = (task: string) => ok(api.POST('/v1/tasks/{task}/pauses', path(task)));

/** Goes on with a run that was paused here or cut off. */
export const resumeRun = (task: string) => ok(api.POST('/v1/tasks/{task}/resumptions', path(task)));
