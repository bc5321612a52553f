//! One validator decides alone: for tests and single-node chains. Blocks carry the same certificates as
//! those of a consortium, with one signature.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use ledger_crypto::SigningKey;
use ledger_types::block::{Certificate, CommitSignature, ValidatorSet};
use ledger_types::id::{ChainId, OrgId};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;
use tracing::{error, info};

use crate::app::BlockApp;
use crate::engine::{ConsensusEngine, EngineError, EngineHandle, EngineMonitor, StatusCell};
use crate::lane::AppLane;
use crate::pacing::{Gate, Pacing};

/// Configuration of the engine.
pub struct Solo {
    /// The chain.
    pub chain: ChainId,
    /// The only validator.
    pub org: OrgId,
    /// Its key.
    pub key: Arc<SigningKey>,
    /// The validators of the chain: this organisation alone.
    pub validators: ValidatorSet,
    /// Block pace; the timeouts are not used.
    pub pacing: Pacing,
}

#[async_trait]
impl ConsensusEngine for Solo {
    async fn start(self: Box<Self>, app: Arc<dyn BlockApp>) -> Result<EngineHandle, EngineError> {
        let own = self.validators.get(&self.org).is_some_and(|v| v.key == self.key.public_key());
        if !own || self.validators.0.len() != 1 {
            return Err(EngineError::Config("solo needs this organisation as its only validator".to_owned()));
        }
        let lane = AppLane::new(app.clone());
        let gate = Arc::new(Gate::new(&self.pacing, self.validators.clone(), app.clone()));
        let status = Arc::new(StatusCell::new(app.tip().height + 1, self.pacing.idle_interval));
        let cancel = CancellationToken::new();
        let monitor = EngineMonitor { status, gate };
        let (watched, token) = (monitor.clone(), cancel.clone());
        let task = tokio::spawn(async move {
            let running = self.run(lane, watched);
            tokio::select! {
                Err(e) = running => {
                    error!(error = %e, "solo engine stopped");
                    Err(e)
                }
                () = token.cancelled() => Ok(()),
            }
        });
        Ok(EngineHandle { monitor, cancel, task })
    }
}

impl Solo {
    async fn run(&self, lane: AppLane, monitor: EngineMonitor) -> Result<std::convert::Infallible, EngineError> {
        info!(chain = %self.chain, org = %self.org, "solo engine started");
        let mut decided = Instant::now();
        loop {
            let height = lane.app().tip().height + 1;
            let failed = |error| EngineError::App { height, error };
            monitor.gate.wait(height, decided).await;
            let begun = Instant::now();
            monitor.status.round_started(height, 0, self.org.clone());
            let (block, _body) = lane.propose(height, 0).await.map_err(failed)?;
            let mut certificate = Certificate { height, round: 0, block, signatures: Vec::new() };
            let sig = self.key.sign(&certificate.vote(&self.org).preimage(&self.chain));
            certificate.signatures.push(CommitSignature { validator: self.org.clone(), sig });
            lane.commit(height, block, certificate).await.map_err(failed)?;
            monitor.status.committed(height, false);
            decided = Instant::now();
            sleep_until((begun + self.pacing.block_interval).into()).await;
        }
    }
}
