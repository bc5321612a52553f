//! Answers what Malachite asks of the application, in the order it asks. Every question has an answer; one
//! that is not answered would stop consensus, so a failed application call answers with what is safe or, if
//! nothing is, ends the engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_mesh::Mesh;
use ledger_types::id::{ChainId, OrgId};
use ledger_types::{Digest, SuiteId};
use malachitebft_app_channel::app::consensus::{
    LocallyProposedValue, MisbehaviorEvidence, ProposedValue, VoteExtensionError,
};
use malachitebft_app_channel::app::engine::host::{HeightParams, Next, SyncedValueOutcome};
use malachitebft_app_channel::app::types::core::{CommitCertificate, LinearTimeouts, Round, Validity};
use malachitebft_app_channel::{AppMsg, Reply};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::bodies::Bodies;
use super::catchup::decided;
use super::codec::decided_from_wire;
use super::context::{Address, BlockId, BodyReady, Height, Ledger, Members, Timeouts, to_option};
use super::network::Bridge;
use super::wire::certificate_from_mbt;
use crate::app::{AppError, Undecided, open_body};
use crate::engine::{EngineError, Equivocation, StatusCell};
use crate::lane::AppLane;
use crate::pacing::{Gate, Pacing};

/// An answer that took longer than this is worth a line in the log.
const SLOW: Duration = Duration::from_millis(1000);

/// The terms on which each height is decided.
pub(crate) struct Terms {
    pub org: OrgId,
    pub pacing: Pacing,
    pub members: Members,
    pub mesh: Mesh,
}

impl Terms {
    /// The first propose timeout is short if the proposer is known to be away: that is this node's own
    /// patience, which affects speed and never safety.
    fn of(&self, height: u64) -> HeightParams<Ledger> {
        let p = &self.pacing;
        let proposer = &self.members.proposer(height, 0).address.0;
        let away = *proposer != self.org && !self.mesh.is_connected(proposer);
        let linear = LinearTimeouts {
            propose: p.propose_timeout,
            propose_delta: p.timeout_delta,
            prevote: p.vote_timeout,
            prevote_delta: p.timeout_delta,
            precommit: p.vote_timeout,
            precommit_delta: p.timeout_delta,
            rebroadcast: p.rebroadcast,
            max_timeout: p.timeout_max,
        };
        let timeouts = Timeouts { linear, first_propose: away.then_some(p.absent_timeout) };
        HeightParams::new(self.members.clone(), timeouts, Some(p.block_interval))
    }
}

pub(crate) struct Host {
    pub chain: ChainId,
    pub suite: SuiteId,
    pub terms: Arc<Terms>,
    pub members: Members,
    pub lane: AppLane,
    pub bridge: Arc<Bridge>,
    pub bodies: Arc<Bodies>,
    pub gate: Arc<Gate>,
    pub status: Arc<StatusCell>,
    /// Ends the wait for the beginning of a height.
    pub cancel: CancellationToken,
    /// The last height that came by catching up.
    pub synced: u64,
}

type Msg = AppMsg<Ledger>;

impl Host {
    /// Runs until the engine's channel closes, which is `Ok`, or the application fails beyond repair.
    pub(crate) async fn run(mut self, mut questions: mpsc::Receiver<Msg>) -> Result<(), EngineError> {
        while let Some(question) = questions.recv().await {
            let (name, begun) = (name_of(&question), Instant::now());
            self.answer(question).await?;
            let took = begun.elapsed();
            if took > SLOW {
                warn!(question = name, took_ms = took.as_millis() as u64, "slow answer to consensus");
            }
        }
        Ok(())
    }

