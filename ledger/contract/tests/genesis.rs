//! The first state, and documents on which no consortium can start.

#[path = "world/mod.rs"]
mod world;

use ledger_contract::{
    Executor, GenesisError, RuleError, StateError, check_admission, genesis_writes, limits, read, state_key,
};
use ledger_types::action::Action;
use ledger_types::block::Genesis;
use ledger_types::object::{Role, Status, node_account};
use ledger_types::{SuiteId, algorithm};
use world::*;

fn broken(change: impl FnOnce(&mut Genesis)) -> GenesisError {
    let (mut g, _) = genesis(SuiteId::Gm);
    change(&mut g);
    genesis_writes(&g).unwrap_err()
}

#[test]
fn the_first_state_holds_members_accounts_and_nodes() {
    let (g, keys) = genesis(SuiteId::Gm);
    let writes = genesis_writes(&g).unwrap();
    assert!(writes.windows(2).all(|w| w[0].0 < w[1].0), "sorted, each key once");
    let state = writes.into_iter().collect::<std::collections::BTreeMap<_, _>>();
    assert_eq!(read::parameters(&state).unwrap(), Some(g.parameters.clone()));
    assert_eq!(read::validators(&state).unwrap(), Some(g.validators.clone()));
    assert_eq!(read::genesis(&state).unwrap(), Some(g.hash()));
    for o in ORGS {
        let member = read::organisation(&state, &org(o)).unwrap().unwrap();
        let node = read::account(&state, &node_account(&org(o))).unwrap().unwrap();
        assert_eq!((node.key, node.roles, node.status), (member.node_key, [Role::Node].into(), Status::Active));
        assert_eq!(read::operators(&state, &org(o)).unwrap(), [who(&format!("{o}/op")).account].into());
    }
    for d in algorithm::builtin() {
        let entry = read::algorithm(&state, &d.reference()).unwrap().unwrap();
        assert_eq!(entry.digest, d.digest(g.suite, &g.chain), "{}", d.id);
    }
    for (id, key) in keys {
        assert_eq!(read::key_owner(&state, g.suite, &key.public_key()).unwrap(), Some(id));
    }
}

#[test]
fn a_consortium_starts_in_both_suites() {
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let mut w = World::with_suite(suite);
        w.must("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
    }
}

