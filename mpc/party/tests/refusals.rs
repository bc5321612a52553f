//! What committed state does not permit does not run, and why is on record.

mod kit;

use std::time::Duration;

use kit::{BANK, RSJ, TaskShape, World, org, wait_for};
use ledger_client::Ledger as _;
use ledger_mesh::StreamService;
use ledger_types::id::{DatasetId, GrantId, SessionId, TaskId};
use ledger_types::task::{ProtocolRole, TaskStatus};
use ledger_types::{Digest, cbor};
use mpc_party::PartyError;
use mpc_party::source::{SourceId, SourceState};
use mpc_party::task::RunSettings;
use mpc_party::task::{LogLevel, RunError, RunStarted};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const BANK_CSV: &str = "id,amount\n1,10\n2,20\n3,30\n";
const RSJ_CSV: &str = "id,employer\n2,x\n3,y\n4,z\n";

async fn published(world: &World) -> (DatasetId, DatasetId, GrantId) {
    let bank = world.publish(BANK, "a", BANK_CSV).await;
    let rsj = world.publish(RSJ, "b", RSJ_CSV).await;
    let grant = world.grant(&rsj, "b").await;
    (bank, rsj, grant)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_without_every_approval_is_refused_by_the_other_node_even_when_forced() {
    let world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;

    // Our own node refuses first.
    let own = world.room(BANK).run_now(task, false).await.unwrap_err();
    assert_eq!(own.code(), "task_not_ready");
    // Forced past its own check, the other node refuses and puts it on record.
    let forced = world.room(BANK).run_now(task, true).await.unwrap();
    assert_eq!(forced, RunStarted::Refused { by: org(RSJ), code: "task_not_ready".into() });
    let stored = world.until(&task, |t| !t.refusals.is_empty()).await;
    let refusal = &stored.refusals[0];
    assert_eq!((&refusal.by, &refusal.asked_by, refusal.code.as_str()), (&org(RSJ), &org(BANK), "task_not_ready"));
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Proposed, 0));
    let log = world.room(RSJ).log(&task).unwrap();
    let line = log.iter().find(|l| l.event == "refused_peer").unwrap();
    assert_eq!((line.level, line.params["code"].as_str()), (LogLevel::Warn, "task_not_ready"));
    // The same again within seconds is told, but not recorded a second time.
    let again = world.room(BANK).run_now(task, true).await.unwrap();
    assert!(matches!(again, RunStarted::Refused { .. }));
    assert_eq!(world.task(&task).refusals.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_grant_revoked_between_approval_and_run_stops_the_run_on_both_sides() {
    let mut world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    // Both nodes are down while the task becomes ready and the grant is revoked.
    world.kill_node(BANK).await;
    world.kill_node(RSJ).await;
    world.approve(RSJ, task).await;
    world.revoke(&grant).await;
    world.start_node(BANK).await;
    world.start_node(RSJ).await;
    // Whoever comes second finds the run failed already and has nothing to add.
    let stored = world.until(&task, |t| t.status == TaskStatus::Failed).await;
    for failure in &stored.run().unwrap().failures {
        assert_eq!(failure.code, "policy_refused");
        assert!(failure.detail.starts_with("grant_revoked"), "{}", failure.detail);
    }
    assert!(stored.run().unwrap().attestations.is_empty());
    let forced = world.room(BANK).run_now(task, true).await.unwrap();
    assert!(matches!(forced, RunStarted::Refused { .. }), "{forced:?}");
}

/// The header as it is on the wire.
#[derive(Serialize, Deserialize)]
struct Header {
    v: u8,
    task: TaskId,
    session: SessionId,
    attempt: u8,
    org: ledger_types::id::OrgId,
    role: ProtocolRole,
    height: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Accepted,
    Refused { code: String },
}

async fn call(world: &World, mesh: &ledger_mesh::Mesh, header: &Header) -> Answer {
    wait_for("a connection", || mesh.is_connected(&org(RSJ)).then_some(())).await;
    let _ = world;
    let mut stream = mesh.open_stream(&org(RSJ), StreamService::Task, cbor::to_bytes(header).into()).unwrap();
    let len = stream.read_u32().await.unwrap();
    let mut bytes = vec![0; len as usize];
    stream.read_exact(&mut bytes).await.unwrap();
    cbor::from_bytes(&bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_peer_that_makes_things_up_is_refused_with_the_reason() {
    // A run that is cut off fails at once.
    let settings = RunSettings { resume_within: std::time::Duration::ZERO, ..kit::settings() };
    let mut world = World::start_with(settings).await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    // A bank with a node of its own making.
    world.kill_node(BANK).await;
    let mesh = world.start_mesh(BANK).await;
    world.approve(RSJ, task).await;
    let stored = world.until(&task, |t| t.status == TaskStatus::Ready).await;
    let run = stored.run().unwrap();
    let height = world.ledger.status().height;
    let header = |change: &dyn Fn(&mut Header)| {
        let (session, attempt) = (run.session, run.attempt);
        let mut header = Header { v: 1, task, session, attempt, org: org(BANK), role: ProtocolRole::Receiver, height };
        change(&mut header);
        header
    };
    for (change, code) in [
        (&(|h: &mut Header| h.session = SessionId(Digest([9; 32]))) as &dyn Fn(&mut Header), "session_mismatch"),
        (&|h| h.task = TaskId(Digest([9; 32])), "task_unknown"),
        (&|h| h.org = org(RSJ), "peer_not_a_party"),
        (&|h| h.role = ProtocolRole::Sender, "protocol_violated"),
        (&|h| h.v = 2, "header_malformed"),
    ] {
        assert_eq!(call(&world, &mesh, &header(change)).await, Answer::Refused { code: code.into() });
    }
    let stored = world.until(&task, |t| t.refusals.len() == 3).await;
    // Each is recorded after its answer, so that their order on the ledger is not given.
    let codes: std::collections::BTreeSet<_> = stored.refusals.iter().map(|r| r.code.as_str()).collect();
    assert_eq!(codes, ["peer_not_a_party", "protocol_violated", "session_mismatch"].into());
    // What is right is accepted, once.
    assert_eq!(call(&world, &mesh, &header(&|_| ())).await, Answer::Accepted);
    let lost = world.until(&task, |t| t.status == TaskStatus::Failed).await;
    assert_eq!(lost.run().unwrap().failures[0].code, "peer_lost");
    let again = call(&world, &mesh, &header(&|_| ())).await;
    assert_eq!(again, Answer::Refused { code: "task_not_ready".into() });
    mesh.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_changed_since_publication_is_refused_and_the_place_is_named() {
    let world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let path = world.data_dir(RSJ).join("b.csv");
    for (content, what) in [
        (RSJ_CSV.replace("3,y", "3,Y"), "rows 1 to 3"),
        (format!("{RSJ_CSV}5,w\n"), "4 rows instead of 3"),
        (RSJ_CSV.replace("employer", "boss"), "columns"),
    ] {
        std::fs::write(&path, content).unwrap();
        let task = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
        assert_eq!(task.status, TaskStatus::Failed);
        let task = world.until(&task.id, |t| t.run().is_some_and(|r| r.failures.len() == 2)).await;
        let failure = task.run().unwrap().failures.iter().find(|f| f.org == org(RSJ)).unwrap();
        assert_eq!(failure.code, "dataset_changed");
        assert!(failure.detail.contains(what), "{}", failure.detail);
        let report = world.room(RSJ).consistency_check(task.id).await.unwrap();
        let own = report.items.iter().find(|i| i.check == "own_dataset").unwrap();
        assert!(!report.consistent && !own.ok, "{own:?}");
    }
    std::fs::write(&path, RSJ_CSV).unwrap();
    let task = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_frozen_source_and_duplicates_that_the_task_refuses_stop_the_run() {
    let world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    world.room(RSJ).set_source_state(&SourceId::new("b").unwrap(), SourceState::Frozen).unwrap();
    let task = world.run(&bank, &rsj, &grant, &TaskShape::default()).await;
    let task = world.until(&task.id, |t| t.run().is_some_and(|r| r.failures.len() == 2)).await;
    let code = |o: &str, t: &ledger_types::task::Task| {
        t.run().unwrap().failures.iter().find(|f| f.org == org(o)).unwrap().code.clone()
    };
    assert_eq!((code(RSJ, &task).as_str(), code(BANK, &task).as_str()), ("source_frozen", "peer_failed"));

    let twice = world.publish(BANK, "twice", "id,amount\n1,10\n2,20\n 2 ,30\n").await;
    world.room(RSJ).set_source_state(&SourceId::new("b").unwrap(), SourceState::Active).unwrap();
    let shape = TaskShape { duplicates: ledger_types::task::DuplicateRule::Reject, ..TaskShape::default() };
    let task = world.run(&twice, &rsj, &grant, &shape).await;
    let task = world.until(&task.id, |t| t.run().is_some_and(|r| r.failures.len() == 2)).await;
    assert_eq!(code(BANK, &task), "duplicate_keys");
    let run = world.room(BANK).runs(&task.id).unwrap().pop().unwrap();
    assert!(run.result.is_none() && run.attestation.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_not_ours_or_not_there_is_said_so() {
    let world = World::start().await;
    let none = TaskId(Digest([1; 32]));
    let room = world.room(BANK);
    assert!(matches!(room.run_now(none, false).await, Err(PartyError::Run(RunError::TaskUnknown))));
    assert!(matches!(room.cancel_run(&none), Err(PartyError::NotRunning(_))));
    assert!(matches!(room.result(&none), Err(PartyError::NoResult(_))));
    assert!(matches!(room.consistency_check(none).await, Err(PartyError::NoTask(_))));
    assert_eq!(room.log(&none).unwrap(), []);
    assert_eq!(room.progress(&none), None);
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_that_a_peer_makes_up_leave_neither_files_nor_transactions() {
    let mut world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let real = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.kill_node(BANK).await;
    let mesh = world.start_mesh(BANK).await;
    let height = world.ledger.status().height;
    let header = |task: TaskId| {
        let session = SessionId(Digest([9; 32]));
        // Whatever is wrong about it is found before the task is looked up.
        Header { v: 1, task, session, attempt: 1, org: org(RSJ), role: ProtocolRole::Receiver, height: 0 }
    };
    for n in 1..=5 {
        let answer = call(&world, &mesh, &header(TaskId(Digest([n; 32])))).await;
        assert_eq!(answer, Answer::Refused { code: "peer_not_a_party".into() });
    }
    // The same lie about a task that exists is evidence, and the first record of this peer.
    assert!(matches!(call(&world, &mesh, &header(real)).await, Answer::Refused { .. }));
    let stored = world.until(&real, |t| !t.refusals.is_empty()).await;
    assert_eq!(stored.refusals[0].code, "peer_not_a_party");
    assert_eq!(world.ledger.status().height, height + 1);
    let tasks = std::fs::read_dir(world.party_dir(RSJ).join("tasks")).unwrap();
    let tasks: Vec<String> = tasks.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(tasks, [real.to_string()]);
    mesh.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_peer_whose_replica_is_behind_is_asked_again() {
    let mut world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    // The other side answers like a node that was just started, then like one that has read on.
    world.kill_node(RSJ).await;
    let mesh = world.start_mesh(RSJ).await;
    let mut calls = mesh.listen_streams(StreamService::Task).unwrap();
    world.approve(RSJ, task).await;
    for code in ["replica_behind", "policy_refused"] {
        let mut stream = tokio::time::timeout(Duration::from_secs(120), calls.recv()).await.unwrap().unwrap().stream;
        assert_eq!(world.task(&task).status, TaskStatus::Ready);
        let answer = cbor::to_bytes(&Answer::Refused { code: code.into() });
        stream.write_u32(answer.len() as u32).await.unwrap();
        stream.write_all(&answer).await.unwrap();
        stream.shutdown().await.unwrap();
    }
    let stored = world.until(&task, |t| t.status == TaskStatus::Failed).await;
    assert_eq!(stored.run().unwrap().failures[0].code, "peer_refused");
    assert!(stored.run().unwrap().failures[0].detail.contains("policy_refused"));
    mesh.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_drill_that_still_looks_for_its_peer_gives_way_when_the_task_becomes_ready() {
    let mut world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    world.approve(BANK, task).await;
    world.kill_node(RSJ).await;
    let room = world.room(BANK).clone();
    let drill = tokio::spawn(async move { room.run_now(task, true).await });
    wait_for("the drill", || world.room(BANK).progress(&task)).await;
    world.approve(RSJ, task).await;
    let error = drill.await.unwrap().unwrap_err();
    assert!(matches!(error, PartyError::Run(RunError::AlreadyRun)), "{error:?}");
    world.start_node(RSJ).await;
    let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Completed, 1), "{:?}", stored.runs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_drill_never_runs_even_when_the_peer_takes_part() {
    let mut world = World::start().await;
    let (bank, rsj, grant) = published(&world).await;
    let task = world.propose(&bank, &rsj, &grant, &TaskShape::default()).await;
    // The other side is a node of its own making that accepts whatever it is asked.
    world.kill_node(RSJ).await;
    let mesh = world.start_mesh(RSJ).await;
    let mut calls = mesh.listen_streams(StreamService::Task).unwrap();
    let room = world.room(BANK).clone();
    let drill = tokio::spawn(async move { room.run_now(task, true).await });
    let mut stream = tokio::time::timeout(Duration::from_secs(120), calls.recv()).await.unwrap().unwrap().stream;
    let answer = cbor::to_bytes(&Answer::Accepted);
    stream.write_u32(answer.len() as u32).await.unwrap();
    stream.write_all(&answer).await.unwrap();
    let error = drill.await.unwrap().unwrap_err();
    assert!(matches!(error, PartyError::Run(RunError::NotReady(TaskStatus::Proposed))), "{error:?}");
    // Nothing was said to it, and nothing was begun.
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    assert_eq!(said, b"");
    assert_eq!(world.room(BANK).runs(&task).unwrap(), []);
    mesh.shutdown().await;
}
