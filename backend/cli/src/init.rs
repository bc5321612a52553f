//! Founding a consortium without a trusted third party: each organisation makes its own keys and a public
//! member card; the cards make the genesis document, whose hash everybody compares; then each writes its
//! own `node.toml`.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ledger_crypto::SigningKey;
use ledger_crypto::keyfile;
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, ChainId, OrgId, TimeMs};
use ledger_types::object::{Account, Organisation, Parameters, Role, Status};
use ledger_types::{Digest, SuiteId, cbor};
use serde::{Deserialize, Serialize};

use crate::config::{DeskSection, LedgerSection, LogSection, MeshSection, NodeConfig, PartySection, PeerSection};

/// What a member tells the others before the consortium exists. Nothing in it is secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberCard {
    /// The organisation with its node key.
    pub organisation: Organisation,
    /// Its first account: the operator.
    pub operator: Account,
    /// Where its mesh listens, `host:port`.
    pub mesh_address: String,
}

/// What can go wrong while founding.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something exists that would be lost.
    #[error("{0} exists already; keys are never overwritten. Choose another directory.")]
    Exists(PathBuf),
    /// The system gave no randomness, or a passphrase is unusable.
    #[error("keys: {0}")]
    Keys(String),
    /// The members do not make a consortium.
    #[error("members: {0}")]
    Members(String),
    /// A file is not what it should be.
    #[error("{path}: {detail}")]
    Parse {
        /// Which.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> InitError + '_ {
    move |source| InitError::Io { path: path.to_owned(), source }
}

/// Writes a file that only this user may read.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if path.exists() {
        return Err(InitError::Exists(path.to_owned()));
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(io(parent))?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(io(path))?;
    file.write_all(bytes).map_err(io(path))?;
    file.sync_all().map_err(io(path))
}

/// Where a sealed key lies.
pub fn key_path(dir: &Path, account: &str) -> PathBuf {
    dir.join("keys").join(format!("{account}.json"))
}

fn new_key(dir: &Path, account: &str, suite: SuiteId, passphrase: &str) -> Result<SigningKey, InitError> {
    let key = SigningKey::generate(suite).map_err(|e| InitError::Keys(e.to_string()))?;
    let sealed = keyfile::seal(&key, passphrase).map_err(|e| InitError::Keys(e.to_string()))?;
    let json = serde_json::to_vec_pretty(&sealed).map_err(|e| InitError::Keys(e.to_string()))?;
    write_private(&key_path(dir, account), &json)?;
    Ok(key)
}

/// What to found an organisation with.
#[derive(Debug, Clone)]
pub struct NewOrganisation<'a> {
    /// Identifier.
    pub id: OrgId,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Where partners will find its mesh.
    pub mesh_address: String,
    /// Login and account name of the first operator.
    pub operator: AccountId,
    /// Name to show for it.
    pub operator_name: String,
    /// Passphrase of the node key.
    pub node_passphrase: &'a str,
    /// Passphrase of the operator's signing key.
    pub operator_passphrase: &'a str,
    /// Suite.
    pub suite: SuiteId,
}

/// Makes the keys of an organisation in `dir` and its member card.
pub fn organisation(dir: &Path, new: &NewOrganisation<'_>) -> Result<MemberCard, InitError> {
    let node = new_key(dir, "node", new.suite, new.node_passphrase)?;
    let operator = new_key(dir, new.operator.as_str(), new.suite, new.operator_passphrase)?;
    let card = MemberCard {
        organisation: Organisation {
            id: new.id.clone(),
            name_zh: new.name_zh.clone(),
            name_en: new.name_en.clone(),
            node_key: node.public_key(),
            status: Status::Active,
        },
        operator: Account {
            id: AccountRef { org: new.id.clone(), account: new.operator.clone() },
            display_name: new.operator_name.clone(),
            roles: [Role::Operator].into(),
            key: operator.public_key(),
            key_version: 1,
            status: Status::Active,
        },
        mesh_address: new.mesh_address.clone(),
    };
    let path = dir.join("member.json");
    let json = serde_json::to_vec_pretty(&card).map_err(|e| InitError::Keys(e.to_string()))?;
    fs::write(&path, json).map_err(io(&path))?;
    Ok(card)
}

/// Reads a member card.
pub fn read_card(path: &Path) -> Result<MemberCard, InitError> {
    let bytes = fs::read(path).map_err(io(path))?;
    serde_json::from_slice(&bytes).map_err(|e| InitError::Parse { path: path.to_owned(), detail: e.to_string() })
}

