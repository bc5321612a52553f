//! Signatures, one core.

use std::time::Instant;

use ledger_crypto::{SigningKey, SuiteId, Verifier, verify};

use super::BenchError;
use super::row::{Row, cpu_seconds};

pub(super) fn run(quick: bool, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let n: u64 = if quick { 200 } else { 20_000 };
    let key = SigningKey::generate(SuiteId::Gm).map_err(|e| BenchError::Failed(e.to_string()))?;
    let public = key.public_key();
    let messages: Vec<Vec<u8>> = (0..n).map(|i| [&i.to_be_bytes()[..], &[7; 292]].concat()).collect();

    let (start, cpu) = (Instant::now(), cpu_seconds());
    let signatures: Vec<_> = messages.iter().map(|m| key.sign(m)).collect();
    print(Row::per_second("sm2-sign", n, start.elapsed().as_secs_f64(), cpu_seconds() - cpu));

    let (start, cpu) = (Instant::now(), cpu_seconds());
    let good = messages.iter().zip(&signatures).filter(|(m, s)| verify(SuiteId::Gm, &public, m, s).is_ok()).count();
    let row = Row::per_second("sm2-verify-stock", n, start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    print(row.at_least(4_000.0));
    check(good, n)?;

    let verifier = Verifier::new(SuiteId::Gm, 512);
    verifier.preload(&public);
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let good = messages.iter().zip(&signatures).filter(|(m, s)| verifier.verify(&public, m, s).is_ok()).count();
    let row = Row::per_second("sm2-verify-table", n, start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    print(row.at_least(14_000.0));
    check(good, n)?;

    let (start, cpu) = (Instant::now(), cpu_seconds());
    let mut digest = SuiteId::Gm.hash(&[]);
    for m in &messages {
        digest = SuiteId::Gm.hash(&[&digest.0, m]);
    }
    print(Row::per_second("sm3-332-bytes", n, start.elapsed().as_secs_f64(), cpu_seconds() - cpu));
    Ok(())
}

fn check(good: usize, n: u64) -> Result<(), BenchError> {
    if good as u64 == n { Ok(()) } else { Err(BenchError::Failed(format!("only {good} of {n} signatures verified"))) }
}
