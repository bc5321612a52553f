//! The OKVS, one thread: `cargo bench --profile dev -p mpc-core --bench okvs`. `OKVS_LOG2=16,20,24` chooses sizes.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::okvs::{Binary, Dense, Params, Seed, Value};
use mpc_core::{CommittedSeed, Gf128};
use rand_core::RngCore;

fn elements(n: usize) -> Vec<Gf128> {
    let mut rng = CommittedSeed::from_bytes(&[1; 64]).prg("bench", b"");
    let mut bytes = vec![0u8; n * 16];
    rng.fill_bytes(&mut bytes);
    bytes.as_chunks::<16>().0.iter().map(|b| Gf128::from_bytes(*b)).collect()
}

fn one<V: Value, D: Dense<V>>(c: &mut Criterion, name: &str, params: Params<D>, values: &[V]) {
    let n = params.items();
    let keys = elements(n);
    let seed = Seed([3; 16]);
    let mut rng = CommittedSeed::from_bytes(&[2; 64]).prg("bench", b"");
    let table = params.encode(&seed, &keys, &values[..n], &mut rng, 1).expect("solvable but for 2^-40");
    let mut group = c.benchmark_group(format!("okvs {name}"));
    group.throughput(Throughput::Elements(n as u64)).sample_size(10);
    let id = |what: &str| BenchmarkId::new(what, format!("2^{}", n.ilog2()));
    group.bench_function(id("encode"), |b| b.iter(|| params.encode(&seed, &keys, &values[..n], &mut rng, 1)));
    group.bench_function(id("decode"), |b| b.iter(|| params.decode(&seed, &table, &keys, 1)));
    group.finish();
}

fn okvs(c: &mut Criterion) {
    let sizes = std::env::var("OKVS_LOG2").unwrap_or_else(|_| "16,20".into());
    for log in sizes.split(',').map(|s| s.parse::<u32>().expect("OKVS_LOG2 is a list of numbers")) {
        let n = 1usize << log;
        let values = elements(n);
        one(c, "gf128", Params::for_items(n).expect("in range"), &values);
        if log <= 20 {
            let pairs: Vec<(Gf128, u64)> = values.iter().map(|v| (*v, v.0 as u64)).collect();
            one(c, "gf128 and u64", Params::<Binary>::binary_for_items(n).expect("in range"), &pairs);
            let narrow: Vec<u64> = values.iter().map(|v| v.0 as u64).collect();
            one(c, "u64 low traffic", Params::<Binary>::binary_low_traffic(n).expect("in range"), &narrow);
        }
    }
}

criterion_group!(benches, okvs);
criterion_main!(benches);
