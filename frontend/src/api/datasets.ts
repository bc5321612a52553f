import { queryOptions } from '@tanstack/react-query';
import type { ListSearch } from '@/lib/search';
import { api, ok } from './client';
import { given, listOptions, pageOf, type CsvExport } from './lists';
import { requestOf, type Action } from './previews';
import type { S } from './types';

type CatalogSearch = ListSearch & { q?: string; organisation?: string; sensitivity?: string; theme?: string; use?: string };
type MineSearch = ListSearch & { q?: string; sensitivity?: string; state?: string };

const catalog = (s: CatalogSearch) =>
  given({ q: s.q, org: s.organisation, classification: s.sensitivity as S['Sensitivity'] | undefined, theme: s.theme, kind: s.use as S['TaskKind'] | undefined });

const mine = (s: MineSearch) => ({
  mine: true,
  ...given({ q: s.q, classification: s.sensitivity as S['Sensitivity'] | undefined, state: s.state as S['DatasetState'] | undefined }),
});

export const catalogQuery = (s: CatalogSearch) =>
  queryOptions({
    queryKey: ['datasets', 'catalog', s],
    queryFn: () => ok(api.GET('/v1/datasets', { params: { query: { ...catalog(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const catalogCsv = (s: CatalogSearch): CsvExport => ({ path: '/v1/datasets', params: catalog(s), name: 'catalogue.csv' });

/** Facets count over the words searched for, not over the facets chosen, so that one can change one's choice. */
export const facetsQuery = (s: CatalogSearch) =>
  queryOptions({
    queryKey: ['datasets', 'facets', s.q, s.use],
    queryFn: () => ok(api.GET('/v1/dataset_facets', { params: { query: catalog({ q: s.q, use: s.use } as CatalogSearch) } })),
    ...listOptions,
  });

export const myDatasetsQuery = (s: MineSearch) =>
  queryOptions({
    queryKey: ['datasets', 'mine', s],
    queryFn: () => ok(api.GET('/v1/datasets', { params: { query: { ...mine(s), ...pageOf(s) } } })),
    ...listOptions,
  });

export const myDatasetsCsv = (s: MineSearch): CsvExport => ({ path: '/v1/datasets', params: mine(s), name: 'datasets.csv' });

export const datasetQuery = (dataset: string) =>
  queryOptions({ queryKey: ['datasets', dataset], queryFn: () => ok(api.GET('/v1/datasets/{dataset}', { params: { path: { dataset } } })) });

export const publishDataset = (action: Action, signing: S['Signing']) =>
  ok(api.POST('/v1/datasets', { body: { request: requestOf(action, 'dataset_create'), signing } }));

export function addVersion(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'dataset_version_create');
  return ok(api.POST('/v1/datasets/{dataset}/versions', { params: { path: { dataset: request.dataset } }, body: { request, signing } }));
}

export function setColumnPolicy(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'column_policy_set');
  return ok(api.PUT('/v1/datasets/{dataset}/column_policy', { params: { path: { dataset: request.dataset } }, body: { request, signing } }));
}

export function setUsageLimits(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'usage_limits_set');
  return ok(api.PUT('/v1/datasets/{dataset}/usage_limits', { params: { path: { dataset: request.dataset } }, body: { request, signing } }));
}

export function setDatasetState(action: Action, signing: S['Signing']) {
  const request = requestOf(action, 'dataset_state_change');
  return ok(api.PUT('/v1/datasets/{dataset}/state', { params: { path: { dataset: request.dataset } }, body: { request, signing } }));
}
