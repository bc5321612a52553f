//! `shuzheng node`: the three rooms of one organisation in one process.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use backend_server::{DeskConfig, DeskHandle, LoginError, PeerInfo, Peers, provision_login};
use clap::Args;
use ledger_client::Ledger;
use ledger_consensus::Pacing;
use ledger_mesh::{Mesh, MeshConfig, PeerAddr};
use ledger_node::LedgerNode;
use ledger_state::Retention;
use ledger_types::block::Genesis;
use ledger_types::id::AccountId;
use ledger_types::object::Role;
use mpc_party::custody::{self, Passphrase};
use mpc_party::task::RunSettings;
use mpc_party::{PartyConfig, PartyRoom};
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;
use zeroize::Zeroizing;

use crate::config::{ConfigError, Engine, LedgerSection, NodeConfig};
use crate::init::{self, InitError};

/// Arguments.
#[derive(Debug, Args)]
pub struct NodeArgs {
    /// The node's configuration.
    #[arg(long, default_value = "node.toml")]
    config: PathBuf,
    /// Throw the desk's read model away and rebuild it from the ledger.
    #[arg(long)]
    rebuild: bool,
    /// Check the configuration and the keys, then end.
    #[arg(long)]
    check_config: bool,
    /// End when standard input closes: for a parent process that wants no orphans.
    #[arg(long)]
    until_stdin_closes: bool,
}

/// Why a node does not run.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Genesis document or member files.
    #[error(transparent)]
    Init(#[from] InitError),
    /// No passphrase for the node key.
    #[error("no passphrase for the node key: set SHUZHENG_NODE_PASSPHRASE or write {path} (mode 0600): {source}")]
    Passphrase {
        /// The file that was looked for.
        path: PathBuf,
        /// Why it was not read.
        source: std::io::Error,
    },
    /// The organisation is not in the genesis document.
    #[error("{0} is no member of this chain; check `org` in the configuration")]
    NotAMember(String),
    /// A room did not start, or stopped.
    #[error("{room}: {detail}")]
    Room {
        /// Which.
        room: &'static str,
        /// Why.
        detail: String,
    },
    /// The system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

fn room<E: std::fmt::Display>(room: &'static str) -> impl FnOnce(E) -> NodeError {
    move |e| NodeError::Room { room, detail: e.to_string() }
}

/// The passphrase of the node key: environment first, then the file.
pub fn node_passphrase(config: &NodeConfig, dir: &Path) -> Result<Zeroizing<String>, NodeError> {
    if let Ok(value) = std::env::var("SHUZHENG_NODE_PASSPHRASE") {
        return Ok(Zeroizing::new(value));
    }
    let path = dir.join(&config.party.passphrase_file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Zeroizing::new(text.trim_end_matches(['\n', '\r']).to_owned())),
        Err(source) => Err(NodeError::Passphrase { path, source }),
    }
}

/// Runs a node until it is told to end.
pub fn run(args: NodeArgs) -> Result<(), NodeError> {
    let (config, dir) = NodeConfig::load(&args.config)?;
    let filter = EnvFilter::try_from_default_env().or_else(|_| EnvFilter::try_new(&config.log.filter));
    let filter = filter.map_err(room("log"))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    // A second subscriber in one process is only possible in tests.
    let _ = if config.log.json { subscriber.json().try_init() } else { subscriber.try_init() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|source| NodeError::Io { what: "start threads", source })?;
    runtime.block_on(serve(config, dir, args))
}

struct PeerTable(Mesh);

impl Peers for PeerTable {
    fn peers(&self) -> Vec<PeerInfo> {
        let info = |p: ledger_mesh::PeerStatus| PeerInfo {
            sent_bytes: p.bytes_out(),
            received_bytes: p.bytes_in(),
            org: p.org,
            address: p.address,
            connected: p.connected,
            rtt_ms: p.rtt_ms.map(|ms| ms.round() as u64),
        };
        self.0.peers().into_iter().map(info).collect()
    }
}

fn pacing(section: &LedgerSection) -> Pacing {
    Pacing {
        block_interval: Duration::from_millis(section.block_ms),
        idle_interval: Duration::from_millis(section.empty_block_ms),
        ..Pacing::default()
    }
}

