//! Two organisations in one process, each with a desk on a port of its own: real rules, real party rooms on a real
//! mesh, a real database. Tests speak HTTP as a browser or program would.
#![allow(dead_code)]

mod ledger;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use backend_server::{DeskConfig, DeskHandle, PeerInfo, Peers, provision_login, start};
use ledger_client::Ledger as _;
use ledger_contract::RULES_VERSION;
use ledger_crypto::{SigningKey, keyfile};
use ledger_mesh::{Mesh, MeshConfig, PeerAddr};
use ledger_types::SuiteId;
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, ChainId, OrgId};
use ledger_types::object::{Account, Organisation, Parameters, Role, Status};
use mpc_party::task::RunSettings;
use mpc_party::{PartyConfig, PartyRoom};
use serde_json::{Value, json};

pub use ledger::TestLedger;

pub const PASSWORD: &str = "a login password";
pub const PASSPHRASE: &str = "a signing passphrase";
/// The receiver.
pub const BANK: &str = "bank";
/// The sender.
pub const RSJ: &str = "rsj";

pub fn org(s: &str) -> OrgId {
    OrgId::new(s).unwrap()
}

/// Links as the mesh tells them.
struct MeshPeers(Mesh);
impl Peers for MeshPeers {
    fn peers(&self) -> Vec<PeerInfo> {
        let info = |p: ledger_mesh::PeerStatus| PeerInfo {
            org: p.org,
            address: String::new(),
            connected: p.connected,
            rtt_ms: None,
            sent_bytes: 0,
            received_bytes: 0,
        };
        self.0.peers().into_iter().map(info).collect()
    }
}

pub struct Node {
    pub desk: DeskHandle,
    pub room: PartyRoom,
    pub mesh: Mesh,
    pub database: String,
}

pub struct World {
    pub dir: tempfile::TempDir,
    pub ledger: Arc<TestLedger>,
    pub nodes: BTreeMap<String, Node>,
    node_keys: BTreeMap<OrgId, Arc<SigningKey>>,
    operator_keys: BTreeMap<OrgId, SigningKey>,
}

impl World {
    /// Both organisations, each with an operator `admin`.
    pub async fn start() -> Self {
        let suite = SuiteId::Gm;
        let (mut organisations, mut accounts) = (Vec::new(), Vec::new());
        let (mut node_keys, mut operator_keys) = (BTreeMap::new(), BTreeMap::new());
        for (id, zh, en) in [(BANK, "银行", "Bank"), (RSJ, "人社局", "HRSS Bureau")] {
            let (node, operator) = (SigningKey::generate(suite).unwrap(), SigningKey::generate(suite).unwrap());
            organisations.push(Organisation {
                id: org(id),
                name_zh: zh.into(),
                name_en: en.into(),
                node_key: node.public_key(),
                status: Status::Active,
            });
            accounts.push(Account {
                id: AccountRef { org: org(id), account: AccountId::new("admin").unwrap() },
                display_name: "管理员".into(),
                roles: [Role::Operator].into(),
                key: operator.public_key(),
                key_version: 1,
                status: Status::Active,
            });
            node_keys.insert(org(id), Arc::new(node));
            operator_keys.insert(org(id), operator);
        }
        let validators =
            organisations.iter().map(|o| Validator { org: o.id.clone(), key: o.node_key, power: 1 }).collect();
        let genesis = Genesis {
            v: 1,
            chain: ChainId::new("test").unwrap(),
            suite,
            rules: RULES_VERSION,
            time_ms: 1_700_000_000_000,
            organisations,
            accounts,
            validators: ValidatorSet::new(validators).unwrap(),
            parameters: Parameters::default(),
            algorithms: ledger_types::algorithm::registrations(suite, &ChainId::new("test").unwrap()),
        };
        let ledger = TestLedger::new(genesis, node_keys.clone());
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self { dir, ledger, nodes: BTreeMap::new(), node_keys, operator_keys };
        // Below BANK dials nobody: the higher id dials the lower one.
        let bank = world.mesh(BANK, None).await;
        let port = bank.local_addr().port();
        let rsj = world.mesh(RSJ, Some(port)).await;
        world.node(BANK, bank).await;
        world.node(RSJ, rsj).await;
        world
    }

    async fn mesh(&self, o: &str, dial: Option<u16>) -> Mesh {
        let other = if o == BANK { RSJ } else { BANK };
        let address = format!("127.0.0.1:{}", dial.unwrap_or(9));
        let peer = PeerAddr { org: org(other), public_key: self.node_keys[&org(other)].public_key(), address };
        let genesis = self.ledger.genesis();
        let key = Arc::clone(&self.node_keys[&org(o)]);
        let listen = "127.0.0.1:0".parse().unwrap();
        let config = MeshConfig::new(genesis.chain.clone(), genesis.suite, org(o), key, listen, vec![peer]);
        Mesh::start(config).await.unwrap()
    }

    async fn node(&mut self, o: &str, mesh: Mesh) {
        std::fs::create_dir_all(self.data_dir(o)).unwrap();
        let config = PartyConfig {
            dir: self.dir.path().join(o).join("party"),
            org: org(o),
            node_key: Arc::clone(&self.node_keys[&org(o)]),
            data_dirs: vec![self.data_dir(o)],
            settings: RunSettings { threads: 2, heartbeat: Duration::from_millis(100), ..RunSettings::default() },
        };
        let room = PartyRoom::start(config, self.ledger.clone(), mesh.clone()).await.unwrap();
        let file = keyfile::seal(&self.operator_keys[&org(o)], PASSPHRASE).unwrap();
        let admin = AccountId::new("admin").unwrap();
        room.import_account_key(&admin, &file).unwrap();
        let database = self.database(o);
        provision_login(&database, &admin, "管理员", PASSWORD.into()).await.unwrap();
        let desk = self.desk(&room, &mesh, &database, false).await;
        self.nodes.insert(o.to_owned(), Node { desk, room, mesh, database });
    }

