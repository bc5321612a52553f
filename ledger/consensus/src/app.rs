use ledger_types::block::Certificate;
use ledger_types::id::{Height, OrgId, TimeMs};
use ledger_types::{Digest, block::Block};

/// The last committed block; height 0 is the genesis state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its hash; at height 0 the hash of the genesis document.
    pub block_hash: Digest,
    /// Its time.
    pub time_ms: TimeMs,
}

/// A block that was proposed, and persisted, but is not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The round it was proposed in.
    pub round: u32,
    /// Who built it.
    pub proposer: OrgId,
    /// Its hash.
    pub block_hash: Digest,
    /// Whether execution reproduced its roots.
    pub valid: bool,
}

/// Why the application could not do what the engine asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppError {
    /// The block breaks a rule or its roots are not ours; the engine votes nil.
    #[error("the block is invalid: {0}")]
    Invalid(String),
    /// This node could not do its part (disk, memory); says nothing about the block.
    #[error("the node failed: {0}")]
    Local(String),
}

/// What an engine needs of the application. Calls are synchronous and run on blocking threads; `propose`,
/// `validate` and `commit` never run at the same time.
pub trait BlockApp: Send + Sync + 'static {
    /// The last committed block.
    fn tip(&self) -> Tip;

    /// Builds and executes a block on the tip and persists it as undecided before returning its hash and
    /// body. The same height and round give the same block.
    ///
    /// # Errors
    /// [`AppError::Local`]; the round then passes without a proposal.
    fn propose(&self, height: Height, round: u32) -> Result<(Digest, Vec<u8>), AppError>;

    /// Executes a body again and persists it as undecided before returning its hash; only if every root in
    /// its header agrees.
    ///
    /// # Errors
    /// [`AppError::Invalid`] if the block must not be voted for, [`AppError::Local`] if that is unknown.
    fn validate(&self, height: Height, round: u32, proposer: &OrgId, body: &[u8]) -> Result<Digest, AppError>;

    /// The undecided blocks of a height and round that were persisted.
    fn undecided(&self, height: Height, round: u32) -> Vec<Undecided>;

    /// The body of an undecided block.
    fn undecided_body(&self, block_hash: &Digest) -> Option<Vec<u8>>;

    /// Makes a decided block the tip: durable, in one batch, idempotent by height and hash.
    ///
    /// # Errors
    /// Any error stops the engine: a node that cannot follow the chain must not vote on it.
    fn commit(&self, height: Height, block_hash: &Digest, certificate: &Certificate) -> Result<(), AppError>;

    /// The body and certificate of a decided block, if this node still holds it.
    fn decided(&self, height: Height) -> Option<(Vec<u8>, Certificate)>;

    /// The lowest height this node can serve to others.
    fn min_height(&self) -> Height;

    /// True when there is something to put into a block; engines pace empty blocks.
    fn has_work(&self) -> bool;
}

/// What a body says of itself, after the checks that need no state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    pub block: Digest,
    pub proposer: OrgId,
}

/// Decodes a body and checks that its transactions are those of its header, so that the header's hash
/// stands for the whole body.
pub(crate) fn open_body(
    suite: ledger_types::SuiteId,
    chain: &ledger_types::id::ChainId,
    height: Height,
    body: &[u8],
) -> Result<Opened, String> {
    let block: Block = ledger_types::cbor::from_bytes(body).map_err(|e| e.to_string())?;
    let header = &block.header;
    if header.chain != *chain || header.height != height {
        return Err(format!("the body is of {} height {}", header.chain, header.height));
    }
    if header.tx_count as usize != block.txs.len() || header.tx_root != ledger_types::block::tx_root(suite, &block.txs)
    {
        return Err("the transactions are not those of the header".to_owned());
    }
    Ok(Opened { block: header.hash(suite), proposer: header.proposer.clone() })
}
