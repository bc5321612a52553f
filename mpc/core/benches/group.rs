//! Kernels of the group layer, one thread: `cargo bench --profile dev -p mpc-core`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::{CommittedSeed, HashDomain, SecretScalar, group, oprf};

fn kernels(c: &mut Criterion) {
    const N: usize = 1024;
    let domain = HashDomain::new(b"bench");
    let scalar = SecretScalar::random(&mut CommittedSeed::from_bytes(&[1; 64]).prg("bench", b""));
    let inputs: Vec<[u8; 32]> = (0..N as u64)
        .map(|i| {
            let mut input = [0u8; 32];
            input[..8].copy_from_slice(&i.to_be_bytes());
            input
        })
        .collect();
    let points: Vec<_> = inputs.iter().map(|input| domain.hash(input)).collect();
    let encoded = group::hash_mul_encode(1, &domain, &inputs, &scalar);

    let mut g = c.benchmark_group("ristretto");
    g.throughput(Throughput::Elements(N as u64)).sample_size(20);
    g.bench_function("hash to group", |b| b.iter(|| inputs.iter().map(|i| domain.hash(i)).collect::<Vec<_>>()));
    g.bench_function("scalar product", |b| b.iter(|| points.iter().map(|p| scalar.mul(p)).collect::<Vec<_>>()));
    g.bench_function("encode one by one", |b| b.iter(|| points.iter().map(group::encode).collect::<Vec<_>>()));
    g.bench_function("decode", |b| b.iter(|| encoded.iter().map(group::decode).collect::<Vec<_>>()));
    g.bench_function("hash, product, batch encode", |b| {
        b.iter(|| group::hash_mul_encode(1, &domain, &inputs, &scalar))
    });
    g.bench_function("decode, product, batch encode", |b| b.iter(|| group::decode_mul_encode(1, &encoded, &scalar)));
    g.bench_function("finalize", |b| {
        b.iter(|| inputs.iter().zip(&encoded).map(|(i, e)| oprf::finalize(i, e)).collect::<Vec<_>>())
    });
    g.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
