//! Unbalanced PSI computes what its plaintext twin computes, in a first run and from what was kept; what is kept is
//! private and is not used when it does not fit; a run can be replayed.

mod side;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mpc_core::voprf::{ServerKey, Voprf};
use mpc_core::{CommittedSeed, HashDomain, SecretScalar};
use mpc_net::replay::{ReplayDiffers, ReplayStream};
use mpc_net::{Channel, ChannelConfig, ChannelError, RecordedFrame};
use mpc_psi::run::{Control, Params, PsiError, RunConfig, RunReport, ideal};
use mpc_psi::unbalanced::{EPOCH_QUESTIONS_MAX, MessageKind};
use mpc_psi::{ItemSet, Protocol, run_receiver, run_sender};
use proptest::prelude::*;
use side::{Both, arena, config, items, run_by, run_over, seed, version_one};

const PROTOCOL: Protocol = Protocol::Unbalanced;

fn payload_of(j: usize) -> Vec<u8> {
    format!("row {j}").repeat(j % 3).into_bytes()
}

/// Runs and compares with the twin.
async fn compare(receiver: ItemSet, sender: ItemSet, configs: (RunConfig, RunConfig)) -> Both {
    let payload = configs.0.params.payload;
    let payloads = payload.then(|| arena((0..sender.len()).map(payload_of))).flatten();
    let expected = ideal::intersect(receiver.as_slice(), sender.as_slice());
    let sizes = (receiver.len() as u64, sender.len() as u64);
    let both = run_by(PROTOCOL, configs, receiver, sender, payloads).await;
    let (r, s) = (both.receiver.as_ref().unwrap(), both.sender.as_ref().unwrap());
    let got: Vec<(usize, Vec<u8>)> = r.matches.iter().map(|(i, payload)| (i, payload.to_vec())).collect();
    let text = |j| if payload { payload_of(j) } else { vec![] };
    let expected: Vec<(usize, Vec<u8>)> = expected.into_iter().map(|(i, j)| (i, text(j))).collect();
    assert_eq!(got, expected);
    assert_eq!((r.report.own_items, r.report.peer_items), sizes);
    assert_eq!((s.report.peer_items, s.report.own_items), sizes);
    assert_eq!(r.report.agreement, s.report.agreement);
    assert_eq!((r.report.sent, r.report.received), (s.report.received, s.report.sent));
    assert_eq!((r.report.seed, r.report.peer_seed), (s.report.peer_seed, s.report.seed));
    assert_eq!(r.report.matched, Some(got.len() as u64));
    assert_eq!(s.report.matched, None);
    let canaries = r.report.canaries.unwrap();
    assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
    both
}

fn settings(payload: bool) -> RunConfig {
    config(Params { payload, ..Params::default() })
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("key {i}")))
}

