//! Where the computing is done: off the async threads, one batch at a time.
//!
//! Two tasks of a side want to compute at once (blind and unblind; evaluate and make tags). The lane lets
//! them alternate in the order of asking, each with all the threads the settings allow, so that neither
//! starves and no more threads run than allowed.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::error::PsiError;

#[derive(Clone)]
pub(crate) struct Lane {
    threads: usize,
    turn: Arc<Mutex<()>>,
}

impl Lane {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads: threads.max(1), turn: Arc::default() }
    }

    /// Runs `work` with the number of threads it may use.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, PsiError>
    where
        T: Send + 'static,
        F: FnOnce(usize) -> T + Send + 'static,
    {
        // Held by the work itself, so that a cancelled waiter does not let a second batch start beside it.
        let turn = self.turn.clone().lock_owned().await;
        let threads = self.threads;
        tokio::task::spawn_blocking(move || {
            let done = work(threads);
            drop(turn);
            done
        })
        .await
        .map_err(|_| PsiError::WorkerLost)
    }
}
