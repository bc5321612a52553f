/** Transactions with their receipts, and objects of the state. */

import { equal, toHex } from './bytes';
import { stateSubject, type OpenBundle, type OpenItem } from './bundle';
import { preimage, taggedHash, type Verifier } from './crypto';
import { included, inState, type InclusionProof } from './merkle';
import type { Finding, Findings } from './report';
import type { Genesis, Header } from './structures';

/** Keys as they change from transaction to transaction, by `org/account`. */
class Keys {
  readonly #keys = new Map<string, Uint8Array>();

  constructor(genesis: Genesis) {
    for (const o of genesis.organisations) this.#keys.set(`${o.id}/node`, o.node_key);
    for (const a of genesis.accounts) this.#keys.set(`${a.id.org}/${a.id.account}`, a.key);
  }

  get(account: string): Uint8Array | undefined {
    return this.#keys.get(account);
  }

  apply(item: OpenItem): void {
    const { action, sender } = item.tx;
    if (action.kind === 'account_register' || action.kind === 'account_key_rotate')
      this.#keys.set(`${sender.org}/${action.account}`, action.key);
  }
}

export function txId(b: OpenBundle, item: OpenItem): Uint8Array {
  return taggedHash(b.genesis.suite, 'tx', b.genesis.chain, item.signed.tx);
}

export function checkTransactions(b: OpenBundle, verifier: Verifier, f: Findings): void {
  const headers = new Map(b.blocks.map((x) => [x.header.height, x.header]));
  const keys = new Keys(b.genesis);
  const met = new Set<string>();
  for (const item of b.items) {
    const id = txId(b, item);
    const name = toHex(id);
    const subject = `tx:${name}`;
    const header = headers.get(item.receipt.height);
    if (header === undefined) continue; // `bundle.order` made sure that it is there
    f.note('tx.included', subject, placed(b, header, item, item.txPath, item.bytes, header.tx_root));
    f.note('receipt.included', subject, receipt(b, header, item, id));
    f.note('tx.valid', subject, valid(b, header, item, !met.has(name)));
    met.add(name);
    f.note('tx.signature', subject, signature(b, verifier, keys, item));
    if (item.receipt.outcome.kind === 'applied') keys.apply(item);
  }
}

function placed(
  b: OpenBundle,
  header: Header,
  item: OpenItem,
  path: InclusionProof,
  leaf: Uint8Array,
  root: Uint8Array,
): Finding | undefined {
  const there = path.size === header.tx_count && path.index === item.receipt.index;
  return there && included(b.genesis.suite, leaf, path, root) ? undefined : { code: 'not_in_block' };
}

function receipt(b: OpenBundle, header: Header, item: OpenItem, id: Uint8Array): Finding | undefined {
  if (!equal(item.receipt.tx, id)) return { code: 'other_receipt' };
  const leaf = taggedHash(b.genesis.suite, 'receipt', b.genesis.chain, item.receiptBytes);
  return placed(b, header, item, item.receiptPath, leaf, header.receipts_root);
}

function valid(b: OpenBundle, header: Header, item: OpenItem, firstTime: boolean): Finding | undefined {
  if (item.tx.chain !== b.genesis.chain) return { code: 'other_chain', params: { chain: item.tx.chain } };
  if (item.tx.valid_until < header.height)
    return { code: 'expired', params: { valid_until: String(item.tx.valid_until) } };
  return firstTime ? undefined : { code: 'repeated' };
}

function signature(b: OpenBundle, verifier: Verifier, keys: Keys, item: OpenItem): Finding | undefined {
  const account = `${item.tx.sender.org}/${item.tx.sender.account}`;
  const key = keys.get(account);
  if (key === undefined) return { code: 'unknown_account', params: { account } };
  const message = preimage('tx', b.genesis.chain, item.signed.tx);
  return verifier.verify(key, message, item.signed.sig) ? undefined : { code: 'bad_signature', params: { account } };
}

/** Each object lies under the state root of its block. */
export function checkStates(b: OpenBundle, f: Findings): void {
  if (b.state.length === 0) f.skip('state.included', 'bundle', 'no_state');
  for (const state of b.state) {
    const header = b.blocks.find((x) => x.header.height === state.height)?.header;
    if (header === undefined) continue;
    const { suite, chain } = b.genesis;
    const there = inState(suite, chain, state.key, state.value, state.path, header.state_root);
    f.note('state.included', stateSubject(state), there ? undefined : { code: 'not_in_state' });
  }
}
