//! What the owner's node keeps of a version it committed to: which file, which columns, the secret seed of the
//! salts. Found again by the commitment root, so that what is published and what is read cannot be mixed up.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ledger_crypto::{Digest, HexError};
use ledger_types::id::{DatasetId, TimeMs};
use ledger_types::object::DatasetCommitment;
use serde::{Deserialize, Serialize};

use super::commitment::{CommittedColumn, RowSeed};
use crate::connector::{ColumnProfile, FileStamp};
use crate::disk::{self, DiskError};
use crate::error::PartyError;
use crate::source::SourceId;

/// Names a preparation: the root of its commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PreparationId(pub Digest);

impl fmt::Display for PreparationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for PreparationId {
    type Err = HexError;
    fn from_str(s: &str) -> Result<Self, HexError> {
        s.parse().map(Self)
    }
}

/// A source that was read and committed to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    /// What goes on the ledger.
    pub commitment: DatasetCommitment,
    /// The dataset it is for.
    pub dataset: DatasetId,
    /// Where the rows are.
    pub source: SourceId,
    /// Published columns in order.
    pub columns: Vec<CommittedColumn>,
    /// What was found in them.
    pub profile: Vec<ColumnProfile>,
    /// Size and time of change of the file when it was read.
    pub file: FileStamp,
    /// When it was made (this node's clock).
    pub created_ms: TimeMs,
    /// Digests of each 4,096 rows' leaves, by which a later change is located.
    pub(crate) chunks: Vec<Digest>,
    /// The secret of the salts.
    pub(crate) seed: RowSeed,
}

impl Preparation {
    /// Its name.
    pub fn id(&self) -> PreparationId {
        PreparationId(self.commitment.root)
    }

    /// Names of the published columns in order.
    pub fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|c| c.name.clone()).collect()
    }
}

/// The directory of preparations.
#[derive(Debug)]
pub struct Preparations {
    dir: PathBuf,
}

impl Preparations {
    /// Opens or creates the directory.
    pub fn open(dir: &Path) -> Result<Self, DiskError> {
        disk::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// Keeps a preparation.
    pub fn insert(&self, preparation: &Preparation) -> Result<(), DiskError> {
        disk::write_json(&self.path(&preparation.id()), preparation)
    }

    /// A preparation.
    pub fn get(&self, id: &PreparationId) -> Result<Preparation, PartyError> {
        self.find(&id.0)?.ok_or(PartyError::NoPreparation(*id))
    }

    /// The preparation with this commitment root.
    pub fn find(&self, root: &Digest) -> Result<Option<Preparation>, DiskError> {
        disk::read_json(&self.path(&PreparationId(*root)))
    }

    /// All of them, oldest first.
    pub fn list(&self) -> Result<Vec<Preparation>, DiskError> {
        let mut all: Vec<Preparation> = Vec::new();
        for name in disk::json_names(&self.dir)? {
            all.extend(disk::read_json(&self.dir.join(format!("{name}.json")))?);
        }
        all.sort_by_key(|p| (p.created_ms, p.id()));
        Ok(all)
    }

    /// Forgets a preparation that was never published.
    pub fn remove(&self, id: &PreparationId) -> Result<(), PartyError> {
        self.get(id)?;
        Ok(disk::remove(&self.path(id))?)
    }

    fn path(&self, id: &PreparationId) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}
