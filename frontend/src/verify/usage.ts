/**
 * Did each run stay within the usage limits that bound the receiver? Limits come from the transactions about the
 * datasets; what was used comes from the usage objects proved in the state after the block in which each run became
 * ready. Runs of other tasks are in those objects, though their transactions are not in the bundle.
 */

import { equal, utf8 } from './bytes';
import type { OpenBundle } from './bundle';
import type { Finding, Findings } from './report';
import { releasedTo } from './result';
import { canonical, Malformed, type Parser } from './schema';
import type { Step } from './step';
import { dataset as datasetObject, usage as usageObject, type TaskSpec, type UsageLimits } from './structures';

type Party = TaskSpec['parties'][number];

const DAY_MS = 86_400_000n;

/** Receivers of these can test no more keys than they announce. */
const EXACT = ['psi.delegated-prf/1', 'psi.ecdh-ristretto255/1', 'psi.unbalanced-voprf/1'];
/** Keys are encoded into tables of the sizes that RR22 uses; every other algorithm counts as one half as large again. */
const LINEAR = ['psi.rr22-gf128/1', 'psi.rr22-low-gf128/1', 'psi.star-opprf/1'];
const BUCKET_ITEMS = 1n << 21n;
const CANARIES = 8n;
/** Three equations a key, and room for canaries. */
const TARGETS = ['psi.circuit-gf128/1'];
const CIRCUIT_CANARIES = 43n;

/** What the transactions so far say of datasets. */
class Datasets {
  readonly #limits = new Map<string, UsageLimits[]>();
  readonly #rows = new Map<string, bigint>();
  /** Latest version of the policy that a transaction made. */
  readonly #policy = new Map<string, bigint>();

  apply({ item }: Step): void {
    const { action } = item.tx;
    if (action.kind === 'dataset_publish') {
      this.#rows.set(`${action.dataset}/1`, action.commitment.rows);
      this.#policy.set(action.dataset, 1n);
    }
    if (action.kind === 'dataset_policy_set' || action.kind === 'dataset_limits_set')
      this.#policy.set(action.dataset, action.policy_version);
    if (action.kind === 'dataset_version_add')
      this.#rows.set(`${action.dataset}/${action.version}`, action.commitment.rows);
    if (action.kind === 'dataset_limits_set') this.#limits.set(action.dataset, action.limits);
  }

