//! Frames, limits, digests, recordings and faults.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mpc_net::fault::{Fault, FaultyStream};
use mpc_net::replay::{ReplayDiffers, ReplayStream};
use mpc_net::{
    Channel, ChannelConfig, ChannelError, Direction, FrameKind, MemoryRecorder, RecordedFrame, Recorder,
    RecordingError, Traffic, WriteRecorder, memory, read_recording,
};
use proptest::prelude::*;
use tokio::io::AsyncWriteExt;

const KIND: FrameKind = FrameKind(7);

/// Impatient: for tests in which somebody waits for what never comes.
fn impatient() -> ChannelConfig {
    let wait = Duration::from_millis(50);
    ChannelConfig { read_stall: wait, write_stall: wait, ..ChannelConfig::default() }
}

#[tokio::test]
async fn both_ends_have_the_same_digests_and_counts() {
    let (mut a, mut b) = memory::channels(ChannelConfig::default());
    let (meter_a, meter_b) = (a.meter(), b.meter());
    for (kind, payload) in [(1, b"".as_slice()), (2, b"one"), (0xffff, &[7; 100_000])] {
        a.send(FrameKind(kind), payload).await.unwrap();
        let frame = b.recv().await.unwrap();
        assert_eq!((frame.kind, &frame.payload[..]), (FrameKind(kind), payload));
    }
    b.send(KIND, b"answer").await.unwrap();
    a.recv().await.unwrap();
    let ((ra, wa), (rb, wb)) = (a.split(), b.split());
    assert_eq!(wa.digest(), rb.digest());
    assert_eq!(wb.digest(), ra.digest());
    assert_ne!(wa.digest(), wb.digest());
    let sent = Traffic { sent_frames: 3, sent_bytes: 100_003 + 18, received_frames: 1, received_bytes: 12 };
    assert_eq!(meter_a.traffic(), sent);
    let received = Traffic { sent_frames: 1, sent_bytes: 12, received_frames: 3, received_bytes: 100_021 };
    assert_eq!(meter_b.traffic(), received);
}

#[tokio::test]
async fn the_digest_depends_on_kinds_and_on_where_frames_end() {
    let mut digests = std::collections::BTreeSet::new();
    for frames in [&[(1, "ab")][..], &[(2, "ab")], &[(1, "a"), (1, "b")], &[(1, "ab"), (1, "")], &[]] {
        let (mut a, mut b) = memory::channels(ChannelConfig::default());
        for (kind, payload) in frames {
            a.send(FrameKind(*kind), payload.as_bytes()).await.unwrap();
            b.recv().await.unwrap();
        }
        digests.insert(b.split().0.digest());
    }
    assert_eq!(digests.len(), 5);
}

#[tokio::test]
async fn frames_beyond_the_limit_are_refused_at_both_ends() {
    let small = ChannelConfig { frame_bytes_max: 10, ..ChannelConfig::default() };
    let (a, b) = memory::streams(1024);
    let (mut wide, mut narrow) = (Channel::new(a, ChannelConfig::default()), Channel::new(b, small));
    assert!(matches!(narrow.send(KIND, &[0; 11]).await, Err(ChannelError::SendTooLarge { bytes: 11, max: 10, .. })));
    narrow.send(KIND, &[0; 10]).await.unwrap();
    assert_eq!(wide.recv().await.unwrap().payload.len(), 10);
    wide.send(KIND, &[0; 11]).await.unwrap();
    assert!(matches!(narrow.recv().await, Err(ChannelError::FrameTooLarge { bytes: 11, max: 10, .. })));
}

#[tokio::test]
async fn an_announced_length_is_refused_before_its_bytes_are_there() {
    let (mut a, b) = memory::streams(1024);
    a.write_all(&[0, 7, 0xff, 0xff, 0xff, 0xff]).await.unwrap();
    let mut b = Channel::new(b, impatient());
    assert!(matches!(b.recv().await, Err(ChannelError::FrameTooLarge { bytes: u32::MAX, .. })));
}

#[tokio::test]
async fn a_channel_takes_no_more_than_its_limit_in_all() {
    let config = ChannelConfig { received_bytes_max: 40, ..ChannelConfig::default() };
    let (a, b) = memory::streams(1024);
    let (mut a, mut b) = (Channel::new(a, ChannelConfig::default()), Channel::new(b, config));
    for _ in 0..3 {
        a.send(KIND, &[0; 10]).await.unwrap();
    }
    b.recv().await.unwrap();
    b.recv().await.unwrap();
    assert!(matches!(b.recv().await, Err(ChannelError::TooMuchReceived { max: 40 })));
}

