import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { S } from './types';

export const algorithmsQuery = () => queryOptions({ queryKey: ['algorithms'], queryFn: () => ok(api.GET('/v1/algorithms')), staleTime: 60_000 });

/** What an intersection would cost by each algorithm. Asked again after a link test, never by itself. */
export const estimateQuery = (body: S['PsiEstimateCreate']) =>
  queryOptions({
    queryKey: ['psi_estimates', body],
    queryFn: () => ok(api.POST('/v1/psi_estimates', { body })),
    staleTime: 60_000,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const testLink = (organisation: string) => ok(api.POST('/v1/organisations/{organisation}/link_tests', { params: { path: { organisation } } }));
