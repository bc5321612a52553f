//! Work that goes on while messages come and go.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::run::PsiError;
use crate::run::lane::Lane;

/// Starts jobs and notices those that fail, at once: the peer may be waiting for what a failed job should have said.
pub(super) struct Jobs {
    lane: Lane,
    failed: mpsc::UnboundedSender<PsiError>,
}

impl Jobs {
    /// Jobs on a lane, and where their errors come out.
    pub(super) fn new(lane: &Lane) -> (Self, mpsc::UnboundedReceiver<PsiError>) {
        let (failed, failures) = mpsc::unbounded_channel();
        (Self { lane: lane.clone(), failed }, failures)
    }

    /// Starts `work`, which is given the number of threads it may use.
    pub(super) fn start<T, F>(&self, work: F) -> Job<T>
    where
        T: Send + 'static,
        F: FnOnce(usize) -> Result<T, PsiError> + Send + 'static,
    {
        let (lane, failed) = (self.lane.clone(), self.failed.clone());
        Job(tokio::spawn(async move {
            match lane.run(work).await {
                Ok(Ok(value)) => Some(value),
                Ok(Err(error)) | Err(error) => {
                    // Nobody listens any more when the run is over.
                    let _ = failed.send(error);
                    None
                }
            }
        }))
    }
}

/// A job that was started. Dropped, it does not begin any more if it has not yet.
pub(super) struct Job<T>(JoinHandle<Option<T>>);

impl<T> Job<T> {
    /// What it gave. Of a job that failed there is nothing to wait for: its error ends the run elsewhere.
    pub(super) async fn done(mut self) -> Result<T, PsiError> {
        match (&mut self.0).await {
            Ok(Some(value)) => Ok(value),
            Ok(None) => std::future::pending().await,
            Err(_) => Err(PsiError::WorkerLost),
        }
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The first error of a job.
pub(super) async fn failure<T>(mut failures: mpsc::UnboundedReceiver<PsiError>) -> Result<T, PsiError> {
    match failures.recv().await {
        Some(error) => Err(error),
        None => std::future::pending().await,
    }
}
