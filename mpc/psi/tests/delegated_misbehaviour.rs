//! A party of a delegated run, or somebody between two, that says something else than the protocol: each wrong word is
//! refused with its own error, by the side that must notice it, and nobody else succeeds either.

mod several;

use mpc_net::FrameKind;
use mpc_psi::delegated::MessageKind::{self, Confirm, Rows, RowsEnd};
use mpc_psi::delegated::RUN_BYTES;
use mpc_psi::run::{Params, Returns, RunConfig};
use several::{Brings, Ends, Mutate, Word, arena, change, config, delegated, honest, keys, replace};

const HEADER: FrameKind = FrameKind(0x0101);
const ABORT: FrameKind = FrameKind(0x01ff);
const ROSTER: FrameKind = FrameKind(0x0701);
const SHARE: FrameKind = FrameKind(0x0702);
const PAIR_CONFIRM: FrameKind = FrameKind(0x0703);
/// A tag, a share, and a payload of at most 2 bytes with its length and authenticator.
const ROW_BYTES: usize = 16 + 16 + 2 + 4 + 16;
/// Items with canaries.
const TOTAL: u64 = 48;
/// The third party.
const THIRD: usize = 9;

fn settings() -> RunConfig {
    config(Params { chunk_items: 16, payload: true, ..Params::default() })
}

fn parties() -> Vec<Brings> {
    let payloads = || arena((10..50).map(|i| i.to_string()));
    let party = |range| Brings::new(&settings(), keys(range), payloads());
    vec![party(20..60), party(10..50)]
}

fn edit(kind: MessageKind, nth: usize, how: impl Fn(&mut Vec<u8>) + Send + 'static) -> Mutate {
    change(kind.frame_kind(), nth, how)
}

fn flip_back(back: usize) -> impl Fn(&mut Vec<u8>) + Send + 'static {
    move |payload| {
        let at = payload.len() - back;
        payload[at] ^= 1;
    }
}

fn number(payload: &mut [u8], change: impl Fn(u64) -> u64) {
    let field = payload[..8].as_chunks_mut::<8>().0;
    field[0] = change(u64::from_be_bytes(field[0])).to_be_bytes();
}