/// How many frames of a kind a side said or heard.
fn frames(both: &Both, kind: MessageKind) -> usize {
    both.receiver_frames.iter().filter(|frame| frame.frame().unwrap().kind == kind.frame_kind()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pairs_of_small_sizes_match_as_in_the_clear_disjoint_and_overlapping() {
    for nx in [0u32, 1, 2, 60] {
        for ny in [0u32, 1, 3, 60] {
            let config = settings(ny % 2 == 1);
            compare(keys(0..nx), keys(0..ny), (config.clone(), config)).await;
        }
        let config = settings(true);
        compare(keys(0..nx), keys(nx..nx + 50), (config.clone(), config)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_against_many_and_the_other_way_round_match_as_in_the_clear() {
    for payload in [false, true] {
        for (receiver, sender, chunk_items, threads) in
            [(19_990..20_010, 0..20_000, 4_096, 2), (0..300, 100..150, 7, 3), (0..40, 0..40, 65_536, 1)]
        {
            let mut config = settings(payload);
            (config.params.chunk_items, config.threads) = (chunk_items, threads);
            compare(keys(receiver), keys(sender), (config.clone(), config)).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn random_sets_match_as_in_the_clear(
        left in prop::collection::btree_set(0u16..300, 0..80),
        right in prop::collection::btree_set(0u16..300, 0..150),
        chunk_items in 1u32..100,
        payload: bool,
    ) {
        let set = |set: &BTreeSet<u16>| items(set.iter().map(|i| i.to_be_bytes()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut config = settings(payload);
        config.params.chunk_items = chunk_items;
        runtime.block_on(compare(set(&left), set(&right), (config.clone(), config)));
    }
}

/// The directories of both sides and their settings.
struct Places {
    receiver: tempfile::TempDir,
    sender: tempfile::TempDir,
    payload: bool,
    run: u8,
}

impl Places {
    fn new(payload: bool) -> Self {
        let dir = || tempfile::tempdir().unwrap();
        Self { receiver: dir(), sender: dir(), payload, run: 0 }
    }

    /// Every run has a session of its own.
    async fn run(&mut self, receiver: ItemSet, sender: ItemSet) -> Both {
        self.run += 1;
        let mut config = settings(self.payload);
        (config.session.0, config.scope) = ([self.run; 32], [7; 32]);
        let keep = |dir: &Path| RunConfig { keep: Some(dir.join("kept")), ..config.clone() };
        compare(receiver, sender, (keep(self.receiver.path()), keep(self.sender.path()))).await
    }

    fn files(&self, sender: bool, ending: &str) -> Vec<PathBuf> {
        let dir = if sender { &self.sender } else { &self.receiver };
        let entries = std::fs::read_dir(dir.path().join("kept")).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|e| e == ending)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_downloads_nothing_and_finds_the_same() {
    use std::os::unix::fs::PermissionsExt as _;
    for payload in [false, true] {
        let mut places = Places::new(payload);
        let first = places.run(keys(0..50), keys(40..3_000)).await;
        assert!(frames(&first, MessageKind::Building) > 0 && frames(&first, MessageKind::Part) > 0);
        let second = places.run(keys(20..70), keys(40..3_000)).await;
        assert_eq!((frames(&second, MessageKind::Building), frames(&second, MessageKind::Part)), (0, 0));
        let bytes = |both: &Both| both.receiver.as_ref().unwrap().report.traffic.received_bytes;
        assert!(bytes(&first) > 3_000 * 9 && bytes(&second) < 3_000, "{} then {}", bytes(&first), bytes(&second));
        for (sender, endings) in [(true, &["epoch", "setup"][..]), (false, &["cache"])] {
            for ending in endings {
                let files = places.files(sender, ending);
                assert_eq!(files.len(), 1, "{ending}");
                let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
                assert_eq!((mode(&files[0]), mode(files[0].parent().unwrap())), (0o600, 0o700));
            }
            assert!(places.files(sender, "part").is_empty());
        }
    }
}

fn change(path: &Path, how: impl Fn(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    how(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_copy_is_fetched_again_and_never_used() {
    let damages: [fn(&mut Vec<u8>); 5] = [
        |bytes| bytes[0] ^= 1,
        |bytes| *bytes.last_mut().unwrap() ^= 1,
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes.push(0),
        Vec::clear,
    ];
    for payload in [false, true] {
        let mut places = Places::new(payload);
        places.run(keys(0..10), keys(5..500)).await;
        for damage in damages {
            change(&places.files(false, "cache")[0], damage);
            let both = places.run(keys(0..10), keys(5..500)).await;
            assert!(frames(&both, MessageKind::Part) > 0 && frames(&both, MessageKind::Building) == 0);
            let both = places.run(keys(0..10), keys(5..500)).await;
            assert_eq!(frames(&both, MessageKind::Part), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_that_went_bad_at_the_sender_is_not_sent_and_made_anew() {
    for payload in [false, true] {
        let mut places = Places::new(payload);
        places.run(keys(0..10), keys(5..500)).await;
        change(&places.files(true, "setup")[0], |bytes| bytes[99] ^= 1);
        // Who has a copy does not need it.
        assert_eq!(frames(&places.run(keys(0..10), keys(5..500)).await, MessageKind::Part), 0);
        std::fs::remove_file(&places.files(false, "cache")[0]).unwrap();
        let config = RunConfig { scope: [7; 32], ..settings(payload) };
        let keep = |dir: &Path| RunConfig { keep: Some(dir.join("kept")), ..config.clone() };
        let configs = (keep(places.receiver.path()), keep(places.sender.path()));
        let payloads = payload.then(|| arena((0..495).map(payload_of))).flatten();
        let both = run_by(PROTOCOL, configs, keys(0..10), keys(5..500), payloads).await;
        assert_eq!(frames(&both, MessageKind::Part), 0);
        assert_eq!(both.sender.unwrap_err().code(), "setup_rows");
        assert_eq!(both.receiver.unwrap_err().code(), "peer_aborted");
        assert!(frames(&places.run(keys(0..10), keys(5..500)).await, MessageKind::Building) > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_ends_with_its_data_its_uses_or_its_files_and_copies_of_it_go() {
    let mut places = Places::new(false);
    places.run(keys(0..10), keys(5..500)).await;
    let mut made = vec![places.files(false, "cache")];
    // One item more under the same scope: the caller was wrong about the version, and nothing old is used.
    let both = places.run(keys(0..10), keys(5..501)).await;
    assert!(frames(&both, MessageKind::Building) > 0);
    made.push(places.files(false, "cache"));
    // Another item instead of one.
    let other = items((6..=501).map(|i| format!("key {i}")));
    assert!(frames(&places.run(keys(0..10), other.clone()).await, MessageKind::Building) > 0);
    made.push(places.files(false, "cache"));
    // The uses: bytes 112 to 120 of the sender's file, after magic, seed and mark.
    let used = |left: u64| {
        move |bytes: &mut Vec<u8>| {
            assert!(bytes.starts_with(b"szepoch1"));
            bytes[112..120].copy_from_slice(&(EPOCH_QUESTIONS_MAX - left).to_be_bytes());
        }
    };
    change(&places.files(true, "epoch")[0], used(18));
    assert_eq!(frames(&places.run(keys(0..10), other.clone()).await, MessageKind::Building), 0);
    // Ten items and eight canaries were the last ones.
    assert!(frames(&places.run(keys(0..10), other.clone()).await, MessageKind::Building) > 0);
    made.push(places.files(false, "cache"));
    // Files of the sender that are gone or damaged.
    let losses: [fn(&Places); 4] = [
        |places| std::fs::remove_file(&places.files(true, "epoch")[0]).unwrap(),
        |places| std::fs::remove_file(&places.files(true, "setup")[0]).unwrap(),
        |places| change(&places.files(true, "epoch")[0], |bytes| bytes[20] ^= 1),
        |places| change(&places.files(true, "epoch")[0], |bytes| bytes.truncate(100)),
    ];
    for lose in losses {
        lose(&places);
        assert!(frames(&places.run(keys(0..10), other.clone()).await, MessageKind::Building) > 0);
        made.push(places.files(false, "cache"));
    }
    assert!(made.iter().all(|files| files.len() == 1));
    let different: BTreeSet<_> = made.iter().flatten().collect();
    assert_eq!(different.len(), made.len(), "each epoch has another name");
    assert_eq!((places.files(true, "setup").len(), places.files(true, "epoch").len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_that_mean_different_data_part_before_anything_is_asked() {
    let ours = settings(false);
    let theirs = RunConfig { scope: [1; 32], ..ours.clone() };
    let both = run_by(PROTOCOL, (ours, theirs), keys(0..5), keys(0..5), None).await;
    assert_eq!(both.receiver.unwrap_err().code(), "wrong_binding");
    assert!(matches!(both.sender.unwrap_err().code(), "wrong_binding" | "peer_aborted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_used_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let config = RunConfig { keep: Some(file.path().to_owned()), ..settings(false) };
    let both = run_by(PROTOCOL, (settings(false), config.clone()), keys(0..5), keys(0..5), None).await;
    assert_eq!(both.sender.unwrap_err().code(), "keep_failed");
    let both = run_by(PROTOCOL, (config, settings(false)), keys(0..5), keys(0..5), None).await;
    assert_eq!(both.receiver.unwrap_err().code(), "keep_failed");
}

/// Neither an item nor its point, blinded by nobody or by the key alone, is said; the secret of the epoch stays in the
/// sender's directory. (`capture.rs` looks for keys and their digests.)
#[tokio::test(flavor = "multi_thread")]
async fn no_item_no_unblinded_point_and_no_secret_of_the_epoch_leaves_its_owner() {
    for payload in [false, true] {
        let mut places = Places::new(payload);
        let (left, right) = (keys(0..20), keys(5..50));
        let both = places.run(left.clone(), right.clone()).await;
        let epoch = std::fs::read(&places.files(true, "epoch")[0]).unwrap();
        let seed = CommittedSeed::from_bytes(epoch[8..72].try_into().unwrap());
        let key = ServerKey::<Voprf>::random(&mut seed.prg("epoch key", &epoch[120..152]));
        let secret = SecretScalar::from_canonical_bytes(*key.to_bytes()).unwrap();
        // The key that was found is the one that was used: its public side was said.
        let public = key.public_key().to_bytes();

        let domain = HashDomain::new(b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512");
        let mut forbidden: BTreeSet<Vec<u8>> =
            [&epoch[8..40], &epoch[40..72], &key.to_bytes()[..]].map(<[u8]>::to_vec).into();
        for item in left.as_slice().iter().chain(right.as_slice()) {
            let point = domain.hash(item.as_ref());
            let evaluated = secret.mul(&point);
            forbidden.extend([point, evaluated].map(|point| point.compress().to_bytes().to_vec()));
            forbidden.insert(item.as_ref().to_vec());
            let outputs = key.outputs(&[item], 1).unwrap();
            forbidden.extend([&outputs[0][16..48], &outputs[0][32..]].map(<[u8]>::to_vec));
        }
        let mut said: Vec<Vec<u8>> = both.receiver_frames.iter().map(|frame| frame.bytes.to_vec()).collect();
        assert!(said.iter().any(|bytes| bytes.windows(32).any(|window| window == public)));
        said.push(std::fs::read(&places.files(false, "cache")[0]).unwrap());
        assert!(!said.iter().any(|bytes| bytes.windows(32).any(|window| forbidden.contains(window))));
    }
}

fn without_times(report: RunReport) -> RunReport {
    RunReport { phases: vec![], ..report }
}

fn replayed(frames: &[RecordedFrame]) -> Channel {
    Channel::new(ReplayStream::new(frames), ChannelConfig::default())
}

/// Where the replay wrote something else than the recording.
fn differs_at(error: PsiError) -> usize {
    let PsiError::Channel { source: ChannelError::Write(source), .. } = &error else { panic!("{error}") };
    let differs = source.get_ref().and_then(|source| source.downcast_ref::<ReplayDiffers>());
    differs.unwrap_or_else(|| panic!("{error}")).at
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_reproduce_their_bytes_from_seed_and_input_for_every_number_of_threads() {
    for payload in [false, true] {
        let mut settings = settings(payload);
        settings.params.chunk_items = 16;
        let payloads = || payload.then(|| arena((0..100).map(payload_of))).flatten();
        let both = run_by(PROTOCOL, (settings.clone(), settings.clone()), keys(0..60), keys(50..150), payloads()).await;
        let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
        let control = Control::new();
        for threads in [1, 3] {
            let settings = RunConfig { threads, ..settings.clone() };
            let channel = replayed(&both.receiver_frames);
            let again = run_receiver(PROTOCOL, channel, settings.clone(), keys(0..60), seed(1), &control).await;
            let again = again.unwrap();
            assert_eq!(without_times(again.report), without_times(receiver.report.clone()));
            assert!(again.matches.iter().eq(receiver.matches.iter()));
            let channel = replayed(&both.sender_frames);
            let again = run_sender(PROTOCOL, channel, settings, keys(50..150), payloads(), seed(2), &control).await;
            assert_eq!(without_times(again.unwrap().report), without_times(sender.report.clone()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_seed_or_another_input_is_found_out_with_its_position() {
    let both = run_by(PROTOCOL, (settings(false), settings(false)), keys(0..60), keys(50..150), None).await;
    both.receiver.unwrap();
    let control = Control::new();
    let header = both.receiver_frames[0].bytes.len();
    let of_receiver =
        |set, by| run_receiver(PROTOCOL, replayed(&both.receiver_frames), settings(false), set, seed(by), &control);
    assert!(differs_at(of_receiver(keys(0..60), 3).await.unwrap_err()) < header);
    assert!(differs_at(of_receiver(keys(1..61), 1).await.unwrap_err()) > header);
    let of_sender =
        |set, by| run_sender(PROTOCOL, replayed(&both.sender_frames), settings(false), set, None, seed(by), &control);
    assert!(differs_at(of_sender(keys(50..150), 3).await.unwrap_err()) < header);
    assert!(differs_at(of_sender(keys(51..151), 2).await.unwrap_err()) > header);
}

/// The bytes of version 1 do not change: old recordings must replay, and what is kept must be understood.
#[tokio::test]
async fn the_bytes_of_version_one_stay_what_they_are() {
    let mut got = Vec::new();
    for payload in [false, true] {
        let payloads = payload.then(|| arena(["甲", "", "c"])).flatten();
        let config = settings(payload);
        let both = run_over(
            version_one(),
            PROTOCOL,
            (config.clone(), config),
            items(["a", "b", "d"]),
            items(["b", "x", "a"]),
            payloads,
        )
        .await;
        let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
        let report = receiver.report;
        got.push([hex::encode(report.agreement.digest), report.sent.to_string(), sender.report.sent.to_string()]);
    }
    assert_eq!(got, GOLDEN, "without payload, then with");
}

/// Agreement, then the transcripts of what the receiver and the sender said.
const GOLDEN: [[&str; 3]; 2] = [
    [
        "a3d0d2aebb3e742ae128e90e5a0dcd949e9a21a2c7c7bc157d0907fc22db049e",
        "4f8b236b56493b83242aa0788141c3a43c382c32e3f86bc5d48c62cc5071a9a5",
        "a297816a70850cdd4e85fcfd749434d5049e97add4288e7af09f4c0d55ac9914",
    ],
    [
        "3bd85cc226b6c8c715b88492187efefb0919e6537d097245e1f59c811dd68394",
        "73ea902204a9476532c2f50a7ee7752a1541038bc50d1aa0af3c89bd04431e63",
        "e7c0ad199626dde43576b4e1dc5e96c13e6542e844acd340b913ad56da8baad7",
    ],
];