    async fn answer(&mut self, question: Msg) -> Result<(), EngineError> {
        match question {
            AppMsg::ConsensusReady { reply } => {
                let next = self.lane.app().tip().height + 1;
                info!(chain = %self.chain, org = %self.terms.org, height = next, "consensus starts");
                self.bridge.begins(next);
                send(reply, (Height(next), self.terms.of(next)));
            }
            AppMsg::StartedRound { height, round, proposer, reply_value, .. } => {
                self.status.round_started(height.0, round.as_u32().unwrap_or(0), proposer.0.clone());
                let stored = self.undecided(height, round).await;
                let values = stored.iter().map(|u| self.stored_value(height.0, round, u)).collect();
                send(reply_value, values);
                self.repeat_own(height, round, &proposer.0, &stored).await;
            }
            AppMsg::GetValue { height, round, reply, .. } => self.propose(height, round, reply).await,
            AppMsg::ExtendVote { reply, .. } => send(reply, None),
            AppMsg::VerifyVoteExtensions { extensions, reply, .. } => {
                // This chain's policy has no extensions; one that comes all the same is wrong.
                let refuse = |(address, ())| (address, Err(VoteExtensionError::InvalidVoteExtension));
                send(reply, extensions.into_iter().map(refuse).collect());
            }
            AppMsg::RestreamProposal { height, round, valid_round, value_id, .. } => {
                self.restream(height, round, valid_round, value_id).await;
            }
            AppMsg::GetHistoryMinHeight { reply } => send(reply, Height(self.lane.app().min_height())),
            AppMsg::ReceivedProposalPart { part, reply, .. } => {
                send(reply, part.content.into_data().map(|ready| self.proposed(ready)));
            }
            AppMsg::Decided { certificate, reply, .. } => {
                self.commit(certificate).await?;
                send(reply, ());
            }
            AppMsg::Finalized { certificate, evidence, reply, .. } => {
                self.note(&evidence);
                self.begin_after(certificate.height.0, reply);
            }
            AppMsg::GetDecidedValues { range, reply } => {
                let (from, to) = (range.start().0, range.end().0);
                let values = self.lane.read(move |app| decided(app, from, to)).await.unwrap_or_default();
                send(reply, values.into_iter().map(decided_from_wire).collect());
            }
            AppMsg::ProcessSyncedValue { height, round, proposer, value_bytes, reply } => {
                send(reply, self.synced_value(height, round, proposer, &value_bytes).await);
            }
        }
        Ok(())
    }

    fn value(&self, height: u64, round: u32, valid: Option<u32>, block: Digest, ok: bool) -> ProposedValue<Ledger> {
        ProposedValue {
            height: Height(height),
            round: Round::new(round),
            valid_round: valid.map_or(Round::Nil, Round::new),
            proposer: self.members.proposer(height, round).address.clone(),
            value: BlockId(block),
            validity: Validity::from_bool(ok),
        }
    }

    fn proposed(&self, ready: BodyReady) -> ProposedValue<Ledger> {
        self.value(ready.height, ready.round, ready.valid_round, ready.block, ready.valid)
    }

    fn stored_value(&self, height: u64, round: Round, u: &Undecided) -> ProposedValue<Ledger> {
        self.value(height, round.as_u32().unwrap_or(0), None, u.block_hash, u.valid)
    }

    async fn undecided(&self, height: Height, round: Round) -> Vec<Undecided> {
        let Some(round) = round.as_u32() else { return Vec::new() };
        self.lane.undecided(height.0, round).await.unwrap_or_else(|e| {
            error!(%height, round, error = %e, "cannot read undecided blocks");
            Vec::new()
        })
    }

    /// After a restart Malachite proposes again what is in its log without asking for it; the body has to be
    /// sent again too.
    async fn repeat_own(&self, height: Height, round: Round, proposer: &OrgId, stored: &[Undecided]) {
        if *proposer != self.terms.org {
            return;
        }
        for own in stored.iter().filter(|u| u.proposer == *proposer) {
            self.restream(height, round, Round::Nil, own.block_hash).await;
        }
    }

    async fn propose(&self, height: Height, round: Round, reply: Reply<LocallyProposedValue<Ledger>>) {
        let Some(number) = round.as_u32() else { return };
        match self.lane.propose(height.0, number).await {
            Ok((block, body)) => {
                send(reply, LocallyProposedValue::new(height, round, BlockId(block)));
                self.bodies.publish(height.0, number, None, block, &body);
            }
            // Without an answer the round passes by its timeout and another node proposes.
            Err(e) => error!(%height, round = number, error = %e, "cannot build a block"),
        }
    }

    async fn restream(&self, height: Height, round: Round, valid_round: Round, block: Digest) {
        let Some(number) = round.as_u32() else { return };
        match self.lane.read(move |app| app.undecided_body(&block)).await {
            Ok(Some(body)) => self.bodies.publish(height.0, number, valid_round.as_u32(), block, &body),
            Ok(None) => warn!(%height, round = number, %block, "body of a locked block is not here"),
            Err(e) => error!(%height, error = %e, "cannot read an undecided block"),
        }
    }

    async fn commit(&mut self, certificate: CommitCertificate<Ledger>) -> Result<(), EngineError> {
        let height = certificate.height.0;
        let failed = |error| EngineError::App { height, error };
        let certificate = certificate_from_mbt(&certificate).map_err(|e| failed(AppError::Local(e.to_string())))?;
        let (block, round) = (certificate.block, certificate.round);
        self.lane.commit(height, block, certificate).await.map_err(failed)?;
        let synced = self.synced == height;
        self.status.committed(height, synced);
        if synced {
            self.gate.synced(height);
        }
        self.bodies.tip_moved();
        tracing::debug!(height, round, %block, synced, "block committed");
        Ok(())
    }

