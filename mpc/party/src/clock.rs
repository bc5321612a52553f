//! This node's own clock.

use std::time::{SystemTime, UNIX_EPOCH};

use ledger_types::id::TimeMs;

/// Milliseconds since 1970; 0 on a machine whose clock stands before that.
pub fn now_ms() -> TimeMs {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
