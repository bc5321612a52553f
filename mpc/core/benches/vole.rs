//! What oblivious linear evaluation is made of, and the whole of it, one thread:
//! `cargo bench --profile dev -p mpc-core --bench vole`.

use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::exconv::{ExConv, NoiseField};
use mpc_core::vole::{Challenge, Corrections, Layout, Opening, Proof, Receiver, Security, Sender, Setup};
use mpc_core::{CommittedSeed, FixedKeyAes, Gf128, Prg, gf128};

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

const SESSION: [u8; 32] = [1; 32];

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[1; 64]).prg(label, b"bench")
}

/// The messages of one run, so that each side can be measured alone.
struct Run {
    layout: Layout,
    opening: Opening,
    setup: Setup,
    corrections: Corrections,
    check: Option<(Challenge, Proof)>,
}

impl Run {
    fn new(len: usize, security: Security) -> Self {
        let layout = Layout::new(len, security).expect("a length within the limits");
        let (sender, opening) = Sender::start(layout, SESSION, &mut prg("s"), 1);
        let (receiver, setup) = Receiver::start(layout, SESSION).setup(&opening, &mut prg("r"), 1).expect("honest");
        let (sender, corrections) = sender.expand(&setup, &mut prg("s2"), 1).expect("honest");
        let receiver = receiver.expand(&corrections, 1).expect("honest");
        let check = (security == Security::Malicious).then(|| {
            let (_, challenge) = receiver.challenge(&mut prg("r2"), 1).expect("malicious security");
            (challenge, sender.answer(&challenge, 1).expect("malicious security").1)
        });
        println!("{len} {security:?}: {} bytes on the wire", layout.wire_bytes());
        Self { layout, opening, setup, corrections, check }
    }

    fn sender(&self) -> impl Sized {
        let (sender, _) = Sender::start(self.layout, SESSION, &mut prg("s"), 1);
        let (sender, _) = sender.expand(&self.setup, &mut prg("s2"), 1).expect("honest");
        let sender = match &self.check {
            Some((challenge, _)) => sender.answer(challenge, 1).expect("malicious security").0,
            None => sender.without_check().expect("semi-honest security"),
        };
        sender.finish(1)
    }

    fn receiver(&self) -> impl Sized {
        let receiver = Receiver::start(self.layout, SESSION).setup(&self.opening, &mut prg("r"), 1).expect("honest").0;
        let receiver = receiver.expand(&self.corrections, 1).expect("honest");
        let receiver = match &self.check {
            Some((_, proof)) => {
                let (receiver, _) = receiver.challenge(&mut prg("r2"), 1).expect("malicious security");
                receiver.verify(proof).expect("honest")
            }
            None => receiver.without_check().expect("semi-honest security"),
        };
        receiver.finish(1)
    }
}

fn whole(c: &mut Criterion) {
    let mut g = c.benchmark_group("vole");
    g.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(100));
    for (len, security) in [
        (1 << 16, Security::Malicious),
        ((27 << 20) / 20, Security::SemiHonest),
        ((27 << 20) / 20, Security::Malicious),
        ((27 << 24) / 20, Security::Malicious),
    ] {
        let run = Run::new(len, security);
        g.throughput(Throughput::Elements(len as u64));
        g.bench_function(BenchmarkId::new(format!("sender {security:?}"), len), |b| b.iter(|| run.sender()));
        g.bench_function(BenchmarkId::new(format!("receiver {security:?}"), len), |b| b.iter(|| run.receiver()));
    }
    g.finish();
}

criterion_group!(benches, kernels, code, whole);
criterion_main!(benches);
