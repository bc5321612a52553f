-- Local: what only this node knows.
CREATE TABLE logins (
  username TEXT NOT NULL PRIMARY KEY,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  frozen BOOLEAN NOT NULL,
  last_login_ms BIGINT,
  created_ms BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE TABLE login_failures (
  username TEXT NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_ms BIGINT NOT NULL,
  locked_until_ms BIGINT
);
CREATE TABLE sessions (
  token_digest TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,
  csrf_token TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL
);
CREATE INDEX sessions_by_username ON sessions (username);
CREATE TABLE idempotency_keys (
  username TEXT NOT NULL,
  operation TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  body_digest TEXT NOT NULL,
  status INTEGER,
  content_type TEXT,
  etag TEXT,
  body BLOB,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (username, operation, idempotency_key)
);
CREATE TABLE drafts (
  id TEXT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL
);
CREATE INDEX drafts_by_username ON drafts (username, updated_ms);
CREATE TABLE operations (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  at_ms BIGINT NOT NULL,
  operation TEXT NOT NULL,
  actor TEXT,
  path TEXT NOT NULL,
  remote TEXT NOT NULL,
  status INTEGER NOT NULL,
  code TEXT,
  trace_id TEXT NOT NULL,
  duration_ms BIGINT NOT NULL
);
CREATE INDEX operations_by_time ON operations (at_ms);
CREATE INDEX operations_by_trace ON operations (trace_id);

-- Read model: everything below is made of the ledger's blocks and can be thrown away.
CREATE TABLE projection (
  id INTEGER NOT NULL PRIMARY KEY,
  genesis TEXT NOT NULL,
  height BIGINT NOT NULL,
  block_hash TEXT NOT NULL
);
CREATE TABLE blocks (
  height BIGINT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  time_ms BIGINT NOT NULL,
  proposer TEXT NOT NULL,
  tx_count INTEGER NOT NULL,
  signatures INTEGER NOT NULL,
  validators INTEGER NOT NULL
);
CREATE INDEX blocks_non_empty ON blocks (height) WHERE tx_count > 0;
CREATE TABLE transactions (
  seq BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  height BIGINT NOT NULL,
  idx INTEGER NOT NULL,
  time_ms BIGINT NOT NULL,
  action TEXT NOT NULL,
  org TEXT NOT NULL,
  actor TEXT NOT NULL,
  accepted BOOLEAN NOT NULL,
  code TEXT
);
CREATE INDEX transactions_by_org ON transactions (org, seq);
CREATE INDEX transactions_by_actor ON transactions (actor, seq);
CREATE INDEX transactions_by_action ON transactions (action, seq);
CREATE INDEX transactions_by_time ON transactions (time_ms);
CREATE TABLE transaction_topics (
  kind TEXT NOT NULL,
  topic TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (kind, topic, seq)
);
CREATE INDEX transaction_topics_by_seq ON transaction_topics (seq);
CREATE TABLE organisations (
  id TEXT NOT NULL PRIMARY KEY,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  validator BOOLEAN NOT NULL,
  node_key TEXT NOT NULL,
  joined_ms BIGINT NOT NULL
);
CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  org TEXT NOT NULL,
  account TEXT NOT NULL,
  display_name TEXT NOT NULL,
  roles TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  public_key TEXT NOT NULL,
  registered_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL
);
CREATE INDEX accounts_by_org ON accounts (org, account);
CREATE TABLE datasets (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  title TEXT NOT NULL,
  theme TEXT NOT NULL,
  sensitivity TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  kinds TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  version INTEGER NOT NULL,
  column_count INTEGER NOT NULL,
  published_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL,
  search TEXT NOT NULL,
  object BLOB NOT NULL
);
CREATE INDEX datasets_by_updated ON datasets (updated_ms, id);
CREATE TABLE applications (
  id TEXT NOT NULL PRIMARY KEY,
  dataset TEXT NOT NULL,
  owner TEXT NOT NULL,
  applicant TEXT NOT NULL,
  status TEXT NOT NULL,
  submitted_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL,
  object BLOB NOT NULL
);
CREATE INDEX applications_by_submitted ON applications (submitted_ms, id);
CREATE TABLE grants (
  id TEXT NOT NULL PRIMARY KEY,
  dataset TEXT NOT NULL,
  application TEXT NOT NULL,
  grantor TEXT NOT NULL,
  grantee TEXT NOT NULL,
  revoked BOOLEAN NOT NULL,
  used INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  not_after_ms BIGINT NOT NULL,
  granted_ms BIGINT NOT NULL,
  object BLOB NOT NULL
);
CREATE INDEX grants_by_granted ON grants (granted_ms, id);
CREATE TABLE tasks (
  id TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  proposer TEXT NOT NULL,
  receiver TEXT NOT NULL,
  proposed_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL,
  not_after_ms BIGINT NOT NULL,
  finished_ms BIGINT,
  search TEXT NOT NULL,
  object BLOB NOT NULL
);
CREATE INDEX tasks_by_updated ON tasks (updated_ms, id);
CREATE TABLE task_parties (
  task TEXT NOT NULL,
  org TEXT NOT NULL,
  dataset TEXT NOT NULL,
  approved BOOLEAN NOT NULL,
  PRIMARY KEY (task, org)
);
CREATE INDEX task_parties_by_org ON task_parties (org);
CREATE INDEX task_parties_by_dataset ON task_parties (dataset);
