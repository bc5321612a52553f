//! Engines for more than two members: the star, whose receiver is its leader, and the delegated run, whose receiver
//! brings no data.

use std::sync::Arc;

use ledger_types::id::OrgId;
use mpc_core::CommittedSeed;
use mpc_net::Channel;
use mpc_psi::run::{Control, PsiError, RunConfig};
use mpc_psi::{delegated, star};

use super::error::RunError;
use super::gate::Plan;
use super::input::SideInput;
use super::record::ResultRecord;
use super::result::Found;
use super::run::{Runner, psi_error};
use super::stated::Stated;
use super::watch::Watched;
use crate::engine::Engine;

impl Runner {
    /// Runs an engine for several members; the channels are in the order of the plan's peers.
    #[expect(clippy::too_many_arguments, reason = "all of them are parts of one run, and used up by it")]
    pub(super) async fn protocol_of_several(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        channels: Vec<Channel>,
        config: RunConfig,
        side: Option<SideInput>,
        seed: CommittedSeed,
        control: &Control,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        let receives = plan.spec.receiver == plan.org;
        match (plan.engine, receives, side) {
            (Engine::PsiStar, true, Some(side)) => {
                self.lead_star(plan, watched, channels, config, side, seed, control).await
            }
            (Engine::PsiDelegated, true, None) => {
                self.receive_delegated(plan, watched, channels, config, seed, control).await
            }
            (_, false, Some(side)) => self.send(plan, watched, channels, config, side, seed, control).await,
            _ => Err(RunError::SpecUnusable("the roles do not fit the algorithm")),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "all of them are parts of one run, and used up by it")]
    async fn lead_star(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        channels: Vec<Channel>,
        config: RunConfig,
        side: SideInput,
        seed: CommittedSeed,
        control: &Control,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        let led = star::run_leader(channels, config, side.items(), seed, control).await;
        let outcome = led.map_err(|e| several_error(&e, plan, watched))?;
        watched.alone();
        plan.check_matches(outcome.matches.len())?;
        let stated = Stated::of_hub(plan.peers.iter().map(|p| &p.org), &outcome.reports)?;
        let result = self.write_result(plan, watched, side, Found::OfStar(outcome.matches)).await?;
        Ok((stated, Some(result)))
    }

    async fn receive_delegated(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        channels: Vec<Channel>,
        config: RunConfig,
        seed: CommittedSeed,
        control: &Control,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        let received = delegated::run_third(channels, config, seed, control).await;
        let outcome = received.map_err(|e| several_error(&e, plan, watched))?;
        watched.alone();
        plan.check_matches(outcome.rows.len())?;
        let stated = Stated::of_hub(plan.peers.iter().map(|p| &p.org), &outcome.reports)?;
        let result = self.write_joined(plan, watched, outcome.rows).await?;
        Ok((stated, Some(result)))
    }

    // A sender of a star, or a data party of a delegated run: a channel to the receiver, and one to each of its kind.
    #[expect(clippy::too_many_arguments, reason = "all of them are parts of one run, and used up by it")]
    async fn send(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        channels: Vec<Channel>,
        config: RunConfig,
        side: SideInput,
        seed: CommittedSeed,
        control: &Control,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        let place = |org: &OrgId| senders(plan).position(|s| s == org);
        let own = place(&plan.org).ok_or(RunError::SpecUnusable("this organisation sends nothing"))?;
        let (mut hub, mut others) = (None, Vec::new());
        for (peer, channel) in plan.peers.iter().zip(channels) {
            match place(&peer.org) {
                None => hub = Some(channel),
                Some(place) => others.push((place, channel)),
            }
        }
        let hub = hub.ok_or(RunError::Internal("no channel to the receiver"))?;
        let releases = !plan.own()?.party.payload.is_empty();
        let (items, payload) = (side.items(), releases.then(|| side.payload()));
        let failed = |e: PsiError| several_error(&e, plan, watched);
        let (report, pairs) = if plan.engine == Engine::PsiDelegated {
            let announced = items.len() as u64;
            let ran = delegated::run_data_party(own, hub, others, config, items, announced, payload, seed, control);
            let outcome = ran.await.map_err(failed)?;
            (outcome.report, outcome.others)
        } else {
            let ran = star::run_sender(own, hub, others, config, items, payload, seed, control);
            let outcome = ran.await.map_err(failed)?;
            (outcome.report, outcome.others)
        };
        side.check()?;
        let named = pairs.into_iter().map(|p| senders(plan).nth(p.other).map(|org| (org.clone(), p)));
        let pairs: Option<Vec<_>> = named.collect();
        let pairs = pairs.ok_or(RunError::Internal("a report of nobody"))?;
        Ok((Stated::of_spoke(&plan.spec.receiver, &report, &pairs)?, None))
    }
}

/// The members that send, in the order of the specification; a place among them is what the engines speak of.
fn senders(plan: &Plan) -> impl Iterator<Item = &OrgId> {
    plan.releasing().map(|p| &p.org)
}

// Whom an error is about: at the receiver always a sender, at a sender another sender or else the receiver.
fn several_error(error: &PsiError, plan: &Plan, watched: &Watched) -> RunError {
    let about = error.place().and_then(|place| senders(plan).nth(place)).unwrap_or(&plan.spec.receiver);
    psi_error(error.cause(), about, watched)
}
