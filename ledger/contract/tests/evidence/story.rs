//! The story that the vectors tell: four organisations, two datasets, one grant, one intersection.

use std::collections::BTreeMap;

use ledger_crypto::SigningKey;
use ledger_types::action::*;
use ledger_types::algorithm;
use ledger_types::block::{Genesis, Validator, ValidatorSet};
use ledger_types::bundle::{EvidenceBundle, StateEntry};
use ledger_types::id::{AccountId, AccountRef, ApplicationId, ChainId, DatasetId, GrantId, OrgId, SessionId, TaskId};
use ledger_types::object::*;
use ledger_types::receipt::Receipt;
use ledger_types::task::*;
use ledger_types::usage::UsageLimits;
use ledger_types::{Digest, SuiteId};
use serde_bytes::ByteBuf;

use crate::chain::{Chain, Entry, key};

/// Organisations: social security, hospital, bank, audit office; names as in the demo.
pub const ORGS: [(&str, &str, &str); 4] = [
    ("bank", "某市商业银行", "City Commercial Bank"),
    ("hospital", "某市第一医院", "First City Hospital"),
    ("rsj", "某市人力资源和社会保障局", "City Human Resources and Social Security Bureau"),
    ("sjj", "某市审计局", "City Audit Office"),
];

/// Where the state says what the bank has used of the dataset.
pub const USAGE_KEY: &[u8] = b"usage/rsj.social-insurance/bank";

pub const START_MS: u64 = 1_760_000_000_000;
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What happens, step by step; an edit is made to the block of the step whose name it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Accounts,
    Rotate,
    Publish,
    Policy,
    Apply,
    Grant,
    Propose,
    ApproveRsj,
    /// Makes the task ready.
    ApproveBank,
    Refuse,
    Fail,
    Retry,
    AttestSender,
    /// Concludes the task.
    AttestReceiver,
    Cancel,
}

/// Which end the story takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Completed,
    /// Completed, with a result for both sides.
    Both,
    Disputed,
    Waiting,
    Ready,
    Failed,
    Cancelled,
}

pub struct Story {
    pub chain: Chain,
    pub task: TaskId,
    pub spec: TaskSpec,
    pub sessions: Vec<SessionId>,
}

pub type Edit<'a> = &'a dyn Fn(Step, &mut Vec<Entry>);

pub fn org(id: &str) -> OrgId {
    OrgId::new(id).expect("a slug")
}

pub fn account(org_id: &str, name: &str) -> AccountRef {
    AccountRef { org: org(org_id), account: AccountId::new(name).expect("a slug") }
}

/// A secret that depends on nothing but its name, so that vectors can be made again.
pub fn secret(name: &str) -> [u8; 32] {
    let mut bytes = SuiteId::Gm.hash(&[b"a key for test vectors: ", name.as_bytes()]).0;
    bytes[0] = 0x11; // in range for SM2
    bytes
}

pub fn dataset(id: &str) -> DatasetId {
    DatasetId::new(id).expect("a slug")
}

pub fn digest(name: &str) -> Digest {
    SuiteId::Gm.hash(&[b"a digest for test vectors: ", name.as_bytes()])
}

pub fn genesis(suite: SuiteId) -> (Genesis, BTreeMap<OrgId, SigningKey>) {
    let node_key = |id: &str| key(suite, &secret(&format!("{id}/node")));
    let organisations: Vec<_> = ORGS
        .iter()
        .map(|(id, name_zh, name_en)| Organisation {
            id: org(id),
            name_zh: (*name_zh).into(),
            name_en: (*name_en).into(),
            node_key: node_key(id).public_key(),
            status: Status::Active,
        })
        .collect();
    let accounts = ORGS
        .iter()
        .map(|(id, ..)| Account {
            id: account(id, "admin"),
            display_name: "管理员".into(),
            roles: [Role::Operator].into(),
            key: key(suite, &secret(&format!("{id}/admin"))).public_key(),
            key_version: 1,
            status: Status::Active,
        })
        .collect();
    let validators = organisations.iter().map(|o| Validator { org: o.id.clone(), key: o.node_key, power: 1 }).collect();
    let chain = ChainId::new(format!("vectors-{suite}")).expect("a slug");
    let genesis = Genesis {
        v: 1,
        suite,
        rules: 1,
        time_ms: START_MS,
        organisations,
        accounts,
        validators: ValidatorSet::new(validators).expect("distinct and with power"),
        parameters: Parameters::default(),
        algorithms: algorithm::registrations(suite, &chain),
        chain,
    };
    (genesis, ORGS.iter().map(|(id, ..)| (org(id), node_key(id))).collect())
}

