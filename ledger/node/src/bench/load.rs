//! Pre-signed applications for one dataset: each is one signature, one new object, one event, one nonce.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use futures::StreamExt;
use ledger_client::{Ledger, LedgerError};
use ledger_crypto::Digest;
use ledger_types::action::{Action, ApplicationSubmit, DatasetPublish};
use ledger_types::id::{AccountRef, ApplicationId, DatasetId, TxId};
use ledger_types::object::{
    Column, ColumnType, ColumnUse, DatasetCommitment, Disclosure, Scope, Sensitivity, TaskKindName,
};
use ledger_types::tx::SignedTx;
use tokio::sync::mpsc;

use super::{BenchConfig, BenchError, Figure, Target, agree, cpu_seconds};
use crate::local::{Consortium, Founding};
use crate::node::LedgerNode;

/// Transactions submitted in one call, at most.
const BATCH: usize = 50;

/// The light load: so many transactions, so many of them under way at a time.
const LIGHT_TXS: usize = 600;
const LIGHT_IN_FLIGHT: usize = 24;

/// Longest time without a committed transaction.
const PATIENCE: Duration = Duration::from_secs(60);

/// What one run of load found.
struct Driven {
    ids: Vec<TxId>,
    latencies_ms: Vec<f64>,
    wall_s: f64,
    cpu_s: f64,
    bytes_on_wire: u64,
    blocks: u64,
}

impl Driven {
    fn figure(&self, name: &'static str, value: f64, unit: &'static str, target: Option<Target>) -> Figure {
        let (n, wall_s, cpu_s) = (self.ids.len() as u64, self.wall_s, self.cpu_s);
        Figure { name, n, wall_s, cpu_s, bytes_on_wire: None, value, unit, target }
    }

    fn latency_ms(&self, percent: f64) -> f64 {
        percentile(&self.latencies_ms, percent / 100.0)
    }

    fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.wall_s
    }
}

/// What the load runs found: few transactions under way at a time, then as many as the setting says.
pub struct LoadFigures {
    light: Driven,
    full: Driven,
}

impl LoadFigures {
    /// Transactions that are committed now.
    pub(super) fn ids(&self) -> Vec<TxId> {
        self.full.ids.clone()
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let (light, full) = (&self.light, &self.full);
        let n = full.ids.len() as u64;
        let rate = full.figure("committed-tx", full.per_second(n), "1/s", Some(Target::AtLeast(1_500.0)));
        vec![
            light.figure("light-load-latency-p50", light.latency_ms(50.0), "ms", None),
            light.figure("light-load-latency-p99", light.latency_ms(99.0), "ms", None),
            Figure { bytes_on_wire: Some(full.bytes_on_wire), ..rate },
            full.figure("latency-p50", full.latency_ms(50.0), "ms", None),
            full.figure("latency-p99", full.latency_ms(99.0), "ms", Some(Target::AtMost(5_000.0))),
            full.figure("blocks", full.per_second(full.blocks), "1/s", None),
        ]
    }
}

fn percentile(sorted: &[f64], p: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * p).round() as usize).copied().unwrap_or(0.0)
}

fn dataset() -> DatasetId {
    DatasetId::new("audit.bench").expect("a constant slug")
}

fn publish() -> Action {
    let column = Column {
        name: "id".to_owned(),
        data_type: ColumnType::Text,
        description: String::new(),
        sensitivity: Sensitivity::Internal,
        rules: vec![],
    };
    Action::DatasetPublish(DatasetPublish {
        dataset: dataset(),
        title: "benchmark".to_owned(),
        description: String::new(),
        theme: "benchmark".to_owned(),
        sensitivity: Sensitivity::Internal,
        columns: vec![column],
        commitment: DatasetCommitment {
            scheme: "salted-rows/1".to_owned(),
            root: Digest::ZERO,
            rows: 0,
            schema: Digest::ZERO,
        },
    })
}

