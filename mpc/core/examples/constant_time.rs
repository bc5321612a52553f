//! Does the time of a product depend on the secret scalar? `cargo run -p mpc-core --example constant_time -- [SAMPLES]`
//!
//! The method of O. Reparaz, J. Balasch, I. Verbauwhede, *Dude, is my code constant time?*, DATE 2017: products with one
//! fixed scalar and products with random scalars are timed in random order, and Welch's t tells whether the two means
//! differ. |t| below 4.5 gives no reason to think so; a leak lets |t| grow with the square root of the samples. Slow
//! samples are cut off at several ranks, as interrupts would hide a small difference otherwise. The last row compares
//! random scalars with random scalars and shows what the machine's noise alone does.

use std::time::Instant;

use mpc_core::{Batch, CommittedSeed, GroupKernel, HashDomain, Prg, SecretScalar};

/// Parts of the samples that are kept, fastest first, in percent.
const KEPT: [usize; 5] = [100, 95, 90, 75, 50];

fn main() {
    let samples = std::env::args().nth(1).and_then(|arg| arg.parse().ok()).unwrap_or(20_000usize);
    let mut prg = CommittedSeed::generate().expect("randomness").prg("constant time", b"");
    let canonical = |bytes| SecretScalar::from_canonical_bytes(bytes).expect("a canonical scalar");
    let mut two = [0u8; 32];
    two[0] = 2;
    // Halves are multiplied. Half of 2 is 1: every digit but one is zero. Half of 2^251 has a single digit too, at the
    // upper end. Half of the last has the digit 7 everywhere but at the end.
    let mut high = [0u8; 32];
    high[31] = 8;
    let mut dense = [0xee; 32];
    dense[31] = 0x0e;
    let fixed = [("2", Some(canonical(two))), ("2^251", Some(canonical(high))), ("dense", Some(canonical(dense)))];
    let mut kernels = vec![GroupKernel::best()];
    if kernels[0].name() != GroupKernel::portable().name() {
        kernels.push(GroupKernel::portable());
    }
    println!("{:<12} {:<8} {:>9} t when the fastest {KEPT:?} % are kept", "kernel", "fixed", "samples");
    for kernel in kernels {
        for (name, scalar) in fixed.iter().chain(&[("random", None)]) {
            let classes = time_classes(kernel, scalar.as_ref(), samples, &mut prg);
            let t: Vec<String> = KEPT.iter().map(|kept| format!("{:7.2}", welch(&classes, *kept))).collect();
            println!("{:<12} {name:<8} {samples:>9} {}", kernel.name(), t.join(" "));
        }
    }
}

/// Nanoseconds of products of eight points, with the fixed scalar and with random ones.
fn time_classes(kernel: GroupKernel, fixed: Option<&SecretScalar>, samples: usize, prg: &mut Prg) -> [Vec<f64>; 2] {
    let domain = HashDomain::new(b"constant time");
    let mut classes = [Vec::with_capacity(samples), Vec::with_capacity(samples)];
    for _ in 0..samples {
        let inputs: [[u8; 32]; 8] = std::array::from_fn(|_| prg.bytes32());
        let batch = Batch::hash(kernel, &domain, &inputs);
        // Drawn in both classes, so that what runs before the product is the same.
        let random = SecretScalar::random(prg);
        let class = prg.below(2) as usize;
        let scalar = match (class, fixed) {
            (0, Some(fixed)) => fixed.clone(),
            _ => random.clone(),
        };
        let start = Instant::now();
        let products = batch.multiply(&scalar);
        let took = start.elapsed();
        std::hint::black_box(products);
        classes[class].push(took.as_nanos() as f64);
    }
    classes
}

fn welch(classes: &[Vec<f64>; 2], kept_percent: usize) -> f64 {
    let mut all: Vec<f64> = classes.concat();
    all.sort_unstable_by(f64::total_cmp);
    let limit = all[(all.len() * kept_percent / 100).clamp(1, all.len()) - 1];
    let [a, b] = [0, 1].map(|class: usize| {
        let kept: Vec<f64> = classes[class].iter().copied().filter(|time| *time <= limit).collect();
        let n = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / n;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    });
    (a.0 - b.0) / (a.1 + b.1).sqrt()
}
