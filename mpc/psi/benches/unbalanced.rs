//! Whole runs of unbalanced PSI, both sides in one process with one computing thread each, with the bytes: the first run,
//! which makes an epoch and downloads its set-up, and a run from what was kept.
//! `cargo bench --profile dev -p mpc-psi --bench unbalanced`. Against 10⁷, between processes: `cargo run -p mpc-psi
//! --example psi_unbalanced`.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, Traffic, memory};
use mpc_psi::run::{Control, Params, RunConfig, SessionId};
use mpc_psi::unbalanced::{run_receiver, run_sender};
use mpc_psi::{Item, ItemSet};

const RECEIVER: u64 = 1_000;

fn set(from: u64, n: u64) -> ItemSet {
    let items = (from..from + n).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

async fn run(receiver: ItemSet, sender: ItemSet, keep: Option<&Path>) -> Traffic {
    let config = RunConfig { threads: 1, ..RunConfig::new(SessionId([1; 32]), [2; 32], Params::default()) };
    let place = |side: &str| RunConfig { keep: keep.map(|dir| dir.join(side)), ..config.clone() };
    let (ours, theirs) = (place("receiver"), place("sender"));
    let (a, b) = memory::channels(ChannelConfig::default());
    let seed = || CommittedSeed::generate().expect("randomness");
    let sending = tokio::spawn(async move { run_sender(b, theirs, sender, None, seed(), &Control::new()).await });
    let received = run_receiver(a, ours, receiver, seed(), &Control::new()).await.expect("the run succeeds");
    sending.await.expect("no panic").expect("the run succeeds");
    received.report.traffic
}

fn whole_run(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("unbalanced-psi");
    group.sample_size(10);
    for log2 in [14, 18] {
        let (receiver, sender) = (set(0, RECEIVER), set(RECEIVER / 2, 1 << log2));
        let dir = tempfile::tempdir().expect("a directory");
        let first = runtime.block_on(run(receiver.clone(), sender.clone(), Some(dir.path())));
        let later = runtime.block_on(run(receiver.clone(), sender.clone(), Some(dir.path())));
        println!(
            "1,000 against 2^{log2}: first {} bytes, later {} up and {} down",
            first.sent_bytes + first.received_bytes,
            later.sent_bytes,
            later.received_bytes
        );
        if log2 < 18 {
            group.throughput(Throughput::Elements(1 << log2));
            group.bench_function(format!("first run, 1,000 against 2^{log2}"), |b| {
                b.iter(|| runtime.block_on(run(receiver.clone(), sender.clone(), None)));
            });
        }
        group.throughput(Throughput::Elements(RECEIVER));
        group.bench_function(format!("later run, 1,000 against 2^{log2}"), |b| {
            b.iter(|| runtime.block_on(run(receiver.clone(), sender.clone(), Some(dir.path()))));
        });
    }
    group.finish();
}

criterion_group!(benches, whole_run);
criterion_main!(benches);
