//! Organisations in one process, two of them unless a test wants more: real rules, real meshes on loopback, real files, real protocol.
#![allow(dead_code)]

mod ledger;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_client::Ledger as _;
use ledger_contract::{RULES_VERSION, read};
use ledger_crypto::SigningKey;
use ledger_mesh::{Mesh, MeshConfig, PeerAddr};
use ledger_types::SuiteId;
use ledger_types::action::{
    Action, ApplicationReview, ApplicationSubmit, DatasetPublish, Decision, GrantRevoke, TaskApprove, TaskPropose,
    TaskRetry,
};
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, ApplicationId, ChainId, DatasetId, GrantId, OrgId, TaskId};
use ledger_types::object::{
    Account, Column, ColumnRule, ColumnUse, Disclosure, Grantee, Organisation, Parameters, Role, Scope, Sensitivity,
    Status, TaskKindName, node_account,
};
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, PSI_ECDH, PSI_ECDH_VERSION, PsiOutput, PsiSpec, ResultFormat, RowJoin, RowsOutput,
    Task, TaskKind, TaskParty, TaskSpec, TaskStatus,
};
use ledger_types::tx::Tx;
use mpc_party::connector::SourceKind;
use mpc_party::source::{SourceId, SourceLocation};
use mpc_party::task::RunSettings;
use mpc_party::{PartyConfig, PartyRoom};
use parking_lot::Mutex;
use serde_bytes::ByteBuf;

pub use ledger::TestLedger;

pub const PURPOSE: &str = "loan-review";
/// The receiver; its mesh is dialled by the other, which has the higher id.
pub const BANK: &str = "bank";
/// The sender.
pub const RSJ: &str = "rsj";
/// One more party.
pub const HOSPITAL: &str = "hospital";
/// And one more.
pub const TAX: &str = "tax";

pub fn org(s: &str) -> OrgId {
    OrgId::new(s).unwrap()
}

/// One organisation's node.
pub struct Node {
    pub org: OrgId,
    pub key: Arc<SigningKey>,
    pub mesh: Mesh,
    pub room: PartyRoom,
}

pub struct World {
    pub dir: tempfile::TempDir,
    pub ledger: Arc<TestLedger>,
    keys: BTreeMap<AccountRef, Arc<SigningKey>>,
    nonces: Mutex<BTreeMap<AccountRef, u64>>,
    pub nodes: BTreeMap<OrgId, Node>,
    pub settings: RunSettings,
    orgs: Vec<String>,
    serial: std::sync::atomic::AtomicU32,
}

fn person(o: &str) -> AccountRef {
    AccountRef { org: org(o), account: AccountId::new("person").unwrap() }
}

/// What a task is made of; the defaults suit most tests.
#[derive(Clone)]
pub struct TaskShape {
    pub keys: (Vec<String>, Vec<String>),
    pub rules: Vec<String>,
    pub bank_payload: Vec<String>,
    pub rsj_payload: Vec<String>,
    pub duplicates: DuplicateRule,
    pub format: ResultFormat,
    pub attempts_max: u8,
    pub min_matches: u64,
    /// Of the receiver's data, when the result goes to both.
    pub bank_grant: Option<GrantId>,
    pub output: PsiOutput,
    pub algorithm: AlgorithmRef,
}

