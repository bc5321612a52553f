//! The VOPRF, one thread: `cargo bench --profile dev -p mpc-core --bench voprf`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::CommittedSeed;
use mpc_core::fuse::Filter;
use mpc_core::okvs::Seed;
use mpc_core::voprf::{Client, ServerKey, Voprf};
use mpc_core::{Gf128, cuckoo::CuckooParams};

fn voprf(c: &mut Criterion) {
    const N: usize = 4096;
    let seed = CommittedSeed::from_bytes(&[1; 64]);
    let mut rng = seed.prg("bench", b"");
    let key = ServerKey::<Voprf>::random(&mut rng);
    let inputs: Vec<[u8; 16]> = (0..N as u128).map(u128::to_be_bytes).collect();
    let client = || Client::<Voprf>::blind(&inputs, &mut seed.prg("blind", b""), 1).expect("a batch of 4096");
    let request = client().request();
    let answer = key.evaluate(&request, &mut rng, 1).expect("honest");

    let mut group = c.benchmark_group("voprf");
    group.throughput(Throughput::Elements(N as u64)).sample_size(10);
    group.bench_function("client blinds", |b| b.iter(client));
    group.bench_function("server evaluates and proves", |b| b.iter(|| key.evaluate(&request, &mut rng, 1)));
    group.bench_function("client verifies and finalizes", |b| {
        b.iter_batched(
            client,
            |client| client.finalize(&inputs, &answer, key.public_key(), 1),
            criterion::BatchSize::PerIteration,
        )
    });
    group.bench_function("server's own inputs", |b| b.iter(|| key.outputs(&inputs, 1)));
    group.finish();
}

fn tables(c: &mut Criterion) {
    const N: usize = 1 << 20;
    let keys: Vec<Gf128> = (0..N as u128).map(Gf128).collect();
    let filter = Filter::build(&Seed([1; 16]), &keys).expect("different elements");
    let mut group = c.benchmark_group("tables");
    group.throughput(Throughput::Elements(N as u64)).sample_size(10);
    group.bench_function("fuse filter, build", |b| b.iter(|| Filter::build(&Seed([1; 16]), &keys)));
    group.bench_function("fuse filter, look up", |b| b.iter(|| filter.contains_all(&keys, 1)));
    let params = CuckooParams::for_items(N).expect("in range");
    group.bench_function("cuckoo, place", |b| b.iter(|| params.place(&Seed([1; 16]), &keys)));
    group.bench_function("simple hashing", |b| b.iter(|| params.place_everywhere(&Seed([1; 16]), &keys)));
    group.finish();
}

criterion_group!(benches, voprf, tables);
criterion_main!(benches);
