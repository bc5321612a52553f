//! Tasks of more than two members: three and four parties with data, and a third that only receives.

mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kit::{BANK, HOSPITAL, RSJ, TAX, TaskShape, World, org, wait_for};
use ledger_types::id::TaskId;
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, PSI_DELEGATED, PSI_STAR, ProtocolRole, Task, TaskParty, TaskStatus,
};
use mpc_party::PartyError;
use mpc_party::connector::{CancelFlag, ConnectorError, SourceKind, Table};
use mpc_party::source::{SourceId, SourceState};
use mpc_party::task::{RunError, RunPhase, RunStarted};

/// Key and other column of each row.
type Rows = Vec<(String, String)>;

/// One party of a test: whose, and its rows under `id` and a column named after the organisation.
struct Side {
    org: &'static str,
    rows: Rows,
    released: bool,
}

/// Keys from `from`, every `step`-th; every seventh row repeats the key before it.
fn side(org: &'static str, from: usize, step: usize, rows: usize) -> Side {
    let mut out: Rows = Vec::new();
    for i in 0..rows {
        let key = (from + step * if i % 7 == 6 { i - 1 } else { i }).to_string();
        out.push((key, format!("{org}-{i}")));
    }
    Side { org, rows: out, released: true }
}

fn csv(side: &Side) -> String {
    let mut out = format!("id,{}\n", side.org);
    side.rows.iter().for_each(|(key, value)| writeln!(out, "{key},{value}").unwrap());
    out
}

fn algorithm(id: &str) -> AlgorithmRef {
    AlgorithmRef { id: id.into(), version: "1".into() }
}

fn shape(id: &str, duplicates: DuplicateRule) -> TaskShape {
    TaskShape { algorithm: algorithm(id), duplicates, rules: vec!["text/1".into()], ..TaskShape::default() }
}

/// Publishes every side, has the receiver granted what is not its own, and gives the parties of the task.
async fn parties(world: &World, sides: &[Side], receiver: &str) -> Vec<TaskParty> {
    let mut parties = Vec::new();
    for s in sides {
        let dataset = world.publish(s.org, "set", &csv(s)).await;
        let grant = match s.org == receiver {
            true => None,
            false => Some(world.grant_to(receiver, &dataset, s.org).await),
        };
        let payload = if s.released { vec![s.org.to_owned()] } else { Vec::new() };
        parties.push(TaskParty { org: org(s.org), dataset, version: 1, keys: vec!["id".into()], payload, grant });
    }
    parties
}

async fn approve_all(world: &World, task: TaskId) {
    for o in world.task(&task).spec.members() {
        world.approve(o.as_str(), task).await;
    }
}

async fn run(world: &World, parties: Vec<TaskParty>, receiver: &str, shape: &TaskShape) -> Task {
    let task = world.propose_of(receiver, parties, receiver, shape).await;
    approve_all(world, task).await;
    world.until(&task, |t| !matches!(t.status, TaskStatus::Proposed | TaskStatus::Ready)).await
}

/// What a person would get with all files on one desk: the receiver's rows, with the rows of every other one.
fn plaintext_join(receiver: &Side, others: &[&Side], rule: DuplicateRule) -> Vec<Vec<String>> {
    let theirs: Vec<BTreeMap<&str, Vec<&str>>> = others.iter().map(|s| by_key(s, rule)).collect();
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for (key, value) in &receiver.rows {
        if !seen.insert(key) && rule == DuplicateRule::First {
            continue;
        }
        let mut rows = vec![vec![key.clone(), value.clone()]];
        for (other, of_key) in others.iter().zip(&theirs) {
            let Some(found) = of_key.get(key.as_str()) else {
                rows.clear();
                break;
            };
            if other.released {
                let beside = |row: &Vec<String>| {
                    let row = row.clone();
                    found.iter().map(move |v| [row.clone(), vec![(*v).to_owned()]].concat()).collect::<Vec<_>>()
                };
                rows = rows.iter().flat_map(beside).collect();
            }
        }
        out.extend(rows);
    }
    out
}

fn by_key(side: &Side, rule: DuplicateRule) -> BTreeMap<&str, Vec<&str>> {
    let mut of_key: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in &side.rows {
        let list = of_key.entry(key).or_default();
        if rule == DuplicateRule::Join || list.is_empty() {
            list.push(value);
        }
    }
    of_key
}

/// The receiver's file, the names of its columns first.
fn result(world: &World, receiver: &str, task: &Task) -> (Vec<String>, Vec<Vec<String>>) {
    let result = world.room(receiver).result(&task.id).unwrap();
    let table = Table::open(SourceKind::Csv, &result.path).unwrap();
    let all: Vec<usize> = (0..table.columns().len()).collect();
    let mut out = Vec::new();
    let read = tokio::task::block_in_place(|| {
        table.scan(&all, &CancelFlag::default(), |rows| {
            for i in 0..rows.len {
                let cell = |c: &usize| rows.columns[*c].cell(i).text().unwrap_or_default().into_owned();
                out.push(all.iter().map(cell).collect::<Vec<_>>());
            }
            Ok::<_, ConnectorError>(())
        })
    });
    assert_eq!(read, Ok(result.rows));
    (result.columns, out)
}

