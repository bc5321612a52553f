/** The structures of the ledger as they are encoded (ledger/types), version 1 each. */

import {
  bool,
  bytes,
  digest,
  list,
  nullable,
  optional,
  publicKey,
  record,
  signature,
  slug,
  sparse,
  table,
  text,
  u16,
  u32,
  u64,
  u8,
  variant,
  withTree,
  word,
  words,
  type Parsed,
  type Parser,
} from './schema';

const role = ['data_owner', 'requester', 'auditor', 'operator', 'node'] as const;
const status = word('active', 'frozen');
const sensitivity = word('public', 'internal', 'sensitive', 'core');
const taskKinds = words('psi');

export const disclosure = word(
  'PLAINTEXT',
  'PLAINTEXT_AFTER_JOIN',
  'PLAINTEXT_AS_JOIN_PAYLOAD',
  'PLAINTEXT_AFTER_GROUP_BY',
  'PLAINTEXT_AFTER_COMPARE',
  'PLAINTEXT_AFTER_AGGREGATE',
  'ENCRYPTED_ONLY',
);

export const accountRef = record({ org: slug, account: slug });

/** `any`, or `{org: id}`. */
const grantee: Parser<{ org?: string }> = (v) => {
  if (v === 'any') return {};
  return record({ org: slug })(v);
};

const columnRule = record({
  grantee,
  purpose: optional(text),
  allow: disclosure,
  not_after_ms: optional(u64),
});

const column = record({
  name: text,
  data_type: word('text', 'integer', 'number', 'boolean', 'date', 'timestamp', 'binary'),
  description: text,
  sensitivity,
  rules: list(columnRule),
});

const usageLimits = record({
  partner: grantee,
  period_days: u16,
  runs_max: optional(u32),
  keys_max: optional(u64),
  run_keys_max: optional(u64),
  run_keys_min: optional(u64),
  min_matches: optional(u64),
});

const commitment = record({ scheme: text, root: digest, rows: u64, schema: digest });

const scope = record({
  columns: list(record({ column: text, disclosure })),
  purpose: text,
  kinds: taskKinds,
  not_after_ms: u64,
  uses: u32,
});

const algorithm = record({ id: text, version: text });

const psiOutput = variant(['cardinality'], {
  rows: record({ join: word('inner', 'left', 'unmatched'), both: bool }),
  aggregates: record({ functions: list(record({ function: word('sum', 'average'), column: text })) }),
});

const taskKind = variant([], {
  psi: record({
    key_rules: list(text),
    duplicates: word('reject', 'first', 'join'),
    format: word('csv', 'parquet'),
    min_matches: u64,
    output: psiOutput,
  }),
});

export const taskSpec = withTree(record({
  v: u8,
  title: text,
  purpose: text,
  kind: taskKind,
  algorithm,
  parties: list(
    record({
      org: slug,
      dataset: slug,
      version: u32,
      keys: list(text),
      payload: list(text),
      grant: optional(slug),
    }),
  ),
  receiver: slug,
  not_after_ms: u64,
  attempts_max: u8,
  salt: bytes,
  rerun_of: optional(digest),
}));

const attestation = withTree(record({
  org: slug,
  role: word('receiver', 'sender'),
  algorithm,
  parameters: digest,
  input: optional(
    record({
      dataset: slug,
      version: u32,
      commitment: digest,
      rows: u64,
      items: u64,
      nulls: u64,
      duplicates: u64,
    }),
  ),
  channels: list(
    record({
      peer: slug,
      sent: digest,
      received: digest,
      sent_bytes: u64,
      received_bytes: u64,
      peer_items: u64,
      peer_seed_commitment: digest,
    }),
  ),
  canaries_ok: nullable(bool),
  seed_commitment: digest,
  result: optional(digest),
  software: text,
  started_ms: u64,
  finished_ms: u64,
}));

const taskClose = record({ task: digest, reason: text });

const action = variant([], {
  account_register: record({ account: slug, display_name: text, roles: words(...role), key: publicKey }),
  account_update: record({ account: slug, roles: words(...role), status }),
  account_key_rotate: record({ account: slug, key: publicKey }),
  dataset_publish: record({
    dataset: slug,
    title: text,
    description: text,
    theme: text,
    sensitivity,
    columns: list(column),
    commitment,
  }),
  dataset_version_add: record({ dataset: slug, version: u32, commitment }),
  dataset_policy_set: record({ dataset: slug, policy_version: u32, columns: list(column) }),
  dataset_limits_set: record({ dataset: slug, policy_version: u32, limits: list(usageLimits) }),
  dataset_status_set: record({ dataset: slug, status }),
  application_submit: record({ application: slug, dataset: slug, scope, reason: text }),
  application_review: record({
    application: slug,
    decision: variant([], { approve: record({ grant: slug, scope }), reject: record({ reason: text }) }),
  }),
  grant_revoke: record({ grant: slug, reason: text }),
  task_propose: record({ spec: taskSpec }),
  task_approve: record({ task: digest }),
  task_reject: taskClose,
  task_cancel: taskClose,
  task_retry: record({ task: digest }),
  task_attest: record({ task: digest, session: digest, attestation }),
  task_fail: record({ task: digest, session: digest, code: text, detail: text }),
  task_refuse: record({ task: digest, asked_by: slug, code: text }),
});