pub fn rule(grantee: Grantee, allow: Disclosure) -> ColumnRule {
    ColumnRule { grantee, purpose: Some("loan-review".into()), allow, not_after_ms: Some(START_MS + 300 * DAY_MS) }
}

pub fn column(name: &str, data_type: ColumnType, rules: Vec<ColumnRule>) -> Column {
    Column {
        name: name.into(),
        data_type,
        description: format!("{name} 列"),
        sensitivity: Sensitivity::Internal,
        rules,
    }
}

fn rsj_columns(open: bool) -> Vec<Column> {
    let bank = || Grantee::Org(org("bank"));
    let plain = ColumnRule { grantee: Grantee::Any, purpose: None, allow: Disclosure::Plaintext, not_after_ms: None };
    vec![
        column("id_no", ColumnType::Text, vec![rule(bank(), Disclosure::PlaintextAfterJoin)]),
        column(
            "months_paid",
            ColumnType::Integer,
            if open { vec![rule(bank(), Disclosure::PlaintextAsJoinPayload)] } else { Vec::new() },
        ),
        column("district", ColumnType::Text, vec![plain]),
    ]
}

pub fn commitment(name: &str, rows: u64) -> DatasetCommitment {
    let (root, schema) = (digest(&format!("root of {name}")), digest("schema"));
    DatasetCommitment { scheme: "salted-rows/1".into(), root, rows, schema }
}

fn scope() -> Scope {
    let column = |column: &str, disclosure| ColumnUse { column: column.into(), disclosure };
    Scope {
        columns: vec![
            column("id_no", Disclosure::PlaintextAfterJoin),
            column("months_paid", Disclosure::PlaintextAsJoinPayload),
        ],
        purpose: "loan-review".into(),
        kinds: [TaskKindName::Psi].into(),
        not_after_ms: START_MS + 200 * DAY_MS,
        uses: 3,
    }
}

pub fn spec() -> TaskSpec {
    let party = |org_id: &str, set: &str, version, grant: Option<&str>, payload: &str| TaskParty {
        org: org(org_id),
        dataset: dataset(set),
        version,
        keys: vec!["id_no".into()],
        payload: vec![payload.into()],
        grant: grant.map(|g| GrantId::new(g).expect("a slug")),
    };
    TaskSpec {
        v: 1,
        title: "贷款申请人社保核验".into(),
        purpose: "loan-review".into(),
        kind: TaskKind::Psi(PsiSpec {
            key_rules: vec!["id-cn/1".into()],
            duplicates: DuplicateRule::First,
            format: ResultFormat::Csv,
            min_matches: 20,
            output: PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
        }),
        algorithm: AlgorithmRef { id: PSI_ECDH.into(), version: PSI_ECDH_VERSION.into() },
        parties: vec![
            party("bank", "bank.applicants", 1, None, "amount"),
            party("rsj", "rsj.social-insurance", 2, Some("grant-1"), "months_paid"),
        ],
        receiver: org("bank"),
        not_after_ms: START_MS + 30 * DAY_MS,
        attempts_max: 2,
        salt: ByteBuf::from([7; 16]),
        rerun_of: None,
    }
}

