//! Where the computing is done: off the async threads, one batch at a time.
//!
//! Two tasks of a side want to compute at once (blind and unblind; evaluate and make tags). The lane lets
//! them alternate in the order of asking, each with all the threads the settings allow, so that neither
//! starves and no more threads run than allowed.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::error::PsiError;

/// Work that goes on by itself until it is waited for. Dropped, it does not begin any more if it has not yet.
pub(crate) struct Job<T>(JoinHandle<Result<T, PsiError>>);

impl<T> Job<T> {
    pub(crate) async fn done(mut self) -> Result<T, PsiError> {
        (&mut self.0).await.map_err(|_| PsiError::WorkerLost)?
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Clone)]
pub(crate) struct Lane {
    threads: usize,
    turn: Arc<Mutex<()>>,
}

impl Lane {
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads: threads.max(1), turn: Arc::default() }
    }

    /// As [`Lane::run`], without waiting.
    pub(crate) fn start<T, F>(&self, work: F) -> Job<T>
    where
        T: Send + 'static,
        F: FnOnce(usize) -> Result<T, PsiError> + Send + 'static,
    {
        let lane = self.clone();
        Job(tokio::spawn(async move { lane.run(work).await? }))
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
