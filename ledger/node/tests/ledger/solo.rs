use std::collections::BTreeSet;

use futures::StreamExt;
use ledger_client::{EvidenceQuery, Ledger, LedgerError};
use ledger_contract::state_key;
use ledger_crypto::{SuiteId, Verifier};
use ledger_node::{LedgerNode, NodeError};
use ledger_state::StoreError;
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::object::Dataset;
use ledger_types::receipt::{EventKind, Outcome};
use ledger_types::tx::Tx;

use crate::support::*;

fn code(outcome: Result<ledger_types::id::TxId, LedgerError>) -> String {
    match outcome {
        Err(LedgerError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_verifies_against_the_genesis_document_alone() {
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let dir = tempfile::tempdir().unwrap();
        let founding = alone(suite);
        let node = solo(&founding, dir.path()).await;
        let g = node.genesis().clone();
        let verifier = Verifier::new(suite, 4);
        let id = dataset("a.insured");
        let tx = publish(&founding, &person(&founding, "a", 1), 1, &id);
        let tx_id = node.submit(tx.clone()).await.unwrap();
        let record = node.wait(&tx_id, PATIENCE).await.unwrap();
        assert!(record.receipt.applied());
        assert_eq!(record.tx, tx);
        let height = record.receipt.height;

        let proof = node.tx_proof(&tx_id).unwrap().unwrap();
        assert_eq!(proof.verify(&verifier, suite, &g.chain, &g.validators), Ok(tx_id));
        let mut forged = proof.clone();
        forged.receipt.outcome = Outcome::Refused { code: "no".into(), params: Default::default() };
        assert!(forged.verify(&verifier, suite, &g.chain, &g.validators).is_err());
        let other = ChainId::new("other").unwrap();
        assert!(proof.verify(&verifier, suite, &other, &g.validators).is_err());

        let key = state_key::dataset(&id);
        let there = node.state_proof(&key, Some(height)).unwrap();
        there.verify(&verifier, suite, &g.chain, &g.validators).unwrap();
        let value: Dataset = cbor::from_bytes(there.value.as_ref().unwrap()).unwrap();
        assert_eq!((value.id, value.versions[0].height), (id.clone(), height));
        assert_eq!(there.header, node.header(height).unwrap().unwrap());
        let absent = node.state_proof(&state_key::dataset(&dataset("a.none")), None).unwrap();
        absent.verify(&verifier, suite, &g.chain, &g.validators).unwrap();
        assert_eq!(absent.value, None);
        let mut lie = there.clone();
        lie.value = None;
        assert!(lie.verify(&verifier, suite, &g.chain, &g.validators).is_err());
        if height > 1 {
            let before = node.state_proof(&key, Some(height - 1)).unwrap();
            before.verify(&verifier, suite, &g.chain, &g.validators).unwrap();
            assert_eq!(before.value, None);
        }
        assert_eq!(node.value(&key, Some(0)).unwrap(), None);
        assert!(matches!(node.state_proof(&key, Some(0)), Err(LedgerError::NotAvailable(0))));

        // The chain of headers goes back to the document.
        let mut prev = g.hash();
        for h in 1..=node.status().height {
            let block = node.block(h).unwrap().unwrap();
            assert_eq!(block.header.prev, prev);
            assert_eq!(node.height_of(&block.hash).unwrap(), Some(h));
            prev = block.header.hash(suite);
            assert_eq!(block.hash, prev);
        }
        node.shutdown().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_forbids_is_ordered_and_leaves_a_receipt_with_its_code() {
    let dir = tempfile::tempdir().unwrap();
    let founding = alone(SuiteId::Gm);
    let node = solo(&founding, dir.path()).await;
    let (who, id) = (person(&founding, "a", 1), dataset("a.insured"));
    for (nonce, expected) in [(1, None), (2, Some("dataset_exists"))] {
        let tx = node.submit(publish(&founding, &who, nonce, &id)).await.unwrap();
        let record = node.wait(&tx, PATIENCE).await.unwrap();
        let found = match &record.receipt.outcome {
            Outcome::Applied => None,
            Outcome::Refused { code, .. } => Some(code.as_str()),
        };
        assert_eq!(found, expected);
        let proof = node.tx_proof(&tx).unwrap().unwrap();
        let g = node.genesis();
        proof.verify(&Verifier::new(g.suite, 4), g.suite, &g.chain, &g.validators).unwrap();
    }
    let tx = node.submit(apply(&founding, &who, 3, &id)).await.unwrap();
    let receipt = node.wait(&tx, PATIENCE).await.unwrap().receipt;
    assert!(matches!(receipt.outcome, Outcome::Refused { code, .. } if code == "own_dataset"));
    // The attempt is evidence too.
    let of_actor = EvidenceQuery { actor: Some(who.clone()), limit: 10, ..Default::default() };
    let rows = node.evidence(&of_actor).unwrap();
    let actions: Vec<&str> = rows.iter().map(|r| r.action.as_str()).collect();
    assert_eq!(actions, ["dataset_publish", "dataset_publish", "application_submit"]);
    assert!(rows.iter().all(|r| r.actor == who));
    let of_kind = EvidenceQuery { kind: Some(EventKind::DatasetPublished), dataset: Some(id), ..of_actor.clone() };
    let found = node.evidence(&of_kind).unwrap();
    assert_eq!(found.len(), 1);
    let after = EvidenceQuery { after: Some((found[0].height, found[0].index)), ..of_actor.clone() };
    assert_eq!(node.evidence(&after).unwrap().len(), 2);
    let time = found[0].time_ms;
    let until_then = EvidenceQuery { to_ms: Some(time), ..of_actor.clone() };
    assert_eq!(node.evidence(&until_then).unwrap().len(), 1);
    let later = EvidenceQuery { from_ms: Some(time + 1), ..of_actor };
    assert_eq!(node.evidence(&later).unwrap().len(), 2);
    node.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_in_a_block_is_refused_at_the_door() {
    let dir = tempfile::tempdir().unwrap();
    let founding = alone(SuiteId::Gm);
    let node = solo(&founding, dir.path()).await;
    let (who, id) = (person(&founding, "a", 1), dataset("a.insured"));
    let good = publish(&founding, &who, 1, &id);
    let tx = node.submit(good.clone()).await.unwrap();
    node.wait(&tx, PATIENCE).await.unwrap();

    assert_eq!(node.submit(good.clone()).await.unwrap(), tx, "the same again is the same");
    assert_eq!(code(node.submit(toggle(&founding, "a", 1)).await), "nonce_used");
    let mut forged = toggle(&founding, "a", 2);
    forged.sig.0[10] ^= 1;
    assert_eq!(code(node.submit(forged).await), "wrong_signature");
    let changed = |change: &dyn Fn(&mut Tx)| {
        let mut tx = toggle(&founding, "a", 3).decode().unwrap();
        change(&mut tx);
        tx.sign(founding.key(&who).unwrap())
    };
    let cases: [(&str, &dyn Fn(&mut Tx)); 5] = [
        ("wrong_chain", &|tx| tx.chain = ChainId::new("other").unwrap()),
        ("tx_expired", &|tx| tx.valid_until = 0),
        ("tx_valid_until_too_far", &|tx| tx.valid_until = 1_000_000),
        ("account_unknown", &|tx| tx.sender.account = "nobody".parse().unwrap()),
        ("organisation_unknown", &|tx| tx.sender.org = "nowhere".parse().unwrap()),
    ];
    for (expected, change) in cases {
        assert_eq!(code(node.submit(changed(change)).await), expected);
    }
    let many = node.submit_many(vec![toggle(&founding, "a", 5), changed(&|tx| tx.v = 9)]).await;
    assert!(many[0].is_ok());
    assert_eq!(code(many[1].clone()), "tx_version_unsupported");
    let waited = node.wait(&many[0].clone().unwrap(), PATIENCE).await.unwrap();
    assert!(waited.receipt.applied());
    node.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_gets_every_block_once_from_wherever_it_starts() {
    let dir = tempfile::tempdir().unwrap();
    let founding = alone(SuiteId::Gm);
    let node = solo(&founding, dir.path()).await;
    let from_the_start = node.subscribe(0);
    let mut sent = BTreeSet::new();
    for nonce in 1..=12 {
        sent.insert(node.submit(toggle(&founding, "a", nonce)).await.unwrap());
        if nonce % 4 == 0 {
            let last = *sent.last().unwrap();
            node.wait(&last, PATIENCE).await.unwrap();
        }
    }
    let middle = node.status().height / 2 + 1;
    let from_the_middle = node.subscribe(middle);
    for nonce in 13..=24 {
        sent.insert(node.submit(toggle(&founding, "a", nonce)).await.unwrap());
    }
    for tx in &sent {
        node.wait(tx, PATIENCE).await.unwrap();
    }
    let tip = node.status().height;
    for (mut stream, first) in [(from_the_start, 1), (from_the_middle, middle), (node.subscribe(tip), tip)] {
        let mut seen = Vec::new();
        for expected in first..=tip {
            let block = stream.next().await.unwrap();
            assert_eq!(block.header.height, expected);
            seen.extend(block.receipts.iter().map(|r| r.tx));
        }
        if first == 1 {
            assert_eq!(seen.iter().copied().collect::<BTreeSet<_>>(), sent);
            assert_eq!(seen.len(), sent.len());
        }
    }
    let mut open = node.subscribe(tip + 1_000);
    node.shutdown().await.unwrap();
    assert!(open.next().await.is_none(), "a stopped node ends its subscriptions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_goes_on_from_its_own_data_and_only_from_those() {
    let dir = tempfile::tempdir().unwrap();
    let founding = alone(SuiteId::Gm);
    let node = solo(&founding, dir.path()).await;
    let view_before = node.view();
    for nonce in 1..=5 {
        let tx = node.submit(toggle(&founding, "a", nonce)).await.unwrap();
        node.wait(&tx, PATIENCE).await.unwrap();
    }
    node.shutdown().await.unwrap();
    assert!(node.stopped().await.is_ok());
    let before: Vec<_> = (1..=node.status().height).map(|h| node.block(h).unwrap().unwrap()).collect();
    drop((node, view_before));

    let node = solo(&founding, dir.path()).await;
    assert!(node.status().height >= before.len() as u64);
    for block in &before {
        assert_eq!(node.block(block.header.height).unwrap().as_ref(), Some(block));
    }
    let known = toggle(&founding, "a", 5);
    let id = known.id(SuiteId::Gm, &founding.genesis.chain);
    assert_eq!(node.submit(known).await.unwrap(), id, "it is committed already");
    assert_eq!(
        code(node.submit(publish(&founding, &person(&founding, "a", 1), 5, &dataset("a.x"))).await),
        "nonce_used"
    );
    let next = node.submit(toggle(&founding, "a", 6)).await.unwrap();
    assert!(node.wait(&next, PATIENCE).await.unwrap().receipt.applied());
    node.shutdown().await.unwrap();
    drop(node);

    let other = alone(SuiteId::Gm);
    let outcome = LedgerNode::start(solo_config(&other, dir.path())).await;
    assert!(matches!(outcome.err(), Some(NodeError::Store(StoreError::OtherGenesis { .. }))));
}
