//! What nodes tell each other, and what the write-ahead log holds, as canonical CBOR. Decoding refuses every
//! other encoding, and what it accepts converts without a panic.

use bytes::Bytes;
use ledger_crypto::{Digest, Signature};
use ledger_types::block::{self, Certificate, CommitSignature, VoteKind};
use ledger_types::cbor::{self, CborError};
use ledger_types::id::{Height, OrgId};
use malachitebft_app_channel::app::consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use malachitebft_app_channel::app::types::core as mbt;
use malachitebft_app_channel::app::types::core::{Round, RoundCertificateType, SignedMessage, Validity};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::context::{self, Address, BlockId, Ledger, from_option, to_option};

/// Bytes that are not a message, or a message that has no bytes.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error(transparent)]
    Cbor(#[from] CborError),
    #[error("a {0} without a round cannot be sent")]
    NoRound(&'static str),
    #[error("votes with extensions are not in use")]
    Extension,
}

/// A vote and its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VoteWire {
    pub vote: block::Vote,
    pub sig: Signature,
}

/// What a proposer signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalBody {
    pub height: Height,
    pub round: u32,
    pub block: Digest,
    pub pol_round: Option<u32>,
    pub proposer: OrgId,
}

impl ProposalBody {
    pub(crate) fn of(p: &context::Proposal) -> Option<Self> {
        Some(Self {
            height: p.height.0,
            round: p.round.as_u32()?,
            block: p.value.0,
            pol_round: p.pol_round.as_u32(),
            proposer: p.validator.0.clone(),
        })
    }

    fn into_mbt(self) -> context::Proposal {
        context::Proposal {
            height: context::Height(self.height),
            round: Round::new(self.round),
            value: BlockId(self.block),
            pol_round: round(self.pol_round),
            validator: Address(self.proposer),
        }
    }
}

fn round(r: Option<u32>) -> Round {
    r.map_or(Round::Nil, Round::new)
}

/// A proposal and its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalWire {
    pub proposal: ProposalBody,
    pub sig: Signature,
}

/// Prevotes of more than two thirds for one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolkaWire {
    pub height: Height,
    pub round: u32,
    pub block: Digest,
    pub signatures: Vec<CommitSignature>,
}

/// Votes that justify entering a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundWire {
    pub height: Height,
    pub round: u32,
    pub skip: bool,
    pub votes: Vec<RoundVote>,
}

/// One vote of a [`RoundWire`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoundVote {
    pub kind: VoteKind,
    pub block: Option<Digest>,
    pub validator: OrgId,
    pub sig: Signature,
}

/// Messages of the vote service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VoteMessage {
    Vote(VoteWire),
    Proposal(ProposalWire),
    Polka(PolkaWire),
    Round(RoundWire),
    /// The sender begins this height.
    Begins(Height),
}

/// A piece of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BodyPart {
    pub height: Height,
    pub round: u32,
    /// The round in which the block was locked, when it is proposed again.
    pub valid_round: Option<u32>,
    pub block: Digest,
    pub index: u32,
    pub count: u32,
    pub bytes: ByteBuf,
}

/// A decided block on its way to a node that was down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecidedWire {
    pub body: ByteBuf,
    pub certificate: Certificate,
}

/// Messages of the sync service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SyncMessage {
    Status { tip: Height, min: Height },
    Request { id: u64, from: Height, to: Height },
    Response { id: u64, start: Height, values: Vec<DecidedWire> },
}

/// A value in the write-ahead log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposedWire {
    pub height: Height,
    pub round: u32,
    pub valid_round: Option<u32>,
    pub proposer: OrgId,
    pub block: Digest,
    pub valid: bool,
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Bytes {
    cbor::to_bytes(value).into()
}

pub(crate) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    Ok(cbor::from_bytes(bytes)?)
}

