//! The way through a run with checkpoints: which buckets come next, and what is kept between them.

use std::ops::Range;

use mpc_core::SeedCommitment;
use mpc_net::Traffic;

use super::super::checkpoint::Common;
use super::super::matching::Found;
use super::super::message::Counts;
use super::super::stage::{CheckpointClaim, Stage, StageKind};
use super::super::tagging::Named;
use crate::run::checkpoint::Vault;
use crate::run::lane::Lane;
use crate::run::link::{Link, Transcripts, check_confirm};
use crate::run::{Agreement, Header, Leg, PsiError, Role};

/// Where a run stands.
#[derive(Clone)]
pub(super) struct Course {
    /// What the last checkpoint holds for both sides; before the first one, what it will be made from.
    pub(super) at: Common,
    /// Number of the last checkpoint.
    number: u32,
    /// The next bucket.
    next: u32,
    vault: Option<Vault>,
    /// Seed of this leg.
    leg: SeedCommitment,
    resumed: u32,
}

impl Course {
    /// At the beginning.
    pub(super) fn fresh(
        vault: Option<Vault>,
        agreement: &Agreement,
        peer: &Header,
        peer_salt: [u8; 32],
        every: u32,
        leg: SeedCommitment,
    ) -> Self {
        let none = mpc_net::TranscriptDigest([0; 32]);
        let at = Common {
            agreement: agreement.digest,
            peer_salt,
            peer: peer.clone(),
            every,
            counts: Counts { buckets: 0, values: 0, tags: 0 },
            transcripts: Transcripts { sent: none, received: none },
            traffic: Traffic::default(),
            legs: Vec::new(),
        };
        Self { at, number: 0, next: 0, vault, leg, resumed: 0 }
    }

    /// After a checkpoint, on a new leg.
    pub(super) fn resumed(vault: Vault, mut at: Common, leg: Leg) -> Self {
        let (number, seed, resumed) = (leg.after, leg.seed, leg.number);
        let next = number.saturating_mul(at.every);
        at.legs.push(leg);
        Self { at, number, next, vault: Some(vault), leg: seed, resumed }
    }

    /// The buckets up to the next checkpoint, or the end.
    pub(super) fn next_segment(&mut self, buckets: u32) -> Option<Range<u32>> {
        let start = self.next;
        self.next = if self.at.every == 0 { buckets } else { start.saturating_add(self.at.every).min(buckets) };
        (start < self.next).then_some(start..self.next)
    }

    /// Both sides say what they have, keep it, and say that they kept it.
    pub(super) async fn checkpoint<T: Send + 'static>(
        &mut self,
        link: &mut Link<'_>,
        lane: &Lane,
        role: Role,
        counts: Counts,
        state: T,
        part: impl FnOnce(&T, &mut Vec<u8>) + Send + 'static,
    ) -> Result<T, PsiError> {
        self.number += 1;
        let number = self.number;
        (self.at.transcripts, self.at.traffic) = link.next_segment();
        self.at.counts = counts;
        compare(link, role, self.claim()).await?;
        let state = match self.vault.clone() {
            None => state,
            Some(vault) => {
                let (common, leg) = (self.at.clone(), self.leg);
                let keep = move |_| {
                    let mut bytes = common.encode();
                    part(&state, &mut bytes);
                    vault.keep(number, &leg, bytes)?;
                    Ok::<_, PsiError>(state)
                };
                lane.run(keep).await??
            }
        };
        link.send(&Stage::Kept(number)).await?;
        match link.hear(StageKind::Kept).await? {
            Stage::Kept(theirs) if theirs == number => Ok(state),
            _ => Err(PsiError::Malformed { message: "Kept" }),
        }
    }

    /// What this side says that it holds.
    pub(super) fn claim(&self) -> CheckpointClaim {
        let Transcripts { sent, received } = self.at.transcripts;
        CheckpointClaim { number: self.number, counts: self.at.counts, sent, received }
    }

    /// What the receiver had found at the last checkpoint.
    pub(super) fn found(&self, own: &Header, mut found: Found, items: u64) -> Result<Found, PsiError> {
        let vault = self.vault.as_ref().ok_or(PsiError::NothingToResume)?;
        for number in 1..=self.number {
            Common::open(vault, own, number, |common, fields| found.decode_more(common.counts, fields, items))?;
        }
        Ok(found)
    }

    /// What the sender had sent at the last checkpoint.
    pub(super) fn named(&self, own: &Header) -> Result<Named, PsiError> {
        let vault = self.vault.as_ref().ok_or(PsiError::NothingToResume)?;
        let (common, canaries) = Common::open(vault, own, self.number, |_, fields| {
            let canaries = fields.u32()?;
            if fields.rest().is_empty() { Ok(canaries) } else { Err(PsiError::Malformed { message: "checkpoint" }) }
        })?;
        Ok(Named::restored(common.counts, canaries))
    }

    /// How often the run was resumed, and the resumptions that the transcripts contain.
    pub(super) fn finish(self) -> (u32, Vec<Leg>) {
        (self.resumed, self.at.legs)
    }
}

/// Both sides hold the same, or the run failed.
pub(super) async fn compare(link: &mut Link<'_>, role: Role, ours: CheckpointClaim) -> Result<(), PsiError> {
    link.send(&Stage::Checkpoint(ours)).await?;
    let Stage::Checkpoint(theirs) = link.hear(StageKind::Checkpoint).await? else {
        return Err(PsiError::Malformed { message: "Checkpoint" });
    };
    let counts = [
        ("the number of the checkpoint", u64::from(ours.number), u64::from(theirs.number)),
        ("the number of buckets", ours.counts.buckets, theirs.counts.buckets),
        ("the number of table values", ours.counts.values, theirs.counts.values),
        ("the number of tags", ours.counts.tags, theirs.counts.tags),
    ];
    let transcripts = |c: &CheckpointClaim| Transcripts { sent: c.sent, received: c.received };
    check_confirm(role, &counts, transcripts(&ours), transcripts(&theirs))
}