/// Everything that must hold of a completed run, whoever takes part.
async fn must_agree(world: &World, task: &Task) {
    assert_eq!(task.status, TaskStatus::Completed, "{:?} {:?}", task.disputes, task.runs);
    let members: Vec<_> = task.spec.members().cloned().collect();
    let run = task.run().unwrap();
    assert_eq!(run.attestations.len(), members.len());
    for a in &run.attestations {
        let peers: BTreeSet<_> = a.channels.iter().map(|c| c.peer.clone()).collect();
        assert_eq!(peers, members.iter().filter(|m| **m != a.org).cloned().collect(), "a channel to every other");
        assert!(a.channels.iter().all(|c| c.sent_bytes > 0 && c.received_bytes > 0), "{a:?}");
        assert_eq!(a.input.is_some(), task.spec.party(&a.org).is_some());
        let receives = a.org == task.spec.receiver;
        assert_eq!((a.result.is_some(), a.role == ProtocolRole::Receiver), (receives, receives));
    }
    for o in &members {
        let room = world.room(o.as_str());
        let report = room.consistency_check(task.id).await.unwrap();
        assert!(report.consistent, "{o}: {:?}", report.items.iter().filter(|i| !i.ok).collect::<Vec<_>>());
        if *o != task.spec.receiver {
            assert!(matches!(room.result(&task.id), Err(PartyError::NoResult(_))), "{o} has no result");
        }
        let progress = room.progress(&task.id).unwrap();
        assert_eq!(progress.lanes.iter().map(|l| l.org.clone()).collect::<Vec<_>>(), members);
        let record = room.runs(&task.id).unwrap().pop().unwrap();
        assert_eq!(record.peers, members.iter().filter(|m| *m != o).cloned().collect::<Vec<_>>());
    }
}

