import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import { requestOf, type Action } from './previews';
import type { S } from './types';

type AccountSearch = ListSearch & { q?: string; role?: string; state?: string };
type OperationSearch = ListSearch & { actor?: string; operation?: string; outcome?: string; trace?: string; from?: string; to?: string };

const accounts = (s: AccountSearch) => given({ q: s.q, role: s.role as S['Role'] | undefined, state: s.state as S['AccountState'] | undefined });

export const accountsQuery = (s: AccountSearch) =>
  queryOptions({
    queryKey: ['accounts', 'list', s],
    queryFn: () => ok(api.GET('/v1/accounts', { params: { query: { ...accounts(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const accountsCsv = (s: AccountSearch): CsvExport => ({ path: '/v1/accounts', params: accounts(s), name: 'accounts.csv' });

export const createAccount = (body: S['AccountCreate']) => ok(api.POST('/v1/accounts', { body }));

export function setAccountState(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'account_state_change');
  return ok(api.PUT('/v1/accounts/{account}/state', { params: { path: { account: request.account } }, body: { request: request.change, signing } }));
}

export const resetPassword = (account: string, new_password: string) =>
  ok(api.PUT('/v1/accounts/{account}/password', { params: { path: { account } }, body: { new_password } }));

export const nodeQuery = () => queryOptions({ queryKey: ['node'], queryFn: () => ok(api.GET('/v1/node')), refetchInterval: 5_000 });

const operations = (s: OperationSearch) =>
  given({
    actor: s.actor, operation: s.operation, trace_id: s.trace, from: s.from, to: s.to,
    failed: s.outcome === undefined ? undefined : s.outcome === 'failed',
  });

export const operationsQuery = (s: OperationSearch) =>
  queryOptions({
    queryKey: ['operations', 'list', s],
    queryFn: () => ok(api.GET('/v1/operations', { params: { query: { ...operations(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const operationsCsv = (s: OperationSearch): CsvExport => ({ path: '/v1/operations', params: operations(s), name: 'operations.csv' });

export const errorCodesQuery = () => queryOptions({ queryKey: ['error_codes'], queryFn: () => ok(api.GET('/v1/error_codes')), staleTime: Infinity });
