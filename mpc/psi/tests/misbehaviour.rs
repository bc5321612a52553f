//! A peer, or somebody between, that says something else than the protocol: each wrong word is refused
//! with its own error, by the side that must notice it, and the other side does not succeed either.

mod side;

use std::time::Duration;

use bytes::Bytes;
use mpc_net::fault::{Fault, FaultyStream};
use mpc_net::{Channel, ChannelConfig, FrameKind, FrameReader, FrameWriter, TranscriptDigest, memory};
use mpc_psi::ItemSet;
use mpc_psi::ecdh::{
    Confirm, Control, Header, Message, MessageKind, Params, PsiError, ReceiverOutcome, Role, RunConfig, SenderOutcome,
    SessionId, run_receiver, run_sender,
};
use proptest::prelude::*;
use side::{arena, config, items, seed};

const N: u32 = 40;
const CHUNK: u32 = 16;
/// Items with canaries: 48, in three messages of 16.
const TOTAL: u64 = N as u64 + 8;

/// A tag of 7 bytes (40 bits and 12 for 48² pairs), a payload of at most 2, its length and AES-GCM's tag.
const ENTRY_BYTES: usize = 7 + 2 + 4 + 16;

fn params() -> Params {
    Params { chunk_items: CHUNK, payload: true, ..Params::default() }
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("{i}")))
}

/// What goes on the wire in place of one message.
enum Word {
    Say(Message),
    Raw(FrameKind, Vec<u8>),
    HangUp,
}

type Mutate = Box<dyn FnMut(Message) -> Vec<Word> + Send>;

fn honest() -> Mutate {
    Box::new(|message| vec![Word::Say(message)])
}

/// Changes the `nth` message of a kind.
fn change(kind: MessageKind, nth: usize, mut how: impl FnMut(Message) -> Vec<Word> + Send + 'static) -> Mutate {
    let mut seen = 0;
    Box::new(move |message| {
        if message.kind() == kind {
            seen += 1;
            if seen == nth + 1 {
                return how(message);
            }
        }
        vec![Word::Say(message)]
    })
}

fn points(nth: usize, kind: MessageKind, how: impl Fn(&mut Vec<[u8; 32]>, &mut u64) + Send + 'static) -> Mutate {
    change(kind, nth, move |message| match message {
        Message::Blinded(mut chunk) => {
            how(&mut chunk.points, &mut chunk.offset);
            vec![Word::Say(Message::Blinded(chunk))]
        }
        Message::Evaluated(mut chunk) => {
            how(&mut chunk.points, &mut chunk.offset);
            vec![Word::Say(Message::Evaluated(chunk))]
        }
        other => vec![Word::Say(other)],
    })
}

fn header(how: impl Fn(&mut Header) + Send + 'static) -> Mutate {
    change(MessageKind::Header, 0, move |message| match message {
        Message::Header(mut header) => {
            how(&mut header);
            vec![Word::Say(Message::Header(header))]
        }
        other => vec![Word::Say(other)],
    })
}

fn tags(nth: usize, how: impl Fn(&mut Vec<u8>, &mut u64) + Send + 'static) -> Mutate {
    change(MessageKind::Tags, nth, move |message| match message {
        Message::Tags(mut chunk) => {
            let mut entries = chunk.entries.to_vec();
            how(&mut entries, &mut chunk.offset);
            chunk.entries = Bytes::from(entries);
            vec![Word::Say(Message::Tags(chunk))]
        }
        other => vec![Word::Say(other)],
    })
}

fn confirm(how: impl Fn(&mut Confirm) + Send + 'static) -> Mutate {
    change(MessageKind::Confirm, 0, move |message| match message {
        Message::Confirm(mut confirm) => {
            how(&mut confirm);
            vec![Word::Say(Message::Confirm(confirm))]
        }
        other => vec![Word::Say(other)],
    })
}

fn instead(kind: MessageKind, nth: usize, word: impl Fn() -> Word + Send + 'static) -> Mutate {
    change(kind, nth, move |_| vec![word()])
}

/// Carries messages from one side to the other and changes them on the way.
async fn carry(mut reader: FrameReader, mut writer: FrameWriter, mut mutate: Mutate) {
    while let Ok(frame) = reader.recv().await {
        let kind = MessageKind::from_frame(frame.kind).expect("honest sides know their messages");
        let message = Message::decode(kind, &frame.payload).expect("honest sides write readable messages");
        for word in mutate(message) {
            let said = match word {
                Word::Say(message) => writer.send(message.kind().frame_kind(), &message.encode()).await,
                Word::Raw(kind, payload) => writer.send(kind, &payload).await,
                Word::HangUp => {
                    let _ = writer.close().await;
                    return;
                }
            };
            if said.is_err() {
                return;
            }
        }
    }
    let _ = writer.close().await;
}

struct Outcome {
    receiver: Result<ReceiverOutcome, PsiError>,
    sender: Result<SenderOutcome, PsiError>,
}

