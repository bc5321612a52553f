//! A party of a star, or somebody between two, that says something else than the protocol: each wrong word is refused
//! with its own error, by the side that must notice it, and nobody else succeeds either.

mod several;

use mpc_net::FrameKind;
use mpc_psi::run::{Params, PsiError, RunConfig};
use mpc_psi::star::MessageKind::{
    self, Challenge, Confirm, Corrections, Mask, Opening, Program, ProgramEnd, Proof, Salt, Salts, Sealed, SealedEnd,
    Setup, Table, TableEnd,
};
use mpc_psi::star::RUN_BYTES;
use several::{Brings, Ends, Mutate, Word, arena, change, config, honest, keys, replace, star};

/// Kind of the header.
const HEADER: FrameKind = FrameKind(0x0101);
const ABORT: FrameKind = FrameKind(0x01ff);
const ROSTER: FrameKind = FrameKind(0x0701);
const SHARE: FrameKind = FrameKind(0x0702);
const PAIR_CONFIRM: FrameKind = FrameKind(0x0703);
/// Of 64 bits of test and one share.
const VALUE_BYTES: usize = 8 + 16;
/// A tag and a payload of at most 2 bytes with its length and authenticator.
const ENTRY_BYTES: usize = 16 + 2 + 4 + 16;
/// Items with canaries.
const TOTAL: u64 = 48;

fn settings() -> RunConfig {
    config(Params { chunk_items: 16, payload: true, ..Params::default() })
}

fn parties() -> (Brings, Vec<Brings>) {
    let payloads = || arena((10..50).map(|i| i.to_string()));
    let sender = |range| Brings::new(&settings(), keys(range), payloads());
    (Brings::new(&settings(), keys(0..40), None), vec![sender(20..60), sender(10..50)])
}

struct Case {
    name: &'static str,
    code: &'static str,
    /// Who says it, and to whom: the leader is 9.
    from: usize,
    to: usize,
    how: Mutate,
}

fn case(name: &'static str, code: &'static str, from: usize, to: usize, how: Mutate) -> Case {
    Case { name, code, from, to, how }
}

const LEADER: usize = 9;

