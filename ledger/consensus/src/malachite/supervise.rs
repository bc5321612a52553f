//! Keeps the tasks of a running engine together: when one part ends, all do, and the handle says why.

use std::convert::Infallible;
use std::time::Duration;

use ledger_mesh::{Inbox, PeerEvent};
use ledger_types::block::ValidatorSet;
use ledger_types::id::OrgId;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::Built;
use super::bodies::Bodies;
use super::catchup::CatchUp;
use super::host::Host;
use super::network::Bridge;
use crate::engine::{EngineError, EngineMonitor};

/// How long the engine's actors get to close their files.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Running {
    pub org: OrgId,
    pub validators: ValidatorSet,
    pub quorum_wait: Duration,
    pub bridge: std::sync::Arc<Bridge>,
    pub bodies: std::sync::Arc<Bodies>,
    pub catch_up: CatchUp,
    pub host: Host,
    pub monitor: EngineMonitor,
    pub network_ended: CancellationToken,
    pub cancel: CancellationToken,
}

impl Running {
    pub(crate) async fn run(
        self,
        built: Built,
        mut votes: Inbox,
        mut parts: Inbox,
        mut sync: Inbox,
    ) -> Result<(), EngineError> {
        let Built { channels, handle } = built;
        let (bridge, bodies, catch_up) = (&self.bridge, &self.bodies, &self.catch_up);
        let mut node = handle.handle;
        let mesh_gone = || End::Failed(EngineError::Stopped("the mesh was shut down".to_owned()));
        let end = tokio::select! {
            () = self.cancel.cancelled() => End::Asked,
            _ = &mut node => End::Actors,
            () = self.network_ended.cancelled() => End::Actors,
            r = self.host.run(channels.consensus) => r.map_or_else(End::Failed, |()| End::Actors),
            () = async { while let Some((from, b)) = votes.recv().await { bridge.on_vote_message(&from, &b) } } => {
                mesh_gone()
            }
            () = async { while let Some((from, b)) = parts.recv().await { bodies.on_part(&from, &b) } } => mesh_gone(),
            () = async { while let Some((from, b)) = sync.recv().await { catch_up.on_message(from, &b) } } => {
                mesh_gone()
            }
            () = follow_peers(bridge) => mesh_gone(),
            never = bodies.execute() => match never {},
            never = open(bridge, &self.org, &self.validators, self.quorum_wait) => match never {},
            never = watch(&self.monitor, bridge) => match never {},
        };
        let outcome = match end {
            End::Asked => Ok(()),
            End::Failed(e) => Err(e),
            // Malachite ends its supervisor too, unless it halts on purpose so as not to sign twice.
            End::Actors if node.is_finished() || timeout(Duration::from_secs(1), &mut node).await.is_ok() => {
                Err(EngineError::Stopped("Malachite's actors ended; its log says why".to_owned()))
            }
            End::Actors => Err(EngineError::Stopped(
                "Malachite halted: its write-ahead log cannot be written or read; look at the disk".to_owned(),
            )),
        };
        if let Err(e) = &outcome {
            error!(error = %e, "consensus engine ended");
        }
        self.cancel.cancel();
        handle.actor.get_cell().stop_children_and_wait(None, Some(STOP_PATIENCE)).await;
        handle.actor.stop(None);
        if !node.is_finished() && timeout(STOP_PATIENCE, &mut node).await.is_err() {
            warn!("Malachite's supervisor did not end in time");
        }
        bridge.reset();
        outcome
    }
}

enum End {
    Asked,
    Actors,
    Failed(EngineError),
}

/// Tells consensus of peers as they come and go.
async fn follow_peers(bridge: &Bridge) {
    let mut events = bridge.mesh.events();
    bridge.align_peers();
    loop {
        match events.recv().await {
            Ok(PeerEvent::Up(org)) => bridge.peer_up(&org),
            Ok(PeerEvent::Down(org)) => bridge.peer_down(&org),
            Ok(PeerEvent::Refused { .. }) => {}
            Err(RecvError::Lagged(_)) => bridge.align_peers(),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Starts consensus when more than two thirds of the power are connected, this node included, or when
/// waiting longer helps nobody. Never resolves.
async fn open(bridge: &Bridge, org: &OrgId, validators: &ValidatorSet, quorum_wait: Duration) -> Infallible {
    let begun = Instant::now();
    loop {
        let connected = bridge.mesh.connected();
        let here = connected.iter().chain([org]).filter_map(|o| validators.get(o));
        let power: u64 = here.map(|v| v.power).sum();
        if u128::from(power) * 3 > u128::from(validators.total_power()) * 2 {
            break;
        }
        if begun.elapsed() >= quorum_wait {
            warn!(power, total = validators.total_power(), "no quorum is connected; consensus starts all the same");
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    info!(waited_ms = begun.elapsed().as_millis() as u64, "consensus opens");
    bridge.align_peers();
    bridge.listening();
    std::future::pending().await
}

/// Says so, once, when no block comes. Never resolves.
async fn watch(monitor: &EngineMonitor, bridge: &Bridge) -> Infallible {
    let mut tick = interval(Duration::from_secs(1));
    let mut told = false;
    loop {
        tick.tick().await;
        let status = monitor.status();
        if status.stalled && !told {
            let connected: Vec<String> = bridge.mesh.connected().iter().map(ToString::to_string).collect();
            error!(
                height = status.height,
                round = status.round,
                quiet_s = status.quiet.as_secs(),
                connected = connected.join(","),
                "no block is being decided"
            );
        }
        told = status.stalled;
    }
}
