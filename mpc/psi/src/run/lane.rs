//! Where the computing is done: off the async threads, one batch at a time.
//!
//! Two tasks of a side want to compute at once (blind and unblind; evaluate and make tags). The lane lets
//! them alternate in the order of asking, each with all the threads the settings allow, so that neither
//! starves and no more threads run than allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Mutex;

use super::error::PsiError;
use super::progress::Control;

#[derive(Clone)]
pub(crate) struct Lane {
    threads: usize,
    turn: Arc<Mutex<()>>,
    computing: Arc<AtomicUsize>,
}

/// Counts a batch for as long as it computes.
struct Computing(Arc<AtomicUsize>);

impl Computing {
    fn new(count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Computing {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lane {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads: threads.max(1), turn: Arc::default(), computing: Arc::default() }
    }

    /// Lets whoever holds the control see whether this side computes.
    pub(crate) fn seen_by(self, control: &Control) -> Self {
        Self { computing: control.computing_count(), ..self }
    }

    /// Runs `work` with the number of threads it may use.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, PsiError>
    where
        T: Send + 'static,
        F: FnOnce(usize) -> T + Send + 'static,
    {
        // Held by the work itself, so that a cancelled waiter does not let a second batch start beside it.
        let turn = self.turn.clone().lock_owned().await;
        let (threads, computing) = (self.threads, self.computing.clone());
        tokio::task::spawn_blocking(move || {
            let counted = Computing::new(computing);
            let done = work(threads);
            drop((counted, turn));
            done
        })
        .await
        .map_err(|_| PsiError::WorkerLost)
    }
}
