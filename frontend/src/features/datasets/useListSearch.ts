import { useSearch } from '@tanstack/react-router';
import type { ListSearch } from '@/lib/search';

/** Cursor, page length and columns of the list on this tab. */
export function useListSearch(): ListSearch {
  return useSearch({ strict: false }) as ListSearch;
}
