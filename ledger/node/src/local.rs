//! A whole consortium on this machine, for tests, benchmarks and trying things out. Keys are made fresh and
//! live in memory only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_contract::RULES_VERSION;
use ledger_crypto::{KeyError, SigningKey, SuiteId};
use ledger_mesh::{Mesh, MeshConfig, MeshError, PeerAddr};
use ledger_types::action::Action;
use ledger_types::algorithm;
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, ChainId, Height, OrgId};
use ledger_types::object::{Account, Organisation, Parameters, Role, Status};
use ledger_types::tx::{SignedTx, Tx};

use crate::clock::Clock;
use crate::config::{Engine, NodeConfig};
use crate::error::NodeError;
use crate::node::LedgerNode;

/// Why a local consortium could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// Keys could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A name is no identifier, or a list is empty or repeats.
    #[error("names of organisations must be distinct identifiers, at least one: {0}")]
    Names(String),
    /// No port was free.
    #[error("no free port: {0}")]
    Port(#[from] std::io::Error),
    /// The mesh did not start.
    #[error(transparent)]
    Mesh(#[from] MeshError),
    /// A node did not start.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// No organisation has this number.
    #[error("there is no organisation number {0}")]
    NoSuchMember(usize),
}

/// A genesis document with all keys.
pub struct Founding {
    /// The document.
    pub genesis: Genesis,
    /// Members, in the order of the document.
    pub orgs: Vec<OrgId>,
    node_keys: BTreeMap<OrgId, Arc<SigningKey>>,
    people: BTreeMap<AccountRef, Arc<SigningKey>>,
}

impl Founding {
    /// Every organisation is a member and a validator, with one vote, and has `people` accounts `p1`, `p2` …
    /// that may do everything but hold the node's role; the first is the operator.
    ///
    /// # Errors
    /// Names that are no identifiers or repeat, or a system without randomness.
    pub fn new(suite: SuiteId, orgs: &[&str], people: usize) -> Result<Self, LocalError> {
        let wrong = |e: ledger_types::id::IdError| LocalError::Names(e.to_string());
        let (mut node_keys, mut person_keys) = (BTreeMap::new(), BTreeMap::new());
        let (mut organisations, mut accounts, mut validators) = (Vec::new(), Vec::new(), Vec::new());
        let mut ids = Vec::new();
        for name in orgs {
            let org = OrgId::new(*name).map_err(wrong)?;
            let key = Arc::new(SigningKey::generate(suite)?);
            organisations.push(Organisation {
                id: org.clone(),
                name_zh: format!("{name} 单位"),
                name_en: format!("{name} office"),
                node_key: key.public_key(),
                status: Status::Active,
            });
            validators.push(Validator { org: org.clone(), key: key.public_key(), power: 1 });
            node_keys.insert(org.clone(), key);
            for n in 1..=people.max(1) {
                let id = AccountRef { org: org.clone(), account: AccountId::new(format!("p{n}")).map_err(wrong)? };
                let key = Arc::new(SigningKey::generate(suite)?);
                let mut roles = BTreeSet::from([Role::DataOwner, Role::Requester, Role::Auditor]);
                if n == 1 {
                    roles.insert(Role::Operator);
                }
                accounts.push(Account {
                    id: id.clone(),
                    display_name: format!("{name} {n}"),
                    roles,
                    key: key.public_key(),
                    key_version: 1,
                    status: Status::Active,
                });
                person_keys.insert(id, key);
            }
            ids.push(org);
        }
        let validators = ValidatorSet::new(validators).ok_or_else(|| LocalError::Names(orgs.join(", ")))?;
        let chain = ChainId::new("local").map_err(wrong)?;
        let genesis = Genesis {
            v: 1,
            algorithms: algorithm::registrations(suite, &chain),
            chain,
            suite,
            rules: RULES_VERSION,
            time_ms: Clock::system().now_ms().saturating_sub(1_000),
            organisations,
            accounts,
            validators,
            parameters: Parameters::default(),
        };
        Ok(Self { genesis, orgs: ids, node_keys, people: person_keys })
    }

    /// The accounts of people.
    pub fn people(&self) -> impl Iterator<Item = &AccountRef> {
        self.people.keys()
    }

    /// The key of a node or person; `None` for a stranger.
    pub fn key(&self, account: &AccountRef) -> Option<&Arc<SigningKey>> {
        if account.account.as_str() == ledger_types::object::NODE_ACCOUNT {
            return self.node_keys.get(&account.org);
        }
        self.people.get(account)
    }

    /// The key of an organisation's node.
    pub fn node_key(&self, org: &OrgId) -> Option<&Arc<SigningKey>> {
        self.node_keys.get(org)
    }

    /// A transaction of an account; `None` when the account is a stranger.
    pub fn sign(&self, account: &AccountRef, nonce: u64, valid_until: Height, action: Action) -> Option<SignedTx> {
        let key = self.key(account)?;
        let tx = Tx { v: 1, chain: self.genesis.chain.clone(), sender: account.clone(), nonce, valid_until, action };
        Some(tx.sign(key))
    }
}

/// Nodes with their meshes, in one process.
pub struct Consortium {
    /// Genesis and keys.
    pub founding: Founding,
    dir: PathBuf,
    addresses: Vec<SocketAddr>,
    running: Vec<Option<(LedgerNode, Mesh)>>,
    tune: Box<dyn Fn(&mut NodeConfig) + Send + Sync>,
}

impl Consortium {
    /// Reserves ports under 127.0.0.1; no node runs yet. `tune` may change each node's settings.
    ///
    /// # Errors
    /// When no port is free.
    pub fn new(
        founding: Founding,
        dir: &Path,
        tune: impl Fn(&mut NodeConfig) + Send + Sync + 'static,
    ) -> Result<Self, LocalError> {
        let addresses = free_addresses(founding.orgs.len())?;
        let running = founding.orgs.iter().map(|_| None).collect();
        Ok(Self { founding, dir: dir.to_owned(), addresses, running, tune: Box::new(tune) })
    }

    /// Starts all nodes that do not run.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start_all(&mut self) -> Result<(), LocalError> {
        for i in 0..self.running.len() {
            if self.running[i].is_none() {
                self.start(i).await?;
            }
        }
        Ok(())
    }

    /// Starts the node of one organisation, on its own data.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&mut self, i: usize) -> Result<LedgerNode, LocalError> {
        let org = self.founding.orgs.get(i).ok_or(LocalError::NoSuchMember(i))?.clone();
        let key = self.founding.node_keys[&org].clone();
        let genesis = self.founding.genesis.clone();
        let mesh = Mesh::start(mesh_config(&genesis, &self.addresses, i, key.clone())).await?;
        let dir = self.dir.join(org.as_str());
        let mut config = NodeConfig::new(dir, genesis, org, key, Engine::Malachite(mesh.clone()));
        (self.tune)(&mut config);
        let node = LedgerNode::start(config).await?;
        self.running[i] = Some((node.clone(), mesh));
        Ok(node)
    }

    /// Stops a node; its data stay.
    pub async fn stop(&mut self, i: usize) {
        if let Some((node, mesh)) = self.running.get_mut(i).and_then(Option::take) {
            // What the engine says about its end is of interest only when it ended by itself.
            let _ = node.shutdown().await;
            mesh.shutdown().await;
        }
    }

    /// Stops all nodes.
    pub async fn stop_all(&mut self) {
        for i in 0..self.running.len() {
            self.stop(i).await;
        }
    }

    /// A running node.
    pub fn node(&self, i: usize) -> Option<&LedgerNode> {
        self.running.get(i)?.as_ref().map(|(node, _)| node)
    }

    /// The running nodes.
    pub fn nodes(&self) -> Vec<LedgerNode> {
        self.running.iter().flatten().map(|(node, _)| node.clone()).collect()
    }

    /// Bytes sent between the nodes since they were started, before TLS.
    pub fn bytes_on_wire(&self) -> u64 {
        self.running.iter().flatten().flat_map(|(_, mesh)| mesh.peers()).map(|p| p.bytes_out()).sum()
    }
}

/// The mesh settings of organisation `i` of the document when they all listen on these addresses.
///
/// # Panics
/// When there is no such organisation.
pub fn mesh_config(g: &Genesis, addresses: &[SocketAddr], i: usize, key: Arc<SigningKey>) -> MeshConfig {
    let peer = |(o, a): (&Organisation, &SocketAddr)| PeerAddr {
        org: o.id.clone(),
        public_key: o.node_key,
        address: a.to_string(),
    };
    let peers = g.organisations.iter().zip(addresses).map(peer).collect();
    MeshConfig::new(g.chain.clone(), g.suite, g.organisations[i].id.clone(), key, addresses[i], peers)
}

/// Addresses with ports that were free a moment ago.
///
/// # Errors
/// When the system has none.
pub fn free_addresses(count: usize) -> std::io::Result<Vec<SocketAddr>> {
    // All are held before any is let go, so that none is given twice.
    let held: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    held.iter().map(TcpListener::local_addr).collect()
}