    /// Lets consensus begin the next height when there is a reason to.
    fn begin_after(&self, height: u64, reply: Reply<Next<Ledger>>) {
        let next = height + 1;
        let (gate, bridge, decided_at) = (self.gate.clone(), self.bridge.clone(), Instant::now());
        let (terms, cancel) = (self.terms.clone(), self.cancel.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = gate.wait(next, decided_at) => {}
                () = cancel.cancelled() => return,
            }
            bridge.begins(next);
            send(reply, Next::Start(Height(next), terms.of(next)));
        });
    }

    /// A block that others decided. The certificate was checked; whether the body belongs to it is told by
    /// the hash we return. The builder is read from the block: with a block proposed again in a later round
    /// it is not the proposer of the certificate's round.
    async fn synced_value(
        &mut self,
        height: Height,
        round: Round,
        proposer: Address,
        bytes: &[u8],
    ) -> SyncedValueOutcome<Ledger> {
        let opened = match open_body(self.suite, &self.chain, height.0, bytes) {
            Ok(opened) if self.members.contains(&opened.proposer) => opened,
            Ok(opened) => {
                warn!(%height, builder = %opened.proposer, "synced block is not built by a validator");
                return SyncedValueOutcome::PeerFault;
            }
            Err(e) => {
                warn!(%height, error = %e, "synced block not understood");
                return SyncedValueOutcome::PeerFault;
            }
        };
        let number = round.as_u32().unwrap_or(0);
        let valid = match self.lane.validate(height.0, number, opened.proposer, bytes.into()).await {
            Ok(hash) => hash == opened.block,
            Err(AppError::Invalid(why)) => {
                error!(%height, block = %opened.block, %why, "a synced block does not execute here as it did elsewhere");
                false
            }
            Err(AppError::Local(why)) => {
                error!(%height, %why, "a synced block could not be executed");
                return SyncedValueOutcome::LocalTransientError;
            }
        };
        self.synced = height.0;
        SyncedValueOutcome::Verdict(ProposedValue {
            height,
            round,
            valid_round: Round::Nil,
            proposer,
            value: BlockId(opened.block),
            validity: Validity::from_bool(valid),
        })
    }

    /// Logs and counts validators that contradicted themselves.
    fn note(&self, evidence: &MisbehaviorEvidence<Ledger>) {
        for (validator, pairs) in evidence.votes.iter() {
            for (a, b) in pairs {
                let kind = match a.message.kind {
                    malachitebft_app_channel::app::types::core::VoteType::Prevote => "prevote",
                    malachitebft_app_channel::app::types::core::VoteType::Precommit => "precommit",
                };
                let values = [to_option(&a.message.value), to_option(&b.message.value)];
                self.equivocated(validator, a.message.height.0, a.message.round, kind, values);
            }
        }
        for (validator, pairs) in evidence.proposals.iter() {
            for (a, b) in pairs {
                let values = [Some(a.message.value.0), Some(b.message.value.0)];
                self.equivocated(validator, a.message.height.0, a.message.round, "proposal", values);
            }
        }
    }

    fn equivocated(&self, who: &Address, height: u64, round: Round, kind: &'static str, values: [Option<Digest>; 2]) {
        let round = round.as_u32().unwrap_or(0);
        error!(validator = %who, height, round, kind, ?values, "validator contradicted itself");
        self.status.equivocated(Equivocation { validator: who.0.clone(), height, round, kind, values });
    }
}

/// Answers; the asker may be gone when the engine stops.
fn send<T>(reply: Reply<T>, answer: T) {
    let _ = reply.send(answer);
}

fn name_of(question: &Msg) -> &'static str {
    match question {
        AppMsg::ConsensusReady { .. } => "ConsensusReady",
        AppMsg::StartedRound { .. } => "StartedRound",
        AppMsg::GetValue { .. } => "GetValue",
        AppMsg::ExtendVote { .. } => "ExtendVote",
        AppMsg::VerifyVoteExtensions { .. } => "VerifyVoteExtensions",
        AppMsg::RestreamProposal { .. } => "RestreamProposal",
        AppMsg::GetHistoryMinHeight { .. } => "GetHistoryMinHeight",
        AppMsg::ReceivedProposalPart { .. } => "ReceivedProposalPart",
        AppMsg::Decided { .. } => "Decided",
        AppMsg::Finalized { .. } => "Finalized",
        AppMsg::GetDecidedValues { .. } => "GetDecidedValues",
        AppMsg::ProcessSyncedValue { .. } => "ProcessSyncedValue",
    }
}
