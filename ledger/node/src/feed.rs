//! Committed blocks for subscribers: history, then what comes, each height once.
//!
//! A subscriber counts heights itself and is only told that there is more, so nothing can be missed or
//! repeated between reading history and following the tip.

use std::collections::VecDeque;
use std::sync::Arc;

use ledger_client::BlockRecord;
use ledger_types::id::Height;
use parking_lot::Mutex;
use tokio::sync::watch;

/// Blocks kept in memory for subscribers that follow the tip, at most as many, and as many transactions.
const RECENT_BLOCKS: usize = 64;
const RECENT_TXS: usize = 8_000;

pub(crate) struct Feed {
    recent: Mutex<Recent>,
    // `None` once the node has stopped.
    tip: watch::Sender<Option<Height>>,
}

#[derive(Default)]
struct Recent {
    blocks: VecDeque<Arc<BlockRecord>>,
    txs: usize,
}

impl Feed {
    pub(crate) fn new(height: Height) -> Self {
        Self { recent: Mutex::default(), tip: watch::Sender::new(Some(height)) }
    }

    pub(crate) fn publish(&self, block: Arc<BlockRecord>) {
        let height = block.header.height;
        let mut recent = self.recent.lock();
        recent.txs += block.txs.len();
        recent.blocks.push_back(block);
        while recent.blocks.len() > RECENT_BLOCKS || (recent.txs > RECENT_TXS && recent.blocks.len() > 1) {
            let old = recent.blocks.pop_front().expect("there is more than one");
            recent.txs -= old.txs.len();
        }
        drop(recent);
        self.tip.send_replace(Some(height));
    }

    /// The block, when it is among the latest.
    pub(crate) fn recent(&self, height: Height) -> Option<Arc<BlockRecord>> {
        let recent = self.recent.lock();
        let first = recent.blocks.front()?.header.height;
        recent.blocks.get(usize::try_from(height.checked_sub(first)?).ok()?).cloned()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Option<Height>> {
        self.tip.subscribe()
    }

    /// Ends all subscriptions.
    pub(crate) fn close(&self) {
        self.tip.send_replace(None);
    }
}
