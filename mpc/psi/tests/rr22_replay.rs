//! A side of RR22 can be run again from its seed, its input and a recording, byte for byte.

mod side;

use mpc_net::replay::{ReplayDiffers, ReplayStream};
use mpc_net::{Channel, ChannelConfig, ChannelError, RecordedFrame};
use mpc_psi::rr22::Security;
use mpc_psi::run::{Control, Params, PsiError, RunConfig, RunReport};
use mpc_psi::{ItemSet, Protocol, run_receiver, run_sender};
use side::{arena, config, items, run_by, run_over, seed, version_one};

const ALL: [Protocol; 4] = [
    Protocol::Rr22(Security::Malicious),
    Protocol::Rr22(Security::SemiHonest),
    Protocol::Rr22Low(Security::Malicious),
    Protocol::Rr22Low(Security::SemiHonest),
];

fn settings() -> RunConfig {
    let params = Params { chunk_items: 16, payload: true, ..Params::default() };
    // Several buckets: what is computed at the same time must not show in the order of what is said.
    RunConfig { bucket_items: 40, ..config(params) }
}

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
async fn both_sides_reproduce_their_bytes_from_seed_and_input_for_every_number_of_threads() {
    for protocol in ALL {
        let payloads = || arena((0..100).map(|i| format!("{i}")));
        let both = run_by(protocol, (settings(), settings()), keys(0..100), keys(50..150), payloads()).await;
        let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
        let control = Control::new();
        for threads in [1, 3] {
            let settings = RunConfig { threads, ..settings() };
            let channel = replayed(&both.receiver_frames);
            let again =
                run_receiver(protocol, channel, settings.clone(), keys(0..100), seed(1), &control).await.unwrap();
            assert_eq!(without_times(again.report), without_times(receiver.report.clone()));
            assert!(again.matches.iter().eq(receiver.matches.iter()));
            let channel = replayed(&both.sender_frames);
            let again = run_sender(protocol, channel, settings, keys(50..150), payloads(), seed(2), &control).await;
            assert_eq!(without_times(again.unwrap().report), without_times(sender.report.clone()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_seed_or_another_input_is_found_out_with_its_position() {
    let both = run_by(ALL[0], (settings(), settings()), keys(0..100), keys(50..150), arena([""; 100])).await;
    both.receiver.unwrap();
    let frames = &both.receiver_frames;
    let header = frames[0].bytes.len();
    let control = Control::new();

    let other_seed = run_receiver(ALL[0], replayed(frames), settings(), keys(0..100), seed(3), &control).await;
    // The two commitments are the last fields of the header, four bytes between them.
    let at = differs_at(other_seed.unwrap_err());
    assert!((header - 68..header).contains(&at), "at {at}");

    let other_input = run_receiver(ALL[0], replayed(frames), settings(), keys(1..101), seed(1), &control).await;
    let at = differs_at(other_input.unwrap_err());
    assert!(at > header, "at {at}");

    let other_size = run_receiver(ALL[0], replayed(frames), settings(), keys(0..99), seed(1), &control).await;
    assert!(differs_at(other_size.unwrap_err()) < header);
}

/// The bytes of version 1 do not change: old recordings must replay and old attestations must be understood.
#[tokio::test]
async fn the_bytes_of_version_one_stay_what_they_are() {
    for (protocol, golden) in ALL.into_iter().zip(GOLDEN) {
        let payloads = arena(["甲", "", "c"]);
        let (configs, sets) = ((settings(), settings()), (items(["a", "b", "d"]), items(["b", "x", "a"])));
        let both = run_over(version_one(), protocol, configs, sets.0, sets.1, payloads).await;
        let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
        assert_eq!(receiver.matches.iter().collect::<Vec<_>>(), [(0, &b"c"[..]), (1, "甲".as_bytes())]);
        let report = receiver.report;
        let got = [hex::encode(report.agreement.digest), report.sent.to_string(), sender.report.sent.to_string()];
        assert_eq!(got, golden, "{}", protocol.id());
    }
}

/// Agreement, then the transcripts of what the receiver and the sender said.
const GOLDEN: [[&str; 3]; 3] = [
    [
        "59020de554c0019f406d20f058621739d8d03e0bde6eb18bc9984af7cbd2006c",
        "0b8477e06762be4f4351b315c8821ccc6ad103243a2cae912b46c4b97ac38cc8",
        "8d915f68f0d2f11be4a873043adb8d6c053b68b014e5f6921b0622e01df71254",
    ],
    [
        "ff535135de704f1148ea1152359e0c6af3e2aee9486bfdd07faf6c3eda11373a",
        "dfb7cbe3bdbd34a6bed3d7ff759ee734689408e4d64a249a0987c90bf9e04038",
        "112743bf285003c26b79333befb4b015b0e510c0db354e72457635a2c7745a96",
    ],
    [
        "67a2399f95a98c763dff2fd1255228387fccffab3e7a625150c981c304b6218c",
        "cae1b6dcde9bd144518381401f09ec9546fde9a2adddf67727a19a65952dca5d",
        "2a90d18cfc9e0572d2acc5ac64253c928a3517ae08d4b3c8971783237904c3f5",
    ],
];
