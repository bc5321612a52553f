//! RR22 that was cut off goes on from its last checkpoint.

mod keeping;
mod side;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keeping::MemoryStore;
use mpc_net::fault::{Fault, FaultyStream};
use mpc_net::replay::ReplayStream;
use mpc_net::{Channel, ChannelConfig, Direction, FrameKind, MemoryRecorder, RecordedFrame, memory};
use mpc_psi::rr22::{MessageKind, Security, StageKind};
use mpc_psi::run::{
    CheckpointStore, Control, Params, Phase, PsiError, ReceiverOutcome, Resumption, Role, RunConfig, SenderOutcome,
};
use mpc_psi::{ItemSet, Protocol, resume_receiver, resume_sender, run_receiver, run_sender};
use side::{arena, config, items, seed};

const MALICIOUS: Protocol = Protocol::Rr22(Security::Malicious);
const BOTH: [Protocol; 2] = [MALICIOUS, Protocol::Rr22(Security::SemiHonest)];
/// Items of a side; the last 40 of the receiver are the first 40 of the sender.
const N: u32 = 100;

fn settings() -> RunConfig {
    let params = Params { chunk_items: 32, payload: true, ..Params::default() };
    // Three segments of one bucket.
    RunConfig { bucket_items: 40, checkpoint_buckets: 1, ..config(params) }
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("key {i}")))
}

/// The two sides of one run, which keep what they need to go on.
struct Run {
    protocol: Protocol,
    configs: [RunConfig; 2],
    stores: [Arc<MemoryStore>; 2],
    /// Leg 0 is the first channel.
    leg: u32,
    /// Each side's own count of resumptions.
    numbers: [u32; 2],
}

struct Leg {
    receiver: Result<ReceiverOutcome, PsiError>,
    sender: Result<SenderOutcome, PsiError>,
    frames: [Vec<RecordedFrame>; 2],
}

impl Leg {
    fn codes(&self) -> [&'static str; 2] {
        let code = |error: Option<&PsiError>| error.map_or("ok", PsiError::code);
        [code(self.receiver.as_ref().err()), code(self.sender.as_ref().err())]
    }
}

impl Run {
    fn new(protocol: Protocol) -> Self {
        Self { protocol, configs: [settings(), settings()], stores: Default::default(), leg: 0, numbers: [0, 0] }
    }

    fn last(&self) -> [u32; 2] {
        [0, 1].map(|side| self.stores[side].last().unwrap())
    }

    /// Both sides over a new channel, with these faults in what the receiver and the sender write.
    async fn leg(&mut self, faults: [Vec<Fault>; 2]) -> Leg {
        self.leg_with(faults, [Control::new(), Control::new()]).await
    }

    async fn leg_with(&mut self, faults: [Vec<Fault>; 2], controls: [Control; 2]) -> Leg {
        let ((a, b), [fa, fb]) = (memory::streams(64 << 10), faults);
        let recorders = [(); 2].map(|()| Arc::new(MemoryRecorder::new()));
        let channel = |stream, faults: Vec<Fault>, recorder: &Arc<MemoryRecorder>| {
            Channel::new(FaultyStream::new(stream, faults), ChannelConfig::default()).with_recorder(recorder.clone())
        };
        let (a, b) = (channel(a, fa, &recorders[0]), channel(b, fb, &recorders[1]));
        let [ca, cb] = controls;
        let (ca, cb) = (ca.keeping(self.stores[0].clone()), cb.keeping(self.stores[1].clone()));
        let [ra, rb] = self.configs.clone();
        let (protocol, leg, numbers) = (self.protocol, self.leg as u8, self.numbers);
        let receiving = tokio::spawn(async move {
            let again = Resumption { number: numbers[0], seed: seed(10 + leg) };
            match leg {
                0 => run_receiver(protocol, a, ra, keys(0..N), seed(1), &ca).await,
                _ => resume_receiver(protocol, a, ra, keys(0..N), seed(1), again, &ca).await,
            }
        });
        let sending = tokio::spawn(async move {
            let again = Resumption { number: numbers[1], seed: seed(100 + leg) };
            let payloads = arena((0..N).map(|i| format!("row {i}")));
            match leg {
                0 => run_sender(protocol, b, rb, keys(60..60 + N), payloads, seed(2), &cb).await,
                _ => resume_sender(protocol, b, rb, keys(60..60 + N), payloads, seed(2), again, &cb).await,
            }
        });
        let (receiver, sender) = tokio::join!(receiving, sending);
        self.leg += 1;
        self.numbers = self.numbers.map(|n| n + 1);
        let frames = recorders.map(|recorder| recorder.frames());
        Leg { receiver: receiver.unwrap(), sender: sender.unwrap(), frames }
    }
}

