//! Whole runs of RR22, both sides in one process with one computing thread each, and the kernels that are its own:
//! `cargo bench --profile dev -p mpc-psi --bench rr22`. Between processes, over TLS, with memory: `cargo run -p mpc-psi
//! --example psi_rr22 -- 20`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, Traffic, memory};
use mpc_psi::rr22::{Variant, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, RunConfig, SessionId};
use mpc_psi::{Item, ItemSet};

fn set(from: u64, log2: u32) -> ItemSet {
    let items = (from..from + (1 << log2)).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

async fn run(variant: Variant, receiver: ItemSet, sender: ItemSet) -> Traffic {
    let config = RunConfig { threads: 1, ..RunConfig::new(SessionId([1; 32]), [2; 32], Params::default()) };
    let (a, b) = memory::channels(ChannelConfig::default());
    let other = config.clone();
    let seed = |byte| CommittedSeed::from_bytes(&[byte; 64]);
    let sending =
        tokio::spawn(async move { run_sender(variant, b, other, sender, None, seed(2), &Control::new()).await });
    let received =
        run_receiver(variant, a, config, receiver, seed(1), &Control::new()).await.expect("the run succeeds");
    sending.await.expect("no panic").expect("the run succeeds");
    received.report.traffic
}

fn whole_run(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("rr22-psi");
    for log2 in [12, 16, 18] {
        let (receiver, sender) = (set(0, log2), set(1 << (log2 - 1), log2));
        for variant in Variant::ALL {
            let Variant { form, security } = variant;
            let traffic = runtime.block_on(run(variant, receiver.clone(), sender.clone()));
            let bits = (traffic.sent_bytes + traffic.received_bytes) as f64 * 8.0 / f64::from(1 << log2);
            println!("2^{log2}, {form:?}, {security:?}: {bits:.1} bits an item on the wire");
            group.throughput(Throughput::Elements(1 << log2)).sample_size(10);
            group.bench_function(format!("both sides, 2^{log2}, {form:?}, {security:?}"), |b| {
                b.iter(|| runtime.block_on(run(variant, receiver.clone(), sender.clone())));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, whole_run);
criterion_main!(benches);
