//! Evidence bundles under these rules: the transactions of a bundle are executed again, and must give the
//! receipts and the objects that the bundle proves.

use std::collections::BTreeMap;

use ledger_crypto::SignatureError;
use ledger_types::block::Header;
use ledger_types::bundle::{BundleState, EvidenceBundle, OpenBundle, OpenItem};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::object::Grant;
use ledger_types::tx::SignedTx;
use ledger_types::usage::Usage;
use ledger_types::verify::{self, Options, Replay, ReplayDiffers, Report};
use ledger_types::{Digest, PublicKey};

use crate::{BlockContext, Executor, RuleError, SignatureCheck, genesis_writes};

/// Verifies a bundle, rules included. `trusted_genesis` is the digest of the genesis document that the
/// reader has from another source.
pub fn verify_bundle(json: &[u8], trusted_genesis: Option<Digest>) -> Report {
    verify::verify_json(json, &Options { trusted_genesis, rules: Some(&Rules), verifier: None })
}

/// The rules of this crate as a [`Replay`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules;

/// The verification has checked every signature before it asks for a replay.
struct AlreadyChecked;

impl SignatureCheck for AlreadyChecked {
    fn check(&self, _: &ChainId, _: &SignedTx, _: &PublicKey) -> Result<(), SignatureError> {
        Ok(())
    }
}

impl Replay for Rules {
    fn replay(&self, bundle: &EvidenceBundle, open: &OpenBundle) -> Result<(), ReplayDiffers> {
        let genesis = &open.genesis;
        let differs = |code| ReplayDiffers { subject: "genesis".into(), code, params: Vec::new() };
        let writes = genesis_writes(genesis).map_err(|_| differs("genesis_refused"))?;
        let mut state: BTreeMap<Vec<u8>, Vec<u8>> = writes.into_iter().collect();
        for (header, _) in &open.blocks {
            let items = open.items.iter().filter(|i| i.receipt.height == header.height);
            replay_block(open, header, items, &mut state)?;
        }
        let last = open.blocks.last().map(|(h, _)| h.height);
        let latest = bundle.state.iter().filter(|s| Some(s.height) == last);
        latest.into_iter().try_for_each(|s| compare_state(s, &state))
    }
}

fn replay_block<'a>(
    open: &OpenBundle,
    header: &Header,
    items: impl Iterator<Item = &'a OpenItem>,
    state: &mut BTreeMap<Vec<u8>, Vec<u8>>,
) -> Result<(), ReplayDiffers> {
    let block = BlockContext {
        chain: header.chain.clone(),
        suite: open.genesis.suite,
        rules: header.rules,
        height: header.height,
        time_ms: header.time_ms,
        prev: header.prev,
        parameters: open.genesis.parameters.clone(),
    };
    let mut executor = Executor::new(&*state, &block, &AlreadyChecked);
    for item in items {
        let differs = |code, params| ReplayDiffers { subject: format!("tx:{}", item.receipt.tx), code, params };
        match executor.execute(item.receipt.index, &item.signed) {
            Ok(receipt) if receipt == item.receipt => {}
            Ok(_) => return Err(differs("receipt_differs", Vec::new())),
            Err(RuleError::Rejected(r)) => return Err(differs("inadmissible", vec![("rule", r.code.to_string())])),
            Err(RuleError::State(_)) => return Err(differs("state_damaged", Vec::new())),
        }
    }
    for (key, value) in executor.finish().0 {
        match value {
            Some(value) => state.insert(key, value),
            None => state.remove(&key),
        };
    }
    Ok(())
}

/// A bundle has every transaction about its task, its datasets and its people, but not about other tasks, which
/// may have used the same grants and count against the same limits.
fn compare_state(entry: &BundleState, state: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<(), ReplayDiffers> {
    let key = &entry.key.0;
    let proved = entry.value.as_ref().map(|v| &v.0);
    let replayed = state.get(key);
    let same = if key.starts_with(b"usage/") {
        let read = |bytes: Option<&Vec<u8>>| bytes.and_then(|b| cbor::from_bytes::<Usage>(b).ok());
        match (read(proved), read(replayed)) {
            // What the bundle's own runs count is among what is counted.
            (Some(all), Some(own)) => own.entries.last().is_none_or(|e| all.entries.contains(e)),
            (_, own) => own.is_none(),
        }
    } else if key.starts_with(b"grant/") {
        let unused = |bytes: Option<&Vec<u8>>| {
            bytes.and_then(|b| cbor::from_bytes::<Grant>(b).ok()).map(|g| Grant { used: 0, ..g })
        };
        unused(proved) == unused(replayed)
    } else {
        proved == replayed
    };
    if same {
        return Ok(());
    }
    let subject = format!("state:{}/{}", entry.height, hex::encode(key));
    Err(ReplayDiffers { subject, code: "object_differs", params: Vec::new() })
}
