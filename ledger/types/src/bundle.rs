//! The evidence bundle: one JSON document from which anyone can check a task without asking a server.
//!
//! It carries the genesis document, headers with their commit certificates, committed transactions with
//! inclusion proofs of themselves and of their receipts, and, as of the last block, the state of the task
//! and of its grants with paths to the state root. Everything that is signed or hashed is there as the
//! hex of its canonical bytes, so that a verifier in another language hashes what it was given. There is
//! no field that no check covers.

use serde::{Deserialize, Serialize};

use crate::block::{Certificate, Genesis, Header};
use crate::cbor::{self, CborError};
use crate::id::{ChainId, Height, TaskId};
use crate::merkle::InclusionProof;
use crate::proof::TxProof;
use crate::receipt::Receipt;
use crate::state_path::StatePath;
use crate::tx::{SignedTx, Tx};
use ledger_crypto::SuiteId;

/// The `format` field.
pub const FORMAT: &str = "shuzheng-evidence";
/// The version written and read.
pub const VERSION: u32 = 1;
/// Most bytes of a bundle that is read.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes as lower-case hex in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexBytes(pub Vec<u8>);

impl Serialize for HexBytes {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let upper = text.bytes().any(|b| b.is_ascii_uppercase());
        match hex::decode(&text) {
            Ok(bytes) if !upper => Ok(Self(bytes)),
            _ => Err(serde::de::Error::custom("expected lower-case hexadecimal")),
        }
    }
}

/// The document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBundle {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// The chain.
    pub chain: ChainId,
    /// Its suite.
    pub suite: SuiteId,
    /// The task that the bundle is about.
    pub task: TaskId,
    /// Canonical [`Genesis`].
    pub genesis: HexBytes,
    /// Block 1 and every block an item or a state lies in, by height.
    pub blocks: Vec<BundleBlock>,
    /// Transactions in ledger order.
    pub items: Vec<BundleItem>,
    /// Objects of the world state with their paths, in the order of (height, key).
    pub state: Vec<BundleState>,
}

/// A header and the decision on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleBlock {
    /// Canonical [`Header`].
    pub header: HexBytes,
    /// Canonical [`Certificate`].
    pub certificate: HexBytes,
}

/// A committed transaction. Its block is the one at the receipt's height.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleItem {
    /// Canonical [`SignedTx`].
    pub tx: HexBytes,
    /// Its place under `tx_root`.
    pub tx_path: InclusionProof,
    /// Canonical [`Receipt`].
    pub receipt: HexBytes,
    /// Its place under `receipts_root`.
    pub receipt_path: InclusionProof,
}

/// An object of the world state after the block at `height`, or its absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleState {
    /// After which block.
    pub height: Height,
    /// The key as the contract writes it.
    pub key: HexBytes,
    /// Canonical bytes of the object; absent when there is none.
    pub value: Option<HexBytes>,
    /// Path to the block's `state_root`.
    pub path: StatePath,
}

/// Why a document is not a bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Longer than [`BYTES_MAX`].
    #[error("the document is larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// Not JSON of the expected shape.
    #[error("not an evidence bundle: {0}")]
    Shape(String),
    /// Another format, or a version that this program does not know.
    #[error("{format:?} version {version} is not a bundle that this program reads")]
    UnknownFormat {
        /// Format found.
        format: String,
        /// Version found.
        version: u32,
    },
    /// A part is not the canonical encoding of its structure.
    #[error("{at}: {error}")]
    Part {
        /// Path of the part in the document, e.g. `blocks/3/header`.
        at: String,
        /// What is wrong with it.
        error: CborError,
    },
    /// A structure has a version that this program does not know.
    #[error("{at}: version {version} of the structure is not known")]
    UnknownVersion {
        /// Path of the part in the document.
        at: String,
        /// Version found.
        version: u8,
    },
}

/// A state entry for [`EvidenceBundle::build`].
#[derive(Debug, Clone)]
pub struct StateEntry {
    /// The key as the contract writes it.
    pub key: Vec<u8>,
    /// The object, or nothing.
    pub value: Option<Vec<u8>>,
    /// Path to the header's state root.
    pub path: StatePath,
    /// Header after whose block the object has this value.
    pub header: Header,
    /// Decision on the header.
    pub certificate: Certificate,
}