export const tx = record({
  v: u8,
  chain: slug,
  sender: accountRef,
  nonce: u64,
  valid_until: u64,
  action,
});

export const signedTx = record({ tx: bytes, sig: signature });

const event = record({
  kind: word(
    'account_changed',
    'dataset_published',
    'dataset_version_added',
    'dataset_policy_changed',
    'dataset_status_changed',
    'application_submitted',
    'application_approved',
    'application_rejected',
    'grant_revoked',
    'grant_used',
    'task_proposed',
    'task_approved',
    'task_ready',
    'task_rejected',
    'task_cancelled',
    'task_attested',
    'task_completed',
    'task_disputed',
    'task_failed',
    'task_refused',
  ),
  orgs: list(slug),
  task: optional(digest),
  session: optional(digest),
  datasets: sparse(slug),
  application: optional(slug),
  grant: optional(slug),
  account: optional(accountRef),
  code: optional(text),
});

export const receipt = record({
  tx: digest,
  height: u64,
  index: u32,
  outcome: variant(['applied'], { refused: record({ code: text, params: table }) }),
  events: list(event),
});

export const header = record({
  v: u8,
  rules: u32,
  chain: slug,
  height: u64,
  prev: digest,
  time_ms: u64,
  proposer: slug,
  validators: digest,
  next_validators: digest,
  tx_root: digest,
  receipts_root: digest,
  state_root: digest,
  tx_count: u32,
});

export const certificate = record({
  height: u64,
  round: u32,
  block: digest,
  signatures: list(record({ validator: slug, sig: signature })),
});

export const genesis = record({
  v: u8,
  chain: slug,
  suite: word('gm', 'intl'),
  rules: u32,
  time_ms: u64,
  organisations: list(record({ id: slug, name_zh: text, name_en: text, node_key: publicKey, status })),
  accounts: list(
    record({
      id: accountRef,
      display_name: text,
      roles: words(...role),
      key: publicKey,
      key_version: u32,
      status,
    }),
  ),
  validators: list(record({ org: slug, key: publicKey, power: u64 })),
  parameters: record({
    valid_until_span_max: u64,
    tx_bytes_max: u32,
    block_txs_max: u32,
    block_bytes_max: u32,
    clock_drift_max_ms: u64,
  }),
  algorithms: list(record({ id: text, version: text, digest })),
});

const roleCost = record({
  own_item_ns: u32,
  peer_item_ns: u32,
  own_item_portable_ns: u32,
  peer_item_portable_ns: u32,
  own_item_memory_bytes: u32,
  peer_item_memory_bytes: u32,
});

/** What an algorithm is; the genesis document has the digest of this. */
export const descriptor = record({
  v: u8,
  id: text,
  version: text,
  kind: word('psi'),
  parties_min: u16,
  parties_max: u16,
  outputs: list(text),
  security: word('semi_honest', 'malicious_privacy', 'malicious'),
  assumptions: list(text),
  leakage: list(text),
  cost: record({
    receiver: roleCost,
    sender: roleCost,
    receiver_item_bits: u32,
    sender_item_bits: u32,
    fixed_bytes: u32,
    fixed_ms: u32,
    rounds: u16,
  }),
});

/** Of a grant's object in the state, what a verifier asks for. */
export const grant = record({
  id: slug,
  application: slug,
  dataset: slug,
  grantor: slug,
  grantee: slug,
  scope,
  used: u32,
  granted_by: accountRef,
  granted_at_ms: u64,
  revoked: nullable(record({ by: accountRef, at_ms: u64, reason: text })),
});

/** A dataset's object in the state. */
export const dataset = record({
  id: slug,
  owner: slug,
  title: text,
  description: text,
  theme: text,
  sensitivity,
  columns: list(column),
  policy_version: u32,
  limits: sparse(usageLimits),
  versions: list(record({ version: u32, commitment, published_at_ms: u64, height: u64 })),
  status,
  published_by: accountRef,
});

/** What an organisation has used of a dataset, as the state has it. */
export const usage = record({
  dataset: slug,
  partner: slug,
  entries: list(record({ session: digest, at_ms: u64, runs: u32, keys: u64 })),
});

export type AccountRef = Parsed<typeof accountRef>;
export type Attestation = Parsed<typeof attestation>;
export type Certificate = Parsed<typeof certificate>;
export type Column = Parsed<typeof column>;
export type Commitment = Parsed<typeof commitment>;
export type Event = Parsed<typeof event>;
export type Genesis = Parsed<typeof genesis>;
export type Header = Parsed<typeof header>;
export type Receipt = Parsed<typeof receipt>;
export type Scope = Parsed<typeof scope>;
export type SignedTx = Parsed<typeof signedTx>;
export type TaskSpec = Parsed<typeof taskSpec>;
export type Tx = Parsed<typeof tx>;
export type UsageLimits = Parsed<typeof usageLimits>;
export type Action = Tx['action'];

/** The receiver, when it brings no data. */
export function thirdOf(spec: TaskSpec): string | undefined {
  return spec.parties.some((p) => p.org === spec.receiver) ? undefined : spec.receiver;
}

/** Every organisation whose approval and node the task needs: the parties in their order, then the third. */
export function membersOf(spec: TaskSpec): string[] {
  const third = thirdOf(spec);
  return [...spec.parties.map((p) => p.org), ...(third === undefined ? [] : [third])];
}
