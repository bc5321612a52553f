//! The collector finds everything that a task's history needs, and nothing about anything else.

#[path = "../../contract/tests/evidence/chain.rs"]
mod chain;
#[path = "../../contract/tests/evidence/story.rs"]
mod story;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use ledger_client::evidence::{CollectError, evidence_bundle};
use ledger_client::*;
use ledger_contract::evidence::verify_bundle;
use ledger_contract::{StateError, StateRead};
use ledger_types::action::{AccountRegister, AccountUpdate, Action};
use ledger_types::block::{Genesis, Header};
use ledger_types::id::{AccountId, Height, TaskId, TxId};
use ledger_types::object::{Role, Status};
use ledger_types::proof::TxProof;
use ledger_types::receipt::Receipt;
use ledger_types::task::TaskStatus;
use ledger_types::tx::SignedTx;
use ledger_types::verify::{CheckId, CheckStatus, Verdict};
use ledger_types::{Digest, SuiteId};
use serde_bytes::ByteBuf;

use chain::{Chain, Sealed};
use story::{Ending, Step, Story, honest, secret};

/// A replica over the chain in memory: every answer is found by looking at all blocks. Keeps the state from a height on.
struct Replica(Chain, Height);

struct View(chain::State);

impl StateRead for View {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StateError> {
        Ok(self.0.get(key).cloned())
    }
}

impl Replica {
    fn all(&self) -> impl Iterator<Item = (&Sealed, &SignedTx, &Receipt)> {
        self.0.blocks.iter().flat_map(|b| b.txs.iter().zip(&b.receipts).map(move |(t, r)| (b, t, r)))
    }

    fn last(&self) -> &Sealed {
        self.0.blocks.last().expect("a chain with blocks")
    }

    fn at(&self, height: Option<Height>) -> Result<&Sealed, LedgerError> {
        let height = height.unwrap_or(self.last().header.height);
        let kept = self.0.blocks.iter().filter(|b| b.header.height >= self.1);
        kept.into_iter().find(|b| b.header.height == height).ok_or(LedgerError::NotAvailable(height))
    }
}

#[async_trait]
impl Ledger for Replica {
    fn genesis(&self) -> &Genesis {
        &self.0.genesis
    }

    fn status(&self) -> ChainStatus {
        let Header { height, state_root, time_ms, .. } = self.last().header;
        let hash = self.last().header.hash(self.suite());
        ChainStatus { height, hash, state_root, time_ms, pending: 0 }
    }

    fn view(&self) -> Arc<dyn StateRead + Send + Sync> {
        Arc::new(View(self.last().state.clone()))
    }

    async fn submit(&self, _: SignedTx) -> Result<TxId, LedgerError> {
        Err(LedgerError::Busy)
    }

    async fn wait(&self, _: &TxId, at_most: Duration) -> Result<TxRecord, LedgerError> {
        Err(LedgerError::TimedOut(at_most))
    }

    fn tx(&self, id: &TxId) -> Result<Option<TxRecord>, LedgerError> {
        Ok(self.all().find(|(_, _, r)| &r.tx == id).map(|(b, tx, receipt)| TxRecord {
            tx: tx.clone(),
            receipt: receipt.clone(),
            time_ms: b.header.time_ms,
        }))
    }

    fn tx_proof(&self, id: &TxId) -> Result<Option<TxProof>, LedgerError> {
        let found = self.all().find(|(_, _, r)| &r.tx == id);
        Ok(found.map(|(b, _, r)| self.0.proof(b.header.height, r.index as usize)))
    }

    fn block(&self, height: Height) -> Result<Option<BlockRecord>, LedgerError> {
        Ok(self.0.blocks.iter().find(|b| b.header.height == height).map(|b| BlockRecord {
            header: b.header.clone(),
            hash: b.header.hash(self.suite()),
            certificate: b.certificate.clone(),
            txs: b.txs.clone(),
            receipts: b.receipts.clone(),
        }))
    }

    fn header(&self, height: Height) -> Result<Option<Header>, LedgerError> {
        Ok(self.block(height)?.map(|b| b.header))
    }

    fn height_of(&self, hash: &Digest) -> Result<Option<Height>, LedgerError> {
        let found = self.0.blocks.iter().find(|b| &b.header.hash(self.suite()) == hash);
        Ok(found.map(|b| b.header.height))
    }

    fn value(&self, key: &[u8], at: Option<Height>) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.at(at)?.state.get(key).cloned())
    }

    fn state_proof(&self, key: &[u8], at: Option<Height>) -> Result<StateProof, LedgerError> {
        let e = self.0.state_entry_at(self.at(at)?.header.height, key);
        let value = e.value.map(ByteBuf::from);
        Ok(StateProof { key: e.key, value, path: e.path, header: e.header, certificate: e.certificate })
    }

    fn evidence(&self, q: &EvidenceQuery) -> Result<Vec<EvidenceRow>, LedgerError> {
        let rows = self.all().filter(|(_, _, r)| q.after.is_none_or(|after| (r.height, r.index) > after));
        let rows = rows.filter(|(_, _, r)| {
            r.events.iter().any(|e| {
                q.task.is_none_or(|t| e.task == Some(t))
                    && q.dataset.as_ref().is_none_or(|d| e.datasets.contains(d))
                    && q.org.as_ref().is_none_or(|o| e.orgs.contains(o))
                    && q.kind.is_none_or(|k| e.kind == k)
            })
        });
        let rows = rows.map(|(b, signed, r)| {
            let tx = signed.decode().expect("our own transaction");
            let (tx_id, time_ms) = (r.tx, b.header.time_ms);
            let (actor, action) = (tx.sender, tx.action.name().to_owned());
            EvidenceRow { tx: tx_id, height: r.height, index: r.index, time_ms, actor, action, receipt: r.clone() }
        });
        // Short pages, as a replica with a bound of its own gives them.
        Ok(rows.take(q.limit.min(3)).collect())
    }

    fn subscribe(&self, _: Height) -> BoxStream<'static, Arc<BlockRecord>> {
        Box::pin(futures::stream::empty())
    }
}

