/** An applied transaction with its block, seen from the task. */

import { encode } from 'cborg';
import { concat, equal, u64be } from './bytes';
import type { OpenBundle, OpenItem } from './bundle';
import { taggedHash } from './crypto';
import type { Event, Header } from './structures';

export interface Step {
  item: OpenItem;
  header: Header;
  /** Proposes the task: its specification gives the digest. */
  isProposal: boolean;
  /** Events about the task. */
  events: Event[];
  /** The event that makes the task ready. */
  ready: Event | undefined;
}

export function steps(b: OpenBundle): Step[] {
  const headers = new Map(b.blocks.map((x) => [x.header.height, x.header]));
  const out: Step[] = [];
  for (const item of b.items) {
    const header = headers.get(item.receipt.height);
    if (header === undefined || item.receipt.outcome.kind !== 'applied') continue;
    const { action } = item.tx;
    const isProposal = action.kind === 'task_propose' && equal(specDigest(b, action.spec.tree), b.task);
    const events = item.receipt.events.filter((e) => e.task !== undefined && equal(e.task, b.task));
    out.push({ item, header, isProposal, events, ready: events.find((e) => e.kind === 'task_ready') });
  }
  return out;
}

function specDigest(b: OpenBundle, tree: unknown): Uint8Array {
  return taggedHash(b.genesis.suite, 'task', b.genesis.chain, encode(tree));
}

/** H(task ‖ previous block ‖ height ‖ attempt). */
export function sessionId(b: OpenBundle, header: Header, attempt: number): Uint8Array {
  const bytes = concat(b.task, header.prev, u64be(header.height), Uint8Array.of(attempt));
  return taggedHash(b.genesis.suite, 'session', b.genesis.chain, bytes);
}
