/** Who is given a result, and who comes to see what a party releases for it. */

import type { TaskSpec } from './structures';

function toBoth({ kind }: TaskSpec): boolean {
  return kind.kind === 'psi' && kind.output.kind === 'rows' && kind.output.both;
}

/** Whether an organisation is given a result. */
export function receives(spec: TaskSpec, org: string): boolean {
  return org === spec.receiver || (toBoth(spec) && spec.parties.some((p) => p.org === org));
}

/** Nobody sees what the receiver brings, unless the result goes to both: then the other party does. */
export function releasedTo(spec: TaskSpec, org: string): string | undefined {
  if (org !== spec.receiver) return spec.receiver;
  return toBoth(spec) ? spec.parties.find((p) => p.org !== org)?.org : undefined;
}
