//! What both sides do alike before their buckets: headers, salts, where checkpoints lie, or where to go on.

use std::sync::Arc;

use super::super::party::{Own, Party};
use super::course::Course;
use super::{again, exchange_salts};
use crate::rr22::message::CHUNK_BYTES;
use crate::run::checkpoint::Vault;
use crate::run::claims;
use crate::run::lane::Lane;
use crate::run::link::Link;
use crate::run::{Agreement, Header, PsiError, Resumption, Role, RunConfig};

/// A side that is ready for its buckets.
pub(super) struct Ready {
    pub(super) own: Arc<Own>,
    /// The own one and the peer's.
    pub(super) headers: (Header, Header),
    pub(super) course: Course,
}

/// Begins a run.
pub(super) async fn set_up(link: &mut Link<'_>, lane: &Lane, party: Party) -> Result<Ready, PsiError> {
    let (vault, commitment) = (vault(link, &party), party.seed().commitment());
    let (role, every) = (party.header().role, checkpoint_buckets(party.config()));
    let headers = link.agree(party.header()).await?;
    let (agreed, salt) = party.agree(&headers.1)?;
    entries_fit(link, role, agreed.agreement())?;
    let theirs = exchange_salts(link, &salt).await?;
    let own = lane.run(move |threads| agreed.open(&theirs, threads)).await??;
    let every = again::plan(link, every, own.sizes.buckets).await?;
    let course = Course::fresh(vault, &own.agreement, &headers.1, theirs, every, commitment);
    Ok(Ready { own, headers, course })
}

/// Goes on with a run from its last checkpoint.
pub(super) async fn set_up_again(
    link: &mut Link<'_>,
    lane: &Lane,
    party: Party,
    again: Resumption,
) -> Result<Ready, PsiError> {
    let vault = vault(link, &party).ok_or(PsiError::NothingToResume)?;
    let (header, max) = (party.header().clone(), party.config().resumptions_max);
    let last = again::last(&vault, &header)?;
    let (agreed, _) = party.agree(&last.1.peer)?;
    entries_fit(link, header.role, agreed.agreement())?;
    let (course, leg) = again::agree(link, vault, &header, agreed.agreement(), last, again, max).await?;
    let salt = course.at.peer_salt;
    let own = lane.run(move |threads| agreed.open_leg(&salt, Some(leg), threads)).await??;
    let headers = (header, course.at.peer.clone());
    Ok(Ready { own, headers, course })
}

fn vault(link: &Link<'_>, party: &Party) -> Option<Vault> {
    Vault::of(link.control, party.seed(), party.header().session, party.header().role)
}

/// What a side says of one item must fit the widest frame.
fn entries_fit(link: &Link<'_>, role: Role, agreement: &Agreement) -> Result<(), PsiError> {
    if role == Role::Receiver {
        return claims::check_width(link, agreement.claim_bytes());
    }
    let (widest, entry) = (link.writer.frame_bytes_max(), agreement.entry_bytes());
    if entry + CHUNK_BYTES > widest as usize {
        return Err(PsiError::PayloadTooWide { bytes: entry as u64, max: widest });
    }
    Ok(())
}

/// A checkpoint holds no proofs of matches: a run whose result goes to both has none and starts over.
fn checkpoint_buckets(config: &RunConfig) -> u32 {
    if config.params.returns.to_both() { 0 } else { config.checkpoint_buckets }
}
