/** The document: JSON shape, then every part from its canonical bytes. */

import { fromHex, toHex } from './bytes';
import type { Suite } from './crypto';
import type { InclusionProof, StatePath } from './merkle';
import { canonical, Malformed, type Parser } from './schema';
import * as s from './structures';

export const FORMAT = 'shuzheng-evidence';
export const VERSION = 1;
const BYTES_MAX = 64 * 1024 * 1024;

/** Why a document is not a bundle: a stable code and the place. */
export class BundleError extends Error {
  constructor(
    readonly code: 'too_large' | 'shape' | 'unknown_format' | 'not_canonical' | 'unknown_version',
    readonly at: string,
  ) {
    super(`${at}: ${code}`);
  }
}

export interface OpenBundle {
  chain: string;
  suite: Suite;
  task: Uint8Array;
  genesis: s.Genesis;
  genesisBytes: Uint8Array;
  blocks: OpenBlock[];
  items: OpenItem[];
  state: OpenState[];
}

export interface OpenBlock {
  header: s.Header;
  headerBytes: Uint8Array;
  certificate: s.Certificate;
}

export interface OpenItem {
  /** Canonical bytes of the signed transaction: the leaf under `tx_root`. */
  bytes: Uint8Array;
  signed: s.SignedTx;
  tx: s.Tx;
  txPath: InclusionProof;
  receipt: s.Receipt;
  receiptBytes: Uint8Array;
  receiptPath: InclusionProof;
}

export interface OpenState {
  height: bigint;
  key: Uint8Array;
  value: Uint8Array | undefined;
  path: StatePath;
}

type Json = Record<string, unknown>;

function shape(): never {
  throw new BundleError('shape', 'bundle');
}

/** An object with these fields and no other; `maybe` may be missing. */
function fields(v: unknown, names: readonly string[], maybe: readonly string[] = []): Json {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) shape();
  const o = v as Json;
  for (const key of Object.keys(o)) if (!names.includes(key) && !maybe.includes(key)) shape();
  for (const name of names) if (!Object.hasOwn(o, name)) shape();
  return o;
}

function str(v: unknown): string {
  return typeof v === 'string' ? v : shape();
}

function array(v: unknown): unknown[] {
  return Array.isArray(v) ? v : shape();
}

function natural(v: unknown): bigint {
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 0 || v >= 2 ** 64) shape();
  return BigInt(v);
}

function hexBytes(v: unknown): Uint8Array {
  return fromHex(str(v)) ?? shape();
}

function hexDigest(v: unknown): Uint8Array {
  const d = hexBytes(v);
  return d.length === 32 ? d : shape();
}

function proof(v: unknown): InclusionProof {
  const o = fields(v, ['index', 'size', 'path']);
  return { index: natural(o['index']), size: natural(o['size']), path: array(o['path']).map(hexDigest) };
}

function statePath(v: unknown): StatePath {
  const o = fields(v, ['siblings'], ['leaf']);
  const siblings = array(o['siblings']).map(hexDigest);
  if (o['leaf'] === null || o['leaf'] === undefined) return { siblings };
  const leaf = fields(o['leaf'], ['key', 'value']);
  return { leaf: { key: hexDigest(leaf['key']), value: hexDigest(leaf['value']) }, siblings };
}

function part<T>(at: string, bytes: Uint8Array, parser: Parser<T>): T {
  try {
    return canonical(bytes, parser);
  } catch (e) {
    if (e instanceof Malformed) throw new BundleError('not_canonical', at);
    throw e;
  }
}

function version1(at: string, structure: { v: bigint }): void {
  if (structure.v !== 1n) throw new BundleError('unknown_version', at);
}

/** Reads a document; throws `BundleError`. */
export function openBundle(document: string | Uint8Array): OpenBundle {
  const length = typeof document === 'string' ? new TextEncoder().encode(document).length : document.length;
  if (length > BYTES_MAX) throw new BundleError('too_large', 'bundle');
  let json: unknown;
  try {
    const text = typeof document === 'string' ? document : new TextDecoder('utf-8', { fatal: true }).decode(document);
    json = JSON.parse(text);
  } catch {
    shape();
  }
  const o = fields(json, ['format', 'version', 'chain', 'suite', 'task', 'genesis', 'blocks', 'items', 'state']);
  const version = natural(o['version']);
  if (version >= 2n ** 32n) shape();
  const format = str(o['format']);
  const chain = str(o['chain']);
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(chain)) shape();
  const suite = o['suite'];
  if (suite !== 'gm' && suite !== 'intl') shape();
  const task = hexDigest(o['task']);
  const genesisBytes = hexBytes(o['genesis']);
  const blockParts = array(o['blocks']).map((b) => {
    const f = fields(b, ['header', 'certificate']);
    return { header: hexBytes(f['header']), certificate: hexBytes(f['certificate']) };
  });
  const itemParts = array(o['items']).map((i) => {
    const f = fields(i, ['tx', 'tx_path', 'receipt', 'receipt_path']);
    return {
      tx: hexBytes(f['tx']),
      txPath: proof(f['tx_path']),
      receipt: hexBytes(f['receipt']),
      receiptPath: proof(f['receipt_path']),
    };
  });
  const state = array(o['state']).map((v): OpenState => {
    const f = fields(v, ['height', 'key', 'path'], ['value']);
    const value = f['value'] === null || f['value'] === undefined ? undefined : hexBytes(f['value']);
    return { height: natural(f['height']), key: hexBytes(f['key']), value, path: statePath(f['path']) };
  });
  if (format !== FORMAT || version !== BigInt(VERSION)) throw new BundleError('unknown_format', 'bundle');

  const genesis = part('genesis', genesisBytes, s.genesis);
  version1('genesis', genesis);
  const blocks = blockParts.map((b, i): OpenBlock => {
    const at = `blocks/${i}/header`;
    const header = part(at, b.header, s.header);
    version1(at, header);
    const certificate = part(`blocks/${i}/certificate`, b.certificate, s.certificate);
    return { header, headerBytes: b.header, certificate };
  });
  const items = itemParts.map((p, i): OpenItem => {
    const at = `items/${i}/tx`;
    const signed = part(at, p.tx, s.signedTx);
    const tx = part(at, signed.tx, s.tx);
    version1(at, tx);
    if (tx.action.kind === 'task_propose') version1(at, tx.action.spec);
    const receipt = part(`items/${i}/receipt`, p.receipt, s.receipt);
    return {
      bytes: p.tx,
      signed,
      tx,
      txPath: p.txPath,
      receipt,
      receiptBytes: p.receipt,
      receiptPath: p.receiptPath,
    };
  });
  return { chain, suite, task, genesis, genesisBytes, blocks, items, state };
}

/** `state:<height>/<key hex>` */
export function stateSubject(state: OpenState): string {
  return `state:${state.height}/${toHex(state.key)}`;
}
