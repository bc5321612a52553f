/** The URL is the state of every list: plain strings, no JSON, so that addresses can be read and shared. */

export type ListSearch = Readonly<Record<string, string | undefined>>;

/** Parses `?a=b`; later repeats win, empty values are dropped. */
export function parseSearch(query: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [k, v] of new URLSearchParams(query)) if (v !== '') out[k] = v;
  return out;
}

/** The inverse of {@link parseSearch}; keys in their given order, empty values left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(search)) if (v !== undefined && v !== null && v !== '') p.set(k, String(v));
  const s = p.toString();
  return s === '' ? '' : `?${s}`;
}

/** A route's `validateSearch`: keeps the named keys only. */
export function only<const K extends string>(...keys: K[]): (raw: Record<string, unknown>) => { [P in K]?: string } {
  return (raw) => {
    const out: { [P in K]?: string } = {};
    for (const k of keys) {
      const v = raw[k];
      if (typeof v === 'string' && v !== '') out[k] = v;
    }
    return out;
  };
}

/** What every list has, besides its own filters. */
export const LIST_KEYS = ['cursor', 'limit', 'columns'] as const;

/** Rows on a page: 20, 50 or 100. */
export function limitOf(search: { limit?: string | undefined }): number {
  const n = Number(search.limit);
  return n === 50 || n === 100 ? n : 20;
}
