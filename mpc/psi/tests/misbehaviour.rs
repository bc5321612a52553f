//! A peer, or somebody between, that says something else than the protocol: each wrong word is refused
//! with its own error, by the side that must notice it, and the other side does not succeed either.

mod between;
mod side;

use between::*;
use bytes::Bytes;
use mpc_net::{FrameKind, TranscriptDigest};
use mpc_psi::ecdh::{Message, MessageKind, Params, PsiError, Role, RunConfig, SessionId};
use side::config;

async fn refused(victim: Role, mutate: Mutate, code: &str, name: &str) {
    let (to_sender, to_receiver) = match victim {
        Role::Sender => (mutate, honest()),
        Role::Receiver => (honest(), mutate),
    };
    let outcome = between(to_sender, to_receiver, (config(params()), config(params()))).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn without_interference_the_carried_run_succeeds() {
    let outcome = between(honest(), honest(), (config(params()), config(params()))).await;
    assert_eq!(outcome.receiver.unwrap().matches.len(), 20);
    outcome.sender.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_refuses_what_a_receiver_must_not_say() {
    use MessageKind::{Blinded, BlindedEnd, Confirm as ConfirmKind, Header as HeaderKind};
    let kind = |kind: MessageKind| kind.frame_kind();
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("identity element", "bad_point", points(1, Blinded, |p, _| p[3] = [0; 32])),
        ("non-canonical element", "bad_point", points(2, Blinded, |p, _| p[15] = [0xff; 32])),
        ("duplicate in a message", "duplicate_point", points(0, Blinded, |p, _| p[1] = p[0])),
        ("wrong offset", "wrong_offset", points(1, Blinded, |_, offset| *offset += 1)),
        ("empty message", "chunk_size", points(0, Blinded, |p, _| p.clear())),
        ("too long a message", "chunk_size", points(0, Blinded, |p, _| p.push([1; 32]))),
        ("half an element", "malformed_message", instead(Blinded, 0, move || Word::Raw(kind(Blinded), vec![0; 41]))),
        ("message without offset", "malformed_message", instead(Blinded, 0, move || Word::Raw(kind(Blinded), vec![]))),
        ("one message left out", "wrong_offset", change(Blinded, 1, |_| vec![])),
        ("last message left out", "wrong_count", change(Blinded, 2, |_| vec![])),
        (
            "one element more than announced",
            "wrong_count",
            change(BlindedEnd, 0, |_| {
                let more = mpc_psi::ecdh::PointChunk { offset: TOTAL, points: vec![[1; 32]] };
                vec![Word::Say(Message::Blinded(more))]
            }),
        ),
        ("wrong final count", "wrong_count", instead(BlindedEnd, 0, || Word::Say(Message::BlindedEnd(TOTAL - 1)))),
        (
            "long final count",
            "malformed_message",
            instead(BlindedEnd, 0, move || Word::Raw(kind(BlindedEnd), vec![0; 9])),
        ),
        (
            "a message of the other side",
            "unexpected_message",
            instead(Blinded, 1, || Word::Say(Message::EvaluatedEnd(1))),
        ),
        (
            "a message of a later phase",
            "unexpected_message",
            instead(Blinded, 0, move || Word::Raw(kind(ConfirmKind), vec![0; 88])),
        ),
        ("a second header", "unexpected_message", instead(Blinded, 0, move || Word::Raw(kind(HeaderKind), vec![0; 3]))),
        ("an unknown message", "unexpected_message", instead(Blinded, 0, || Word::Raw(FrameKind(0x4242), vec![]))),
        (
            "an oversized frame",
            "frame_too_large",
            instead(Blinded, 0, move || Word::Raw(kind(Blinded), vec![0; 64 << 11])),
        ),
        ("a stream that ends", "channel_closed", instead(Blinded, 1, || Word::HangUp)),
        ("a stream that ends before it begins", "channel_closed", instead(HeaderKind, 0, || Word::HangUp)),
        ("another protocol", "wrong_protocol", header(|h| h.protocol = "psi.ecdh-ristretto255/2".into())),
        ("another session", "wrong_session", header(|h| h.session = SessionId([9; 32]))),
        ("another task", "wrong_binding", header(|h| h.binding[0] ^= 1)),
        ("the same role", "same_role", header(|h| h.role = Role::Sender)),
        ("other messages", "parameter_mismatch", header(|h| h.params.chunk_items += 1)),
        ("weaker tags", "parameter_mismatch", header(|h| h.params.statistical_bits = 41)),
        ("fewer joint canaries", "parameter_mismatch", header(|h| h.params.joint_canaries = 0)),
        ("fewer private canaries", "parameter_mismatch", header(|h| h.params.private_canaries = 0)),
        ("no payload", "parameter_mismatch", header(|h| h.params.payload = false)),
        ("a set beyond any limit", "peer_set_too_large", header(|h| h.items = u64::MAX)),
        ("a receiver with payload", "unexpected_payload", header(|h| h.payload_bytes = 1)),
        (
            "a short header",
            "malformed_message",
            instead(HeaderKind, 0, move || Word::Raw(kind(HeaderKind), vec![23; 40])),
        ),
        (
            "a long header",
            "malformed_message",
            change(HeaderKind, 0, move |message| {
                vec![Word::Raw(kind(HeaderKind), [message.encode(), vec![0]].concat())]
            }),
        ),
        // The changed header is not what the receiver meant: the agreements differ in secret.
        ("both: another number of items", "wrong_count", header(|h| h.items += 1)),
        ("both: another seed commitment", "peer_aborted", header(|h| h.seed.0[0] ^= 1)),
        ("wrong count of tags", "confirm_count", confirm(|c| c.tags += 1)),
        ("wrong count of elements", "confirm_count", confirm(|c| c.blinded -= 1)),
        ("wrong transcript sent", "confirm_transcript", confirm(|c| c.sent = TranscriptDigest([0; 32]))),
        ("wrong transcript received", "confirm_transcript", confirm(|c| c.received.0[31] ^= 1)),
        (
            "a short confirmation",
            "malformed_message",
            instead(ConfirmKind, 0, move || Word::Raw(kind(ConfirmKind), vec![0; 87])),
        ),
        (
            "the receiver gives up",
            "peer_aborted",
            instead(Blinded, 1, || Word::Say(Message::Abort("canary_lost".into()))),
        ),
        (
            "an abort with words",
            "malformed_message",
            instead(Blinded, 1, move || Word::Raw(kind(MessageKind::Abort), "because: 张三".into())),
        ),
    ];
    for (name, code, mutate) in cases {
        refused(Role::Sender, mutate, code, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receiver_refuses_what_a_sender_must_not_say() {
    use MessageKind::{Confirm as ConfirmKind, Evaluated, EvaluatedEnd, Tags, TagsEnd};
    let kind = |kind: MessageKind| kind.frame_kind();
    let end = |how: fn(&mut mpc_psi::ecdh::TagsEnd)| {
        change(TagsEnd, 0, move |message| match message {
            Message::TagsEnd(mut end) => {
                how(&mut end);
                vec![Word::Say(Message::TagsEnd(end))]
            }
            other => vec![Word::Say(other)],
        })
    };
    let cases: Vec<(&str, &str, Mutate)> = vec![
        ("identity element", "bad_point", points(0, Evaluated, |p, _| p[0] = [0; 32])),
        ("non-canonical element", "bad_point", points(2, Evaluated, |p, _| p[1] = [0x7f; 32])),
        ("duplicate in a message", "duplicate_point", points(0, Evaluated, |p, _| p[1] = p[0])),
        ("wrong offset", "wrong_offset", points(1, Evaluated, |_, offset| *offset = 0)),
        ("fewer elements than asked", "wrong_count", points(1, Evaluated, |p, _| p.truncate(p.len() - 1))),
        ("more elements than asked", "wrong_count", points(1, Evaluated, |p, _| p.push([1; 32]))),
        ("an answer left out", "wrong_offset", change(Evaluated, 0, |_| vec![])),
        ("the end before the answers", "wrong_count", change(Evaluated, 2, |_| vec![])),
        ("a wrong final count", "wrong_count", instead(EvaluatedEnd, 0, || Word::Say(Message::EvaluatedEnd(0)))),
        ("tags instead of answers", "unexpected_message", instead(Evaluated, 0, move || Word::Raw(kind(Tags), vec![]))),
        (
            "an answer too many",
            "wrong_count",
            change(EvaluatedEnd, 0, |end| {
                let more = mpc_psi::ecdh::PointChunk { offset: TOTAL, points: vec![[1; 32]] };
                vec![Word::Say(Message::Evaluated(more)), Word::Say(end)]
            }),
        ),
        ("part of an entry", "malformed_message", tags(0, |entries, _| entries.truncate(entries.len() - 1))),
        ("no entry", "chunk_size", tags(0, |entries, _| entries.clear())),
        ("too many entries", "chunk_size", tags(0, |entries, _| entries.extend(entries.clone()))),
        ("entries at the wrong place", "wrong_offset", tags(1, |_, offset| *offset += 16)),
        ("entries left out", "wrong_offset", change(Tags, 1, |_| vec![])),
        ("the last entries left out", "wrong_count", change(Tags, 2, |_| vec![])),
        (
            "more entries than announced",
            "wrong_count",
            change(TagsEnd, 0, |_| {
                let more = mpc_psi::ecdh::TagChunk { offset: TOTAL, entries: Bytes::from(vec![1; ENTRY_BYTES]) };
                vec![Word::Say(Message::Tags(more))]
            }),
        ),
        (
            "an entry twice",
            "duplicate_tag",
            tags(0, |entries, _| {
                let size = entries.len() / CHUNK as usize;
                entries.copy_within(..size, size);
            }),
        ),
        // Of 48 tags 24 match (20 keys, 4 joint canaries): with these seeds some are in the first message.
        (
            "forged payloads",
            "payload_forged",
            tags(0, |entries, _| {
                let size = entries.len() / CHUNK as usize;
                entries.iter_mut().skip(size - 1).step_by(size).for_each(|last| *last ^= 1);
            }),
        ),
        ("every tag replaced but the named ones", "canary_lost", {
            let mut held = Vec::new();
            Box::new(move |message| match message {
                Message::Tags(chunk) => {
                    held.push(chunk);
                    vec![]
                }
                Message::TagsEnd(end) => {
                    let tag_bytes = end.canary_tags.len() / 4;
                    let named: Vec<&[u8]> = end.canary_tags.chunks(tag_bytes).collect();
                    let mut words = Vec::new();
                    for mut chunk in held.drain(..) {
                        let mut entries = chunk.entries.to_vec();
                        let size = entries.len() / CHUNK as usize;
                        for entry in entries.chunks_mut(size) {
                            if !named.contains(&&entry[..tag_bytes]) {
                                entry[0] ^= 0x80;
                            }
                        }
                        chunk.entries = Bytes::from(entries);
                        words.push(Word::Say(Message::Tags(chunk)));
                    }
                    words.push(Word::Say(Message::TagsEnd(end)));
                    words
                }
                other => vec![Word::Say(other)],
            })
        }),
        ("a wrong count of tags", "wrong_count", end(|end| end.count -= 1)),
        (
            "a private canary that was not sent",
            "peer_canary_lost",
            end(|end| {
                let mut tags = end.canary_tags.to_vec();
                tags[0] ^= 1;
                end.canary_tags = Bytes::from(tags);
            }),
        ),
        (
            "one private canary named twice",
            "duplicate_tag",
            end(|end| {
                let mut tags = end.canary_tags.to_vec();
                let size = tags.len() / 4;
                tags.copy_within(..size, size);
                end.canary_tags = Bytes::from(tags);
            }),
        ),
        ("too few private canaries", "malformed_message", end(|end| end.canary_tags = end.canary_tags.slice(1..))),
        ("no private canaries", "malformed_message", end(|end| end.canary_tags = Bytes::new())),
        ("a stream that ends among the tags", "channel_closed", instead(Tags, 1, || Word::HangUp)),
        ("another session", "wrong_session", header(|h| h.session = SessionId([9; 32]))),
        ("the same role", "same_role", header(|h| h.role = Role::Receiver)),
        ("a wide payload", "payload_too_wide", header(|h| h.payload_bytes = 1 << 30)),
        ("a set beyond any limit", "peer_set_too_large", header(|h| h.items = 1 << 32)),
        // Two answers exchanged on the way: every element is good, every count is right, two matches would be
        // lost. The sender sees it in the receiver's confirmation.
        ("both: exchanged answers", "peer_aborted", points(0, Evaluated, |p, _| p.swap(4, 5))),
        ("last: another count", "confirm_count", confirm(|c| c.evaluated += 1)),
        ("last: another transcript", "confirm_transcript", confirm(|c| c.sent.0[0] ^= 1)),
        ("last: nothing", "channel_closed", instead(ConfirmKind, 0, || Word::HangUp)),
    ];
    for (name, code, mutate) in cases {
        refused(Role::Receiver, mutate, code, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_sent_back_are_refused_by_both_sides() {
    // What the sender answered first comes back to it as a later question.
    let answered = std::sync::Arc::new(std::sync::Mutex::new(None));
    let (note, give) = (answered.clone(), answered);
    let listening = change(MessageKind::Evaluated, 0, move |message| {
        if let Message::Evaluated(chunk) = &message {
            *note.lock().unwrap() = Some(chunk.points[0]);
        }
        vec![Word::Say(message)]
    });
    let reflecting = change(MessageKind::Blinded, 2, move |message| match message {
        Message::Blinded(mut chunk) => {
            // The window lets the receiver run ahead: wait for the first answer.
            let point = loop {
                if let Some(point) = *give.lock().unwrap() {
                    break point;
                }
                std::thread::yield_now();
            };
            chunk.points[7] = point;
            vec![Word::Say(Message::Blinded(chunk))]
        }
        other => vec![Word::Say(other)],
    });
    let outcome = between(reflecting, listening, (config(params()), config(params()))).await;
    assert_eq!(outcome.sender.unwrap_err().code(), "reflected_point");
    assert!(outcome.receiver.is_err());

    // What the receiver asked comes back to it as an answer.
    let asked = std::sync::Arc::new(std::sync::Mutex::new([0u8; 32]));
    let (note, give) = (asked.clone(), asked);
    let listening = points(0, MessageKind::Blinded, move |p, _| *note.lock().unwrap() = p[2]);
    let reflecting = points(1, MessageKind::Evaluated, move |p, _| p[0] = *give.lock().unwrap());
    let outcome = between(listening, reflecting, (config(params()), config(params()))).await;
    assert_eq!(outcome.receiver.unwrap_err().code(), "reflected_point");
    assert!(outcome.sender.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_differ_or_make_no_sense_stop_both_sides() {
    let base = || config(params());
    let limited = |peer_items_max| RunConfig { peer_items_max, ..base() };
    for (receiver, sender, at_receiver, at_sender) in [
        (limited(39), base(), "peer_set_too_large", "peer_aborted"),
        (base(), limited(39), "peer_aborted", "peer_set_too_large"),
        (RunConfig { peer_items_min: 41, ..base() }, base(), "peer_set_too_small", "peer_aborted"),
        (base(), RunConfig { peer_items_min: 41, ..base() }, "peer_aborted", "peer_set_too_small"),
        (RunConfig { payload_bytes_max: 1, ..base() }, base(), "payload_too_wide", "peer_aborted"),
        (RunConfig { session: SessionId([1; 32]), ..base() }, base(), "wrong_session", "wrong_session"),
        (base(), RunConfig { binding: [1; 32], ..base() }, "wrong_binding", "wrong_binding"),
        (base(), config(Params { chunk_items: 0, ..params() }), "peer_aborted", "bad_setting"),
        (config(Params { statistical_bits: 8, ..params() }), base(), "bad_setting", "peer_aborted"),
        (RunConfig { threads: 0, ..base() }, base(), "bad_setting", "peer_aborted"),
        (base(), RunConfig { window_chunks: 0, ..base() }, "peer_aborted", "bad_setting"),
        (base(), RunConfig { payload_bytes_max: 1, ..base() }, "peer_aborted", "payload_too_wide"),
        (base(), config(Params { payload: false, ..params() }), "peer_aborted", "payload_missing"),
    ] {
        let outcome = between(honest(), honest(), (receiver, sender)).await;
        assert_eq!(outcome.receiver.unwrap_err().code(), at_receiver, "receiver, {at_receiver} and {at_sender}");
        assert_eq!(outcome.sender.unwrap_err().code(), at_sender, "sender, {at_receiver} and {at_sender}");
    }
}
