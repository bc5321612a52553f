//! What a task names is what runs: an algorithm that this node cannot run, or describes otherwise than the consortium
//! agreed, is refused; too few matches release nothing; links are tested within bounds.

mod kit;

use std::time::Duration;

use kit::{BANK, RSJ, TaskShape, World, org};
use ledger_types::Digest;
use ledger_types::algorithm::Registration;
use ledger_types::id::{DatasetId, GrantId};
use ledger_types::task::{AlgorithmRef, PSI_ECDH, Task, TaskStatus};
use mpc_party::PartyError;
use mpc_party::engine::Unusable;
use mpc_party::task::{LinkTestError, RunPhase, RunSettings};

const BANK_CSV: &str = "id,amount\n1,10\n2,20\n3,30\n";
const RSJ_CSV: &str = "id,employer\n2,x\n3,y\n4,z\n";

fn settings() -> RunSettings {
    RunSettings {
        threads: 2,
        reach_max: Duration::from_secs(20),
        heartbeat: Duration::from_millis(100),
        link_test_every: Duration::from_secs(3_600),
        ..RunSettings::default()
    }
}

async fn published(world: &World) -> (DatasetId, DatasetId, GrantId) {
    let bank = world.publish(BANK, "a", BANK_CSV).await;
    let rsj = world.publish(RSJ, "b", RSJ_CSV).await;
    let grant = world.grant(&rsj, "b").await;
    (bank, rsj, grant)
}

fn failed_with(task: &Task, code: &str) {
    assert_eq!(task.status, TaskStatus::Failed);
    let run = task.run().unwrap();
    assert!(run.attestations.is_empty());
    assert!(!run.failures.is_empty() && run.failures.iter().all(|f| f.code == code), "{:?}", run.failures);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_algorithm_whose_engine_is_not_in_this_build_is_refused_even_when_forced() {
    let unheard = AlgorithmRef { id: "psi.unheard-of".into(), version: "1".into() };
    let listed = Registration { id: unheard.id.clone(), version: "1".into(), digest: Digest([9; 32]) };
    let world = World::start_changed(settings(), |g| g.algorithms.push(listed)).await;
    let (bank, rsj, grant) = published(&world).await;
    let shape = TaskShape { algorithm: unheard.clone(), ..TaskShape::default() };
    let task = world.run(&bank, &rsj, &grant, &shape).await;
    failed_with(&task, "algorithm_unsupported");
    assert!(task.run().unwrap().failures[0].detail.contains("psi.unheard-of"));
    let forced = world.room(BANK).run_now(task.id, true).await.unwrap_err();
    assert_eq!(forced.code(), "algorithm_unsupported");
    let all = world.room(BANK).algorithms().unwrap();
    let standing = |name: &AlgorithmRef| all.iter().find(|s| &s.algorithm == name).unwrap().usable();
    assert_eq!(standing(&unheard), Err(Unusable::NotInBuild));
    assert!(standing(&TaskShape::default().algorithm).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_algorithm_that_this_node_describes_otherwise_than_agreed_is_refused() {
    let other = |g: &mut ledger_types::block::Genesis| {
        let ecdh = g.algorithms.iter_mut().find(|a| a.id == PSI_ECDH).unwrap();
        ecdh.digest.0[0] ^= 1;
    };
    let world = World::start_changed(settings(), other).await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
    failed_with(&task, "algorithm_descriptor_differs");
    let forced = world.room(RSJ).run_now(task.id, true).await.unwrap_err();
    assert_eq!(forced.code(), "algorithm_descriptor_differs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fewer_matches_than_the_minimum_release_nothing_and_both_sides_see_why() {
    let world = World::start_with(settings()).await;
    let (bank, rsj, grant) = published(&world).await;
    let shape = TaskShape { min_matches: 3, attempts_max: 1, ..TaskShape::default() };
    let task = world.run(&bank, &rsj, &grant, &shape).await;
    // Two keys match. The sender may have stated its part by then; the run failed all the same.
    assert_eq!(task.status, TaskStatus::Failed);
    let failure = &task.run().unwrap().failures[0];
    assert_eq!((&failure.org, failure.code.as_str()), (&org(BANK), "matches_below_minimum"));
    assert!(failure.detail.contains("minimum of 3") && !failure.detail.contains('2'), "{}", failure.detail);
    assert!(task.run().unwrap().attestations.iter().all(|a| a.org == org(RSJ)));
    assert!(matches!(world.room(BANK).result(&task.id), Err(PartyError::NoResult(_))));
    let files = std::fs::read_dir(world.party_dir(BANK).join("results")).unwrap().count();
    assert_eq!(files, 0, "a file was left behind");
    let lane = |room: &str| {
        let progress = world.room(room).progress(&task.id).unwrap();
        progress.lanes.into_iter().find(|l| l.org == org(BANK)).unwrap()
    };
    let seen =
        kit::wait_for("the receiver's lane at the sender", || Some(lane(RSJ)).filter(|l| l.phase == RunPhase::Failed));
    assert_eq!(seen.await.code.as_deref(), Some("matches_below_minimum"));

    // As many as the minimum are enough.
    let enough = TaskShape { min_matches: 2, ..TaskShape::default() };
    let task = world.run(&bank, &rsj, &grant, &enough).await;
    assert_eq!(task.status, TaskStatus::Completed);
    assert_eq!(world.result_lines(&task.id).len(), 1 + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_is_tested_in_both_directions_seldom_and_remembered() {
    let mut world = World::start_with(settings()).await;
    let connected = |world: &World| world.node(BANK).mesh.is_connected(&org(RSJ));
    kit::wait_for("the link", || connected(&world).then_some(())).await;
    assert_eq!(world.room(BANK).last_link_test(&org(RSJ)), None);
    let test = world.room(BANK).test_link(&org(RSJ)).await.unwrap();
    assert!(test.rtt_us > 0 && test.up_bytes_per_s > 0 && test.down_bytes_per_s > 0, "{test:?}");
    assert!(test.sent_bytes + test.received_bytes <= 16 << 20 && test.duration_ms <= 2_000, "{test:?}");
    assert_eq!(world.room(BANK).last_link_test(&org(RSJ)), Some(test.clone()));

    let again = world.room(BANK).test_link(&org(RSJ)).await.unwrap_err();
    assert!(matches!(again, PartyError::Link(LinkTestError::TooSoon { .. })), "{again}");
    let stranger = world.room(BANK).test_link(&org("nobody")).await.unwrap_err();
    assert_eq!(stranger.code(), "peer_unreachable");
    // The other side may test too, and has its own result.
    let theirs = world.room(RSJ).test_link(&org(BANK)).await.unwrap();
    assert_eq!(theirs.peer, org(BANK));

    // A node that forgets how often it tested is held to it by the other end; what it found is kept.
    world.kill_node(BANK).await;
    world.start_node(BANK).await;
    assert_eq!(world.room(BANK).last_link_test(&org(RSJ)), Some(test));
    kit::wait_for("the link again", || connected(&world).then_some(())).await;
    let refused = world.room(BANK).test_link(&org(RSJ)).await.unwrap_err();
    assert_eq!(refused.code(), "link_test_refused");
}