fn name(s: &str) -> AccountId {
    AccountId::new(s).expect("a slug")
}

/// The story, with things in between and after it that have nothing to do with the task.
fn replica(ending: Ending) -> (Replica, TaskId) {
    let mut story = Story::play(SuiteId::Gm, ending, &honest);
    let suite = story.chain.suite();
    let register = |who: &str| {
        Action::AccountRegister(AccountRegister {
            account: name(who),
            display_name: who.into(),
            roles: [Role::Requester].into(),
            key: chain::key(suite, &secret(who)).public_key(),
        })
    };
    for i in 0..7 {
        let who = format!("noise-{i}");
        story.step(
            Step::Accounts,
            &honest,
            vec![("sjj/admin", register(&who)), ("bank/admin", register(&format!("b-{who}")))],
        );
    }
    (Replica(story.chain, 1), story.task)
}

#[test]
fn the_collected_bundle_of_a_task_verifies_completely() {
    for (ending, status) in [
        (Ending::Completed, TaskStatus::Completed),
        (Ending::Disputed, TaskStatus::Disputed),
        (Ending::Waiting, TaskStatus::Proposed),
        (Ending::Cancelled, TaskStatus::Cancelled),
    ] {
        let (replica, task) = replica(ending);
        let bundle = evidence_bundle(&replica, &task).expect("a bundle");
        let report = verify_bundle(&bundle.to_json(), Some(replica.genesis().hash()));
        assert_eq!(report.verdict, Verdict::Verified, "{ending:?}: {:#?}", report.failed().next());
        assert_eq!(report.facts.outcome, Some(status));
        assert_eq!(report.facts.height, Some(replica.status().height), "as of the tip");
        let undone: Vec<_> = report.checks.iter().filter(|c| c.status == CheckStatus::NotChecked).collect();
        assert!(ending != Ending::Completed || undone.is_empty(), "{undone:#?}");
    }
}

#[test]
fn a_replica_that_forgot_the_state_of_a_run_leaves_the_limits_unchecked_and_says_so() {
    let (mut replica, task) = replica(Ending::Completed);
    let all = evidence_bundle(&replica, &task).expect("a bundle");
    replica.1 = replica.status().height;
    let bundle = evidence_bundle(&replica, &task).expect("a bundle");
    assert_eq!(bundle.state.len(), all.state.len() - 2, "one object per run");
    let report = verify_bundle(&bundle.to_json(), None);
    assert_eq!(report.verdict, Verdict::Verified, "{:#?}", report.failed().next());
    let limits = report.checks.iter().find(|c| c.id == CheckId::TaskLimits).expect("the check");
    assert_eq!((limits.status, limits.code.as_deref()), (CheckStatus::NotChecked, Some("no_state")));
}

#[test]
fn nothing_about_other_things_is_in_the_bundle() {
    let (replica, task) = replica(Ending::Completed);
    let bundle = evidence_bundle(&replica, &task).expect("a bundle");
    // All of the story but the registration of the auditor, who has no part in the task.
    let story = Story::play(SuiteId::Gm, Ending::Completed, &honest).bundle();
    assert_eq!(bundle.items.len(), story.items.len() - 1);
    assert!(bundle.items.iter().all(|i| story.items.iter().any(|s| s.tx == i.tx)));
}

#[test]
fn a_change_of_roles_of_somebody_who_signed_is_part_of_it() {
    let mut story = Story::play(SuiteId::Gm, Ending::Completed, &honest);
    let update = AccountUpdate { account: name("li"), roles: [Role::DataOwner].into(), status: Status::Frozen };
    story.step(Step::Accounts, &honest, vec![("rsj/admin", Action::AccountUpdate(update))]);
    let task = story.task;
    let bundle = evidence_bundle(&Replica(story.chain, 1), &task).expect("a bundle");
    let open = bundle.open().expect("canonical parts");
    assert!(matches!(open.items.last().map(|i| &i.tx.action), Some(Action::AccountUpdate(_))));
    assert_eq!(verify_bundle(&bundle.to_json(), None).verdict, Verdict::Verified);
}

#[test]
fn an_unknown_task_has_no_bundle() {
    let (replica, _) = replica(Ending::Waiting);
    let unknown = TaskId(story::digest("no such task"));
    assert_eq!(evidence_bundle(&replica, &unknown).err(), Some(CollectError::UnknownTask(unknown)));
}
