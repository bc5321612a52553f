//! Who waits for which transaction.

use std::collections::HashMap;

use ledger_contract::Rejection;
use ledger_types::id::TxId;
use parking_lot::Mutex;
use tokio::sync::oneshot;

/// How waiting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Committed.
    Committed,
    /// It can never be committed any more.
    Dropped(Rejection),
}

#[derive(Default)]
pub(crate) struct Waiters {
    by_tx: Mutex<HashMap<TxId, Vec<oneshot::Sender<Ended>>>>,
}

impl Waiters {
    pub(crate) fn register(&self, id: TxId) -> oneshot::Receiver<Ended> {
        let (sender, receiver) = oneshot::channel();
        self.by_tx.lock().entry(id).or_default().push(sender);
        receiver
    }

    /// Somebody gave up waiting.
    pub(crate) fn forget(&self, id: &TxId) {
        let mut by_tx = self.by_tx.lock();
        if let Some(waiting) = by_tx.get_mut(id) {
            waiting.retain(|w| !w.is_closed());
            if waiting.is_empty() {
                by_tx.remove(id);
            }
        }
    }

    pub(crate) fn committed(&self, id: &TxId) {
        self.end(id, || Ended::Committed);
    }

    pub(crate) fn dropped(&self, id: &TxId, why: &Rejection) {
        self.end(id, || Ended::Dropped(why.clone()));
    }

    fn end(&self, id: &TxId, how: impl Fn() -> Ended) {
        for waiter in self.by_tx.lock().remove(id).into_iter().flatten() {
            // Whoever gave up in this instant does not care.
            let _ = waiter.send(how());
        }
    }

    /// The node stops: nobody will ever be told.
    pub(crate) fn close(&self) {
        self.by_tx.lock().clear();
    }
}
