//! Runs that are cut off go on: after a pause, after the end of either node, and not when the ledger forbids it meanwhile.

mod kit;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use kit::{BANK, RSJ, TaskShape, World, org, wait_for};
use ledger_mesh::StreamService;
use ledger_types::cbor;
use ledger_types::id::{DatasetId, GrantId, TaskId};
use ledger_types::task::{AlgorithmRef, PSI_RR22, PSI_RR22_VERSION, Task, TaskStatus};
use mpc_party::PartyError;
use mpc_party::task::{RunPhase, RunSettings, RunState, Standstill};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const ROWS: usize = 60_000;

fn settings() -> RunSettings {
    RunSettings {
        // Some thirty buckets, a checkpoint after each.
        bucket_items: 2_000,
        checkpoint_buckets: 1,
        resume_pause: Duration::from_millis(200),
        ..kit::settings()
    }
}

fn rr22() -> TaskShape {
    TaskShape {
        algorithm: AlgorithmRef { id: PSI_RR22.into(), version: PSI_RR22_VERSION.into() },
        ..TaskShape::default()
    }
}

fn csv(header: &str, rows: usize) -> String {
    let mut out = format!("{header}\n");
    (0..rows).for_each(|i| writeln!(out, "{i},v{i}").unwrap());
    out
}

async fn published(world: &World, rows: usize) -> (DatasetId, DatasetId, GrantId) {
    let bank = world.publish(BANK, "a", &csv("id,amount", rows)).await;
    let rsj = world.publish(RSJ, "b", &csv("id,employer", rows)).await;
    let grant = world.grant(&rsj, "b").await;
    (bank, rsj, grant)
}

fn kept(world: &World, o: &str) -> usize {
    let sessions = std::fs::read_dir(world.party_dir(o).join("checkpoints")).unwrap();
    let files = sessions.flat_map(|session| std::fs::read_dir(session.unwrap().path()).into_iter().flatten());
    files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("checkpoint-")).count()
}

/// Starts a task and waits until both sides have some checkpoints, and far from all.
async fn in_the_middle(world: &World, sets: &(DatasetId, DatasetId, GrantId)) -> TaskId {
    let task = world.propose(&sets.0, &sets.1, &sets.2, &rr22()).await;
    world.approve(BANK, task).await;
    world.approve(RSJ, task).await;
    wait_for("checkpoints", || (kept(world, BANK) >= 2 && kept(world, RSJ) >= 2).then_some(())).await;
    task
}

/// As a person would: once both sides' pages say that the run can go on later.
async fn pause(world: &World, o: &str, task: &TaskId) {
    wait_for("a run that can be paused", || world.room(o).pause_run(task).ok()).await;
}

fn failure<'a>(task: &'a Task, o: &str) -> Option<&'a str> {
    task.run()?.failures.iter().find(|f| f.org == org(o)).map(|f| f.code.as_str())
}

fn no_leftovers(world: &World, o: &str, results: usize) {
    for (dir, expected) in [("tmp", 0), ("checkpoints", 0), ("results", results)] {
        let left: Vec<_> = std::fs::read_dir(world.party_dir(o).join(dir)).unwrap().collect();
        assert_eq!(left.len(), expected, "{dir}: {left:?}");
    }
}

