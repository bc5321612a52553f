//! One validator alone.

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;

use ledger_consensus::solo::Solo;
use ledger_consensus::{ConsensusEngine, EngineError};
use support::{Consortium, chain, tx, until};

fn solo(consortium: &Consortium) -> Box<Solo> {
    let (org, key, _) = consortium.keys[0].clone();
    let (validators, pacing) = (consortium.validators.clone(), consortium.pacing.clone());
    Box::new(Solo { chain: chain(), org, key, validators, pacing })
}

#[tokio::test]
async fn a_single_node_commits_blocks_with_real_certificates_and_goes_on_after_a_restart() {
    let consortium = Consortium::new(1);
    let app = consortium.app(0);
    for cycle in 0..3 {
        let engine = solo(&consortium).start(app.clone()).await.expect("it starts");
        app.submit(tx(cycle));
        engine.monitor().work_arrived();
        until("the transaction is committed", || app.committed_txs().len() as u64 > cycle).await;
        engine.stop().await.expect("it was running");
    }
    app.assert_certificates();
    let app: Arc<_> = app;
    assert_eq!(app.committed_txs(), (0..3).map(tx).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failed_commit_ends_the_engine_with_the_cause() {
    let consortium = Consortium::new(1);
    let app = consortium.app(0);
    app.broken.store(true, SeqCst);
    app.submit(tx(1));
    let mut engine = solo(&consortium).start(app.clone()).await.expect("it starts");
    assert!(matches!(engine.stopped().await, Err(EngineError::App { height: 1, .. })));
}

#[tokio::test]
async fn solo_refuses_to_run_a_consortium_alone() {
    let consortium = Consortium::new(4);
    let refused = solo(&consortium).start(consortium.app(0)).await;
    assert!(matches!(refused.map(|_| ()), Err(EngineError::Config(_))));
}
