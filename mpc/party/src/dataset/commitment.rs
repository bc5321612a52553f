#![doc = include_str!("../../../../docs/protocols/dataset-commitment.md")]

use std::fmt;

use ledger_crypto::{Digest, SuiteId};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::merkle::{self, Accumulator};
use ledger_types::object::{ColumnType, DatasetCommitment};
use ledger_types::preimage::Tag;
use mpc_core::parallel;
use mpc_core::sm3x16::{LANES, sm3_each};
use rand_core::{OsRng, RngCore as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::connector::{Rows, cell};

/// The scheme of this module.
pub const SCHEME: &str = "salted-rows/1";
/// Rows per local check digest.
pub const CHUNK_ROWS: u64 = 1 << CHUNK_LEVEL;

/// The rows of a chunk are a subtree of this height.
const CHUNK_LEVEL: u32 = 12;
/// Leaves that are kept until they go into the tree: chunks enough for every lane.
const PENDING_LEAVES: usize = LANES << CHUNK_LEVEL;
/// Rows that a thread hashes at a time.
const BLOCK_ROWS: usize = 512;

const SALT_TAG: &[u8; 11] = b"row-salt/1\0";
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
        suite.hash(&[&*self.salt_preimage(index)])
    }

    fn salt_preimage(&self, index: u64) -> Zeroizing<[u8; 51]> {
        let mut out = Zeroizing::new([0; 51]);
        out[..11].copy_from_slice(SALT_TAG);
        out[11..43].copy_from_slice(&self.0);
        out[43..].copy_from_slice(&index.to_be_bytes());
        out
    }

    fn salts(&self, suite: SuiteId, from: u64, count: usize) -> Vec<[u8; 32]> {
        let preimages: Vec<_> = (from..).take(count).map(|index| self.salt_preimage(index)).collect();
        let bytes: Vec<&[u8]> = preimages.iter().map(|preimage| &preimage[..]).collect();
        hash_each(suite, &bytes)
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
    let mut preimage = Vec::new();
    leaf_head(chain, &salt.0, &mut preimage);
    suite.hash(&[&preimage, row])
}

// What stands before the canonical row.
fn leaf_head(chain: &ChainId, salt: &[u8; 32], out: &mut Vec<u8>) {
    for part in [Tag::Row.as_str().as_bytes(), &[0], chain.as_str().as_bytes(), &[0], salt] {
        out.extend_from_slice(part);
    }
}

// Digests of many messages, in their order.
fn hash_each<M: AsRef<[u8]>>(suite: SuiteId, messages: &[M]) -> Vec<[u8; 32]> {
    match suite {
        SuiteId::Gm => sm3_each(messages),
        SuiteId::Intl => messages.iter().map(|message| suite.hash(&[message.as_ref()]).0).collect(),
    }
}

// The root over the leaves of one chunk.
fn chunk_root(suite: SuiteId, leaves: &[[u8; 32]]) -> Digest {
    let preimages: Vec<_> = leaves.iter().map(merkle::leaf_preimage).collect();
    let mut level = hash_each(suite, &preimages);
    while level.len() > 1 {
        let (pairs, _) = level.as_chunks::<2>();
        let preimages: Vec<_> = pairs.iter().map(|[left, right]| merkle::node_preimage(left, right)).collect();
        level = hash_each(suite, &preimages);
    }
    Digest(level[0])
}

/// The canonical bytes of one row: a CBOR array of its cells.
pub fn encode_row(rows: &Rows, row: usize, out: &mut Vec<u8>) {
    cell::array_head(out, rows.columns.len());
    for column in &rows.columns {
        column.cell(row).encode(out);
    }
}

/// Computes a commitment in one pass; memory does not depend on the number of rows, except for one local
/// digest per [`CHUNK_ROWS`]. Sixteen digests are computed at a time where the processor can.
pub struct Committer {
    suite: SuiteId,
    chain: ChainId,
    seed: RowSeed,
    threads: usize,
    tree: Accumulator,
    // Leaves that are not in the tree yet.
    pending: Vec<[u8; 32]>,
    chunks: Vec<Digest>,
}

impl Committer {
    /// Nothing read yet. `threads` hash at the same time.
    pub fn new(suite: SuiteId, chain: ChainId, seed: RowSeed, threads: usize) -> Self {
        let tree = Accumulator::new(suite);
        Self { suite, chain, seed, threads, tree, pending: Vec::new(), chunks: Vec::new() }
    }

    /// Adds rows, which must follow those before.
    pub fn push(&mut self, rows: &Rows) {
        let leaves = self.leaves(rows);
        self.pending.extend(leaves);
        if self.pending.len() >= PENDING_LEAVES {
            self.settle();
        }
    }

    fn leaves(&self, rows: &Rows) -> Vec<[u8; 32]> {
        let indices: Vec<usize> = (0..rows.len).collect();
        on_threads(self.threads, BLOCK_ROWS, &indices, |block| {
            let salts = self.seed.salts(self.suite, rows.first + block[0] as u64, block.len());
            let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(block.len()));
            for (row, salt) in block.iter().zip(&salts) {
                leaf_head(&self.chain, salt, &mut bytes);
                encode_row(rows, *row, &mut bytes);
                ends.push(bytes.len());
            }
            let mut start = 0;
            let messages: Vec<&[u8]> =
                ends.iter().map(|end| &bytes[std::mem::replace(&mut start, *end)..*end]).collect();
            hash_each(self.suite, &messages)
        })
    }

    // Whole chunks go into the tree.
    fn settle(&mut self) {
        let suite = self.suite;
        let mut chunks = self.pending.chunks_exact(CHUNK_ROWS as usize);
        let whole: Vec<&[[u8; 32]]> = chunks.by_ref().collect();
        for root in on_threads(self.threads, 1, &whole, |block| block.iter().map(|c| chunk_root(suite, c)).collect()) {
            self.tree.push_subtree(CHUNK_LEVEL, root);
        }
        let bytes: Vec<&[u8]> = whole.iter().map(|chunk| chunk.as_flattened()).collect();
        self.chunks.extend(hash_each(suite, &bytes).into_iter().map(Digest));
        self.pending = chunks.remainder().to_vec();
    }

    /// The commitment, and the local digests of each [`CHUNK_ROWS`] rows by which a later change is located.
    pub fn finish(mut self, columns: &[CommittedColumn]) -> (DatasetCommitment, Vec<Digest>) {
        self.settle();
        if !self.pending.is_empty() {
            self.chunks.push(self.suite.hash(&[self.pending.as_flattened()]));
            self.pending.iter().for_each(|leaf| self.tree.push(leaf));
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

// [`parallel::map_blocks`] of what cannot fail.
fn on_threads<T: Sync, U: Send>(
    threads: usize,
    block: usize,
    input: &[T],
    f: impl Fn(&[T]) -> Vec<U> + Sync,
) -> Vec<U> {
    match parallel::map_blocks(threads, block, input, |_, part| Ok::<_, std::convert::Infallible>(f(part))) {
        Ok(out) => out,
        Err(never) => match never {},
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