pub(super) fn apply(sender: &AccountRef, n: u64, not_after_ms: u64) -> Action {
    Action::ApplicationSubmit(ApplicationSubmit {
        application: ApplicationId::new(format!("{}.{}.{n}", sender.org, sender.account)).expect("slugs and dots"),
        dataset: dataset(),
        scope: Scope {
            columns: vec![ColumnUse { column: "id".to_owned(), disclosure: Disclosure::PlaintextAfterJoin }],
            purpose: "benchmark".to_owned(),
            kinds: [TaskKindName::Psi].into(),
            not_after_ms,
            uses: 1,
        },
        reason: "to see how many of these can be committed in a second".to_owned(),
    })
}

/// The owner of the dataset and the transaction that publishes it.
pub(super) fn publication(founding: &Founding) -> Result<(AccountRef, SignedTx), BenchError> {
    let owner = founding.people().find(|p| p.org.as_str() == "audit").cloned();
    let owner = owner.ok_or_else(|| BenchError::Wrong("nobody owns the dataset".to_owned()))?;
    let publish = founding.sign(&owner, 1, 500, publish());
    let publish = publish.ok_or_else(|| BenchError::Wrong("the owner has no key".to_owned()))?;
    Ok((owner, publish))
}

/// Who applies: people of the other organisations.
pub(super) fn applicants(founding: &Founding, count: usize) -> Vec<AccountRef> {
    founding.people().filter(|p| p.org.as_str() != "audit").take(count.max(1)).cloned().collect()
}

/// Signs the transactions before the clock runs, for each organisation's own people.
fn sign_all(
    founding: &Founding,
    senders: &[AccountRef],
    txs: usize,
    valid_until: u64,
) -> Result<BTreeMap<usize, Vec<SignedTx>>, BenchError> {
    let not_after_ms = founding.genesis.time_ms + 24 * 60 * 60 * 1000;
    let numbered: Vec<(usize, usize)> = (0..txs).map(|i| (i, i % senders.len())).collect();
    let signed = crate::parallel::map(&numbered, |(i, s)| {
        let (sender, nonce) = (&senders[*s], (*i / senders.len()) as u64 + 1);
        founding.sign(sender, nonce, valid_until, apply(sender, nonce, not_after_ms)).map(|tx| (*s, tx))
    });
    let mut by_org: BTreeMap<usize, Vec<SignedTx>> = BTreeMap::new();
    for signed in signed {
        let (s, tx) = signed.ok_or_else(|| BenchError::Wrong("a sender without a key".to_owned()))?;
        let org = founding.orgs.iter().position(|o| *o == senders[s].org).unwrap_or(0);
        by_org.entry(org).or_default().push(tx);
    }
    Ok(by_org)
}

pub(super) async fn run(consortium: &Consortium, config: &BenchConfig) -> Result<LoadFigures, BenchError> {
    let founding = &consortium.founding;
    let nodes = consortium.nodes();
    let (_, publish) = publication(founding)?;
    let id = nodes[0].submit(publish).await?;
    if !nodes[0].wait(&id, PATIENCE).await?.receipt.applied() {
        return Err(BenchError::Wrong("the dataset was not published".to_owned()));
    }
    // The owner's organisation does not apply for its own data; its node takes part in everything else.
    let senders = applicants(founding, config.senders);
    // The other nodes may be some blocks behind, and count the span from where they are.
    let valid_until = nodes[0].status().height + founding.genesis.parameters.valid_until_span_max / 2;
    let mut all = sign_all(founding, &senders, config.txs, valid_until)?;
    let light: usize = (config.txs / 10).min(LIGHT_TXS);
    let mut first = BTreeMap::new();
    for (org, txs) in &mut all {
        let rest = txs.split_off((light / 3).min(txs.len()));
        first.insert(*org, std::mem::replace(txs, rest));
    }
    let light = drive(consortium, first, LIGHT_IN_FLIGHT).await?;
    let full = drive(consortium, all, config.in_flight).await?;
    Ok(LoadFigures { light, full })
}

