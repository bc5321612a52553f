//! Bodies of proposed blocks: sent in parts beside consensus, put together, executed outside Malachite's
//! serial host, and reported to consensus as one tiny part when the verdict is known.
//!
//! Who may send what: parts come over an authenticated link. The proposer of a round may send two bodies
//! (the second is an equivocation that consensus will see); from round [`RESTREAM_ROUND`] on any validator
//! may repeat a body, as Malachite's rule against hidden locks asks. A fresh block must name the round's
//! proposer as its builder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ledger_mesh::Service;
use ledger_types::id::{ChainId, Height, OrgId};
use ledger_types::{Digest, SuiteId};
use parking_lot::Mutex;
use serde_bytes::ByteBuf;
use tokio::sync::Notify;
use tracing::{debug, error, warn};

use super::context::{BodyReady, Members};
use super::network::Bridge;
use super::wire::{self, BodyPart};
use crate::app::{AppError, open_body};
use crate::lane::AppLane;

/// Longest body.
pub(crate) const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

const PART_BYTES: usize = 128 * 1024;

/// Heights beyond the tip for which bodies are kept.
const HEIGHTS_AHEAD: u64 = 2;

/// Bodies under way from one peer.
const ASSEMBLIES_PER_PEER: usize = 6;

/// Bodies of one round from one peer.
const BODIES_PER_ROUND: usize = 2;

/// `HIDDEN_LOCK_ROUND` of Malachite.
const RESTREAM_ROUND: u32 = 10;

type Key = (OrgId, Height, u32, Digest);

struct Assembly {
    valid_round: Option<u32>,
    parts: Vec<Option<ByteBuf>>,
    bytes: usize,
}

struct Complete {
    from: OrgId,
    height: Height,
    round: u32,
    valid_round: Option<u32>,
    block: Digest,
    body: Arc<[u8]>,
}

#[derive(Default)]
struct State {
    under_way: BTreeMap<Key, Assembly>,
    /// Bodies begun by peer, height and round; outlives the assemblies so that the limit holds.
    begun: BTreeMap<(OrgId, Height, u32), BTreeSet<Digest>>,
    complete: Vec<Complete>,
    verdicts: BTreeMap<(Height, Digest), bool>,
}

pub(crate) struct Bodies {
    pub chain: ChainId,
    pub suite: SuiteId,
    pub members: Members,
    pub lane: AppLane,
    pub bridge: Arc<Bridge>,
    state: Mutex<State>,
    changed: Notify,
}

impl Bodies {
    pub(crate) fn new(chain: ChainId, suite: SuiteId, members: Members, lane: AppLane, bridge: Arc<Bridge>) -> Self {
        Self { chain, suite, members, lane, bridge, state: Mutex::default(), changed: Notify::new() }
    }

    /// Sends a body to all peers.
    pub(crate) fn publish(&self, height: Height, round: u32, valid_round: Option<u32>, block: Digest, body: &[u8]) {
        if body.len() > BODY_BYTES_MAX {
            return error!(height, bytes = body.len(), "own block is too large to be sent");
        }
        let count = body.len().div_ceil(PART_BYTES).max(1) as u32;
        for (index, bytes) in body.chunks(PART_BYTES).enumerate() {
            let bytes = ByteBuf::from(bytes);
            let part = BodyPart { height, round, valid_round, block, index: index as u32, count, bytes };
            if let Err(e) = self.bridge.mesh.broadcast(Service::Proposal, wire::encode(&part)) {
                return error!(error = %e, "cannot send a body");
            }
        }
    }

    /// A message of the proposal service.
    pub(crate) fn on_part(&self, from: &OrgId, bytes: &[u8]) {
        let tip = self.lane.app().tip().height;
        let part: BodyPart = match wire::decode(bytes) {
            Ok(part) => part,
            Err(e) => return self.bridge.complain(from, "part of a body", e),
        };
        self.bridge.gate.peer_at(from, part.height);
        if part.height <= tip || part.height > tip + HEIGHTS_AHEAD {
            return;
        }
        if let Err(why) = self.admit(from, part, tip) {
            self.bridge.complain(from, "part of a body", why);
        }
    }

