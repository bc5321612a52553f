//! A peer of unbalanced PSI, or somebody between, that says something else than the protocol: each wrong word is refused
//! with its own error, by the side that must notice it, and the other side does not succeed either.

mod side;
mod tamper;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_COMPRESSED;
use mpc_psi::Protocol;
use mpc_psi::run::{PsiError, Role};
use mpc_psi::unbalanced::MessageKind::{self, Blinded, BlindedEnd, Building, Confirm, Epoch, Evaluated, Part, Want};
use tamper::{HEADER, Kind, Mutate, Word, between, honest, settings};

// Where the fields of an epoch begin: scope and seed, then these.
const KEY: usize = 64;
const ITEMS: usize = 96;
const PAYLOAD: usize = 104;
const WIDTH: usize = 105;
const BYTES: usize = 109;
const DIGEST: usize = 117;
const CANARIES: usize = 151;

fn at(kind: MessageKind) -> Kind {
    Kind(kind.frame_kind())
}

fn change(kind: MessageKind, nth: usize, how: impl Fn(&mut Vec<u8>) + Send + 'static) -> Mutate {
    tamper::change(at(kind), nth, how)
}

fn twice(kind: MessageKind, nth: usize) -> Mutate {
    let say = move |payload: &[u8]| Word::Say(kind.frame_kind(), payload.to_vec());
    tamper::replace(at(kind), nth, move |payload| vec![say(&payload), say(&payload)])
}

fn instead(kind: MessageKind, nth: usize, other: MessageKind, payload: Vec<u8>) -> Mutate {
    tamper::replace(at(kind), nth, move |_| vec![Word::Say(other.frame_kind(), payload.clone())])
}

async fn refused(victim: Role, mutate: Mutate, code: &str, name: &str) {
    let (to_sender, to_receiver) = match victim {
        Role::Sender => (mutate, honest()),
        Role::Receiver => (honest(), mutate),
    };
    let outcome = between(Protocol::Unbalanced, to_sender, to_receiver, (settings(), settings())).await;
    let (receiver, sender) = (outcome.receiver.map(|_| ()), outcome.sender.map(|_| ()));
    let (at_victim, at_other) = match victim {
        Role::Sender => (sender, receiver),
        Role::Receiver => (receiver, sender),
    };
    let error = at_victim.expect_err(name);
    // A message that comes twice may come after all were there: then one too many is counted, before its offset is read.
    let one_too_many = code == "wrong_offset" && error.code() == "wrong_count";
    assert!(error.code() == code || one_too_many, "{name}: {error}");
    // Only what is wrong in the very last message may leave the other side content.
    if !name.starts_with("last:") {
        let other = at_other.expect_err(name);
        let told = matches!(&other, PsiError::PeerAborted { code: told, .. } if told == code);
        let own = matches!(other.code(), "peer_lost" | "channel_closed" | "channel_truncated");
        assert!(told || own, "{name}: the other side says {other}");
    }
}

