import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, ok } from './client';

export const homeQuery = () => queryOptions({ queryKey: ['home'], queryFn: () => ok(api.GET('/v1/home')) });

/** How many things need me, for the menu. */
export function useTodoCount(): number {
  return useQuery({ ...homeQuery(), refetchInterval: 15_000, select: (h) => h.todo_count }).data ?? 0;
}

/** Blocks, transactions, tasks, datasets, grants … that a text may mean. */
export const searchQuery = (q: string) =>
  queryOptions({ queryKey: ['search', q], queryFn: () => ok(api.GET('/v1/search', { params: { query: { q } } })), enabled: q.length > 1, staleTime: 10_000 });
