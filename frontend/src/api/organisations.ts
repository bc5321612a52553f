import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok } from './client';

export const organisationsQuery = () =>
  queryOptions({ queryKey: ['organisations'], queryFn: () => ok(api.GET('/v1/organisations')), staleTime: 60_000 });

export function useOrganisations() {
  return useQuery(organisationsQuery());
}