/// Adds to the number at the beginning.
fn number(payload: &mut [u8], add: u64) {
    let field = payload.as_chunks_mut::<8>().0;
    field[0] = u64::from_be_bytes(field[0]).wrapping_add(add).to_be_bytes();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_interference_the_carried_run_succeeds() {
    let outcome = between(Protocol::Unbalanced, honest(), honest(), (settings(), settings())).await;
    assert_eq!(outcome.receiver.unwrap().matches.len(), 20);
    outcome.sender.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_refuses_what_a_receiver_must_not_say() {
    let element = |i: usize| 8 + 32 * i..8 + 32 * (i + 1);
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("another protocol", "wrong_protocol", tamper::change(HEADER, 0, |p| p[5] = b'x')),
        ("a short header", "malformed_message", tamper::change(HEADER, 0, |p| p.truncate(p.len() - 1))),
        ("another scope", "wrong_binding", tamper::change(HEADER, 0, |p| *p.last_mut().unwrap() ^= 1)),
        ("a wish that is none", "malformed_message", change(Want, 0, |p| p[0] = 2)),
        ("a long wish", "malformed_message", change(Want, 0, |p| p.push(0))),
        ("elements before the wish", "unexpected_message", instead(Want, 0, Blinded, vec![0; 40])),
        ("no element", "malformed_message", change(Blinded, 0, |p| p.truncate(8))),
        ("half an element", "malformed_message", change(Blinded, 0, |p| p.truncate(8 + 48))),
        ("an element too many", "chunk_size", change(Blinded, 0, |p| p.extend_from_within(8..40))),
        ("a gap", "wrong_offset", change(Blinded, 1, |p| number(p, 1))),
        ("a message twice", "wrong_offset", twice(Blinded, 0)),
        (
            "more elements than announced",
            "wrong_count",
            tamper::replace(at(BlindedEnd), 0, |end| {
                let mut more = 48u64.to_be_bytes().to_vec();
                more.extend_from_slice(RISTRETTO_BASEPOINT_COMPRESSED.as_bytes());
                vec![Word::Say(Blinded.frame_kind(), more), Word::Say(BlindedEnd.frame_kind(), end)]
            }),
        ),
        ("fewer elements than announced", "wrong_count", tamper::drop_one(at(Blinded), 2)),
        ("another end", "wrong_count", change(BlindedEnd, 0, |p| number(p, 1))),
        ("the identity", "bad_point", change(Blinded, 1, move |p| p[element(3)].fill(0))),
        ("no encoding of an element", "bad_point", change(Blinded, 1, move |p| p[element(3)].fill(0xff))),
        ("an early end", "wrong_count", instead(Blinded, 1, BlindedEnd, 48u64.to_be_bytes().to_vec())),
        ("another count", "confirm_count", change(Confirm, 0, |p| p[7] ^= 1)),
        ("another transcript", "confirm_transcript", change(Confirm, 0, |p| p[30] ^= 1)),
    ];
    for (name, code, mutate) in cases {
        refused(Role::Sender, mutate, code, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_refuses_what_a_sender_must_not_say() {
    let element = |i: usize| 8 + 32 * i..8 + 32 * (i + 1);
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("more items than it has", "wrong_count", change(Building, 0, |p| number(p, 1_000))),
        ("no progress", "wrong_count", twice(Building, 0)),
        ("parts before the epoch", "unexpected_message", instead(Epoch, 0, Part, vec![0; 9])),
        ("an epoch for something else", "wrong_binding", change(Epoch, 0, |p| p[0] ^= 1)),
        ("another seed of the epoch", "payload_forged", change(Epoch, 0, |p| p[32] ^= 1)),
        (
            "another key",
            "bad_proof",
            change(Epoch, 0, |p| p[KEY..KEY + 32].copy_from_slice(RISTRETTO_BASEPOINT_COMPRESSED.as_bytes())),
        ),
        ("the identity as key", "bad_point", change(Epoch, 0, |p| p[KEY..KEY + 32].fill(0))),
        ("no element as key", "bad_point", change(Epoch, 0, |p| p[KEY..KEY + 32].fill(0xff))),
        ("an item more", "wrong_count", change(Epoch, 0, |p| p[ITEMS + 7] += 1)),
        ("no payload", "malformed_message", change(Epoch, 0, |p| p[PAYLOAD] = 0)),
        ("wider payload", "setup_malformed", change(Epoch, 0, |p| p[WIDTH + 3] += 1)),
        ("a longer set-up", "wrong_count", change(Epoch, 0, |p| p[BYTES + 7] += 1)),
        ("another digest", "setup_digest", change(Epoch, 0, |p| p[DIGEST] ^= 1)),
        ("a canary that is not there", "peer_canary_lost", change(Epoch, 0, |p| p[CANARIES] ^= 1)),
        (
            "a canary twice",
            "duplicate_tag",
            change(Epoch, 0, |p| p.copy_within(CANARIES..CANARIES + 16, CANARIES + 16)),
        ),
        ("a canary too few", "malformed_message", change(Epoch, 0, |p| p.truncate(p.len() - 16))),
        ("a changed set-up", "setup_digest", change(Part, 0, |p| p[500] ^= 1)),
        ("a part elsewhere", "wrong_offset", change(Part, 0, |p| number(p, 1))),
        ("a longer part", "wrong_count", change(Part, 0, |p| p.push(0))),
        ("an empty part", "wrong_count", change(Part, 0, |p| p.truncate(8))),
        ("a part that is none", "malformed_message", change(Part, 0, |p| p.truncate(7))),
        ("an answer lost", "wrong_count", change(Evaluated, 0, move |p| _ = p.drain(element(2)))),
        (
            "an answer gained",
            "wrong_count",
            change(Evaluated, 0, |p| {
                let element: Vec<u8> = p[8..40].to_vec();
                p.splice(8..8, element);
            }),
        ),
        ("a message of answers lost", "wrong_offset", tamper::drop_one(at(Evaluated), 1)),
        ("a message of answers twice", "wrong_offset", twice(Evaluated, 0)),
        (
            "two answers exchanged",
            "bad_proof",
            change(Evaluated, 1, |p| {
                let (a, b) = p[8..72].split_at_mut(32);
                a.swap_with_slice(b);
            }),
        ),
        (
            "an answer of another key",
            "bad_proof",
            change(Evaluated, 2, move |p| p[element(1)].copy_from_slice(RISTRETTO_BASEPOINT_COMPRESSED.as_bytes())),
        ),
        ("the identity", "bad_point", change(Evaluated, 1, move |p| p[element(1)].fill(0))),
        ("no encoding of an element", "bad_point", change(Evaluated, 1, move |p| p[element(1)].fill(0xff))),
        (
            "another proof",
            "bad_proof",
            change(Evaluated, 1, |p| {
                let at = p.len() - 64;
                p[at] ^= 1;
            }),
        ),
        (
            "no proof",
            "malformed_message",
            change(Evaluated, 1, |p| {
                let at = p.len() - 1;
                p[at] = 0xff;
            }),
        ),
        ("an end too early", "unexpected_message", instead(Evaluated, 1, Confirm, vec![0; 88])),
        ("last: another count", "confirm_count", change(Confirm, 0, |p| p[7] ^= 1)),
        ("last: another transcript", "confirm_transcript", change(Confirm, 0, |p| p[30] ^= 1)),
    ];
    for (name, code, mutate) in cases {
        refused(Role::Receiver, mutate, code, name).await;
    }
}