/// The run is over, both sides hold the same, and the result is that of the ideal twin.
fn complete(leg: Leg, resumed: u32) {
    let (receiver, sender) = (leg.receiver.unwrap(), leg.sender.unwrap());
    let got: Vec<(usize, String)> =
        receiver.matches.iter().map(|(i, row)| (i, String::from_utf8(row.to_vec()).unwrap())).collect();
    let expected: Vec<(usize, String)> = (60..100).map(|i| (i as usize, format!("row {}", i - 60))).collect();
    assert_eq!(got, expected);
    let (r, s) = (receiver.report, sender.report);
    assert_eq!((r.sent, r.received, r.agreement), (s.received, s.sent, s.agreement));
    assert_eq!(
        (r.traffic.sent_bytes, r.traffic.received_bytes, r.traffic.sent_frames),
        (s.traffic.received_bytes, s.traffic.sent_bytes, s.traffic.received_frames)
    );
    assert_eq!((r.resumed, s.resumed), (resumed, resumed));
    assert_eq!(r.legs.len(), s.legs.len());
    for (ours, theirs) in r.legs.iter().zip(&s.legs) {
        assert_eq!((ours.number, ours.after), (theirs.number, theirs.after));
        assert_eq!((ours.seed, ours.peer_seed), (theirs.peer_seed, theirs.seed));
    }
    let canaries = r.canaries.unwrap();
    assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
}

/// Ends of the frames that a side sent, by kind, as positions of its stream.
fn ends(frames: &[RecordedFrame]) -> Vec<(FrameKind, u64)> {
    let mut at = 0;
    let sent = frames.iter().filter(|frame| frame.direction == Direction::Sent);
    sent.map(|frame| {
        at += frame.bytes.len() as u64;
        (frame.frame().unwrap().kind, at)
    })
    .collect()
}

