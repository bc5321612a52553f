//! Both sides of circuit-PSI in one process, with somebody between them who may change the bytes of frames.
#![allow(dead_code)]

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, FrameKind, FrameReader, FrameWriter, MemoryRecorder, RecordedFrame, memory};
use mpc_psi::circuit::{Aggregates, Column, Function, ReceiverAggregates, SenderAggregates, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, PsiError, RunConfig, SessionId};
use mpc_psi::{Item, ItemSet};

pub const HEADER: FrameKind = FrameKind(0x0101);
pub const ABORT: FrameKind = FrameKind(0x01ff);

pub fn config() -> RunConfig {
    let params = Params { joint_canaries: 6, private_canaries: 6, ..Params::default() };
    RunConfig { threads: 1, ..RunConfig::new(SessionId([0x5e; 32]), [0xb1; 32], params) }
}

pub fn items<T: AsRef<[u8]>>(keys: impl IntoIterator<Item = T>) -> ItemSet {
    ItemSet::new(keys.into_iter().map(|key| Item::new(key.as_ref())).collect()).expect("test keys are distinct")
}

pub fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("{i}")))
}

pub fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

/// Sums of the given columns, each of which may hold nulls or not, with the count.
pub fn sums(nullable: &[bool], count: bool, min_group: u64) -> Aggregates {
    let functions = nullable.iter().enumerate().map(|(column, nullable)| Function { column, nullable: *nullable });
    Aggregates { functions: functions.collect(), count, min_group }
}

pub fn columns(values: &[Vec<Option<i64>>], nullable: &[bool]) -> Arc<Vec<Column>> {
    let column = |(values, nullable): (&Vec<Option<i64>>, &bool)| {
        if *nullable {
            Column::with_nulls(values.clone())
        } else {
            Column::new(values.iter().map(|value| value.expect("no nulls in a column that has none")).collect())
        }
    };
    Arc::new(values.iter().zip(nullable).map(column).collect())
}

/// A side of a run.
pub struct Side<T> {
    pub config: RunConfig,
    pub aggregates: Aggregates,
    pub items: ItemSet,
    pub rest: T,
}

pub struct Outcome {
    pub receiver: Result<ReceiverAggregates, PsiError>,
    pub sender: Result<SenderAggregates, PsiError>,
    pub receiver_frames: Vec<RecordedFrame>,
    pub sender_frames: Vec<RecordedFrame>,
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
pub fn replace(wanted: FrameKind, nth: usize, mut how: impl FnMut(Vec<u8>) -> Vec<Word> + Send + 'static) -> Mutate {
    let mut seen = 0;
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
pub fn change(kind: FrameKind, nth: usize, how: impl Fn(&mut Vec<u8>) + Send + 'static) -> Mutate {
    replace(kind, nth, move |mut payload| {
        how(&mut payload);
        vec![Word::Say(kind, payload)]
    })
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

/// Runs both sides over memory channels, with somebody between them.
pub async fn between(
    receiver: Side<()>,
    sender: Side<Arc<Vec<Column>>>,
    to_sender: Mutate,
    to_receiver: Mutate,
) -> Outcome {
    let wide = ChannelConfig::default();
    let ((a, ma), (mb, b)) = (memory::streams(64 << 10), memory::streams(64 << 10));
    let (ma, mb) = (Channel::new(ma, wide).split(), Channel::new(mb, wide).split());
    let carrying = [tokio::spawn(carry(ma.0, mb.1, to_sender)), tokio::spawn(carry(mb.0, ma.1, to_receiver))];
    let (ra, rb) = (Arc::new(MemoryRecorder::new()), Arc::new(MemoryRecorder::new()));
    let (a, b) = (Channel::new(a, wide).with_recorder(ra.clone()), Channel::new(b, wide).with_recorder(rb.clone()));
    let (control, other) = (Control::new(), Control::new());
    let receiving = run_receiver(a, receiver.config, receiver.aggregates, receiver.items, seed(1), &control);
    let sending = run_sender(b, sender.config, sender.aggregates, sender.items, sender.rest, seed(2), &other);
    let (receiver, sender) = tokio::join!(receiving, sending);
    for task in carrying {
        task.await.expect("carrying does not panic");
    }
    Outcome { receiver, sender, receiver_frames: ra.frames(), sender_frames: rb.frames() }
}

/// Runs both sides with equal settings and nobody between them.
pub async fn run(
    config: RunConfig,
    aggregates: Aggregates,
    receiver: ItemSet,
    sender: ItemSet,
    columns: Arc<Vec<Column>>,
) -> Outcome {
    let receiver = Side { config: config.clone(), aggregates: aggregates.clone(), items: receiver, rest: () };
    let sender = Side { config, aggregates, items: sender, rest: columns };
    between(receiver, sender, honest(), honest()).await
}
