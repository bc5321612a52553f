//! SM2 and Ed25519: signing, stock verification, verification with a key table.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ledger_crypto::{SigningKey, SuiteId, Verifier, verify};

fn signatures(c: &mut Criterion) {
    let message = [0x5a; 300];
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let key = SigningKey::generate(suite).expect("random bytes");
        let public = key.public_key();
        let signature = key.sign(&message);
        let verifier = Verifier::new(suite, 512);
        verifier.preload(&public);
        c.bench_function(&format!("{suite}/sign"), |b| b.iter(|| key.sign(black_box(&message))));
        c.bench_function(&format!("{suite}/verify_stock"), |b| {
            b.iter(|| verify(suite, &public, black_box(&message), &signature))
        });
        c.bench_function(&format!("{suite}/verify_table"), |b| {
            b.iter(|| verifier.verify(&public, black_box(&message), &signature))
        });
        c.bench_function(&format!("{suite}/build_table"), |b| {
            b.iter(|| Verifier::new(suite, 1).preload(black_box(&public)))
        });
        c.bench_function(&format!("{suite}/hash_1_mib"), |b| {
            let data = vec![1; 1 << 20];
            b.iter(|| suite.hash(&[black_box(&data)]))
        });
    }
}

criterion_group!(benches, signatures);
criterion_main!(benches);