#[test]
fn a_document_on_which_no_consortium_can_start_is_refused() {
    use GenesisError as E;
    let stranger = || node_account(&org("nobody"));
    assert_eq!(broken(|g| g.v = 2), E::Version(2));
    assert_eq!(broken(|g| g.rules = 9), E::Rules(9));
    assert!(matches!(broken(|g| g.organisations.clear()), E::Count { what: "organisations", found: 0, .. }));
    assert!(matches!(broken(|g| g.accounts.clear()), E::Count { what: "accounts", .. }));
    assert_eq!(broken(|g| g.organisations.push(g.organisations[0].clone())), E::OrganisationRepeated(org("rsj")));
    assert_eq!(broken(|g| g.accounts.push(g.accounts[0].clone())), E::AccountRepeated(who("rsj/op")));
    assert_eq!(broken(|g| g.accounts[0].id = stranger()), E::AccountWithoutOrganisation(stranger()));
    assert_eq!(broken(|g| g.accounts[1].id = who("rsj/node")), E::NodeAccountListed(who("rsj/node")));
    assert_eq!(broken(|g| g.accounts[1].roles = [Role::Node].into()), E::NodeRole(who("rsj/owner")));
    assert_eq!(broken(|g| g.accounts[1].roles.clear()), E::NoRole(who("rsj/owner")));
    assert_eq!(broken(|g| g.accounts[1].key_version = 0), E::KeyVersion(who("rsj/owner")));
    assert_eq!(broken(|g| g.accounts[1].key = key(SuiteId::Intl, 77).public_key()), E::KeySuite("rsj/owner".into()));
    assert_eq!(
        broken(|g| g.accounts[1].key = g.accounts[0].key),
        E::KeyShared { first: who("rsj/op"), second: who("rsj/owner") }
    );
    assert!(matches!(broken(|g| g.accounts[1].key = g.organisations[2].node_key), E::KeyShared { .. }));
    assert_eq!(broken(|g| g.accounts[0].roles = [Role::Auditor].into()), E::NoOperator(org("rsj")));
    assert_eq!(broken(|g| g.accounts[0].status = Status::Frozen), E::NoOperator(org("rsj")));
    assert_eq!(
        broken(|g| {
            for i in 0..limits::OPERATORS_MAX {
                let mut a = g.accounts[0].clone();
                a.id = who(&format!("rsj/op{i}"));
                g.accounts.push(a);
            }
        }),
        E::Operators(org("rsj"))
    );
    assert_eq!(broken(|g| g.validators.0.swap(0, 1)), E::Validators);
    assert_eq!(broken(|g| g.validators.0.clear()), E::Validators);
    assert_eq!(broken(|g| g.validators.0[0].power = 0), E::Validators);
    assert_eq!(broken(|g| g.validators.0[0].power = u64::MAX), E::Validators);
    assert_eq!(broken(|g| g.validators.0[0].key = g.validators.0[1].key), E::Validator(org("audit")));
    assert_eq!(broken(|g| g.organisations[3].status = Status::Frozen), E::Validator(org("audit")));
    assert!(matches!(broken(|g| g.algorithms.clear()), E::Count { what: "algorithms", found: 0, .. }));
    for (id, version) in
        [("psi", "1"), ("psi.", "1"), ("psi.A", "1"), ("psi.a/b", "1"), ("psi.a", ""), ("psi.a", "1/2")]
    {
        let wrong = broken(|g| (g.algorithms[0].id, g.algorithms[0].version) = (id.into(), version.into()));
        assert_eq!(wrong, E::Algorithm(format!("{id}/{version}")));
    }
    assert!(matches!(broken(|g| g.algorithms[0].id = format!("psi.{}", "a".repeat(61))), E::Algorithm(_)));
    assert_eq!(broken(|g| g.algorithms.swap(0, 1)), E::Algorithms);
    assert_eq!(broken(|g| g.algorithms[1] = g.algorithms[0].clone()), E::Algorithms);
    assert!(matches!(broken(|g| g.organisations[0].name_zh.clear()), E::Text { .. }));
    assert!(matches!(broken(|g| g.accounts[0].display_name = "\u{202E}".into()), E::Text { .. }));
    assert_eq!(broken(|g| g.parameters.valid_until_span_max = 0), E::Parameter("valid_until_span_max"));
    assert_eq!(broken(|g| g.parameters.tx_bytes_max = 0), E::Parameter("tx_bytes_max"));
    assert_eq!(broken(|g| g.parameters.block_txs_max = 0), E::Parameter("block_txs_max"));
    assert_eq!(broken(|g| g.parameters.block_bytes_max = g.parameters.tx_bytes_max), E::Parameter("block_bytes_max"));
    assert_eq!(broken(|g| g.parameters.clock_drift_max_ms = 0), E::Parameter("clock_drift_max_ms"));
}

#[test]
fn a_store_that_fails_is_no_verdict_on_a_transaction() {
    let mut w = World::new();
    let tx = w.tx("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
    let tx = w.sign(&tx);
    let store = RuleError::State(StateError::Store("disk".into()));
    assert_eq!(check_admission(&Broken, &w.block, &w.verifier, &tx).unwrap_err(), store);
    assert_eq!(Executor::new(&Broken, &w.block, &w.verifier).execute(0, &tx).unwrap_err(), store);

    w.state.insert(state_key::account(&who("rsj/owner")), vec![0xa0]);
    let damaged = w.submit(&tx).unwrap_err();
    assert!(matches!(damaged, RuleError::State(StateError::Corrupt { ref key, .. }) if key == "account/rsj/owner"));
}

#[test]
fn an_executor_goes_on_after_an_inadmissible_transaction() {
    let mut w = World::new();
    let good = w.tx("rsj/owner", Action::DatasetPublish(publish("rsj.a")));
    let good = w.sign(&good);
    let mut bad = good.clone();
    bad.sig.0[0] ^= 1;
    let mut executor = Executor::new(&w.state, &w.block, &w.verifier);
    assert!(executor.execute(0, &bad).is_err());
    assert!(executor.execute(0, &good).unwrap().applied());
    assert!(executor.execute(1, &good).is_err());
    let alone = {
        let mut e = Executor::new(&w.state, &w.block, &w.verifier);
        e.execute(0, &good).unwrap();
        e.finish()
    };
    assert_eq!(executor.finish(), alone);
}
