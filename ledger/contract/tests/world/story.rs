//! The way of one task, step by step, with every part open to change.

use ledger_contract::read;
use ledger_types::Digest;
use ledger_types::action::{
    AccountRegister, Action, ApplicationReview, ApplicationSubmit, DatasetLimitsSet, DatasetPublish, Decision,
    GrantRevoke, TaskApprove, TaskAttest, TaskClose, TaskFail, TaskPropose, TaskRefuse, TaskRetry,
};
use ledger_types::id::{AccountId, ApplicationId, DatasetId, GrantId, SessionId, TaskId};
use ledger_types::object::{
    Column, ColumnRule, ColumnType, ColumnUse, DatasetCommitment, Disclosure, Grantee, Role, Scope, Sensitivity,
    TaskKindName,
};
use ledger_types::task::{
    AlgorithmRef, Attestation, ChannelView, DuplicateRule, InputUsed, PSI_ECDH, PSI_ECDH_VERSION, ProtocolRole,
    PsiOutput, PsiSpec, ResultFormat, RowJoin, RowsOutput, Task, TaskKind, TaskParty, TaskSpec,
};
use ledger_types::usage::UsageLimits;
use serde_bytes::ByteBuf;

use super::{HOUR_MS, START_MS, World, digest, org};

pub const PURPOSE: &str = "loan-review";
pub const KEY_USE: Disclosure = Disclosure::PlaintextAfterJoin;
pub const PAYLOAD_USE: Disclosure = Disclosure::PlaintextAsJoinPayload;

pub fn dataset_id(s: &str) -> DatasetId {
    DatasetId::new(s).unwrap()
}

pub fn grant_id(s: &str) -> GrantId {
    GrantId::new(s).unwrap()
}

pub fn application_id(s: &str) -> ApplicationId {
    ApplicationId::new(s).unwrap()
}

pub fn rule(grantee: Grantee, purpose: Option<&str>, allow: Disclosure) -> ColumnRule {
    ColumnRule { grantee, purpose: purpose.map(str::to_owned), allow, not_after_ms: None }
}

pub fn for_bank(allow: Disclosure) -> ColumnRule {
    rule(Grantee::Org(org("bank")), Some(PURPOSE), allow)
}

pub fn column(name: &str, rules: Vec<ColumnRule>) -> Column {
    Column {
        name: name.into(),
        data_type: ColumnType::Text,
        description: "列".into(),
        sensitivity: Sensitivity::Sensitive,
        rules,
    }
}

/// A key that the bank may join on, a payload it may see, one column for nobody, one for all.
pub fn columns() -> Vec<Column> {
    vec![
        column("id_no", vec![for_bank(KEY_USE)]),
        column("employer", vec![for_bank(PAYLOAD_USE)]),
        column("salary", vec![]),
        column("district", vec![rule(Grantee::Any, None, Disclosure::Plaintext)]),
    ]
}

pub fn commitment(n: u8) -> DatasetCommitment {
    DatasetCommitment { scheme: "salted-rows/1".into(), root: digest(n), rows: 1000, schema: digest(7) }
}

pub fn publish(id: &str) -> DatasetPublish {
    DatasetPublish {
        dataset: dataset_id(id),
        title: "参保人员".into(),
        description: "first line\nsecond line".into(),
        theme: "社会保障".into(),
        sensitivity: Sensitivity::Sensitive,
        columns: columns(),
        commitment: commitment(1),
    }
}

/// What the bank may do with `rsj.insured`: four runs and 4000 keys in 30 days.
pub fn limits(partner: &str) -> UsageLimits {
    UsageLimits {
        partner: Grantee::Org(org(partner)),
        period_days: 30,
        runs_max: Some(4),
        keys_max: Some(4_000),
        run_keys_max: Some(2_000),
        run_keys_min: Some(100),
        min_matches: None,
    }
}

