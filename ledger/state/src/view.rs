//! The world state after one block, as the rules read it.

use std::sync::Arc;

use ledger_contract::{StateError, StateRead};
use ledger_types::id::Height;

use crate::store::Store;

/// A consistent view of the state after a committed block; later blocks do not change it.
#[derive(Debug, Clone)]
pub struct StateView {
    store: Arc<Store>,
    height: Height,
}

impl StateView {
    /// The state after block `height`, which must be committed.
    pub fn new(store: Arc<Store>, height: Height) -> Self {
        Self { store, height }
    }

    /// The state at the tip.
    pub fn at_tip(store: Arc<Store>) -> Self {
        let height = store.tip().height;
        Self { store, height }
    }

    /// Which height.
    pub fn height(&self) -> Height {
        self.height
    }
}

impl StateRead for StateView {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        let value = self.store.value(key, self.height).map_err(|e| StateError::Store(e.to_string()))?;
        Ok(value.map(|v| v.to_vec()))
    }
}
