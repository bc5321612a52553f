//! A party that dies in the middle, a person that stops a run, files that are tampered with.

mod kit;

use std::fmt::Write as _;
use std::time::Duration;

use kit::{BANK, RSJ, TaskShape, World, org, wait_for};
use ledger_types::action::{Action, TaskClose};
use ledger_types::id::{DatasetId, GrantId, TaskId};
use ledger_types::task::{Task, TaskStatus};
use mpc_party::PartyError;
use mpc_party::task::{RunPhase, RunSettings, RunState};

const ROWS: usize = 20_000;

fn csv(header: &str, rows: usize) -> String {
    let mut out = format!("{header}\n");
    (0..rows).for_each(|i| writeln!(out, "{i},v{i}").unwrap());
    out
}

/// Runs that are cut off fail at once. That they go on otherwise is shown in `resume.rs`.
fn at_once() -> RunSettings {
    RunSettings { resume_within: Duration::ZERO, ..kit::settings() }
}

async fn published(world: &World, rows: usize) -> (DatasetId, DatasetId, GrantId) {
    let bank = world.publish(BANK, "a", &csv("id,amount", rows)).await;
    let rsj = world.publish(RSJ, "b", &csv("id,employer", rows)).await;
    let grant = world.grant(&rsj, "b").await;
    (bank, rsj, grant)
}

/// Starts a task and waits until the keys of both sides are under way.
async fn in_the_middle(world: &World, sets: &(DatasetId, DatasetId, GrantId)) -> TaskId {
    let task = world.propose(&sets.0, &sets.1, &sets.2, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    world.approve(RSJ, task).await;
    wait_for("the exchange", || {
        let progress = world.room(BANK).progress(&task)?;
        progress.lanes.iter().all(|l| l.phase == RunPhase::Exchanging && l.done > 0).then_some(())
    })
    .await;
    task
}

fn failure<'a>(task: &'a Task, o: &str) -> Option<&'a str> {
    task.run()?.failures.iter().find(|f| f.org == org(o)).map(|f| f.code.as_str())
}

