//! Following the ledger, for ever.

use std::sync::Arc;
use std::time::Duration;

use backend_db::Database;
use futures::StreamExt as _;
use ledger_client::Ledger;
use ledger_types::id::Height;
use tokio::sync::watch;

use crate::fault::Fault;

/// Blocks written in one transaction while catching up.
const BATCH: usize = 64;
/// Pause before a failed batch is tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Projects every block above `from` and tells `reached`. Ends when the desk does. A failure (a locked or full
/// database) is told and tried again: the cursor did not move, so nothing is lost or written twice.
pub(crate) async fn follow(db: Database, ledger: Arc<dyn Ledger>, from: Height, reached: watch::Sender<Height>) {
    let genesis = ledger.genesis().hash().to_string();
    let mut at = from;
    loop {
        let mut blocks = ledger.subscribe(at + 1).ready_chunks(BATCH);
        while let Some(chunk) = blocks.next().await {
            let (db, ledger, genesis) = (db.clone(), ledger.clone(), genesis.clone());
            let Some(last) = chunk.last().map(|b| b.header.height) else { continue };
            let done = tokio::task::spawn_blocking(move || {
                let rows = chunk.iter().map(|b| super::gather(ledger.as_ref(), b)).collect::<Result<Vec<_>, _>>()?;
                db.write("project_blocks", |c| super::write(c, &genesis, rows))?;
                Ok::<_, Fault>(())
            })
            .await;
            match done.map_err(Fault::internal).and_then(|r| r) {
                Ok(()) => {
                    at = last;
                    // Nobody listens any more: the desk has stopped.
                    if reached.send(at).is_err() {
                        return;
                    }
                }
                Err(fault) => {
                    tracing::error!(height = at + 1, "read model: {}", fault.internal.unwrap_or(fault.code));
                    break;
                }
            }
        }
        if reached.is_closed() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
