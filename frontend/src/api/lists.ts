import { keepPreviousData } from '@tanstack/react-query';
import { limitOf, stringifySearch, type ListSearch } from '@/lib/search';
import { raw } from './client';

/** Cursor and page length of a list, from its URL. */
export function pageOf(search: ListSearch): { cursor?: string; limit: number } {
  return { limit: limitOf(search), ...(search['cursor'] ? { cursor: search['cursor'] } : {}) };
}

/** Lists keep the old page on screen while the next one loads. */
export const listOptions = { placeholderData: keepPreviousData } as const;

/** A list as CSV: the same path and filters, asked for as `text/csv`. */
export type CsvExport = { path: string; params: Record<string, unknown>; name: string };

/** Saves what a response holds under a name. */
export async function save(response: Response, name: string): Promise<void> {
  const url = URL.createObjectURL(await response.blob());
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  document.body.append(a);
  a.click();
  a.remove();
  // The browser reads the blob after the click returns.
  window.setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

export async function saveCsv({ path, params, name }: CsvExport): Promise<void> {
  await save(await raw(path + stringifySearch(params), { headers: { Accept: 'text/csv' } }), name);
}

/** Drops keys without a value, so that optional query parameters are absent and not `undefined`. */
export function given<T extends Record<string, unknown>>(o: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined && v !== '')) as never;
}