#[tokio::test]
async fn an_end_between_frames_is_told_apart_from_an_end_inside_one() {
    for (bytes, expected) in [(&b""[..], None), (b"\0\x07\0", Some((3, 6))), (b"\0\x07\0\0\0\x04ab", Some((8, 10)))] {
        let (mut a, b) = memory::streams(1024);
        a.write_all(bytes).await.unwrap();
        drop(a);
        let error = Channel::new(b, impatient()).recv().await.unwrap_err();
        match (expected, &error) {
            (None, ChannelError::Closed) => {}
            (Some(expected), ChannelError::Truncated { have, need }) => assert_eq!((*have, *need), expected),
            _ => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_silent_peer_and_one_that_does_not_read_are_stalled() {
    let (a, b) = memory::streams(64);
    let (mut a, _unread) = (Channel::new(a, impatient()), b);
    assert!(matches!(a.recv().await, Err(ChannelError::ReadStalled { .. })));
    assert!(matches!(a.send(KIND, &[0; 1000]).await, Err(ChannelError::WriteStalled { .. })));
    let (_, writer) = a.split();
    assert!(!writer.is_between_frames(), "another frame could not be told from the rest of this one");
}

#[tokio::test]
async fn a_frame_that_arrives_in_pieces_survives_cancelled_waiting() {
    let (mut a, b) = memory::streams(1024);
    let mut b = Channel::new(b, ChannelConfig::default());
    let bytes = b"\0\x07\0\0\0\x04abcd";
    for piece in bytes.chunks(3) {
        a.write_all(piece).await.unwrap();
        if piece.len() == 3 {
            let waiting = tokio::time::timeout(Duration::from_millis(5), b.recv());
            assert!(waiting.await.is_err(), "the frame is not complete");
        }
    }
    assert_eq!(&b.recv().await.unwrap().payload[..], b"abcd");
}

#[tokio::test]
async fn the_hook_sees_every_frame() {
    let (a, mut b) = memory::channels(ChannelConfig::default());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let mut a = a.with_traffic_hook(move |traffic| log.lock().unwrap().push(traffic));
    a.send(KIND, b"x").await.unwrap();
    b.recv().await.unwrap();
    b.send(KIND, b"yz").await.unwrap();
    a.recv().await.unwrap();
    let counts: Vec<_> = seen.lock().unwrap().iter().map(|t| (t.sent_bytes, t.received_bytes)).collect();
    assert_eq!(counts, [(7, 0), (7, 8)]);
}

#[tokio::test]
async fn a_flipped_bit_shows_in_the_digests() {
    let (a, b) = memory::streams(1024);
    let a = FaultyStream::new(a, [Fault::Flip { at: 8, mask: 0x10 }]);
    let (mut a, mut b) = (Channel::new(a, ChannelConfig::default()), Channel::new(b, ChannelConfig::default()));
    a.send(KIND, b"abcd").await.unwrap();
    assert_eq!(&b.recv().await.unwrap().payload[..], b"absd");
    assert_ne!(a.split().1.digest(), b.split().0.digest());
}

#[tokio::test]
async fn dropped_bytes_a_cut_a_stall_and_a_delay_behave_as_named() {
    let sent = |fault| async move {
        let (a, b) = memory::streams(1024);
        let stalls = matches!(fault, Fault::Stall { .. });
        let config = if stalls { impatient() } else { ChannelConfig::default() };
        let mut a = Channel::new(FaultyStream::new(a, [fault]), config);
        let mut b = Channel::new(b, ChannelConfig::default());
        let result = a.send(KIND, b"abcdef").await;
        drop(a);
        (result, b.recv().await)
    };
    let (a, b) = sent(Fault::Drop { at: 7, count: 2 }).await;
    assert!(a.is_ok());
    assert!(matches!(b, Err(ChannelError::Truncated { have: 10, need: 12 })), "{b:?}");
    let (a, b) = sent(Fault::Cut { at: 9 }).await;
    assert!(matches!(a, Err(ChannelError::Write(_))));
    assert!(matches!(b, Err(ChannelError::Truncated { have: 9, need: 12 })), "{b:?}");
    let (a, b) = sent(Fault::Stall { at: 3 }).await;
    assert!(matches!(a, Err(ChannelError::WriteStalled { .. })));
    assert!(matches!(b, Err(ChannelError::Truncated { have: 3, need: 6 })), "{b:?}");
    let (a, b) = sent(Fault::Delay { at: 3, by: Duration::from_millis(10) }).await;
    assert!(a.is_ok());
    assert_eq!(&b.unwrap().payload[..], b"abcdef");
}

/// A small conversation; the side under test asks and expects doubled answers.
async fn ask(channel: &mut Channel, questions: &[&[u8]]) -> Result<Vec<Bytes>, ChannelError> {
    let mut answers = vec![];
    for question in questions {
        channel.send(KIND, question).await?;
        answers.push(channel.recv().await?.payload);
    }
    Ok(answers)
}

async fn recorded(questions: &'static [&'static [u8]], recorder: Arc<dyn Recorder>) {
    let (a, mut b) = memory::channels(ChannelConfig::default());
    let answering = tokio::spawn(async move {
        while let Ok(frame) = b.recv().await {
            b.send(KIND, &[frame.payload.clone(), frame.payload].concat()).await.unwrap();
        }
    });
    ask(&mut a.with_recorder(recorder), questions).await.unwrap();
    answering.await.unwrap();
}

#[tokio::test]
async fn a_recording_replays_and_shows_the_first_byte_that_differs() {
    let recorder = Arc::new(MemoryRecorder::new());
    recorded(&[b"one", b"two"], recorder.clone()).await;
    let frames = recorder.frames();
    assert_eq!(frames.len(), 4);

    let mut again = Channel::new(ReplayStream::new(&frames), impatient());
    assert_eq!(ask(&mut again, &[b"one", b"two"]).await.unwrap(), ["oneone", "twotwo"]);
    assert!(matches!(again.recv().await, Err(ChannelError::Closed)));

    let mut other = Channel::new(ReplayStream::new(&frames), impatient());
    let error = ask(&mut other, &[b"one", b"tvo"]).await.unwrap_err();
    let ChannelError::Write(source) = error else { panic!("{error}") };
    let differs = source.get_ref().and_then(|e| e.downcast_ref::<ReplayDiffers>());
    assert_eq!(differs, Some(&ReplayDiffers { at: 9 + 6 + 1 }));

    let mut longer = Channel::new(ReplayStream::new(&frames), impatient());
    assert!(ask(&mut longer, &[b"one", b"two", b"more"]).await.is_err());
}

#[tokio::test]
async fn a_written_recording_reads_back() {
    let (memory, sink) = (Arc::new(MemoryRecorder::new()), Arc::new(WriteRecorder::new(Vec::new())));
    recorded(&[b"q", b""], memory.clone()).await;
    recorded(&[b"q", b""], sink.clone()).await;
    let bytes = Bytes::from(Arc::into_inner(sink).unwrap().into_inner().unwrap());
    let frames = read_recording(&bytes).unwrap();
    assert_eq!(frames, memory.frames());
    assert_eq!(frames[1].direction, Direction::Received);
    assert_eq!(&frames[1].frame().unwrap().payload[..], b"qq");

    assert_eq!(read_recording(&bytes.slice(..bytes.len() - 1)), Err(RecordingError::Truncated { at: bytes.len() - 7 }));
    assert_eq!(read_recording(&Bytes::from_static(&[9])), Err(RecordingError::Direction { at: 0, value: 9 }));
    let odd = RecordedFrame { direction: Direction::Sent, bytes: Bytes::from_static(b"\0\x07\0\0\0\x02a") };
    assert!(odd.frame().is_none());
}

#[tokio::test]
async fn a_recorder_that_fails_fails_the_channel() {
    struct Full;
    impl Recorder for Full {
        fn record(&self, _: Direction, _: &[u8]) -> std::io::Result<()> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
    }
    let (a, _b) = memory::channels(ChannelConfig::default());
    let error = a.with_recorder(Arc::new(Full)).send(KIND, b"x").await.unwrap_err();
    assert!(matches!(error, ChannelError::Recorder(_)));
    assert_eq!(error.code(), "recorder_failed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_frames_arrive_whole_through_any_buffer(
        frames in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..300)), 0..20),
        buffer in 1usize..64,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (a, b) = memory::streams(buffer);
            let (mut a, mut b) = (Channel::new(a, ChannelConfig::default()), Channel::new(b, ChannelConfig::default()));
            let to_send = frames.clone();
            let sending = tokio::spawn(async move {
                for (kind, payload) in &to_send {
                    a.send(FrameKind(*kind), payload).await.unwrap();
                }
                a.split().1.digest()
            });
            let mut got = vec![];
            loop {
                match b.recv().await {
                    Ok(frame) => got.push((frame.kind.0, frame.payload.to_vec())),
                    Err(ChannelError::Closed) => break,
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(got, frames);
            assert_eq!(sending.await.unwrap(), b.split().0.digest());
        });
    }
}
