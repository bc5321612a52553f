//! Whole runs of circuit-PSI, both sides in one process with one computing thread each:
//! `cargo bench --profile dev -p mpc-psi --bench circuit`. Between processes, over TLS, with memory: `cargo run -p mpc-psi
//! --example psi_circuit -- 18`.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, Traffic, memory};
use mpc_psi::circuit::{Aggregates, CANARIES, Column, Function, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, RunConfig, SessionId};
use mpc_psi::{Item, ItemSet};

fn set(from: u64, log2: u32) -> ItemSet {
    let items = (from..from + (1 << log2)).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

async fn run(aggregates: Aggregates, receiver: ItemSet, sender: ItemSet) -> Traffic {
    let params = Params { joint_canaries: CANARIES, private_canaries: CANARIES, ..Params::default() };
    let config = RunConfig { threads: 1, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) };
    let (a, b) = memory::channels(ChannelConfig::default());
    let seed = |byte| CommittedSeed::from_bytes(&[byte; 64]);
    let columns = aggregates.functions.iter().map(|_| Column::new((0..sender.len() as i64).collect()));
    let columns = Arc::new(columns.collect::<Vec<_>>());
    let (other, asked) = (config.clone(), aggregates.clone());
    let sending =
        tokio::spawn(async move { run_sender(b, other, asked, sender, columns, seed(2), &Control::new()).await });
    let received =
        run_receiver(a, config, aggregates, receiver, seed(1), &Control::new()).await.expect("the run succeeds");
    sending.await.expect("no panic").expect("the run succeeds");
    assert!(received.result.is_released());
    received.report.traffic
}

fn whole_run(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("circuit-psi");
    for log2 in [12, 16, 18] {
        let (receiver, sender) = (set(0, log2), set(1 << (log2 - 1), log2));
        let sum = Aggregates { functions: vec![Function { column: 0, nullable: false }], count: true, min_group: 10 };
        for (name, asked) in [("cardinality", Aggregates::cardinality(10)), ("sum", sum)] {
            let traffic = runtime.block_on(run(asked.clone(), receiver.clone(), sender.clone()));
            let bytes = (traffic.sent_bytes + traffic.received_bytes) as f64 / f64::from(1 << log2);
            println!("2^{log2}, {name}: {bytes:.1} bytes an item on the wire");
            group.throughput(Throughput::Elements(1 << log2)).sample_size(10);
            group.bench_function(format!("both sides, 2^{log2}, {name}"), |b| {
                b.iter(|| runtime.block_on(run(asked.clone(), receiver.clone(), sender.clone())));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, whole_run);
criterion_main!(benches);
