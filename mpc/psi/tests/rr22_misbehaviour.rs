//! A peer of RR22, or somebody between, that says something else than the protocol: each wrong word is refused with its
//! own error, by the side that must notice it, and the other side does not succeed either.

mod side;
mod tamper;

use mpc_net::FrameKind;
use mpc_psi::Protocol;
use mpc_psi::rr22::MessageKind::{
    Challenge, Confirm, Corrections, Mask, Opening, Proof, Salt, Setup, Table, TableEnd, Tags, TagsEnd,
};
use mpc_psi::rr22::Security;
use mpc_psi::run::{PsiError, Role, RunConfig};
use tamper::*;

/// Both forms with malicious security.
const FORMS: [Protocol; 2] = [Protocol::Rr22(Security::Malicious), Protocol::Rr22Low(Security::Malicious)];

async fn refused(protocol: Protocol, victim: Role, mutate: Mutate, code: &str, name: &str) {
    let (to_sender, to_receiver) = match victim {
        Role::Sender => (mutate, honest()),
        Role::Receiver => (honest(), mutate),
    };
    let outcome = between(protocol, to_sender, to_receiver, (settings(), settings())).await;
    let (receiver, sender) = (outcome.receiver.map(|_| ()), outcome.sender.map(|_| ()));
    let (at_victim, at_other) = match victim {
        Role::Sender => (sender, receiver),
        Role::Receiver => (receiver, sender),
    };
    let error = at_victim.expect_err(name);
    assert_eq!(error.code(), code, "{name}: {error}");
    // Only what is wrong in the very last message may leave the other side content.
    if !name.starts_with("last:") {
        let other = at_other.expect_err(name);
        let told = matches!(&other, PsiError::PeerAborted { code: told, .. } if told == code);
        let own = matches!(other.code(), "peer_lost" | "channel_closed" | "channel_truncated")
            || other.code() == code
            || name.starts_with("both:");
        assert!(told || own, "{name}: the other side says {other}");
    }
}

fn raw(kind: impl Into<Kind>, len: usize) -> Word {
    Word::Say(kind.into().0, vec![0; len])
}

/// The bucket comes first in every message of one.
fn another_bucket(payload: &mut [u8]) {
    payload[3] ^= 1;
}

