//! Domain separation: `tag ‖ 0x00 ‖ chain id ‖ 0x00 ‖ bytes`. Tags and chain ids contain no zero byte,
//! so the three parts cannot be shifted against each other.

use ledger_crypto::{Digest, SuiteId};

use crate::id::ChainId;

/// What a preimage is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Transaction id and signature.
    Tx,
    /// Block header hash.
    Header,
    /// Consensus vote.
    Vote,
    /// Consensus proposal.
    Proposal,
    /// Execution receipt.
    Receipt,
    /// Validator set.
    Validators,
    /// Genesis document.
    Genesis,
    /// Task specification; its digest is the task id.
    Task,
    /// Session of one run of a task.
    Session,
    /// Salted row of a dataset version.
    Row,
    /// Salted commitment to a result.
    Result,
    /// Transcript of one direction of a channel.
    Transcript,
    /// Identity in a TLS certificate.
    TlsIdentity,
    /// World-state key.
    StateKey,
    /// Commitment to the seed of one party's protocol randomness.
    Seed,
    /// Descriptor of an algorithm.
    Algorithm,
}

impl Tag {
    /// The tag as it appears in the preimage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tx => "shuzheng/tx/1",
            Self::Header => "shuzheng/header/1",
            Self::Vote => "shuzheng/vote/1",
            Self::Proposal => "shuzheng/proposal/1",
            Self::Receipt => "shuzheng/receipt/1",
            Self::Validators => "shuzheng/validators/1",
            Self::Genesis => "shuzheng/genesis/1",
            Self::Task => "shuzheng/task/1",
            Self::Session => "shuzheng/session/1",
            Self::Row => "shuzheng/row/1",
            Self::Result => "shuzheng/result/1",
            Self::Transcript => "shuzheng/transcript/1",
            Self::TlsIdentity => "shuzheng/tls-identity/1",
            Self::StateKey => "shuzheng/state-key/1",
            Self::Seed => "shuzheng/seed/1",
            Self::Algorithm => "shuzheng/algorithm/1",
        }
    }
}

/// The bytes that are signed.
pub fn preimage(tag: Tag, chain: &ChainId, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(tag.as_str().len() + chain.as_str().len() + 2 + bytes.len());
    out.extend_from_slice(tag.as_str().as_bytes());
    out.push(0);
    out.extend_from_slice(chain.as_str().as_bytes());
    out.push(0);
    out.extend_from_slice(bytes);
    out
}

/// The digest of the tagged bytes.
pub fn digest(suite: SuiteId, tag: Tag, chain: &ChainId, bytes: &[u8]) -> Digest {
    suite.hash(&[tag.as_str().as_bytes(), &[0], chain.as_str().as_bytes(), &[0], bytes])
}
