//! Every bound that the rules set. Texts are counted in Unicode scalar values, times in milliseconds.

use std::ops::RangeInclusive;

use ledger_types::id::TimeMs;

/// One day.
const DAY_MS: TimeMs = 24 * 60 * 60 * 1000;

/// Name of an account or organisation, title of a dataset or task.
pub const NAME_CHARS_MAX: usize = 128;
/// Description of a dataset.
pub const DESCRIPTION_CHARS_MAX: usize = 4000;
/// Description of a column.
pub const COLUMN_DESCRIPTION_CHARS_MAX: usize = 512;
/// Theme of a dataset.
pub const THEME_CHARS_MAX: usize = 64;
/// Name of a column.
pub const COLUMN_NAME_CHARS_MAX: usize = 128;
/// Purpose of use.
pub const PURPOSE_CHARS_MAX: usize = 64;
/// Reason of an application, a rejection, a revocation; cause of a failure.
pub const REASON_CHARS_MAX: usize = 1000;
/// Version of the software in an attestation.
pub const SOFTWARE_CHARS_MAX: usize = 64;
/// Code of a failure or refusal: `a-z`, `0-9` and `_`.
pub const CODE_CHARS_MAX: usize = 64;

/// Active operators of one organisation.
pub const OPERATORS_MAX: usize = 64;
/// Columns of a dataset.
pub const COLUMNS_MAX: usize = 512;
/// Rules of one column.
pub const COLUMN_RULES_MAX: usize = 64;
/// Versions of a dataset.
pub const VERSIONS_MAX: usize = 512;
/// Column uses in a scope.
pub const SCOPE_COLUMNS_MAX: usize = 512;
/// Entries of a dataset's usage limits.
pub const USAGE_LIMITS_MAX: usize = 64;
/// Uses of one grant.
pub const SCOPE_USES_MAX: u32 = 1_000_000;
/// How far ahead an application or grant may end.
pub const SCOPE_SPAN_MAX_MS: TimeMs = 10 * 366 * DAY_MS;

/// Parties with data of a private set intersection, fewest and most.
pub const PSI_PARTIES: RangeInclusive<usize> = 2..=8;
/// Key columns of a private set intersection.
pub const KEY_COLUMNS_MAX: usize = 8;
/// Payload columns of one party.
pub const PAYLOAD_COLUMNS_MAX: usize = 256;
/// Aggregates of one task.
pub const AGGREGATES_MAX: usize = 16;
/// Fewest matched keys whose sum or average may be released.
pub const AGGREGATE_MIN_GROUP: u64 = 5;
/// How far ahead the deadline of a task may lie.
pub const DEADLINE_SPAN_MAX_MS: TimeMs = 366 * DAY_MS;
/// Most runs of one task.
pub const ATTEMPTS_MAX: u8 = 5;
/// Bytes of a task's salt.
pub const SALT_BYTES: usize = 16;
/// Refusals that a task keeps; the receipts keep all.
pub const REFUSALS_KEPT: usize = 16;

/// Organisations in a genesis document.
pub const GENESIS_ORGANISATIONS_MAX: usize = 256;
/// Algorithms in a genesis document.
pub const GENESIS_ALGORITHMS_MAX: usize = 64;
/// Bytes of the name or version of an algorithm.
pub const ALGORITHM_NAME_BYTES_MAX: usize = 64;
/// Accounts in a genesis document.
pub const GENESIS_ACCOUNTS_MAX: usize = 10_000;