    fn admit(&self, from: &OrgId, part: BodyPart, tip: Height) -> Result<(), &'static str> {
        let BodyPart { height, round, valid_round, block, index, count, bytes } = part;
        if self.members.proposer(height, round).address.0 != *from
            && (round < RESTREAM_ROUND || !self.members.contains(from))
        {
            return Err("the sender does not propose in this round");
        }
        if count == 0 || count as usize > BODY_BYTES_MAX / PART_BYTES || index >= count {
            return Err("the number of parts is out of range");
        }
        let last = index + 1 == count;
        if bytes.len() > PART_BYTES || bytes.is_empty() || (!last && bytes.len() != PART_BYTES) {
            return Err("the part has the wrong length");
        }
        if valid_round.is_some_and(|v| v >= round) {
            return Err("the block was locked in a later round");
        }
        let mut state = self.state.lock();
        state.drop_until(tip);
        let begun = state.begun.entry((from.clone(), height, round)).or_default();
        if !begun.contains(&block) && begun.len() >= BODIES_PER_ROUND {
            return Err("too many bodies for one round");
        }
        begun.insert(block);
        let key = (from.clone(), height, round, block);
        let of_peer = state.under_way.keys().filter(|k| k.0 == *from).count();
        if !state.under_way.contains_key(&key) && of_peer >= ASSEMBLIES_PER_PEER {
            return Err("too many bodies under way");
        }
        let fresh = || Assembly { valid_round, parts: vec![None; count as usize], bytes: 0 };
        let assembly = state.under_way.entry(key.clone()).or_insert_with(fresh);
        if assembly.parts.len() != count as usize || assembly.valid_round != valid_round {
            return Err("the parts contradict each other");
        }
        if assembly.parts[index as usize].is_none() {
            assembly.bytes += bytes.len();
            assembly.parts[index as usize] = Some(bytes);
        }
        if assembly.parts.iter().any(Option::is_none) {
            return Ok(());
        }
        let done = state.under_way.remove(&key).expect("it was just filled");
        let mut body = Vec::with_capacity(done.bytes);
        done.parts.iter().flatten().for_each(|p| body.extend_from_slice(p));
        state.complete.push(Complete { from: key.0, height, round, valid_round, block, body: body.into() });
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// The tip moved: bodies of the next height can be executed now.
    pub(crate) fn tip_moved(&self) {
        self.changed.notify_one();
    }

    /// Executes complete bodies, one after the other, until cancelled by dropping.
    pub(crate) async fn execute(&self) -> std::convert::Infallible {
        loop {
            match self.next() {
                Some(complete) => self.judge(complete).await,
                None => self.changed.notified().await,
            }
        }
    }

    fn next(&self) -> Option<Complete> {
        let tip = self.lane.app().tip().height;
        let mut state = self.state.lock();
        state.drop_until(tip);
        let at = state.complete.iter().position(|c| c.height == tip + 1)?;
        Some(state.complete.remove(at))
    }

    async fn judge(&self, c: Complete) {
        let known = self.state.lock().verdicts.get(&(c.height, c.block)).copied();
        let valid = match known {
            Some(valid) => valid,
            None => match self.verdict(&c).await {
                Some(valid) => {
                    self.state.lock().verdicts.insert((c.height, c.block), valid);
                    valid
                }
                None => return,
            },
        };
        let Complete { from, height, round, valid_round, block, .. } = c;
        self.bridge.body_ready(&from, BodyReady { height, round, valid_round, block, valid });
    }

    /// Whether to vote for the block; `None` if nothing can be said of it.
    async fn verdict(&self, c: &Complete) -> Option<bool> {
        let (chain, suite, height, body) = (self.chain.clone(), self.suite, c.height, c.body.clone());
        let opened = tokio::task::spawn_blocking(move || open_body(suite, &chain, height, &body)).await.ok()?;
        let opened = match opened {
            Ok(opened) => opened,
            Err(e) => {
                self.bridge.complain(&c.from, "body", e);
                return None;
            }
        };
        let builder = &self.members.proposer(c.height, c.round).address.0;
        if opened.block != c.block
            || !self.members.contains(&opened.proposer)
            || (c.valid_round.is_none() && opened.proposer != *builder)
        {
            self.bridge.complain(&c.from, "body", "it is not the announced block");
            return None;
        }
        match self.lane.validate(c.height, c.round, opened.proposer, c.body.clone()).await {
            Ok(hash) if hash == c.block => Some(true),
            Ok(_) => Some(false),
            Err(AppError::Invalid(why)) => {
                warn!(from = %c.from, height = c.height, round = c.round, block = %c.block, %why, "block is invalid");
                Some(false)
            }
            Err(AppError::Local(why)) => {
                error!(height = c.height, %why, "block could not be executed");
                None
            }
        }
    }
}

impl State {
    fn drop_until(&mut self, tip: Height) {
        self.under_way.retain(|k, _| k.1 > tip);
        self.begun.retain(|k, _| k.1 > tip);
        self.verdicts.retain(|k, _| k.0 > tip);
        let before = self.complete.len();
        self.complete.retain(|c| c.height > tip);
        if self.complete.len() != before {
            debug!(dropped = before - self.complete.len(), "bodies of past heights dropped");
        }
    }
}
