//! Random sequences of actions, sensible and senseless, by anybody, in blocks of several transactions.
//!
//! `World::commit` holds on every block: executing it twice gives the same receipts and the same writes,
//! and refused transactions change nothing but nonces. Nothing may panic. What must hold of the state after
//! any sequence is checked here.

#[path = "world/mod.rs"]
mod world;

use ledger_contract::read;
use ledger_types::Digest;
use ledger_types::action::{
    AccountKeyRotate, AccountUpdate, Action, DatasetLimitsSet, DatasetPolicySet, DatasetStatusSet, DatasetVersionAdd,
    TaskPropose,
};
use ledger_types::id::{AccountId, SessionId, TaskId};
use ledger_types::object::{Disclosure, Role, Status};
use ledger_types::task::TaskStatus;
use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use world::*;

/// What an action is made from: any eight bytes make one.
type Seed = (u8, u8, u8, u8);

const ACTIONS: u8 = 20;

fn pick<T: Copy>(items: &[T], by: u8) -> T {
    items[usize::from(by) % items.len()]
}

// Mostly one who takes part and has the role for it, sometimes anybody.
fn sender((kind, a, b, _): Seed) -> String {
    let o = if a % 4 == 0 { pick(&ORGS, a / 4) } else { pick(&["rsj", "bank"], a / 4) };
    let fits = match kind % ACTIONS {
        0..=2 => "op",
        3..=6 | 9..=12 | 14 => "owner",
        7 | 8 | 13 | 15 | 16 => "requester",
        _ => "node",
    };
    let name = if b % 4 == 0 { pick(&["owner", "requester", "node", "op", "auditor"], b / 4) } else { fits };
    format!("{o}/{name}")
}

fn a_task(w: &World, by: u8) -> (TaskId, SessionId) {
    let id = spec(by % 4).id(w.block.suite, &w.block.chain);
    let session = read::task(&w.state, &id).unwrap().and_then(|t| t.run().map(|r| r.session));
    (id, session.unwrap_or(SessionId(Digest::ZERO)))
}

fn action(w: &mut World, seed: Seed) -> Action {
    let (kind, a, b, c) = seed;
    let dataset = dataset_id(pick(&["rsj.insured", "bank.clients", "rsj.other"], c));
    let grant = pick(&["g0", "g1"], c);
    let application = pick(&["a0", "a1"], c / 2);
    let (task, session) = a_task(w, c);
    match kind % ACTIONS {
        0 => {
            let key = w.new_key_maybe(c);
            Action::AccountRegister(register(pick(&["wang", "owner", "node"], c), &[pick(&ROLES, a)], key))
        }
        1 => Action::AccountUpdate(AccountUpdate {
            account: AccountId::new(pick(&["op", "owner", "requester", "node"], c)).unwrap(),
            roles: [pick(&ROLES, a), pick(&ROLES, b)].into(),
            status: if c % 8 == 0 { Status::Frozen } else { Status::Active },
        }),
        2 => {
            let key = w.new_key_maybe(c);
            Action::AccountKeyRotate(AccountKeyRotate { account: AccountId::new("auditor").unwrap(), key })
        }
        3 => {
            let mut p = publish(dataset.as_str());
            p.columns[0].rules[0].allow = pick(&[KEY_USE, Disclosure::Plaintext, PAYLOAD_USE], a);
            Action::DatasetPublish(p)
        }
        4 => Action::DatasetVersionAdd(DatasetVersionAdd {
            dataset,
            version: u32::from(a % 3) + 1,
            commitment: commitment(b),
        }),
        5 if b >= 128 => {
            let mut list = vec![limits("bank")];
            list[0].runs_max = Some(u32::from(b % 4));
            Action::DatasetLimitsSet(DatasetLimitsSet { dataset, policy_version: u32::from(a % 4) + 1, limits: list })
        }
        5 => {
            let mut columns = columns();
            columns[usize::from(b % 4)].rules.clear();
            Action::DatasetPolicySet(DatasetPolicySet { dataset, policy_version: u32::from(a % 4) + 1, columns })
        }
        6 => Action::DatasetStatusSet(DatasetStatusSet {
            dataset,
            status: if a % 4 == 0 { Status::Frozen } else { Status::Active },
        }),
        7 | 8 => {
            let mut s = apply(application);
            s.scope.uses = u32::from(b % 4);
            Action::ApplicationSubmit(s)
        }
        9 => reject(application, "no"),
        10 | 11 => {
            let mut s = scope();
            s.uses = u32::from(b % 4);
            approve(application, grant, s)
        }
        12 => revoke(grant),
        13 => {
            let mut s = spec(c % 4);
            s.parties[1].grant = Some(grant_id(grant));
            Action::TaskPropose(TaskPropose { spec: if a % 3 == 0 { s } else { spec(c % 4) } })
        }
        14 | 15 => task_approve(task),
        16 => match c / 4 % 4 {
            0 => task_reject(task),
            1 => task_cancel(task),
            _ => task_retry(task),
        },
        17 | 18 => {
            let mut statement = attestation(if sender(seed).starts_with("rsj") { "rsj" } else { "bank" });
            if a % 8 == 0 {
                statement.input.as_mut().unwrap().rows = u64::from(b);
            }
            task_attest(task, session, statement)
        }
        _ => {
            if a % 2 == 0 {
                task_fail(task, session)
            } else {
                task_refuse(task)
            }
        }
    }
}

