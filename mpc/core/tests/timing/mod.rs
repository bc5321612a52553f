//! Whether the time of an operation depends on a secret, in the manner of dudect (Reparaz, Balasch, Verbauwhede, DATE
//! 2017): two classes of secrets in random order, and Welch's t-test between their times. A `|t|` above 4.5 means that
//! they differ for certain (at 10⁵ measurements); a smaller one, that no difference was found.

use std::hint::black_box;
use std::time::Instant;

use curve25519_dalek::ristretto::RistrettoPoint;
use mpc_core::batch::Batch;
use mpc_core::{CommittedSeed, Encoded, GroupKernel, Prg, SecretScalar};
use rand_core::RngCore;

/// A `|t|` from which on the times differ.
pub const DIFFERENT: f64 = 4.5;

/// What was measured of one operation.
pub struct Verdict {
    pub operation: String,
    pub measurements: usize,
    /// The largest `|t|` of the raw times and of those below each of several percentiles.
    pub t: f64,
}

/// Welch's statistic of two samples.
fn welch(samples: &[Vec<f64>; 2]) -> f64 {
    let moments = |sample: &Vec<f64>| {
        let n = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / n;
        let variance = sample.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    };
    let ((a, va), (b, vb)) = (moments(&samples[0]), moments(&samples[1]));
    if va + vb > 0.0 { (a - b) / (va + vb).sqrt() } else { 0.0 }
}

/// The largest statistic over several cuts: interrupts make long tails, in which a difference would drown.
fn largest(times: &[(usize, f64)]) -> f64 {
    let mut sorted: Vec<f64> = times.iter().map(|(_, time)| *time).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let cuts = [1.0, 0.95, 0.9, 0.75, 0.5].map(|part| sorted[((sorted.len() - 1) as f64 * part) as usize]);
    let of = |cut: f64| {
        let mut samples = [vec![], vec![]];
        times.iter().filter(|(_, time)| *time <= cut).for_each(|(class, time)| samples[*class].push(*time));
        welch(&samples).abs()
    };
    cuts.into_iter().map(of).fold(0.0, f64::max)
}

/// Measures `run` on secrets of the two classes; the order is random, and neighbours differ in nothing but the secret.
fn measure<S>(operation: &str, measurements: usize, mut secret: impl FnMut(usize) -> S, run: impl Fn(&S)) -> Verdict {
    let mut rng = CommittedSeed::from_bytes(&[8; 64]).prg("classes", operation.as_bytes());
    let mut times = Vec::with_capacity(measurements);
    for i in 0..measurements + measurements / 10 {
        let class = (rng.next_u32() & 1) as usize;
        let secret = secret(class);
        let start = Instant::now();
        run(black_box(&secret));
        let time = start.elapsed().as_nanos() as f64;
        // The first tenth warms the machine up.
        if i >= measurements / 10 {
            times.push((class, time));
        }
    }
    Verdict { operation: operation.to_owned(), measurements, t: largest(&times) }
}

/// Class 0: one fixed scalar with a single bit set, the most unlike a random one. Class 1: random scalars.
fn scalar(class: usize, rng: &mut Prg) -> SecretScalar {
    let random = SecretScalar::random(rng);
    let mut one = [0; 32];
    one[0] = 1;
    let fixed = SecretScalar::from_canonical_bytes(one).expect("one is a scalar");
    if class == 0 { fixed } else { random }
}

/// Whether the test itself finds a difference where there is one.
pub fn of_a_leak(measurements: usize) -> Verdict {
    let work = |times: &u32| (0..*times).for_each(|i| _ = black_box(i));
    measure("a loop that runs for as long as its secret", measurements, |class| 1_000 + 50 * class as u32, work)
}

/// All operations with secret scalars that the protocols use.
pub fn all(measurements: usize) -> Vec<Verdict> {
    let seed = CommittedSeed::from_bytes(&[4; 64]);
    let mut rng = seed.prg("points", b"");
    let mut uniform = [0; 64];
    rng.fill_bytes(&mut uniform);
    let point = RistrettoPoint::from_uniform_bytes(&uniform);
    let encoded: [Encoded; 8] = std::array::from_fn(|_| {
        rng.fill_bytes(&mut uniform);
        RistrettoPoint::from_uniform_bytes(&uniform).compress().to_bytes()
    });
    let mut scalars = seed.prg("scalars", b"");
    let mut verdicts = vec![
        measure(
            "scalar · point",
            measurements,
            |class| scalar(class, &mut scalars),
            |s| {
                black_box(s.mul(black_box(&point)));
            },
        ),
        measure(
            "scalar · generator",
            measurements,
            |class| scalar(class, &mut scalars),
            |s| {
                black_box(s.mul_base());
            },
        ),
    ];
    for kernel in [GroupKernel::portable(), GroupKernel::best()] {
        let name = format!("scalar · 8 points, kernel {}", kernel.name());
        // Decoding, which needs no secret, is outside of what is measured.
        let secret = |class| {
            let batch = Batch::decode(kernel, &encoded).expect("elements");
            (std::cell::Cell::new(Some(batch)), scalar(class, &mut scalars))
        };
        verdicts.push(measure(&name, measurements, secret, |(batch, s)| {
            black_box(batch.take().map(|batch| batch.multiply(s)));
        }));
        if GroupKernel::best().is_portable() {
            break;
        }
    }
    verdicts
}
