import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';

type BlockSearch = ListSearch & { all?: string };
type TxSearch = ListSearch & { action?: string; organisation?: string; outcome?: string };

export const chainQuery = () => queryOptions({ queryKey: ['chain'], queryFn: () => ok(api.GET('/v1/chain')), refetchInterval: 5_000 });

/** Blocks; those without transactions only when asked for. */
export const blocksQuery = (s: BlockSearch) =>
  queryOptions({
    queryKey: ['blocks', 'list', s],
    queryFn: () => ok(api.GET('/v1/blocks', { params: { query: { non_empty: s.all !== 'true', ...pageOf(s) } } })),
    ...listOptions,
    refetchInterval: s['cursor'] ? false : 5_000,
  });

export const blockQuery = (block: string) =>
  queryOptions({ queryKey: ['blocks', block], queryFn: () => ok(api.GET('/v1/blocks/{block}', { params: { path: { block } } })) });

const txFilters = (s: TxSearch) =>
  given({ action: s.action, organisation: s.organisation, accepted: s.outcome === undefined ? undefined : s.outcome === 'accepted' });

export const transactionsQuery = (s: TxSearch) =>
  queryOptions({
    queryKey: ['transactions', 'list', s],
    queryFn: () => ok(api.GET('/v1/transactions', { params: { query: { ...txFilters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const transactionsCsv = (s: TxSearch): CsvExport => ({ path: '/v1/transactions', params: txFilters(s), name: 'transactions.csv' });

export const transactionQuery = (transaction: string) =>
  queryOptions({
    queryKey: ['transactions', transaction],
    queryFn: () => ok(api.GET('/v1/transactions/{transaction}', { params: { path: { transaction } } })),
  });