async fn drive(
    consortium: &Consortium,
    by_org: BTreeMap<usize, Vec<SignedTx>>,
    in_flight: usize,
) -> Result<Driven, BenchError> {
    let watched = consortium.node(0).ok_or_else(|| BenchError::Wrong("a node is down".to_owned()))?;
    let txs = by_org.values().map(Vec::len).sum();
    let start_height = watched.status().height + 1;
    let (wire, cpu) = (consortium.bytes_on_wire(), cpu_seconds());
    let begun = Instant::now();
    let (sent, receiving) = mpsc::unbounded_channel();
    let permits = std::sync::Arc::new(tokio::sync::Semaphore::new(in_flight));
    let batch = BATCH.min(in_flight / 4).max(1);
    for (org, txs) in by_org {
        let node = consortium.node(org).ok_or_else(|| BenchError::Wrong("a node is down".to_owned()))?.clone();
        tokio::spawn(submit(node, txs, batch, permits.clone(), sent.clone()));
    }
    drop(sent);
    let (latencies_ms, ids, blocks) = collect(watched, start_height, txs, receiving, &permits).await?;
    let wall_s = begun.elapsed().as_secs_f64();
    let cpu_s = cpu_seconds() - cpu;
    let bytes_on_wire = consortium.bytes_on_wire() - wire;
    agree(consortium).await?;
    Ok(Driven { ids, latencies_ms, wall_s, cpu_s, bytes_on_wire, blocks })
}

type Sent = Result<(Instant, Vec<TxId>), LedgerError>;

async fn submit(
    node: LedgerNode,
    txs: Vec<SignedTx>,
    batch: usize,
    permits: std::sync::Arc<tokio::sync::Semaphore>,
    sent: mpsc::UnboundedSender<Sent>,
) {
    let mut txs = txs.into_iter();
    loop {
        let batch: Vec<SignedTx> = txs.by_ref().take(batch).collect();
        let size = u32::try_from(batch.len()).unwrap_or(u32::MAX);
        if batch.is_empty() {
            return;
        }
        // Given back when the transactions are committed.
        let Ok(permit) = permits.acquire_many(size).await else { return };
        permit.forget();
        let at = Instant::now();
        let outcome: Result<Vec<TxId>, LedgerError> = node.submit_many(batch).await.into_iter().collect();
        if sent.send(outcome.map(|ids| (at, ids))).is_err() {
            return;
        }
    }
}

/// Follows the chain until all transactions are committed and applied.
async fn collect(
    node: &LedgerNode,
    from: u64,
    txs: usize,
    mut sent: mpsc::UnboundedReceiver<Sent>,
    permits: &tokio::sync::Semaphore,
) -> Result<(Vec<f64>, Vec<TxId>, u64), BenchError> {
    let mut chain = node.subscribe(from);
    let mut submitted: HashMap<TxId, Instant> = HashMap::new();
    let mut committed: HashMap<TxId, Instant> = HashMap::new();
    let mut blocks = 0;
    while committed.len() < txs {
        let block = tokio::time::timeout(PATIENCE, chain.next()).await;
        let block = block.map_err(|_| BenchError::Wrong("no block for a minute".to_owned()))?;
        let block = block.ok_or_else(|| BenchError::Wrong("the node stopped".to_owned()))?;
        let now = Instant::now();
        blocks += 1;
        for receipt in &block.receipts {
            if !receipt.applied() {
                return Err(BenchError::Wrong(format!("not applied: {:?}", receipt.outcome)));
            }
            committed.insert(receipt.tx, now);
        }
        permits.add_permits(block.receipts.len());
        while let Ok(batch) = sent.try_recv() {
            let (at, ids) = batch?;
            submitted.extend(ids.into_iter().map(|id| (id, at)));
        }
    }
    while let Some(batch) = sent.recv().await {
        let (at, ids) = batch?;
        submitted.extend(ids.into_iter().map(|id| (id, at)));
    }
    let mut latencies: Vec<f64> = Vec::with_capacity(txs);
    for (id, at) in &submitted {
        let done = committed.get(id).ok_or_else(|| BenchError::Wrong(format!("{id} was lost")))?;
        latencies.push(done.saturating_duration_since(*at).as_secs_f64() * 1e3);
    }
    latencies.sort_by(f64::total_cmp);
    Ok((latencies, submitted.into_keys().collect(), blocks))
}
