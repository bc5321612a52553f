import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { ErrorPanel } from './ErrorPanel';

type Query<T> = { data: T | undefined; error: unknown; refetch: () => unknown };

/** What a query gives, or its skeleton, or its error with a retry. Old data stay while new ones load. */
export function Async<T>({ query, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorPanel error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton active paragraph={{ rows: 5 }} className="late" />;
}
