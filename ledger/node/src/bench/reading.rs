//! Queries of one node, and checking what it answers, on one core.

use std::time::Instant;

use ledger_client::Ledger;
use ledger_contract::state_key;
use ledger_crypto::{SuiteId, Verifier};
use ledger_types::cbor;
use ledger_types::id::TxId;

use super::{BenchError, Figure, Target, cpu_seconds};
use crate::node::LedgerNode;

/// Spreads accesses over `n` places without a generator: an odd multiplier visits them in a mixed order.
fn mixed(i: usize, n: usize) -> usize {
    i.wrapping_mul(0x9e37_79b9) % n
}

fn timed<T>(
    name: &'static str,
    n: usize,
    target: Option<Target>,
    mut each: impl FnMut(usize) -> Result<T, BenchError>,
) -> Result<Figure, BenchError> {
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    for i in 0..n {
        std::hint::black_box(each(i)?);
    }
    let wall_s = begun.elapsed().as_secs_f64();
    let cpu_s = cpu_seconds() - cpu;
    let (n, value) = (n as u64, n as f64 / wall_s);
    Ok(Figure { name, n, wall_s, cpu_s, bytes_on_wire: None, value, unit: "1/s", target })
}

pub(super) fn run(node: &LedgerNode, suite: SuiteId, queries: usize, ids: &[TxId]) -> Result<Vec<Figure>, BenchError> {
    let missing = |what: &str| BenchError::Wrong(format!("{what} is missing"));
    let tip = node.status().height as usize;
    let id = |i: usize| &ids[mixed(i, ids.len())];
    let g = node.genesis().clone();
    let mut out = Vec::new();

    out.push(timed("header-query", queries, Some(Target::AtLeast(5_000.0)), |i| {
        node.header(mixed(i, tip) as u64 + 1)?.ok_or_else(|| missing("a header"))
    })?);
    out.push(timed("tx-query", queries, Some(Target::AtLeast(2_000.0)), |i| {
        node.tx(id(i))?.ok_or_else(|| missing("a transaction"))
    })?);
    let proofs = (queries / 10).clamp(1, 500);
    let mut kept = Vec::new();
    out.push(timed("receipt-make", proofs, None, |i| {
        kept.push(node.tx_proof(id(i))?.ok_or_else(|| missing("a proof"))?);
        Ok(())
    })?);
    let verifier = Verifier::new(suite, 16);
    g.validators.0.iter().for_each(|v| verifier.preload(&v.key));
    out.push(timed("receipt-verify", queries, Some(Target::AtLeast(500.0)), |i| {
        let proof = &kept[mixed(i, kept.len())];
        proof.verify(&verifier, suite, &g.chain, &g.validators).map_err(|e| BenchError::Wrong(e.to_string()))
    })?);
    let bytes: usize = kept.iter().map(|p| cbor::to_bytes(p).len()).sum::<usize>() / kept.len().max(1);
    let size = Figure {
        name: "receipt-size",
        n: kept.len() as u64,
        wall_s: 0.0,
        cpu_s: 0.0,
        bytes_on_wire: None,
        value: bytes as f64,
        unit: "B",
        target: Some(Target::AtMost(8_192.0)),
    };
    out.push(size);

    let accounts: Vec<Vec<u8>> = g.accounts.iter().map(|a| state_key::nonces(&a.id)).collect();
    out.push(timed("state-query", queries, Some(Target::AtLeast(5_000.0)), |i| {
        Ok(node.value(&accounts[mixed(i, accounts.len())], Some(mixed(i, tip) as u64 + 1))?)
    })?);
    let mut state = Vec::new();
    out.push(timed("state-proof-make", queries / 4 + 1, Some(Target::AtLeast(300.0)), |i| {
        let key = &accounts[mixed(i, accounts.len())];
        state.push(node.state_proof(key, Some(mixed(i, tip) as u64 + 1))?);
        Ok(())
    })?);
    out.push(timed("state-proof-verify", queries / 4 + 1, None, |i| {
        let proof = &state[mixed(i, state.len())];
        proof.verify(&verifier, suite, &g.chain, &g.validators).map_err(|e| BenchError::Wrong(e.to_string()))
    })?);
    Ok(out)
}
