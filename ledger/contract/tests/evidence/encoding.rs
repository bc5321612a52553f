//! Golden bytes: canonical encodings and the digests over them, one per structure and action.

use ledger_types::SuiteId;
use ledger_types::action::*;
use ledger_types::algorithm;
use ledger_types::block::Vote;
use ledger_types::cbor;
use ledger_types::id::{AccountId, ApplicationId, DatasetId, GrantId};
use ledger_types::object::{Role, Status};
use ledger_types::preimage::{Tag, digest};
use serde_json::{Value, json};

use crate::chain::Chain;
use crate::story::{Ending, Story, genesis, honest, org, secret};

/// Every structure that is signed or hashed.
pub fn vectors(suite: SuiteId) -> Value {
    let story = Story::play(suite, Ending::Completed, &honest);
    let Chain { genesis, blocks, .. } = &story.chain;
    let chain = &genesis.chain;
    let tagged = |tag, bytes: &[u8]| digest(suite, tag, chain, bytes).to_string();
    let mut txs: Vec<Value> = Vec::new();
    let mut named = std::collections::BTreeSet::new();
    let signed = blocks.iter().flat_map(|b| b.txs.iter().cloned()).chain(rest(&story));
    for tx in signed {
        let name = tx.decode().expect("our own transaction").action.name();
        if named.insert(name) {
            txs.push(json!({
                "action": name,
                "signed": hex::encode(cbor::to_bytes(&tx)),
                "tx": hex::encode(&tx.tx),
                "id": tx.id(suite, chain).to_string(),
            }));
        }
    }
    let last = blocks.last().expect("blocks");
    let receipts: Vec<Value> = blocks
        .iter()
        .flat_map(|b| &b.receipts)
        .map(|r| json!({ "bytes": hex::encode(cbor::to_bytes(r)), "leaf": r.leaf(suite, chain).to_string() }))
        .collect();
    let vote: Vote = last.certificate.vote(&org("bank"));
    json!({
        "suite": suite,
        "chain": chain,
        "genesis": { "bytes": hex::encode(cbor::to_bytes(genesis)), "hash": genesis.hash().to_string() },
        "validators": {
            "bytes": hex::encode(cbor::to_bytes(&genesis.validators)),
            "digest": genesis.validators.digest(suite, chain).to_string(),
        },
        "header": { "bytes": hex::encode(cbor::to_bytes(&last.header)), "hash": last.header.hash(suite).to_string() },
        "certificate": { "bytes": hex::encode(cbor::to_bytes(&last.certificate)) },
        "vote": { "bytes": hex::encode(cbor::to_bytes(&vote)), "preimage": hex::encode(vote.preimage(chain)) },
        "task_spec": { "bytes": hex::encode(cbor::to_bytes(&story.spec)), "id": story.task.to_string() },
        "algorithms": algorithm::builtin()
            .iter()
            .map(|d| json!({ "bytes": hex::encode(cbor::to_bytes(d)), "digest": d.digest(suite, chain).to_string() }))
            .collect::<Vec<_>>(),
        "sessions": story.sessions.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "empty_tag_digest": tagged(Tag::Task, b""),
        "txs": txs,
        "receipts": receipts,
    })
}

/// Actions that the story does not need.
fn rest(story: &Story) -> Vec<ledger_types::tx::SignedTx> {
    let (task, suite) = (story.task, story.chain.suite());
    let name = |s: &str| AccountId::new(s).expect("a slug");
    let reason = || String::from("理由");
    let actions = [
        Action::AccountUpdate(AccountUpdate {
            account: name("li"),
            roles: [Role::DataOwner, Role::Requester].into(),
            status: Status::Frozen,
        }),
        Action::DatasetStatusSet(DatasetStatusSet {
            dataset: DatasetId::new("rsj.social-insurance").expect("a slug"),
            status: Status::Frozen,
        }),
        Action::GrantRevoke(GrantRevoke { grant: GrantId::new("grant-1").expect("a slug"), reason: reason() }),
        Action::TaskReject(TaskClose { task, reason: reason() }),
        Action::TaskCancel(TaskClose { task, reason: reason() }),
        Action::ApplicationReview(ApplicationReview {
            application: ApplicationId::new("application-1").expect("a slug"),
            decision: Decision::Reject { reason: reason() },
        }),
    ];
    let sender = crate::story::account("rsj", "li");
    let key = crate::chain::key(suite, &secret("rsj/li"));
    let chain = genesis(suite).0.chain;
    let sign = |action| {
        // The largest numbers that a field can hold, so that both readers are asked for all 64 bits.
        let (nonce, valid_until) = (u64::MAX, u64::MAX - 1);
        ledger_types::tx::Tx { v: 1, chain: chain.clone(), sender: sender.clone(), nonce, valid_until, action }
            .sign(&key)
    };
    actions.into_iter().map(sign).collect()
}
