import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { S } from './types';

/** A ledger action before it is signed: the request of one of the signing endpoints, with its name. */
export type Action = S['PreviewCreate'];
type Operation = Action['operation'];

/** The preview fixes ids and salts, so it is made once and kept while its page is open. */
export const previewQuery = (action: Action, lang: string) =>
  queryOptions({
    queryKey: ['preview', lang, action],
    queryFn: () => ok(api.POST('/v1/previews', { body: action })),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

type RequestOf<O extends Operation> = { [A in Action as A['operation']]: A['request'] }[O];

/** The request inside an action of a known kind. */
export function requestOf<O extends Operation>(action: Action, operation: O): RequestOf<O> {
  if (action.operation !== operation) throw new Error(`expected ${operation}, got ${action.operation}`);
  return action.request as RequestOf<O>;
}
