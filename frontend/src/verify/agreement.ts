/** Do the attestations of a run agree with each other, with the specification and with the commitments? */

import { equal } from './bytes';
import { receives } from './result';
import { membersOf, type Attestation, type Commitment, type TaskSpec } from './structures';

/** What can differ, in the order in which the ledger lists it. */
export const DISPUTE_CODES = [
  'attestation_missing',
  'algorithm_differs',
  'parameters_differ',
  'transcript_differs',
  'bytes_differ',
  'items_differ',
  'seed_commitment_differs',
  'input_commitment_differs',
  'row_count_differs',
  'canary_failed',
  'canary_missing',
  'result_missing',
  'result_unexpected',
] as const;

export type DisputeCode = (typeof DISPUTE_CODES)[number];

/** The codes of everything that differs, each once, in the ledger's order. */
export function differences(
  spec: TaskSpec,
  attestations: readonly Attestation[],
  committed: ReadonlyMap<string, Commitment>,
): DisputeCode[] {
  const found = new Set<DisputeCode>();
  const note = (differs: boolean, code: DisputeCode) => {
    if (differs) found.add(code);
  };
  const of = (org: string) => attestations.find((a) => a.org === org);
  const members = membersOf(spec);
  for (const org of members) {
    const a = of(org);
    if (a === undefined) {
      found.add('attestation_missing');
      continue;
    }
    const gets = receives(spec, a.org);
    const party = spec.parties.find((p) => p.org === org);
    const version = party && committed.get(party.dataset);
    const { input } = a;
    // A third has neither data nor a statement about them.
    const both = party === undefined ? input === undefined : version !== undefined && input !== undefined;
    note(a.algorithm.id !== spec.algorithm.id || a.algorithm.version !== spec.algorithm.version, 'algorithm_differs');
    note(!both || (version && input && !equal(version.root, input.commitment)) === true, 'input_commitment_differs');
    note(!both || (version && input && version.rows !== input.rows) === true, 'row_count_differs');
    note(a.canaries_ok === false, 'canary_failed');
    note(gets && a.canaries_ok === undefined, 'canary_missing');
    note(gets && a.result === undefined, 'result_missing');
    note(!gets && a.result !== undefined, 'result_unexpected');
    for (const peer of members) {
      const b = peer === org ? undefined : of(peer);
      if (b === undefined) continue;
      note(!equal(a.parameters, b.parameters), 'parameters_differ');
      // From a to b; the other direction is asked for when b is the party.
      const sent = a.channels.find((c) => c.peer === b.org);
      const got = b.channels.find((c) => c.peer === a.org);
      if (sent === undefined || got === undefined) {
        found.add('transcript_differs');
        continue;
      }
      note(!equal(sent.sent, got.received), 'transcript_differs');
      note(sent.sent_bytes !== got.received_bytes, 'bytes_differ');
      note(got.peer_items !== (input?.items ?? 0n), 'items_differ');
      note(!equal(got.peer_seed_commitment, a.seed_commitment), 'seed_commitment_differs');
    }
  }
  return DISPUTE_CODES.filter((c) => found.has(c));
}