/// Number of the first element of a chunk, or of elements at an end.
fn number(payload: &mut [u8], change: impl Fn(u64) -> u64) {
    let field = payload[4..12].as_chunks_mut::<8>().0;
    field[0] = change(u64::from_be_bytes(field[0])).to_be_bytes();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_interference_the_carried_run_succeeds() {
    for protocol in side::FOR_ANY_SIZE.into_iter().filter(|protocol| *protocol != Protocol::Ecdh) {
        let outcome = between(protocol, honest(), honest(), (settings(), settings())).await;
        assert_eq!(outcome.receiver.unwrap().matches.len(), 20);
        outcome.sender.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_refuses_what_a_receiver_must_not_say() {
    for (protocol, value_bytes) in FORMS.into_iter().zip([16, 8]) {
        for (name, code, mutate) in of_a_receiver(value_bytes) {
            refused(protocol, Role::Sender, mutate, code, name).await;
        }
    }
}

/// What a receiver must not say, and the code of the sender's error, for tables with values of so many bytes.
fn of_a_receiver(value_bytes: usize) -> Vec<(&'static str, &'static str, Mutate)> {
    vec![
        // Before the buckets.
        ("another protocol", "wrong_protocol", change(HEADER, 0, |p| p[5] = b'x')),
        ("a short header", "malformed_message", change(HEADER, 0, |p| p.truncate(p.len() - 1))),
        ("a long header", "malformed_message", change(HEADER, 0, |p| p.push(0))),
        (
            "other buckets",
            "parameter_mismatch",
            change(HEADER, 0, |p| {
                let at = p.len() - 36;
                p[at + 3] ^= 1;
            }),
        ),
        ("another salt than committed to", "wrong_opening", change(Salt, 0, |p| p[0] ^= 1)),
        (
            "another commitment",
            "wrong_opening",
            change(HEADER, 0, |p| {
                let last = p.len() - 1;
                p[last] ^= 1;
            }),
        ),
        ("a short salt", "malformed_message", change(Salt, 0, |p| p.truncate(31))),
        ("no salt", "unexpected_message", replace(Salt, 0, |_| vec![raw(Setup, 40)])),
        ("a stream that ends before it begins", "channel_closed", replace(HEADER, 0, |_| vec![Word::HangUp])),
        // The VOLE.
        ("setup of another bucket", "wrong_bucket", change(Setup, 0, |p| another_bucket(p))),
        ("a short setup", "malformed_message", change(Setup, 0, |p| p.truncate(p.len() - 1))),
        ("a long setup", "malformed_message", change(Setup, 0, |p| p.push(0))),
        ("a setup with the identity", "bad_point", change(Setup, 0, |p| p[4..36].fill(0))),
        ("a setup that is no element", "bad_point", change(Setup, 0, |p| p[4..36].fill(0xff))),
        ("another base correlation", "vole_inconsistent", change(Setup, 0, |p| p[4 + 32 + 128 * 32] ^= 1)),
        ("other level sums", "vole_inconsistent", change(Setup, 0, |p| p[4 + 32..4 + 32 + 128 * 32].fill(7))),
        (
            "another proof of rows",
            "vole_inconsistent",
            change(Setup, 0, |p| {
                let last = p.len() - 1;
                p[last] ^= 1;
            }),
        ),
        ("no setup", "unexpected_message", replace(Setup, 0, |_| vec![raw(Table, 28)])),
        ("challenge of another bucket", "wrong_bucket", change(Challenge, 0, |p| another_bucket(p))),
        ("a short challenge", "malformed_message", change(Challenge, 0, |p| p.truncate(20))),
        // The table.
        ("table of another bucket", "wrong_bucket", change(Table, 1, |p| another_bucket(p))),
        ("wrong offset", "wrong_offset", change(Table, 1, |p| number(p, |n| n + 1))),
        ("empty message", "chunk_size", change(Table, 0, |p| p.truncate(CHUNK_HEAD))),
        ("too long a message", "chunk_size", change(Table, 0, move |p| p.extend(vec![1; value_bytes]))),
        ("half a value", "malformed_message", change(Table, 0, |p| p.truncate(p.len() - 7))),
        ("message without offset", "malformed_message", change(Table, 0, |p| p.truncate(5))),
        ("one message left out", "wrong_offset", drop_one(Table, 1)),
        (
            "one message twice",
            "wrong_offset",
            replace(Table, 2, |p| vec![Word::Say(Table.frame_kind(), p.clone()), Word::Say(Table.frame_kind(), p)]),
        ),
        ("a table that ends early", "wrong_count", replace(Table, 3, |_| vec![raw(TableEnd, 28)])),
        ("a table with a value more", "wrong_count", {
            let mut sent = 0u64;
            Box::new(move |kind, payload| {
                if kind == Table.frame_kind() {
                    sent += ((payload.len() - CHUNK_HEAD) / value_bytes) as u64;
                }
                if kind == TableEnd.frame_kind() {
                    let more = [&[0; 4], &sent.to_be_bytes()[..], &[1; 16][..value_bytes]].concat();
                    return vec![Word::Say(Table.frame_kind(), more), Word::Say(kind, payload)];
                }
                vec![Word::Say(kind, payload)]
            })
        }),
        ("a wrong final count", "wrong_count", change(TableEnd, 0, |p| number(p, |n| n - 1))),
        ("an end of another bucket", "wrong_bucket", change(TableEnd, 0, |p| another_bucket(p))),
        ("a table without mask", "malformed_message", change(TableEnd, 0, |p| p.truncate(CHUNK_HEAD))),
        ("a table with a long mask", "malformed_message", change(TableEnd, 0, |p| p.push(0))),
        ("a message of the other side", "unexpected_message", replace(Table, 1, |_| vec![raw(Tags, 100)])),
        ("a message of a later phase", "unexpected_message", replace(Table, 0, |_| vec![raw(Confirm, 88)])),
        ("a message of another protocol", "unexpected_message", replace(Table, 0, |_| vec![raw(FrameKind(0x102), 40)])),
        ("an unknown message", "unexpected_message", replace(Table, 0, |_| vec![raw(FrameKind(0x4242), 0)])),
        ("an oversized frame", "frame_too_large", replace(Table, 0, |_| vec![raw(Table, 300 << 10)])),
        ("a stream that ends", "channel_closed", replace(Table, 1, |_| vec![Word::HangUp])),
        // Every length and count is right, matches would be lost: the transcripts tell.
        ("both: another value", "confirm_transcript", change(Table, 1, |p| p[CHUNK_HEAD + 5] ^= 1)),
        ("both: another mask", "peer_aborted", change(TableEnd, 0, |p| p[CHUNK_HEAD] ^= 1)),
        // The end.
        ("wrong count of tags", "confirm_count", change(Confirm, 0, |p| p[23] ^= 1)),
        ("wrong count of values", "confirm_count", change(Confirm, 0, |p| p[15] ^= 1)),
        ("wrong count of buckets", "confirm_count", change(Confirm, 0, |p| p[7] ^= 1)),
        ("wrong transcript sent", "confirm_transcript", change(Confirm, 0, |p| p[24] ^= 1)),
        ("wrong transcript received", "confirm_transcript", change(Confirm, 0, |p| p[87] ^= 1)),
        ("a short confirmation", "malformed_message", change(Confirm, 0, |p| p.truncate(87))),
        (
            "the receiver gives up",
            "peer_aborted",
            replace(Table, 1, |_| vec![Word::Say(ABORT, b"canary_lost".to_vec())]),
        ),
        (
            "an abort with words",
            "malformed_message",
            replace(Table, 1, |_| vec![Word::Say(ABORT, "because: 张三".into())]),
        ),
    ]
}

/// Tags of the private canaries, from the end message.
fn named(end: &[u8]) -> Vec<&[u8]> {
    end[CHUNK_HEAD..].chunks(16).collect()
}

/// Holds all tags back, changes the entries that are not named at the end, and goes on.
fn rewrite_tags(how: impl Fn(&mut [&mut [u8]]) + Send + 'static) -> Mutate {
    let mut held: Vec<Vec<u8>> = Vec::new();
    Box::new(move |kind, payload| {
        if kind == Tags.frame_kind() {
            held.push(payload);
            return vec![];
        }
        if kind == TagsEnd.frame_kind() {
            let entries = held.iter_mut().flat_map(|chunk| chunk[CHUNK_HEAD..].chunks_mut(ENTRY_BYTES));
            let mut entries: Vec<&mut [u8]> =
                entries.filter(|entry| !named(&payload).contains(&&entry[..16])).collect();
            how(&mut entries);
        }
        let held = held.drain(..).map(|chunk| Word::Say(Tags.frame_kind(), chunk));
        held.chain([Word::Say(kind, payload)]).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_refuses_what_a_sender_must_not_say() {
    for protocol in FORMS {
        for (name, code, mutate) in of_a_sender() {
            refused(protocol, Role::Receiver, mutate, code, name).await;
        }
    }
}

/// What a sender must not say, and the code of the receiver's error.
fn of_a_sender() -> Vec<(&'static str, &'static str, Mutate)> {
    vec![
        ("another salt than committed to", "wrong_opening", change(Salt, 0, |p| p[31] ^= 1)),
        (
            "a set beyond any limit",
            "peer_set_too_large",
            change(HEADER, 0, |p| {
                // protocol length and name, session, binding, role, then the number of items
                let at = 1 + usize::from(p[0]) + 32 + 32 + 1;
                p[at] = 1;
            }),
        ),
        // The VOLE.
        ("opening of another bucket", "wrong_bucket", change(Opening, 0, |p| another_bucket(p))),
        ("a short opening", "malformed_message", change(Opening, 0, |p| p.truncate(p.len() - 1))),
        ("an opening with the identity", "bad_point", change(Opening, 0, |p| p[36..68].fill(0))),
        ("an opening that is no element", "bad_point", change(Opening, 0, |p| p[36..68].fill(0xff))),
        ("an empty opening", "malformed_message", change(Opening, 0, |p| p.truncate(3))),
        // With another element in the opening the two sides are in different sessions; the sender notices.
        ("both: elements of another opening", "peer_aborted", {
            let element = hex::decode("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76").unwrap();
            change(Opening, 0, move |p| p[36..68].copy_from_slice(&element))
        }),
        ("corrections of another bucket", "wrong_bucket", change(Corrections, 0, |p| another_bucket(p))),
        ("short corrections", "malformed_message", change(Corrections, 0, |p| p.truncate(p.len() - 16))),
        ("wrong corrections", "vole_inconsistent", change(Corrections, 0, |p| p[4] ^= 1)),
        ("a wrong proof", "vole_inconsistent", change(Proof, 0, |p| p[4] ^= 1)),
        ("a proof of another bucket", "wrong_bucket", change(Proof, 0, |p| another_bucket(p))),
        ("a short proof", "malformed_message", change(Proof, 0, |p| p.truncate(35))),
        ("no proof", "unexpected_message", replace(Proof, 0, |_| vec![raw(Mask, 36)])),
        // The mask.
        ("another mask than committed to", "wrong_opening", change(Mask, 0, |p| p[4] ^= 1)),
        ("another commitment to the mask", "wrong_opening", change(Opening, 0, |p| p[4] ^= 1)),
        ("a short mask", "malformed_message", change(Mask, 0, |p| p.truncate(20))),
        ("a mask of another bucket", "wrong_bucket", change(Mask, 0, |p| another_bucket(p))),
        ("no mask", "unexpected_message", drop_one(Mask, 0)),
        // Tags.
        ("tags of another bucket", "wrong_bucket", change(Tags, 0, |p| another_bucket(p))),
        ("part of an entry", "malformed_message", change(Tags, 0, |p| p.truncate(p.len() - 1))),
        ("no entry", "chunk_size", change(Tags, 0, |p| p.truncate(CHUNK_HEAD))),
        ("too many entries", "chunk_size", change(Tags, 0, |p| p.extend(p[CHUNK_HEAD..].to_vec()))),
        ("entries at the wrong place", "wrong_offset", change(Tags, 1, |p| number(p, |n| n + 16))),
        ("entries left out", "wrong_offset", drop_one(Tags, 1)),
        (
            "entries twice",
            "wrong_offset",
            replace(Tags, 1, |p| vec![Word::Say(Tags.frame_kind(), p.clone()), Word::Say(Tags.frame_kind(), p)]),
        ),
        ("the last entries left out", "wrong_count", drop_one(Tags, 2)),
        ("one entry lost", "wrong_count", change(Tags, 2, |p| p.truncate(p.len() - ENTRY_BYTES))),
        (
            "one entry gained",
            "wrong_count",
            replace(TagsEnd, 0, |end| {
                let more = [&[0; 4], &TOTAL.to_be_bytes()[..], &[1; ENTRY_BYTES]].concat();
                vec![Word::Say(Tags.frame_kind(), more), Word::Say(TagsEnd.frame_kind(), end)]
            }),
        ),
        ("a wrong count of tags", "wrong_count", change(TagsEnd, 0, |p| number(p, |n| n - 1))),
        // Others are missing for those that come twice, with these seeds no joint canary. The transcripts tell.
        (
            "both: matching entries twice",
            "peer_aborted",
            rewrite_tags(|entries| {
                let (first, rest) = entries.split_at_mut(4);
                first.iter().zip(rest).for_each(|(from, to)| to.copy_from_slice(from));
            }),
        ),
        (
            "forged payloads",
            "payload_forged",
            change(Tags, 0, |p| p[CHUNK_HEAD..].chunks_mut(ENTRY_BYTES).for_each(|entry| entry[ENTRY_BYTES - 1] ^= 1)),
        ),
        (
            "every tag replaced but the named ones",
            "canary_lost",
            rewrite_tags(|entries| entries.iter_mut().for_each(|entry| entry[0] ^= 0x80)),
        ),
        ("a private canary that was not sent", "peer_canary_lost", change(TagsEnd, 0, |p| p[CHUNK_HEAD] ^= 1)),
        (
            "one private canary named twice",
            "duplicate_tag",
            change(TagsEnd, 0, |p| p.copy_within(CHUNK_HEAD..CHUNK_HEAD + 16, CHUNK_HEAD + 16)),
        ),
        ("half a private canary", "malformed_message", change(TagsEnd, 0, |p| p.truncate(p.len() - 1))),
        ("too few private canaries", "wrong_count", change(TagsEnd, 0, |p| p.truncate(p.len() - 16))),
        ("too many private canaries", "malformed_message", change(TagsEnd, 0, |p| p.extend([0; 16]))),
        ("an end of another bucket", "wrong_bucket", change(TagsEnd, 0, |p| another_bucket(p))),
        ("tags instead of a proof", "unexpected_message", replace(Proof, 0, |_| vec![raw(Tags, 100)])),
        ("a stream that ends among the tags", "channel_closed", replace(Tags, 1, |_| vec![Word::HangUp])),
        // One tag changed: a match may be lost, and no count shows it. The sender sees the transcripts first.
        ("both: another tag", "peer_aborted", change(Tags, 2, |p| p[CHUNK_HEAD] ^= 1)),
        ("last: another count", "confirm_count", change(Confirm, 0, |p| p[23] ^= 1)),
        ("last: another transcript", "confirm_transcript", change(Confirm, 0, |p| p[24] ^= 1)),
        ("last: nothing", "channel_closed", replace(Confirm, 0, |_| vec![Word::HangUp])),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_with_other_settings_or_protocols_part_with_a_reason() {
    let fewer = RunConfig { bucket_items: 1_000, ..settings() };
    let outcome = between(FORMS[0], honest(), honest(), (settings(), fewer)).await;
    assert_eq!(outcome.receiver.unwrap_err().code(), "parameter_mismatch");
    assert!(matches!(outcome.sender.unwrap_err().code(), "parameter_mismatch" | "peer_aborted"));
    for bucket_items in [0, 15, (1 << 24) + 1] {
        let senseless = RunConfig { bucket_items, ..settings() };
        let outcome = between(FORMS[0], honest(), honest(), (senseless.clone(), senseless)).await;
        assert_eq!(outcome.receiver.unwrap_err().code(), "bad_setting");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_side_of_another_protocol_is_told_so() {
    use mpc_net::{ChannelConfig, memory};
    use mpc_psi::run::Control;
    use mpc_psi::{run_receiver, run_sender};
    for (receiver, sender) in [(0, 1), (1, 2), (2, 0), (1, 3), (4, 2), (3, 4)] {
        let (receiver, sender) = (Protocol::ALL[receiver], Protocol::ALL[sender]);
        let (a, b) = memory::channels(ChannelConfig::default());
        let (ours, theirs) = (Control::new(), Control::new());
        let payloads = side::arena([""; 3]);
        let (receiver, sender) = tokio::join!(
            run_receiver(receiver, a, settings(), keys(0..3), side::seed(1), &ours),
            run_sender(sender, b, settings(), keys(0..3), payloads, side::seed(2), &theirs),
        );
        let codes = [receiver.unwrap_err().code(), sender.unwrap_err().code()];
        assert!(codes.contains(&"wrong_protocol"), "{codes:?}");
        assert!(codes.iter().all(|code| matches!(*code, "wrong_protocol" | "peer_aborted" | "peer_lost")), "{codes:?}");
    }
}
