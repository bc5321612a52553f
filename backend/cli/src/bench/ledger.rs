//! Four validators on this machine (`ledger_node::bench`).

use ledger_node::bench::{self, BenchConfig, Figure, Target};

use super::BenchError;
use super::row::Row;

pub(super) fn run(quick: bool, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let dir = std::env::temp_dir().join(format!("shuzheng-bench-ledger-{}", std::process::id()));
    let config = if quick { BenchConfig::quick(&dir) } else { BenchConfig::full(&dir) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|source| BenchError::Io { what: "start threads".into(), source })?;
    let done = runtime.block_on(bench::run(&config, |figure| print(row(figure))));
    // A left-over directory is not worth failing for.
    let _ = std::fs::remove_dir_all(&dir);
    done.map_err(|e| BenchError::Failed(e.to_string()))
}

fn row(figure: Figure) -> Row {
    let mut row = Row::per_second(format!("ledger-{}", figure.name), figure.n, figure.wall_s, figure.cpu_s);
    row.rate = figure.value;
    row.unit = figure.unit;
    row.bytes_on_wire = figure.bytes_on_wire;
    match figure.target {
        Some(Target::AtLeast(t)) => row.at_least(t),
        Some(Target::AtMost(t)) => row.at_most(t),
        None => row,
    }
}
