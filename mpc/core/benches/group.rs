//! Batch operations of the group layer, one thread, by each kernel this machine has:
//! `cargo bench --profile dev -p mpc-core --bench group`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::{Batch, CommittedSeed, GroupKernel, HashDomain, SecretScalar, group, oprf};

fn kernels(c: &mut Criterion) {
    const N: usize = 1024;
    // As long as the domain of ECDH-PSI, which decides how many blocks a hash has.
    let domain = HashDomain::new(&[b'd'; 118]);
    let scalar = SecretScalar::random(&mut CommittedSeed::from_bytes(&[1; 64]).prg("bench", b""));
    let inputs: Vec<[u8; 32]> = (0..N as u64)
        .map(|i| {
            let mut input = [0u8; 32];
            input[..8].copy_from_slice(&i.to_be_bytes());
            input
        })
        .collect();
    let encoded = group::hash_mul_encode(1, &domain, &inputs, &scalar);

    let mut kernels = vec![GroupKernel::portable()];
    if GroupKernel::best().name() != kernels[0].name() {
        kernels.push(GroupKernel::best());
    }
    for kernel in kernels {
        let mut g = c.benchmark_group(format!("ristretto255, {}", kernel.name()));
        g.throughput(Throughput::Elements(N as u64)).sample_size(20);
        let blocks = |inputs: &[[u8; 32]]| -> Vec<Batch> {
            inputs.chunks(group::BLOCK).map(|block| Batch::hash(kernel, &domain, block)).collect()
        };
        g.bench_function("hash to group", |b| b.iter(|| blocks(&inputs)));
        g.bench_function("decode", |b| {
            b.iter(|| encoded.chunks(group::BLOCK).map(|block| Batch::decode(kernel, block)).collect::<Vec<_>>())
        });
        g.bench_function("product", |b| {
            b.iter_batched(
                || blocks(&inputs),
                |blocks| blocks.into_iter().map(|block| block.multiply(&scalar)).collect::<Vec<_>>(),
                BatchSize::LargeInput,
            )
        });
        let products: Vec<_> = blocks(&inputs).into_iter().map(|block| block.multiply(&scalar)).collect();
        g.bench_function("encode", |b| b.iter(|| products.iter().map(|block| block.encode()).collect::<Vec<_>>()));
        g.bench_function("finalize", |b| b.iter(|| oprf::finalize_all(kernel, &inputs, &encoded)));
        g.finish();
    }

    let mut g = c.benchmark_group(format!("one thread, {}", GroupKernel::best().name()));
    g.throughput(Throughput::Elements(N as u64)).sample_size(20);
    g.bench_function("hash, product, encode", |b| b.iter(|| group::hash_mul_encode(1, &domain, &inputs, &scalar)));
    g.bench_function("decode, product, encode", |b| b.iter(|| group::decode_mul_encode(1, &encoded, &scalar)));
    g.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);
