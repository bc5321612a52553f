import { readFileSync } from 'node:fs';
import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from './bytes';
import { hash, preimage, taggedHash, Verifier, type Suite } from './crypto';
import { verifyBundle, type Report } from './index';
import { canonical, list, type Parser } from './schema';
import * as s from './structures';

const file = (name: string): string =>
  readFileSync(new URL(`../../../tests/vectors/${name}`, import.meta.url), 'utf8');
const load = <T>(name: string): T => JSON.parse(file(name)) as T;

const hex = (text: string): Uint8Array => {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error('not hex');
  return bytes;
};

/** A verifier that remembers signatures: the tampered bundles share nearly all of them. */
class Remembering extends Verifier {
  readonly #known = new Map<string, boolean>();

  override verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const name = `${toHex(key)} ${toHex(signature)} ${toHex(hash('intl', message))}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const good = super.verify(key, message, signature);
    this.#known.set(name, good);
    return good;
  }
}

const verifiers: Record<Suite, Verifier> = { gm: new Remembering('gm'), intl: new Remembering('intl') };

function run(document: string, suite: Suite = 'gm'): Report {
  return verifyBundle(document, { verifier: verifiers[suite] });
}

type Failed = [string, string, string][];

interface Expectation {
  failed: Failed;
  outcome: string | null;
  verdict_without_rules: string;
}

function hold(report: Report, expected: Expectation, name: string): void {
  const failed = report.checks.filter((c) => c.status === 'failed').map((c) => [c.id, c.subject, c.code]);
  const wanted = expected.failed.filter(([id]) => id !== 'policy.replay');
  expect({ name, failed }).toEqual({ name, failed: wanted });
  expect({ name, verdict: report.verdict }).toEqual({ name, verdict: expected.verdict_without_rules });
  expect({ name, outcome: report.facts.outcome ?? null }).toEqual({ name, outcome: expected.outcome });
}

describe('good bundles', () => {
  interface Good {
    name: string;
    outcome: string;
    genesis: string;
    signatures: number;
    checks: [string, string, string, string | null][];
  }
  for (const good of load<Good[]>('evidence/good.json')) {
    it(`${good.name}: every check says the same as the Rust verifier`, () => {
      const report = run(file(`evidence/good/${good.name}.json`), good.name.startsWith('intl') ? 'intl' : 'gm');
      const checks = report.checks
        .filter((c) => c.id !== 'policy.replay')
        .map((c) => [c.id, c.subject, c.status, c.code ?? null]);
      expect(checks).toEqual(good.checks);
      expect(report.verdict).toBe('verified');
      expect(report.facts.outcome).toBe(good.outcome);
      expect(report.facts.genesis).toBe(good.genesis);
      expect(report.facts.signatures).toBe(good.signatures);
    });
  }

  it('are held against the genesis document that the reader trusts', () => {
    const [good] = load<Good[]>('evidence/good.json');
    if (good === undefined) throw new Error('no vectors');
    const document = new TextEncoder().encode(file(`evidence/good/${good.name}.json`));
    const trusted = verifyBundle(document, { trustedGenesis: good.genesis });
    expect(trusted.verdict).toBe('verified');
    expect(trusted.cannotKnow).not.toContain('genesis_origin');
    expect(trusted.cannotKnow).toContain('rules');
    const other = verifyBundle(document, { trustedGenesis: '00'.repeat(32) });
    expect(other.checks.filter((c) => c.status === 'failed').map((c) => c.id)).toEqual(['genesis.anchor']);
  });
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Change =
  | { splice: [string, number, number, string] }
  | { set: [string, Json] }
  | { remove: string }
  | { insert: [string, Json] };

/** The container of a place, and its key there. */
function find(root: Json, pointer: string): [Json[] | { [key: string]: Json }, string] {
  const parts = pointer.split('/').slice(1);
  const last = parts.pop() ?? '';
  let at: Json = root;
  for (const p of parts) at = (at as { [key: string]: Json })[p] ?? null;
  return [at as Json[], last];
}

function apply(root: Json, changes: Change[]): Json {
  for (const change of changes) {
    if ('set' in change) {
      const [at, key] = find(root, change.set[0]);
      (at as { [key: string]: Json })[key] = change.set[1];
    } else if ('splice' in change) {
      const [pointer, from, count, by] = change.splice;
      const [at, key] = find(root, pointer);
      const old = (at as { [key: string]: string })[key] ?? '';
      (at as { [key: string]: Json })[key] = old.slice(0, from) + by + old.slice(from + count);
    } else if ('remove' in change) {
      const [at, key] = find(root, change.remove);
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else delete at[key];
    } else {
      const [at, key] = find(root, change.insert[0]);
      if (Array.isArray(at)) at.splice(Number(key), 0, change.insert[1]);
      else at[key] = change.insert[1];
    }
  }
  return root;
}

describe('tampered bundles', () => {
  interface Tampered {
    name: string;
    base: string;
    changes: Change[];
    expect: Expectation;
  }
  it('fail the same checks on the same subjects as in the Rust verifier', () => {
    const cases = load<Tampered[]>('evidence/tampered.json');
    expect(cases.length).toBeGreaterThan(500);
    const bases = new Map<string, string>();
    for (const c of cases) {
      const base = bases.get(c.base) ?? file(`evidence/good/${c.base}.json`);
      bases.set(c.base, base);
      const document = JSON.stringify(apply(JSON.parse(base) as Json, c.changes));
      hold(run(document, c.base.startsWith('intl') ? 'intl' : 'gm'), c.expect, `${c.base}: ${c.name}`);
    }
  }, 120_000);
});

describe('forged histories', () => {
  interface Forged {
    name: string;
    file: string;
    expect: Expectation;
  }
  for (const c of load<Forged[]>('evidence/forged.json')) {
    it(c.name, () => {
      hold(run(file(`evidence/forged/${c.file}`)), c.expect, c.name);
    });
  }
});

describe('golden bytes', () => {
  interface Golden {
    suite: Suite;
    chain: string;
    genesis: { bytes: string; hash: string };
    validators: { bytes: string; digest: string };
    header: { bytes: string; hash: string };
    certificate: { bytes: string };
    vote: { bytes: string; preimage: string };
    task_spec: { bytes: string; id: string };
    algorithms: { bytes: string; digest: string }[];
    txs: { action: string; signed: string; tx: string; id: string }[];
    receipts: { bytes: string; leaf: string }[];
  }
  for (const suite of ['gm', 'intl'] as const) {
    it(`${suite}: every structure is read, written and hashed as in Rust`, () => {
      const g = load<Golden>(`encoding/${suite}.json`);
      const check = <T>(text: string, parser: Parser<T>): T => canonical(hex(text), parser);
      const digest = (tag: Parameters<typeof taggedHash>[1], text: string) =>
        toHex(taggedHash(suite, tag, g.chain, hex(text)));
      const genesis = check(g.genesis.bytes, s.genesis);
      expect(genesis.chain).toBe(g.chain);
      expect(digest('genesis', g.genesis.bytes)).toBe(g.genesis.hash);
      const validators = genesis.validators.map((v) => ({ power: v.power, key: v.key, org: v.org }));
      expect(toHex(encode(validators))).toBe(g.validators.bytes);
      expect(digest('validators', g.validators.bytes)).toBe(g.validators.digest);
      check(g.header.bytes, s.header);
      expect(digest('header', g.header.bytes)).toBe(g.header.hash);
      const certificate = check(g.certificate.bytes, s.certificate);
      const { height, round, block } = certificate;
      const vote = encode({ kind: 'precommit', height, round, block, validator: 'bank' });
      expect(toHex(vote)).toBe(g.vote.bytes);
      expect(toHex(preimage('vote', g.chain, vote))).toBe(g.vote.preimage);
      check(g.task_spec.bytes, s.taskSpec);
      expect(digest('task', g.task_spec.bytes)).toBe(g.task_spec.id);
      for (const a of g.algorithms) {
        const { id, version } = check(a.bytes, s.descriptor);
        expect(digest('algorithm', a.bytes)).toBe(a.digest);
        const agreed = genesis.algorithms.find((r) => r.id === id && r.version === version);
        expect(agreed && toHex(agreed.digest)).toBe(a.digest);
      }
      expect(genesis.algorithms).toHaveLength(g.algorithms.length);
      for (const t of g.txs) {
        expect(toHex(check(t.signed, s.signedTx).tx)).toBe(t.tx);
        expect(check(t.tx, s.tx).action.kind).toBe(t.action);
        expect(digest('tx', t.tx)).toBe(t.id);
      }
      expect(new Set(g.txs.map((t) => t.action)).size).toBe(19);
      for (const r of g.receipts) {
        check(r.bytes, s.receipt);
        expect(digest('receipt', r.bytes)).toBe(r.leaf);
      }
    });
  }

  it('refuse another encoding of the same value', () => {
    const one = canonical(Uint8Array.of(0x81, 0x18, 0x18), list((v) => v));
    expect(one).toEqual([24]);
    for (const other of ['81190018', '9f1818ff', '811818f6', 'f97e00'])
      expect(() => canonical(hex(other), list((v) => v))).toThrow();
  });
});
