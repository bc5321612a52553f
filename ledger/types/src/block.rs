//! Blocks, the votes that decide them and the genesis document they start from.

use ledger_crypto::{Digest, PublicKey, Signature, SuiteId};
use serde::{Deserialize, Serialize};

use crate::algorithm::Registration;
use crate::cbor;
use crate::id::{ChainId, Height, OrgId, TimeMs};
use crate::merkle;
use crate::object::{Account, Organisation, Parameters};
use crate::preimage::{self, Tag};
use crate::tx::SignedTx;

/// One validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validator {
    /// Its organisation.
    pub org: OrgId,
    /// The key that verifies its votes.
    pub key: PublicKey,
    /// Voting power, at least 1.
    pub power: u64,
}

/// The validators, sorted by organisation, no repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ValidatorSet(pub Vec<Validator>);

impl ValidatorSet {
    /// Sorts; `None` on repeats, zero power, a sum of powers beyond 64 bits, or an empty set.
    pub fn new(mut validators: Vec<Validator>) -> Option<Self> {
        validators.sort_by(|a, b| a.org.cmp(&b.org));
        let repeats = validators.windows(2).any(|w| w[0].org == w[1].org);
        let sum: u128 = validators.iter().map(|v| u128::from(v.power)).sum();
        let powers = validators.iter().all(|v| v.power > 0) && u64::try_from(sum).is_ok();
        let ok = !validators.is_empty() && !repeats && powers;
        ok.then_some(Self(validators))
    }

    /// Sum of powers.
    pub fn total_power(&self) -> u64 {
        self.0.iter().fold(0, |sum, v| sum.saturating_add(v.power))
    }

    /// The validator of an organisation.
    pub fn get(&self, org: &OrgId) -> Option<&Validator> {
        self.0.iter().find(|v| &v.org == org)
    }

    /// Digest that headers carry.
    pub fn digest(&self, suite: SuiteId, chain: &ChainId) -> Digest {
        preimage::digest(suite, Tag::Validators, chain, &cbor::to_bytes(self))
    }
}

/// Header of a block. The roots are those of the state and receipts *after* this block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Version of this structure, 1.
    pub v: u8,
    /// Version of the rules that executed the block.
    pub rules: u32,
    /// The chain.
    pub chain: ChainId,
    /// 1, 2, …
    pub height: Height,
    /// Hash of the block before; of the genesis document at height 1.
    pub prev: Digest,
    /// The proposer's clock, greater than that of the block before.
    pub time_ms: TimeMs,
    /// Who proposed.
    pub proposer: OrgId,
    /// Validator set that decides this block.
    pub validators: Digest,
    /// Validator set that decides the next one.
    pub next_validators: Digest,
    /// Merkle root over the transactions' canonical bytes (signatures included).
    pub tx_root: Digest,
    /// Merkle root over the receipts' leaves.
    pub receipts_root: Digest,
    /// Root of the world state.
    pub state_root: Digest,
    /// Number of transactions.
    pub tx_count: u32,
}

impl Header {
    /// The hash that validators vote on.
    pub fn hash(&self, suite: SuiteId) -> Digest {
        preimage::digest(suite, Tag::Header, &self.chain, &cbor::to_bytes(self))
    }
}

/// A block as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Header.
    pub header: Header,
    /// Transactions in order.
    pub txs: Vec<SignedTx>,
}

/// The leaf of a transaction under `tx_root`.
pub fn tx_leaf(tx: &SignedTx) -> Vec<u8> {
    cbor::to_bytes(tx)
}

/// Root over transactions.
pub fn tx_root(suite: SuiteId, txs: &[SignedTx]) -> Digest {
    merkle::root(suite, &txs.iter().map(tx_leaf).collect::<Vec<_>>())
}

/// Kind of a consensus vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoteKind {
    /// First vote of a round.
    Prevote,
    /// Second vote; more than two thirds of them decide.
    Precommit,
}

/// What a validator signs when it votes (under [`Tag::Vote`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Kind.
    pub kind: VoteKind,
    /// Height.
    pub height: Height,
    /// Round, from 0.
    pub round: u32,
    /// Block voted for; `None` for nil.
    pub block: Option<Digest>,
    /// Who votes.
    pub validator: OrgId,
}

impl Vote {
    /// The signed bytes.
    pub fn preimage(&self, chain: &ChainId) -> Vec<u8> {
        preimage::preimage(Tag::Vote, chain, &cbor::to_bytes(self))
    }
}

/// One precommit in a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitSignature {
    /// Who.
    pub validator: OrgId,
    /// Over the [`Vote`].
    pub sig: Signature,
}

/// Proof that a block was decided: precommits of more than two thirds of the power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Height.
    pub height: Height,
    /// Round in which it was decided.
    pub round: u32,
    /// Which block.
    pub block: Digest,
    /// Sorted by validator, no repeats.
    pub signatures: Vec<CommitSignature>,
}

impl Certificate {
    /// The vote that a validator in this certificate signed.
    pub fn vote(&self, validator: &OrgId) -> Vote {
        Vote {
            kind: VoteKind::Precommit,
            height: self.height,
            round: self.round,
            block: Some(self.block),
            validator: validator.clone(),
        }
    }
}

/// The document on which the consortium starts; its hash is the root of all trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Version of this structure, 1.
    pub v: u8,
    /// The chain.
    pub chain: ChainId,
    /// Suite of every signature, hash and cipher of the chain.
    pub suite: SuiteId,
    /// Version of the rules.
    pub rules: u32,
    /// When it was made.
    pub time_ms: TimeMs,
    /// Members.
    pub organisations: Vec<Organisation>,
    /// First accounts: at least one operator for each organisation. Node accounts follow from `node_key`.
    pub accounts: Vec<Account>,
    /// First validators.
    pub validators: ValidatorSet,
    /// Settings.
    pub parameters: Parameters,
    /// The algorithms that tasks may name, by the digests of their descriptors; sorted.
    pub algorithms: Vec<Registration>,
}

impl Genesis {
    /// Hash of the document; `prev` of block 1.
    pub fn hash(&self) -> Digest {
        preimage::digest(self.suite, Tag::Genesis, &self.chain, &cbor::to_bytes(self))
    }
}
