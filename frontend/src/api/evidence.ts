import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok, raw } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';

type Filters = ListSearch & {
  task?: string; dataset?: string; organisation?: string; actor?: string; action?: string; from?: string; to?: string;
};

const filters = (s: Filters) =>
  given({ task: s.task, dataset: s.dataset, organisation: s.organisation, actor: s.actor, action: s.action, from: s.from, to: s.to });

export const evidenceQuery = (s: Filters) =>
  queryOptions({
    queryKey: ['evidence', 'list', s],
    queryFn: () => ok(api.GET('/v1/evidence', { params: { query: { ...filters(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const evidenceCsv = (s: Filters): CsvExport => ({ path: '/v1/evidence', params: filters(s), name: 'evidence.csv' });

export const taskEvidenceQuery = (task: string) =>
  queryOptions({ queryKey: ['tasks', task, 'evidence'], queryFn: () => ok(api.GET('/v1/tasks/{task}/evidence', { params: { path: { task } } })) });

export const datasetEvidenceQuery = (dataset: string) =>
  queryOptions({
    queryKey: ['datasets', dataset, 'evidence'],
    queryFn: () => ok(api.GET('/v1/datasets/{dataset}/evidence', { params: { path: { dataset } } })),
  });

/** The evidence bundle as the desk sent it, byte for byte: what is verified is what is saved. */
export async function bundleText(task: string): Promise<string> {
  return (await raw(`/v1/tasks/${encodeURIComponent(task)}/evidence_bundle`)).text();
}

/** The genesis document of this desk's chain. */
export const genesisQuery = () => queryOptions({ queryKey: ['genesis'], queryFn: () => ok(api.GET('/v1/chain/genesis')), staleTime: Infinity });
