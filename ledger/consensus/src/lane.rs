use std::sync::Arc;

use ledger_types::Digest;
use ledger_types::block::Certificate;
use ledger_types::id::{Height, OrgId};
use tokio::sync::Mutex;

use crate::app::{AppError, BlockApp, Undecided};

/// Runs the application's heavy calls one at a time on blocking threads, and its reads beside them.
#[derive(Clone)]
pub(crate) struct AppLane {
    app: Arc<dyn BlockApp>,
    busy: Arc<Mutex<()>>,
}

impl AppLane {
    pub(crate) fn new(app: Arc<dyn BlockApp>) -> Self {
        Self { app, busy: Arc::new(Mutex::new(())) }
    }

    pub(crate) fn app(&self) -> &Arc<dyn BlockApp> {
        &self.app
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&dyn BlockApp) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let app = self.app.clone();
        tokio::task::spawn_blocking(move || f(&*app)).await.map_err(|e| AppError::Local(e.to_string()))
    }

    async fn alone<T: Send + 'static>(
        &self,
        f: impl FnOnce(&dyn BlockApp) -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let guard = self.busy.clone().lock_owned().await;
        let app = self.app.clone();
        // The guard goes with the work: if the caller gives up waiting, the next call still waits for it.
        let work = tokio::task::spawn_blocking(move || {
            let done = f(&*app);
            drop(guard);
            done
        });
        work.await.unwrap_or_else(|e| Err(AppError::Local(e.to_string())))
    }

    pub(crate) async fn propose(&self, height: Height, round: u32) -> Result<(Digest, Vec<u8>), AppError> {
        self.alone(move |app| app.propose(height, round)).await
    }

    pub(crate) async fn validate(
        &self,
        height: Height,
        round: u32,
        proposer: OrgId,
        body: Arc<[u8]>,
    ) -> Result<Digest, AppError> {
        self.alone(move |app| app.validate(height, round, &proposer, &body)).await
    }

    pub(crate) async fn commit(&self, height: Height, block: Digest, certificate: Certificate) -> Result<(), AppError> {
        self.alone(move |app| app.commit(height, &block, &certificate)).await
    }

    pub(crate) async fn undecided(&self, height: Height, round: u32) -> Result<Vec<Undecided>, AppError> {
        self.read(move |app| app.undecided(height, round)).await
    }
}
