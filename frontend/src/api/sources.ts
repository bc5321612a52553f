import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { stringifySearch } from '@/lib/search';
import { api, ok, raw } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import type { S } from './types';

type Filters = ListSearch & { q?: string; kind?: string; state?: string };

const filters = (s: Filters) => given({ q: s.q, kind: s.kind as S['SourceKind'] | undefined, state: s.state as S['SourceState'] | undefined });

export const sourcesQuery = (s: Filters) =>
  queryOptions({
    queryKey: ['sources', 'list', s],
    queryFn: () => ok(api.GET('/v1/sources', { params: { query: { ...filters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const sourcesCsv = (s: Filters): CsvExport => ({ path: '/v1/sources', params: filters(s), name: 'sources.csv' });

export const sourceQuery = (source: string) =>
  queryOptions({ queryKey: ['sources', source], queryFn: () => ok(api.GET('/v1/sources/{source}', { params: { path: { source } } })) });

export const probeSource = (body: S['SourceLocation']) => ok(api.POST('/v1/source_probes', { body }));
export const createSource = (body: S['SourceCreate']) => ok(api.POST('/v1/sources', { body }));
export const deleteSource = (source: string) => ok(api.DELETE('/v1/sources/{source}', { params: { path: { source } } }));
export const setSourceState = (source: string, state: S['SourceState']) =>
  ok(api.PUT('/v1/sources/{source}/state', { params: { path: { source } }, body: { state } }));

/** Sends a file to the node's data directory. */
export async function uploadFile(file: File): Promise<S['Upload']> {
  const response = await raw(`/v1/uploads${stringifySearch({ filename: file.name })}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream' },
  });
  return (await response.json()) as S['Upload'];
}

/** Reads the whole source and commits to its rows; takes as long as reading the file. */
export const prepareSource = (source: string, body: S['PreparationCreate']) =>
  ok(api.POST('/v1/sources/{source}/preparations', { params: { path: { source } }, body }));

/** What columns are like as a key. Reads the whole file, so it is kept for a while and never asked twice by itself. */
export const keyProfileQuery = (source: string, body: S['KeyProfileCreate']) =>
  queryOptions({
    queryKey: ['key_profiles', source, body],
    queryFn: () => ok(api.POST('/v1/sources/{source}/key_profiles', { params: { path: { source } }, body })),
    staleTime: 300_000,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const keyRulesQuery = () => queryOptions({ queryKey: ['key_rules'], queryFn: () => ok(api.GET('/v1/key_rules')), staleTime: 300_000 });