/// The task completes in its first run, with the whole result, resumed as often on both sides.
async fn completes(world: &World, task: TaskId, resumptions: u32) {
    let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Completed, 1), "{:?}", stored.runs);
    assert_eq!(world.result_lines(&task).len(), ROWS + 1);
    for o in [BANK, RSJ] {
        wait_for("the record", || (world.room(o).runs(&task).unwrap()[0].state == RunState::Attested).then_some(()))
            .await;
        let runs = world.room(o).runs(&task).unwrap();
        assert_eq!((runs.len(), runs[0].resumptions), (1, resumptions));
        let log = world.room(o).log(&task).unwrap();
        assert_eq!(log.iter().filter(|line| line.event == "run_resumed").count(), resumptions as usize);
        assert!(log.iter().any(|line| line.event == "run_interrupted") || resumptions == 0);
        no_leftovers(world, o, usize::from(o == BANK));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_paused_by_a_person_at_either_side_goes_on_when_the_same_side_says_so() {
    let world = World::start_with(settings()).await;
    let sets = published(&world, ROWS).await;
    for (pauses, other) in [(RSJ, BANK), (BANK, RSJ)] {
        let task = in_the_middle(&world, &sets).await;
        pause(&world, pauses, &task).await;
        for o in [BANK, RSJ] {
            let progress = wait_for("the interruption on both pages", || {
                let progress = world.room(o).progress(&task)?;
                let paused_by = progress.interruption.as_ref().map(|i| i.paused_by.clone());
                (paused_by == Some(BTreeSet::from([org(pauses)]))).then_some(progress)
            })
            .await;
            let own = progress.lanes.iter().find(|l| l.org == org(o)).unwrap();
            assert_eq!(own.phase, RunPhase::Interrupted);
            assert!(matches!(world.room(o).runs(&task).unwrap().pop().unwrap().state, RunState::Interrupted { .. }));
        }
        // The other side cannot go on against the will of the one that paused, nor does its node by itself.
        let refused = world.room(other).resume_run(&task).unwrap_err();
        assert!(matches!(refused, PartyError::PausedElsewhere { .. }), "{refused}");
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(world.task(&task).status, TaskStatus::Ready);
        assert!(kept(&world, BANK) >= 2);
        world.room(pauses).resume_run(&task).unwrap();
        let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
        assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Completed, 1), "{:?}", stored.runs);
        for o in [BANK, RSJ] {
            assert_eq!(world.room(o).runs(&task).unwrap()[0].resumptions, 1);
        }
        assert_eq!(world.result_lines(&task).len(), ROWS + 1);
        // The ledger knows of the end a moment before the node has put the run away.
        wait_for("the run to be put away", || match world.room(pauses).resume_run(&task) {
            Err(PartyError::NotInterrupted(_)) => Some(()),
            Err(_) => None,
            Ok(()) => panic!("a run that is over went on"),
        })
        .await;
        assert!(matches!(world.room(pauses).pause_run(&task), Err(PartyError::NotRunning(_))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_goes_on_after_the_end_of_either_node() {
    for killed in [RSJ, BANK] {
        let mut world = World::start_with(settings()).await;
        let sets = published(&world, ROWS).await;
        let task = in_the_middle(&world, &sets).await;
        world.kill_node(killed).await;
        let other = if killed == RSJ { BANK } else { RSJ };
        wait_for("the other side to notice", || world.room(other).progress(&task)?.interruption).await;
        assert_eq!(world.task(&task).status, TaskStatus::Ready);
        world.start_node(killed).await;
        completes(&world, task, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_that_is_paused_can_be_given_up_at_either_side() {
    let world = World::start_with(settings()).await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    pause(&world, RSJ, &task).await;
    wait_for("the interruption", || world.room(BANK).progress(&task)?.interruption).await;
    // A person who cancels instead ends it on both sides.
    world.room(RSJ).cancel_run(&task).unwrap();
    let stored = world.until(&task, |t| failure(t, BANK).is_some() && failure(t, RSJ).is_some()).await;
    assert_eq!((failure(&stored, RSJ), failure(&stored, BANK)), (Some("cancelled_at_node"), Some("peer_failed")));
    no_leftovers(&world, RSJ, 0);
    no_leftovers(&world, BANK, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_revoked_meanwhile_ends_a_run_that_was_to_go_on() {
    let world = World::start_with(settings()).await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    pause(&world, BANK, &task).await;
    wait_for("the interruption", || world.room(RSJ).progress(&task)?.interruption).await;
    world.revoke(&sets.2).await;
    world.room(BANK).resume_run(&task).unwrap();
    let stored = world.until(&task, |t| t.status == TaskStatus::Failed).await;
    assert_eq!(failure(&stored, BANK), Some("policy_refused"), "{:?}", stored.runs);
    wait_for("both records", || {
        let over = |o: &str| matches!(world.room(o).runs(&task).unwrap()[0].state, RunState::Failed { .. });
        (over(BANK) && over(RSJ)).then_some(())
    })
    .await;
    wait_for("nothing left", || (kept(&world, BANK) + kept(&world, RSJ) == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_without_checkpoints_starts_over_while_no_tag_has_left() {
    let mut world = World::start_with(settings()).await;
    let sets = published(&world, ROWS).await;
    // ECDH: keys go to and fro for a while before the first tag.
    let task = world.propose(&sets.0, &sets.1, &sets.2, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    world.approve(RSJ, task).await;
    wait_for("the exchange", || {
        let progress = world.room(BANK).progress(&task)?;
        progress.lanes.iter().all(|l| l.phase == RunPhase::Exchanging && l.done > 0).then_some(())
    })
    .await;
    world.kill_node(RSJ).await;
    wait_for("the other side to notice", || world.room(BANK).progress(&task)?.interruption).await;
    world.start_node(RSJ).await;
    completes(&world, task, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_that_nobody_goes_on_with_fails_in_the_end() {
    let mut world = World::start_with(RunSettings { resume_within: Duration::from_secs(2), ..settings() }).await;
    let sets = published(&world, ROWS).await;
    let task = in_the_middle(&world, &sets).await;
    world.kill_node(BANK).await;
    let stored = world.until(&task, |t| failure(t, RSJ).is_some()).await;
    assert_eq!((stored.status, failure(&stored, RSJ)), (TaskStatus::Failed, Some("resume_expired")));
    no_leftovers(&world, RSJ, 0);
    // The other one comes back too late and says what happened to it.
    world.start_node(BANK).await;
    let stored = world.until(&task, |t| failure(t, BANK).is_some()).await;
    assert_eq!(failure(&stored, BANK), Some("node_restarted"));
    no_leftovers(&world, BANK, 0);
    world.retry(task).await;
    let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Completed, 2), "{:?}", stored.runs);
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Accepted,
    Prepared,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_peer_that_stands_still_is_named_before_the_run_is_cut_off() {
    let mut world = World::start_with(RunSettings {
        stall_warn: Duration::from_millis(500),
        silence_max: Duration::from_secs(4),
        ..settings()
    })
    .await;
    let sets = published(&world, 50).await;
    let task = world.propose(&sets.0, &sets.1, &sets.2, &rr22()).await;
    world.kill_node(RSJ).await;
    let mesh = world.start_mesh(RSJ).await;
    let mut calls = mesh.listen_streams(StreamService::Task).unwrap();
    world.approve(BANK, task).await;
    world.approve(RSJ, task).await;
    // A node that takes part and then does nothing at all.
    let mut stream = tokio::time::timeout(Duration::from_secs(120), calls.recv()).await.unwrap().unwrap().stream;
    for answer in [Answer::Accepted, Answer::Prepared] {
        let answer = cbor::to_bytes(&answer);
        stream.write_u32(answer.len() as u32).await.unwrap();
        stream.write_all(&answer).await.unwrap();
    }
    stream.flush().await.unwrap();
    let stall = wait_for("the stall", || world.room(BANK).progress(&task)?.stall).await;
    let does: Vec<_> = stall.sides.iter().map(|side| (side.org.as_str(), side.does)).collect();
    assert_eq!(does, [(BANK, Standstill::Waits), (RSJ, Standstill::Silent)]);
    assert_eq!(world.task(&task).status, TaskStatus::Ready, "nothing has failed yet");
    let log = world.room(BANK).log(&task).unwrap();
    let line = log.iter().find(|line| line.event == "run_stalled" && line.params["org"] == RSJ).unwrap();
    assert_eq!(line.params["does"], "silent");
    // Then it is cut off, not failed: the peer may come back.
    let interruption = wait_for("the interruption", || world.room(BANK).progress(&task)?.interruption).await;
    assert_eq!(interruption.code, "peer_stalled");
    assert!(world.room(BANK).progress(&task).unwrap().stall.is_none());
    let mut rest = [0; 64];
    while stream.read(&mut rest).await.is_ok_and(|n| n > 0) {}
    mesh.shutdown().await;
}
