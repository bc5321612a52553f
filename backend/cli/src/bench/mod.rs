//! `shuzheng bench`: reproduces every row of docs/benchmarks.md, one JSON object a line.

mod crypto;
mod ledger;
mod psi;
mod row;
mod several;
mod task;

use clap::{Args, ValueEnum};

pub use row::{Row, cpu_seconds};

/// Arguments.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// Which rows.
    #[arg(value_enum, default_value = "all")]
    family: Family,
    /// One JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
    /// Smaller sizes: checks that the benchmarks run, not how fast.
    #[arg(long)]
    quick: bool,
    /// Rows of each side of the whole task.
    #[arg(long, default_value_t = 10_000_000)]
    rows: u64,
    #[command(flatten)]
    party: several::PartyArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Family {
    /// Everything.
    All,
    /// SM2, SM3, receipts.
    Crypto,
    /// Four validators: transactions per second, latency, queries.
    Ledger,
    /// The protocols of intersection between two processes.
    Psi,
    /// A whole task between two nodes, from proposal to result.
    Task,
}

/// A benchmark that could not be run.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A process, file or socket.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The thing measured failed.
    #[error("{0}")]
    Failed(String),
}

/// Runs the benchmarks.
pub fn run(args: &BenchArgs) -> Result<(), BenchError> {
    if several::party(&args.party)? {
        return Ok(());
    }
    let wants = |f| args.family == Family::All || args.family == f;
    let mut print = |row: Row| row.print(args.json);
    if wants(Family::Crypto) {
        crypto::run(args.quick, &mut print)?;
    }
    if wants(Family::Ledger) {
        ledger::run(args.quick, &mut print)?;
    }
    if wants(Family::Psi) {
        psi::run(args.quick, &mut print)?;
    }
    if wants(Family::Task) {
        task::run(if args.quick { 20_000 } else { args.rows }, &mut print)?;
    }
    Ok(())
}