impl EvidenceBundle {
    /// Puts a bundle together. `first` is block 1. Order and repeats of the input do not matter.
    pub fn build(
        genesis: &Genesis,
        task: TaskId,
        first: (Header, Certificate),
        proofs: Vec<TxProof>,
        state: Vec<StateEntry>,
    ) -> Self {
        let mut blocks = std::collections::BTreeMap::new();
        blocks.insert(first.0.height, first);
        let mut items = std::collections::BTreeMap::new();
        for p in proofs {
            let item = BundleItem {
                tx: HexBytes(cbor::to_bytes(&p.tx)),
                tx_path: p.tx_path,
                receipt: HexBytes(cbor::to_bytes(&p.receipt)),
                receipt_path: p.receipt_path,
            };
            items.insert((p.receipt.height, p.receipt.index), item);
            blocks.insert(p.header.height, (p.header, p.certificate));
        }
        let mut states = std::collections::BTreeMap::new();
        for s in state {
            let entry = BundleState {
                height: s.header.height,
                key: HexBytes(s.key.clone()),
                value: s.value.map(HexBytes),
                path: s.path,
            };
            states.insert((s.header.height, s.key), entry);
            blocks.insert(s.header.height, (s.header, s.certificate));
        }
        let block = |(header, certificate): &(Header, Certificate)| BundleBlock {
            header: HexBytes(cbor::to_bytes(header)),
            certificate: HexBytes(cbor::to_bytes(certificate)),
        };
        Self {
            format: FORMAT.into(),
            version: VERSION,
            chain: genesis.chain.clone(),
            suite: genesis.suite,
            task,
            genesis: HexBytes(cbor::to_bytes(genesis)),
            blocks: blocks.values().map(block).collect(),
            items: items.into_values().collect(),
            state: states.into_values().collect(),
        }
    }

    /// Reads the JSON document.
    pub fn from_json(json: &[u8]) -> Result<Self, BundleError> {
        if json.len() > BYTES_MAX {
            return Err(BundleError::TooLarge);
        }
        let bundle: Self = serde_json::from_slice(json).map_err(|e| BundleError::Shape(e.to_string()))?;
        if bundle.format != FORMAT || bundle.version != VERSION {
            return Err(BundleError::UnknownFormat { format: bundle.format, version: bundle.version });
        }
        Ok(bundle)
    }

    /// The JSON document, indented, with a line end.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = serde_json::to_vec_pretty(self).expect("the bundle's fields are strings, numbers and lists");
        out.push(b'\n');
        out
    }

    /// Decodes every part.
    pub fn open(&self) -> Result<OpenBundle, BundleError> {
        let genesis: Genesis = part("genesis", &self.genesis)?;
        version("genesis", genesis.v)?;
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for (i, b) in self.blocks.iter().enumerate() {
            let at = format!("blocks/{i}/header");
            let header: Header = part(&at, &b.header)?;
            version(&at, header.v)?;
            blocks.push((header, part(&format!("blocks/{i}/certificate"), &b.certificate)?));
        }
        let mut items = Vec::with_capacity(self.items.len());
        for (i, item) in self.items.iter().enumerate() {
            let at = format!("items/{i}/tx");
            let signed: SignedTx = part(&at, &item.tx)?;
            let tx = signed.decode().map_err(|error| BundleError::Part { at: at.clone(), error })?;
            version(&at, tx.v)?;
            if let crate::action::Action::TaskPropose(p) = &tx.action {
                version(&at, p.spec.v)?;
            }
            let receipt: Receipt = part(&format!("items/{i}/receipt"), &item.receipt)?;
            let (tx_path, receipt_path) = (item.tx_path.clone(), item.receipt_path.clone());
            items.push(OpenItem { signed, tx, tx_path, receipt, receipt_path });
        }
        Ok(OpenBundle { genesis, blocks, items })
    }
}

/// The decoded parts of a bundle; nothing is verified yet.
#[derive(Debug, Clone)]
pub struct OpenBundle {
    /// Genesis document.
    pub genesis: Genesis,
    /// Blocks as listed.
    pub blocks: Vec<(Header, Certificate)>,
    /// Items as listed.
    pub items: Vec<OpenItem>,
}

/// A decoded item.
#[derive(Debug, Clone)]
pub struct OpenItem {
    /// The transaction as it was signed.
    pub signed: SignedTx,
    /// Its decoded content.
    pub tx: Tx,
    /// Its place under `tx_root`.
    pub tx_path: InclusionProof,
    /// Its receipt.
    pub receipt: Receipt,
    /// The receipt's place under `receipts_root`.
    pub receipt_path: InclusionProof,
}

fn part<T: Serialize + serde::de::DeserializeOwned>(at: &str, bytes: &HexBytes) -> Result<T, BundleError> {
    cbor::from_bytes(&bytes.0).map_err(|error| BundleError::Part { at: at.into(), error })
}

fn version(at: &str, version: u8) -> Result<(), BundleError> {
    if version == 1 { Ok(()) } else { Err(BundleError::UnknownVersion { at: at.into(), version }) }
}