fn failure<'a>(task: &'a Task, o: &str) -> Option<(&'a str, &'a str)> {
    let found = task.run()?.failures.iter().find(|f| f.org == org(o))?;
    Some((found.code.as_str(), found.detail.as_str()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_parties_get_what_a_join_of_their_files_gives() {
    let world = World::start_of(&[BANK, HOSPITAL, RSJ]).await;
    let sides = [side(BANK, 0, 1, 600), side(HOSPITAL, 0, 2, 500), side(RSJ, 0, 3, 400)];
    let parties = parties(&world, &sides, BANK).await;
    for rule in [DuplicateRule::First, DuplicateRule::Join] {
        let task = run(&world, parties.clone(), BANK, &shape(PSI_STAR, rule)).await;
        must_agree(&world, &task).await;
        let (columns, mut rows) = result(&world, BANK, &task);
        assert_eq!(columns, ["id", BANK, HOSPITAL, RSJ]);
        let mut wanted = plaintext_join(&sides[0], &[&sides[1], &sides[2]], rule);
        assert!(wanted.len() > 40, "{}", wanted.len());
        rows.sort();
        wanted.sort();
        assert_eq!(rows, wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_parties_whose_receiver_stands_third_and_of_whom_one_releases_nothing() {
    let world = World::start_of(&[BANK, HOSPITAL, RSJ, TAX]).await;
    let mut sides = [side(TAX, 0, 2, 300), side(RSJ, 0, 1, 500), side(BANK, 0, 1, 400), side(HOSPITAL, 0, 3, 250)];
    sides[1].released = false;
    let parties = parties(&world, &sides, BANK).await;
    let task = run(&world, parties, BANK, &shape(PSI_STAR, DuplicateRule::First)).await;
    must_agree(&world, &task).await;
    let (columns, mut rows) = result(&world, BANK, &task);
    assert_eq!(columns, ["id", BANK, TAX, HOSPITAL]);
    let mut wanted = plaintext_join(&sides[2], &[&sides[0], &sides[1], &sides[3]], DuplicateRule::First);
    assert!(wanted.len() > 20, "{}", wanted.len());
    rows.sort();
    wanted.sort();
    assert_eq!(rows, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_third_gets_the_rows_and_the_parties_with_data_get_nothing() {
    let world = World::start_of(&[BANK, HOSPITAL, RSJ]).await;
    let sides = [side(HOSPITAL, 0, 2, 500), side(RSJ, 0, 3, 400)];
    let mut parties = parties(&world, &sides, BANK).await;
    // The third sees no key that is not released like another column.
    parties[0].payload.insert(0, "id".into());
    for rule in [DuplicateRule::First, DuplicateRule::Join] {
        let task = run(&world, parties.clone(), BANK, &shape(PSI_DELEGATED, rule)).await;
        assert_eq!((task.spec.third(), task.approvals.len()), (Some(&org(BANK)), 3));
        must_agree(&world, &task).await;
        let (columns, mut rows) = result(&world, BANK, &task);
        assert_eq!(columns, ["id", HOSPITAL, RSJ]);
        let mut wanted = plaintext_join(&sides[0], &[&sides[1]], rule);
        assert!(wanted.len() > 100, "{}", wanted.len());
        rows.sort();
        wanted.sort();
        assert_eq!(rows, wanted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_party_that_may_not_read_its_data_ends_the_run_of_all_and_everybody_knows_who_and_why() {
    let world = World::start_of(&[BANK, HOSPITAL, RSJ]).await;
    let sides = [side(BANK, 0, 1, 50), side(HOSPITAL, 0, 1, 50), side(RSJ, 0, 1, 50)];
    let parties = parties(&world, &sides, BANK).await;
    world.room(HOSPITAL).set_source_state(&SourceId::new("set").unwrap(), SourceState::Frozen).unwrap();
    let task = run(&world, parties, BANK, &shape(PSI_STAR, DuplicateRule::First)).await;
    let task = world.until(&task.id, |t| t.run().unwrap().failures.len() == 3).await;
    assert_eq!(task.status, TaskStatus::Failed);
    assert_eq!(failure(&task, HOSPITAL).map(|f| f.0), Some("source_frozen"));
    for o in [BANK, RSJ] {
        let (code, detail) = failure(&task, o).unwrap();
        assert_eq!((code, detail), ("peer_failed", "hospital reported a failure: source_frozen"), "{o}");
        let lane = world.room(o).progress(&task.id).unwrap().lanes.into_iter().find(|l| l.org == org(o)).unwrap();
        assert_eq!((lane.phase, lane.code.as_deref()), (RunPhase::Failed, Some("peer_failed")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_of_three_begins_at_the_first_node_only_and_a_drill_is_refused_by_the_others() {
    let world = World::start_of(&[BANK, HOSPITAL, RSJ]).await;
    let sides = [side(BANK, 0, 1, 20), side(HOSPITAL, 0, 1, 20), side(RSJ, 0, 1, 20)];
    let parties = parties(&world, &sides, BANK).await;
    let task = world.propose_of(BANK, parties, BANK, &shape(PSI_STAR, DuplicateRule::First)).await;
    for o in [BANK, RSJ] {
        let forced = world.room(o).run_now(task, true).await.unwrap();
        assert!(matches!(&forced, RunStarted::Refused { code, .. } if code == "task_not_ready"), "{forced:?}");
    }
    let stored = world.until(&task, |t| t.refusals.len() == 2).await;
    assert_eq!((stored.status, stored.runs.len()), (TaskStatus::Proposed, 0));
    // The first node is down while the task becomes ready: the others wait for it.
    let mut world = world;
    world.kill_node(BANK).await;
    approve_all(&world, task).await;
    let error = world.room(RSJ).run_now(task, false).await.unwrap_err();
    assert!(matches!(error, PartyError::Run(RunError::BegunElsewhere(o)) if o == org(BANK)));
    assert_eq!(world.task(&task).status, TaskStatus::Ready);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_lost_in_the_middle_ends_the_run_of_the_others_and_it_can_be_run_again() {
    let mut world = World::start_of(&[BANK, HOSPITAL, RSJ]).await;
    let rows = 60_000;
    let sides = [side(BANK, 0, 1, rows), side(HOSPITAL, 0, 1, rows), side(RSJ, 0, 1, rows)];
    let parties = parties(&world, &sides, BANK).await;
    let task = world.propose_of(BANK, parties, BANK, &shape(PSI_STAR, DuplicateRule::First)).await;
    approve_all(&world, task).await;
    wait_for("the run", || {
        let progress = world.room(HOSPITAL).progress(&task)?;
        let lane = progress.lanes.iter().find(|l| l.org == org(HOSPITAL))?;
        (lane.phase >= RunPhase::Reading).then_some(())
    })
    .await;
    world.kill_node(HOSPITAL).await;
    let stored = world.until(&task, |t| failure(t, BANK).is_some() && failure(t, RSJ).is_some()).await;
    assert_eq!(stored.status, TaskStatus::Failed);
    for o in [BANK, RSJ] {
        // Whoever reports second may have learnt it from the other.
        let (code, detail) = failure(&stored, o).unwrap();
        assert!(matches!(code, "peer_lost" | "peer_failed"), "{code}: {detail}");
        assert!(code == "peer_failed" || detail.contains(HOSPITAL), "{detail}");
    }
    world.start_node(HOSPITAL).await;
    let stored = world.until(&task, |t| failure(t, HOSPITAL).is_some()).await;
    // A node that still read its file when it went down may have noted that itself.
    let noted = failure(&stored, HOSPITAL).map(|f| f.0);
    assert!(matches!(noted, Some("node_restarted" | "cancelled_at_node")), "{noted:?}");
    world.retry(task).await;
    let stored = world.until(&task, |t| t.status != TaskStatus::Ready).await;
    must_agree(&world, &stored).await;
    assert_eq!(stored.runs.len(), 2);
}