    async fn desk(&self, room: &PartyRoom, mesh: &Mesh, database: &str, rebuild: bool) -> DeskHandle {
        let mut config = DeskConfig::new("127.0.0.1:0".parse().unwrap(), database);
        config.contact.name = "王主任".into();
        config.contact.phone = "010-12345678".into();
        config.rebuild = rebuild;
        start(config, self.ledger.clone(), room.clone(), Arc::new(MeshPeers(mesh.clone()))).await.unwrap()
    }

    /// Stops a desk and starts it again on the same database.
    pub async fn restart_desk(&mut self, o: &str, rebuild: bool) {
        let Node { desk, room, mesh, database } = self.nodes.remove(o).unwrap();
        desk.stop().await;
        let desk = self.desk(&room, &mesh, &database, rebuild).await;
        self.nodes.insert(o.to_owned(), Node { desk, room, mesh, database });
    }

    /// SQLite, or a schema of its own in the PostgreSQL that `SHUZHENG_TEST_PG` names.
    fn database(&self, o: &str) -> String {
        match std::env::var("SHUZHENG_TEST_PG") {
            Err(_) => format!("sqlite:{}", self.dir.path().join(o).join("desk.db").display()),
            Ok(address) => {
                let name = self.dir.path().file_name().unwrap().to_str().unwrap().to_lowercase();
                let schema: String =
                    format!("desk_{o}_{name}").chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                use diesel::Connection as _;
                use diesel::connection::SimpleConnection as _;
                let mut c = diesel::PgConnection::establish(&address).unwrap();
                c.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
                format!("{address}?options=-csearch_path%3D{schema}")
            }
        }
    }

    pub fn data_dir(&self, o: &str) -> PathBuf {
        self.dir.path().join(o).join("data")
    }

    pub fn base(&self, o: &str) -> String {
        format!("http://{}", self.nodes[o].desk.address())
    }

    /// Nobody, at the desk of an organisation.
    pub fn anonymous(&self, o: &str) -> Client {
        Client { base: self.base(o), cookie: String::new(), csrf: String::new(), language: "zh-CN" }
    }

    /// Signs in.
    pub async fn login(&self, o: &str, username: &str) -> Client {
        let anonymous = self.anonymous(o);
        let body = json!({"username": username, "password": PASSWORD});
        let answer = anonymous.call("POST", "/v1/session", Some(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let csrf = answer.json()["csrf_token"].as_str().unwrap().to_owned();
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Client { cookie, csrf, ..anonymous }
    }

    /// The operator makes an account; its person signs in.
    pub async fn person(&self, o: &str, username: &str, roles: &[&str]) -> Client {
        let admin = self.login(o, "admin").await;
        let body = json!({
            "request": {"username": username, "display_name": "李伟", "roles": roles},
            "password": PASSWORD,
            "key_passphrase": PASSPHRASE,
            "signing": {"passphrase": PASSPHRASE},
        });
        let made = admin.post("/v1/accounts", body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(made.json()["key"]["state"], "registered");
        self.login(o, username).await
    }

    /// Ends everything in order.
    pub async fn stop(self) {
        for (_, node) in self.nodes {
            node.desk.stop().await;
            node.room.shutdown().await;
            node.mesh.shutdown().await;
        }
    }
}

/// An HTTP client with a session.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub cookie: String,
    pub csrf: String,
    pub language: &'static str,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> String {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default()
    }
}

impl Client {
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, Some(body)).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.call_with(method, path, body.map(|b| b.to_string().into_bytes()), &[]).await
    }

    /// A call with further headers, which replace the usual ones.
    pub async fn call_with(&self, method: &str, path: &str, body: Option<Vec<u8>>, headers: &[(&str, &str)]) -> Answer {
        let url = format!("{}{path}", self.base);
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        let usual = [
            ("cookie", self.cookie.as_str()),
            ("x-csrf-token", self.csrf.as_str()),
            ("accept-language", self.language),
            ("content-type", "application/json"),
        ];
        for (name, value) in usual {
            if !value.is_empty() && !headers.iter().any(|(n, _)| *n == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers.iter().filter(|(_, v)| !v.is_empty()) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.unwrap_or_default()).unwrap();
        tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .allow_non_standard_methods(true)
                .timeout_global(Some(Duration::from_secs(120)))
                .build()
                .into();
            let mut response = agent.run(request).unwrap();
            let headers = response
                .headers()
                .iter()
                .map(|(n, v)| (n.as_str().to_owned(), v.to_str().unwrap_or_default().to_owned()))
                .collect();
            let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
            Answer { status: response.status().as_u16(), headers, body }
        })
        .await
        .unwrap()
    }
}

/// `signing` of a request, after a preview.
pub fn signing(seen: Option<&str>) -> Value {
    json!({"passphrase": PASSPHRASE, "seen_digest": seen})
}

/// Polls until there is something. The limit is far beyond what a loaded machine needs.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
