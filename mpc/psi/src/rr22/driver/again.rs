//! Agreeing on where checkpoints lie, and on going on from one over a new channel.

use super::super::checkpoint::Common;
use super::super::coin::{self, Coin, LegSecrets};
use super::super::stage::{ResumeClaim, Stage, StageKind};
use super::course::{Course, compare};
use super::exchange_salts;
use crate::rr22::message::Message;
use crate::run::checkpoint::Vault;
use crate::run::link::Link;
use crate::run::{Agreement, Header, Leg, Phase, PsiError, Resumption, Role};

/// Both sides must mean the same checkpoints. A run of one bucket has none, and nothing is said.
pub(super) async fn plan(link: &mut Link<'_>, every: u32, buckets: u32) -> Result<u32, PsiError> {
    if buckets == 1 {
        return Ok(0);
    }
    link.send(&Stage::Plan(every)).await?;
    match link.hear(StageKind::Plan).await? {
        Stage::Plan(theirs) if theirs == every => Ok(every),
        Stage::Plan(theirs) => {
            Err(PsiError::ParameterMismatch { name: "checkpoint_buckets", ours: every.into(), theirs: theirs.into() })
        }
        _ => Err(PsiError::Malformed { message: "Plan" }),
    }
}

/// The last checkpoint of this side.
pub(super) fn last(vault: &Vault, own: &Header) -> Result<(u32, Common), PsiError> {
    let number = vault.last()?;
    if number == 0 {
        return Err(PsiError::NothingToResume);
    }
    Ok((number, read(vault, own, number)?))
}

fn read(vault: &Vault, own: &Header, number: u32) -> Result<Common, PsiError> {
    let (common, ()) = Common::open(vault, own, number, |_, fields| {
        fields.rest();
        Ok(())
    })?;
    Ok(common)
}

/// Agrees with the peer on the checkpoint and on the randomness of the new leg.
pub(super) async fn agree(
    link: &mut Link<'_>,
    vault: Vault,
    own: &Header,
    agreement: &Agreement,
    (last, mut at): (u32, Common),
    again: Resumption,
    resumptions_max: u32,
) -> Result<(Course, LegSecrets), PsiError> {
    link.control.report(Phase::Agree, 0, 1);
    // Settings or items that are not those of the run would show in the headers.
    if agreement.digest != at.agreement {
        return Err(PsiError::CheckpointDiffers { what: "what was agreed at first" });
    }
    let (session, role) = (own.session, own.role);
    let fresh = again.seed;
    let coin = Coin::draw(&fresh, &session);
    let ours = ResumeClaim {
        number: again.number,
        checkpoint: last,
        agreement: at.agreement,
        seed: fresh.commitment(),
        salt: coin::commitment(&session, role, &coin.salt()),
    };
    link.send(&Stage::Resume(ours)).await?;
    let Stage::Resume(theirs) = link.hear(StageKind::Resume).await? else {
        return Err(PsiError::Malformed { message: "Resume" });
    };
    if theirs.agreement != ours.agreement {
        return Err(PsiError::CheckpointDiffers { what: "what was agreed at first" });
    }
    let number = ours.number.max(theirs.number);
    if number > resumptions_max || ours.number == 0 {
        return Err(PsiError::TooManyResumptions { number, max: resumptions_max });
    }
    // A side keeps a checkpoint only when the other has the one before: what differs by more is no honest peer's.
    let after = ours.checkpoint.min(theirs.checkpoint);
    if after == 0 || ours.checkpoint.abs_diff(theirs.checkpoint) > 1 {
        return Err(PsiError::CheckpointDiffers { what: "the number of the last checkpoint" });
    }
    if after < last {
        vault.forget_after(after)?;
        at = read(&vault, own, after)?;
    }
    link.continue_from(at.transcripts, at.traffic);
    let leg = Leg { number, after, seed: ours.seed, peer_seed: theirs.seed };
    let course = Course::resumed(vault, at, leg);
    compare(link, role, course.claim()).await?;
    let salt = coin.salt();
    let theirs_opened = exchange_salts(link, &Message::Salt(salt)).await?;
    if coin::commitment(&session, role.other(), &theirs_opened) != theirs.salt {
        return Err(PsiError::WrongOpening { what: "salt" });
    }
    let (receiver_salt, sender_salt) = match role {
        Role::Receiver => (salt, theirs_opened),
        Role::Sender => (theirs_opened, salt),
    };
    Ok((course, LegSecrets { seed: fresh, number, receiver_salt, sender_salt }))
}
