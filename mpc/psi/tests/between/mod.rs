//! Somebody between the two sides who changes what they say.
#![allow(dead_code)]

use bytes::Bytes;
use mpc_net::{Channel, ChannelConfig, FrameKind, FrameReader, FrameWriter, memory};
use mpc_psi::ItemSet;
use mpc_psi::ecdh::{
    Confirm, Control, Header, Message, MessageKind, Params, PsiError, ReceiverOutcome, RunConfig, SenderOutcome,
    run_receiver, run_sender,
};

use crate::side::{arena, items, seed};

pub const N: u32 = 40;
pub const CHUNK: u32 = 16;
/// Items with canaries: 48, in three messages of 16.
pub const TOTAL: u64 = N as u64 + 8;

/// A tag of 7 bytes (40 bits and 12 for 48² pairs), a payload of at most 2, its length and AES-GCM's tag.
pub const ENTRY_BYTES: usize = 7 + 2 + 4 + 16;

pub fn params() -> Params {
    Params { chunk_items: CHUNK, payload: true, ..Params::default() }
}

pub fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("{i}")))
}

/// What goes on the wire in place of one message.
pub enum Word {
    Say(Message),
    Raw(FrameKind, Vec<u8>),
    HangUp,
}

pub type Mutate = Box<dyn FnMut(Message) -> Vec<Word> + Send>;

pub fn honest() -> Mutate {
    Box::new(|message| vec![Word::Say(message)])
}

/// Changes the `nth` message of a kind.
pub fn change(kind: MessageKind, nth: usize, mut how: impl FnMut(Message) -> Vec<Word> + Send + 'static) -> Mutate {
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

pub fn points(nth: usize, kind: MessageKind, how: impl Fn(&mut Vec<[u8; 32]>, &mut u64) + Send + 'static) -> Mutate {
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

pub fn header(how: impl Fn(&mut Header) + Send + 'static) -> Mutate {
    change(MessageKind::Header, 0, move |message| match message {
        Message::Header(mut header) => {
            how(&mut header);
            vec![Word::Say(Message::Header(header))]
        }
        other => vec![Word::Say(other)],
    })
}

pub fn tags(nth: usize, how: impl Fn(&mut Vec<u8>, &mut u64) + Send + 'static) -> Mutate {
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

pub fn confirm(how: impl Fn(&mut Confirm) + Send + 'static) -> Mutate {
    change(MessageKind::Confirm, 0, move |message| match message {
        Message::Confirm(mut confirm) => {
            how(&mut confirm);
            vec![Word::Say(Message::Confirm(confirm))]
        }
        other => vec![Word::Say(other)],
    })
}

pub fn instead(kind: MessageKind, nth: usize, word: impl Fn() -> Word + Send + 'static) -> Mutate {
    change(kind, nth, move |_| vec![word()])
}

/// Carries messages from one side to the other and changes them on the way.
pub async fn carry(mut reader: FrameReader, mut writer: FrameWriter, mut mutate: Mutate) {
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

pub struct Outcome {
    pub receiver: Result<ReceiverOutcome, PsiError>,
    pub sender: Result<SenderOutcome, PsiError>,
}

pub async fn between(to_sender: Mutate, to_receiver: Mutate, configs: (RunConfig, RunConfig)) -> Outcome {
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
