//! The links between members: headers, shares of keys, confirmation.

use mpc_core::CommittedSeed;
use sm3::{Digest, Sm3};
use zeroize::Zeroizing;

use super::links::{about, all};
use super::message::{Message, MessageKind};
use super::roster::{check_member, check_place};
use crate::run::link::{Link, Transcripts, check_confirm};
use crate::run::{Header, PsiError, Role, RunConfig};
use crate::star::PairReport;

/// Which secrets the members make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Common {
    /// One of every two.
    Pairwise,
    /// One of all.
    Group,
}

/// What a member knows of the others after they met.
pub(crate) struct Pairs {
    /// Headers of all members, the own one included, in the order of their places.
    pub(crate) headers: Vec<Header>,
    /// Shares of the other members, at their places; the own place holds nothing of use.
    theirs: Vec<Zeroizing<[u8; 32]>>,
    /// Own shares, by the place of the member they went to.
    ours: Vec<Zeroizing<[u8; 32]>>,
    place: usize,
}

impl Pairs {
    /// Meets all other members at the same time.
    pub(crate) async fn meet(
        links: &mut [(Option<usize>, Link<'_>)],
        place: usize,
        own: &Header,
        center: &Header,
        config: &RunConfig,
        seed: &CommittedSeed,
        common: Common,
    ) -> Result<Self, PsiError> {
        let members = links.len() + 1;
        let center: [u8; 32] =
            Sm3::new().chain_update(b"shuzheng/psi/parties/center/1").chain_update(center.encode()).finalize().into();
        let share = |other: usize| {
            let mut context = own.session.0.to_vec();
            context.push(if common == Common::Group { u8::MAX } else { other as u8 });
            Zeroizing::new(seed.prg("share of members", &context).bytes32())
        };
        let ours: Vec<_> = (0..members).map(share).collect();
        let met = all(links.iter_mut().map(|(other, link)| {
            let share = &ours[other.unwrap_or(place)];
            about(*other, async move {
                let other = other.unwrap_or(place);
                let (_, header) = link.agree(own).await?;
                check_member(own, &header, config)?;
                check_place(&header, members, other)?;
                link.send(&Message::Share { center, share: share.clone() }).await?;
                match link.hear(MessageKind::Share).await? {
                    Message::Share { center: theirs, share } if theirs == center => Ok((other, header, share)),
                    Message::Share { .. } => Err(PsiError::RosterMismatch),
                    other => Err(crate::run::link::unexpected(crate::run::Phase::Agree, MessageKind::Share, &other)),
                }
            })
        }))
        .await?;
        let mut headers = vec![own.clone(); members];
        let mut theirs = vec![Zeroizing::new([0; 32]); members];
        for (other, header, share) in met {
            headers[other] = header;
            theirs[other] = share;
        }
        Ok(Self { headers, theirs, ours, place })
    }

    /// The secret with another member.
    pub(crate) fn pairwise(&self, agreement: &[u8; 32], other: usize) -> Zeroizing<[u8; 32]> {
        let (low, high) = (self.place.min(other), self.place.max(other));
        let (first, second) = if self.place == low {
            (&self.ours[other], &self.theirs[other])
        } else {
            (&self.theirs[other], &self.ours[other])
        };
        secret(b"pair", agreement, &[low as u8, high as u8], &[first, second])
    }

    /// The secret of all members.
    pub(crate) fn group(&self, agreement: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        let shares: Vec<_> = (0..self.headers.len())
            .map(|member| if member == self.place { &self.ours[member] } else { &self.theirs[member] })
            .collect();
        secret(b"group", agreement, &[], &shares)
    }

    /// Compares transcripts with all other members; gives what can be attested.
    pub(crate) async fn confirm(
        &self,
        links: &mut [(Option<usize>, Link<'_>)],
        agreement: [u8; 32],
    ) -> Result<Vec<PairReport>, PsiError> {
        let mut reports = all(links.iter_mut().map(|(other, link)| {
            about(*other, async move {
                let other = other.unwrap_or(self.place);
                let ours = link.transcripts();
                link.send(&Message::PairConfirm { sent: ours.sent, received: ours.received }).await?;
                let theirs = match link.hear(MessageKind::PairConfirm).await? {
                    Message::PairConfirm { sent, received } => Transcripts { sent, received },
                    other => {
                        return Err(crate::run::link::unexpected(
                            crate::run::Phase::Confirm,
                            MessageKind::PairConfirm,
                            &other,
                        ));
                    }
                };
                check_confirm(Role::Sender, &[], ours, theirs)?;
                let (own, theirs) = (&self.headers[self.place], &self.headers[other]);
                Ok(PairReport {
                    other,
                    session: own.session,
                    agreement,
                    peer_items: theirs.items,
                    sent: link.writer.digest(),
                    received: link.reader.digest(),
                    traffic: link.reader.traffic(),
                    seed: own.seed,
                    peer_seed: theirs.seed,
                })
            })
        }))
        .await?;
        reports.sort_by_key(|report| report.other);
        Ok(reports)
    }
}

fn secret(purpose: &[u8], agreement: &[u8; 32], places: &[u8], shares: &[&Zeroizing<[u8; 32]>]) -> Zeroizing<[u8; 32]> {
    let mut hash = Sm3::new()
        .chain_update(b"shuzheng/psi/parties/secret/1")
        .chain_update([purpose.len() as u8])
        .chain_update(purpose)
        .chain_update(agreement)
        .chain_update(places);
    shares.iter().for_each(|share| hash.update(share.as_slice()));
    Zeroizing::new(hash.finalize().into())
}
