//! The profile of a transaction in one node: what each step of its way costs, without an engine, on one core.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger_consensus::AppError;
use ledger_types::block::{Certificate, CommitSignature};
use ledger_types::id::Height;
use ledger_types::tx::SignedTx;
use ledger_types::{Digest, cbor};

use super::load::{applicants, apply, publication};
use super::{BenchConfig, BenchError, Figure};
use crate::chain::Chain;
use crate::config::{Engine, NodeConfig};
use crate::local::Founding;

/// Few enough that the queue checks them on the calling thread.
const BATCH: usize = 8;

fn app(e: AppError) -> BenchError {
    BenchError::Wrong(e.to_string())
}

fn open(founding: &Founding, i: usize, dir: &std::path::Path) -> Result<Chain, BenchError> {
    let org = founding.orgs[i].clone();
    let key = founding.node_key(&org).ok_or_else(|| BenchError::Wrong("a member without a key".to_owned()))?;
    let config = NodeConfig::new(dir.join(org.as_str()), founding.genesis.clone(), org, key.clone(), Engine::Solo);
    let config = NodeConfig { build_budget: Duration::from_secs(600), ..config };
    Ok(Chain::open(&config).map_err(crate::local::LocalError::from)?)
}

fn certificate(founding: &Founding, height: Height, block: Digest) -> Certificate {
    let sign = |(org, key): (&ledger_types::id::OrgId, &Arc<ledger_crypto::SigningKey>), c: &Certificate| {
        let sig = key.sign(&c.vote(org).preimage(&founding.genesis.chain));
        CommitSignature { validator: org.clone(), sig }
    };
    let mut c = Certificate { height, round: 0, block, signatures: Vec::new() };
    c.signatures = founding.orgs.iter().filter_map(|o| Some(sign((o, founding.node_key(o)?), &c))).collect();
    c
}

fn admit(chain: &Chain, txs: &[SignedTx]) -> Result<(), BenchError> {
    for batch in txs.chunks(BATCH) {
        for outcome in chain.admit(batch.to_vec(), true) {
            outcome?;
        }
    }
    Ok(())
}

/// One block of `txs` transactions through two nodes; microseconds for each transaction.
pub(super) fn run(config: &BenchConfig, txs: usize) -> Result<Vec<Figure>, BenchError> {
    let founding = Founding::new(config.suite, &["audit", "bank", "hospital", "rsj"], 8)?;
    let dir = config.dir.join("phases");
    let (a, b) = (open(&founding, 0, &dir)?, open(&founding, 1, &dir)?);
    let txs = txs.min(founding.genesis.parameters.block_txs_max as usize);
    let decide = |height: Height| -> Result<(Duration, Duration, Duration, usize), BenchError> {
        let begun = Instant::now();
        let (hash, body) = a.propose(height, 0).map_err(app)?;
        let built = begun.elapsed();
        let begun = Instant::now();
        b.validate(height, 0, &a.org, &body).map_err(app)?;
        let validated = begun.elapsed();
        let certificate = certificate(&founding, height, hash);
        a.commit(height, &hash, &certificate).map_err(app)?;
        let begun = Instant::now();
        b.commit(height, &hash, &certificate).map_err(app)?;
        Ok((built, validated, begun.elapsed(), body.len()))
    };
    let (_, publish) = publication(&founding)?;
    admit(&a, std::slice::from_ref(&publish))?;
    decide(1)?;

    let senders = applicants(&founding, config.senders);
    let not_after_ms = founding.genesis.time_ms + 24 * 60 * 60 * 1000;
    let begun = Instant::now();
    let signed: Vec<SignedTx> = (0..txs)
        .filter_map(|i| {
            let (sender, nonce) = (&senders[i % senders.len()], (i / senders.len()) as u64 + 1);
            founding.sign(sender, nonce, 500, apply(sender, nonce, not_after_ms))
        })
        .collect();
    let signing = begun.elapsed();
    // Tables of the senders' keys are built at their second signature; warm, as in a node that runs.
    let warm = senders.len().saturating_mul(3).min(signed.len());
    for chain in [&a, &b] {
        admit(chain, &signed[..warm])?;
    }
    let begun = Instant::now();
    admit(&a, &signed[warm..])?;
    let admitting = begun.elapsed().mul_f64(signed.len() as f64 / (signed.len() - warm).max(1) as f64);
    admit(&b, &signed[warm..])?;
    let (built, validated, committed, body) = decide(2)?;
    let rows = b.store.rows(2).map_err(|e| BenchError::Wrong(e.to_string()))?.unwrap_or_default();
    if rows.len() != signed.len() || rows.iter().any(|r| !r.receipt.applied()) {
        return Err(BenchError::Wrong(format!("{} of {} transactions were applied", rows.len(), signed.len())));
    }
    let tx_bytes: usize = signed.iter().map(|t| cbor::to_bytes(t).len()).sum();
    let figure = |name, wall: Duration| Figure {
        name,
        n: signed.len() as u64,
        wall_s: wall.as_secs_f64(),
        cpu_s: wall.as_secs_f64(),
        bytes_on_wire: None,
        value: wall.as_secs_f64() * 1e6 / signed.len() as f64,
        unit: "us/tx",
        target: None,
    };
    let size = |name, bytes: usize| Figure {
        value: bytes as f64 / signed.len() as f64,
        unit: "B/tx",
        ..figure(name, Duration::ZERO)
    };
    Ok(vec![
        figure("profile-sign", signing),
        figure("profile-admit", admitting),
        figure("profile-build", built),
        figure("profile-validate", validated),
        figure("profile-commit", committed),
        size("profile-tx-size", tx_bytes),
        size("profile-body-size", body),
    ])
}