/// The same with a result for both: rsj comes to see the bank's `amount` under a grant of its own.
pub fn spec_for_both() -> TaskSpec {
    let mut spec = spec();
    let TaskKind::Psi(psi) = &mut spec.kind;
    psi.output = PsiOutput::Rows(RowsOutput { join: RowJoin::Left, both: true });
    spec.parties[0].grant = Some(GrantId::new("grant-2").expect("a slug"));
    spec
}

/// What a node states. Both views fit together.
pub fn attestation(org_id: &str) -> Attestation {
    let receiver = org_id == "bank";
    let (peer, set, version, rows) =
        if receiver { ("rsj", "bank.applicants", 1, 800) } else { ("bank", "rsj.social-insurance", 2, 1000) };
    let name = if receiver { "bank.applicants" } else { "rsj.social-insurance v2" };
    let (to_peer, from_peer) = (format!("{org_id}->{peer}"), format!("{peer}->{org_id}"));
    let bytes_of = |direction: &str| if direction.starts_with("bank") { 40_960 } else { 102_400 };
    Attestation {
        org: org(org_id),
        role: if receiver { ProtocolRole::Receiver } else { ProtocolRole::Sender },
        algorithm: spec().algorithm,
        parameters: digest("parameters"),
        input: Some(InputUsed {
            dataset: dataset(set),
            version,
            commitment: digest(&format!("root of {name}")),
            rows,
            items: rows - 10,
            nulls: 4,
            duplicates: 6,
        }),
        channels: vec![ChannelView {
            peer: org(peer),
            sent: digest(&to_peer),
            received: digest(&from_peer),
            sent_bytes: bytes_of(&to_peer),
            received_bytes: bytes_of(&from_peer),
            peer_items: if receiver { 990 } else { 790 },
            peer_seed_commitment: digest(&format!("seed of {peer}")),
        }],
        canaries_ok: receiver.then_some(true),
        seed_commitment: digest(&format!("seed of {org_id}")),
        result: receiver.then(|| digest("result")),
        software: "shuzheng 0.1.0".into(),
        started_ms: START_MS + 60_000,
        finished_ms: START_MS + 61_500,
    }
}

impl Story {
    /// Plays the story to its end; `edit` may change blocks before they are sealed.
    pub fn play(suite: SuiteId, ending: Ending, edit: Edit<'_>) -> Self {
        let (genesis, nodes) = genesis(suite);
        let spec = if ending == Ending::Both { spec_for_both() } else { spec() };
        let task = spec.id(suite, &genesis.chain);
        let mut story = Self { chain: Chain::new(genesis, nodes), task, spec, sessions: Vec::new() };
        story.prepare(edit);
        if ending == Ending::Waiting {
            return story;
        }
        if ending == Ending::Cancelled {
            let close = TaskClose { task, reason: "不再需要".into() };
            story.step(Step::Cancel, edit, vec![("bank/zhang", Action::TaskCancel(close))]);
            return story;
        }
        story.step(Step::ApproveBank, edit, vec![("bank/chen", Action::TaskApprove(TaskApprove { task }))]);
        if ending == Ending::Ready {
            return story;
        }
        let refuse = TaskRefuse { task, asked_by: org("bank"), code: "grant_missing".into() };
        story.step(Step::Refuse, edit, vec![("rsj/node", Action::TaskRefuse(refuse))]);
        let fail = |session| TaskFail { task, session, code: "peer_lost".into(), detail: "对方连接中断".into() };
        let first = story.sessions[0];
        let both = vec![("bank/node", Action::TaskFail(fail(first))), ("rsj/node", Action::TaskFail(fail(first)))];
        story.step(Step::Fail, edit, both);
        if ending == Ending::Failed {
            return story;
        }
        story.step(Step::Retry, edit, vec![("bank/zhang", Action::TaskRetry(TaskRetry { task }))]);
        let session = story.sessions[1];
        let attest = |attestation| Action::TaskAttest(TaskAttest { task, session, attestation });
        let mut sender = attestation("rsj");
        if ending == Ending::Both {
            (sender.canaries_ok, sender.result) = (Some(true), Some(digest("the other result")));
        }
        story.step(Step::AttestSender, edit, vec![("rsj/node", attest(sender))]);
        let mut own = attestation("bank");
        if ending == Ending::Disputed {
            own.channels[0].received = digest("another transcript");
            own.input.as_mut().expect("a party with data").rows += 1;
        }
        story.step(Step::AttestReceiver, edit, vec![("bank/node", attest(own))]);
        story
    }

