import { queryOptions } from '@tanstack/react-query';
import { api, ok } from './client';
import type { S } from './types';

export const draftsQuery = (kind: S['DraftKind']) =>
  queryOptions({ queryKey: ['drafts', 'list', kind], queryFn: () => ok(api.GET('/v1/drafts', { params: { query: { kind, limit: 20 } } })) });

export const draftQuery = (draft: string) =>
  queryOptions({ queryKey: ['drafts', draft], queryFn: () => ok(api.GET('/v1/drafts/{draft}', { params: { path: { draft } } })), staleTime: Infinity });

export const createDraft = (body: S['DraftCreate']) => ok(api.POST('/v1/drafts', { body }));

export const updateDraft = (draft: string, version: number, body: S['DraftUpdate']) =>
  ok(api.PUT('/v1/drafts/{draft}', { params: { path: { draft } }, body, headers: { 'If-Match': `"${version}"` } }));

export const deleteDraft = (draft: string) => ok(api.DELETE('/v1/drafts/{draft}', { params: { path: { draft } } }));
