//! Circuit-PSI: every kind of wrong message is a typed error, and a run that loses or gains a row is caught.

use std::sync::Arc;

use crate::sides::{
    HEADER, Mutate, Outcome, Side, Word, between, change, columns, config, honest, keys, replace, run, sums,
};
use mpc_net::FrameKind;
use mpc_psi::circuit::{Aggregates, Column, MessageKind, MessageKind::*};
use mpc_psi::run::{PsiError, RunConfig};

/// Items of a side; the last 20 of the receiver are the first 20 of the sender.
const N: u32 = 40;
/// Bytes before the body: number and offset.
const HEAD: usize = 12;

fn data() -> Arc<Vec<Column>> {
    columns(&[(0..i64::from(N)).map(Some).collect()], &[false])
}

fn asked() -> Aggregates {
    sums(&[false], true, 5)
}

async fn with(to_sender: Mutate, to_receiver: Mutate) -> Outcome {
    let receiver = Side { config: config(), aggregates: asked(), items: keys(0..N), rest: () };
    let sender = Side { config: config(), aggregates: asked(), items: keys(20..20 + N), rest: data() };
    between(receiver, sender, to_sender, to_receiver).await
}

fn code<T>(result: &Result<T, PsiError>) -> &'static str {
    match result {
        Ok(_) => "fine",
        Err(error) => error.code(),
    }
}

fn of(kind: MessageKind) -> FrameKind {
    kind.frame_kind()
}

fn flip(at: usize) -> impl Fn(&mut Vec<u8>) + Send + 'static {
    move |payload| payload[at] ^= 1
}

fn flip_last(payload: &mut [u8]) {
    let last = payload.len() - 1;
    payload[last] ^= 1;
}

#[tokio::test]
async fn nothing_wrong_is_fine() {
    let outcome = with(honest(), honest()).await;
    assert_eq!((code(&outcome.receiver), code(&outcome.sender)), ("fine", "fine"));
}

/// What the receiver is told by somebody between, and how it ends.
#[tokio::test]
async fn the_receiver_refuses_every_wrong_message_with_its_reason() {
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("salt of another length", "malformed_message", change(of(Salt), 0, |p| p.truncate(40))),
        ("another salt", "wrong_opening", change(of(Salt), 0, flip(HEAD))),
        ("a short opening", "malformed_message", change(of(TransferOpening), 0, flip_len)),
        ("no group element", "bad_point", change(of(TransferOpening), 0, |p| p[HEAD..HEAD + 32].fill(0xff))),
        ("opening of another run", "wrong_bucket", change(of(TransferOpening), 1, flip(3))),
        ("corrections with an offset", "wrong_offset", change(of(TransferCorrections), 0, flip(11))),
        ("other corrections", "vole_inconsistent", change(of(TransferCorrections), 0, |p| p[HEAD..].fill(9))),
        ("another proof", "vole_inconsistent", change(of(TransferProof), 0, |p| flip_last(p))),
        ("a short setup", "malformed_message", change(of(Setup), 0, flip_len)),
        ("another base correlation", "vole_inconsistent", change(of(Setup), 0, |p| flip_last(p))),
        ("a table that begins late", "wrong_offset", change(of(Table), 0, flip(11))),
        ("an empty table message", "wrong_count", change(of(Table), 0, |p| p.truncate(HEAD))),
        ("too long a table", "wrong_count", change(of(Table), 0, |p| p.push(0))),
        ("gates of another layer", "wrong_bucket", change(of(Gates), 1, flip(3))),
        ("too many gates", "wrong_count", change(of(Gates), 0, |p| p.extend([0; 8]))),
        ("gates in place of a table", "unexpected_message", replace(of(Table), 0, |p| vec![Word::Say(of(Gates), p)])),
        ("too long products", "wrong_count", change(of(Products), 0, |p| p.push(0))),
        ("a short check", "malformed_message", change(of(Check), 0, flip_len)),
        ("other counts", "confirm_count", change(of(Check), 0, flip(HEAD + 7))),
        ("another transcript", "confirm_transcript", change(of(Check), 0, flip(HEAD + 24))),
        ("a lost canary", "canary_lost", change(of(Check), 0, flip(HEAD + 24 + 64 + 1))),
        ("a found private canary", "canary_forged", change(of(Check), 0, flip(HEAD + 24 + 64 + 1 + 6))),
        ("another product of a canary", "canary_payload", change(of(Check), 0, |p| flip_last(p))),
        ("a short release", "malformed_message", change(of(Release), 0, flip_len)),
        ("a release that opens for nobody", "release_forged", change(of(Release), 0, |p| p[HEAD..].fill(1))),
        ("another confirmation", "confirm_transcript", change(of(Confirm), 0, |p| flip_last(p))),
        ("a confirmation of something else", "confirm_count", change(of(Confirm), 0, flip(HEAD))),
        ("the end", "channel_closed", replace(of(Products), 0, |_| vec![Word::HangUp])),
        ("a header of another question", "malformed_message", change(HEADER, 0, |p| p.truncate(100))),
    ];
    for (what, expected, mutate) in cases {
        let outcome = with(honest(), mutate).await;
        assert_eq!(code(&outcome.receiver), expected, "{what}");
    }
}