pub(crate) fn vote_to_wire(vote: &mbt::SignedVote<Ledger>) -> Result<VoteWire, WireError> {
    if vote.message.extension.is_some() {
        return Err(WireError::Extension);
    }
    let plain = vote.message.to_ledger().ok_or(WireError::NoRound("vote"))?;
    Ok(VoteWire { vote: plain, sig: vote.signature })
}

pub(crate) fn vote_from_wire(wire: VoteWire) -> mbt::SignedVote<Ledger> {
    SignedMessage::new(context::Vote::from_ledger(wire.vote), wire.sig)
}

pub(crate) fn proposal_from_wire(wire: ProposalWire) -> mbt::SignedProposal<Ledger> {
    SignedMessage::new(wire.proposal.into_mbt(), wire.sig)
}

pub(crate) fn consensus_to_wire(msg: &SignedConsensusMsg<Ledger>) -> Result<VoteMessage, WireError> {
    match msg {
        SignedConsensusMsg::Vote(v) => Ok(VoteMessage::Vote(vote_to_wire(v)?)),
        SignedConsensusMsg::Proposal(p) => {
            let proposal = ProposalBody::of(&p.message).ok_or(WireError::NoRound("proposal"))?;
            Ok(VoteMessage::Proposal(ProposalWire { proposal, sig: p.signature }))
        }
    }
}

pub(crate) fn liveness_to_wire(msg: &LivenessMsg<Ledger>) -> Result<VoteMessage, WireError> {
    match msg {
        LivenessMsg::Vote(v) => Ok(VoteMessage::Vote(vote_to_wire(v)?)),
        LivenessMsg::PolkaCertificate(c) => Ok(VoteMessage::Polka(polka_to_wire(c)?)),
        LivenessMsg::SkipRoundCertificate(c) => {
            let votes = c.round_signatures.iter().map(|s| RoundVote {
                kind: match s.vote_type {
                    mbt::VoteType::Prevote => VoteKind::Prevote,
                    mbt::VoteType::Precommit => VoteKind::Precommit,
                },
                block: to_option(&s.value_id),
                validator: s.address.0.clone(),
                sig: s.signature,
            });
            Ok(VoteMessage::Round(RoundWire {
                height: c.height.0,
                round: c.round.as_u32().ok_or(WireError::NoRound("round certificate"))?,
                skip: c.cert_type == RoundCertificateType::Skip,
                votes: votes.collect(),
            }))
        }
    }
}

pub(crate) fn polka_to_wire(c: &mbt::PolkaCertificate<Ledger>) -> Result<PolkaWire, WireError> {
    let signature =
        |s: &mbt::PolkaSignature<Ledger>| CommitSignature { validator: s.address.0.clone(), sig: s.signature };
    Ok(PolkaWire {
        height: c.height.0,
        round: c.round.as_u32().ok_or(WireError::NoRound("polka certificate"))?,
        block: c.value_id,
        signatures: c.polka_signatures.iter().map(signature).collect(),
    })
}

pub(crate) fn polka_from_wire(wire: PolkaWire) -> mbt::PolkaCertificate<Ledger> {
    let signature = |s: CommitSignature| mbt::PolkaSignature::new(Address(s.validator), s.sig);
    mbt::PolkaCertificate {
        height: context::Height(wire.height),
        round: Round::new(wire.round),
        value_id: wire.block,
        polka_signatures: wire.signatures.into_iter().map(signature).collect(),
    }
}

pub(crate) fn round_from_wire(wire: RoundWire) -> mbt::RoundCertificate<Ledger> {
    let signature = |v: RoundVote| {
        let kind = match v.kind {
            VoteKind::Prevote => mbt::VoteType::Prevote,
            VoteKind::Precommit => mbt::VoteType::Precommit,
        };
        mbt::RoundSignature::new(kind, from_option(v.block), Address(v.validator), v.sig)
    };
    mbt::RoundCertificate {
        height: context::Height(wire.height),
        round: Round::new(wire.round),
        cert_type: if wire.skip { RoundCertificateType::Skip } else { RoundCertificateType::Precommit },
        round_signatures: wire.votes.into_iter().map(signature).collect(),
    }
}

