//! What every handler can reach.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use backend_api::catalogue::{DeskCode, Language};
use backend_api::organisation::OrganisationRef;
use backend_db::{Connection, Database, QueryError};
use ledger_client::Ledger;
use ledger_contract::{BlockContext, read};
use ledger_types::block::Genesis;
use ledger_types::id::{AccountRef, ChainId, Height, OrgId};
use mpc_party::PartyRoom;
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::config::DeskConfig;
use crate::fault::Fault;
use crate::metrics::Metrics;

/// A link to a peer, as the mesh sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerInfo {
    /// The organisation.
    pub org: OrgId,
    /// `host:port`.
    pub address: String,
    /// Up now.
    pub connected: bool,
    /// Round-trip time.
    pub rtt_ms: Option<u64>,
    /// Bytes sent since the start.
    pub sent_bytes: u64,
    /// Bytes received since the start.
    pub received_bytes: u64,
}

/// Who tells the desk about links between organisations; the mesh itself is none of its business.
pub trait Peers: Send + Sync + 'static {
    /// The links now.
    fn peers(&self) -> Vec<PeerInfo>;
}

/// The desk's parts.
pub struct Desk {
    /// Settings.
    pub config: DeskConfig,
    /// The database.
    pub db: Database,
    /// The ledger room.
    pub ledger: Arc<dyn Ledger>,
    /// The party room.
    pub party: PartyRoom,
    /// Links to peers.
    pub peers: Arc<dyn Peers>,
    /// The organisation this node acts for.
    pub org: OrgId,
    /// Counters.
    pub metrics: Metrics,
    /// Start of this process.
    pub started_ms: u64,
    /// Height the read model has reached.
    pub projected: watch::Receiver<Height>,
    /// Becomes true when the desk stops: event streams end then.
    pub closing: watch::Receiver<bool>,
    /// Open event streams per account.
    pub streams: Mutex<HashMap<String, usize>>,
    /// The node's runtime: handlers run there, not on the HTTP server's workers, which only read and write sockets.
    pub runtime: tokio::runtime::Handle,
    /// Names of organisations: Chinese, English.
    names: BTreeMap<OrgId, (String, String)>,
}

/// This host's clock.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A time or count for the database, whose numbers are signed.
pub fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A time or count from the database.
pub fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

impl Desk {
    #[allow(clippy::too_many_arguments)] // Called once; a struct of the same eight fields would say nothing more.
    pub(crate) fn new(
        config: DeskConfig,
        db: Database,
        ledger: Arc<dyn Ledger>,
        party: PartyRoom,
        peers: Arc<dyn Peers>,
        projected: watch::Receiver<Height>,
        closing: watch::Receiver<bool>,
        runtime: tokio::runtime::Handle,
    ) -> Self {
        let names = ledger
            .genesis()
            .organisations
            .iter()
            .map(|o| (o.id.clone(), (o.name_zh.clone(), o.name_en.clone())))
            .collect();
        let org = party.org().clone();
        Self {
            config,
            db,
            ledger,
            party,
            peers,
            org,
            metrics: Metrics::default(),
            started_ms: now_ms(),
            projected,
            closing,
            streams: Mutex::default(),
            runtime,
            names,
        }
    }

    /// The genesis document.
    pub fn genesis(&self) -> &Genesis {
        self.ledger.genesis()
    }

    /// The chain.
    pub fn chain(&self) -> &ChainId {
        &self.genesis().chain
    }

    /// The name of an organisation; its id when it is unknown.
    pub fn org_name(&self, org: &str, language: Language) -> String {
        let names = OrgId::new(org).ok().and_then(|id| self.names.get(&id));
        match (names, language) {
            (Some((zh, _)), Language::ZhCn) => zh.clone(),
            (Some((_, en)), Language::En) => en.clone(),
            (None, _) => org.to_owned(),
        }
    }

    /// An organisation in a sentence.
    pub fn org_ref(&self, org: &str, language: Language) -> OrganisationRef {
        OrganisationRef { id: org.to_owned(), name: self.org_name(org, language) }
    }

    /// An account of this organisation, seen from the consortium.
    pub fn account(&self, username: &str) -> Result<AccountRef, Fault> {
        Ok(AccountRef { org: self.org.clone(), account: username.parse()? })
    }

    /// Reads from the database on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, Fault> {
        let db = self.db.clone();
        let done = tokio::task::spawn_blocking(move || db.read(name, f)).await;
        Ok(done.map_err(Fault::internal)??)
    }

    /// Writes to the database on a thread that may block.
    pub async fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut Connection) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, Fault> {
        let db = self.db.clone();
        let done = tokio::task::spawn_blocking(move || db.write(name, f)).await;
        Ok(done.map_err(Fault::internal)??)
    }

    /// The block that an action signed now would be in, as far as it can be known.
    pub fn next_block(&self) -> Result<BlockContext, Fault> {
        let status = self.ledger.status();
        let view = self.ledger.view();
        Ok(BlockContext {
            chain: self.chain().clone(),
            suite: self.ledger.suite(),
            rules: ledger_contract::RULES_VERSION,
            height: status.height + 1,
            time_ms: now_ms().max(status.time_ms + 1),
            prev: status.hash,
            parameters: read::parameters(view.as_ref())?.unwrap_or_default(),
        })
    }

    /// Waits until the read model holds a height, so that people see what they just did.
    pub async fn projected_to(&self, height: Height) -> Result<(), Fault> {
        let mut projected = self.projected.clone();
        let reached = projected.wait_for(|h| *h >= height);
        match tokio::time::timeout(Duration::from_secs(10), reached).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(DeskCode::ReadModelBehind.into()),
        }
    }
}