async fn between(to_sender: Mutate, to_receiver: Mutate, configs: (RunConfig, RunConfig)) -> Outcome {
    let limits = ChannelConfig { frame_bytes_max: 64 << 10, ..ChannelConfig::default() };
    let wide = ChannelConfig::default();
    let ((a, ma), (mb, b)) = (memory::streams(64 << 10), memory::streams(64 << 10));
    let (ma, mb) = (Channel::new(ma, wide).split(), Channel::new(mb, wide).split());
    let carrying = [tokio::spawn(carry(ma.0, mb.1, to_sender)), tokio::spawn(carry(mb.0, ma.1, to_receiver))];
    let (a, b) = (Channel::new(a, limits), Channel::new(b, limits));
    let (control, other) = (Control::new(), Control::new());
    let receiving = run_receiver(a, configs.0, keys(0..N), seed(1), &control);
    let payloads = arena((0..N).map(|i| i.to_string()));
    let sending = run_sender(b, configs.1, keys(20..20 + N), payloads, seed(2), &other);
    let (receiver, sender) = tokio::join!(receiving, sending);
    for task in carrying {
        task.await.expect("carrying does not panic");
    }
    Outcome { receiver, sender }
}

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

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_ends_on_both_sides_and_a_dropped_one_too() {
    for cancelled in [Role::Receiver, Role::Sender] {
        let (a, b) = memory::channels(ChannelConfig::default());
        let token = Control::new().cancel;
        // Cancel in the middle of the exchange.
        let watched = Control::with_cancel(token.clone()).on_progress(move |progress| {
            if progress.done > 0 {
                token.cancel();
            }
        });
        let (for_receiver, for_sender) = match cancelled {
            Role::Receiver => (watched, Control::new()),
            Role::Sender => (Control::new(), watched),
        };
        let sets = (keys(0..2_000), keys(0..2_000));
        let (receiver, sender) = tokio::join!(
            run_receiver(a, config(params()), sets.0, seed(1), &for_receiver),
            run_sender(b, config(params()), sets.1, arena([""; 2_000]), seed(2), &for_sender),
        );
        let (receiver, sender) = (receiver.unwrap_err(), sender.unwrap_err());
        let (own, other) = if cancelled == Role::Receiver { (receiver, sender) } else { (sender, receiver) };
        assert!(matches!(own, PsiError::Cancelled));
        assert!(
            matches!(other.code(), "peer_aborted" | "peer_lost" | "channel_truncated" | "channel_closed"),
            "{other}"
        );
    }

    let (a, b) = memory::channels(ChannelConfig::default());
    let control = Control::new();
    let mut receiving = Box::pin(run_receiver(a, config(params()), keys(0..2_000), seed(1), &control));
    let sending = tokio::spawn(async move {
        run_sender(b, config(params()), keys(0..2_000), arena([""; 2_000]), seed(2), &Control::new()).await
    });
    let early = tokio::time::timeout(Duration::from_millis(20), &mut receiving).await;
    assert!(early.is_err(), "two thousand items take longer");
    drop(receiving);
    let error = sending.await.unwrap().unwrap_err();
    assert!(matches!(error.code(), "peer_lost" | "channel_closed" | "channel_truncated"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_grows_to_its_total_in_every_phase() {
    use mpc_psi::ecdh::{Phase, Progress};
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Progress>::new()));
    let log = seen.clone();
    let control = Control::new().on_progress(move |progress| log.lock().unwrap().push(progress));
    let (a, b) = memory::channels(ChannelConfig::default());
    let other = Control::new();
    let (receiver, sender) = tokio::join!(
        run_receiver(a, config(params()), keys(0..N), seed(1), &control),
        run_sender(b, config(params()), keys(0..N), arena([""; N as usize]), seed(2), &other),
    );
    (receiver.unwrap(), sender.unwrap());
    let seen = seen.lock().unwrap();
    for phase in [Phase::Exchange, Phase::Match] {
        let of_phase: Vec<_> = seen.iter().filter(|p| p.phase == phase && p.total > 0).collect();
        assert!(of_phase.windows(2).all(|pair| pair[0].done < pair[1].done));
        assert_eq!(of_phase.iter().map(|p| p.done).collect::<Vec<_>>(), [16, 32, 48]);
        assert!(of_phase.iter().all(|p| p.total == TOTAL));
    }
    assert!(seen.windows(2).all(|pair| pair[0].phase <= pair[1].phase));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_flipped_bit_anywhere_never_gives_a_result(at in 0.0f64..1.0, bit in 0u32..8, towards_receiver: bool) {
        // What each direction carries in the run below, from the reports of an undisturbed one.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let impatient = ChannelConfig {
                read_stall: Duration::from_millis(400),
                write_stall: Duration::from_millis(400),
                ..ChannelConfig::default()
            };
            let disturbed = |receiver_faults: Vec<Fault>, sender_faults: Vec<Fault>| async move {
                let (a, b) = memory::streams(64 << 10);
                let a = Channel::new(FaultyStream::new(a, receiver_faults), impatient);
                let b = Channel::new(FaultyStream::new(b, sender_faults), impatient);
                let (ours, theirs) = (Control::new(), Control::new());
                tokio::join!(
                    run_receiver(a, config(params()), keys(0..10), seed(1), &ours),
                    run_sender(b, config(params()), keys(5..15), arena(["column"; 10]), seed(2), &theirs),
                )
            };
            let (receiver, sender) = disturbed(vec![], vec![]).await;
            let traffic = receiver.unwrap().report.traffic;
            sender.unwrap();
            let bytes = if towards_receiver { traffic.received_bytes } else { traffic.sent_bytes };
            let fault = vec![Fault::Flip { at: (at * bytes as f64) as u64, mask: 1 << bit }];
            let (receiver, sender) = if towards_receiver {
                disturbed(vec![], fault).await
            } else {
                disturbed(fault, vec![]).await
            };
            assert!(receiver.is_err(), "the receiver took a disturbed run for good");
            // The sender's own last message is the only one whose loss it cannot see.
            let last = towards_receiver && (at * bytes as f64) as u64 >= bytes - (6 + 88);
            assert!(sender.is_err() || last, "the sender took a disturbed run for good");
        });
    }
}