pub(crate) fn proposed_to_wire(v: &ProposedValue<Ledger>) -> Result<ProposedWire, WireError> {
    Ok(ProposedWire {
        height: v.height.0,
        round: v.round.as_u32().ok_or(WireError::NoRound("proposed value"))?,
        valid_round: v.valid_round.as_u32(),
        proposer: v.proposer.0.clone(),
        block: v.value.0,
        valid: v.validity.is_valid(),
    })
}

pub(crate) fn proposed_from_wire(wire: ProposedWire) -> ProposedValue<Ledger> {
    ProposedValue {
        height: context::Height(wire.height),
        round: Round::new(wire.round),
        valid_round: round(wire.valid_round),
        proposer: Address(wire.proposer),
        value: BlockId(wire.block),
        validity: Validity::from_bool(wire.valid),
    }
}

/// Malachite's certificate as the ledger keeps it: sorted by validator, each once.
pub(crate) fn certificate_from_mbt(c: &mbt::CommitCertificate<Ledger>) -> Result<Certificate, WireError> {
    let signature =
        |s: &mbt::CommitSignature<Ledger>| CommitSignature { validator: s.address.0.clone(), sig: s.signature };
    let mut signatures: Vec<CommitSignature> = c.commit_signatures.iter().map(signature).collect();
    signatures.sort_by(|a, b| a.validator.cmp(&b.validator));
    signatures.dedup_by(|a, b| a.validator == b.validator);
    Ok(Certificate {
        height: c.height.0,
        round: c.round.as_u32().ok_or(WireError::NoRound("certificate"))?,
        block: c.value_id,
        signatures,
    })
}

