//! Settings of the store.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// For how long paths into the past of the state tree are kept. Values and blocks are kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// For ever.
    Archive,
    /// For this many heights below the tip.
    Heights(u64),
}

impl Default for Retention {
    fn default() -> Self {
        Self::Heights(10_000)
    }
}

/// Where and how to store.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Directory, made when missing.
    pub dir: PathBuf,
    /// Retention of state paths.
    pub retention: Retention,
    /// Memory for blocks of the database that are in use.
    pub cache_bytes: usize,
    /// How many latest values are kept decoded from the database.
    pub latest_values: usize,
}

impl StoreConfig {
    /// The default settings for a directory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), retention: Retention::default(), cache_bytes: 64 * 1024 * 1024, latest_values: 65_536 }
    }
}
