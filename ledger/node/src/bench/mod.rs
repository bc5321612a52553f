//! Measurements of four validators on this machine: committed transactions per second with latency, and the
//! speed of queries and of checking proofs. `shuzheng bench ledger` prints them.

mod load;
mod phases;
mod reading;

use std::time::{Duration, Instant};

use ledger_client::{Ledger, LedgerError};

use crate::local::{Consortium, Founding, LocalError};
use ledger_crypto::SuiteId;

pub use load::LoadFigures;

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which measurement.
    pub name: &'static str,
    /// Size.
    pub n: u64,
    /// Wall time in seconds.
    pub wall_s: f64,
    /// Processor time of this process in seconds.
    pub cpu_s: f64,
    /// Bytes between the nodes, all directions.
    pub bytes_on_wire: Option<u64>,
    /// The figure itself.
    pub value: f64,
    /// Its unit: `1/s`, `ms`, `B`, `us/tx` or `B/tx`.
    pub unit: &'static str,
    /// What is wanted.
    pub target: Option<Target>,
}

/// A bound for a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

/// What to measure.
#[derive(Debug, Clone)]
pub struct BenchConfig {
    /// Directory for the nodes' data; left behind for the caller to remove.
    pub dir: std::path::PathBuf,
    /// Pre-signed transactions.
    pub txs: usize,
    /// Accounts that sign them, over all organisations.
    pub senders: usize,
    /// Transactions under way at the same time.
    pub in_flight: usize,
    /// Queries of each kind.
    pub queries: usize,
    /// Suite of the chain.
    pub suite: SuiteId,
}

impl BenchConfig {
    /// The sizes of docs/benchmarks.md.
    pub fn full(dir: impl Into<std::path::PathBuf>) -> Self {
        Self { dir: dir.into(), txs: 60_000, senders: 32, in_flight: 3_000, queries: 20_000, suite: SuiteId::Gm }
    }

    /// Small sizes: whether it runs, not how fast.
    pub fn quick(dir: impl Into<std::path::PathBuf>) -> Self {
        Self { txs: 2_000, in_flight: 800, queries: 500, ..Self::full(dir) }
    }
}

/// A benchmark that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The consortium could not be set up.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// A node refused or failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The outcome is not the one measured for.
    #[error("{0}")]
    Wrong(String),
}

/// Four validators in this process, each with its own store and mesh. Must run inside a tokio runtime with
/// several threads.
///
/// # Errors
/// When the consortium does not start, or does not do what is measured.
pub async fn run(config: &BenchConfig, mut report: impl FnMut(Figure)) -> Result<(), BenchError> {
    let orgs = ["audit", "bank", "hospital", "rsj"];
    let founding = Founding::new(config.suite, &orgs, config.senders.div_ceil(orgs.len()).max(1))?;
    let mut consortium = Consortium::new(founding, &config.dir, |_| {})?;
    consortium.start_all().await?;
    let load = load::run(&consortium, config).await?;
    for figure in load.figures() {
        report(figure);
    }
    let node = consortium.nodes().swap_remove(0);
    let queries = config.queries;
    let suite = config.suite;
    let ids = load.ids();
    let read = tokio::task::spawn_blocking(move || reading::run(&node, suite, queries, &ids)).await;
    let read = read.map_err(|e| BenchError::Wrong(e.to_string()))??;
    consortium.stop_all().await;
    let config = config.clone();
    let profile = tokio::task::spawn_blocking(move || profile(&config)).await;
    let profile = profile.map_err(|e| BenchError::Wrong(e.to_string()))??;
    read.into_iter().chain(profile).for_each(report);
    Ok(())
}

/// What each step of a transaction's way costs in one node, without an engine; part of [`run`].
///
/// # Errors
/// When a step does not do what is measured.
pub fn profile(config: &BenchConfig) -> Result<Vec<Figure>, BenchError> {
    phases::run(config, config.in_flight)
}

/// Waits until every node is at least at this height, with equal blocks.
async fn agree(consortium: &Consortium) -> Result<(), BenchError> {
    let nodes = consortium.nodes();
    let height = nodes.iter().map(|n| n.status().height).max().unwrap_or(0);
    let begun = Instant::now();
    while nodes.iter().any(|n| n.status().height < height) {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(BenchError::Wrong(format!("not every node reached height {height} within 30 s")));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let roots: Vec<_> = nodes.iter().map(|n| n.header(height)).collect::<Result<_, _>>()?;
    if roots.windows(2).any(|w| w[0] != w[1]) {
        return Err(BenchError::Wrong(format!("the nodes have different blocks at height {height}")));
    }
    Ok(())
}

/// Processor time of this process so far, in seconds.
fn cpu_seconds() -> f64 {
    // Fields 14 and 15: user and system time in clock ticks of 10 ms (USER_HZ is 100 on Linux).
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}
