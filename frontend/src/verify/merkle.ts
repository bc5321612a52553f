/** Binary Merkle trees after RFC 9162 §2.1, and paths in the Jellyfish Merkle tree of the world state. */

import { concat, equal, utf8 } from './bytes';
import { hash, taggedHash, type Suite } from './crypto';

export interface InclusionProof {
  index: bigint;
  size: bigint;
  path: Uint8Array[];
}

/** Whether the proof leads from the leaf to the root (RFC 9162 §2.1.3.2). */
export function included(suite: Suite, leaf: Uint8Array, proof: InclusionProof, root: Uint8Array): boolean {
  if (proof.index >= proof.size) return false;
  let fn = proof.index;
  let sn = proof.size - 1n;
  let at = hash(suite, Uint8Array.of(0), leaf);
  for (const sibling of proof.path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      at = hash(suite, Uint8Array.of(1), sibling, at);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      at = hash(suite, Uint8Array.of(1), at, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(at, root);
}

export interface StatePath {
  leaf?: { key: Uint8Array; value: Uint8Array };
  siblings: Uint8Array[];
}

const EMPTY = utf8('SPARSE_MERKLE_PLACEHOLDER_HASH__');
const LEAF = utf8('JMT::LeafNode');
const INNER = utf8('JMT::IntrnalNode');

/** Bit `i` of 256, the most significant first. */
function bit(d: Uint8Array, i: number): boolean {
  return (((d[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) === 1;
}

/** Whether `value`, or nothing, is stored under `key` in the state with this root. */
export function inState(
  suite: Suite,
  chain: string,
  key: Uint8Array,
  value: Uint8Array | undefined,
  path: StatePath,
  root: Uint8Array,
): boolean {
  const place = taggedHash(suite, 'state-key', chain, key);
  const { leaf, siblings } = path;
  if (siblings.length > 256) return false;
  if (value !== undefined) {
    if (leaf === undefined || !equal(leaf.key, place) || !equal(leaf.value, hash(suite, value))) return false;
  } else if (leaf !== undefined) {
    // Were the key present, this leaf could not be alone in the subtree that both share.
    let common = 0;
    while (common < 256 && bit(leaf.key, common) === bit(place, common)) common += 1;
    if (common === 256 || common < siblings.length) return false;
  }
  let at = leaf === undefined ? EMPTY : hash(suite, concat(LEAF, leaf.key, leaf.value));
  siblings.forEach((sibling, i) => {
    at = bit(place, siblings.length - 1 - i) ? hash(suite, INNER, sibling, at) : hash(suite, INNER, at, sibling);
  });
  return equal(at, root);
}