/// The genesis document of these members: the same for everybody who has the same cards, name and time.
pub fn genesis(chain: ChainId, suite: SuiteId, time_ms: TimeMs, cards: &[MemberCard]) -> Result<Genesis, InitError> {
    let mut cards = cards.to_vec();
    cards.sort_by(|a, b| a.organisation.id.cmp(&b.organisation.id));
    if let Some(c) = cards.iter().find(|c| c.organisation.node_key.suite() != suite) {
        return Err(InitError::Members(format!("{} has keys of another suite", c.organisation.id)));
    }
    let validators = cards
        .iter()
        .map(|c| Validator { org: c.organisation.id.clone(), key: c.organisation.node_key, power: 1 })
        .collect();
    let validators = ValidatorSet::new(validators)
        .ok_or_else(|| InitError::Members("there must be at least one, and no organisation twice".into()))?;
    Ok(Genesis {
        v: 1,
        chain,
        suite,
        rules: 1,
        time_ms,
        organisations: cards.iter().map(|c| c.organisation.clone()).collect(),
        accounts: cards.iter().map(|c| c.operator.clone()).collect(),
        validators,
        parameters: Parameters::default(),
    })
}

/// Reads a genesis document and its hash.
pub fn read_genesis(path: &Path) -> Result<(Genesis, Digest), InitError> {
    let bytes = fs::read(path).map_err(io(path))?;
    let genesis: Genesis =
        cbor::from_bytes(&bytes).map_err(|e| InitError::Parse { path: path.to_owned(), detail: e.to_string() })?;
    let hash = genesis.hash();
    Ok((genesis, hash))
}

/// Makes `dir` a node of the consortium: genesis document and `node.toml`.
pub fn join(
    dir: &Path,
    org: &OrgId,
    genesis: &Genesis,
    cards: &[MemberCard],
    desk: SocketAddr,
    mesh: SocketAddr,
) -> Result<PathBuf, InitError> {
    if !genesis.organisations.iter().any(|o| &o.id == org) {
        return Err(InitError::Members(format!("{org} is not in this genesis document")));
    }
    let path = dir.join("genesis.cbor");
    fs::write(&path, cbor::to_bytes(genesis)).map_err(io(&path))?;
    let config = NodeConfig {
        org: org.clone(),
        moniker: None,
        desk: DeskSection {
            listen: desk,
            database: "sqlite:desk/desk.db".into(),
            administrator_contact: String::new(),
            behind_https: false,
        },
        mesh: MeshSection {
            listen: mesh,
            peers: cards
                .iter()
                .filter(|c| &c.organisation.id != org)
                .map(|c| PeerSection { org: c.organisation.id.clone(), address: c.mesh_address.clone() })
                .collect(),
            record_frames: None,
        },
        ledger: LedgerSection::default(),
        party: PartySection::default(),
        log: LogSection::default(),
    };
    write_config(dir, &config)
}

/// Writes `node.toml`.
pub fn write_config(dir: &Path, config: &NodeConfig) -> Result<PathBuf, InitError> {
    let path = dir.join("node.toml");
    let text =
        toml::to_string_pretty(config).map_err(|e| InitError::Parse { path: path.clone(), detail: e.to_string() })?;
    fs::write(&path, text).map_err(io(&path))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(id: &str) -> NewOrganisation<'static> {
        NewOrganisation {
            id: OrgId::new(id).unwrap(),
            name_zh: "甲".into(),
            name_en: "A".into(),
            mesh_address: "127.0.0.1:1".into(),
            operator: AccountId::new("admin").unwrap(),
            operator_name: "管理员".into(),
            node_passphrase: "node passphrase",
            operator_passphrase: "operator passphrase",
            suite: SuiteId::Gm,
        }
    }

    #[test]
    fn members_found_the_same_consortium_from_the_same_cards_in_any_order() {
        let dir = tempfile::tempdir().unwrap();
        let a = organisation(&dir.path().join("a"), &new("a")).unwrap();
        let b = organisation(&dir.path().join("b"), &new("b")).unwrap();
        let chain = ChainId::new("main").unwrap();
        let one = genesis(chain.clone(), SuiteId::Gm, 1, &[a.clone(), b.clone()]).unwrap();
        let two = genesis(chain.clone(), SuiteId::Gm, 1, &[b.clone(), a.clone()]).unwrap();
        assert_eq!(one.hash(), two.hash());
        assert!(genesis(chain, SuiteId::Gm, 1, &[a.clone(), a]).is_err());
    }

    #[test]
    fn keys_are_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        organisation(dir.path(), &new("a")).unwrap();
        assert!(matches!(organisation(dir.path(), &new("a")), Err(InitError::Exists(_))));
    }
}
