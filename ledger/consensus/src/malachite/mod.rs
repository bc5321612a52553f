//! Malachite (Tendermint) on our mesh: the engine of consortia. Tolerates fewer than a third of the voting
//! power being Byzantine; a decided block is final at once. E. Buchman, J. Kwon, Z. Milosevic, "The latest
//! gossip on BFT consensus", arXiv:1807.04938.
//!
//! * The value that is voted on is the hash of a header. Bodies travel beside (`bodies`), are executed on
//!   their own, and reach consensus as a verdict.
//! * Votes sign [`ledger_types::block::Vote`]; the certificate of a decided block is the ledger's own.
//! * What a validator sends is recorded before it leaves (`guard`), apart from Malachite's write-ahead log.
//! * A node that was down catches up by Malachite's value sync over the mesh (`catchup`).
//! * Consensus starts when a quorum of peers is connected, or after [`Pacing::quorum_wait`].
//!
//! When the engine ends by itself, [`EngineHandle::stopped`] resolves with an error and the process should
//! exit and be started again.

mod bodies;
mod catchup;
mod codec;
mod context;
mod guard;
mod host;
mod network;
mod peers;
mod signing;
mod supervise;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ledger_crypto::{SigningKey, SuiteId};
use ledger_mesh::{Mesh, Service};
use ledger_types::block::ValidatorSet;
use ledger_types::id::{ChainId, OrgId};
use malachitebft_app_channel::app::config::{ConsensusConfig, NodeConfig, ValuePayload, ValueSyncConfig};
use malachitebft_app_channel::{Channels, ConsensusContext, EngineBuilder, RequestContext, SyncContext, WalContext};
use ractor::Actor;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use self::bodies::Bodies;
use self::catchup::{ANSWER_BLOCKS_MAX, CatchUp};
use self::codec::CborCodec;
use self::context::{Address, Ledger, Members};
use self::guard::VoteGuard;
use self::host::{Host, Terms};
use self::network::{Bridge, MeshNetwork};
use self::peers::Directory;
use self::signing::{OrgSigner, OrgVerifier};
use self::supervise::Running;
use crate::app::BlockApp;
use crate::engine::{ConsensusEngine, EngineError, EngineHandle, EngineMonitor, StatusCell};
use crate::lane::AppLane;
use crate::pacing::{Gate, Pacing};

/// How often building the engine is tried: the log of an engine that just ended may still be locked.
const BUILD_ATTEMPTS: u32 = 10;
const BUILD_PAUSE: Duration = Duration::from_millis(500);

/// Configuration of the engine.
pub struct Malachite {
    /// The chain.
    pub chain: ChainId,
    /// Its suite.
    pub suite: SuiteId,
    /// This organisation; it votes if it is a validator and follows otherwise.
    pub org: OrgId,
    /// Its key.
    pub key: Arc<SigningKey>,
    /// The validators.
    pub validators: ValidatorSet,
    /// The mesh; the engine takes its vote, proposal and sync services.
    pub mesh: Mesh,
    /// Directory of the write-ahead log and of the record of sent votes. Must never be shared, copied to
    /// another node, or restored from an older backup.
    pub dir: PathBuf,
    /// Pace and timeouts.
    pub pacing: Pacing,
}

#[async_trait]
impl ConsensusEngine for Malachite {
    async fn start(self: Box<Self>, app: Arc<dyn BlockApp>) -> Result<EngineHandle, EngineError> {
        self.check()?;
        std::fs::create_dir_all(&self.dir).map_err(failed)?;
        let guard = VoteGuard::open(&self.dir.join("sent-votes"), self.suite).map_err(failed)?;
        let (votes, parts, sync) = (
            self.mesh.service(Service::Vote).map_err(failed)?,
            self.mesh.service(Service::Proposal).map_err(failed)?,
            self.mesh.service(Service::Sync).map_err(failed)?,
        );
        let members = Members::from(&self.validators);
        let lane = AppLane::new(app.clone());
        let gate = Arc::new(Gate::new(&self.pacing, self.validators.clone(), app.clone()));
        let status = Arc::new(StatusCell::new(app.tip().height + 1, self.pacing.idle_interval));
        let orgs = self.mesh.peers().into_iter().map(|p| p.org);
        let directory = Directory::new(self.suite, orgs);
        let bridge = Arc::new(Bridge::new(
            self.mesh.clone(),
            self.chain.clone(),
            directory,
            gate.clone(),
            status.clone(),
            guard,
        ));
        let bodies =
            Arc::new(Bodies::new(self.chain.clone(), self.suite, members.clone(), lane.clone(), bridge.clone()));
        let terms = Arc::new(Terms {
            org: self.org.clone(),
            pacing: self.pacing.clone(),
            members: members.clone(),
            mesh: self.mesh.clone(),
        });
        let cancel = CancellationToken::new();
        let (built, network_ended) = self.build(&bridge).await?;
        let host = Host {
            chain: self.chain.clone(),
            suite: self.suite,
            terms,
            members,
            lane: lane.clone(),
            bridge: bridge.clone(),
            bodies: bodies.clone(),
            gate: gate.clone(),
            status: status.clone(),
            cancel: cancel.clone(),
            synced: 0,
        };
        let monitor = EngineMonitor { status, gate };
        let running = Running {
            org: self.org.clone(),
            validators: self.validators.clone(),
            quorum_wait: self.pacing.quorum_wait,
            catch_up: CatchUp::new(lane, bridge.clone()),
            bridge,
            bodies,
            host,
            monitor: monitor.clone(),
            network_ended,
            cancel: cancel.clone(),
        };
        let task = tokio::spawn(running.run(built, votes, parts, sync));
        Ok(EngineHandle { monitor, cancel, task })
    }
}

