//! When the next block is begun. With work waiting, a block each `block_interval`; without, one each
//! `idle_interval`. The pause lies *between* heights: a height that was begun is never held back, so
//! timeouts do not run while nothing is to be done, and no round is lost to pacing. Whoever begins a height
//! tells the others, so that all begin together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_types::block::ValidatorSet;
use ledger_types::id::{Height, OrgId};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::sleep;

use crate::app::BlockApp;

/// How often the application is asked for work when nobody tells.
const POLL: Duration = Duration::from_millis(50);

/// Pace and timeouts of consensus. Each node has its own; they affect speed, never safety.
#[derive(Debug, Clone)]
pub struct Pacing {
    /// Shortest time from the beginning of one height to the beginning of the next.
    pub block_interval: Duration,
    /// Time after which an empty block is made.
    pub idle_interval: Duration,
    /// How long to wait for a proposal and its body, execution included.
    pub propose_timeout: Duration,
    /// The same for the first round when the proposer is not connected.
    pub absent_timeout: Duration,
    /// How long to wait for more prevotes, and precommits, when they disagree.
    pub vote_timeout: Duration,
    /// What every round adds to each timeout.
    pub timeout_delta: Duration,
    /// After how long without progress votes are sent again.
    pub rebroadcast: Duration,
    /// The longest that any timeout grows.
    pub timeout_max: Duration,
    /// How long the start waits for a quorum of peers to be connected.
    pub quorum_wait: Duration,
    /// How often the own tip is told to peers, which is how a node learns that it is behind.
    pub status_interval: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            block_interval: Duration::from_millis(300),
            idle_interval: Duration::from_secs(5),
            propose_timeout: Duration::from_secs(2),
            absent_timeout: Duration::from_millis(300),
            vote_timeout: Duration::from_millis(500),
            timeout_delta: Duration::from_millis(250),
            rebroadcast: Duration::from_secs(1),
            timeout_max: Duration::from_secs(8),
            quorum_wait: Duration::from_secs(10),
            status_interval: Duration::from_secs(1),
        }
    }
}

#[derive(Default)]
struct Heard {
    heights: BTreeMap<OrgId, Height>,
    synced: Height,
}

/// Holds the beginning of a height back until there is a reason for it.
pub(crate) struct Gate {
    idle_interval: Duration,
    validators: ValidatorSet,
    app: Arc<dyn BlockApp>,
    heard: Mutex<Heard>,
    changed: Notify,
}

impl Gate {
    pub(crate) fn new(pacing: &Pacing, validators: ValidatorSet, app: Arc<dyn BlockApp>) -> Self {
        let (idle_interval, heard, changed) = (pacing.idle_interval, Mutex::default(), Notify::new());
        Self { idle_interval, validators, app, heard, changed }
    }

    /// A peer has begun this height, or is beyond it.
    pub(crate) fn peer_at(&self, org: &OrgId, height: Height) {
        let mut heard = self.heard.lock();
        if heard.heights.get(org).is_none_or(|h| *h < height) {
            heard.heights.insert(org.clone(), height);
            drop(heard);
            self.changed.notify_waiters();
        }
    }

    /// This height came by catching up: the next one is probably there too.
    pub(crate) fn synced(&self, height: Height) {
        self.heard.lock().synced = height;
    }

    /// There may be work.
    pub(crate) fn hint(&self) {
        self.changed.notify_waiters();
    }

    /// Others have begun `next`, or the chain is beyond it. One peer alone can only call for the very next
    /// height, so that a wrong claim does not open the gate for good.
    fn others_are_there(&self, next: Height) -> bool {
        let heard = self.heard.lock();
        if heard.synced + 1 == next || heard.heights.values().any(|h| *h == next) {
            return true;
        }
        let ahead = heard.heights.iter().filter(|(_, h)| **h > next);
        let power: u64 = ahead.filter_map(|(org, _)| self.validators.get(org)).map(|v| v.power).sum();
        u128::from(power) * 3 > u128::from(self.validators.total_power())
    }

