//! How often refusals of peers go onto the ledger: often enough that an attempt leaves evidence, seldom enough that
//! a peer cannot fill the ledger, or use up the node's key, through us.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use ledger_types::id::{OrgId, TaskId};

/// The same refusal of the same peer is recorded once in this time.
const SAME_EVERY: Duration = Duration::from_secs(10);
/// What is remembered, and for how long: what one peer may cause in this time is limited.
const WINDOW: Duration = Duration::from_secs(600);
/// Records that one peer may cause in [`WINDOW`], whatever it asks for.
const PER_PEER_MAX: usize = 20;

#[derive(Debug)]
struct Recorded {
    at: Instant,
    task: TaskId,
    peer: OrgId,
    code: String,
}

/// Refusals of the last minutes that were recorded. Its size is bounded by [`PER_PEER_MAX`] for each peer, and the
/// peers are the members of the consortium.
#[derive(Debug, Default)]
pub(super) struct RefusalThrottle(VecDeque<Recorded>);

impl RefusalThrottle {
    /// Whether to record this refusal now; if so, it counts as recorded.
    pub fn admits(&mut self, now: Instant, task: &TaskId, peer: &OrgId, code: &str) -> bool {
        while self.0.front().is_some_and(|r| now.duration_since(r.at) >= WINDOW) {
            self.0.pop_front();
        }
        let of_peer = || self.0.iter().filter(|r| &r.peer == peer);
        let same = |r: &Recorded| &r.task == task && r.code == code && now.duration_since(r.at) < SAME_EVERY;
        if of_peer().count() >= PER_PEER_MAX || of_peer().any(same) {
            return false;
        }
        self.0.push_back(Recorded { at: now, task: *task, peer: peer.clone(), code: code.to_owned() });
        true
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::Digest;

    use super::*;

    #[test]
    fn the_same_refusal_is_recorded_once_and_a_peer_has_a_limit_of_its_own() {
        let mut throttle = RefusalThrottle::default();
        let (bank, rsj) = (OrgId::new("bank").unwrap(), OrgId::new("rsj").unwrap());
        let task = |n: u8| TaskId(Digest([n; 32]));
        let start = Instant::now();
        let second = Duration::from_secs(1);
        assert!(throttle.admits(start, &task(0), &bank, "task_not_ready"));
        assert!(!throttle.admits(start + second, &task(0), &bank, "task_not_ready"));
        // Another reason, another peer, or later: worth a record.
        assert!(throttle.admits(start + second, &task(0), &bank, "session_mismatch"));
        assert!(throttle.admits(start + second, &task(0), &rsj, "task_not_ready"));
        assert!(throttle.admits(start + SAME_EVERY, &task(0), &bank, "task_not_ready"));
        let later = start + SAME_EVERY;
        let admitted = (1..=100).filter(|n| throttle.admits(later, &task(*n), &bank, "task_not_ready")).count();
        assert_eq!(admitted, PER_PEER_MAX - 3);
        // The other peer is not silenced by it, and the first is heard again when the time has passed.
        assert!(throttle.admits(later, &task(1), &rsj, "task_not_ready"));
        assert!(throttle.admits(later + WINDOW, &task(1), &bank, "task_not_ready"));
        assert_eq!(throttle.0.len(), 1);
    }
}
