//! Transactions that are in no valid block.

use ledger_contract::{RULES_VERSION, RuleCode, check_admission, state_key};
use ledger_types::action::{Action, DatasetPublish};
use ledger_types::id::ChainId;
use ledger_types::object::{NONCE_AHEAD_MAX, NONCE_WINDOW, Status};
use ledger_types::preimage::{Tag, preimage};
use ledger_types::tx::{SignedTx, Tx};
use serde_bytes::ByteBuf;

use crate::world::{World, org, publish, who};
use crate::{Case, case};

fn action() -> Action {
    Action::DatasetPublish(publish("rsj.insured"))
}

/// The code of a transaction after something was done to it before it was signed.
fn changed(change: impl FnOnce(&mut World, &mut Tx)) -> RuleCode {
    let mut w = World::new();
    let mut tx = w.tx("rsj/owner", action());
    change(&mut w, &mut tx);
    let signed = w.sign(&tx);
    let admission = check_admission(&w.state, &w.block, &w.verifier, &signed).unwrap_err();
    let execution = w.inadmissible(&signed);
    assert_eq!(admission.rejection(), Some(&execution), "mempool and executor say the same");
    execution.code
}

/// The code of the nonce after these were used.
fn nonce(used: &[u64], nonce: u64) -> RuleCode {
    let mut w = World::new();
    for n in used {
        let mut tx = w.tx("rsj/auditor", action());
        tx.nonce = *n;
        let tx = w.sign(&tx);
        w.submit(&tx).unwrap();
    }
    let mut tx = w.tx("rsj/auditor", action());
    tx.nonce = nonce;
    let tx = w.sign(&tx);
    w.inadmissible(&tx).code
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("more bytes than allowed", RuleCode::TxTooLarge, || {
            changed(|w, tx| {
                let Action::DatasetPublish(p) = &mut tx.action else { unreachable!("as made above") };
                p.description = "x".repeat(w.block.parameters.tx_bytes_max as usize);
            })
        }),
        case("rubbish", RuleCode::TxMalformed, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let mut signed = w.sign(&tx);
            signed.tx = ByteBuf::from(vec![0xff; 40]);
            w.inadmissible(&signed).code
        }),
        case("a cut transaction", RuleCode::TxMalformed, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let mut signed = w.sign(&tx);
            signed.tx.pop();
            w.inadmissible(&signed).code
        }),
        case("the nonce 1 written in two bytes", RuleCode::TxMalformed, || {
            respelled(|bytes| {
                let at = place(bytes, b"enonce") + 6;
                assert_eq!(bytes[at], 1);
                bytes.splice(at..=at, [0x18, 0x01]);
            })
        }),
        case("keys out of order", RuleCode::TxMalformed, || {
            respelled(|bytes| {
                // The first key is "v" with value 1; the pair moves to the end.
                assert_eq!(bytes[1..4], [0x61, b'v', 1]);
                bytes.extend([0x61, b'v', 1]);
                bytes.drain(1..4);
            })
        }),
        case("bytes after the end", RuleCode::TxMalformed, || respelled(|bytes| bytes.push(0))),
        case("an absent field written as null", RuleCode::TxNotCanonical, || {
            respelled(|bytes| {
                // The rule of column `district`: {"allow": "PLAINTEXT", "grantee": "any"}.
                let rule = b"\xa2eallowiPLAINTEXTggranteecany";
                let at = place(bytes, rule);
                bytes[at] = 0xa3;
                let end = at + rule.len();
                bytes.splice(end..end, *b"gpurpose\xf6");
            })
        }),
        case("another version", RuleCode::TxVersionUnsupported, || changed(|_, tx| tx.v = 2)),
        case("rules that are not ours", RuleCode::RulesUnsupported, || {
            changed(|w, _| w.block.rules = RULES_VERSION + 1)
        }),
        case("another chain", RuleCode::WrongChain, || changed(|_, tx| tx.chain = ChainId::new("other").unwrap())),
        case("valid until the block before", RuleCode::TxExpired, || {
            changed(|w, tx| {
                w.block.height = 11;
                tx.valid_until = 10;
            })
        }),
        case("valid for too long", RuleCode::TxValidUntilTooFar, || {
            changed(|w, tx| tx.valid_until = w.block.height + w.block.parameters.valid_until_span_max + 1)
        }),
        case("valid for ever", RuleCode::TxValidUntilTooFar, || changed(|_, tx| tx.valid_until = u64::MAX)),
        case("a stranger's organisation", RuleCode::OrganisationUnknown, || {
            changed(|w, tx| {
                let key = w.new_key();
                tx.sender = who("nobody/owner");
                w.keys.insert(tx.sender.clone(), key);
            })
        }),
        case("a frozen organisation", RuleCode::OrganisationFrozen, || changed(|w, _| w.freeze_org("rsj"))),
        case("an account that is not there", RuleCode::AccountUnknown, || {
            changed(|w, tx| {
                let key = w.new_key();
                tx.sender = who("rsj/nobody");
                w.keys.insert(tx.sender.clone(), key);
            })
        }),
        case("a frozen account", RuleCode::AccountFrozen, || {
            changed(|w, tx| {
                let mut account = ledger_contract::read::account(&w.state, &tx.sender).unwrap().unwrap();
                account.status = Status::Frozen;
                w.put(state_key::account(&tx.sender), &account);
            })
        }),
        case("signed with a colleague's key", RuleCode::WrongSignature, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let signed = tx.sign(&w.keys[&who("rsj/op")]);
            w.inadmissible(&signed).code
        }),
        case("one bit of the content changed after signing", RuleCode::WrongSignature, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let mut signed = w.sign(&tx);
            let mut other = tx.clone();
            let Action::DatasetPublish(DatasetPublish { title, .. }) = &mut other.action else {
                unreachable!("as made above")
            };
            title.push('!');
            signed.tx = ByteBuf::from(other.to_bytes());
            w.inadmissible(&signed).code
        }),
        case("one bit of the signature changed", RuleCode::WrongSignature, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let mut signed = w.sign(&tx);
            signed.sig.0[40] ^= 1;
            w.inadmissible(&signed).code
        }),
        case("signed for another chain", RuleCode::WrongSignature, || {
            let mut w = World::new();
            let mut tx = w.tx("rsj/owner", action());
            let chain = tx.chain.clone();
            tx.chain = ChainId::new("other").unwrap();
            let sig = w.sign(&tx).sig;
            tx.chain = chain;
            let mut signed = w.sign(&tx);
            signed.sig = sig;
            w.inadmissible(&signed).code
        }),
        case("nonce 0", RuleCode::NonceStale, || nonce(&[], 0)),
        case("a nonce below the window", RuleCode::NonceStale, || nonce(&[NONCE_WINDOW + 5], 5)),
        case("the same transaction again", RuleCode::NonceUsed, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let signed = w.sign(&tx);
            assert!(w.submit(&signed).unwrap().applied());
            w.inadmissible(&signed).code
        }),
        case("the same transaction twice in one block", RuleCode::NonceUsed, || {
            let mut w = World::new();
            let tx = w.tx("rsj/owner", action());
            let signed = w.sign(&tx);
            w.commit(&[signed.clone(), signed]).unwrap_err().rejection().unwrap().code
        }),
        case("the nonce of a transaction that was refused", RuleCode::NonceUsed, || {
            let mut w = World::new();
            let tx = w.tx("rsj/auditor", action());
            let signed = w.sign(&tx);
            assert!(!w.submit(&signed).unwrap().applied());
            w.inadmissible(&signed).code
        }),
        case("a nonce within the window that was used", RuleCode::NonceUsed, || nonce(&[7, 3, 90], 3)),
        case("a nonce too far ahead", RuleCode::NonceTooFarAhead, || nonce(&[7], 8 + NONCE_AHEAD_MAX)),
    ]
}

