//! Whole runs of a star of three parties and of a delegated run of two data parties, all in one process with one
//! computing thread each: `cargo bench --profile dev -p mpc-psi --bench star`. Between processes, over TLS:
//! `cargo run -p mpc-psi --example psi_star -- 20`.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, memory};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, RunConfig, RunReport, SessionId};
use mpc_psi::{Item, ItemSet, delegated, star};

fn set(from: u64, log2: u32) -> ItemSet {
    let items = (from..from + (1 << log2)).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

fn config(payload: bool) -> RunConfig {
    let params = Params { payload, ..Params::default() };
    RunConfig { threads: 1, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) }
}

fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

fn arena(rows: usize, width: usize) -> Option<Arc<dyn PayloadSource>> {
    let mut arena = PayloadArena::new();
    (0..rows).for_each(|i| arena.push(&vec![i as u8; width]));
    (width > 0).then(|| Arc::new(arena) as Arc<dyn PayloadSource>)
}

type Ends = (Channel, Vec<(usize, Channel)>);

/// Channels of the centre and of two members.
fn links() -> (Vec<Channel>, Ends, Ends) {
    let link = || memory::channels(ChannelConfig::default());
    let ((a, to_a), (b, to_b), (ab, ba)) = (link(), link(), link());
    (vec![a, b], (to_a, vec![(1, ab)]), (to_b, vec![(0, ba)]))
}

/// Three parties with a set each; gives the leader's reports.
async fn star_of_three(sets: [ItemSet; 3], width: usize) -> Vec<RunReport> {
    let (center, first, second) = links();
    let [leader, a, b] = sets;
    let send = |place: usize, (center, others): Ends, items: ItemSet| {
        let payload = arena(items.len(), width);
        tokio::spawn(async move {
            let seed = seed(2 + place as u8);
            star::run_sender(place, center, others, config(width > 0), items, payload, seed, &Control::new()).await
        })
    };
    let (a, b) = (send(0, first, a), send(1, second, b));
    let control = Control::new();
    let outcome = star::run_leader(center, config(width > 0), leader, seed(1), &control).await;
    for sender in [a, b] {
        sender.await.expect("no panic").expect("the run succeeds");
    }
    outcome.expect("the run succeeds").reports
}

/// Two data parties and the third one; gives the third one's reports.
async fn delegated_by_two(sets: [ItemSet; 2], width: usize) -> Vec<RunReport> {
    let (center, first, second) = links();
    let [a, b] = sets;
    let send = |place: usize, (center, others): Ends, items: ItemSet| {
        let (payload, announced) = (arena(items.len(), width), items.len() as u64);
        tokio::spawn(async move {
            let (seed, config, control) = (seed(2 + place as u8), config(width > 0), Control::new());
            delegated::run_data_party(place, center, others, config, items, announced, payload, seed, &control).await
        })
    };
    let (a, b) = (send(0, first, a), send(1, second, b));
    let outcome = delegated::run_third(center, config(width > 0), seed(1), &Control::new()).await;
    for member in [a, b] {
        member.await.expect("no panic").expect("the run succeeds");
    }
    outcome.expect("the run succeeds").reports
}

fn bits(reports: &[RunReport], log2: u32) -> Vec<String> {
    let each = |report: &RunReport| {
        let bytes = report.traffic.sent_bytes + report.traffic.received_bytes;
        format!("{:.1}", bytes as f64 * 8.0 / f64::from(1u32 << log2))
    };
    reports.iter().map(each).collect()
}

fn whole_runs(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("several-psi");
    for (log2, width) in [(12, 0), (16, 0), (16, 32), (18, 0)] {
        let n = 1u64 << log2;
        let [a, b, c] = [set(0, log2), set(n / 2, log2), set(n / 4, log2)];
        let three = || [a.clone(), b.clone(), c.clone()];
        let reports = runtime.block_on(star_of_three(three(), width));
        println!("star, 2^{log2}, {width} bytes: {:?} bits an item on each link", bits(&reports, log2));
        let reports = runtime.block_on(delegated_by_two([a.clone(), b.clone()], width));
        println!("delegated, 2^{log2}, {width} bytes: {:?} bits an item on each link", bits(&reports, log2));
        group.throughput(Throughput::Elements(n)).sample_size(10);
        group.bench_function(format!("star of three, 2^{log2}, payload {width}"), |bench| {
            bench.iter(|| runtime.block_on(star_of_three(three(), width)));
        });
        group.bench_function(format!("delegated by two, 2^{log2}, payload {width}"), |bench| {
            bench.iter(|| runtime.block_on(delegated_by_two([a.clone(), b.clone()], width)));
        });
    }
    group.finish();
}

criterion_group!(benches, whole_runs);
criterion_main!(benches);
