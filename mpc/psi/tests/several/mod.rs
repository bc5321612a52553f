//! Runs of several parties in one process, over memory channels.
#![allow(dead_code)]

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, FrameKind, FrameReader, FrameWriter, MemoryRecorder, RecordedFrame, memory};
use mpc_psi::delegated::{self, DataPartyOutcome, ThirdOutcome};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, PsiError, RunConfig, SessionId};
use mpc_psi::star::{self, LeaderOutcome, SenderOutcome};
use mpc_psi::{Item, ItemSet};

pub const SESSION: SessionId = SessionId([0x5e; 32]);

pub fn config(params: Params) -> RunConfig {
    RunConfig { threads: 1, ..RunConfig::new(SESSION, [0xb1; 32], params) }
}

pub fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

pub fn items<T: AsRef<[u8]>>(keys: impl IntoIterator<Item = T>) -> ItemSet {
    ItemSet::new(keys.into_iter().map(|key| Item::new(key.as_ref())).collect()).expect("test keys are distinct")
}

pub fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("key {i}")))
}

pub type Payload = Option<Arc<dyn PayloadSource>>;

pub fn arena<T: AsRef<[u8]>>(payloads: impl IntoIterator<Item = T>) -> Payload {
    let mut arena = PayloadArena::new();
    payloads.into_iter().for_each(|payload| arena.push(payload.as_ref()));
    Some(Arc::new(arena))
}

/// What one party brings.
#[derive(Clone)]
pub struct Brings {
    pub config: RunConfig,
    pub items: ItemSet,
    pub payload: Payload,
    /// Items that it announces (delegated runs); as many as it has when absent.
    pub announced: Option<u64>,
    pub control: Control,
}

