//! Telling the other nodes of transactions, in batches. Every member is connected to every other, so what
//! arrives is not passed on. A batch that is lost is told again as long as its transactions wait here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ledger_consensus::EngineMonitor;
use ledger_mesh::{Inbox, Mesh, Service};
use ledger_types::cbor;
use ledger_types::tx::SignedTx;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::chain::Chain;
use crate::pool::Pooled;

/// Most transactions and bytes of one message.
const BATCH_TXS_MAX: usize = 256;
const BATCH_BYTES_MAX: usize = 512 * 1024;

/// How long a batch waits for more.
const BATCH_WAIT: Duration = Duration::from_millis(10);

/// Own transactions that wait longer than this are told again; so many at a time.
const AGAIN_AFTER: Duration = Duration::from_secs(3);
const AGAIN_TXS_MAX: usize = 1024;

/// Tells of transactions that arrive through the channel, until it closes or the node stops.
pub(crate) async fn tell(
    chain: Arc<Chain>,
    mesh: Mesh,
    mut queued: mpsc::Receiver<Arc<Pooled>>,
    stop: CancellationToken,
) {
    let mut again = interval(AGAIN_AFTER);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            first = queued.recv() => match first {
                Some(first) => send(&mesh, &collect(first, &mut queued).await),
                None => return,
            },
            () = stop.cancelled() => return,
            _ = again.tick() => {
                let Some(then) = Instant::now().checked_sub(AGAIN_AFTER) else { continue };
                let waiting = chain.pool.own_before(then, AGAIN_TXS_MAX);
                for batch in waiting.chunks(BATCH_TXS_MAX) {
                    send(&mesh, batch);
                }
            }
        }
    }
}

async fn collect(first: Arc<Pooled>, queued: &mut mpsc::Receiver<Arc<Pooled>>) -> Vec<Arc<Pooled>> {
    let mut bytes = first.body_bytes();
    let mut batch = vec![first];
    let deadline = tokio::time::Instant::now() + BATCH_WAIT;
    while batch.len() < BATCH_TXS_MAX && bytes < BATCH_BYTES_MAX {
        let left = deadline.saturating_duration_since(tokio::time::Instant::now());
        let Ok(Some(next)) = timeout(left, queued.recv()).await else { break };
        bytes += next.body_bytes();
        batch.push(next);
    }
    batch
}

fn send(mesh: &Mesh, batch: &[Arc<Pooled>]) {
    let mut part: Vec<&SignedTx> = Vec::with_capacity(batch.len());
    let mut bytes = 0;
    for tx in batch {
        if bytes + tx.body_bytes() > BATCH_BYTES_MAX && !part.is_empty() {
            broadcast(mesh, &std::mem::take(&mut part));
            bytes = 0;
        }
        bytes += tx.body_bytes();
        part.push(&tx.signed);
    }
    if !part.is_empty() {
        broadcast(mesh, &part);
    }
}

fn broadcast(mesh: &Mesh, part: &[&SignedTx]) {
    if let Err(e) = mesh.broadcast(Service::Gossip, Bytes::from(cbor::to_bytes(part))) {
        warn!(error = %e, txs = part.len(), "cannot tell of transactions");
    }
}

/// Queues what the others tell of, until the mesh ends or the node stops.
pub(crate) async fn listen(chain: Arc<Chain>, mut inbox: Inbox, engine: EngineMonitor, stop: CancellationToken) {
    // A message once taken is worked off: its work uses the store, which is closed after this ends.
    while let Some(Some((from, bytes))) = stop.run_until_cancelled(inbox.recv()).await {
        let chain = chain.clone();
        let admitted = tokio::task::spawn_blocking(move || {
            let txs: Vec<SignedTx> = match cbor::from_bytes(&bytes) {
                Ok(txs) => txs,
                Err(e) => {
                    warn!(%from, error = %e, "gossip that is no list of transactions");
                    return false;
                }
            };
            let mut any = false;
            for outcome in chain.admit(txs, false) {
                match outcome {
                    Ok(_) => any = true,
                    Err(e) => debug!(%from, error = %e, "not queued"),
                }
            }
            any
        });
        if let Ok(true) = admitted.await {
            engine.work_arrived();
        }
    }
}