fn cut(side: usize, at: u64) -> [Vec<Fault>; 2] {
    let mut faults = [vec![], vec![]];
    faults[side].push(Fault::Cut { at });
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cut_anywhere_goes_on_from_its_last_checkpoint_and_finds_what_one_run_finds() {
    for protocol in BOTH {
        let whole = Run::new(protocol).leg([vec![], vec![]]).await;
        let frames = whole.frames.clone();
        complete(whole, 0);
        let mut resumed = [0; 4];
        for side in [0, 1] {
            let ends = ends(&frames[side]);
            let stages = StageKind::ALL.map(StageKind::frame_kind);
            // Before, within and after every message at a checkpoint, and in between.
            let close =
                ends.iter().filter(|(kind, _)| stages.contains(kind)).flat_map(|(_, at)| [at - 20, at - 1, *at]);
            let total = ends.last().unwrap().1;
            let spread = (1..8).map(|i| total * i / 8);
            // What differs between the protocols is within buckets; a few positions show that it resumes too.
            let every = if protocol == MALICIOUS { 1 } else { 5 };
            // The peer of the side that says the last word cannot tell that it was lost.
            for at in close.chain(spread).chain([total - 1]).step_by(every) {
                let mut run = Run::new(protocol);
                let first = run.leg(cut(side, at)).await;
                let codes = first.codes();
                let cut_off =
                    |code: &&str| code.starts_with("channel_") || ["peer_lost", "peer_aborted", "ok"].contains(code);
                assert!(codes.iter().all(cut_off), "{codes:?}");
                assert_ne!(codes[0], "ok", "the receiver confirmed a run that was cut at {at} of {total}");
                let last = run.last();
                assert!(last[0].abs_diff(last[1]) <= 1, "{last:?}");
                if codes[1] == "ok" {
                    continue;
                }
                let again = run.leg([vec![], vec![]]).await;
                if last.contains(&0) {
                    assert!(again.codes().contains(&"nothing_to_resume"), "{:?} after {last:?}", again.codes());
                    continue;
                }
                assert_eq!(again.codes(), ["ok", "ok"], "cut at {at} by {side}, {last:?}");
                resumed[last[0].min(last[1]) as usize] += 1;
                complete(again, 1);
            }
        }
        // Three segments have two checkpoints between them (with canaries and padding: three buckets).
        assert!(resumed[1] > 0 && resumed[2] > 0 && resumed[3] == 0, "{resumed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cut_again_and_again_counts_its_resumptions_up_to_the_limit() {
    let mut run = Run::new(MALICIOUS);
    let whole = Run::new(MALICIOUS).leg([vec![], vec![]]).await;
    let sent = ends(&whole.frames[1]);
    let after_first = sent.iter().find(|(kind, _)| *kind == StageKind::Kept.frame_kind()).unwrap().1;
    run.leg(cut(1, after_first + 100)).await;
    for number in 1..=8 {
        // Falls at once, or in the middle of a bucket.
        let leg = run.leg(cut(1, if number % 2 == 0 { 10 } else { 3_000 })).await;
        assert!(leg.receiver.is_err() && leg.sender.is_err());
        assert_eq!(run.last(), [1, 1]);
    }
    // The smaller count does not bring the larger one down.
    run.numbers[0] = 1;
    let codes = run.leg([vec![], vec![]]).await.codes();
    assert_eq!(codes, ["too_many_resumptions"; 2]);

    let mut run = Run::new(MALICIOUS);
    run.leg(cut(1, after_first + 100)).await;
    run.leg(cut(0, 3_000)).await;
    run.numbers = [2, 5];
    complete(run.leg([vec![], vec![]]).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_random_is_used_twice() {
    let mut run = Run::new(MALICIOUS);
    // The second bucket is whole at the receiver but for its checkpoint.
    let whole = Run::new(MALICIOUS).leg([vec![], vec![]]).await;
    let sent = ends(&whole.frames[1]);
    let second = sent.iter().filter(|(kind, _)| *kind == StageKind::Checkpoint.frame_kind()).nth(1).unwrap().1;
    let first = run.leg(cut(1, second - 1)).await;
    assert_eq!(run.last(), [1, 1]);
    let again = run.leg([vec![], vec![]]).await;
    let of_bucket_one = |leg: &Leg, kind: MessageKind| -> Vec<Vec<u8>> {
        let frames = leg.frames[0].iter().map(|frame| frame.frame().unwrap());
        frames
            .filter(|frame| frame.kind == kind.frame_kind() && frame.payload[..4] == [0, 0, 0, 1])
            .map(|frame| frame.payload[4..].to_vec())
            .collect()
    };
    use MessageKind::*;
    for kind in [Opening, Setup, Corrections, Challenge, Proof, Table, TableEnd, Mask, Tags, TagsEnd] {
        let (first, again) = (of_bucket_one(&first, kind), of_bucket_one(&again, kind));
        assert_eq!(first.len(), again.len(), "{kind:?}");
        assert!(!first.is_empty());
        for (first, again) in first.iter().zip(&again) {
            assert_eq!(first.len(), again.len());
            // 16 bytes in one place are alike by chance only where they are structure: offsets and counts.
            let alike = first.chunks(16).zip(again.chunks(16)).skip(1).filter(|(a, b)| a == b && a.len() == 16);
            assert_eq!(alike.count(), 0, "{kind:?}");
        }
    }
    complete(again, 1);
}

/// A run that was cut in its last segment.
async fn interrupted(protocol: Protocol) -> Run {
    let whole = Run::new(protocol).leg([vec![], vec![]]).await;
    let total = ends(&whole.frames[1]).last().unwrap().1;
    let mut run = Run::new(protocol);
    let leg = run.leg(cut(1, total - 1_000)).await;
    assert!(leg.receiver.is_err() && leg.sender.is_err());
    assert_eq!(run.last(), [2, 2]);
    run
}

fn with_stores(run: &Run, stores: [MemoryStore; 2]) -> Run {
    let stores = stores.map(Arc::new);
    Run { protocol: run.protocol, configs: run.configs.clone(), stores, leg: 1, numbers: [1, 1] }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_was_changed_is_refused_by_the_side_that_kept_it() {
    let run = interrupted(MALICIOUS).await;
    let copies = || [0, 1].map(|side: usize| run.stores[side].copy());
    for side in [0, 1] {
        for number in [1, 2] {
            // A sender's last checkpoint says it all.
            if (side, number) == (1, 1) {
                continue;
            }
            let len = run.stores[side].read(number).unwrap().len();
            for at in (0..len).step_by(len / 24 + 1).chain([len - 1]) {
                let stores = copies();
                stores[side].kept.lock().unwrap().get_mut(&number).unwrap()[at] ^= 1;
                let codes = with_stores(&run, stores).leg([vec![], vec![]]).await.codes();
                assert_eq!(codes[side], "checkpoint_damaged", "byte {at} of checkpoint {number} of side {side}");
                assert_ne!(codes[1 - side], "ok");
            }
        }
        let swaps: [fn(&mut std::collections::BTreeMap<u32, Vec<u8>>); 3] = [
            |kept| {
                let one = kept[&1].clone();
                kept.insert(2, one);
            },
            |kept| kept.get_mut(&2).unwrap().truncate(100),
            |kept| kept.get_mut(&2).unwrap().clear(),
        ];
        for swap in swaps {
            let stores = copies();
            swap(&mut stores[side].kept.lock().unwrap());
            let codes = with_stores(&run, stores).leg([vec![], vec![]]).await.codes();
            assert_eq!(codes[side], "checkpoint_damaged");
        }
    }
    // The other side's is no own one.
    let [receiver, _] = copies();
    let both = [receiver.copy(), receiver];
    assert_eq!(with_stores(&run, both).leg([vec![], vec![]]).await.codes()[1], "checkpoint_damaged");
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_that_hold_different_checkpoints_do_not_go_on() {
    let run = interrupted(MALICIOUS).await;
    let copies = || [0, 1].map(|side: usize| run.stores[side].copy());
    // One behind is what a crash leaves; the other side goes back to it.
    for side in [0, 1] {
        let stores = copies();
        stores[side].forget_after(1).unwrap();
        let mut back = with_stores(&run, stores);
        complete(back.leg([vec![], vec![]]).await, 1);
        assert_eq!(back.last(), [2, 2]);
    }
    // None where the other has two.
    for side in [0, 1] {
        let stores = copies();
        stores[side].forget_after(0).unwrap();
        let codes = with_stores(&run, stores).leg([vec![], vec![]]).await.codes();
        assert_eq!(codes[side], "nothing_to_resume");
        assert_ne!(codes[1 - side], "ok");
    }
    // Of a run that was cut elsewhere: the same headers and another past.
    let mut other = Run::new(MALICIOUS);
    let whole = Run::new(MALICIOUS).leg([vec![], vec![]]).await;
    let sent = ends(&whole.frames[1]);
    let after_first = sent.iter().find(|(kind, _)| *kind == StageKind::Kept.frame_kind()).unwrap().1;
    other.leg(cut(1, after_first + 100)).await;
    let undisturbed =
        with_stores(&other, [0, 1].map(|side: usize| other.stores[side].copy())).leg([vec![], vec![]]).await;
    let sent = ends(&undisturbed.frames[1]);
    let after_second = sent.iter().find(|(kind, _)| *kind == StageKind::Kept.frame_kind()).unwrap().1;
    let second = other.leg(cut(1, after_second + 100)).await;
    assert_eq!((other.last(), second.receiver.is_err()), ([2, 2], true));
    let stores = [run.stores[0].copy(), other.stores[1].copy()];
    assert_eq!(with_stores(&run, stores).leg([vec![], vec![]]).await.codes(), ["confirm_transcript"; 2]);
    // Other settings, other items.
    for change in [|config: &mut RunConfig| config.binding = [7; 32], |config: &mut RunConfig| config.bucket_items = 50]
    {
        let mut changed = with_stores(&run, copies());
        change(&mut changed.configs[0]);
        assert!(matches!(
            changed.leg([vec![], vec![]]).await.codes()[0],
            "checkpoint_differs" | "wrong_binding" | "parameter_mismatch"
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_run_and_a_resumed_one_do_not_speak_to_each_other() {
    let run = interrupted(MALICIOUS).await;
    let (a, b) = memory::channels(ChannelConfig::default());
    let controls = [0, 1].map(|side: usize| Control::new().keeping(Arc::new(run.stores[side].copy())));
    let payloads = arena([""; N as usize]);
    let again = Resumption { number: 1, seed: seed(10) };
    let (receiver, sender) = tokio::join!(
        resume_receiver(MALICIOUS, a, settings(), keys(0..N), seed(1), again, &controls[0]),
        run_sender(MALICIOUS, b, settings(), keys(60..60 + N), payloads, seed(2), &controls[1]),
    );
    let codes = [receiver.unwrap_err().code(), sender.unwrap_err().code()];
    assert!(codes.contains(&"unexpected_message"), "{codes:?}");
    // ECDH has no checkpoints.
    let (a, _b) = memory::channels(ChannelConfig::default());
    let again = Resumption { number: 1, seed: seed(10) };
    let ecdh = resume_receiver(Protocol::Ecdh, a, settings(), keys(0..N), seed(1), again, &controls[0]).await;
    assert_eq!(ecdh.unwrap_err().code(), "nothing_to_resume");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_must_mean_the_same_checkpoints() {
    let mut run = Run::new(MALICIOUS);
    run.configs[1].checkpoint_buckets = 2;
    let leg = run.leg([vec![], vec![]]).await;
    let mismatch = |error: &PsiError| matches!(error, PsiError::ParameterMismatch { name: "checkpoint_buckets", .. });
    assert!(mismatch(&leg.receiver.unwrap_err()) || mismatch(&leg.sender.unwrap_err()));
    // Without checkpoints a run is as before.
    let mut run = Run::new(MALICIOUS);
    run.configs.iter_mut().for_each(|config| config.checkpoint_buckets = 0);
    complete(run.leg([vec![], vec![]]).await, 0);
    assert_eq!(run.last(), [0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_run_goes_on_later() {
    for paused in [0, 1] {
        let mut run = Run::new(MALICIOUS);
        let controls = [(); 2].map(|()| Control::new());
        let pause = controls[paused].pause.clone();
        // Values and tags of one bucket and a bit.
        let seen = AtomicU64::new(0);
        let [a, b] = controls;
        let watch = move |control: Control| {
            control.on_progress(move |progress| {
                if progress.phase == Phase::Exchange && progress.total > 0 {
                    seen.fetch_max(progress.done * 100 / progress.total, Ordering::SeqCst);
                    if seen.load(Ordering::SeqCst) > 75 {
                        pause.cancel();
                    }
                }
            })
        };
        let controls = if paused == 0 { [watch(a), b] } else { [a, watch(b)] };
        let codes = run.leg_with([vec![], vec![]], controls).await.codes();
        assert_eq!(codes[paused], "paused");
        assert!(matches!(codes[1 - paused], "peer_aborted" | "channel_closed" | "channel_truncated" | "peer_lost"));
        assert!(run.last().iter().all(|last| *last > 0), "{:?}", run.last());
        complete(run.leg([vec![], vec![]]).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sender_notes_that_tags_leave_before_the_first_one_does() {
    for protocol in [MALICIOUS, Protocol::Ecdh] {
        let mut run = Run::new(protocol);
        complete(run.leg([vec![], vec![]]).await, 0);
        assert_eq!(run.stores[0].tags.load(Ordering::SeqCst), 0);
        assert!(run.stores[1].tags.load(Ordering::SeqCst) > 0);

        let mut run = Run::new(protocol);
        run.stores[1] = Arc::new(MemoryStore { broken: true, ..MemoryStore::default() });
        let leg = run.leg([vec![], vec![]]).await;
        assert_eq!(leg.codes()[1], "checkpoint_store");
        let tags = [MessageKind::Tags.frame_kind(), mpc_psi::ecdh::MessageKind::Tags.frame_kind()];
        assert!(ends(&leg.frames[1]).iter().all(|(kind, _)| !tags.contains(kind)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_leg_of_both_sides_replays_byte_for_byte() {
    let mut run = Run::new(MALICIOUS);
    let whole = Run::new(MALICIOUS).leg([vec![], vec![]]).await;
    let total = ends(&whole.frames[0]).last().unwrap().1;
    let first = run.leg(cut(0, total / 2)).await;
    let kept = [0, 1].map(|side: usize| run.stores[side].copy());
    assert!(run.last().iter().all(|last| *last > 0), "{:?}", run.last());
    let second = run.leg([vec![], vec![]]).await;

    for role in [Role::Receiver, Role::Sender] {
        let side = usize::from(role == Role::Sender);
        let store = Arc::new(MemoryStore::default());
        let control = Control::new().keeping(store.clone());
        let replayed = |leg: &Leg| {
            // What was recorded and did not leave any more is not compared.
            Channel::new(ReplayStream::new(&leg.frames[side]), ChannelConfig::default())
        };
        let again = || Resumption { number: 1, seed: seed(if side == 0 { 11 } else { 101 }) };
        let payloads = || arena((0..N).map(|i| format!("row {i}")));
        let (set, payload_set) = (keys(0..N), keys(60..60 + N));
        let (broken, report) = match role {
            Role::Receiver => {
                let broken =
                    run_receiver(MALICIOUS, replayed(&first), settings(), set.clone(), seed(1), &control).await;
                let done =
                    resume_receiver(MALICIOUS, replayed(&second), settings(), set, seed(1), again(), &control).await;
                (broken.unwrap_err(), done.unwrap().report)
            }
            Role::Sender => {
                let (first, second) = (replayed(&first), replayed(&second));
                let set = payload_set;
                let broken = run_sender(MALICIOUS, first, settings(), set.clone(), payloads(), seed(2), &control).await;
                let done =
                    resume_sender(MALICIOUS, second, settings(), set, payloads(), seed(2), again(), &control).await;
                (broken.unwrap_err(), done.unwrap().report)
            }
        };
        assert!(matches!(broken.code(), "channel_closed" | "peer_lost" | "peer_aborted"), "{broken}");
        // The checkpoints of the first leg are reproduced too.
        for number in 1..=kept[side].last().unwrap() {
            assert_eq!(store.read(number).unwrap(), kept[side].read(number).unwrap());
        }
        let original = match role {
            Role::Receiver => &second.receiver.as_ref().unwrap().report,
            Role::Sender => &second.sender.as_ref().unwrap().report,
        };
        assert_eq!((report.sent, report.received), (original.sent, original.received));
        assert_eq!((report.resumed, &report.legs), (original.resumed, &original.legs));
    }
}
