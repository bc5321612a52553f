//! Transactions with their receipts, and objects of the state.

use std::collections::{BTreeMap, BTreeSet};

use ledger_crypto::{PublicKey, Verifier};

use super::report::{CheckId, Finding, Findings, finding};
use crate::action::Action;
use crate::block::{Genesis, Header, tx_leaf};
use crate::bundle::{EvidenceBundle, OpenBundle, OpenItem};
use crate::id::{AccountRef, TxId};
use crate::merkle::InclusionProof;
use crate::object::node_account;

/// Keys as they change from transaction to transaction.
struct Keys(BTreeMap<AccountRef, PublicKey>);

impl Keys {
    fn of(genesis: &Genesis) -> Self {
        let nodes = genesis.organisations.iter().map(|o| (node_account(&o.id), o.node_key));
        Self(nodes.chain(genesis.accounts.iter().map(|a| (a.id.clone(), a.key))).collect())
    }

    fn apply(&mut self, item: &OpenItem) {
        let (account, key) = match &item.tx.action {
            Action::AccountRegister(a) => (&a.account, a.key),
            Action::AccountKeyRotate(a) => (&a.account, a.key),
            _ => return,
        };
        self.0.insert(AccountRef { org: item.tx.sender.org.clone(), account: account.clone() }, key);
    }
}

pub(super) fn transactions(open: &OpenBundle, verifier: &Verifier, f: &mut Findings) {
    let headers: BTreeMap<_, _> = open.blocks.iter().map(|(h, _)| (h.height, h)).collect();
    let mut keys = Keys::of(&open.genesis);
    let mut met = BTreeSet::new();
    for item in &open.items {
        let id = item.signed.id(open.genesis.suite, &open.genesis.chain);
        let subject = format!("tx:{id}");
        // `bundle.order` made sure that the block is there.
        let Some(header) = headers.get(&item.receipt.height) else { continue };
        let placed = included(open, header, item, &item.tx_path, &tx_leaf(&item.signed), &header.tx_root);
        f.note(CheckId::TxIncluded, subject.clone(), placed);
        f.note(CheckId::ReceiptIncluded, subject.clone(), receipt(open, header, item, &id));
        f.note(CheckId::TxValid, subject.clone(), valid(open, header, item, met.insert(id)));
        f.note(CheckId::TxSignature, subject, signature(open, verifier, &keys, item));
        if item.receipt.applied() {
            keys.apply(item);
        }
    }
}

fn included(
    open: &OpenBundle,
    header: &Header,
    item: &OpenItem,
    path: &InclusionProof,
    leaf: &[u8],
    root: &ledger_crypto::Digest,
) -> Result<(), Finding> {
    let placed = path.size == u64::from(header.tx_count) && path.index == u64::from(item.receipt.index);
    if placed && path.verify(open.genesis.suite, leaf, root) { Ok(()) } else { Err(finding("not_in_block", [])) }
}

fn receipt(open: &OpenBundle, header: &Header, item: &OpenItem, id: &TxId) -> Result<(), Finding> {
    if &item.receipt.tx != id {
        return Err(finding("other_receipt", []));
    }
    let leaf = item.receipt.leaf(open.genesis.suite, &open.genesis.chain);
    included(open, header, item, &item.receipt_path, &leaf.0, &header.receipts_root)
}

fn valid(open: &OpenBundle, header: &Header, item: &OpenItem, first_time: bool) -> Result<(), Finding> {
    if item.tx.chain != open.genesis.chain {
        return Err(finding("other_chain", [("chain", item.tx.chain.to_string())]));
    }
    if item.tx.valid_until < header.height {
        return Err(finding("expired", [("valid_until", item.tx.valid_until.to_string())]));
    }
    if first_time { Ok(()) } else { Err(finding("repeated", [])) }
}

fn signature(open: &OpenBundle, verifier: &Verifier, keys: &Keys, item: &OpenItem) -> Result<(), Finding> {
    let account = || [("account", item.tx.sender.to_string())];
    let key = keys.0.get(&item.tx.sender).ok_or_else(|| finding("unknown_account", account()))?;
    item.signed.verify(verifier, &open.genesis.chain, key).map_err(|_| finding("bad_signature", account()))
}

/// Each object lies under the state root of its block.
pub(super) fn states(bundle: &EvidenceBundle, open: &OpenBundle, f: &mut Findings) {
    if bundle.state.is_empty() {
        f.skip(CheckId::StateIncluded, "bundle", "no_state");
    }
    for state in &bundle.state {
        let Some((header, _)) = open.blocks.iter().find(|(h, _)| h.height == state.height) else { continue };
        let value = state.value.as_ref().map(|v| v.0.as_slice());
        let (suite, chain) = (open.genesis.suite, &open.genesis.chain);
        let result = state.path.verify(suite, chain, &state.key.0, value, &header.state_root);
        let subject = format!("state:{}/{}", state.height, hex::encode(&state.key.0));
        f.note(CheckId::StateIncluded, subject, result.map_err(|_| finding("not_in_state", [])));
    }
}