async fn refused(case: Case) {
    let Case { name, code, from, to, how } = case;
    let (ends, first): (Ends, bool) = match (from, to) {
        (LEADER, place) => ((None, place), true),
        (place, LEADER) => ((None, place), false),
        (from, to) => ((Some(from.min(to)), from.max(to)), from < to),
    };
    let (of_first, of_second) = if first { (how, honest()) } else { (honest(), how) };
    let (leader, senders) = parties();
    let done = star(leader, senders, Some((ends, of_first, of_second))).await;
    let mut errors: Vec<(usize, Option<PsiError>)> =
        done.senders.into_iter().map(|sender| sender.err()).enumerate().collect();
    errors.push((LEADER, done.leader.err()));
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

fn edit(kind: MessageKind, nth: usize, how: impl Fn(&mut Vec<u8>) + Send + 'static) -> Mutate {
    change(kind.frame_kind(), nth, how)
}

fn raw(kind: MessageKind, len: usize) -> Word {
    Word::Say(kind.frame_kind(), vec![0; len])
}

fn instead(kind: MessageKind, nth: usize, other: MessageKind, len: usize) -> Mutate {
    replace(kind.frame_kind(), nth, move |_| vec![raw(other, len)])
}

fn drop_one(kind: MessageKind, nth: usize) -> Mutate {
    replace(kind.frame_kind(), nth, |_| vec![])
}

fn another_bucket(payload: &mut [u8]) {
    payload[3] ^= 1;
}

/// Number of the first element of a run, or of elements at an end.
fn number(payload: &mut [u8], change: impl Fn(u64) -> u64) {
    let field = payload[4..12].as_chunks_mut::<8>().0;
    field[0] = change(u64::from_be_bytes(field[0])).to_be_bytes();
}

/// Changes a byte so many from the end.
fn flip_back(back: usize) -> impl Fn(&mut Vec<u8>) + Send + 'static {
    move |payload| {
        let at = payload.len() - back;
        payload[at] ^= 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_interference_the_carried_runs_succeed() {
    for ends in [(None, 0), (None, 1), (Some(0), 1)] {
        let (leader, senders) = parties();
        let done = star(leader, senders, Some((ends, honest(), honest()))).await;
        assert_eq!(done.leader.unwrap().matches.len(), 20);
        done.senders.into_iter().for_each(|sender| assert!(sender.is_ok()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_refuses_what_a_leader_must_not_say() {
    let cases = vec![
        case("another protocol", "wrong_protocol", LEADER, 0, change(HEADER, 0, |p| p[5] = b'x')),
        case("a short header", "malformed_message", LEADER, 1, change(HEADER, 0, |p| p.truncate(p.len() - 1))),
        case("another number of parties", "parameter_mismatch", LEADER, 0, change(HEADER, 0, flip_back(38))),
        case("another place", "parameter_mismatch", LEADER, 0, change(HEADER, 0, flip_back(37))),
        case("other buckets", "parameter_mismatch", LEADER, 1, change(HEADER, 0, flip_back(33))),
        // Two senders are told different things: they compare.
        case("another size", "roster_mismatch", LEADER, 1, {
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 32 + 32 + 1;
                p[at + 7] ^= 1;
            })
        }),
        case("another commitment", "roster_mismatch", LEADER, 0, change(HEADER, 0, flip_back(1))),
        case("another roster", "roster_mismatch", LEADER, 0, change(ROSTER, 0, |p| p[0] ^= 1)),
        case("a short roster", "malformed_message", LEADER, 0, change(ROSTER, 0, |p| p.truncate(31))),
        case("another salt of its own", "wrong_opening", LEADER, 0, edit(Salts, 0, |p| p[0] ^= 1)),
        case("another salt of a sender", "wrong_opening", LEADER, 0, edit(Salts, 0, |p| p[64] ^= 1)),
        case("another salt of the peer", "wrong_opening", LEADER, 0, edit(Salts, 0, |p| p[32] ^= 1)),
        case("a salt less", "malformed_message", LEADER, 0, edit(Salts, 0, |p| p.truncate(64))),
        case("no salts", "unexpected_message", LEADER, 1, instead(Salts, 0, Setup, 40)),
        case("setup of another bucket", "wrong_bucket", LEADER, 0, edit(Setup, 0, |p| another_bucket(p))),
        case("a short setup", "malformed_message", LEADER, 0, edit(Setup, 0, |p| p.truncate(p.len() - 1))),
        case("a setup with the identity", "bad_point", LEADER, 1, edit(Setup, 0, |p| p[4..36].fill(0))),
        case("another base correlation", "vole_inconsistent", LEADER, 0, edit(Setup, 0, |p| p[4 + 32 + 128 * 32] ^= 1)),
        case("a short challenge", "malformed_message", LEADER, 0, edit(Challenge, 0, |p| p.truncate(20))),
        case("table of another bucket", "wrong_bucket", LEADER, 0, edit(Table, 1, |p| another_bucket(p))),
        case("wrong offset", "wrong_offset", LEADER, 0, edit(Table, 1, |p| number(p, |n| n + 1))),
        case("empty message", "chunk_size", LEADER, 1, edit(Table, 0, |p| p.truncate(RUN_BYTES))),
        case("too long a message", "chunk_size", LEADER, 1, edit(Table, 0, |p| p.extend([1; 16]))),
        case("half a value", "malformed_message", LEADER, 0, edit(Table, 0, |p| p.truncate(p.len() - 7))),
        case("one message left out", "wrong_offset", LEADER, 0, drop_one(Table, 1)),
        case("a table that ends early", "wrong_count", LEADER, 0, instead(Table, 1, TableEnd, 28)),
        case("a wrong final count", "wrong_count", LEADER, 0, edit(TableEnd, 0, |p| number(p, |n| n - 1))),
        case("a table without mask", "malformed_message", LEADER, 0, edit(TableEnd, 0, |p| p.truncate(RUN_BYTES))),
        case("a message of a sender", "unexpected_message", LEADER, 0, instead(Table, 1, Program, 100)),
        case("a wrong count of values", "confirm_count", LEADER, 0, edit(Confirm, 0, |p| p[15] ^= 1)),
        case("a wrong transcript", "confirm_transcript", LEADER, 1, edit(Confirm, 0, |p| p[40] ^= 1)),
        case("a short confirmation", "malformed_message", LEADER, 0, edit(Confirm, 0, |p| p.truncate(95))),
        case(
            "the leader gives up",
            "peer_aborted",
            LEADER,
            0,
            replace(Table.frame_kind(), 1, |_| vec![Word::Say(ABORT, b"canary_lost".to_vec())]),
        ),
        case("a stream that ends", "channel_closed", LEADER, 1, replace(Table.frame_kind(), 1, |_| vec![Word::HangUp])),
    ];
    for case in cases {
        refused(case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_leader_refuses_what_a_sender_must_not_say() {
    let more = |kind: MessageKind, end: MessageKind, count: u64, bytes: usize| -> Mutate {
        replace(end.frame_kind(), 0, move |payload| {
            let one = [&[0; 4], &count.to_be_bytes()[..], &vec![0xff; bytes]].concat();
            vec![Word::Say(kind.frame_kind(), one), Word::Say(end.frame_kind(), payload)]
        })
    };
    let (place, to) = (1, LEADER);
    let cases = vec![
        case("another place", "parameter_mismatch", place, to, change(HEADER, 0, flip_back(37))),
        case("a set beyond any limit", "peer_set_too_large", place, to, {
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 32 + 32 + 1;
                p[at] = 1;
            })
        }),
        case("another salt", "wrong_opening", place, to, edit(Salt, 0, |p| p[0] ^= 1)),
        case("a long salt", "malformed_message", place, to, edit(Salt, 0, |p| p.push(0))),
        case("opening of another bucket", "wrong_bucket", place, to, edit(Opening, 0, |p| another_bucket(p))),
        case("a short opening", "malformed_message", place, to, edit(Opening, 0, |p| p.truncate(p.len() - 1))),
        case("an empty opening", "malformed_message", place, to, edit(Opening, 0, |p| p.truncate(5))),
        case("an opening with the identity", "bad_point", place, to, edit(Opening, 0, |p| p[36..68].fill(0))),
        case("wrong corrections", "vole_inconsistent", place, to, edit(Corrections, 0, |p| p[4] ^= 1)),
        case("short corrections", "malformed_message", place, to, edit(Corrections, 0, |p| p.truncate(p.len() - 16))),
        case("a wrong proof", "vole_inconsistent", place, to, edit(Proof, 0, |p| p[4] ^= 1)),
        case("no proof", "unexpected_message", place, to, instead(Proof, 0, Mask, 36)),
        case("another mask than committed to", "wrong_opening", place, to, edit(Mask, 0, |p| p[4] ^= 1)),
        case("another commitment to the mask", "wrong_opening", place, to, edit(Opening, 0, |p| p[4] ^= 1)),
        // A row lost or gained among the programmed values.
        case("values left out", "wrong_offset", place, to, drop_one(Program, 1)),
        case("one value lost", "malformed_message", place, to, edit(Program, 0, |p| p.truncate(p.len() - 1))),
        case("fewer values", "wrong_offset", place, to, edit(Program, 0, |p| p.truncate(p.len() - VALUE_BYTES))),
        case("too many values", "chunk_size", place, to, edit(Program, 0, |p| p.extend([0; VALUE_BYTES]))),
        case("no value", "chunk_size", place, to, edit(Program, 0, |p| p.truncate(RUN_BYTES))),
        case("a wrong count of values", "wrong_count", place, to, edit(ProgramEnd, 0, |p| number(p, |n| n + 1))),
        case("a table of another bucket", "wrong_bucket", place, to, edit(Program, 1, |p| another_bucket(p))),
        case("every value changed", "peer_canary_lost", place, to, {
            let kind = Program.frame_kind();
            Box::new(move |got, mut payload| {
                if got == kind {
                    // In every value, so that sums of three do not cancel.
                    payload[RUN_BYTES..].iter_mut().for_each(|byte| *byte ^= 1);
                }
                vec![Word::Say(got, payload)]
            })
        }),
        case("another private canary", "peer_canary_lost", place, to, edit(ProgramEnd, 0, |p| p[RUN_BYTES] ^= 1)),
        case("one private canary named twice", "duplicate_tag", place, to, {
            edit(ProgramEnd, 0, |p| {
                let each = 16 + VALUE_BYTES;
                p.copy_within(RUN_BYTES..RUN_BYTES + each, RUN_BYTES + each);
            })
        }),
        case("too few private canaries", "wrong_count", place, to, {
            edit(ProgramEnd, 0, |p| p.truncate(p.len() - 16 - VALUE_BYTES))
        }),
        case("half a private canary", "malformed_message", place, to, edit(ProgramEnd, 0, |p| p.truncate(p.len() - 1))),
        case("too many private canaries", "malformed_message", place, to, {
            edit(ProgramEnd, 0, |p| p.extend([0; 16 + VALUE_BYTES]))
        }),
        // A row lost, gained or changed among the sealed payloads.
        case("one payload lost", "wrong_count", place, to, edit(Sealed, 2, |p| p.truncate(p.len() - ENTRY_BYTES))),
        case("one payload gained", "wrong_count", place, to, more(Sealed, SealedEnd, TOTAL, ENTRY_BYTES)),
        case("payloads left out", "wrong_offset", place, to, drop_one(Sealed, 1)),
        case("half a payload", "malformed_message", place, to, edit(Sealed, 0, |p| p.truncate(p.len() - 1))),
        case("one payload twice", "duplicate_tag", place, to, {
            edit(Sealed, 0, |p| {
                p.copy_within(RUN_BYTES..RUN_BYTES + ENTRY_BYTES, RUN_BYTES + ENTRY_BYTES);
            })
        }),
        case("payloads out of order", "malformed_message", place, to, {
            edit(Sealed, 0, |p| {
                let (a, b) = p[RUN_BYTES..].split_at_mut(ENTRY_BYTES);
                a.swap_with_slice(&mut b[..ENTRY_BYTES]);
            })
        }),
        case("forged payloads", "payload_forged", place, to, {
            edit(Sealed, 0, |p| p[RUN_BYTES..].chunks_mut(ENTRY_BYTES).for_each(|entry| entry[ENTRY_BYTES - 1] ^= 1))
        }),
        case("a wrong count of payloads", "wrong_count", place, to, edit(SealedEnd, 0, |p| number(p, |n| n - 1))),
        case("words at the end", "malformed_message", place, to, edit(SealedEnd, 0, |p| p.push(1))),
        case("no end", "unexpected_message", place, to, instead(SealedEnd, 0, Confirm, 96)),
        case("last: another count", "confirm_count", place, to, edit(Confirm, 0, |p| p[31] ^= 1)),
        case("last: another transcript", "confirm_transcript", place, to, edit(Confirm, 0, |p| p[40] ^= 1)),
        case("last: nothing", "channel_closed", place, to, replace(Confirm.frame_kind(), 0, |_| vec![Word::HangUp])),
    ];
    for case in cases {
        refused(case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_changed_value_of_a_table_never_goes_unnoticed() {
    for (kind, at) in [(Program, 0), (Program, 1), (Program, 2), (Program, 3), (Table, 0), (Table, 1), (Table, 2)] {
        let (leader, senders) = parties();
        let how = edit(kind, at, |p| p[RUN_BYTES] ^= 1);
        let between = if kind == Table { (how, honest()) } else { (honest(), how) };
        let done = star(leader, senders, Some(((None, 0), between.0, between.1))).await;
        let error = done.leader.unwrap_err();
        // A canary stands on the value, or the transcripts differ.
        let codes = ["peer_canary_lost", "canary_lost", "payload_forged", "peer_aborted", "peer_lost"];
        assert!(codes.contains(&error.code()), "{error}");
        assert!(done.senders.iter().all(Result::is_err));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn senders_refuse_what_they_must_not_say_to_one_another() {
    let cases = vec![
        case("another place", "parameter_mismatch", 0, 1, change(HEADER, 0, flip_back(37))),
        case(
            "another binding",
            "wrong_binding",
            1,
            0,
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 32;
                p[at] ^= 1;
            }),
        ),
        // What it says to the leader is something else.
        case("another size", "roster_mismatch", 0, 1, {
            change(HEADER, 0, |p| {
                let at = 1 + usize::from(p[0]) + 32 + 32 + 1;
                p[at + 7] ^= 1;
            })
        }),
        case("another leader", "roster_mismatch", 0, 1, change(SHARE, 0, |p| p[0] ^= 1)),
        case("a short share", "malformed_message", 1, 0, change(SHARE, 0, |p| p.truncate(63))),
        case("no share", "unexpected_message", 1, 0, replace(SHARE, 0, |_| vec![raw(Salt, 32)])),
        case("last: another transcript", "confirm_transcript", 0, 1, change(PAIR_CONFIRM, 0, |p| p[0] ^= 1)),
        case("last: a short confirmation", "malformed_message", 1, 0, change(PAIR_CONFIRM, 0, |p| p.truncate(60))),
    ];
    for case in cases {
        refused(case).await;
    }
    // With different shares the tests do not cancel: no item is accepted, the canaries tell.
    let (leader, senders) = parties();
    let how = change(SHARE, 0, |p| p[40] ^= 1);
    let done = star(leader, senders, Some(((Some(0), 1), how, honest()))).await;
    assert_eq!(done.leader.unwrap_err().code(), "canary_lost");
    assert!(done.senders.iter().all(Result::is_err));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_or_differ_are_refused() {
    let (leader, mut senders) = parties();
    senders[1].config.bucket_items = 1_000;
    let done = star(leader, senders, None).await;
    assert_eq!(done.leader.unwrap_err().code(), "parameter_mismatch");

    let (leader, mut senders) = parties();
    senders.truncate(1);
    let done = star(leader, senders, None).await;
    assert_eq!(done.leader.unwrap_err().code(), "bad_setting");

    let (mut leader, mut senders) = parties();
    leader.config.params.payload = false;
    senders.iter_mut().for_each(|sender| sender.config.params.payload = false);
    let done = star(leader, senders, None).await;
    assert!(done.senders.iter().all(|sender| sender.as_ref().unwrap_err().code() == "payload_missing"));

    // The limit of the leader and that of a sender.
    for at_leader in [true, false] {
        let (mut leader, mut senders) = parties();
        let limited = if at_leader { &mut leader } else { &mut senders[0] };
        limited.config.peer_items_max = 39;
        let done = star(leader, senders, None).await;
        let error =
            if at_leader { done.leader.unwrap_err() } else { done.senders.into_iter().next().unwrap().unwrap_err() };
        assert_eq!(error.code(), "peer_set_too_large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_party_ends_the_run_for_all() {
    for cancelled in [0, 1, LEADER] {
        let (mut leader, mut senders) = parties();
        let party = if cancelled == LEADER { &mut leader } else { &mut senders[cancelled] };
        let token = party.control.cancel.clone();
        party.control = mpc_psi::run::Control::with_cancel(token.clone()).on_progress(move |progress| {
            if progress.phase == mpc_psi::run::Phase::Exchange && progress.done > 0 {
                token.cancel();
            }
        });
        let done = star(leader, senders, None).await;
        let mut errors: Vec<PsiError> = done.senders.into_iter().map(|sender| sender.unwrap_err()).collect();
        errors.insert(0, done.leader.unwrap_err());
        for (party, error) in errors.iter().enumerate() {
            let own = party == if cancelled == LEADER { 0 } else { cancelled + 1 };
            if own {
                assert!(matches!(error, PsiError::Cancelled), "{error}");
            } else {
                let codes = ["peer_aborted", "peer_lost", "channel_closed", "channel_truncated"];
                assert!(codes.contains(&error.code()), "{error}");
            }
        }
    }
}
