/** The second verifier of evidence bundles: see README.md. */

import { toHex } from './bytes';
import { BundleError, openBundle, type OpenBundle } from './bundle';
import { checkBlocks, checkGenesis, checkOrder, genesisHash } from './chain';
import { Verifier } from './crypto';
import { checkStates, checkTransactions } from './items';
import { CHECK_IDS, Findings, UNKNOWNS, type Facts, type Report } from './report';
import { checkTask } from './story';

export type { Check, CheckId, CheckStatus, Facts, Report, TaskStatus, Unknown, Verdict } from './report';
export { CHECK_IDS, UNKNOWNS } from './report';

export interface Options {
  /** Digest (lower-case hex) of the genesis document that the reader trusts, from another source than the bundle. */
  trustedGenesis?: string;
  /** Shares keys and verified signatures between several bundles of one suite. */
  verifier?: Verifier;
}

/** Verifies a document. Never throws on what the document holds. */
export function verifyBundle(document: string | Uint8Array, options: Options = {}): Report {
  const f = new Findings();
  let facts: Facts = { blocks: 0, transactions: 0, signatures: 0 };
  try {
    const bundle = openBundle(document);
    f.note('bundle.form', 'bundle', undefined);
    facts = stages(bundle, options, f) ?? facts;
  } catch (e) {
    if (!(e instanceof BundleError)) throw e;
    f.note('bundle.form', e.at, { code: e.code });
  }
  return finish(f, facts, options);
}

/** A stage is only entered when nothing failed before. */
function stages(b: OpenBundle, options: Options, f: Findings): Facts | undefined {
  const shared = options.verifier?.suite === b.genesis.suite ? options.verifier : undefined;
  const verifier = shared ?? new Verifier(b.genesis.suite);
  checkOrder(b, f);
  checkGenesis(b, options.trustedGenesis, f);
  if (f.failed) return undefined;
  checkBlocks(b, verifier, f);
  if (f.failed) return undefined;
  checkTransactions(b, verifier, f);
  checkStates(b, f);
  if (f.failed) return undefined;
  const last = b.blocks.at(-1)?.header;
  const facts: Facts = {
    chain: b.genesis.chain,
    suite: b.genesis.suite,
    genesis: toHex(genesisHash(b)),
    task: toHex(b.task),
    ...(last === undefined ? {} : { height: last.height, timeMs: last.time_ms }),
    blocks: b.blocks.length,
    transactions: b.items.length,
    signatures: b.items.length + b.blocks.reduce((n, x) => n + x.certificate.signatures.length, 0),
  };
  checkTask(b, f, facts);
  f.skip('policy.replay', 'bundle', 'no_rules');
  return facts;
}

/** Lists what was not reached, and what nobody can know. */
function finish(f: Findings, facts: Facts, options: Options): Report {
  for (const id of CHECK_IDS) if (!f.checks.some((c) => c.id === id)) f.skip(id, 'bundle', 'not_reached');
  const stateShown = f.checks.some((c) => c.id === 'task.state' && c.status === 'ok');
  const cannotKnow = UNKNOWNS.filter((u) => {
    if (u === 'genesis_origin') return options.trustedGenesis === undefined;
    if (u === 'omissions') return !stateShown;
    return true;
  });
  return { verdict: f.failed ? 'failed' : 'verified', facts, checks: f.checks, cannotKnow };
}
