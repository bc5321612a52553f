import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import { requestOf, type Action } from './previews';
import type { S } from './types';

type Filters = ListSearch & { side?: string; state?: string; dataset?: string };

const filters = (s: Filters) =>
  given({ direction: s.side as S['GrantDirection'] | undefined, state: s.state as S['GrantState'] | undefined, dataset: s.dataset });

export const grantsQuery = (s: Filters) =>
  queryOptions({
    queryKey: ['grants', 'list', s],
    queryFn: () => ok(api.GET('/v1/grants', { params: { query: { ...filters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const grantsCsv = (s: Filters): CsvExport => ({ path: '/v1/grants', params: filters(s), name: 'grants.csv' });

export const grantQuery = (grant: string) =>
  queryOptions({ queryKey: ['grants', grant], queryFn: () => ok(api.GET('/v1/grants/{grant}', { params: { path: { grant } } })) });

export function revokeGrant(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'revocation_create');
  return ok(api.POST('/v1/grants/{grant}/revocations', { params: { path: { grant: request.grant } }, body: { request, signing } }));
}
