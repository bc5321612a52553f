import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { parseSearch } from '@/lib/search';

/** A link to an address that is known only as text, such as one from a table of paths. */
export function PathLink({ path, className, children }: { path: string; className?: string; children: ReactNode }) {
  const [to, query = ''] = path.split('?');
  return (
    <Link to={(to || '/') as '/'} search={parseSearch(query) as never} className={className}>
      {children}
    </Link>
  );
}