impl Default for TaskShape {
    fn default() -> Self {
        Self {
            keys: (vec!["id".into()], vec!["id".into()]),
            rules: vec!["id-cn/1".into()],
            bank_payload: vec!["amount".into()],
            rsj_payload: vec!["employer".into()],
            duplicates: DuplicateRule::First,
            format: ResultFormat::Csv,
            attempts_max: 3,
            min_matches: 0,
            bank_grant: None,
            output: PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
            algorithm: AlgorithmRef { id: PSI_ECDH.into(), version: PSI_ECDH_VERSION.into() },
        }
    }
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(settings()).await
    }

    /// Of these organisations.
    pub async fn start_of(orgs: &[&str]) -> Self {
        Self::start_all(settings(), orgs, |_| ()).await
    }

    pub async fn start_with(settings: RunSettings) -> Self {
        Self::start_changed(settings, |_| ()).await
    }

    /// On another genesis document.
    pub async fn start_changed(settings: RunSettings, change: impl FnOnce(&mut Genesis)) -> Self {
        Self::start_all(settings, &[BANK, RSJ], change).await
    }

    async fn start_all(settings: RunSettings, orgs: &[&str], change: impl FnOnce(&mut Genesis)) -> Self {
        let mut orgs: Vec<String> = orgs.iter().map(|o| (*o).to_owned()).collect();
        // Who has the lower id is dialled, so it starts first.
        orgs.sort();
        let dir = tempfile::tempdir().unwrap();
        let suite = SuiteId::Gm;
        let (mut keys, mut organisations, mut accounts) = (BTreeMap::new(), Vec::new(), Vec::new());
        for o in orgs.iter().map(String::as_str) {
            let node_key = Arc::new(SigningKey::generate(suite).unwrap());
            let person_key = Arc::new(SigningKey::generate(suite).unwrap());
            organisations.push(Organisation {
                id: org(o),
                name_zh: "机构".into(),
                name_en: o.into(),
                node_key: node_key.public_key(),
                status: Status::Active,
            });
            accounts.push(Account {
                id: person(o),
                display_name: "张三".into(),
                roles: [Role::DataOwner, Role::Requester, Role::Operator].into(),
                key: person_key.public_key(),
                key_version: 1,
                status: Status::Active,
            });
            keys.insert(node_account(&org(o)), node_key);
            keys.insert(person(o), person_key);
        }
        let validators =
            organisations.iter().map(|o| Validator { org: o.id.clone(), key: o.node_key, power: 1 }).collect();
        let mut genesis = Genesis {
            v: 1,
            chain: ChainId::new("test").unwrap(),
            suite,
            rules: RULES_VERSION,
            time_ms: 1,
            organisations,
            accounts,
            validators: ValidatorSet::new(validators).unwrap(),
            parameters: Parameters::default(),
            algorithms: ledger_types::algorithm::registrations(suite, &ChainId::new("test").unwrap()),
        };
        change(&mut genesis);
        let ledger = TestLedger::new(genesis);
        let (nodes, nonces, serial) = (BTreeMap::new(), Mutex::default(), Default::default());
        let mut world = Self { dir, ledger, keys, nonces, nodes, settings, orgs: orgs.clone(), serial };
        for o in &orgs {
            world.start_node(o).await;
        }
        world
    }

    pub fn node(&self, o: &str) -> &Node {
        &self.nodes[&org(o)]
    }

    pub fn room(&self, o: &str) -> &PartyRoom {
        &self.node(o).room
    }

    pub fn data_dir(&self, o: &str) -> PathBuf {
        self.dir.path().join(o).join("data")
    }

    pub fn party_dir(&self, o: &str) -> PathBuf {
        self.dir.path().join(o).join("party")
    }

    pub async fn start_mesh(&self, o: &str) -> Mesh {
        let key = |o: &str| Arc::clone(&self.keys[&node_account(&org(o))]);
        // Who is dialled by others keeps its port across a restart.
        let port_file = |o: &str| self.dir.path().join(format!("{o}-port"));
        let port = |o: &str| std::fs::read_to_string(port_file(o)).ok().and_then(|p| p.parse::<u16>().ok());
        let peer = |other: &String| PeerAddr {
            org: org(other),
            public_key: key(other).public_key(),
            address: format!("127.0.0.1:{}", port(other).filter(|_| other.as_str() < o).unwrap_or(9)),
        };
        let peers = self.orgs.iter().filter(|other| *other != o).map(peer).collect();
        let genesis = self.ledger.genesis();
        let listen = format!("127.0.0.1:{}", port(o).unwrap_or(0)).parse().unwrap();
        let config = MeshConfig::new(genesis.chain.clone(), genesis.suite, org(o), key(o), listen, peers);
        let mesh = Mesh::start(config).await.unwrap();
        std::fs::write(port_file(o), mesh.local_addr().port().to_string()).unwrap();
        mesh
    }

    pub async fn start_node(&mut self, o: &str) {
        let mesh = self.start_mesh(o).await;
        std::fs::create_dir_all(self.data_dir(o)).unwrap();
        let key = Arc::clone(&self.keys[&node_account(&org(o))]);
        let config = PartyConfig {
            dir: self.party_dir(o),
            org: org(o),
            node_key: Arc::clone(&key),
            data_dirs: vec![self.data_dir(o)],
            settings: self.settings.clone(),
        };
        let room = PartyRoom::start(config, self.ledger.clone(), mesh.clone()).await.unwrap();
        self.nodes.insert(org(o), Node { org: org(o), key, mesh, room });
    }

    /// Stops a node without any farewell of its party room: what is on disk stays as it is.
    pub async fn kill_node(&mut self, o: &str) {
        let node = self.nodes.remove(&org(o)).unwrap();
        node.room.shutdown().await;
        node.mesh.shutdown().await;
    }

    /// Signs as the organisation's person and orders the action; gives the refusal's code.
    pub async fn act(&self, o: &str, action: Action) -> Result<(), String> {
        let sender = person(o);
        let nonce = {
            let mut nonces = self.nonces.lock();
            let next = nonces.entry(sender.clone()).or_insert(1_000);
            *next += 1;
            *next
        };
        let tx = Tx {
            v: 1,
            chain: self.ledger.genesis().chain.clone(),
            nonce,
            valid_until: self.ledger.status().height + 100,
            sender: sender.clone(),
            action,
        };
        let id = self.ledger.submit(tx.sign(&self.keys[&sender])).await.map_err(|e| e.to_string())?;
        let record = self.ledger.wait(&id, Duration::from_secs(1)).await.unwrap();
        match record.receipt.outcome {
            ledger_types::receipt::Outcome::Applied => Ok(()),
            ledger_types::receipt::Outcome::Refused { code, params } => Err(format!("{code} {params:?}")),
        }
    }

    pub async fn must(&self, o: &str, action: Action) {
        self.act(o, action).await.unwrap();
    }

    /// Writes a file, registers it and publishes it as `<org>.<name>`; every column may be a key or payload.
    pub async fn publish(&self, o: &str, name: &str, csv: &str) -> DatasetId {
        let path = self.data_dir(o).join(format!("{name}.csv"));
        std::fs::write(&path, csv).unwrap();
        self.publish_file(o, name, SourceKind::Csv, &path).await
    }

    pub async fn publish_file(&self, o: &str, name: &str, kind: SourceKind, path: &Path) -> DatasetId {
        let (room, source) = (self.room(o), SourceId::new(name).unwrap());
        let location = SourceLocation { kind, path: path.to_owned() };
        room.register_source(source.clone(), name.into(), location).await.unwrap();
        let dataset = DatasetId::new(format!("{o}.{name}")).unwrap();
        let prepared = room.prepare_dataset(&source, dataset.clone(), Vec::new()).await.unwrap();
        let rules = |_: &str| -> Vec<ColumnRule> {
            [Disclosure::PlaintextAfterJoin, Disclosure::PlaintextAsJoinPayload, Disclosure::PlaintextAfterAggregate]
                .map(|allow| ColumnRule { grantee: Grantee::Any, purpose: None, allow, not_after_ms: None })
                .to_vec()
        };
        let column = |c: &mpc_party::dataset::CommittedColumn| Column {
            name: c.name.clone(),
            data_type: c.data_type,
            description: "a column".into(),
            sensitivity: Sensitivity::Sensitive,
            rules: rules(&c.name),
        };
        let publish = DatasetPublish {
            dataset: dataset.clone(),
            title: name.into(),
            description: "a dataset".into(),
            theme: "test".into(),
            sensitivity: Sensitivity::Sensitive,
            columns: prepared.columns.iter().map(column).collect(),
            commitment: prepared.commitment.clone(),
        };
        self.must(o, Action::DatasetPublish(publish)).await;
        dataset
    }

    /// The bank applies for all columns of a dataset of the other side, and gets them.
    pub async fn grant(&self, dataset: &DatasetId, name: &str) -> GrantId {
        self.grant_to(BANK, dataset, name).await
    }

    /// An organisation applies for all columns of a dataset, and gets them of its owner.
    pub async fn grant_to(&self, grantee: &str, dataset: &DatasetId, name: &str) -> GrantId {
        let stored = read::dataset(self.ledger.view().as_ref(), dataset).unwrap().unwrap();
        let both =
            [Disclosure::PlaintextAfterJoin, Disclosure::PlaintextAsJoinPayload, Disclosure::PlaintextAfterAggregate];
        let columns = stored
            .columns
            .iter()
            .flat_map(|c| both.map(|disclosure| ColumnUse { column: c.name.clone(), disclosure }))
            .collect();
        let scope = Scope {
            columns,
            purpose: PURPOSE.into(),
            kinds: [TaskKindName::Psi].into(),
            not_after_ms: self.later_ms(),
            uses: 100,
        };
        let application = ApplicationId::new(format!("app-{name}")).unwrap();
        let grant = GrantId::new(format!("grant-{name}")).unwrap();
        let submit = ApplicationSubmit {
            application: application.clone(),
            dataset: dataset.clone(),
            scope: scope.clone(),
            reason: "to test".into(),
        };
        self.must(grantee, Action::ApplicationSubmit(submit)).await;
        let decision = Decision::Approve { grant: grant.clone(), scope };
        let owner = stored.owner.as_str();
        self.must(owner, Action::ApplicationReview(ApplicationReview { application, decision })).await;
        grant
    }

    pub async fn revoke(&self, grant: &GrantId) {
        let revoke = GrantRevoke { grant: grant.clone(), reason: "no longer".into() };
        self.must(RSJ, Action::GrantRevoke(revoke)).await;
    }

    fn later_ms(&self) -> u64 {
        self.ledger.status().time_ms.max(1_700_000_000_000) + 24 * 3_600_000 * 300
    }

    pub async fn propose(&self, bank: &DatasetId, rsj: &DatasetId, grant: &GrantId, shape: &TaskShape) -> TaskId {
        self.try_propose(bank, rsj, grant, shape).await.unwrap()
    }

    pub async fn try_propose(
        &self,
        bank: &DatasetId,
        rsj: &DatasetId,
        grant: &GrantId,
        shape: &TaskShape,
    ) -> Result<TaskId, String> {
        let party = |o: &str, dataset: &DatasetId, keys: &[String], payload: &[String], grant| TaskParty {
            org: org(o),
            dataset: dataset.clone(),
            version: 1,
            keys: keys.to_vec(),
            payload: payload.to_vec(),
            grant,
        };
        let parties = vec![
            party(BANK, bank, &shape.keys.0, &shape.bank_payload, shape.bank_grant.clone()),
            party(RSJ, rsj, &shape.keys.1, &shape.rsj_payload, Some(grant.clone())),
        ];
        self.try_propose_of(BANK, parties, BANK, shape).await
    }

    /// Proposes a task of these parties; of the shape, what concerns no single party.
    pub async fn propose_of(
        &self,
        proposer: &str,
        parties: Vec<TaskParty>,
        receiver: &str,
        shape: &TaskShape,
    ) -> TaskId {
        self.try_propose_of(proposer, parties, receiver, shape).await.unwrap()
    }

    async fn try_propose_of(
        &self,
        proposer: &str,
        parties: Vec<TaskParty>,
        receiver: &str,
        shape: &TaskShape,
    ) -> Result<TaskId, String> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
        let serial = self.serial.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut salt = vec![0; 16];
        salt[..4].copy_from_slice(&serial.to_be_bytes());
        let spec = TaskSpec {
            v: 1,
            title: "an intersection".into(),
            purpose: PURPOSE.into(),
            kind: TaskKind::Psi(PsiSpec {
                key_rules: shape.rules.clone(),
                duplicates: shape.duplicates,
                format: shape.format,
                min_matches: shape.min_matches,
                output: shape.output.clone(),
            }),
            algorithm: shape.algorithm.clone(),
            parties,
            receiver: org(receiver),
            not_after_ms: now + 3_600_000,
            attempts_max: shape.attempts_max,
            salt: ByteBuf::from(salt),
            rerun_of: None,
        };
        let genesis = self.ledger.genesis();
        let id = spec.id(genesis.suite, &genesis.chain);
        self.act(proposer, Action::TaskPropose(TaskPropose { spec })).await.map(|()| id)
    }

    pub async fn approve(&self, o: &str, task: TaskId) {
        self.must(o, Action::TaskApprove(TaskApprove { task })).await;
    }

    pub async fn retry(&self, task: TaskId) {
        self.must(BANK, Action::TaskRetry(TaskRetry { task })).await;
    }

    pub fn task(&self, id: &TaskId) -> Task {
        read::task(self.ledger.view().as_ref(), id).unwrap().unwrap()
    }

    /// Proposes, approves on both sides and waits for the end.
    pub async fn run(&self, bank: &DatasetId, rsj: &DatasetId, grant: &GrantId, shape: &TaskShape) -> Task {
        let id = self.propose(bank, rsj, grant, shape).await;
        self.approve(BANK, id).await;
        self.approve(RSJ, id).await;
        self.until(&id, |t| !matches!(t.status, TaskStatus::Proposed | TaskStatus::Ready)).await
    }

    /// Waits until the task stands as asked for.
    pub async fn until(&self, id: &TaskId, done: impl Fn(&Task) -> bool) -> Task {
        wait_for("the task", || Some(self.task(id)).filter(|t| done(t))).await
    }

    /// Lines of the receiver's file, the header first.
    pub fn result_lines(&self, id: &TaskId) -> Vec<String> {
        self.result_lines_of(BANK, id)
    }

    /// Lines of an organisation's file, the header first.
    pub fn result_lines_of(&self, o: &str, id: &TaskId) -> Vec<String> {
        let result = self.room(o).result(id).unwrap();
        std::fs::read_to_string(&result.path).unwrap().lines().map(str::to_owned).collect()
    }
}

pub fn settings() -> RunSettings {
    RunSettings {
        threads: 2,
        reach_max: Duration::from_secs(20),
        heartbeat: Duration::from_millis(100),
        ..RunSettings::default()
    }
}

/// Polls until there is something. The limit is far beyond what a loaded machine needs.
pub async fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "{what}: still not there");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