impl Brings {
    pub fn new(config: &RunConfig, items: ItemSet, payload: Payload) -> Self {
        Self { config: config.clone(), items, payload, announced: None, control: Control::new() }
    }
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
pub fn replace(kind: FrameKind, nth: usize, mut how: impl FnMut(Vec<u8>) -> Vec<Word> + Send + 'static) -> Mutate {
    let mut seen = 0;
    Box::new(move |got, payload| {
        if got == kind {
            seen += 1;
            if seen == nth + 1 {
                return how(payload);
            }
        }
        vec![Word::Say(got, payload)]
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

/// Which link: the centre is `None`, members have their places.
pub type Ends = (Option<usize>, usize);

/// Two ends of a link between which somebody changes what the first end says and what the second end says.
fn link(between: Option<(Mutate, Mutate)>) -> (Channel, Channel) {
    let Some((of_first, of_second)) = between else {
        return memory::channels(ChannelConfig::default());
    };
    let limits = ChannelConfig { frame_bytes_max: 256 << 10, ..ChannelConfig::default() };
    let wide = ChannelConfig::default();
    let ((a, ma), (mb, b)) = (memory::streams(64 << 10), memory::streams(64 << 10));
    let (ma, mb) = (Channel::new(ma, wide).split(), Channel::new(mb, wide).split());
    tokio::spawn(carry(ma.0, mb.1, of_first));
    tokio::spawn(carry(mb.0, ma.1, of_second));
    (Channel::new(a, limits), Channel::new(b, limits))
}

/// The channels of the centre and of each member (to the centre, to the others), and what each of them records.
pub struct Room {
    pub center: Vec<Channel>,
    pub members: Vec<(Channel, Vec<(usize, Channel)>)>,
    /// Of each link: what its first and its second end said and heard.
    pub recorded: Vec<(Ends, [Arc<MemoryRecorder>; 2])>,
}

impl Room {
    /// Links of `members` members with their centre and one another. Somebody stands between the ends of `disturbed`,
    /// of which the first is the centre or the lower place.
    pub fn new(members: usize, mut disturbed: Option<(Ends, Mutate, Mutate)>) -> Self {
        let mut recorded = Vec::new();
        let mut connect = |ends: Ends| {
            let between = match disturbed.take() {
                Some((at, first, second)) if at == ends => Some((first, second)),
                other => {
                    disturbed = other;
                    None
                }
            };
            let (a, b) = link(between);
            let recorders = [Arc::new(MemoryRecorder::new()), Arc::new(MemoryRecorder::new())];
            let ends_of = (a.with_recorder(recorders[0].clone()), b.with_recorder(recorders[1].clone()));
            recorded.push((ends, recorders));
            ends_of
        };
        let (center, to_center): (Vec<_>, Vec<_>) = (0..members).map(|place| connect((None, place))).unzip();
        let mut others: Vec<Vec<(usize, Channel)>> = (0..members).map(|_| vec![]).collect();
        for low in 0..members {
            for high in low + 1..members {
                let (a, b) = connect((Some(low), high));
                others[low].push((high, a));
                others[high].push((low, b));
            }
        }
        Self { center, members: to_center.into_iter().zip(others).collect(), recorded }
    }
}

/// Frames of the first and the second end of a link.
pub type Frames = (Ends, [Vec<RecordedFrame>; 2]);

fn frames(recorded: Vec<(Ends, [Arc<MemoryRecorder>; 2])>) -> Vec<Frames> {
    recorded.into_iter().map(|(ends, [a, b])| (ends, [a.frames(), b.frames()])).collect()
}

pub struct Star {
    pub leader: Result<LeaderOutcome, PsiError>,
    pub senders: Vec<Result<SenderOutcome, PsiError>>,
    pub frames: Vec<Frames>,
}

/// Runs a star.
pub async fn star(leader: Brings, senders: Vec<Brings>, disturbed: Option<(Ends, Mutate, Mutate)>) -> Star {
    let room = Room::new(senders.len(), disturbed);
    let leading = tokio::spawn(async move {
        star::run_leader(room.center, leader.config, leader.items, seed(1), &leader.control).await
    });
    let sending: Vec<_> = room
        .members
        .into_iter()
        .zip(senders)
        .enumerate()
        .map(|(place, ((center, others), brings))| {
            tokio::spawn(async move {
                let Brings { config, items, payload, control, .. } = brings;
                let seed = seed(2 + place as u8);
                star::run_sender(place, center, others, config, items, payload, seed, &control).await
            })
        })
        .collect();
    let leader = leading.await.expect("the leader does not panic");
    let mut senders = Vec::new();
    for sender in sending {
        senders.push(sender.await.expect("a sender does not panic"));
    }
    Star { leader, senders, frames: frames(room.recorded) }
}

pub struct Delegated {
    pub third: Result<ThirdOutcome, PsiError>,
    pub members: Vec<Result<DataPartyOutcome, PsiError>>,
    pub frames: Vec<Frames>,
}

/// Runs a delegated join.
pub async fn delegated(third: RunConfig, members: Vec<Brings>, disturbed: Option<(Ends, Mutate, Mutate)>) -> Delegated {
    let room = Room::new(members.len(), disturbed);
    let receiving =
        tokio::spawn(async move { delegated::run_third(room.center, third, seed(1), &Control::new()).await });
    let sending: Vec<_> = room
        .members
        .into_iter()
        .zip(members)
        .enumerate()
        .map(|(place, ((center, others), brings))| {
            tokio::spawn(async move {
                let Brings { config, items, payload, announced, control } = brings;
                let (seed, announced) = (seed(2 + place as u8), announced.unwrap_or(items.len() as u64));
                delegated::run_data_party(place, center, others, config, items, announced, payload, seed, &control)
                    .await
            })
        })
        .collect();
    let third = receiving.await.expect("the third party does not panic");
    let mut members = Vec::new();
    for member in sending {
        members.push(member.await.expect("a data party does not panic"));
    }
    Delegated { third, members, frames: frames(room.recorded) }
}