pub fn set_limits(policy_version: u32, limits: Vec<UsageLimits>) -> Action {
    Action::DatasetLimitsSet(DatasetLimitsSet { dataset: dataset_id("rsj.insured"), policy_version, limits })
}

pub fn scope() -> Scope {
    Scope {
        columns: vec![
            ColumnUse { column: "id_no".into(), disclosure: KEY_USE },
            ColumnUse { column: "employer".into(), disclosure: PAYLOAD_USE },
        ],
        purpose: PURPOSE.into(),
        kinds: [TaskKindName::Psi].into(),
        not_after_ms: START_MS + 100 * HOUR_MS,
        uses: 2,
    }
}

pub fn apply(id: &str) -> ApplicationSubmit {
    ApplicationSubmit {
        application: application_id(id),
        dataset: dataset_id("rsj.insured"),
        scope: scope(),
        reason: "贷前审查".into(),
    }
}

pub fn approve(application: &str, grant: &str, scope: Scope) -> Action {
    let decision = Decision::Approve { grant: grant_id(grant), scope };
    Action::ApplicationReview(ApplicationReview { application: application_id(application), decision })
}

pub fn reject(application: &str, reason: &str) -> Action {
    let decision = Decision::Reject { reason: reason.into() };
    Action::ApplicationReview(ApplicationReview { application: application_id(application), decision })
}

pub fn revoke(grant: &str) -> Action {
    Action::GrantRevoke(GrantRevoke { grant: grant_id(grant), reason: "收回".into() })
}

pub fn register(name: &str, roles: &[Role], key: ledger_types::PublicKey) -> AccountRegister {
    AccountRegister {
        account: AccountId::new(name).unwrap(),
        display_name: "王芳".into(),
        roles: roles.iter().copied().collect(),
        key,
    }
}

pub fn algorithm() -> AlgorithmRef {
    AlgorithmRef { id: PSI_ECDH.into(), version: PSI_ECDH_VERSION.into() }
}

/// The bank learns which of its clients are insured, and their employer.
pub fn spec(salt: u8) -> TaskSpec {
    let party = |o: &str, d: &str, payload: &str, grant: Option<&str>| TaskParty {
        org: org(o),
        dataset: dataset_id(d),
        version: 1,
        keys: vec!["id_no".into()],
        payload: vec![payload.into()],
        grant: grant.map(grant_id),
    };
    TaskSpec {
        v: 1,
        title: "贷前核验".into(),
        purpose: PURPOSE.into(),
        kind: TaskKind::Psi(PsiSpec {
            key_rules: vec!["id-cn/1".into()],
            duplicates: DuplicateRule::First,
            format: ResultFormat::Csv,
            min_matches: 0,
            output: PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
        }),
        algorithm: algorithm(),
        parties: vec![
            party("bank", "bank.clients", "district", None),
            party("rsj", "rsj.insured", "employer", Some("g1")),
        ],
        receiver: org("bank"),
        not_after_ms: START_MS + 50 * HOUR_MS,
        attempts_max: 2,
        salt: ByteBuf::from(vec![salt; 16]),
        rerun_of: None,
    }
}

pub fn task_approve(task: TaskId) -> Action {
    Action::TaskApprove(TaskApprove { task })
}

pub fn task_reject(task: TaskId) -> Action {
    Action::TaskReject(TaskClose { task, reason: "不同意".into() })
}

pub fn task_cancel(task: TaskId) -> Action {
    Action::TaskCancel(TaskClose { task, reason: "撤回".into() })
}

pub fn task_retry(task: TaskId) -> Action {
    Action::TaskRetry(TaskRetry { task })
}

pub fn task_fail(task: TaskId, session: SessionId) -> Action {
    Action::TaskFail(TaskFail { task, session, code: "peer_lost".into(), detail: "连接中断".into() })
}

pub fn task_refuse(task: TaskId) -> Action {
    Action::TaskRefuse(TaskRefuse { task, asked_by: org("bank"), code: "grant_revoked".into() })
}

