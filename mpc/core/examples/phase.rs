use mpc_core::exconv::*;
use mpc_core::vole::*;
use mpc_core::*;
use std::time::Instant;
fn cpu() -> f64 {
    let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    s.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}
struct T(f64, Instant);
impl T {
    fn lap(&mut self, n: &str) {
        let c = cpu();
        let w = self.1.elapsed().as_secs_f64() * 1e3;
        println!("  {n:30} cpu {:8.2} wall {:8.2} ms", c - self.0, w);
        self.0 = cpu();
        self.1 = Instant::now();
    }
}
fn main() {
    let len: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let prg = |l: &str| CommittedSeed::from_bytes(&[1; 64]).prg(l, b"");
    let layout = Layout::new(len, Security::Malicious).unwrap();
    println!("len {len} trees {} depth {}", layout.trees(), layout.depth());
    for _ in 0..2 {
        let mut t = T(cpu(), Instant::now());
        let (s, o) = Sender::start(layout, [1; 32], &mut prg("a"), 1);
        t.lap("S start");
        let (r, st) = Receiver::start(layout, [1; 32]).setup(&o, &mut prg("b"), 1).unwrap();
        t.lap("R setup");
        let (s, c) = s.expand(&st, &mut prg("c"), 1).unwrap();
        t.lap("S expand");
        let r = r.expand(&c, 1).unwrap();
        t.lap("R expand");
        let (r, ch) = r.challenge(&mut prg("d"), 1).unwrap();
        t.lap("R challenge");
        let (s, p) = s.answer(&ch, 1).unwrap();
        t.lap("S answer");
        let r = r.verify(&p).unwrap();
        let k = s.finish(1);
        t.lap("S finish");
        let v = r.finish(1);
        t.lap("R finish");
        println!("  {}", k.b.len() + v.a.len());
        drop(k);
        drop(v);
        t.lap("drop");
    }
    let n = len.max(4096) / 32 * 32;
    let mut x = vec![Gf128::ZERO; 2 * n];
    FixedKeyAes::new([1; 16]).counter(0, &mut x);
    let mut t = T(cpu(), Instant::now());
    ExConv::new(NoiseField::Field, 2 * n, 1).unwrap().encode(1, x.clone());
    t.lap("clone+convolution only");
    ExConv::new(NoiseField::Field, 2 * n, n).unwrap().encode(1, x.clone());
    t.lap("clone+encode");
    ExConv::new(NoiseField::Field, 2 * n, n).unwrap().encode_with_sparse(
        1,
        &[(7, Gf128::ONE), (2 * n - 1, Gf128::ONE)],
        x.clone(),
    );
    t.lap("clone+encode pair");
}
