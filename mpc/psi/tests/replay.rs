//! A side can be run again from its seed, its input and a recording, byte for byte.

mod side;

use mpc_net::replay::{ReplayDiffers, ReplayStream};
use mpc_net::{Channel, ChannelConfig, ChannelError, RecordedFrame};
use mpc_psi::ecdh::{Control, Params, PsiError, RunReport, run_receiver, run_sender};
use mpc_psi::{ItemSet, Protocol};
use side::{arena, config, items, run, run_over, seed, version_one};

const PARAMS: Params = Params {
    chunk_items: 16,
    statistical_bits: 40,
    joint_canaries: 4,
    private_canaries: 4,
    payload: true,
    returns: mpc_psi::run::Returns::Nothing,
};

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| i.to_be_bytes()))
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
async fn both_sides_reproduce_their_bytes_from_seed_and_input() {
    let payloads = || arena((0..100).map(|i| format!("{i}")));
    let both = run((config(PARAMS), config(PARAMS)), keys(0..100), keys(50..150), payloads()).await;
    let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());

    let control = Control::new();
    let again =
        run_receiver(replayed(&both.receiver_frames), config(PARAMS), keys(0..100), seed(1), &control).await.unwrap();
    assert_eq!(without_times(again.report), without_times(receiver.report));
    assert!(again.matches.iter().eq(receiver.matches.iter()));
    let frames = &both.sender_frames;
    let again =
        run_sender(replayed(frames), config(PARAMS), keys(50..150), payloads(), seed(2), &control).await.unwrap();
    assert_eq!(without_times(again.report), without_times(sender.report));

    // Other threads, same bytes.
    let threads = mpc_psi::ecdh::RunConfig { threads: 3, window_chunks: 2, ..config(PARAMS) };
    run_sender(replayed(frames), threads, keys(50..150), payloads(), seed(2), &control).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_seed_or_another_input_is_found_out_with_its_position() {
    let both = run((config(PARAMS), config(PARAMS)), keys(0..100), keys(50..150), arena([""; 100])).await;
    both.receiver.unwrap();
    let frames = &both.receiver_frames;
    let header = frames[0].bytes.len();
    let control = Control::new();

    let other_seed = run_receiver(replayed(frames), config(PARAMS), keys(0..100), seed(3), &control).await;
    // The commitment is the last field of the header.
    let at = differs_at(other_seed.unwrap_err());
    assert!((header - 32..header).contains(&at), "at {at}");

    let other_input = run_receiver(replayed(frames), config(PARAMS), keys(1..101), seed(1), &control).await;
    let at = differs_at(other_input.unwrap_err());
    assert!(at > header, "at {at}");

    let other_size = run_receiver(replayed(frames), config(PARAMS), keys(0..99), seed(1), &control).await;
    assert!(differs_at(other_size.unwrap_err()) < header);
}

/// The bytes of version 1 do not change: old recordings must replay and old attestations must be understood.
#[tokio::test]
async fn the_bytes_of_version_one_stay_what_they_are() {
    let payloads = arena(["甲", "", "c"]);
    let (configs, sets) = ((config(PARAMS), config(PARAMS)), (items(["a", "b", "d"]), items(["b", "x", "a"])));
    let both = run_over(version_one(), Protocol::Ecdh, configs, sets.0, sets.1, payloads).await;
    let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
    assert_eq!(receiver.matches.iter().collect::<Vec<_>>(), [(0, &b"c"[..]), (1, "甲".as_bytes())]);
    let report = receiver.report;
    let got = [
        hex::encode(report.seed.0),
        hex::encode(report.agreement.digest),
        report.sent.to_string(),
        sender.report.sent.to_string(),
    ];
    assert_eq!(got, GOLDEN);
}

/// Seed commitment and agreement, then the transcripts of what the receiver and the sender said.
const GOLDEN: [&str; 4] = [
    "d3920f45fe1d278caf77a0710be40a93ef621bcf678ab3193239e62efc05bb2f",
    "4abd65017599f47ebc1e34b34b75a165ca460abcea40312449a158b0544d3940",
    "06bb5abd0acf9d55e9039160bb2298329cfdc5a8fd7150891e784af448ec547e",
    "e26bbc8f18498912aa86303389905bf2ff81619ed7186f127421d2a9b35a6fdf",
];
