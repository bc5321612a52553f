//! What oblivious linear evaluation is made of, and the whole of it, one thread:
//! `cargo bench --profile dev -p mpc-core --bench vole`.

use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::exconv::{ExConv, NoiseField};
use mpc_core::{FixedKeyAes, Gf128, gf128};

fn blocks(n: usize) -> Vec<Gf128> {
    let mut out = vec![Gf128::ZERO; n];
    FixedKeyAes::new([1; 16]).counter(0, &mut out);
    out
}

fn kernels(c: &mut Criterion) {
    const N: usize = 4096;
    let aes = FixedKeyAes::new([2; 16]);
    let (mut x, y) = (blocks(N), blocks(N));
    let mut g = c.benchmark_group("blocks");
    g.throughput(Throughput::Bytes(16 * N as u64)).measurement_time(Duration::from_secs(1));
    g.warm_up_time(Duration::from_millis(300));
    g.bench_function("AES permutation", |b| b.iter(|| aes.permute(&mut x)));
    g.bench_function("CCR hash", |b| b.iter(|| aes.ccr(&mut x)));
    g.bench_function("TCCR hash", |b| b.iter(|| aes.tccr(7, &mut x)));
    g.bench_function("tree level, correlated", |b| b.iter(|| aes.double_correlated(&mut x)));
    g.bench_function("tree level, independent", |b| b.iter(|| aes.double_independent(&mut x)));
    g.bench_function("inner product", |b| b.iter(|| gf128::inner_product(&x, &y)));
    g.bench_function("multiple added", |b| b.iter(|| gf128::axpy(&mut x, y[0], &y)));
    g.bench_function("product one by one", |b| b.iter(|| y.iter().fold(Gf128::ONE, |p, f| p ^ (*f * y[0]))));
    g.finish();
}

fn code(c: &mut Criterion) {
    let mut g = c.benchmark_group("exconv");
    g.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(100));
    for field in [NoiseField::Bits, NoiseField::Field] {
        for log2 in [16, 20, 22] {
            let n = (1usize << log2) * 27 / 20 / 32 * 32;
            let x = blocks(2 * n);
            let code = ExConv::new(field, 2 * n, n).expect("a length that fits");
            g.throughput(Throughput::Elements(n as u64));
            g.bench_with_input(BenchmarkId::new(format!("{field:?}"), n), &x, |b, x| {
                b.iter_batched(|| x.clone(), |x| code.encode(1, x), BatchSize::PerIteration)
            });
        }
    }
    g.finish();
}

criterion_group!(benches, kernels, code);
criterion_main!(benches);