/// The code of a transaction whose bytes were written in another way, and signed like that.
fn respelled(change: impl FnOnce(&mut Vec<u8>)) -> RuleCode {
    let mut w = World::new();
    let tx = w.tx("rsj/owner", action());
    let mut bytes = tx.to_bytes();
    change(&mut bytes);
    assert_ne!(bytes, tx.to_bytes());
    let key = &w.keys[&tx.sender];
    let sig = key.sign(&preimage(Tag::Tx, &tx.chain, &bytes));
    w.inadmissible(&SignedTx { tx: ByteBuf::from(bytes), sig }).code
}

fn place(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|b| b == part).unwrap()
}

impl World {
    pub fn freeze_org(&mut self, o: &str) {
        let mut member = ledger_contract::read::organisation(&self.state, &org(o)).unwrap().unwrap();
        member.status = Status::Frozen;
        self.put(state_key::organisation(&org(o)), &member);
    }
}

#[test]
fn several_transactions_of_one_account_fit_into_one_block_in_any_order() {
    let mut w = World::new();
    let mut txs: Vec<_> =
        (0..5).map(|i| w.tx("rsj/owner", Action::DatasetPublish(publish(&format!("rsj.d{i}"))))).collect();
    txs.reverse();
    let signed: Vec<_> = txs.iter().map(|t| w.sign(t)).collect();
    let receipts = w.commit(&signed).unwrap();
    assert!(receipts.iter().all(|r| r.applied()));
    assert_eq!(receipts.iter().map(|r| r.index).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
}

#[test]
fn a_transaction_is_valid_at_the_last_height_it_names() {
    let mut w = World::new();
    let mut tx = w.tx("rsj/owner", action());
    tx.valid_until = w.block.height;
    let tx = w.sign(&tx);
    assert!(w.submit(&tx).unwrap().applied());
}
