//! Somebody between the two sides of RR22 who changes the bytes of frames.
#![allow(dead_code)]

use mpc_net::{Channel, ChannelConfig, FrameKind, FrameReader, FrameWriter, memory};
use mpc_psi::rr22::MessageKind;
use mpc_psi::run::{Control, Params, PsiError, ReceiverOutcome, Returns, RunConfig, SenderOutcome};
use mpc_psi::{ItemSet, Protocol, run_receiver_returning, run_sender};

use crate::side::{arena, config, items, seed};

/// Items of a side; the last 20 of the receiver are the first 20 of the sender.
pub const N: u32 = 40;
/// Elements of a message.
pub const CHUNK: usize = 16;
/// Items with canaries, hence tags: three messages.
pub const TOTAL: u64 = N as u64 + 8;
/// Kind of the header.
pub const HEADER: FrameKind = FrameKind(0x0101);
/// Kind of an abort.
pub const ABORT: FrameKind = FrameKind(0x01ff);

/// Bytes before the elements of a chunk: bucket and offset.
pub const CHUNK_HEAD: usize = 12;
/// A tag of malicious security, a payload of at most 2 bytes, its length and AES-GCM's tag.
pub const ENTRY_BYTES: usize = 16 + 2 + 4 + 16;

pub fn settings() -> RunConfig {
    config(Params { chunk_items: CHUNK as u32, payload: true, ..Params::default() })
}

pub fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("{i}")))
}

/// What goes on the wire in place of one frame.
pub enum Word {
    Say(FrameKind, Vec<u8>),
    HangUp,
}

pub type Mutate = Box<dyn FnMut(FrameKind, Vec<u8>) -> Vec<Word> + Send>;

pub fn honest() -> Mutate {
    Box::new(|kind, payload| vec![Word::Say(kind, payload)])
}

/// Replaces the `nth` frame of a kind.
pub fn replace(
    kind: impl Into<Kind>,
    nth: usize,
    mut how: impl FnMut(Vec<u8>) -> Vec<Word> + Send + 'static,
) -> Mutate {
    let (wanted, mut seen) = (kind.into().0, 0);
    Box::new(move |kind, payload| {
        if kind == wanted {
            seen += 1;
            if seen == nth + 1 {
                return how(payload);
            }
        }
        vec![Word::Say(kind, payload)]
    })
}

/// Changes the bytes of the `nth` frame of a kind.
pub fn change(kind: impl Into<Kind>, nth: usize, how: impl Fn(&mut Vec<u8>) + Send + 'static) -> Mutate {
    let kind = kind.into();
    replace(kind, nth, move |mut payload| {
        how(&mut payload);
        vec![Word::Say(kind.0, payload)]
    })
}

/// Leaves the `nth` frame of a kind out.
pub fn drop_one(kind: impl Into<Kind>, nth: usize) -> Mutate {
    replace(kind, nth, |_| vec![])
}

#[derive(Clone, Copy)]
pub struct Kind(pub FrameKind);

impl From<MessageKind> for Kind {
    fn from(kind: MessageKind) -> Self {
        Self(kind.frame_kind())
    }
}

impl From<FrameKind> for Kind {
    fn from(kind: FrameKind) -> Self {
        Self(kind)
    }
}

async fn carry(mut reader: FrameReader, mut writer: FrameWriter, mut mutate: Mutate) {
    while let Ok(frame) = reader.recv().await {
        for word in mutate(frame.kind, frame.payload.to_vec()) {
            let said = match word {
                Word::Say(kind, payload) => writer.send(kind, &payload).await,
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

pub struct Outcome {
    pub receiver: Result<ReceiverOutcome, PsiError>,
    pub sender: Result<SenderOutcome, PsiError>,
}

pub async fn between(
    protocol: Protocol,
    to_sender: Mutate,
    to_receiver: Mutate,
    configs: (RunConfig, RunConfig),
) -> Outcome {
    let limits = ChannelConfig { frame_bytes_max: 256 << 10, ..ChannelConfig::default() };
    let wide = ChannelConfig::default();
    let ((a, ma), (mb, b)) = (memory::streams(64 << 10), memory::streams(64 << 10));
    let (ma, mb) = (Channel::new(ma, wide).split(), Channel::new(mb, wide).split());
    let carrying = [tokio::spawn(carry(ma.0, mb.1, to_sender)), tokio::spawn(carry(mb.0, ma.1, to_receiver))];
    let (a, b) = (Channel::new(a, limits), Channel::new(b, limits));
    let (control, other) = (Control::new(), Control::new());
    let back = arena((0..N).map(|i| format!("b{}", i % 10)));
    let back = back.filter(|_| configs.0.params.returns == Returns::Columns);
    let receiving = run_receiver_returning(protocol, a, configs.0, keys(0..N), back, seed(1), &control);
    let payloads = arena((0..N).map(|i| i.to_string())).filter(|_| configs.1.params.payload);
    let sending = run_sender(protocol, b, configs.1, keys(20..20 + N), payloads, seed(2), &other);
    let (receiver, sender) = tokio::join!(receiving, sending);
    for task in carrying {
        task.await.expect("carrying does not panic");
    }
    Outcome { receiver, sender }
}