fn peers(config: &NodeConfig, genesis: &Genesis) -> Result<Vec<PeerAddr>, NodeError> {
    let member = |org| genesis.organisations.iter().find(|o| &o.id == org);
    config
        .mesh
        .peers
        .iter()
        .map(|p| {
            let o = member(&p.org).ok_or_else(|| NodeError::NotAMember(p.org.to_string()))?;
            Ok(PeerAddr { org: p.org.clone(), public_key: o.node_key, address: p.address.clone() })
        })
        .collect()
}

async fn serve(config: NodeConfig, dir: PathBuf, args: NodeArgs) -> Result<(), NodeError> {
    let (genesis, hash) = init::read_genesis(&dir.join("genesis.cbor"))?;
    let passphrase = Passphrase::from(node_passphrase(&config, &dir)?.to_string());
    let key_path = init::key_path(&dir, "node");
    let key = Arc::new(custody::open_node_key(&key_path, &passphrase).map_err(room("keys"))?);
    let own = genesis.organisations.iter().find(|o| o.id == config.org && o.node_key == key.public_key());
    own.ok_or_else(|| NodeError::NotAMember(config.org.to_string()))?;
    let peers = peers(&config, &genesis)?;
    if args.check_config {
        println!("configuration, genesis {hash} and node key fit together");
        return Ok(());
    }
    info!(org = %config.org, chain = %genesis.chain, %hash, version = env!("CARGO_PKG_VERSION"), "starting");

    let (chain, suite, org) = (genesis.chain.clone(), genesis.suite, config.org.clone());
    let mut mesh_config = MeshConfig::new(chain, suite, org.clone(), key.clone(), config.mesh.listen, peers);
    mesh_config.frame_tap = config.mesh.record_frames.as_ref().map(|p| dir.join(p));
    let mesh = Mesh::start(mesh_config).await.map_err(room("mesh"))?;

    let engine = match config.ledger.engine {
        Engine::Malachite => ledger_node::Engine::Malachite(mesh.clone()),
        Engine::Solo => ledger_node::Engine::Solo,
    };
    let mut ledger_config =
        ledger_node::NodeConfig::new(dir.join("ledger"), genesis.clone(), org.clone(), key.clone(), engine);
    ledger_config.pacing = pacing(&config.ledger);
    ledger_config.retention = match config.ledger.retention {
        0 => Retention::Archive,
        n => Retention::Heights(n),
    };
    let node = start_ledger(ledger_config).await?;
    let ledger: Arc<dyn Ledger> = Arc::new(node.clone());

    let settings = RunSettings {
        threads: config.party.threads.max(1),
        stall_max: Duration::from_secs(config.party.stall_seconds),
        resume_within: Duration::from_secs(config.party.resume_seconds),
        ..RunSettings::default()
    };
    let source_dirs = config.party.source_dirs.iter().map(|p| dir.join(p)).collect();
    let party_config =
        PartyConfig { dir: dir.join("party"), org: org.clone(), node_key: key, data_dirs: source_dirs, settings };
    let party = PartyRoom::start(party_config, ledger.clone(), mesh.clone()).await.map_err(room("party"))?;
    import_operators(&party, &genesis, &config, &dir)?;

    let desk_config = desk_config(&config, &dir, args.rebuild);
    private_dir(&dir.join("desk"))?;
    first_logins(&desk_config, &genesis, &config, &dir).await?;
    let table = Arc::new(PeerTable(mesh.clone()));
    let desk = backend_server::start(desk_config, ledger, party.clone(), table).await.map_err(room("desk"))?;
    info!(console = %format!("http://{}", config.desk.listen), partners = %config.mesh.listen, "ready");

    let outcome = wait(&node, args.until_stdin_closes).await;
    stop(desk, party, node, mesh).await;
    outcome
}

