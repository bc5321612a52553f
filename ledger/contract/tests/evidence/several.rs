//! Stories of three members: three parties with data, and two parties whose result only a third gets.

use ledger_types::SuiteId;
use ledger_types::action::*;
use ledger_types::id::{AccountId, ApplicationId, GrantId};
use ledger_types::object::*;
use ledger_types::task::*;
use serde_bytes::ByteBuf;

use crate::chain::{Chain, Entry, key};
use crate::story::{
    DAY_MS, Edit, START_MS, Step, Story, column, commitment, dataset, digest, genesis, org, rule, secret,
};

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// Bank, hospital and social security bring data; the bank receives.
    Star,
    /// Hospital and social security bring data; the bank brings none and receives.
    Third,
}

const PURPOSE: &str = "loan-review";

/// Organisation, its dataset, a column that it releases or keeps, rows.
const DATA: [(&str, &str, &str, u64); 3] = [
    ("bank", "bank.applicants", "amount", 800),
    ("hospital", "hospital.visits", "visits", 1_200),
    ("rsj", "rsj.insured", "months_paid", 1_000),
];

fn data(org_id: &str) -> (&'static str, &'static str, u64) {
    let (_, set, payload, rows) = DATA.into_iter().find(|d| d.0 == org_id).expect("one of the three");
    (set, payload, rows)
}

fn grant(org_id: &str) -> GrantId {
    GrantId::new(format!("grant-{org_id}")).expect("a slug")
}

impl Members {
    fn parties(self) -> &'static [&'static str] {
        match self {
            Self::Star => &["bank", "hospital", "rsj"],
            Self::Third => &["hospital", "rsj"],
        }
    }

    fn of_keys(self) -> Disclosure {
        match self {
            Self::Star => Disclosure::PlaintextAfterJoin,
            Self::Third => Disclosure::EncryptedOnly,
        }
    }

    pub fn spec(self) -> TaskSpec {
        let party = |id: &&str| {
            let (set, payload, _) = data(id);
            // The third sees no key that is not released like another column: here the hospital's.
            let released = (self == Self::Third && *id == "hospital").then_some("id_no");
            TaskParty {
                org: org(id),
                dataset: dataset(set),
                version: 1,
                keys: vec!["id_no".into()],
                payload: released.into_iter().chain([payload]).map(str::to_owned).collect(),
                grant: (*id != "bank").then(|| grant(id)),
            }
        };
        let (id, version) = match self {
            Self::Star => (PSI_STAR, PSI_STAR_VERSION),
            Self::Third => (PSI_DELEGATED, PSI_DELEGATED_VERSION),
        };
        TaskSpec {
            v: 1,
            title: "多方贷款核验".into(),
            purpose: PURPOSE.into(),
            kind: TaskKind::Psi(PsiSpec {
                key_rules: vec!["id-cn/1".into()],
                duplicates: DuplicateRule::First,
                format: ResultFormat::Csv,
                min_matches: 20,
                output: PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
            }),
            algorithm: AlgorithmRef { id: id.into(), version: version.into() },
            parties: self.parties().iter().map(party).collect(),
            receiver: org("bank"),
            not_after_ms: START_MS + 30 * DAY_MS,
            attempts_max: 2,
            salt: ByteBuf::from([9; 16]),
            rerun_of: None,
        }
    }

    /// What a node states; the three views fit together.
    pub fn attestation(self, org_id: &str) -> Attestation {
        let spec = self.spec();
        let items = |id: &str| if self.parties().contains(&id) { data(id).2 - 10 } else { 0 };
        let bytes = |from: &str, to: &str| 1_000 * from.len() as u64 + 10 * to.len() as u64;
        let channel = |peer: &str| ChannelView {
            peer: org(peer),
            sent: digest(&format!("{org_id}->{peer}")),
            received: digest(&format!("{peer}->{org_id}")),
            sent_bytes: bytes(org_id, peer),
            received_bytes: bytes(peer, org_id),
            peer_items: items(peer),
            peer_seed_commitment: digest(&format!("seed of {peer}")),
        };
        let receives = org_id == "bank";
        Attestation {
            org: org(org_id),
            role: spec.role(&org(org_id)),
            algorithm: spec.algorithm.clone(),
            parameters: digest("parameters of all three"),
            input: spec.party(&org(org_id)).map(|p| InputUsed {
                dataset: p.dataset.clone(),
                version: 1,
                commitment: commitment(data(org_id).0, 0).root,
                rows: data(org_id).2,
                items: items(org_id),
                nulls: 4,
                duplicates: 6,
            }),
            channels: spec.members().map(|o| o.as_str()).filter(|o| *o != org_id).map(channel).collect(),
            canaries_ok: receives.then_some(true),
            seed_commitment: digest(&format!("seed of {org_id}")),
            result: receives.then(|| digest("result")),
            software: "shuzheng 0.1.0".into(),
            started_ms: START_MS + 60_000,
            finished_ms: START_MS + 61_500,
        }
    }

    /// Plays the story; `lie` may change what the nodes state.
    pub fn play(self, suite: SuiteId, edit: Edit<'_>, lie: impl Fn(&mut Attestation)) -> Story {
        let (genesis, nodes) = genesis(suite);
        let (spec, task) = (self.spec(), self.spec().id(suite, &genesis.chain));
        let mut story = Story { chain: Chain::new(genesis, nodes), task, spec, sessions: Vec::new() };
        self.prepare(&mut story, edit);
        story.step(Step::Propose, edit, vec![("bank/zhang", Action::TaskPropose(TaskPropose { spec: self.spec() }))]);
        let approve = || Action::TaskApprove(TaskApprove { task });
        story.step(Step::ApproveRsj, edit, vec![("rsj/sun", approve()), ("hospital/sun", approve())]);
        story.step(Step::ApproveBank, edit, vec![("bank/zhang", approve())]);
        let session = story.sessions[0];
        for (node, step) in [
            ("rsj/node", Step::AttestSender),
            ("hospital/node", Step::AttestSender),
            ("bank/node", Step::AttestReceiver),
        ] {
            let mut attestation = self.attestation(node.trim_end_matches("/node"));
            lie(&mut attestation);
            story.step(step, edit, vec![(node, Action::TaskAttest(TaskAttest { task, session, attestation }))]);
        }
        story
    }

    fn prepare(self, story: &mut Story, edit: Edit<'_>) {
        let register = |full: &str, roles: &[Role], chain: &Chain| {
            let name = full.split_once('/').expect("org/account").1;
            Action::AccountRegister(AccountRegister {
                account: AccountId::new(name).expect("a slug"),
                display_name: format!("{name} 女士"),
                roles: roles.iter().copied().collect(),
                key: key(chain.suite(), &secret(full)).public_key(),
            })
        };
        let accounts = vec![
            ("bank/admin", register("bank/zhang", &[Role::Requester], &story.chain)),
            ("bank/admin", register("bank/sun", &[Role::DataOwner], &story.chain)),
            ("hospital/admin", register("hospital/sun", &[Role::DataOwner], &story.chain)),
            ("rsj/admin", register("rsj/sun", &[Role::DataOwner], &story.chain)),
        ];
        story.step(Step::Accounts, edit, accounts);
        let owner = |id: &str| ["bank/sun", "hospital/sun", "rsj/sun"].into_iter().find(|o| o.starts_with(id));
        for party in self.spec().parties {
            let id = party.org.as_str();
            let (set, payload, rows) = data(id);
            let bank = || Grantee::Org(org("bank"));
            let of_key = [self.of_keys(), Disclosure::PlaintextAsJoinPayload].map(|d| rule(bank(), d)).to_vec();
            let of_payload = vec![rule(bank(), Disclosure::PlaintextAsJoinPayload)];
            let publish = DatasetPublish {
                dataset: dataset(set),
                title: set.into(),
                description: String::new(),
                theme: "多方".into(),
                sensitivity: Sensitivity::Sensitive,
                columns: vec![
                    column("id_no", ColumnType::Text, of_key),
                    column(payload, ColumnType::Integer, of_payload),
                ],
                commitment: commitment(set, rows),
            };
            let by = owner(id).expect("an owner");
            story.step(Step::Publish, edit, vec![(by, Action::DatasetPublish(publish))]);
            let Some(grant) = party.grant else { continue };
            let column = |column: &str, disclosure| ColumnUse { column: column.into(), disclosure };
            let scope = Scope {
                columns: vec![
                    column("id_no", self.of_keys()),
                    column("id_no", Disclosure::PlaintextAsJoinPayload),
                    column(payload, Disclosure::PlaintextAsJoinPayload),
                ],
                purpose: PURPOSE.into(),
                kinds: [TaskKindName::Psi].into(),
                not_after_ms: START_MS + 200 * DAY_MS,
                uses: 3,
            };
            let application = ApplicationId::new(format!("application-{id}")).expect("a slug");
            let submit = ApplicationSubmit {
                application: application.clone(),
                dataset: dataset(set),
                scope: scope.clone(),
                reason: "多方核验".into(),
            };
            story.step(Step::Apply, edit, vec![("bank/zhang", Action::ApplicationSubmit(submit))]);
            let review = ApplicationReview { application, decision: Decision::Approve { grant, scope } };
            story.step(Step::Grant, edit, vec![(by, Action::ApplicationReview(review))]);
        }
    }
}

