//! A whole run of two sides in one process, 2^16 items each, with bytes on the wire:
//! `cargo bench --profile dev -p mpc-psi`. Larger sizes: `cargo run -p mpc-psi --example psi_memory -- 20`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, Traffic, memory};
use mpc_psi::canonical::{KeyRule, Rule};
use mpc_psi::ecdh::{Control, Params, RunConfig, SessionId, run_receiver, run_sender};
use mpc_psi::{Item, ItemSet};

const LOG2_ITEMS: u32 = 16;

fn set(from: u64) -> ItemSet {
    let items = (from..from + (1 << LOG2_ITEMS)).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

async fn run(receiver: ItemSet, sender: ItemSet) -> Traffic {
    let config = RunConfig::new(SessionId([1; 32]), [2; 32], Params::default());
    let (a, b) = memory::channels(ChannelConfig::default());
    let other = config.clone();
    let seed = |byte| CommittedSeed::from_bytes(&[byte; 64]);
    let sending = tokio::spawn(async move { run_sender(b, other, sender, None, seed(2), &Control::new()).await });
    let received = run_receiver(a, config, receiver, seed(1), &Control::new()).await.expect("the run succeeds");
    sending.await.expect("no panic").expect("the run succeeds");
    received.report.traffic
}

fn whole_run(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (receiver, sender) = (set(0), set(1 << (LOG2_ITEMS - 1)));
    let traffic = runtime.block_on(run(receiver.clone(), sender.clone()));
    println!("bytes on the wire: {} and {}", traffic.sent_bytes, traffic.received_bytes);
    let mut group = c.benchmark_group("ecdh-psi");
    group.throughput(Throughput::Elements(1 << LOG2_ITEMS)).sample_size(10);
    group.bench_function("both sides, 2^16", |b| {
        b.iter(|| runtime.block_on(run(receiver.clone(), sender.clone())));
    });
    group.finish();
}

fn preparation(c: &mut Criterion) {
    let mut group = c.benchmark_group("keys");
    group.throughput(Throughput::Elements(1));
    let rule = KeyRule::new(vec![Rule::IdCn]).expect("one column");
    let mut key = Vec::new();
    group.bench_function("id-cn/1 and item", |b| {
        b.iter(|| {
            rule.encode(&[Some(" 11010519491231002x")], &mut key);
            Item::new(&key)
        })
    });
    group.finish();
}

criterion_group!(benches, whole_run, preparation);
criterion_main!(benches);
