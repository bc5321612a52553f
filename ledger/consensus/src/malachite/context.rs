//! The types that Malachite is generic over, in terms of the ledger's own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ledger_crypto::{Digest, PublicKey};
use ledger_types::block::{self, VoteKind};
use ledger_types::id::OrgId;
use malachitebft_app_channel::app::types::core::{
    self as mbt, Context, LinearTimeouts, NilOrVal, Round, SignedExtension, Timeout, TimeoutKind, VoteType, VotingPower,
};

use super::signing::SuiteScheme;

/// The marker that ties the types together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ledger;

/// A validator's address is its organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(pub OrgId);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl mbt::Address for Address {}

/// A block height.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Height(pub u64);

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl mbt::Height for Height {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

/// What is decided: the hash of a header. Bodies travel beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockId(pub Digest);

impl mbt::Value for BlockId {
    type Id = Digest;

    fn id(&self) -> Digest {
        self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub address: Address,
    pub key: PublicKey,
    pub power: u64,
}

impl mbt::Validator<Ledger> for Member {
    fn address(&self) -> &Address {
        &self.address
    }

    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn voting_power(&self) -> VotingPower {
        self.power
    }
}

/// The validators in the order of their organisations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Members(Arc<[Member]>);

impl From<&block::ValidatorSet> for Members {
    fn from(set: &block::ValidatorSet) -> Self {
        let member = |v: &block::Validator| Member { address: Address(v.org.clone()), key: v.key, power: v.power };
        Self(set.0.iter().map(member).collect())
    }
}

impl Members {
    /// Validators take turns, one step for each height and each round.
    pub(crate) fn proposer(&self, height: u64, round: u32) -> &Member {
        let turn = (u128::from(height) + u128::from(round)) % self.0.len() as u128;
        &self.0[turn as usize]
    }

    pub(crate) fn contains(&self, org: &OrgId) -> bool {
        self.0.iter().any(|m| m.address.0 == *org)
    }
}

impl mbt::ValidatorSet<Ledger> for Members {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn total_voting_power(&self) -> VotingPower {
        self.0.iter().fold(0, |sum, m| sum.saturating_add(m.power))
    }

    fn get_by_address(&self, address: &Address) -> Option<&Member> {
        self.0.iter().find(|m| m.address == *address)
    }

    fn get_by_index(&self, index: usize) -> Option<&Member> {
        self.0.get(index)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vote {
    pub kind: VoteType,
    pub height: Height,
    pub round: Round,
    pub value: NilOrVal<Digest>,
    pub validator: Address,
    pub extension: Option<SignedExtension<Ledger>>,
}

impl Vote {
    /// The vote as it is signed; `None` for a vote without a round, which nobody casts.
    pub(crate) fn to_ledger(&self) -> Option<block::Vote> {
        Some(block::Vote {
            kind: match self.kind {
                VoteType::Prevote => VoteKind::Prevote,
                VoteType::Precommit => VoteKind::Precommit,
            },
            height: self.height.0,
            round: self.round.as_u32()?,
            block: to_option(&self.value),
            validator: self.validator.0.clone(),
        })
    }

    pub(crate) fn from_ledger(vote: block::Vote) -> Self {
        Self {
            kind: match vote.kind {
                VoteKind::Prevote => VoteType::Prevote,
                VoteKind::Precommit => VoteType::Precommit,
            },
            height: Height(vote.height),
            round: Round::new(vote.round),
            value: from_option(vote.block),
            validator: Address(vote.validator),
            extension: None,
        }
    }
}

pub(crate) fn to_option(value: &NilOrVal<Digest>) -> Option<Digest> {
    match value {
        NilOrVal::Nil => None,
        NilOrVal::Val(digest) => Some(*digest),
    }
}

pub(crate) fn from_option(value: Option<Digest>) -> NilOrVal<Digest> {
    value.map_or(NilOrVal::Nil, NilOrVal::Val)
}

impl mbt::Vote<Ledger> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<Digest> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<Digest> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Address {
        &self.validator
    }

    fn extension(&self) -> Option<&SignedExtension<Ledger>> {
        self.extension.as_ref()
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Ledger>> {
        self.extension.take()
    }

    fn extend(self, extension: SignedExtension<Ledger>) -> Self {
        Self { extension: Some(extension), ..self }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub height: Height,
    pub round: Round,
    pub value: BlockId,
    pub pol_round: Round,
    pub validator: Address,
}

impl mbt::Proposal<Ledger> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &BlockId {
        &self.value
    }

    fn take_value(self) -> BlockId {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.pol_round
    }

    fn validator_address(&self) -> &Address {
        &self.validator
    }
}

/// The one "part" Malachite ever sees: a body was received and executed, and this came of it. Made by this
/// node for itself; never read from the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BodyReady {
    pub height: u64,
    pub round: u32,
    pub valid_round: Option<u32>,
    pub block: Digest,
    pub valid: bool,
}

impl mbt::ProposalPart<Ledger> for BodyReady {
    fn is_first(&self) -> bool {
        true
    }

    fn is_last(&self) -> bool {
        true
    }
}

/// Linear timeouts, with a shorter wait for a first proposer that is known to be away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Timeouts {
    pub linear: LinearTimeouts,
    pub first_propose: Option<Duration>,
}

impl mbt::Timeouts<Ledger> for Timeouts {
    fn duration_for(&self, timeout: Timeout) -> Duration {
        match (timeout.kind, self.first_propose) {
            (TimeoutKind::Propose, Some(short)) if timeout.round == Round::ZERO => short,
            _ => self.linear.duration_for(timeout),
        }
    }
}

impl Context for Ledger {
    type Address = Address;
    type Height = Height;
    type ProposalPart = BodyReady;
    type Proposal = Proposal;
    type Validator = Member;
    type ValidatorSet = Members;
    type Timeouts = Timeouts;
    type Value = BlockId;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = SuiteScheme;

    fn select_proposer<'a>(&self, set: &'a Members, height: Height, round: Round) -> &'a Member {
        set.proposer(height.0, round.as_u32().unwrap_or(0))
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: BlockId,
        pol_round: Round,
        validator: Address,
    ) -> Proposal {
        Proposal { height, round, value, pol_round, validator }
    }

    fn new_prevote(&self, height: Height, round: Round, value: NilOrVal<Digest>, validator: Address) -> Vote {
        Vote { kind: VoteType::Prevote, height, round, value, validator, extension: None }
    }

    fn new_precommit(&self, height: Height, round: Round, value: NilOrVal<Digest>, validator: Address) -> Vote {
        Vote { kind: VoteType::Precommit, height, round, value, validator, extension: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_crypto::{SigningKey, SuiteId};
    use malachitebft_app_channel::app::types::core::Timeouts as _;

    #[test]
    fn every_validator_proposes_in_turn_over_heights_and_over_rounds() {
        let key = SigningKey::generate(SuiteId::Intl).expect("the OS has randomness").public_key();
        let validator = |s: &str| block::Validator { org: OrgId::new(s).expect("a slug"), key, power: 1 };
        let set = block::ValidatorSet::new(["a", "b", "c"].map(validator).to_vec()).expect("a valid set");
        let members = Members::from(&set);
        let names = |of: &dyn Fn(u32) -> String| (0..3).map(of).collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(names(&|h| members.proposer(u64::from(h) + 9, 0).address.to_string()), 3);
        assert_eq!(names(&|r| members.proposer(9, r).address.to_string()), 3);
        assert_eq!(members.proposer(u64::MAX, u32::MAX).address, members.proposer(0, 0).address);
    }

    #[test]
    fn only_the_first_wait_for_an_absent_proposer_is_short() {
        let short = Duration::from_millis(1);
        let timeouts = Timeouts { linear: LinearTimeouts::default(), first_propose: Some(short) };
        assert_eq!(timeouts.duration_for(Timeout::propose(Round::new(0))), short);
        assert!(timeouts.duration_for(Timeout::propose(Round::new(1))) > Duration::from_secs(1));
        assert!(timeouts.duration_for(Timeout::prevote(Round::new(0))) > short);
    }
}
