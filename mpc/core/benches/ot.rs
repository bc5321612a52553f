//! Oblivious transfers, one thread: `cargo bench --profile dev -p mpc-core --bench ot`.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mpc_core::silent_ot::{Challenge, Corrections, Layout, Opening, Proof, Receiver, Security, Sender, Setup};
use mpc_core::{CommittedSeed, Prg, base_ot};

const SESSION: [u8; 32] = [1; 32];

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[1; 64]).prg(label, b"bench")
}

fn base(c: &mut Criterion) {
    const N: usize = 128;
    let choices = [1u8; N];
    let mut g = c.benchmark_group("base ot");
    g.throughput(Throughput::Elements(N as u64)).measurement_time(Duration::from_secs(2)).sample_size(10);
    let (_, sent) = base_ot::Receiver::start(SESSION, &choices, &mut prg("r"), 1);
    let (answer, _) = base_ot::send(SESSION, N, &sent, &mut prg("s"), 1).expect("an honest receiver");
    g.bench_function("sender", |b| b.iter(|| base_ot::send(SESSION, N, &sent, &mut prg("s"), 1)));
    g.bench_function("receiver", |b| {
        b.iter(|| base_ot::Receiver::start(SESSION, &choices, &mut prg("r"), 1).0.finish(&answer, 1))
    });
    g.finish();
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
        sender.random(1)
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
        receiver.random(1)
    }
}

fn whole(c: &mut Criterion) {
    let mut g = c.benchmark_group("silent ot");
    g.sample_size(10).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(100));
    for (len, security) in [
        (1 << 16, Security::Malicious),
        (1 << 20, Security::SemiHonest),
        (1 << 20, Security::Malicious),
        (1 << 24, Security::Malicious),
    ] {
        let run = Run::new(len, security);
        g.throughput(Throughput::Elements(len as u64));
        g.bench_function(BenchmarkId::new(format!("sender {security:?}"), len), |b| b.iter(|| run.sender()));
        g.bench_function(BenchmarkId::new(format!("receiver {security:?}"), len), |b| b.iter(|| run.receiver()));
    }
    g.finish();
}

criterion_group!(benches, base, whole);
criterion_main!(benches);