/// The ledger's certificate as Malachite's sync wants it.
pub(crate) fn certificate_to_mbt(c: Certificate) -> mbt::ExtendedCommitCertificate<Ledger> {
    let signature = |s: CommitSignature| mbt::ExtendedCommitSignature::new(Address(s.validator), s.sig, None);
    mbt::ExtendedCommitCertificate {
        height: context::Height(c.height),
        round: Round::new(c.round),
        value_id: c.block,
        commit_signatures: c.signatures.into_iter().map(signature).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::malachite::codec::CborCodec;
    use malachitebft_app_channel::app::types::codec::Codec;

    fn org(s: &str) -> OrgId {
        OrgId::new(s).expect("a slug")
    }

    fn sig(n: u8) -> Signature {
        Signature([n; 64])
    }

    fn vote(kind: VoteKind, block: Option<Digest>) -> VoteWire {
        VoteWire { vote: block::Vote { kind, height: 7, round: 3, block, validator: org("a") }, sig: sig(1) }
    }

    fn samples() -> Vec<VoteMessage> {
        let proposal =
            ProposalBody { height: 7, round: 3, block: Digest([5; 32]), pol_round: Some(1), proposer: org("b") };
        let signatures = vec![CommitSignature { validator: org("a"), sig: sig(2) }];
        let round_vote = RoundVote { kind: VoteKind::Precommit, block: None, validator: org("c"), sig: sig(3) };
        vec![
            VoteMessage::Vote(vote(VoteKind::Prevote, Some(Digest([4; 32])))),
            VoteMessage::Vote(vote(VoteKind::Precommit, None)),
            VoteMessage::Proposal(ProposalWire { proposal, sig: sig(4) }),
            VoteMessage::Polka(PolkaWire { height: 7, round: 3, block: Digest([5; 32]), signatures }),
            VoteMessage::Round(RoundWire { height: 7, round: 3, skip: true, votes: vec![round_vote] }),
            VoteMessage::Begins(9),
        ]
    }

    /// Through Malachite's types and back.
    fn through(message: &VoteMessage) -> VoteMessage {
        match message.clone() {
            VoteMessage::Vote(v) => {
                consensus_to_wire(&SignedConsensusMsg::Vote(vote_from_wire(v))).expect("it has a round")
            }
            VoteMessage::Proposal(p) => {
                consensus_to_wire(&SignedConsensusMsg::Proposal(proposal_from_wire(p))).expect("it has a round")
            }
            VoteMessage::Polka(c) => {
                liveness_to_wire(&LivenessMsg::PolkaCertificate(polka_from_wire(c))).expect("it has a round")
            }
            VoteMessage::Round(c) => {
                liveness_to_wire(&LivenessMsg::SkipRoundCertificate(round_from_wire(c))).expect("it has a round")
            }
            VoteMessage::Begins(h) => VoteMessage::Begins(h),
        }
    }

    #[test]
    fn every_message_survives_the_wire_and_malachites_types() {
        for message in samples() {
            let bytes = encode(&message);
            assert_eq!(decode::<VoteMessage>(&bytes).expect("canonical"), message);
            assert_eq!(through(&message), message);
        }
    }

    #[test]
    fn cut_changed_and_random_bytes_are_refused_or_mean_something_else_without_a_panic() {
        for message in samples() {
            let bytes = encode(&message).to_vec();
            for cut in 0..bytes.len() {
                assert!(decode::<VoteMessage>(&bytes[..cut]).is_err());
            }
            for at in 0..bytes.len() {
                let mut other = bytes.clone();
                other[at] ^= 1;
                assert!(decode::<VoteMessage>(&other).ok() != Some(message.clone()));
                let _ = decode::<SyncMessage>(&other);
                let _ = decode::<BodyPart>(&other);
            }
        }
    }

    #[test]
    fn what_the_log_holds_comes_back_the_same_and_other_messages_do_not_enter_it() {
        for message in samples() {
            let bytes = encode(&message);
            let read = Codec::<SignedConsensusMsg<Ledger>>::decode(&CborCodec, bytes.clone());
            match message {
                VoteMessage::Vote(_) | VoteMessage::Proposal(_) => {
                    assert_eq!(CborCodec.encode(&read.expect("logged")).expect("encodes"), bytes);
                }
                _ => assert!(read.is_err()),
            }
        }
        let wire = ProposedWire {
            height: 1,
            round: 2,
            valid_round: Some(0),
            proposer: org("a"),
            block: Digest([1; 32]),
            valid: false,
        };
        let value: ProposedValue<Ledger> = CborCodec.decode(encode(&wire)).expect("logged");
        assert_eq!(proposed_to_wire(&value).expect("it has a round"), wire);
    }

    #[test]
    fn a_vote_that_cannot_be_signed_cannot_be_sent() {
        let mut vote = vote_from_wire(vote(VoteKind::Prevote, None));
        vote.message.extension = Some(SignedMessage::new((), sig(9)));
        assert!(matches!(vote_to_wire(&vote), Err(WireError::Extension)));
        vote.message.extension = None;
        vote.message.round = Round::Nil;
        assert!(matches!(vote_to_wire(&vote), Err(WireError::NoRound(_))));
    }

    #[test]
    fn certificates_convert_both_ways_sorted_and_each_signer_once() {
        let commit = |o: &str, n| mbt::CommitSignature::new(Address(org(o)), sig(n));
        let certificate = mbt::CommitCertificate::<Ledger> {
            height: context::Height(4),
            round: Round::new(1),
            value_id: Digest([8; 32]),
            commit_signatures: vec![commit("c", 3), commit("a", 1), commit("c", 3), commit("b", 2)],
        };
        let ours = certificate_from_mbt(&certificate).expect("it has a round");
        let signers: Vec<&str> = ours.signatures.iter().map(|s| s.validator.as_str()).collect();
        assert_eq!((ours.height, ours.round, ours.block), (4, 1, Digest([8; 32])));
        assert_eq!(signers, ["a", "b", "c"]);
        let back = certificate_to_mbt(ours.clone()).trim_vote_extensions();
        assert_eq!(certificate_from_mbt(&back).expect("it has a round"), ours);
    }
}