    fn to_both(&self) -> bool {
        let TaskKind::Psi(psi) = &self.spec.kind;
        psi.output.to_both()
    }

    fn prepare(&mut self, edit: Edit<'_>) {
        let both = self.to_both();
        let register = |org_id: &str, name: &str, roles: &[Role], chain: &Chain| {
            let full = format!("{org_id}/{name}");
            let key = key(chain.suite(), &secret(&full)).public_key();
            let account = AccountId::new(name).expect("a slug");
            let roles = roles.iter().copied().collect();
            Action::AccountRegister(AccountRegister { account, display_name: format!("{name} 先生"), roles, key })
        };
        let mut accounts = vec![
            ("rsj/admin", register("rsj", "li", &[Role::DataOwner], &self.chain)),
            ("bank/admin", register("bank", "zhang", &[Role::Requester], &self.chain)),
            ("bank/admin", register("bank", "chen", &[Role::DataOwner], &self.chain)),
            ("sjj/admin", register("sjj", "wu", &[Role::Auditor], &self.chain)),
        ];
        if both {
            accounts.push(("rsj/admin", register("rsj", "sun", &[Role::Requester], &self.chain)));
        }
        self.step(Step::Accounts, edit, accounts);
        let fresh = key(self.chain.suite(), &secret("rsj/li after rotation")).public_key();
        let rotate = AccountKeyRotate { account: AccountId::new("li").expect("a slug"), key: fresh };
        self.step(Step::Rotate, edit, vec![("rsj/li", Action::AccountKeyRotate(rotate))]);
        let publish = |id: &str, columns, commitment| {
            Action::DatasetPublish(DatasetPublish {
                dataset: dataset(id),
                title: format!("{id} 数据集"),
                description: String::new(),
                theme: "社会保障".into(),
                sensitivity: Sensitivity::Sensitive,
                columns,
                commitment,
            })
        };
        let for_rsj = |allow| if both { vec![rule(Grantee::Org(org("rsj")), allow)] } else { Vec::new() };
        let bank_columns = vec![
            column("id_no", ColumnType::Text, for_rsj(Disclosure::PlaintextAfterJoin)),
            column("amount", ColumnType::Number, for_rsj(Disclosure::PlaintextAsJoinPayload)),
        ];
        let second = DatasetVersionAdd {
            dataset: dataset("rsj.social-insurance"),
            version: 2,
            commitment: commitment("rsj.social-insurance v2", 1000),
        };
        let published = vec![
            ("rsj/li", publish("rsj.social-insurance", rsj_columns(false), commitment("rsj.social-insurance v1", 900))),
            ("bank/chen", publish("bank.applicants", bank_columns, commitment("bank.applicants", 800))),
            ("rsj/li", Action::DatasetVersionAdd(second)),
        ];
        self.step(Step::Publish, edit, published);
        let policy = DatasetPolicySet {
            dataset: dataset("rsj.social-insurance"),
            policy_version: 2,
            columns: rsj_columns(true),
        };
        let limits = DatasetLimitsSet {
            dataset: dataset("rsj.social-insurance"),
            policy_version: 3,
            limits: vec![UsageLimits {
                partner: Grantee::Org(org("bank")),
                period_days: 30,
                runs_max: Some(3),
                keys_max: Some(2_000),
                run_keys_max: Some(1_000),
                run_keys_min: Some(100),
                min_matches: Some(10),
            }],
        };
        let changes = vec![("rsj/li", Action::DatasetPolicySet(policy)), ("rsj/li", Action::DatasetLimitsSet(limits))];
        self.step(Step::Policy, edit, changes);
        let application = ApplicationId::new("application-1").expect("a slug");
        let submit = ApplicationSubmit {
            application: application.clone(),
            dataset: dataset("rsj.social-insurance"),
            scope: scope(),
            reason: "核验贷款申请人的参保情况".into(),
        };
        let mut applied = vec![("bank/zhang", Action::ApplicationSubmit(submit))];
        let second = ApplicationId::new("application-2").expect("a slug");
        let mut second_scope = scope();
        second_scope.columns[1].column = "amount".into();
        if both {
            let submit = ApplicationSubmit {
                application: second.clone(),
                dataset: dataset("bank.applicants"),
                scope: second_scope.clone(),
                reason: "双方核对".into(),
            };
            applied.push(("rsj/sun", Action::ApplicationSubmit(submit)));
        }
        self.step(Step::Apply, edit, applied);
        let grant = GrantId::new("grant-1").expect("a slug");
        let review = ApplicationReview { application, decision: Decision::Approve { grant, scope: scope() } };
        let mut granted = vec![("rsj/li", Action::ApplicationReview(review))];
        if both {
            let grant = GrantId::new("grant-2").expect("a slug");
            let decision = Decision::Approve { grant, scope: second_scope };
            let review = ApplicationReview { application: second, decision };
            granted.push(("bank/chen", Action::ApplicationReview(review)));
        }
        self.step(Step::Grant, edit, granted);
        let propose = TaskPropose { spec: self.spec.clone() };
        self.step(Step::Propose, edit, vec![("bank/zhang", Action::TaskPropose(propose))]);
        let approve = TaskApprove { task: self.task };
        self.step(Step::ApproveRsj, edit, vec![("rsj/li", Action::TaskApprove(approve))]);
    }

