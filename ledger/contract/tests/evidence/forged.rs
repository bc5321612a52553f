//! Histories that only a consortium of conspiring validators can certify: every signature of theirs is good,
//! and the content is not. Each names the check that must fail.

use ledger_types::SuiteId;
use ledger_types::action::{Action, Decision};
use ledger_types::bundle::EvidenceBundle;
use ledger_types::cbor;
use ledger_types::id::TaskId;
use ledger_types::object::{Dataset, Disclosure, Grant, Revocation, Status};
use ledger_types::receipt::EventKind;
use ledger_types::task::Task;
use ledger_types::usage::{Usage, UsageLimits};
use ledger_types::verify::CheckId;

use crate::chain::{Entry, state_root};
use crate::several;
use crate::story::{Ending, START_MS, Step, Story, USAGE_KEY, account, digest, honest, org, secret};

pub struct Forged {
    pub name: &'static str,
    /// The check that must fail, its subject where the name alone is not clear, and its code.
    pub expect: (CheckId, &'static str),
    pub bundle: EvidenceBundle,
}

fn edited(name: &'static str, expect: (CheckId, &'static str), at: Step, edit: impl Fn(&mut Vec<Entry>)) -> Forged {
    edited_of(Ending::Completed, name, expect, at, edit)
}

fn edited_of(
    ending: Ending,
    name: &'static str,
    expect: (CheckId, &'static str),
    at: Step,
    edit: impl Fn(&mut Vec<Entry>),
) -> Forged {
    let apply = |step, entries: &mut Vec<Entry>| {
        if step == at {
            edit(entries);
        }
    };
    Forged { name, expect, bundle: Story::play(SuiteId::Gm, ending, &apply).bundle() }
}

fn grant_scope(entries: &mut [Entry], edit: impl Fn(&mut ledger_types::object::Scope)) {
    if let Action::ApplicationReview(a) = &mut entries[0].tx.action
        && let Decision::Approve { scope, .. } = &mut a.decision
    {
        edit(scope);
    }
}

fn attestation(entries: &mut [Entry], edit: impl Fn(&mut ledger_types::task::Attestation)) {
    if let Action::TaskAttest(a) = &mut entries[0].tx.action {
        edit(&mut a.attestation);
    }
}

fn input(a: &mut ledger_types::task::Attestation) -> &mut ledger_types::task::InputUsed {
    a.input.as_mut().expect("a party with data")
}

pub fn all() -> Vec<Forged> {
    use CheckId::*;
    let mut out = vec![
        edited("a party never approved", (TaskApprovals, "missing_approval"), Step::ApproveRsj, |e| e.clear()),
        edited("a party approved another task", (TaskApprovals, "missing_approval"), Step::ApproveRsj, |e| {
            if let Action::TaskApprove(a) = &mut e[0].tx.action {
                a.task = TaskId(digest("another task"));
            }
        }),
        edited("one party approved for the other", (TaskApprovals, "missing_approval"), Step::ApproveRsj, |e| {
            e[0].tx.sender = account("sjj", "wu");
            e[0].signer = secret("sjj/wu");
        }),
        edited(
            "an approval is signed with the key before rotation",
            (TxSignature, "bad_signature"),
            Step::ApproveRsj,
            |e| {
                e[0].signer = secret("rsj/li");
            },
        ),
        edited("an approval is signed by a stranger", (TxSignature, "unknown_account"), Step::ApproveRsj, |e| {
            e[0].tx.sender = account("rsj", "nobody");
        }),
        edited("an approval is for another chain", (TxValid, "other_chain"), Step::ApproveRsj, |e| {
            e[0].tx.chain = ledger_types::id::ChainId::new("other").expect("a slug");
        }),
        edited("an approval had expired", (TxValid, "expired"), Step::ApproveRsj, |e| e[0].tx.valid_until = 1),
        edited("the proposal is another one", (TaskDigest, "no_proposal"), Step::Propose, |e| {
            if let Action::TaskPropose(p) = &mut e[0].tx.action {
                p.spec.parties[1].payload.push("id_card_photo".into());
            }
        }),
        edited("nobody proposed the task", (TaskDigest, "no_proposal"), Step::Propose, |e| e.clear()),
        edited("the session was chosen", (TaskSession, "other_session"), Step::ApproveBank, |e| {
            let ready = e[0].receipt.events.iter_mut().find(|e| e.kind == EventKind::TaskReady);
            ready.expect("the step makes the task ready").session = Some(ledger_types::id::SessionId(digest("chosen")));
        }),
        edited("a retry made the task ready first", (TaskSession, "unexpected_run"), Step::ApproveBank, |e| {
            e[0].receipt.events.retain(|e| e.kind != EventKind::TaskReady);
        }),
        edited("no grant was given", (TaskGrants, "grant_unknown"), Step::Grant, |e| e.clear()),
        edited("the grant had expired", (TaskGrants, "grant_expired"), Step::Grant, |e| {
            grant_scope(e, |s| s.not_after_ms = START_MS + 1);
        }),
        edited("the grant was used up", (TaskGrants, "grant_used_up"), Step::Grant, |e| grant_scope(e, |s| s.uses = 0)),
        edited("the grant is for another purpose", (TaskGrants, "purpose_not_granted"), Step::Grant, |e| {
            grant_scope(e, |s| s.purpose = "marketing".into());
        }),
        edited("the grant does not cover the payload", (TaskGrants, "payload_not_granted"), Step::Grant, |e| {
            grant_scope(e, |s| s.columns.truncate(1));
        }),
        edited("the grant does not cover the key", (TaskGrants, "key_not_granted"), Step::Grant, |e| {
            grant_scope(e, |s| s.columns[0].disclosure = Disclosure::EncryptedOnly);
        }),
        edited("the grant does not cover the kind of task", (TaskGrants, "kind_not_granted"), Step::Grant, |e| {
            grant_scope(e, |s| s.kinds.clear());
        }),
        edited(
            "the application came from another organisation",
            (TaskGrants, "grant_other_grantee"),
            Step::Apply,
            |e| {
                e[0].tx.sender = account("sjj", "wu");
                e[0].signer = secret("sjj/wu");
            },
        ),
        edited(
            "the column's policy does not permit the payload",
            (TaskGrants, "payload_forbidden"),
            Step::Policy,
            |e| {
                e.remove(0);
            },
        ),
        edited("the dataset was frozen", (TaskGrants, "dataset_frozen"), Step::Policy, |e| {
            let frozen = ledger_types::action::DatasetStatusSet {
                dataset: ledger_types::id::DatasetId::new("rsj.social-insurance").expect("a slug"),
                status: Status::Frozen,
            };
            let mut freeze = e[0].clone();
            freeze.tx.nonce += 100;
            freeze.tx.action = Action::DatasetStatusSet(frozen);
            e.push(freeze);
        }),
        edited("the version was never published", (TaskGrants, "dataset_version_unknown"), Step::Publish, |e| {
            e.truncate(2);
        }),
        edited("a node read other rows", (TaskInputs, "input_commitment_differs"), Step::AttestSender, |e| {
            attestation(e, |a| input(a).commitment = digest("other rows"));
        }),
        edited("a node read more rows", (TaskInputs, "row_count_differs"), Step::AttestSender, |e| {
            attestation(e, |a| input(a).rows += 1);
        }),
        edited("a node attests another dataset", (TaskInputs, "other_dataset"), Step::AttestSender, |e| {
            attestation(e, |a| input(a).version = 1);
        }),
        edited("a person attests for the node", (TaskAttestations, "not_by_own_node"), Step::AttestSender, |e| {
            e[0].tx.sender = account("rsj", "li");
            e[0].signer = secret("rsj/li after rotation");
        }),
        edited("a node attests another session", (TaskAttestations, "attestation_missing"), Step::AttestSender, |e| {
            if let Action::TaskAttest(a) = &mut e[0].tx.action {
                a.session = ledger_types::id::SessionId(digest("another session"));
            }
        }),
        edited("an attestation is missing", (TaskAttestations, "attestation_missing"), Step::AttestSender, |e| {
            e.clear()
        }),
        edited("the end was not recorded", (TaskOutcome, "other_conclusion"), Step::AttestReceiver, |e| {
            e[0].receipt.events.retain(|e| e.kind != EventKind::TaskCompleted);
        }),
        edited("a completed task is called disputed", (TaskOutcome, "other_conclusion"), Step::AttestReceiver, |e| {
            for event in &mut e[0].receipt.events {
                if event.kind == EventKind::TaskCompleted {
                    event.kind = EventKind::TaskDisputed;
                }
            }
        }),
        edited("a receipt leaves an event out", (PolicyReplay, "receipt_differs"), Step::Accounts, |e| {
            e[3].receipt.events.clear();
        }),
        edited("a nonce is used that is none", (PolicyReplay, "inadmissible"), Step::Rotate, |e| {
            // The first nonce is 1.
            e[0].tx.nonce = 0;
        }),
    ];
    let codes: [(&str, &str, fn(&mut ledger_types::task::Attestation)); 9] = [
        ("the algorithm differs", "algorithm_differs", |a| a.algorithm.version = "2".into()),
        ("the parameters differ", "parameters_differ", |a| a.parameters = digest("other parameters")),
        ("the transcripts differ", "transcript_differs", |a| a.channels[0].sent = digest("other transcript")),
        ("the bytes differ", "bytes_differ", |a| a.channels[0].received_bytes += 1),
        ("the items differ", "items_differ", |a| input(a).items += 1),
        ("the seed commitments differ", "seed_commitment_differs", |a| {
            a.channels[0].peer_seed_commitment = digest("other seed");
        }),
        ("a canary was lost", "canary_failed", |a| a.canaries_ok = Some(false)),
        ("the sender has a result", "result_unexpected", |a| a.result = Some(digest("a result"))),
        ("the peer of a channel is another", "transcript_differs", |a| a.channels[0].peer = org("sjj")),
    ];
    for (name, code, change) in codes {
        out.push(edited(name, (TaskAttestations, code), Step::AttestSender, |e| attestation(e, change)));
    }
    let receiver: [(&str, &str, fn(&mut ledger_types::task::Attestation)); 2] = [
        ("the receiver says nothing of canaries", "canary_missing", |a| a.canaries_ok = None),
        ("the receiver has no result", "result_missing", |a| a.result = None),
    ];
    for (name, code, change) in receiver {
        out.push(edited(name, (TaskAttestations, code), Step::AttestReceiver, |e| attestation(e, change)));
    }
    let limits: [(&str, &str, fn(&mut UsageLimits)); 5] = [
        ("the receiver had no run left", "limit_runs_used_up", |l| l.runs_max = Some(1)),
        ("the receiver had no keys left", "limit_keys_used_up", |l| l.keys_max = Some(1_599)),
        ("the receiver tested too many keys", "limit_input_too_large", |l| l.run_keys_max = Some(799)),
        ("the receiver brought too few keys", "limit_input_too_small", |l| l.run_keys_min = Some(801)),
        ("the minimum of matches was below the owner's", "limit_min_matches_too_low", |l| l.min_matches = Some(21)),
    ];
    for (name, code, change) in limits {
        out.push(edited(name, (TaskLimits, code), Step::Policy, |e| {
            if let Action::DatasetLimitsSet(a) = &mut e[1].tx.action {
                change(&mut a.limits[0]);
            }
        }));
    }
    out.push(uncounted());
    for (name, code, liar, change) in several::LIES {
        let expect = match code {
            "input_commitment_differs" => (TaskInputs, code),
            _ => (TaskAttestations, code),
        };
        out.push(Forged { name, expect, bundle: several::hushed(liar, change).bundle() });
    }
    out.push(held_back());
    out.push(few_signatures());
    out.extend(states());
    out.extend(for_both());
    out
}

/// The state after the run became ready does not count it.
fn uncounted() -> Forged {
    let mut story = Story::play(SuiteId::Gm, Ending::Ready, &honest);
    let mut last = story.chain.blocks.pop().expect("blocks");
    let usage = last.state.get_mut(USAGE_KEY).expect("the run is counted");
    let mut object: Usage = cbor::from_bytes(usage).expect("a usage object");
    object.entries.clear();
    *usage = cbor::to_bytes(&object);
    last.header.state_root = state_root(SuiteId::Gm, &story.chain.genesis, &last.state);
    last.certificate = story.chain.certify(&last.header);
    story.chain.blocks.push(last);
    let expect = (CheckId::TaskLimits, "run_not_counted");
    Forged { name: "a run was not counted against the limits", expect, bundle: story.bundle() }
}

/// Every party approved, and the ledger does not say so.
fn held_back() -> Forged {
    let hide = |step, entries: &mut Vec<Entry>| {
        if step == Step::ApproveBank {
            entries[0].receipt.events.retain(|e| e.kind != EventKind::TaskReady);
        }
    };
    let expect = (CheckId::TaskSession, "ready_missing");
    let bundle = Story::play(SuiteId::Gm, Ending::Ready, &hide).bundle();
    Forged { name: "all approved and the task was held back", expect, bundle }
}

/// Two of four validators sign.
fn few_signatures() -> Forged {
    let mut story = Story::play(SuiteId::Gm, Ending::Completed, &honest);
    story.chain.signers = 2;
    let last = story.chain.blocks.last_mut().expect("blocks").header.clone();
    let certificate = story.chain.certify(&last);
    story.chain.blocks.last_mut().expect("blocks").certificate = certificate;
    let expect = (CheckId::BlockCertificate, "no_quorum");
    Forged { name: "two of four validators signed the last block", expect, bundle: story.bundle() }
}

/// The state after the last block tells another story than the transactions.
fn states() -> Vec<Forged> {
    let forge = |name, expect, edit: &dyn Fn(&mut Vec<u8>, &[u8])| {
        let mut story = Story::play(SuiteId::Gm, Ending::Completed, &honest);
        let mut last = story.chain.blocks.pop().expect("blocks");
        for (key, value) in last.state.iter_mut() {
            edit(value, key);
        }
        last.header.state_root = state_root(SuiteId::Gm, &story.chain.genesis, &last.state);
        last.certificate = story.chain.certify(&last.header);
        story.chain.blocks.push(last);
        Forged { name, expect, bundle: story.bundle() }
    };
    vec![
        forge("a failure is missing from the task's object", (CheckId::TaskState, "task_differs"), &|value, key| {
            if key.starts_with(b"task/") {
                let mut task: Task = cbor::from_bytes(value).expect("a task");
                task.runs[0].failures.pop();
                *value = cbor::to_bytes(&task);
            }
        }),
        forge("a change of limits was left out", (CheckId::TaskLimits, "policy_differs"), &|value, key| {
            if key.starts_with(b"dataset/rsj") {
                let mut dataset: Dataset = cbor::from_bytes(value).expect("a dataset");
                dataset.policy_version += 1;
                dataset.limits[0].runs_max = Some(0);
                *value = cbor::to_bytes(&dataset);
            }
        }),
        forge(
            "the grant's object tells of a revocation before the run",
            (CheckId::TaskGrants, "grant_revoked"),
            &|value, key| {
                if key.starts_with(b"grant/") {
                    let mut grant: Grant = cbor::from_bytes(value).expect("a grant");
                    let (by, at_ms) = (account("rsj", "li"), START_MS + 6_500);
                    grant.revoked = Some(Revocation { by, at_ms, reason: "收回".into() });
                    *value = cbor::to_bytes(&grant);
                }
            },
        ),
    ]
}

/// Histories of a task whose result goes to both sides.
fn for_both() -> Vec<Forged> {
    use CheckId::*;
    let of = |name, expect, at, edit: &dyn Fn(&mut Vec<Entry>)| edited_of(Ending::Both, name, expect, at, edit);
    vec![
        of("one of two results is missing", (TaskAttestations, "result_missing"), Step::AttestSender, &|e| {
            attestation(e, |a| a.result = None);
        }),
        of(
            "the other side does not speak of canaries",
            (TaskAttestations, "canary_missing"),
            Step::AttestSender,
            &|e| {
                attestation(e, |a| a.canaries_ok = None);
            },
        ),
        of("the receiver's keys were for nobody", (TaskGrants, "key_forbidden"), Step::Publish, &|e| {
            if let Action::DatasetPublish(a) = &mut e[1].tx.action {
                a.columns[0].rules.clear();
            }
        }),
        of("the receiver's data were never granted", (TaskGrants, "grant_unknown"), Step::Grant, &|e| e.truncate(1)),
    ]
}
