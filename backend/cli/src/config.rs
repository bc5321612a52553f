//! `node.toml`: everything a node must be told. Unknown keys are errors, because a misspelt security setting
//! must not be silently ignored.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ledger_types::id::OrgId;
use serde::{Deserialize, Serialize};

/// The configuration of one node. Paths are relative to the file's directory.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// This organisation.
    pub org: OrgId,
    /// Name of the software instance in logs; the organisation when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moniker: Option<String>,
    /// Inward port: console and API.
    pub desk: DeskSection,
    /// Partner-facing port.
    pub mesh: MeshSection,
    /// Ledger replica.
    #[serde(default)]
    pub ledger: LedgerSection,
    /// Party room.
    #[serde(default)]
    pub party: PartySection,
    /// Logs.
    #[serde(default)]
    pub log: LogSection,
}

/// See [`NodeConfig::desk`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskSection {
    /// Address to listen on. Keep it on an inner network.
    pub listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(default = "default_database")]
    pub database: String,
    /// Shown when a login fails.
    #[serde(default)]
    pub administrator_contact: String,
    /// Set when the console is served over HTTPS by a proxy in front: cookies get `Secure`.
    #[serde(default)]
    pub behind_https: bool,
}

/// See [`NodeConfig::mesh`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeshSection {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Where the other members listen. Their keys come from the genesis document.
    #[serde(default)]
    pub peers: Vec<PeerSection>,
    /// Development only: writes every frame that leaves this node, before encryption, to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_frames: Option<PathBuf>,
}

/// One partner.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerSection {
    /// Its organisation.
    pub org: OrgId,
    /// `host:port`.
    pub address: String,
}

/// See [`NodeConfig::ledger`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerSection {
    /// Consensus engine.
    pub engine: Engine,
    /// How many heights keep proofs of old state; 0 keeps all (archive).
    pub retention: u64,
    /// Milliseconds between empty blocks.
    pub empty_block_ms: u64,
    /// Milliseconds that a block under load aims at.
    pub block_ms: u64,
}

/// Consensus engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// Byzantine fault tolerant, for a consortium.
    Malachite,
    /// One validator, for trying things alone.
    Solo,
}

impl Default for LedgerSection {
    fn default() -> Self {
        Self { engine: Engine::Malachite, retention: 10_000, empty_block_ms: 5_000, block_ms: 300 }
    }
}

/// See [`NodeConfig::party`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PartySection {
    /// File with the passphrase of the node key, mode 0600; the environment variable
    /// `SHUZHENG_NODE_PASSPHRASE` goes first.
    pub passphrase_file: PathBuf,
    /// Directories from which data sources may be registered, besides `uploads/`.
    pub source_dirs: Vec<PathBuf>,
    /// Threads of one protocol run.
    pub threads: usize,
    /// Seconds without a byte after which a run is cut off.
    pub stall_seconds: u64,
    /// Seconds for which a run that was cut off or paused is kept, to go on; 0: it fails at once.
    pub resume_seconds: u64,
}

impl Default for PartySection {
    fn default() -> Self {
        let passphrase_file = "keys/node.passphrase".into();
        Self { passphrase_file, source_dirs: vec![], threads: 2, stall_seconds: 60, resume_seconds: 900 }
    }
}

/// See [`NodeConfig::log`].
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSection {
    /// Filter as in `RUST_LOG`, which goes first.
    pub filter: String,
    /// JSON lines instead of text.
    pub json: bool,
}

impl Default for LogSection {
    fn default() -> Self {
        Self { filter: "info,arc_malachitebft=warn,datafusion=warn".into(), json: false }
    }
}

fn default_database() -> String {
    "sqlite:desk/desk.db".into()
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}. Create it with `shuzheng init`.")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not a configuration.
    #[error("{path}: {source}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl NodeConfig {
    /// Reads a configuration; returns it with the directory that its paths are relative to.
    pub fn load(path: &Path) -> Result<(Self, PathBuf), ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let config = toml::from_str(&text)
            .map_err(|source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) })?;
        let dir = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok((config, dir.canonicalize().unwrap_or_else(|_| dir.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_configuration_is_valid() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/node.example.toml");
        let (config, _) = NodeConfig::load(&sample).unwrap();
        assert_eq!(config.ledger.engine, Engine::Malachite);
    }

    #[test]
    fn a_misspelt_key_is_an_error() {
        let text = "org = 'a'\n[desk]\nlisten='127.0.0.1:1'\nbehind_htps=true\n[mesh]\nlisten='127.0.0.1:2'";
        assert!(toml::from_str::<NodeConfig>(text).unwrap_err().to_string().contains("behind_htps"));
    }
}
