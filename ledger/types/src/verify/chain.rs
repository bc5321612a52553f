//! Order of the document, genesis, blocks.

use std::collections::BTreeSet;

use ledger_crypto::Verifier;

use super::Options;
use super::report::{CheckId, Finding, Findings, finding};
use crate::block::{Header, ValidatorSet};
use crate::bundle::{EvidenceBundle, OpenBundle};
use crate::proof::{ProofError, verify_certificate};

/// Blocks by height, items by (height, index), states by (height, key), none twice, every block there.
pub(super) fn order(bundle: &EvidenceBundle, open: &OpenBundle, f: &mut Findings) {
    let result = (|| {
        if !open.blocks.windows(2).all(|w| w[0].0.height < w[1].0.height) {
            return Err(finding("blocks_out_of_order", []));
        }
        let place = |i: usize| (open.items[i].receipt.height, open.items[i].receipt.index);
        if !(1..open.items.len()).all(|i| place(i - 1) < place(i)) {
            return Err(finding("items_out_of_order", []));
        }
        if !bundle.state.windows(2).all(|w| (w[0].height, &w[0].key.0) < (w[1].height, &w[1].key.0)) {
            return Err(finding("states_out_of_order", []));
        }
        let heights: BTreeSet<_> = open.blocks.iter().map(|(h, _)| h.height).collect();
        let items = open.items.iter().map(|i| i.receipt.height);
        for height in items.chain(bundle.state.iter().map(|s| s.height)) {
            if !heights.contains(&height) {
                return Err(finding("block_missing", [("height", height.to_string())]));
            }
        }
        Ok(())
    })();
    f.note(CheckId::BundleOrder, "bundle", result);
}

pub(super) fn genesis(bundle: &EvidenceBundle, open: &OpenBundle, options: &Options<'_>, f: &mut Findings) {
    let genesis = &open.genesis;
    let validators_are_proper =
        ValidatorSet::new(genesis.validators.0.clone()).is_some_and(|set| set == genesis.validators);
    let document = if genesis.chain != bundle.chain {
        Err(finding("other_chain", [("chain", genesis.chain.to_string())]))
    } else if genesis.suite != bundle.suite {
        Err(finding("other_suite", [("suite", genesis.suite.to_string())]))
    } else if !validators_are_proper {
        Err(finding("bad_validators", []))
    } else {
        Ok(())
    };
    f.note(CheckId::GenesisDocument, "genesis", document);
    let hash = genesis.hash();
    match options.trusted_genesis {
        None => f.skip(CheckId::GenesisAnchor, "genesis", "no_anchor"),
        Some(trusted) => {
            let other = || finding("other_genesis", [("found", hash.to_string()), ("trusted", trusted.to_string())]);
            f.note(CheckId::GenesisAnchor, "genesis", if trusted == hash { Ok(()) } else { Err(other()) });
        }
    }
    let first = open.blocks.first().map(|(h, _)| h).filter(|h| h.height == 1);
    let result = match first {
        None => Err(finding("first_block_missing", [])),
        Some(h) if h.prev != hash => Err(finding("other_genesis", [])),
        Some(_) => Ok(()),
    };
    f.note(CheckId::GenesisFirstBlock, "block:1", result);
}

pub(super) fn blocks(open: &OpenBundle, verifier: &Verifier, f: &mut Findings) {
    let genesis = &open.genesis;
    let (suite, chain) = (genesis.suite, &genesis.chain);
    for v in &genesis.validators.0 {
        verifier.preload(&v.key);
    }
    let expected = genesis.validators.digest(suite, chain);
    let mut before: Option<&Header> = None;
    for (header, certificate) in &open.blocks {
        let subject = format!("block:{}", header.height);
        f.note(CheckId::BlockChain, subject.clone(), neighbours(open, before, header));
        let result = if header.validators == expected { Ok(()) } else { Err(finding("other_validators", [])) };
        let same_set = f.note(CheckId::BlockValidators, subject.clone(), result);
        if same_set {
            let result = verify_certificate(verifier, suite, chain, &genesis.validators, header, certificate);
            f.note(CheckId::BlockCertificate, subject, result.map_err(certificate_finding));
        } else {
            f.skip(CheckId::BlockCertificate, subject, "not_reached");
        }
        before = Some(header);
    }
}

fn neighbours(open: &OpenBundle, before: Option<&Header>, header: &Header) -> Result<(), Finding> {
    if header.chain != open.genesis.chain {
        return Err(finding("other_chain", [("chain", header.chain.to_string())]));
    }
    let Some(before) = before else { return Ok(()) };
    if header.time_ms <= before.time_ms {
        return Err(finding("time_not_rising", []));
    }
    if before.height + 1 == header.height && header.prev != before.hash(open.genesis.suite) {
        return Err(finding("broken_link", []));
    }
    Ok(())
}

fn certificate_finding(error: ProofError) -> Finding {
    match error {
        ProofError::BadSigner(org) => finding("bad_signer", [("validator", org.to_string())]),
        ProofError::BadSignature(org) => finding("bad_signature", [("validator", org.to_string())]),
        ProofError::NoQuorum { signed, total } => {
            finding("no_quorum", [("signed", signed.to_string()), ("total", total.to_string())])
        }
        // The chain and the set were compared before.
        _ => finding("other_block", []),
    }
}
