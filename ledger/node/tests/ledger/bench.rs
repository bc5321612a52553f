use ledger_node::bench::{BenchConfig, Figure, Target, run};

fn print(f: &Figure) {
    let target = match f.target {
        Some(Target::AtLeast(t)) => format!("at least {t}: {}", f.value >= t),
        Some(Target::AtMost(t)) => format!("at most {t}: {}", f.value <= t),
        None => String::new(),
    };
    println!(
        "{:<28} n={:<7} {:>8.3} s wall {:>8.3} s cpu {:>12.1} {:<4} {target} {:?}",
        f.name, f.n, f.wall_s, f.cpu_s, f.value, f.unit, f.bytes_on_wire
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_benchmark_runs_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut figures = Vec::new();
    let config = BenchConfig { txs: 400, queries: 50, ..BenchConfig::quick(dir.path()) };
    run(&config, |f| figures.push(f)).await.unwrap();
    let names: Vec<&str> = figures.iter().map(|f| f.name).collect();
    for wanted in ["committed-tx", "latency-p99", "header-query", "receipt-verify"] {
        assert!(names.contains(&wanted), "{names:?}");
    }
    assert!(figures.iter().all(|f| f.value > 0.0 && f.n > 0));
}

/// Not a test: prints the figures of docs/benchmarks.md without the command line tool.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute and says nothing about correctness"]
async fn figures() {
    let dir = tempfile::tempdir().unwrap();
    let txs = std::env::var("TXS").ok().and_then(|n| n.parse().ok()).unwrap_or(30_000);
    run(&BenchConfig { txs, ..BenchConfig::full(dir.path()) }, |f| print(&f)).await.unwrap();
}

/// Not a test: prints the profile of one node alone, for profilers.
#[test]
#[ignore = "says nothing about correctness"]
fn profile() {
    let dir = tempfile::tempdir().unwrap();
    let config = BenchConfig { in_flight: 4_000, ..BenchConfig::full(dir.path()) };
    ledger_node::bench::profile(&config).unwrap().iter().for_each(print);
}