    /// Resolves when height `next` should begin; `since` is when the height before was decided.
    pub(crate) async fn wait(&self, next: Height, since: Instant) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let idle = since.elapsed();
            if idle >= self.idle_interval || self.others_are_there(next) || self.app.has_work() {
                return;
            }
            tokio::select! {
                () = changed => {}
                () = sleep(POLL.min(self.idle_interval - idle)) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{AppError, Tip, Undecided};
    use ledger_crypto::{Digest, SigningKey, SuiteId};
    use ledger_types::block::{Certificate, Validator};
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    #[derive(Default)]
    struct Idle(AtomicBool);

    impl BlockApp for Idle {
        fn tip(&self) -> Tip {
            Tip { height: 0, block_hash: Digest::ZERO, time_ms: 0 }
        }
        fn propose(&self, _: Height, _: u32) -> Result<(Digest, Vec<u8>), AppError> {
            Err(AppError::Local("not asked in this test".to_owned()))
        }
        fn validate(&self, _: Height, _: u32, _: &OrgId, _: &[u8]) -> Result<Digest, AppError> {
            Err(AppError::Local("not asked in this test".to_owned()))
        }
        fn undecided(&self, _: Height, _: u32) -> Vec<Undecided> {
            Vec::new()
        }
        fn undecided_body(&self, _: &Digest) -> Option<Vec<u8>> {
            None
        }
        fn commit(&self, _: Height, _: &Digest, _: &Certificate) -> Result<(), AppError> {
            Ok(())
        }
        fn decided(&self, _: Height) -> Option<(Vec<u8>, Certificate)> {
            None
        }
        fn min_height(&self) -> Height {
            1
        }
        fn has_work(&self) -> bool {
            self.0.load(SeqCst)
        }
    }

    fn org(s: &str) -> OrgId {
        OrgId::new(s).expect("a slug")
    }

    fn gate() -> (Gate, Arc<Idle>) {
        gate_with(Duration::from_secs(3600))
    }

    fn gate_with(idle_interval: Duration) -> (Gate, Arc<Idle>) {
        let key = SigningKey::generate(SuiteId::Intl).expect("the OS has randomness").public_key();
        let validators = ["a", "b", "c", "d"].map(|o| Validator { org: org(o), key, power: 1 });
        let set = ValidatorSet::new(validators.to_vec()).expect("a valid set");
        let app = Arc::new(Idle::default());
        let pacing = Pacing { idle_interval, ..Pacing::default() };
        (Gate::new(&pacing, set, app.clone()), app)
    }

    async fn opens(gate: &Gate, next: Height) -> bool {
        let short = Duration::from_millis(300);
        tokio::time::timeout(short, gate.wait(next, Instant::now())).await.is_ok()
    }

    #[tokio::test]
    async fn the_gate_opens_for_work_and_for_a_peer_that_begins_the_height() {
        let (gate, app) = gate();
        gate.peer_at(&org("b"), 4);
        assert!(!opens(&gate, 5).await);
        gate.peer_at(&org("b"), 5);
        assert!(opens(&gate, 5).await);
        assert!(!opens(&gate, 6).await);
        app.0.store(true, SeqCst);
        assert!(opens(&gate, 6).await);
    }

    #[tokio::test]
    async fn one_peer_that_claims_to_be_far_ahead_does_not_open_it_but_two_of_four_do() {
        let (gate, _) = gate();
        gate.peer_at(&org("b"), u64::MAX);
        gate.peer_at(&org("stranger"), 1_000);
        assert!(!opens(&gate, 5).await);
        gate.peer_at(&org("c"), 900);
        assert!(opens(&gate, 5).await);
    }

    #[tokio::test]
    async fn it_opens_at_once_while_catching_up_and_after_the_idle_interval() {
        let (gate, _) = gate();
        gate.synced(4);
        assert!(opens(&gate, 5).await);
        assert!(!opens(&gate, 6).await);
        let (impatient, _) = gate_with(Duration::from_millis(50));
        assert!(opens(&impatient, 6).await);
    }
}
