//! Serving decided blocks to nodes that were down. Answered here, beside Malachite's serial host, so that a
//! node that catches up slows nobody's votes.

use std::sync::Arc;

use ledger_mesh::{Mesh, Service};
use ledger_types::id::{Height, OrgId};
use serde_bytes::ByteBuf;
use tokio::sync::Semaphore;
use tracing::{debug, warn};

use super::network::Bridge;
use super::wire::{self, DecidedWire, SyncMessage};
use crate::app::BlockApp;
use crate::lane::AppLane;

/// Bytes of bodies in one answer; an answer holds at least one block.
const ANSWER_BYTES: usize = 6 * 1024 * 1024;

/// Blocks in one answer.
pub(crate) const ANSWER_BLOCKS_MAX: u64 = 64;

/// Answers being made at once; further requests of peers are not answered and time out there.
const ANSWERS_AT_ONCE: usize = 16;

pub(crate) struct CatchUp {
    pub lane: AppLane,
    pub bridge: Arc<Bridge>,
    answers: Arc<Semaphore>,
}

impl CatchUp {
    pub(crate) fn new(lane: AppLane, bridge: Arc<Bridge>) -> Self {
        Self { lane, bridge, answers: Arc::new(Semaphore::new(ANSWERS_AT_ONCE)) }
    }

    /// A message of the sync service.
    pub(crate) fn on_message(&self, from: OrgId, bytes: &[u8]) {
        match wire::decode(bytes) {
            Ok(SyncMessage::Status { tip, min }) => self.bridge.on_status(&from, tip, min),
            Ok(SyncMessage::Response { id, start, values }) => self.bridge.on_response(&from, id, start, values),
            Ok(SyncMessage::Request { id, from: low, to }) => {
                let Ok(permit) = self.answers.clone().try_acquire_owned() else {
                    return debug!(%from, "too many requests for blocks at once");
                };
                let (lane, mesh) = (self.lane.clone(), self.bridge.mesh.clone());
                tokio::spawn(async move {
                    answer(&lane, &mesh, &from, id, low, to).await;
                    drop(permit);
                });
            }
            Err(e) => self.bridge.complain(&from, "sync message", e),
        }
    }
}

async fn answer(lane: &AppLane, mesh: &Mesh, to_org: &OrgId, id: u64, from: Height, to: Height) {
    match lane.read(move |app| decided(app, from, to)).await {
        Ok(values) => {
            let bytes = wire::encode(&SyncMessage::Response { id, start: from, values });
            if let Err(e) = mesh.send(to_org, Service::Sync, bytes).await {
                debug!(org = %to_org, error = %e, "blocks not delivered");
            }
        }
        Err(e) => warn!(error = %e, "cannot read decided blocks"),
    }
}

/// The blocks of a range, up to the first that is missing or too much.
pub(crate) fn decided(app: &dyn BlockApp, from: Height, to: Height) -> Vec<DecidedWire> {
    let mut values = Vec::new();
    let mut bytes = 0;
    for height in from..=to.min(from.saturating_add(ANSWER_BLOCKS_MAX - 1)) {
        let Some((body, certificate)) = app.decided(height) else { break };
        bytes += body.len();
        if bytes > ANSWER_BYTES && !values.is_empty() {
            break;
        }
        values.push(DecidedWire { body: ByteBuf::from(body), certificate });
    }
    values
}
