//! Nodes and parties die; the others go on; the dead return and agree.

mod kit;

use std::time::{Duration, Instant};

use backend_api::ledger::{Block, Chain};
use backend_api::task::{RunCreate, RunStarted, TaskDetail, TaskState};
use ledger_types::task::PSI_ECDH;
use shuzheng::demo::client::Client;
use shuzheng::demo::consortium::{OPERATOR, PASSWORD};
use shuzheng::demo::story;
use shuzheng::sample::SampleSize;

fn height(url: &str) -> u64 {
    let client = Client::login(url, OPERATOR, PASSWORD).unwrap();
    client.get::<Chain>("/v1/chain").unwrap().height
}

#[test]
fn any_one_of_four_nodes_may_die_at_any_step_and_returns_to_the_same_chain() {
    let mut world = kit::world(SampleSize::SMALL, |_| {});
    let binary = world.consortium.binary.clone();
    let ids: Vec<String> = world.consortium.members.iter().map(|m| m.org.to_string()).collect();
    for (i, victim) in ids.iter().enumerate() {
        world.consortium.member_mut(victim).kill().unwrap();
        // The three others go on: a new task is proposed while the victim is down, unless the victim is the bank.
        let witness = ids[(i + 1) % ids.len()].clone();
        let url = world.consortium.member(&witness).url.clone();
        let before = height(&url);
        if victim != "bank" {
            let requester = world.cast.get("bank", "chen.jie");
            story::propose(requester, story::psi_request(&world.grant, &["employer"])).unwrap();
        }
        story::eventually("blocks without the victim", || Ok((height(&url) > before + 1).then_some(()))).unwrap();
        let member = world.consortium.member_mut(victim);
        member.start(&binary).unwrap();
        member.wait_healthy(Duration::from_secs(60)).unwrap();
    }
    // Equal hash and state root at one height on all four.
    let target = ids.iter().map(|id| height(&world.consortium.member(id).url)).max().unwrap();
    let blocks: Vec<Block> = ids
        .iter()
        .map(|id| {
            let client = Client::login(&world.consortium.member(id).url, OPERATOR, PASSWORD).unwrap();
            story::eventually("the common height", || Ok(client.get(&format!("/v1/blocks/{target}")).ok())).unwrap()
        })
        .collect();
    for b in &blocks {
        assert_eq!(b.summary.hash, blocks[0].summary.hash);
        assert_eq!(b.state_root, blocks[0].state_root);
    }
}

#[test]
fn a_party_killed_in_the_middle_fails_the_task_cleanly_and_it_can_be_run_again() {
    // Large enough that the protocol takes a while.
    let size = SampleSize { insurance: 60_000, loans: 60_000, visits: 10, population: 80_000 };
    // That it goes on otherwise is shown in `mpc/party/tests/resume.rs`.
    let mut world = kit::world(size, |config| config.party.resume_seconds = 0);
    let binary = world.consortium.binary.clone();
    let requester = world.cast.get("bank", "chen.jie");
    // The slower protocol: the faster one is over before it can be interrupted.
    let mut request = story::psi_request(&world.grant, &["employer", "insured_months"]);
    request.algorithm = Some(story::algorithm(PSI_ECDH));
    let (task, _) = story::propose(requester, request).unwrap();
    story::approve(world.cast.get("bank", "zhao.min"), &task).unwrap();
    story::approve(world.cast.get("rsj", "li.wei"), &task).unwrap();

    // In the middle: the receiver has sent something of the protocol, and the run is not over.
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let progress: backend_api::task::TaskProgress = requester.get(&format!("/v1/tasks/{task}/progress")).unwrap();
        if progress.parties.iter().any(|p| p.sent_bytes > 200_000) {
            break;
        }
        assert!(Instant::now() < until, "the protocol never started: {progress:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    world.consortium.member_mut("rsj").kill().unwrap();
    let failed = story::finished(requester, &task, Duration::from_secs(90)).unwrap();
    assert_eq!(failed.summary.state, TaskState::Failed, "{:?}", failed.runs);
    let failure = &failed.runs[0].failures[0];
    assert_eq!(failure.organisation, "bank");
    assert!(!failure.cause.is_empty() && !failure.remedy.is_empty(), "{failure:?}");

    let rsj = world.consortium.member_mut("rsj");
    rsj.start(&binary).unwrap();
    rsj.wait_healthy(Duration::from_secs(60)).unwrap();
    // It may take the returned node a moment to catch up and to be connected again.
    let body = RunCreate { force: false, signing: Some(story::sign()) };
    requester.post::<RunStarted>(&format!("/v1/tasks/{task}/runs"), &body).unwrap();
    let done = story::finished(requester, &task, Duration::from_secs(120)).unwrap();
    let done = if done.summary.state == TaskState::Failed {
        // The partner was not back on the mesh yet: the third and last attempt.
        requester.post::<RunStarted>(&format!("/v1/tasks/{task}/runs"), &body).unwrap();
        story::finished(requester, &task, Duration::from_secs(120)).unwrap()
    } else {
        done
    };
    assert_eq!(done.summary.state, TaskState::Completed, "{:?}", done.runs.last());
    story::check_result(&world.cast, &world.files, &task, &mut world.report).unwrap();
    let detail: TaskDetail = requester.get(&format!("/v1/tasks/{task}")).unwrap();
    assert!(detail.runs.len() >= 2);
}