const ROLES: [Role; 5] = [Role::DataOwner, Role::Requester, Role::Auditor, Role::Operator, Role::Node];

impl World {
    /// A new key, or one that is taken.
    fn new_key_maybe(&self, by: u8) -> ledger_types::PublicKey {
        key(self.block.suite, by.max(1)).public_key()
    }
}

fn check(w: &World) {
    for o in ORGS {
        let operators = read::operators(&w.state, &org(o)).unwrap();
        assert!(!operators.is_empty(), "{o} has no operator");
        for account in operators {
            let id = ledger_types::id::AccountRef { org: org(o), account };
            let a = read::account(&w.state, &id).unwrap().unwrap();
            assert!(a.status == Status::Active && a.roles.contains(&Role::Operator), "{id}");
        }
    }
    for g in ["g0", "g1"] {
        if let Some(g) = read::grant(&w.state, &grant_id(g)).unwrap() {
            assert!(g.used <= g.scope.uses, "{g:?}");
        }
    }
    for salt in 0..4 {
        let (id, _) = a_task(w, salt);
        let Some(t) = read::task(&w.state, &id).unwrap() else { continue };
        assert!(t.runs.len() <= usize::from(t.spec.attempts_max));
        assert!(t.runs.is_empty() || t.approvals.len() == t.spec.members().count(), "ran without every approval");
        assert_eq!(t.status == TaskStatus::Disputed, !t.disputes.is_empty());
        assert_eq!(t.closed.is_some(), matches!(t.status, TaskStatus::Rejected | TaskStatus::Cancelled));
        if t.status == TaskStatus::Completed {
            assert_eq!(t.run().unwrap().attestations.len(), t.spec.members().count());
        }
    }
    // Everything in the state decodes as canonical CBOR of its type; tasks, grants and accounts did above.
    assert!(w.state.keys().all(|k| k.is_ascii()));
}

type Blocks = Vec<Vec<Seed>>;

fn blocks() -> impl Strategy<Value = Blocks> {
    prop::collection::vec(prop::collection::vec(any::<Seed>(), 1..5), 1..24)
}

/// Plays a sequence and gives the names of the actions that were applied.
fn play(stage: u8, blocks: Blocks) -> BTreeSet<&'static str> {
    let mut w = match stage {
        0 => World::new(),
        1 => World::with_datasets(),
        2 => World::with_grant(),
        3 => World::ready_task().0,
        _ => World::failed_task().0,
    };
    let mut applied = BTreeSet::new();
    for seeds in blocks {
        let mut txs = Vec::new();
        let mut names = Vec::new();
        for seed in seeds {
            let action = action(&mut w, seed);
            names.push(action.name());
            let tx = w.tx(&sender(seed), action);
            txs.push(w.sign(&tx));
        }
        // A frozen or re-keyed account makes the block inadmissible: then none of it counts.
        match w.commit(&txs) {
            Ok(receipts) => applied.extend(names.iter().zip(&receipts).filter(|(_, r)| r.applied()).map(|(n, _)| *n)),
            Err(_) => w.wait_ms(1),
        }
        check(&w);
    }
    applied
}

// Otherwise the property below could hold because nothing ever happens.
#[test]
fn random_sequences_reach_every_action() {
    let mut runner = TestRunner::deterministic();
    let mut applied = BTreeSet::new();
    for stage in (0..5).cycle().take(150) {
        applied.extend(play(stage, blocks().new_tree(&mut runner).unwrap().current()));
    }
    assert_eq!(applied.len(), 19, "{applied:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_sequence_of_actions_keeps_the_state_sound(stage in 0u8..5, blocks in blocks()) {
        play(stage, blocks);
    }

    #[test]
    fn bytes_that_are_no_transaction_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), flip in any::<(usize, u8)>()) {
        let mut w = World::new();
        let tx = w.tx("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
        let good = w.sign(&tx);
        let mut rubbish = good.clone();
        rubbish.tx = bytes.into();
        prop_assert!(w.submit(&rubbish).is_err());
        let mut flipped = good.clone();
        let at = flip.0 % flipped.tx.len();
        flipped.tx[at] ^= flip.1.max(1);
        prop_assert!(w.submit(&flipped).is_err());
        prop_assert!(w.submit(&good).unwrap().applied());
    }
}
