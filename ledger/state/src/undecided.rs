//! Blocks that were proposed and not yet decided. An engine that restarts in the middle of a height is told
//! of them again: its own log holds only their hashes.

use ledger_types::block::Block;
use ledger_types::id::{Height, OrgId};
use ledger_types::{Digest, cbor};
use rocksdb::{Direction, IteratorMode, WriteBatch};
use serde::{Deserialize, Serialize};

use crate::commit::write;
use crate::error::StoreError;
use crate::key::{self, cf};
use crate::store::{Store, decode};

/// A proposed block, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndecidedBlock {
    /// Height.
    pub height: Height,
    /// Round of the proposal.
    pub round: u32,
    /// Hash of the header.
    pub hash: Digest,
    /// Who proposed it in this round.
    pub proposer: OrgId,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    proposer: OrgId,
}

impl Store {
    /// Keeps a proposed block; on return it is on disk. Blocks at or below the tip are ignored.
    pub fn put_undecided(&self, entry: &UndecidedBlock, body: &[u8]) -> Result<(), StoreError> {
        let _not_while_committing = self.committing.lock();
        if entry.height <= self.tip().height {
            return Ok(());
        }
        let mut batch = WriteBatch::default();
        let cf = self.cf(cf::UNDECIDED);
        let stored = Stored { proposer: entry.proposer.clone() };
        batch.put_cf(cf, key::undecided(entry.height, entry.round, &entry.hash), cbor::to_bytes(&stored));
        let body_key = key::undecided_body(&entry.hash);
        if self.db.get_pinned_cf(cf, &body_key)?.is_none() {
            batch.put_cf(cf, body_key, body);
        }
        write(&self.db, batch)
    }

    /// The blocks proposed in a round.
    pub fn undecided(&self, height: Height, round: u32) -> Result<Vec<UndecidedBlock>, StoreError> {
        let prefix = key::undecided_round(height, round);
        let mut out = Vec::new();
        for item in self.db.iterator_cf(self.cf(cf::UNDECIDED), IteratorMode::From(&prefix, Direction::Forward)) {
            let (k, v) = item?;
            if !k.starts_with(&prefix) {
                break;
            }
            let (height, round, hash) = key::read_undecided(&k).ok_or_else(|| StoreError::corrupt("undecided"))?;
            let stored: Stored = decode(&v, "undecided block")?;
            out.push(UndecidedBlock { height, round, hash, proposer: stored.proposer });
        }
        Ok(out)
    }

    /// The body of a proposed block.
    pub fn undecided_body(&self, hash: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.db.get_cf(self.cf(cf::UNDECIDED), key::undecided_body(hash))?)
    }

    /// The body of a proposed block, decoded.
    pub fn undecided_block(&self, hash: &Digest) -> Result<Option<Block>, StoreError> {
        self.read(cf::UNDECIDED, &key::undecided_body(hash), "body of an undecided block")
    }

    /// Height `decided` is decided: its proposals are of no more use. Lower ones went with their own heights.
    pub(crate) fn remove_undecided_into(&self, batch: &mut WriteBatch, decided: Height) -> Result<(), StoreError> {
        let cf = self.cf(cf::UNDECIDED);
        let first = key::undecided_round(decided, 0);
        for item in self.db.iterator_cf(cf, IteratorMode::From(&first, Direction::Forward)) {
            let (k, _) = item?;
            let Some((height, _, hash)) = key::read_undecided(&k) else { break };
            if height != decided {
                break;
            }
            batch.delete_cf(cf, &k);
            batch.delete_cf(cf, key::undecided_body(&hash));
        }
        Ok(())
    }
}
