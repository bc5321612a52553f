//! Both sides of a run in one process.
#![allow(dead_code)]

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, MemoryRecorder, RecordedFrame, TranscriptVersion, memory};
use mpc_psi::rr22::Security;
use mpc_psi::run::{
    Control, Params, PayloadArena, PayloadSource, PsiError, ReceiverOutcome, RunConfig, SenderOutcome, SessionId,
};
use mpc_psi::{Item, ItemSet, Protocol, run_receiver_returning, run_sender};

/// Protocols for two sets of any size. The unbalanced one has tests of its own: its set-up alone takes the time of these.
pub const FOR_ANY_SIZE: [Protocol; 5] = [
    Protocol::Ecdh,
    Protocol::Rr22(Security::Malicious),
    Protocol::Rr22(Security::SemiHonest),
    Protocol::Rr22Low(Security::Malicious),
    Protocol::Rr22Low(Security::SemiHonest),
];

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

pub fn arena<T: AsRef<[u8]>>(payloads: impl IntoIterator<Item = T>) -> Option<Arc<dyn PayloadSource>> {
    let mut arena = PayloadArena::new();
    payloads.into_iter().for_each(|payload| arena.push(payload.as_ref()));
    Some(Arc::new(arena))
}

pub struct Both {
    pub receiver: Result<ReceiverOutcome, PsiError>,
    pub sender: Result<SenderOutcome, PsiError>,
    pub receiver_frames: Vec<RecordedFrame>,
    pub sender_frames: Vec<RecordedFrame>,
}

/// Runs both sides of ECDH over a memory channel and records what each said and heard.
pub async fn run(
    configs: (RunConfig, RunConfig),
    receiver: ItemSet,
    sender: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
) -> Both {
    run_by(Protocol::Ecdh, configs, receiver, sender, payload).await
}

/// Runs both sides of a protocol over a memory channel and records what each said and heard.
pub async fn run_by(
    protocol: Protocol,
    configs: (RunConfig, RunConfig),
    receiver: ItemSet,
    sender: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
) -> Both {
    run_returning(protocol, configs, (receiver, None), (sender, payload)).await
}

/// An input and what its side releases.
pub type Input = (ItemSet, Option<Arc<dyn PayloadSource>>);

/// The same, with columns that the receiver gives back.
pub async fn run_returning(
    protocol: Protocol,
    configs: (RunConfig, RunConfig),
    (receiver, back): Input,
    (sender, payload): Input,
) -> Both {
    run_all(ChannelConfig::default(), protocol, configs, (receiver, back), (sender, payload)).await
}

/// A channel as it was before version 2 of the digest of what was said.
pub fn version_one() -> ChannelConfig {
    ChannelConfig { transcript: TranscriptVersion::One, ..ChannelConfig::default() }
}

/// The same over a channel with settings of its own.
pub async fn run_over(
    channel: ChannelConfig,
    protocol: Protocol,
    configs: (RunConfig, RunConfig),
    receiver: ItemSet,
    sender: ItemSet,
    payload: Option<Arc<dyn PayloadSource>>,
) -> Both {
    run_all(channel, protocol, configs, (receiver, None), (sender, payload)).await
}

async fn run_all(
    channel: ChannelConfig,
    protocol: Protocol,
    configs: (RunConfig, RunConfig),
    (receiver, back): Input,
    (sender, payload): Input,
) -> Both {
    let (a, b) = memory::channels(channel);
    let (ra, rb) = (Arc::new(MemoryRecorder::new()), Arc::new(MemoryRecorder::new()));
    let (a, b): (Channel, Channel) = (a.with_recorder(ra.clone()), b.with_recorder(rb.clone()));
    let receiving = tokio::spawn(async move {
        run_receiver_returning(protocol, a, configs.0, receiver, back, seed(1), &Control::new()).await
    });
    let sending =
        tokio::spawn(
            async move { run_sender(protocol, b, configs.1, sender, payload, seed(2), &Control::new()).await },
        );
    let (receiver, sender) = tokio::join!(receiving, sending);
    Both {
        receiver: receiver.expect("the receiver does not panic"),
        sender: sender.expect("the sender does not panic"),
        receiver_frames: ra.frames(),
        sender_frames: rb.frames(),
    }
}