fn no_leftovers(world: &World, o: &str) {
    let left: Vec<_> = std::fs::read_dir(world.party_dir(o).join("tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(std::fs::read_dir(world.party_dir(o).join("results")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_party_killed_in_the_middle_fails_the_run_on_both_sides_and_it_can_be_run_again() {
    let mut world = World::start_with(at_once()).await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    world.kill_node(RSJ).await;
    // The bank reports what it saw.
    let stored = world.until(&task, |t| failure(t, BANK).is_some()).await;
    assert_eq!((stored.status, failure(&stored, BANK)), (TaskStatus::Failed, Some("peer_lost")));
    assert_eq!(failure(&stored, RSJ), None);
    let progress = world.room(BANK).progress(&task).unwrap();
    assert_eq!(progress.lanes[0].phase, RunPhase::Failed);
    assert_eq!(progress.lanes[0].code.as_deref(), Some("peer_lost"));
    // The other one comes back and says what happened to it.
    world.start_node(RSJ).await;
    let stored = world.until(&task, |t| failure(t, RSJ).is_some()).await;
    assert_eq!(failure(&stored, RSJ), Some("node_restarted"));
    wait_for("the record", || {
        let run = world.room(RSJ).runs(&task).unwrap().pop().unwrap();
        matches!(run.state, RunState::Failed { reported: true, .. }).then_some(())
    })
    .await;
    no_leftovers(&world, RSJ);
    no_leftovers(&world, BANK);
    // Again, under the same approvals.
    world.retry(task).await;
    let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Completed, 2), "{:?}", stored.runs);
    assert_eq!(world.result_lines(&task).len(), ROWS + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_stopped_at_one_node_fails_on_both_with_cause() {
    let world = World::start().await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    world.room(RSJ).cancel_run(&task).unwrap();
    let stored = world.until(&task, |t| failure(t, BANK).is_some() && failure(t, RSJ).is_some()).await;
    assert_eq!((failure(&stored, RSJ), failure(&stored, BANK)), (Some("cancelled_at_node"), Some("peer_failed")));
    no_leftovers(&world, RSJ);
    no_leftovers(&world, BANK);
    assert!(world.room(BANK).cancel_run(&task).is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_connection_fails_the_run_on_both_sides() {
    let world = World::start_with(at_once()).await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    world.node(RSJ).mesh.shutdown().await;
    let stored = world.until(&task, |t| failure(t, BANK).is_some() && failure(t, RSJ).is_some()).await;
    for o in [BANK, RSJ] {
        // Whoever reports second may have learnt it from the ledger.
        assert!(matches!(failure(&stored, o), Some("peer_lost" | "peer_failed")), "{:?}", stored.runs);
    }
    no_leftovers(&world, RSJ);
    no_leftovers(&world, BANK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_changed_byte_of_a_result_or_a_dataset_is_named_by_the_consistency_check() {
    let world = World::start().await;
    let sets = published(&world, 100).await;
    let task = world.run(&sets.0, &sets.1, &sets.2, &TaskShape::default()).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    let differing = async |o: &str| -> Vec<String> {
        let report = world.room(o).consistency_check(task.id).await.unwrap();
        assert_eq!(report.consistent, report.items.iter().all(|i| i.ok));
        report.items.into_iter().filter(|i| !i.ok).map(|i| i.check).collect()
    };
    assert!(differing(BANK).await.is_empty());
    assert!(differing(RSJ).await.is_empty());

    let flip = |path: &std::path::Path| {
        let mut bytes = std::fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    let result = world.room(BANK).result(&task.id).unwrap().path;
    flip(&result);
    assert_eq!(differing(BANK).await, ["result_file", "result_commitment"]);
    assert!(differing(RSJ).await.is_empty());
    flip(&result);
    assert!(differing(BANK).await.is_empty());
    std::fs::remove_file(&result).unwrap();
    assert_eq!(differing(BANK).await, ["result_file"]);

    flip(&world.data_dir(RSJ).join("b.csv"));
    assert_eq!(differing(RSJ).await, ["own_dataset"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_side_shows_both_lanes_and_no_log_holds_a_value() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", "id,amount\n110105194912310021,\"secret-1\"\n").await;
    let rsj = world.publish(RSJ, "b", "id,employer\n110105194912310021,秘密单位\n").await;
    let grant = world.grant(&rsj, "b").await;
    let mut seen = world.room(RSJ).subscribe_progress();
    let task = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    for o in [BANK, RSJ] {
        let last = wait_for("both lanes", || {
            let progress = world.room(o).progress(&task.id)?;
            progress.lanes.iter().all(|l| l.phase == RunPhase::Done).then_some(progress)
        })
        .await;
        assert_eq!(last.lanes.iter().map(|l| l.org.as_str()).collect::<Vec<_>>(), [BANK, RSJ]);
        assert!(last.lanes.iter().all(|l| l.rows == 1 && l.sent_bytes > 0 && l.received_bytes > 0), "{last:?}");
    }
    let mut phases = std::collections::BTreeSet::new();
    while let Ok(progress) = seen.try_recv() {
        phases.extend(progress.lanes.iter().filter(|l| l.org == org(RSJ)).map(|l| l.phase));
    }
    for phase in [RunPhase::Reading, RunPhase::Exchanging, RunPhase::Attesting, RunPhase::Done] {
        assert!(phases.contains(&phase), "{phases:?}");
    }
    // Neither side's own files hold the other side's row, but for the permitted result; no log holds any value.
    let text = |dir: std::path::PathBuf| -> String {
        let mut out = String::new();
        let mut open = vec![dir];
        while let Some(dir) = open.pop() {
            for entry in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
                match entry.is_dir() {
                    true => open.push(entry),
                    false => out.push_str(&String::from_utf8_lossy(&std::fs::read(entry).unwrap())),
                }
            }
        }
        out
    };
    let rsj_files = text(world.party_dir(RSJ));
    for value in ["secret-1", "110105194912310021", "秘密单位"] {
        assert!(!rsj_files.contains(value), "{value}");
    }
    let tasks = text(world.party_dir(BANK).join("tasks"));
    for value in ["secret-1", "110105194912310021", "秘密单位"] {
        assert!(!tasks.contains(value), "{value}");
    }
    assert!(text(world.party_dir(BANK).join("results")).contains("秘密单位"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_result_of_a_run_that_did_not_complete_is_removed_at_once_and_after_a_restart() {
    let mut world = World::start().await;
    let sets = published(&world, 50).await;
    world.ledger.hold_attestations_of(Some(org(RSJ)));
    for restarted in [false, true] {
        let task = world.propose(&sets.0, &sets.1, &sets.2, &TaskShape::default()).await;
        world.approve(BANK, task).await;
        world.approve(RSJ, task).await;
        // The receiver has its result and has stated it; the sender's statement never arrives.
        let attested = wait_for("the receiver's statement", || {
            world.room(BANK).runs(&task).unwrap().pop().filter(|r| r.state == RunState::Attested)
        })
        .await;
        let path = attested.result.unwrap().path;
        assert!(path.exists());
        if restarted {
            world.kill_node(BANK).await;
        }
        let close = TaskClose { task, reason: "not needed any more".into() };
        world.must(BANK, Action::TaskCancel(close)).await;
        if restarted {
            assert!(path.exists());
            world.start_node(BANK).await;
        }
        wait_for("the record", || world.room(BANK).runs(&task).unwrap()[0].result.is_none().then_some(())).await;
        assert!(!path.exists());
        assert!(matches!(world.room(BANK).result(&task), Err(PartyError::NoResult(_))));
        // What was removed on purpose is no difference.
        let report = world.room(BANK).consistency_check(task).await.unwrap();
        assert!(report.items.iter().all(|i| i.check != "result_file"), "{report:?}");
    }
}
