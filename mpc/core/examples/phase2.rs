use mpc_core::exconv::*;
use mpc_core::*;
use std::time::Instant;
fn main() {
    let len: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let n = len.max(4096) / 32 * 32;
    let mut x = vec![Gf128::ZERO; 2 * n];
    FixedKeyAes::new([1; 16]).counter(0, &mut x);
    let mut best = [f64::MAX; 4];
    for _ in 0..7 {
        let y = x.clone();
        let t = Instant::now();
        std::hint::black_box(ExConv::new(NoiseField::Field, 2 * n, 1).unwrap().encode(1, y));
        best[0] = best[0].min(t.elapsed().as_secs_f64());
        let y = x.clone();
        let t = Instant::now();
        std::hint::black_box(ExConv::new(NoiseField::Field, 2 * n, n).unwrap().encode(1, y));
        best[1] = best[1].min(t.elapsed().as_secs_f64());
        let y = x.clone();
        let t = Instant::now();
        std::hint::black_box(ExConv::new(NoiseField::Field, 2 * n, 1).unwrap().encode_with_sparse(
            1,
            &[(7, Gf128::ONE), (2 * n - 1, Gf128::ONE)],
            y,
        ));
        best[2] = best[2].min(t.elapsed().as_secs_f64());
        let y = x.clone();
        let t = Instant::now();
        std::hint::black_box(ExConv::new(NoiseField::Field, 2 * n, n).unwrap().encode_with_sparse(
            1,
            &[(7, Gf128::ONE), (2 * n - 1, Gf128::ONE)],
            y,
        ));
        best[3] = best[3].min(t.elapsed().as_secs_f64());
    }
    println!(
        "ns/el: conv {:.1} all {:.1}; pair: conv {:.1} all {:.1}",
        best[0] * 1e9 / n as f64,
        best[1] * 1e9 / n as f64,
        best[2] * 1e9 / n as f64,
        best[3] * 1e9 / n as f64
    );
}
