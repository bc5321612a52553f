import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import { requestOf, type Action } from './previews';
import type { S } from './types';

type Filters = ListSearch & { direction?: S['Direction']; state?: string; dataset?: string };

const filters = (s: Filters) => given({ direction: s.direction, state: s.state as S['ApplicationState'] | undefined, dataset: s.dataset });

export const applicationsQuery = (s: Filters) =>
  queryOptions({
    queryKey: ['applications', 'list', s],
    queryFn: () => ok(api.GET('/v1/applications', { params: { query: { ...filters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const applicationsCsv = (s: Filters): CsvExport => ({ path: '/v1/applications', params: filters(s), name: 'applications.csv' });

export const applicationQuery = (application: string) =>
  queryOptions({
    queryKey: ['applications', application],
    queryFn: () => ok(api.GET('/v1/applications/{application}', { params: { path: { application } } })),
  });

export const submitApplication = (action: Action, signing: S['Signing']) =>
  ok(api.POST('/v1/applications', { body: { request: requestOf(action, 'application_create'), signing } }));

export function reviewApplication(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'review_create');
  return ok(api.POST('/v1/applications/{application}/reviews', { params: { path: { application: request.application } }, body: { request, signing } }));
}