    pub fn step(&mut self, step: Step, edit: Edit<'_>, actions: Vec<(&str, Action)>) -> Vec<Receipt> {
        let actions = actions.into_iter().map(|(who, action)| {
            let (org_id, name) = who.split_once('/').expect("org/account");
            let rotated = who == "rsj/li" && !matches!(step, Step::Accounts | Step::Rotate);
            let secret = if rotated { secret("rsj/li after rotation") } else { secret(who) };
            (account(org_id, name), secret, action)
        });
        let receipts = self.chain.block(actions.collect(), |entries| edit(step, entries));
        for receipt in &receipts {
            assert!(receipt.applied(), "{step:?}: {:?}", receipt.outcome);
            let ready = receipt.events.iter().filter(|e| e.kind == ledger_types::receipt::EventKind::TaskReady);
            self.sessions.extend(ready.filter_map(|e| e.session));
        }
        receipts
    }

    /// The bundle about the task, with the state of the task and of its grant.
    pub fn bundle(&self) -> EvidenceBundle {
        let grants = self.spec.parties.iter().filter_map(|p| p.grant.as_ref());
        let mut keys = vec![format!("task/{}", self.task).into_bytes()];
        keys.extend(grants.map(|g| format!("grant/{g}").into_bytes()));
        let owners = self.spec.parties.iter().filter(|p| self.spec.released_to(&p.org).is_some());
        keys.extend(owners.map(|p| format!("dataset/{}", p.dataset).into_bytes()));
        self.chain.bundle(self.task, &keys, self.usage())
    }

    /// What the receiver had used of the dataset with limits when each run became ready.
    pub fn usage(&self) -> Vec<StateEntry> {
        let ready = |r: &Receipt| r.events.iter().any(|e| e.kind == ledger_types::receipt::EventKind::TaskReady);
        let heights = self.chain.blocks.iter().filter(|b| b.receipts.iter().any(ready)).map(|b| b.header.height);
        let has = self.chain.blocks.last().is_some_and(|b| b.state.contains_key(USAGE_KEY));
        heights.filter(|_| has).map(|height| self.chain.state_entry_at(height, USAGE_KEY)).collect()
    }
}

/// No edit.
pub fn honest(_: Step, _: &mut Vec<Entry>) {}
