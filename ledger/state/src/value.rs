//! Values as of a height, with and without proof.

use std::sync::Arc;

use ledger_types::Digest;
use ledger_types::id::Height;
use ledger_types::state_path::{StatePath, state_key};
use rocksdb::{DBRawIteratorWithThreadMode, ReadOptions};

use crate::error::StoreError;
use crate::key::{self, cf, meta};
use crate::path;
use crate::store::Store;
use crate::tree::Nodes;

/// A value, or its absence, with the path to the state root of `height`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedValue {
    /// Height of the state.
    pub height: Height,
    /// The value; `None` when the key is absent.
    pub value: Option<Vec<u8>>,
    /// The path; check it by [`StatePath::verify`].
    pub path: StatePath,
}

/// The newest entry of a key at or below a height.
pub(crate) struct Found {
    pub(crate) since: Height,
    pub(crate) value: Option<Arc<[u8]>>,
}

// First byte of a stored value.
const REMOVED: u8 = 0;
const PRESENT: u8 = 1;

pub(crate) fn encode(value: Option<&[u8]>) -> Vec<u8> {
    match value {
        None => vec![REMOVED],
        Some(v) => {
            let mut out = Vec::with_capacity(v.len() + 1);
            out.push(PRESENT);
            out.extend_from_slice(v);
            out
        }
    }
}

pub(crate) fn read_options() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.set_prefix_same_as_start(true);
    options
}

pub(crate) fn seek<D: rocksdb::DBAccess>(
    mut iter: DBRawIteratorWithThreadMode<'_, D>,
    place: &Digest,
    version: Height,
) -> Result<Option<Found>, StoreError> {
    iter.seek(key::value(place, version));
    iter.status()?;
    let Some((k, v)) = iter.item() else { return Ok(None) };
    let Some((found, since)) = key::read_value(k) else { return Err(StoreError::corrupt("key of a value")) };
    if found != place.0 {
        return Ok(None);
    }
    let value = match v.split_first() {
        Some((&PRESENT, value)) => Some(Arc::from(value)),
        Some((&REMOVED, [])) => None,
        _ => return Err(StoreError::corrupt("a value without its first byte")),
    };
    Ok(Some(Found { since, value }))
}

impl Store {
    /// The value of a key in the state after block `height`. Kept for every height.
    pub fn value(&self, key: &[u8], height: Height) -> Result<Option<Arc<[u8]>>, StoreError> {
        if height > self.tip().height {
            return Err(StoreError::NotYet(height));
        }
        let place = self.place(key);
        if let Some(value) = self.latest.get(&place, height) {
            return Ok(value);
        }
        let found = seek(self.db.raw_iterator_cf_opt(self.cf(cf::VAL), read_options()), &place, height)?;
        let (since, value) = found.map_or((0, None), |f| (f.since, f.value));
        self.latest.found(&place, height, since, value.clone());
        Ok(value)
    }

    /// The value of a key in the state after block `height`, or its absence, with the path to the state root.
    pub fn prove(&self, key: &[u8], height: Height) -> Result<ProvedValue, StoreError> {
        let nodes = Nodes::new(&self.db);
        // Tip and horizon of the same moment as the nodes: a commit may be pruning just now.
        if height > self.tip().height {
            return Err(StoreError::NotYet(height));
        }
        let horizon = match nodes.snapshot().get_pinned_cf(self.cf(cf::META), meta::HORIZON)? {
            Some(v) => key::read_height(&v).ok_or_else(|| StoreError::corrupt("horizon"))?,
            None => 0,
        };
        if height < horizon {
            return Err(StoreError::Pruned { asked: height, horizon });
        }
        let place = self.place(key);
        let path = path::walk(&nodes, self.genesis.suite, &place, height)?;
        let iter = nodes.snapshot().raw_iterator_cf_opt(self.cf(cf::VAL), read_options());
        let value = seek(iter, &place, height)?.and_then(|f| f.value).map(|v| v.to_vec());
        Ok(ProvedValue { height, value, path })
    }

    fn place(&self, key: &[u8]) -> Digest {
        state_key(self.genesis.suite, &self.genesis.chain, key)
    }
}