/// What a node of three may state wrongly, what it is called, and whose node; every channel is compared, also the one
/// between the two senders (the second of both).
pub const LIES: [(&str, &str, &str, fn(&mut Attestation)); 7] = [
    ("two senders differ on what went between them", "transcript_differs", "rsj", |a| a.channels[1].sent = digest("x")),
    ("a sender counts another's bytes otherwise", "bytes_differ", "hospital", |a| a.channels[1].received_bytes += 1),
    ("a sender heard another number of items", "items_differ", "rsj", |a| a.channels[1].peer_items += 1),
    ("a sender heard another seed commitment", "seed_commitment_differs", "hospital", |a| {
        a.channels[1].peer_seed_commitment = digest("x");
    }),
    ("one of three negotiated otherwise", "parameters_differ", "rsj", |a| a.parameters = digest("x")),
    ("one of three read other rows", "input_commitment_differs", "rsj", |a| {
        a.input.as_mut().expect("a party with data").commitment = digest("x");
    }),
    ("a sender of three has a result", "result_unexpected", "rsj", |a| a.result = Some(digest("x"))),
];

/// The members tell a lie, and the ledger calls the task completed all the same.
pub fn hushed(org_id: &str, change: fn(&mut Attestation)) -> Story {
    let edit = |_: Step, entries: &mut Vec<Entry>| {
        for entry in entries {
            if let Action::TaskAttest(a) = &mut entry.tx.action
                && a.attestation.org.as_str() == org_id
            {
                change(&mut a.attestation);
            }
        }
    };
    Members::Star.play(SuiteId::Gm, &edit, |_| ())
}