fn flip_len(payload: &mut Vec<u8>) {
    payload.pop();
}

#[tokio::test]
async fn the_sender_refuses_every_wrong_message_with_its_reason() {
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("another salt", "wrong_opening", change(of(Salt), 0, flip(HEAD))),
        ("a short setup", "malformed_message", change(of(TransferSetup), 0, flip_len)),
        ("a setup with the identity", "bad_point", change(of(TransferSetup), 0, |p| p[HEAD..HEAD + 32].fill(0))),
        ("another base correlation", "vole_inconsistent", change(of(TransferSetup), 0, |p| flip_last(p))),
        ("a short challenge", "malformed_message", change(of(TransferChallenge), 0, flip_len)),
        ("no group element", "bad_point", change(of(Opening), 0, |p| p[HEAD..HEAD + 32].fill(0xff))),
        ("other corrections", "vole_inconsistent", change(of(Corrections), 0, |p| p[HEAD..].fill(9))),
        ("another proof", "vole_inconsistent", change(of(Proof), 0, |p| flip_last(p))),
        ("too many targets", "wrong_count", change(of(Hint), 0, |p| p.push(0))),
        ("targets that begin late", "wrong_offset", change(of(Hint), 0, flip(11))),
        ("too few gates", "wrong_bucket", change(of(Gates), 0, |p| p.truncate(HEAD + 8))),
        ("too many choices", "wrong_count", change(of(Flips), 0, |p| p.push(0))),
        ("a choice that is none", "malformed_message", change(of(Check), 0, |p| p[HEAD + 24 + 64] = 2)),
        ("a lost canary", "canary_lost", change(of(Check), 0, flip(HEAD + 24 + 64 + 1 + 5))),
        ("another transcript", "confirm_transcript", change(of(Check), 0, flip(HEAD + 24 + 63))),
        ("a confirmation that is none", "malformed_message", change(of(Confirm), 0, |p| p[HEAD] = 7)),
        ("another confirmation", "confirm_transcript", change(of(Confirm), 0, |p| flip_last(p))),
    ];
    for (what, expected, mutate) in cases {
        let outcome = with(mutate, honest()).await;
        assert_eq!(code(&outcome.sender), expected, "{what}");
    }
}

/// A row lost or gained on the way: whatever bit is turned, nothing is released.
#[tokio::test]
async fn a_row_that_is_lost_or_gained_on_the_way_is_caught_before_anything_is_released() {
    for kind in [Table, Gates, Products] {
        let outcome = with(honest(), change(of(kind), 0, flip(HEAD + 20))).await;
        assert!(outcome.receiver.is_err() && outcome.sender.is_err(), "{kind:?}");
        let released = said_release(&outcome);
        assert!(!released, "{kind:?}");
    }
    for kind in [Hint, Gates, Flips] {
        let outcome = with(change(of(kind), 0, flip(HEAD + 2)), honest()).await;
        assert!(outcome.receiver.is_err() && outcome.sender.is_err(), "{kind:?}");
        assert!(!said_release(&outcome), "{kind:?}");
    }
}

#[tokio::test]
async fn sides_that_ask_for_different_things_part_at_the_headers() {
    let asked_otherwise: [(Aggregates, &str); 4] = [
        (sums(&[false], true, 6), "parameter_mismatch"),
        (sums(&[false], false, 5), "wrong_question"),
        (sums(&[true], true, 5), "wrong_question"),
        (Aggregates::cardinality(5), "wrong_question"),
    ];
    for (aggregates, expected) in asked_otherwise {
        let receiver = Side { config: config(), aggregates, items: keys(0..N), rest: () };
        let sender = Side { config: config(), aggregates: asked(), items: keys(20..20 + N), rest: data() };
        let outcome = between(receiver, sender, honest(), honest()).await;
        assert_eq!(code(&outcome.receiver), expected);
        assert!(["peer_aborted", expected].contains(&code(&outcome.sender)));
    }
    let fewer = RunConfig { peer_items_max: 10, ..config() };
    let receiver = Side { config: fewer, aggregates: asked(), items: keys(0..N), rest: () };
    let sender = Side { config: config(), aggregates: asked(), items: keys(20..20 + N), rest: data() };
    let outcome = between(receiver, sender, honest(), honest()).await;
    assert_eq!(code(&outcome.receiver), "peer_set_too_large");
}

#[tokio::test]
async fn a_question_without_sense_is_refused_before_anything_is_said() {
    let refused = run(config(), sums(&[false], true, u64::MAX), keys(0..N), keys(0..N), data()).await;
    assert_eq!((code(&refused.receiver), code(&refused.sender)), ("bad_setting", "bad_setting"));
    let short = columns(&[vec![Some(1); 39]], &[false]);
    let refused = run(config(), asked(), keys(0..N), keys(0..N), short).await;
    assert_eq!(code(&refused.sender), "bad_setting");
}

/// Whether the sender ever said a release.
fn said_release(outcome: &Outcome) -> bool {
    outcome.sender_frames.iter().filter_map(|frame| frame.frame()).any(|frame| frame.kind == of(Release))
}
