use std::time::Duration;

use ledger_client::Ledger;
use ledger_crypto::{SuiteId, Verifier};
use ledger_node::LedgerNode;
use ledger_node::local::{Consortium, Founding};
use ledger_types::proof::verify_certificate;

use crate::support::*;

const ORGS: [&str; 4] = ["audit", "bank", "hospital", "rsj"];

fn consortium(suite: SuiteId, dir: &std::path::Path) -> Consortium {
    let founding = Founding::new(suite, &ORGS, 3).expect("four members");
    Consortium::new(founding, dir, |c| c.pacing.block_interval = Duration::from_millis(50)).expect("ports are free")
}

async fn all_at(nodes: &[LedgerNode], height: u64) {
    until("all nodes to be there", || async { nodes.iter().all(|n| n.status().height >= height).then_some(()) }).await;
}

fn assert_equal_blocks(nodes: &[LedgerNode]) {
    let g = nodes[0].genesis();
    let verifier = Verifier::new(g.suite, 8);
    let common = nodes.iter().map(|n| n.status().height).min().expect("four nodes");
    for h in 1..=common {
        let first = nodes[0].block(h).unwrap().unwrap();
        for node in nodes {
            let block = node.block(h).unwrap().unwrap();
            // Each node may hold other signatures of the quorum.
            assert_eq!((&block.header, &block.txs, &block.receipts), (&first.header, &first.txs, &first.receipts));
            verify_certificate(&verifier, g.suite, &g.chain, &g.validators, &block.header, &block.certificate).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_nodes_agree_and_one_that_was_down_catches_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut c = consortium(SuiteId::Gm, dir.path());
    c.start_all().await.unwrap();
    // One transaction through each node.
    let nodes = c.nodes();
    let id = dataset("audit.cases");
    let first = nodes[0].submit(publish(&c.founding, &person(&c.founding, "audit", 1), 1, &id)).await.unwrap();
    for node in &nodes {
        assert!(node.wait(&first, PATIENCE).await.unwrap().receipt.applied());
    }
    let mut txs = vec![];
    for (i, org) in ORGS.iter().enumerate().skip(1) {
        txs.push(nodes[i].submit(apply(&c.founding, &person(&c.founding, org, 2), 1, &id)).await.unwrap());
    }
    for tx in &txs {
        for node in &nodes {
            assert!(node.wait(tx, PATIENCE).await.unwrap().receipt.applied());
            let g = node.genesis();
            let proof = node.tx_proof(tx).unwrap().unwrap();
            proof.verify(&Verifier::new(g.suite, 8), g.suite, &g.chain, &g.validators).unwrap();
        }
    }
    all_at(&nodes, nodes[0].status().height).await;
    assert_equal_blocks(&nodes);

    // Three go on without the fourth.
    let down_at = nodes[3].status().height;
    drop(nodes);
    c.stop(3).await;
    let three = c.nodes();
    let mut last = None;
    for nonce in 2..=6 {
        let tx = three[1].submit(apply(&c.founding, &person(&c.founding, "bank", 2), nonce, &id)).await.unwrap();
        three[0].wait(&tx, PATIENCE).await.unwrap();
        last = Some(tx);
    }
    let reached = three[0].status().height;
    assert!(reached > down_at);
    // It comes back, catches up, and is of use at once.
    let back = c.start(3).await.unwrap();
    until("the fourth to catch up", || async { (back.status().height >= reached).then_some(()) }).await;
    assert_eq!(back.tx(&last.unwrap()).unwrap(), three[0].tx(&last.unwrap()).unwrap());
    let tx = back.submit(apply(&c.founding, &person(&c.founding, "rsj", 3), 1, &id)).await.unwrap();
    assert!(three[2].wait(&tx, PATIENCE).await.unwrap().receipt.applied());
    let all = c.nodes();
    all_at(&all, three[2].status().height).await;
    assert_equal_blocks(&all);
    c.stop_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_international_suite_decides_as_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut c = consortium(SuiteId::Intl, dir.path());
    c.start_all().await.unwrap();
    let nodes = c.nodes();
    let tx = nodes[2].submit(toggle(&c.founding, "hospital", 1)).await.unwrap();
    for node in &nodes {
        assert!(node.wait(&tx, PATIENCE).await.unwrap().receipt.applied());
    }
    assert_equal_blocks(&nodes);
    c.stop_all().await;
}