/// Runs with somebody between two parties; the party that hears the wrong word must say `code`.
async fn refused(name: &str, code: &str, from: usize, to: usize, how: Mutate) {
    let (ends, first): (Ends, bool) = match (from, to) {
        (THIRD, place) => ((None, place), true),
        (place, THIRD) => ((None, place), false),
        (from, to) => ((Some(from.min(to)), from.max(to)), from < to),
    };
    let (of_first, of_second) = if first { (how, honest()) } else { (honest(), how) };
    let done = delegated(settings(), parties(), Some((ends, of_first, of_second))).await;
    let mut errors: Vec<_> = done.members.into_iter().map(Result::err).enumerate().collect();
    errors.push((THIRD, done.third.err()));
    for (party, error) in errors {
        if name.starts_with("last:") && party != to {
            continue;
        }
        let error = error.unwrap_or_else(|| panic!("{name}: {party} succeeds"));
        if party == to {
            assert_eq!(error.code(), code, "{name}: {error}");
        }
        let known = ["peer_aborted", "peer_lost", "channel_closed", "channel_truncated"];
        assert!(known.contains(&error.code()) || error.code() == code, "{name}: {party} says {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_party_refuses_what_a_data_party_must_not_say() {
    let gained: Mutate = replace(RowsEnd.frame_kind(), 0, |payload| {
        let one = [&TOTAL.to_be_bytes()[..], &[0xff; ROW_BYTES]].concat();
        vec![Word::Say(Rows.frame_kind(), one), Word::Say(RowsEnd.frame_kind(), payload)]
    });
    let every = |how: fn(&mut [u8])| -> Mutate {
        let kind = Rows.frame_kind();
        Box::new(move |got, mut payload| {
            if got == kind {
                payload[RUN_BYTES..].chunks_mut(ROW_BYTES).for_each(how);
            }
            vec![Word::Say(got, payload)]
        })
    };
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("another protocol", "wrong_protocol", change(HEADER, 0, |p| p[5] = b'x')),
        ("another place", "parameter_mismatch", change(HEADER, 0, flip_back(1))),
        ("another number of parties", "parameter_mismatch", change(HEADER, 0, flip_back(2))),
        ("half a row", "malformed_message", edit(Rows, 0, |p| p.truncate(p.len() - 1))),
        ("no row", "chunk_size", edit(Rows, 0, |p| p.truncate(RUN_BYTES))),
        ("too many rows", "chunk_size", edit(Rows, 0, |p| p.extend([0xff; ROW_BYTES]))),
        ("rows without position", "malformed_message", edit(Rows, 0, |p| p.truncate(7))),
        ("rows left out", "wrong_offset", replace(Rows.frame_kind(), 1, |_| vec![])),
        ("one row lost", "wrong_offset", edit(Rows, 1, |p| p.truncate(p.len() - ROW_BYTES))),
        ("the last row lost", "wrong_count", edit(Rows, 2, |p| p.truncate(p.len() - ROW_BYTES))),
        ("one row gained", "wrong_count", gained),
        ("one row twice", "duplicate_tag", {
            edit(Rows, 0, |p| p.copy_within(RUN_BYTES..RUN_BYTES + ROW_BYTES, RUN_BYTES + ROW_BYTES))
        }),
        ("rows out of order", "malformed_message", {
            edit(Rows, 1, |p| {
                let (a, b) = p[RUN_BYTES..].split_at_mut(ROW_BYTES);
                a.swap_with_slice(&mut b[..ROW_BYTES]);
            })
        }),
        // The order stays, nothing joins any more: neither do the canaries, which are not where they are said to be.
        ("every tag changed", "peer_canary_lost", every(|row| row[7] ^= 1)),
        ("every second half of a tag changed", "canary_lost", every(|row| row[15] ^= 1)),
        ("every share changed", "payload_forged", every(|row| row[16] ^= 1)),
        ("every payload changed", "payload_forged", every(|row| row[ROW_BYTES - 1] ^= 1)),
        ("a wrong count", "wrong_count", edit(RowsEnd, 0, |p| number(p, |n| n - 1))),
        ("a canary less", "malformed_message", edit(RowsEnd, 0, |p| p.truncate(p.len() - 16))),
        ("a joint canary that was not sent", "peer_canary_lost", edit(RowsEnd, 0, |p| p[8] ^= 1)),
        ("a private canary that was not sent", "peer_canary_lost", edit(RowsEnd, 0, |p| p[8 + 4 * 16] ^= 1)),
        ("one canary named twice", "duplicate_tag", edit(RowsEnd, 0, |p| p.copy_within(8..24, 24))),
        ("joint canaries in another order", "canary_lost", {
            edit(RowsEnd, 0, |p| {
                let (a, b) = p[8..].split_at_mut(16);
                a.swap_with_slice(&mut b[..16]);
            })
        }),
        ("joint canaries as private ones", "peer_canary_matched", edit(RowsEnd, 0, |p| p[8..].rotate_left(64))),
        (
            "no end",
            "unexpected_message",
            replace(RowsEnd.frame_kind(), 0, |_| vec![Word::Say(Confirm.frame_kind(), vec![0; 88])]),
        ),
        ("a stream that ends", "channel_closed", replace(Rows.frame_kind(), 1, |_| vec![Word::HangUp])),
        ("a party that gives up", "peer_aborted", {
            replace(Rows.frame_kind(), 1, |_| vec![Word::Say(ABORT, b"own_payload_too_long".to_vec())])
        }),
        ("last: another count", "confirm_count", edit(Confirm, 0, |p| p[7] ^= 1)),
        ("last: fewer canaries", "confirm_count", edit(Confirm, 0, |p| p[15] ^= 1)),
        ("last: another transcript", "confirm_transcript", edit(Confirm, 0, |p| p[30] ^= 1)),
    ];
    for (name, code, how) in cases {
        refused(name, code, 1, THIRD, how).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_parties_refuse_what_they_must_not_be_told() {
    let size = |p: &mut Vec<u8>| {
        let at = 1 + usize::from(p[0]) + 32 + 32 + 1;
        p[at + 7] ^= 1;
    };
    let cases: Vec<(&str, &str, usize, usize, Mutate)> = vec![
        (
            "another role",
            "same_role",
            THIRD,
            0,
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 64;
                p[at] = 1;
            }),
        ),
        ("another third party", "roster_mismatch", THIRD, 0, change(HEADER, 0, flip_back(10))),
        ("another roster", "roster_mismatch", THIRD, 1, change(ROSTER, 0, |p| p[0] ^= 1)),
        ("another size of the other", "roster_mismatch", 0, 1, change(HEADER, 0, size)),
        (
            "another binding",
            "wrong_binding",
            1,
            0,
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 32;
                p[at] ^= 1;
            }),
        ),
        ("a short share", "malformed_message", 0, 1, change(SHARE, 0, |p| p.truncate(63))),
        ("rows instead of a confirmation", "unexpected_message", THIRD, 0, {
            replace(Confirm.frame_kind(), 0, |_| vec![Word::Say(Rows.frame_kind(), vec![0; 8])])
        }),
        ("fewer rows confirmed", "confirm_count", THIRD, 0, edit(Confirm, 0, |p| p[7] ^= 1)),
        ("fewer canaries confirmed", "confirm_count", THIRD, 1, edit(Confirm, 0, |p| p[23] ^= 1)),
        ("another transcript", "confirm_transcript", THIRD, 1, edit(Confirm, 0, |p| p[60] ^= 1)),
        ("last: another transcript of the pair", "confirm_transcript", 0, 1, change(PAIR_CONFIRM, 0, |p| p[0] ^= 1)),
    ];
    for (name, code, from, to, how) in cases {
        refused(name, code, from, to, how).await;
    }
    // With different shares there are different keys: nothing joins, the canaries tell.
    let how = change(SHARE, 0, |p| p[40] ^= 1);
    let done = delegated(settings(), parties(), Some(((Some(0), 1), how, honest()))).await;
    assert_eq!(done.third.unwrap_err().code(), "canary_lost");
    assert!(done.members.iter().all(Result::is_err));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_or_differ_are_refused() {
    let mut fewer = parties();
    fewer[0].announced = Some(39);
    let done = delegated(settings(), fewer, None).await;
    assert_eq!(done.members[0].as_ref().unwrap_err().code(), "bad_setting");
    assert!(done.third.is_err());

    let mut one = parties();
    one.truncate(1);
    let done = delegated(settings(), one, None).await;
    assert_eq!(done.third.unwrap_err().code(), "bad_setting");

    // A least number of items is about the data parties: the third one has none.
    let mut least = parties();
    least.iter_mut().for_each(|party| party.config.peer_items_min = 40);
    assert_eq!(delegated(settings(), least.clone(), None).await.third.unwrap().rows.len(), 30);
    least[0].config.peer_items_min = 41;
    let done = delegated(settings(), least, None).await;
    assert_eq!(done.members[0].as_ref().unwrap_err().code(), "peer_set_too_small");

    let mut back = settings();
    back.params.returns = Returns::Matches;
    let done = delegated(back, parties(), None).await;
    assert_eq!(done.third.unwrap_err().code(), "bad_setting");

    let mut limited = settings();
    limited.peer_items_max = 39;
    let done = delegated(limited, parties(), None).await;
    assert_eq!(done.third.unwrap_err().code(), "peer_set_too_large");
}
