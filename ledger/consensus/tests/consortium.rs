//! Four validators in one process over real mesh sockets, with an application that really executes.

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use bytes::Bytes;
use ledger_consensus::{ConsensusEngine, EngineError, Pacing};
use ledger_crypto::{Digest, Signature};
use ledger_mesh::Service;
use ledger_types::block::{Vote, VoteKind};
use ledger_types::cbor;
use serde::Serialize;
use support::{Consortium, Node, TestApp, assert_equal_chains, chain, logs, org, tx, until};

fn apps(nodes: &[Node]) -> Vec<Arc<TestApp>> {
    nodes.iter().map(|n| n.app.clone()).collect()
}

fn submit_everywhere(nodes: &[Node], n: u64) {
    nodes.iter().for_each(|node| node.app.submit(tx(n)));
}

async fn until_committed(apps: &[Arc<TestApp>], count: usize) {
    until("every transaction is committed everywhere", || apps.iter().all(|a| a.committed_txs().len() >= count)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_validators_decide_equal_blocks_whose_certificates_verify_offline() {
    logs();
    let consortium = Consortium::new(4);
    let nodes = consortium.start_all().await;
    let apps = apps(&nodes);
    for n in 0..20 {
        submit_everywhere(&nodes, n);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    until_committed(&apps, 20).await;
    until("each validator has proposed", || {
        let seen = apps[0].proposers();
        consortium.keys.iter().all(|(o, ..)| seen.contains(o))
    })
    .await;
    let mut done = Vec::new();
    for node in nodes {
        done.push(node.stop().await);
    }
    assert_equal_chains(&done);
    for app in &done {
        app.assert_certificates();
        let mut txs = app.committed_txs();
        assert_eq!(txs.len(), 20, "each transaction once");
        txs.sort_by(|a, b| a.tx.cmp(&b.tx));
        assert_eq!(txs, (0..20).map(tx).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_four_is_stopped_the_others_go_on_and_it_catches_up_from_its_own_data() {
    logs();
    let consortium = Consortium::new(4);
    let mut nodes = consortium.start_all().await;
    submit_everywhere(&nodes, 0);
    until_committed(&apps(&nodes), 1).await;
    let away = nodes.remove(2).stop().await;
    let left_at = away.height();
    let others = apps(&nodes);
    for n in 1..=5 {
        submit_everywhere(&nodes, n);
        until_committed(&others, 1 + n as usize).await;
    }
    until("the others are far ahead", || others.iter().all(|a| a.height() >= left_at + 5)).await;
    assert_eq!(away.height(), left_at);
    let back = consortium.start(2, away).await;
    let goal = others[0].height();
    until("it caught up", || back.app.height() >= goal).await;
    assert!(back.engine.monitor().status().caught_up > 0);
    nodes.push(back);
    submit_everywhere(&nodes, 99);
    let all = apps(&nodes);
    until_committed(&all, 7).await;
    until("it proposes again", || all[0].proposers()[goal as usize..].contains(&org("org2"))).await;
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&all);
    all.iter().for_each(|a| a.assert_certificates());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_four_are_restarted_in_the_middle_and_no_block_differs() {
    logs();
    let consortium = Consortium::new(4);
    let mut apps: Vec<_> = (0..4).map(|i| consortium.app(i)).collect();
    for cycle in 0..3u64 {
        let mut nodes = Vec::new();
        for (who, app) in apps.drain(..).enumerate() {
            nodes.push(consortium.start(who, app).await);
        }
        submit_everywhere(&nodes, cycle);
        let running: Vec<_> = nodes.iter().map(|n| n.app.clone()).collect();
        until("two nodes committed", || running.iter().filter(|a| a.committed_txs().len() as u64 > cycle).count() >= 2)
            .await;
        for node in nodes {
            apps.push(node.stop().await);
        }
        assert_equal_chains(&apps);
    }
    apps.iter().for_each(|a| a.assert_certificates());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_chain_rests_and_wakes_for_a_transaction_known_to_one_node_only() {
    logs();
    let mut consortium = Consortium::new(4);
    consortium.pacing = Pacing { idle_interval: Duration::from_secs(3600), ..consortium.pacing };
    let nodes = consortium.start_all().await;
    let apps = apps(&nodes);
    until("the first block", || apps.iter().all(|a| a.height() >= 1)).await;
    // Let what is under way come to rest.
    let mut at = u64::MAX;
    while at != apps[0].height() {
        at = apps[0].height();
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    let rounds: u64 = nodes.iter().map(|n| n.engine.monitor().status().extra_rounds).sum();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(apps[0].height(), at, "no empty block, no timeout, while nothing is to be done");
    assert_eq!(nodes.iter().map(|n| n.engine.monitor().status().extra_rounds).sum::<u64>(), rounds);
    nodes[1].app.submit(tx(7));
    until_committed(&apps, 1).await;
    // At worst each of the others proposed before it was the owner's turn.
    assert!(apps[1].height() <= at + 5, "{} after {at}", apps[1].height());
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&apps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposer_with_a_wrong_state_root_gets_no_votes_and_the_chain_goes_on() {
    logs();
    let consortium = Consortium::new(4);
    let liar = consortium.app(3);
    liar.lies.store(true, SeqCst);
    let mut nodes = Vec::new();
    for who in 0..3 {
        nodes.push(consortium.start(who, consortium.app(who)).await);
    }
    nodes.push(consortium.start(3, liar).await);
    let apps = apps(&nodes);
    until("the liar was passed over twice", || apps.iter().all(|a| a.height() >= 9)).await;
    assert!(nodes[0].engine.monitor().status().extra_rounds > 0);
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&apps);
    assert!(!apps[0].proposers().contains(&org("org3")));
}

#[derive(Serialize)]
struct SignedVote {
    vote: Vote,
    sig: Signature,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum VoteMessage {
    Vote(SignedVote),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_validator_that_votes_twice_is_seen_and_named() {
    logs();
    let consortium = Consortium::new(4);
    let mut nodes = Vec::new();
    for who in 0..3 {
        nodes.push(consortium.start(who, consortium.app(who)).await);
    }
    let rogue = consortium.mesh(3).await;
    let monitor = nodes[0].engine.monitor();
    until("the double vote is noticed", || {
        let height = nodes[0].app.height() + 1;
        for height in [height, height + 1] {
            for block in [Digest([1; 32]), Digest([2; 32])] {
                let vote =
                    Vote { kind: VoteKind::Prevote, height, round: 0, block: Some(block), validator: org("org3") };
                let sig = consortium.keys[3].1.sign(&vote.preimage(&chain()));
                let bytes = cbor::to_bytes(&VoteMessage::Vote(SignedVote { vote, sig }));
                rogue.broadcast(Service::Vote, Bytes::from(bytes)).expect("small");
            }
        }
        monitor.status().equivocations_seen > 0
    })
    .await;
    let seen = monitor.status().equivocations[0].clone();
    assert_eq!((seen.validator, seen.kind), (org("org3"), "prevote"));
    assert_ne!(seen.values[0], seen.values[1]);
    let height = nodes[0].app.height();
    until("the chain goes on", || nodes.iter().all(|n| n.app.height() > height)).await;
    let apps = apps(&nodes);
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&apps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_on_every_service_does_not_disturb_consensus() {
    logs();
    let consortium = Consortium::new(4);
    let mut nodes = Vec::new();
    for who in 0..3 {
        nodes.push(consortium.start(who, consortium.app(who)).await);
    }
    let rogue = consortium.mesh(3).await;
    until("the rogue is connected", || rogue.connected().len() == 3).await;
    for n in 0..300u32 {
        let bytes: Vec<u8> = (0..n).map(|i| (i.wrapping_mul(n) >> 3) as u8).collect();
        for service in [Service::Vote, Service::Proposal, Service::Sync] {
            let _ = rogue.broadcast(service, Bytes::from(bytes.clone()));
        }
    }
    for (n, node) in nodes.iter().enumerate() {
        node.app.submit(tx(n as u64));
    }
    let apps = apps(&nodes);
    until_committed(&apps, 3).await;
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&apps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_that_is_no_validator_follows_the_chain() {
    logs();
    let mut consortium = Consortium::new(4);
    consortium.validators.0.truncate(3);
    let nodes = consortium.start_all().await;
    submit_everywhere(&nodes[..3], 1);
    let apps = apps(&nodes);
    until_committed(&apps, 1).await;
    assert!(!apps[3].proposers().contains(&org("org3")));
    for node in nodes {
        node.stop().await;
    }
    assert_equal_chains(&apps);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_handle_resolves_with_the_cause_when_the_engine_cannot_go_on() {
    logs();
    let consortium = Consortium::new(4);
    let mut nodes = consortium.start_all().await;
    let apps = apps(&nodes);
    until("the first block", || apps.iter().all(|a| a.height() >= 1)).await;
    nodes[0].app.broken.store(true, SeqCst);
    let end = tokio::time::timeout(Duration::from_secs(60), nodes[0].engine.stopped()).await.expect("it ends");
    assert!(matches!(end, Err(EngineError::App { .. })), "{end:?}");
    nodes[1].mesh.shutdown().await;
    let end = tokio::time::timeout(Duration::from_secs(60), nodes[1].engine.stopped()).await.expect("it ends");
    assert!(matches!(end, Err(EngineError::Stopped(_))), "{end:?}");
}

#[tokio::test]
async fn a_key_that_is_not_the_validators_is_refused_at_start() {
    let consortium = Consortium::new(4);
    let mesh = consortium.mesh(0).await;
    let mut engine = consortium.engine(0, &mesh);
    engine.key = consortium.keys[1].1.clone();
    let refused = engine.start(consortium.app(0)).await;
    assert!(matches!(refused.map(|_| ()), Err(EngineError::Config(_))));
}
