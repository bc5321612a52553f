//! The parties of a star over their channels.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::Channel;

use super::leading::lead;
use super::sending::send;
use super::{LeaderOutcome, SenderOutcome};
use crate::item::ItemSet;
use crate::parties::Links;
use crate::run::{Control, PayloadSource, RunConfig, Running};

/// Runs the leader to its end: one channel per sender, in the order of the specification. It learns which of its items
/// every sender holds, with the payloads they release, and nothing about items that only some hold. Dropping the future
/// or cancelling `control` stops it.
///
/// All parties need the same session, binding and `params`, and the same `bucket_items`; `params.payload` says whether
/// senders may release columns.
///
/// # Errors
/// [`crate::run::PsiError`], with the place of the sender in its `AtParty` when it is about one link. All senders are told the
/// code of the error when their channels still permit.
pub fn run_leader(
    channels: Vec<Channel>,
    config: RunConfig,
    items: ItemSet,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, LeaderOutcome> {
    let channels = channels.into_iter().enumerate().map(|(place, channel)| (Some(place), channel));
    Box::pin(async move {
        let mut links = Links::new(channels, control);
        let done = control.unless_cancelled(lead(&mut links, config, items, seed, control)).await;
        links.leave(done).await
    })
}

/// Runs a sender to its end. `place` is its own place among the senders in the specification (0, 1, …), `leader` the
/// channel to the leader, `others` the channels to every other sender with its place, in any order. It learns the sizes
/// of all sets. Dropping the future or cancelling `control` stops it.
///
/// `payload` may be given only when the parameters permit; a sender that releases nothing gives none.
///
/// # Errors
/// As for [`run_leader`]; the place in `AtParty` is that of the other sender, and absent when it is about the
/// link to the leader.
#[expect(clippy::too_many_arguments, reason = "the channels are of two kinds, the rest is as for two parties")]
pub fn run_sender(
    place: usize,
    leader: Channel,
    others: Vec<(usize, Channel)>,
    config: RunConfig,
    items: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Running<'_, SenderOutcome> {
    let others = others.into_iter().map(|(place, channel)| (Some(place), channel));
    Box::pin(async move {
        let mut links = Links::new(std::iter::once((None, leader)).chain(others), control);
        let done = control.unless_cancelled(send(&mut links, place, config, items, payload, seed, control)).await;
        links.leave(done).await
    })
}
