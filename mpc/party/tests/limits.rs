//! Usage limits are held by the parties' own nodes too, and what a run measured is kept for the report.

mod kit;

use kit::{BANK, RSJ, TaskShape, World, org};
use ledger_types::action::{Action, DatasetLimitsSet};
use ledger_types::id::DatasetId;
use ledger_types::object::Grantee;
use ledger_types::task::{DuplicateRule, TaskStatus};
use ledger_types::usage::UsageLimits;

const RSJ_CSV: &str = "id,employer\n2,x\n3,y\n4,z\n";

async fn limit(world: &World, dataset: &DatasetId, policy_version: u32, change: impl FnOnce(&mut UsageLimits)) {
    let mut limits = UsageLimits {
        partner: Grantee::Org(org(BANK)),
        period_days: 30,
        runs_max: Some(10),
        keys_max: None,
        run_keys_max: None,
        run_keys_min: None,
        min_matches: None,
    };
    change(&mut limits);
    let set = DatasetLimitsSet { dataset: dataset.clone(), policy_version, limits: vec![limits] };
    world.must(RSJ, Action::DatasetLimitsSet(set)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_limit_lowered_between_approval_and_run_stops_the_run_on_every_node() {
    let mut world = World::start().await;
    let bank = world.publish(BANK, "a", "id,amount\n1,10\n2,20\n3,30\n").await;
    let rsj = world.publish(RSJ, "b", RSJ_CSV).await;
    let grant = world.grant(&rsj, "b").await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    world.kill_node(BANK).await;
    world.kill_node(RSJ).await;
    world.approve(RSJ, task).await;
    limit(&world, &rsj, 2, |l| l.runs_max = Some(0)).await;
    world.start_node(BANK).await;
    world.start_node(RSJ).await;
    let stored = world.until(&task, |t| t.status == TaskStatus::Failed).await;
    for failure in &stored.run().unwrap().failures {
        assert_eq!(failure.code, "policy_refused");
        assert!(failure.detail.starts_with("limit_runs_used_up"), "{}", failure.detail);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_that_hold_too_few_distinct_keys_do_not_run() {
    let world = World::start().await;
    // Five rows satisfy the rules; the two keys in them do not satisfy the nodes.
    let bank = world.publish(BANK, "a", "id,amount\n1,10\n1,20\n2,30\n2,40\n2,50\n").await;
    let rsj = world.publish(RSJ, "b", RSJ_CSV).await;
    let grant = world.grant(&rsj, "b").await;
    limit(&world, &rsj, 2, |l| l.run_keys_min = Some(3)).await;
    let shape = TaskShape { duplicates: DuplicateRule::First, ..TaskShape::default() };
    let stored = world.run(&bank, &rsj, &grant, &shape).await;
    assert_eq!(stored.status, TaskStatus::Failed);
    let failures = &stored.run().unwrap().failures;
    let own = failures.iter().find(|f| f.org == org(BANK)).expect("the receiver's own node refuses");
    assert!(own.detail.starts_with("limit_input_too_small"), "{}: {}", own.code, own.detail);
    assert!(stored.run().unwrap().attestations.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_within_the_limits_is_counted_and_leaves_figures_for_the_report() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", "id,amount\n1,10\n2,20\n3,30\n").await;
    let rsj = world.publish(RSJ, "b", RSJ_CSV).await;
    let grant = world.grant(&rsj, "b").await;
    limit(&world, &rsj, 2, |l| (l.run_keys_min, l.keys_max) = (Some(3), Some(1_000))).await;
    let stored = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
    assert_eq!(stored.status, TaskStatus::Completed);
    let view = ledger_client::Ledger::view(world.ledger.as_ref());
    let usage = ledger_contract::read::usage(view.as_ref(), &rsj, &org(BANK)).unwrap().unwrap();
    assert_eq!(usage.entries.len(), 1);

    let own = world.room(BANK).runs(&stored.id).unwrap().pop().unwrap().figures.expect("figures of the receiver");
    assert_eq!(own.matched_keys, Some(2));
    let canaries = own.canaries.expect("the receiver sees them");
    assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
    assert!(!own.phases.is_empty() && own.sent_frames > 0 && own.received_frames > 0);
    let other = world.room(RSJ).runs(&stored.id).unwrap().pop().unwrap().figures.expect("figures of the sender");
    assert_eq!((other.matched_keys, other.canaries), (None, None));
}