// After kill -9 the locks of the store or the write-ahead log may be held for a moment by the dying process.
async fn start_ledger(config: ledger_node::NodeConfig) -> Result<LedgerNode, NodeError> {
    let mut tries = 0;
    loop {
        match LedgerNode::start(config.clone()).await {
            Ok(node) => return Ok(node),
            Err(e) if tries < 5 => {
                tries += 1;
                warn!(error = %e, tries, "the ledger did not start; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(e) => return Err(room("ledger")(e)),
        }
    }
}

fn desk_config(config: &NodeConfig, dir: &Path, rebuild: bool) -> DeskConfig {
    let database = match config.desk.database.strip_prefix("sqlite:") {
        Some(path) => format!("sqlite:{}", dir.join(path).display()),
        None => config.desk.database.clone(),
    };
    let mut desk = DeskConfig::new(config.desk.listen, database);
    desk.contact.name = config.desk.administrator_contact.clone();
    desk.https = config.desk.behind_https;
    desk.rebuild = rebuild;
    desk
}

// The desk's database holds password hashes: its directory is this user's alone.
fn private_dir(path: &Path) -> Result<(), NodeError> {
    use std::os::unix::fs::DirBuilderExt;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| NodeError::Io { what: "make the desk's directory", source })
}

// The operators of the genesis document have their keys where `shuzheng init` put them; the party room takes
// them into its custody.
fn import_operators(party: &PartyRoom, genesis: &Genesis, config: &NodeConfig, dir: &Path) -> Result<(), NodeError> {
    let held = party.account_keys().map_err(room("party"))?;
    for account in genesis.accounts.iter().filter(|a| a.id.org == config.org) {
        let path = init::key_path(dir, account.id.account.as_str());
        if held.iter().any(|k| k.account == account.id.account) || !path.exists() {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|source| NodeError::Io { what: "read an operator's key", source })?;
        let file = serde_json::from_slice(&bytes).map_err(room("keys"))?;
        party.import_account_key(&account.id.account, &file).map_err(room("party"))?;
        info!(account = %account.id, "took the operator's key into custody");
    }
    Ok(())
}

// At the very first start the operators of the genesis document get a login with the password in
// `keys/first-password`, which is then removed.
async fn first_logins(desk: &DeskConfig, genesis: &Genesis, config: &NodeConfig, dir: &Path) -> Result<(), NodeError> {
    let path = dir.join("keys/first-password");
    let Ok(password) = std::fs::read_to_string(&path) else { return Ok(()) };
    let password = Zeroizing::new(password.trim_end().to_owned());
    for account in genesis.accounts.iter().filter(|a| a.id.org == config.org && a.roles.contains(&Role::Operator)) {
        let name: &AccountId = &account.id.account;
        match provision_login(&desk.database, name, &account.display_name, password.to_string()).await {
            Ok(()) => info!(account = %account.id, "first login created"),
            Err(LoginError::Exists(_)) => {}
            Err(e) => return Err(room("desk")(e)),
        }
    }
    std::fs::remove_file(&path).map_err(|source| NodeError::Io { what: "remove keys/first-password", source })
}

async fn wait(node: &LedgerNode, until_stdin_closes: bool) -> Result<(), NodeError> {
    let (closed, stdin_closed) = tokio::sync::oneshot::channel();
    if until_stdin_closes {
        std::thread::spawn(move || {
            let mut buffer = [0; 64];
            while matches!(std::io::stdin().read(&mut buffer), Ok(n) if n > 0) {}
            // Nobody listens any more when the node is ending already.
            let _ = closed.send(());
        });
    } else {
        // Never fires.
        std::mem::drop(closed);
    }
    let stdin_closed = async {
        if stdin_closed.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|source| NodeError::Io { what: "watch for SIGTERM", source })?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => info!("interrupted"),
        _ = terminate.recv() => info!("told to end"),
        () = stdin_closed => info!("the parent process is gone"),
        ended = node.stopped() => return ended.map_err(room("ledger")),
    }
    Ok(())
}

async fn stop(desk: DeskHandle, party: PartyRoom, node: LedgerNode, mesh: Mesh) {
    desk.stop().await;
    party.shutdown().await;
    if let Err(e) = node.shutdown().await {
        warn!(error = %e, "the ledger ended with an error");
    }
    mesh.shutdown().await;
    info!("ended");
}
