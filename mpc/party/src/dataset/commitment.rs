#![doc = include_str!("../../../../docs/protocols/dataset-commitment.md")]

use std::fmt;

use ledger_crypto::{Digest, Hasher, SuiteId};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::merkle::Accumulator;
use ledger_types::object::{ColumnType, DatasetCommitment};
use ledger_types::preimage::Tag;
use mpc_core::parallel;
use rand_core::{OsRng, RngCore as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::connector::{Rows, cell};

/// The scheme of this module.
pub const SCHEME: &str = "salted-rows/1";
/// Rows per local check digest.
pub const CHUNK_ROWS: u64 = 4_096;

const SALT_TAG: &[u8] = b"row-salt/1\0";
const SCHEMA_TAG: &[u8] = b"shuzheng/schema/1\0";

/// The secret from which the salts of one dataset version are derived. Whoever has it can test guesses at
/// rows against published roots, so it is kept like the data themselves.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RowSeed([u8; 32]);

impl RowSeed {
    /// A new seed from the operating system.
    pub fn generate() -> Result<Self, rand_core::Error> {
        let mut seed = Self([0; 32]);
        OsRng.try_fill_bytes(&mut seed.0)?;
        Ok(seed)
    }

    /// A given seed, to read a version back or for test vectors.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The salt of a row: `H("row-salt/1" ‖ 0 ‖ seed ‖ index)`. Every input has the same length, so that the
    /// plain keyed hash is not open to extension.
    pub fn salt(&self, suite: SuiteId, index: u64) -> Digest {
        suite.hash(&[SALT_TAG, &self.0, &index.to_be_bytes()])
    }
}

impl fmt::Debug for RowSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowSeed")
    }
}

impl Serialize for RowSeed {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Zeroizing::new(hex::encode(self.0)).serialize(s)
    }
}

impl<'de> Deserialize<'de> for RowSeed {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(d)?);
        let mut seed = Self([0; 32]);
        hex::decode_to_slice(text.as_bytes(), &mut seed.0).map_err(|_| serde::de::Error::custom("not a seed"))?;
        Ok(seed)
    }
}

/// A column as the schema digest sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedColumn {
    /// Name.
    pub name: String,
    /// Logical type.
    pub data_type: ColumnType,
}

/// Digest of column names and types in order.
pub fn schema_digest(suite: SuiteId, chain: &ChainId, columns: &[CommittedColumn]) -> Digest {
    let pairs: Vec<(&str, ColumnType)> = columns.iter().map(|c| (c.name.as_str(), c.data_type)).collect();
    suite.hash(&[SCHEMA_TAG, chain.as_str().as_bytes(), &[0], &cbor::to_bytes(&pairs)])
}

/// The leaf of a row: digest of row tag, chain, salt and canonical row.
pub fn leaf(suite: SuiteId, chain: &ChainId, salt: &Digest, row: &[u8]) -> Digest {
    let tag = Tag::Row.as_str().as_bytes();
    let mut hash = suite.hasher();
    for part in [tag, &[0], chain.as_str().as_bytes(), &[0], &salt.0, row] {
        hash.update(part);
    }
    hash.finish()
}

/// The canonical bytes of one row: a CBOR array of its cells.
pub fn encode_row(rows: &Rows, row: usize, out: &mut Vec<u8>) {
    cell::array_head(out, rows.columns.len());
    for column in &rows.columns {
        column.cell(row).encode(out);
    }
}

/// Computes a commitment in one pass; memory does not depend on the number of rows, except for one local
/// digest per [`CHUNK_ROWS`].
pub struct Committer {
    suite: SuiteId,
    chain: ChainId,
    seed: RowSeed,
    threads: usize,
    tree: Accumulator,
    chunk: Hasher,
    chunks: Vec<Digest>,
}

impl Committer {
    /// Nothing read yet. `threads` hash at the same time.
    pub fn new(suite: SuiteId, chain: ChainId, seed: RowSeed, threads: usize) -> Self {
        let tree = Accumulator::new(suite);
        Self { suite, chain, seed, threads, tree, chunk: suite.hasher(), chunks: Vec::new() }
    }

    /// Adds rows, which must follow those before.
    pub fn push(&mut self, rows: &Rows) {
        for leaf in self.leaves(rows) {
            self.tree.push(&leaf.0);
            self.chunk.update(&leaf.0);
            if self.tree.len().is_multiple_of(CHUNK_ROWS) {
                self.close_chunk();
            }
        }
    }

    fn leaves(&self, rows: &Rows) -> Vec<Digest> {
        let indices: Vec<usize> = (0..rows.len).collect();
        let hashed = parallel::map_blocks(self.threads, 512, &indices, |_, block| {
            let mut bytes = Vec::with_capacity(256);
            let digests = block.iter().map(|i| {
                bytes.clear();
                encode_row(rows, *i, &mut bytes);
                let salt = self.seed.salt(self.suite, rows.first + *i as u64);
                leaf(self.suite, &self.chain, &salt, &bytes)
            });
            Ok::<_, std::convert::Infallible>(digests.collect())
        });
        match hashed {
            Ok(leaves) => leaves,
            Err(never) => match never {},
        }
    }

    fn close_chunk(&mut self) {
        let hasher = std::mem::replace(&mut self.chunk, self.suite.hasher());
        self.chunks.push(hasher.finish());
    }

    /// The commitment, and the local digests of each [`CHUNK_ROWS`] rows by which a later change is located.
    pub fn finish(mut self, columns: &[CommittedColumn]) -> (DatasetCommitment, Vec<Digest>) {
        if !self.tree.len().is_multiple_of(CHUNK_ROWS) {
            self.close_chunk();
        }
        let commitment = DatasetCommitment {
            scheme: SCHEME.into(),
            root: self.tree.root(),
            rows: self.tree.len(),
            schema: schema_digest(self.suite, &self.chain, columns),
        };
        (commitment, self.chunks)
    }
}

/// Compares a commitment derived again with the published one; says what differs in words for people, rows
/// counted from 1, no values.
pub fn difference(
    published: &DatasetCommitment,
    published_chunks: &[Digest],
    found: &DatasetCommitment,
    found_chunks: &[Digest],
) -> Option<String> {
    if published == found {
        return None;
    }
    if published.schema != found.schema {
        return Some("columns".into());
    }
    let same = published_chunks.iter().zip(found_chunks).take_while(|(a, b)| a == b).count() as u64;
    let from = same * CHUNK_ROWS + 1;
    if published.rows != found.rows {
        return Some(format!(
            "{} rows instead of {}, first difference at row {from} or after",
            found.rows, published.rows
        ));
    }
    let to = (from + CHUNK_ROWS - 1).min(found.rows);
    Some(format!("rows {from} to {to}"))
}
