/** Order of the document, genesis, blocks and the validators' certificates. */

import { encode } from 'cborg';
import { compare, equal, toHex } from './bytes';
import type { OpenBlock, OpenBundle } from './bundle';
import { preimage, taggedHash, type Verifier } from './crypto';
import type { Finding, Findings } from './report';
import type { Certificate, Genesis, Header } from './structures';

/** Blocks by height, items by (height, index), states by (height, key), none twice, every block there. */
export function checkOrder(b: OpenBundle, f: Findings): void {
  f.note('bundle.order', 'bundle', order(b));
}

function rising<T>(all: T[], less: (a: T, b: T) => boolean): boolean {
  return all.every((x, i) => {
    const before = all[i - 1];
    return i === 0 || (before !== undefined && less(before, x));
  });
}

function order(b: OpenBundle): Finding | undefined {
  if (!rising(b.blocks, (x, y) => x.header.height < y.header.height)) return { code: 'blocks_out_of_order' };
  const before = (x: { height: bigint; index: bigint }, y: { height: bigint; index: bigint }) =>
    x.height < y.height || (x.height === y.height && x.index < y.index);
  if (!rising(b.items, (x, y) => before(x.receipt, y.receipt))) return { code: 'items_out_of_order' };
  const states = rising(
    b.state,
    (x, y) => x.height < y.height || (x.height === y.height && compare(x.key, y.key) < 0),
  );
  if (!states) return { code: 'states_out_of_order' };
  const heights = new Set(b.blocks.map((x) => x.header.height));
  for (const height of [...b.items.map((i) => i.receipt.height), ...b.state.map((s) => s.height)]) {
    if (!heights.has(height)) return { code: 'block_missing', params: { height: String(height) } };
  }
  return undefined;
}

export function checkGenesis(b: OpenBundle, trusted: string | undefined, f: Findings): void {
  const { genesis } = b;
  let document: Finding | undefined;
  if (genesis.chain !== b.chain) document = { code: 'other_chain', params: { chain: genesis.chain } };
  else if (genesis.suite !== b.suite) document = { code: 'other_suite', params: { suite: genesis.suite } };
  else if (!properValidators(genesis)) document = { code: 'bad_validators' };
  f.note('genesis.document', 'genesis', document);

  const hash = genesisHash(b);
  const found = toHex(hash);
  if (trusted === undefined) f.skip('genesis.anchor', 'genesis', 'no_anchor');
  else f.note('genesis.anchor', 'genesis', found === trusted ? undefined : { code: 'other_genesis', params: { found, trusted } });

  const first = b.blocks[0]?.header;
  let follows: Finding | undefined;
  if (first?.height !== 1n) follows = { code: 'first_block_missing' };
  else if (!equal(first.prev, hash)) follows = { code: 'other_genesis' };
  f.note('genesis.first_block', 'block:1', follows);
}

/** Hash by the suite and chain that the document itself names. */
export function genesisHash(b: OpenBundle): Uint8Array {
  return taggedHash(b.genesis.suite, 'genesis', b.genesis.chain, b.genesisBytes);
}

function properValidators(genesis: Genesis): boolean {
  const all = genesis.validators;
  const sum = all.reduce((n, v) => n + v.power, 0n);
  const powers = all.every((v) => v.power > 0n) && sum >> 64n === 0n;
  return all.length > 0 && powers && rising(all, (x, y) => x.org < y.org);
}

export function checkBlocks(b: OpenBundle, verifier: Verifier, f: Findings): void {
  const { genesis } = b;
  const set = taggedHash(genesis.suite, 'validators', genesis.chain, encodeValidators(genesis));
  let before: OpenBlock | undefined;
  for (const block of b.blocks) {
    const subject = `block:${block.header.height}`;
    f.note('block.chain', subject, neighbours(genesis, before, block.header));
    const same = equal(block.header.validators, set);
    f.note('block.validators', subject, same ? undefined : { code: 'other_validators' });
    if (same) f.note('block.certificate', subject, certified(genesis, verifier, block));
    else f.skip('block.certificate', subject, 'not_reached');
    before = block;
  }
}

function encodeValidators(genesis: Genesis): Uint8Array {
  return encode(genesis.validators.map((v) => ({ org: v.org, key: v.key, power: v.power })));
}

function hashOf(genesis: Genesis, block: OpenBlock): Uint8Array {
  return taggedHash(genesis.suite, 'header', block.header.chain, block.headerBytes);
}

function neighbours(genesis: Genesis, before: OpenBlock | undefined, header: Header): Finding | undefined {
  if (header.chain !== genesis.chain) return { code: 'other_chain', params: { chain: header.chain } };
  if (before === undefined) return undefined;
  if (header.time_ms <= before.header.time_ms) return { code: 'time_not_rising' };
  if (before.header.height + 1n === header.height && !equal(header.prev, hashOf(genesis, before)))
    return { code: 'broken_link' };
  return undefined;
}

/** More than two thirds of the validators' power signed a precommit for this block, each validator once. */
function certified(genesis: Genesis, verifier: Verifier, block: OpenBlock): Finding | undefined {
  const { header, certificate } = block;
  // A block of another chain has failed `block.chain`, and is no block of ours.
  const ours = header.chain === genesis.chain && certificate.height === header.height;
  if (!ours || !equal(certificate.block, hashOf(genesis, block))) return { code: 'other_block' };
  const validators = new Map(genesis.validators.map((v) => [v.org, v]));
  let signed = 0n;
  let last: string | undefined;
  for (const { validator: org, sig } of certificate.signatures) {
    const validator = validators.get(org);
    if (validator === undefined || (last !== undefined && last >= org))
      return { code: 'bad_signer', params: { validator: org } };
    last = org;
    const message = preimage('vote', genesis.chain, vote(certificate, org));
    if (!verifier.verify(validator.key, message, sig)) return { code: 'bad_signature', params: { validator: org } };
    signed += validator.power;
  }
  const total = genesis.validators.reduce((n, v) => n + v.power, 0n);
  if (signed * 3n > total * 2n) return undefined;
  return { code: 'no_quorum', params: { signed: String(signed), total: String(total) } };
}

function vote(certificate: Certificate, validator: string): Uint8Array {
  const { height, round, block } = certificate;
  return encode({ kind: 'precommit', height, round, block, validator });
}