pub fn task_attest(task: TaskId, session: SessionId, attestation: Attestation) -> Action {
    Action::TaskAttest(TaskAttest { task, session, attestation })
}

/// What an honest node of the bank (receiver) or of rsj (sender) states.
pub fn attestation(o: &str) -> Attestation {
    let receiver = o == "bank";
    let (peer, dataset) = if receiver { ("rsj", "bank.clients") } else { ("bank", "rsj.insured") };
    let (to_rsj, to_bank) = (digest(21), digest(22));
    let swap = |a: Digest, b: Digest| if receiver { (a, b) } else { (b, a) };
    let (sent, received) = swap(to_rsj, to_bank);
    let (seed_commitment, peer_seed_commitment) = swap(digest(31), digest(32));
    Attestation {
        org: org(o),
        role: if receiver { ProtocolRole::Receiver } else { ProtocolRole::Sender },
        algorithm: algorithm(),
        parameters: digest(40),
        input: Some(InputUsed {
            dataset: dataset_id(dataset),
            version: 1,
            commitment: digest(1),
            rows: 1000,
            items: if receiver { 800 } else { 900 },
            nulls: 10,
            duplicates: 5,
        }),
        channels: vec![ChannelView {
            peer: org(peer),
            sent,
            received,
            sent_bytes: if receiver { 4000 } else { 5000 },
            received_bytes: if receiver { 5000 } else { 4000 },
            peer_items: if receiver { 900 } else { 800 },
            peer_seed_commitment,
        }],
        canaries_ok: receiver.then_some(true),
        seed_commitment,
        result: receiver.then(|| digest(50)),
        software: "shuzheng 0.1.0".into(),
        started_ms: START_MS,
        finished_ms: START_MS + 5000,
    }
}

impl World {
    /// Both datasets are published.
    pub fn with_datasets() -> Self {
        let mut w = Self::new();
        w.must("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
        w.must("bank/owner", Action::DatasetPublish(publish("bank.clients")));
        w
    }

    /// The bank has applied as `a1`.
    pub fn with_application() -> Self {
        let mut w = Self::with_datasets();
        w.must("bank/requester", Action::ApplicationSubmit(apply("a1")));
        w
    }

    /// The bank holds grant `g1` for two uses.
    pub fn with_grant() -> Self {
        let mut w = Self::with_application();
        w.must("rsj/owner", approve("a1", "g1", scope()));
        w
    }

    /// Task `spec(1)` is proposed.
    pub fn with_task() -> (Self, TaskId) {
        let mut w = Self::with_grant();
        let id = w.propose(spec(1));
        (w, id)
    }

    pub fn propose(&mut self, spec: TaskSpec) -> TaskId {
        let id = spec.id(self.block.suite, &self.block.chain);
        self.must("bank/requester", Action::TaskPropose(TaskPropose { spec }));
        id
    }

    /// Both parties approved.
    pub fn ready() -> (Self, TaskId, SessionId) {
        let (mut w, id) = Self::with_task();
        w.must("bank/requester", task_approve(id));
        w.must("rsj/owner", task_approve(id));
        let session = w.session(id);
        (w, id, session)
    }

    /// The first run failed.
    pub fn failed() -> (Self, TaskId, SessionId) {
        let (mut w, id, session) = Self::ready();
        w.must("rsj/node", task_fail(id, session));
        (w, id, session)
    }

    pub fn task(&self, id: TaskId) -> Task {
        read::task(&self.state, &id).unwrap().unwrap()
    }

    pub fn session(&self, id: TaskId) -> SessionId {
        self.task(id).run().unwrap().session
    }
}

/// Stages as pairs, for tables.
impl World {
    pub fn ready_task() -> (Self, TaskId) {
        let (w, id, _) = Self::ready();
        (w, id)
    }

    pub fn failed_task() -> (Self, TaskId) {
        let (w, id, _) = Self::failed();
        (w, id)
    }
}