  /** The object of the dataset has the policy version and the limits that the transactions lead to. */
  same(dataset: string, value: Uint8Array | undefined): boolean {
    const object = value === undefined ? undefined : read(value, datasetObject);
    if (object === undefined || object.policy_version !== this.#policy.get(dataset)) return false;
    const told = this.#limits.get(dataset) ?? [];
    const text = (l: UsageLimits[]) => JSON.stringify(l, (_, x: unknown) => (typeof x === 'bigint' ? String(x) : x));
    return text(object.limits) === text(told);
  }

  rows(party: Party): bigint | undefined {
    return this.#rows.get(`${party.dataset}/${party.version}`);
  }

  /** Those that name the partner, else those for all. */
  limits(dataset: string, partner: string): UsageLimits | undefined {
    const all = this.#limits.get(dataset) ?? [];
    return all.find((l) => l.partner.org === partner) ?? all.find((l) => l.partner.org === undefined);
  }
}

export function checkLimits(b: OpenBundle, spec: TaskSpec, all: Step[], f: Findings): void {
  const datasets = new Datasets();
  const owners = spec.parties.filter((p) => releasedTo(spec, p.org) !== undefined);
  const faults = new Map<string, Finding>();
  const unproved = new Set<string>();
  for (const step of all) {
    const { isProposal, ready, header } = step;
    for (const party of isProposal || ready !== undefined ? owners : []) {
      const user = releasedTo(spec, party.org) ?? spec.receiver;
      const limits = datasets.limits(party.dataset, user);
      if (limits === undefined) continue;
      const tested = keysTested(spec, party, datasets);
      let code = tested === undefined ? undefined : exceeded(spec, limits, tested);
      const counts = limits.runs_max !== undefined || limits.keys_max !== undefined;
      if (code === undefined && ready !== undefined && counts && tested !== undefined) {
        const entry = b.state.find(
          (s) => s.height === header.height && equal(s.key, utf8(`usage/${party.dataset}/${user}`)),
        );
        if (entry === undefined) unproved.add(party.org);
        else code = usedUp(limits, entry.value, ready.session, header.time_ms, tested.keys);
      }
      if (code !== undefined && !faults.has(party.org))
        faults.set(party.org, { code, params: { height: String(header.height) } });
    }
    datasets.apply(step);
  }
  for (const { org, dataset } of owners) {
    const key = utf8(`dataset/${dataset}`);
    const entry = b.state.findLast((s) => equal(s.key, key));
    if (entry === undefined) unproved.add(org);
    else if (!faults.has(org)) {
      if (entry.height !== b.blocks.at(-1)?.header.height) faults.set(org, { code: 'not_latest' });
      else if (!datasets.same(dataset, entry.value)) faults.set(org, { code: 'policy_differs' });
    }
  }
  for (const org of owners.map((p) => p.org).sort()) {
    const fault = faults.get(org);
    if (fault === undefined && unproved.has(org)) f.skip('task.limits', `org:${org}`, 'no_state');
    else f.note('task.limits', `org:${org}`, fault);
  }
}

interface Tested {
  /** Rows of the version that brings the keys; the fewest, when there are several. */
  rows: bigint;
  /** Keys that it can test however it cheats. */
  keys: bigint;
}

/** Who uses the rows brings the keys or, when it is a third without data, the other parties do. */
function keysTested(spec: TaskSpec, owner: Party, datasets: Datasets): Tested | undefined {
  const third = spec.parties.every((p) => p.org !== spec.receiver);
  const user = releasedTo(spec, owner.org);
  const bringing: bigint[] = [];
  let others = 0n;
  for (const party of spec.parties) {
    const count = datasets.rows(party);
    if (count === undefined) return undefined;
    if (third ? party.org !== owner.org : party.org === user) bringing.push(count);
    else if (count > others) others = count;
  }
  if (bringing.length === 0) return undefined;
  const fewest = bringing.reduce((a, b) => (b < a ? b : a));
  const rows = bringing.reduce((a, b) => (b > a ? b : a));
  const name = `${spec.algorithm.id}/${spec.algorithm.version}`;
  if (EXACT.includes(name)) return { rows: fewest, keys: rows };
  if (TARGETS.includes(name)) return { rows: fewest, keys: unknowns(rows + CIRCUIT_CANARIES, others) };
  return { rows: fewest, keys: unknowns(LINEAR.includes(name) ? rows : rows + rows / 2n, others) };
}

/** Unknowns of the linear system that keys are encoded into: so many a cheating receiver can pack. */
function unknowns(rows: bigint, others: bigint): bigint {
  const total = rows + CANARIES;
  const larger = others > rows ? others + CANARIES : total;
  const buckets = ceil(larger, BUCKET_ITEMS);
  const capacity = buckets === 1n ? total : bucketCapacity(total, buckets);
  return buckets * (ceil(capacity * 7n, 5n) + 76n);
}

/** Mean, and 7.5 standard deviations. */
function bucketCapacity(total: bigint, buckets: bigint): bigint {
  const mean = ceil(total, buckets);
  const bits = 40n + BigInt((buckets - 1n).toString(2).length);
  const natural = ceil(bits * 694n, 1000n);
  const spare = ceil(natural, 3n) + isqrt((natural * natural) / 9n + 2n * natural * mean) + 2n;
  return mean + spare < total ? mean + spare : total;
}

function ceil(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

function isqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** The limits that need no memory. */
function exceeded(spec: TaskSpec, limits: UsageLimits, { rows, keys }: Tested): string | undefined {
  if (limits.run_keys_min !== undefined && rows < limits.run_keys_min) return 'limit_input_too_small';
  if (limits.run_keys_max !== undefined && keys > limits.run_keys_max) return 'limit_input_too_large';
  const enough = spec.kind.kind === 'psi' && spec.kind.min_matches >= (limits.min_matches ?? 0n);
  if (!enough) return 'limit_min_matches_too_low';
  return undefined;
}

/** The run stands in the object with its keys, and with all before it stays within the limits. */
function usedUp(
  limits: UsageLimits,
  value: Uint8Array | undefined,
  session: Uint8Array | undefined,
  nowMs: bigint,
  keys: bigint,
): string | undefined {
  const object = value === undefined ? undefined : read(value, usageObject);
  if (object === undefined || session === undefined) return 'run_not_counted';
  const last = object.entries.findIndex(
    (e) => equal(e.session, session) && e.at_ms === nowMs && e.runs === 1n && e.keys === keys,
  );
  if (last < 0) return 'run_not_counted';
  const live = object.entries.slice(0, last + 1).filter((e) => nowMs - e.at_ms < limits.period_days * DAY_MS);
  const runs = live.reduce((sum, e) => sum + e.runs, 0n);
  const used = live.reduce((sum, e) => sum + e.keys, 0n);
  if (limits.runs_max !== undefined && runs > limits.runs_max) return 'limit_runs_used_up';
  if (limits.keys_max !== undefined && used > limits.keys_max) return 'limit_keys_used_up';
  return undefined;
}

function read<T>(value: Uint8Array, parser: Parser<T>): T | undefined {
  try {
    return canonical(value, parser);
  } catch (e) {
    if (e instanceof Malformed) return undefined;
    throw e;
  }
}
