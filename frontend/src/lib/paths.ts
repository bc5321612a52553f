import type { S } from '@/api/types';

/** Where a thing that was found is shown. */
export function hitPath(h: Pick<S['SearchHit'], 'kind' | 'id'>): string {
  const id = encodeURIComponent(h.id);
  switch (h.kind) {
    case 'block':
      return `/ledger/blocks/${id}`;
    case 'transaction':
      return `/ledger/transactions/${id}`;
    case 'task':
      return `/tasks/${id}`;
    case 'dataset':
      return `/catalog/${id}`;
    case 'application':
      return `/applications/${id}`;
    case 'grant':
      return `/data/grants/${id}`;
    case 'organisation':
      return '/platform/organisations';
  }
}