fn failed(e: impl std::fmt::Display) -> EngineError {
    EngineError::Start(e.to_string())
}

/// The parts of an engine that was built.
struct Built {
    channels: Channels<Ledger>,
    handle: malachitebft_app_channel::EngineHandle,
}

impl Malachite {
    fn check(&self) -> Result<(), EngineError> {
        let wrong = |what: &str| Err(EngineError::Config(what.to_owned()));
        if self.validators.0.is_empty() {
            return wrong("there are no validators");
        }
        if self.mesh.org() != &self.org {
            return wrong("the mesh is of another organisation");
        }
        match self.validators.get(&self.org) {
            Some(own) if own.key != self.key.public_key() => wrong("the key is not that of the validator"),
            _ => Ok(()),
        }
    }

    async fn build(&self, bridge: &Arc<Bridge>) -> Result<(Built, CancellationToken), EngineError> {
        let mut attempt = 1;
        loop {
            bridge.reset();
            let ended = CancellationToken::new();
            match self.try_build(bridge, ended.clone()).await {
                Ok(built) => return Ok((built, ended)),
                Err(e) if attempt < BUILD_ATTEMPTS => {
                    warn!(error = %e, attempt, "the engine could not be built; trying again");
                    attempt += 1;
                    tokio::time::sleep(BUILD_PAUSE).await;
                }
                Err(e) => return Err(EngineError::Start(e)),
            }
        }
    }

    async fn try_build(&self, bridge: &Arc<Bridge>, ended: CancellationToken) -> Result<Built, String> {
        let actor = MeshNetwork { bridge: bridge.clone(), ended };
        let (network, _) = Actor::spawn(None, actor, ()).await.map_err(|e| e.to_string())?;
        // The engine wants a channel for parts that the application publishes; ours never does.
        let (parts, _) = mpsc::channel(1);
        let capacity = self.validators.0.len() + 16;
        let verifier = Arc::new(ledger_crypto::Verifier::new(self.suite, capacity));
        self.validators.0.iter().for_each(|v| verifier.preload(&v.key));
        let address = Address(self.org.clone());
        let verifier = Box::new(OrgVerifier { chain: self.chain.clone(), verifier });
        let consensus = if self.validators.get(&self.org).is_some() {
            let signer = Box::new(OrgSigner { chain: self.chain.clone(), key: self.key.clone() });
            ConsensusContext::new_validator(address, verifier, signer)
        } else {
            ConsensusContext::new_full_node(address, verifier)
        };
        let built = EngineBuilder::new(Ledger, self.settings())
            .with_default_wal(WalContext::new(self.dir.join("consensus.wal"), CborCodec))
            .with_custom_network(network.clone(), parts)
            .with_default_sync(SyncContext::new(CborCodec))
            .with_default_consensus(consensus)
            .with_default_request(RequestContext::new(16))
            .build()
            .await;
        match built {
            Ok((channels, handle)) => Ok(Built { channels, handle }),
            Err(e) => {
                network.stop(None);
                Err(format!("{e:#}"))
            }
        }
    }

    fn settings(&self) -> Settings {
        let consensus = ConsensusConfig { value_payload: ValuePayload::ProposalAndParts, ..Default::default() };
        let value_sync = ValueSyncConfig {
            status_update_interval: self.pacing.status_interval,
            request_timeout: Duration::from_secs(5),
            parallel_requests: 3,
            batch_size: ANSWER_BLOCKS_MAX as usize / 2,
            ..Default::default()
        };
        // Names this engine's metrics apart from those of other chains and organisations in the process.
        let moniker = format!("{}/{}", self.chain, self.org);
        Settings { moniker, consensus, value_sync }
    }
}

struct Settings {
    moniker: String,
    consensus: ConsensusConfig,
    value_sync: ValueSyncConfig,
}

impl NodeConfig for Settings {
    fn moniker(&self) -> &str {
        &self.moniker
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.value_sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.value_sync
    }
}
