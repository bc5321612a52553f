//! Claims over a channel.

use super::super::error::PsiError;
use super::super::lane::Lane;
use super::super::link::{Link, unexpected};
use super::super::progress::Phase;
use super::checking::{Checking, Returned};
use super::claiming::Claiming;
use super::message::{CHUNK_BYTES, ClaimKind, ClaimMessage};

const PHASE: Phase = Phase::Match;

/// Says what matched, when at least `min` items did, and hears how much of it was accepted.
pub(crate) async fn claim(link: &mut Link<'_>, lane: &Lane, mut claiming: Claiming, min: u64) -> Result<(), PsiError> {
    if claiming.matches() < min {
        return Err(PsiError::MatchesBelowMinimum { min });
    }
    let per_frame = claiming.claims_per_frame(link.writer.frame_bytes_max());
    let total = claiming.total();
    loop {
        let (back, chunk) = lane
            .run(move |threads| {
                let chunk = claiming.next_chunk(threads, per_frame)?;
                Ok::<_, PsiError>((claiming, chunk))
            })
            .await??;
        claiming = back;
        let Some(chunk) = chunk else { break };
        link.send(&ClaimMessage::Claims(chunk)).await?;
        link.control.report(PHASE, claiming.done(), total);
    }
    link.send(&ClaimMessage::ClaimsEnd(total)).await?;
    match link.hear(ClaimKind::ClaimsTaken).await? {
        ClaimMessage::ClaimsTaken(taken) if taken == total => Ok(()),
        ClaimMessage::ClaimsTaken(taken) => {
            Err(PsiError::ConfirmCount { what: "the number of claims", ours: total, theirs: taken })
        }
        other => Err(unexpected(PHASE, ClaimKind::ClaimsTaken, &other)),
    }
}

/// Hears what matched, and says how much of it was accepted.
pub(crate) async fn check(link: &mut Link<'_>, lane: &Lane, mut checking: Checking) -> Result<Returned, PsiError> {
    let most = checking.agreement().claims_max;
    loop {
        match link.hear_one_of(&[ClaimKind::Claims, ClaimKind::ClaimsEnd]).await? {
            ClaimMessage::Claims(chunk) => {
                checking = lane
                    .run(move |_| {
                        checking.accept(&chunk)?;
                        Ok::<_, PsiError>(checking)
                    })
                    .await??;
                link.control.report(PHASE, checking.done(), most);
            }
            ClaimMessage::ClaimsEnd(count) => {
                let returned = lane.run(move |_| checking.finish(count)).await??;
                link.send(&ClaimMessage::ClaimsTaken(count)).await?;
                return Ok(returned);
            }
            other => return Err(unexpected(PHASE, ClaimKind::Claims, &other)),
        }
    }
}

/// A claim must fit a frame.
pub(crate) fn check_width(link: &Link<'_>, claim_bytes: usize) -> Result<(), PsiError> {
    let widest = link.writer.frame_bytes_max();
    if claim_bytes + CHUNK_BYTES > widest as usize {
        return Err(PsiError::PayloadTooWide { bytes: claim_bytes as u64, max: widest });
    }
    Ok(())
}
