//! A result to both sides: what the receiver proves is what the sender's items match, and nothing else passes.

mod side;
mod tamper;

use mpc_net::replay::ReplayStream;
use mpc_net::{Channel, ChannelConfig, FrameKind, RecordedFrame};
use mpc_psi::rr22::Security;
use mpc_psi::run::{ClaimKind, Control, Params, Returns, RunConfig, RunReport, ideal};
use mpc_psi::{ItemSet, Protocol, run_receiver_returning, run_sender};
use side::{Both, arena, config, items, run_returning, seed};
use tamper::{Mutate, N, Word, between, change, drop_one, honest, replace};

/// Every protocol that gives rows, in both forms of RR22.
const PROTOCOLS: [Protocol; 3] =
    [Protocol::Ecdh, Protocol::Rr22(Security::Malicious), Protocol::Rr22(Security::SemiHonest)];

fn settings(payload: bool, returns: Returns) -> RunConfig {
    let params = Params { chunk_items: 16, payload, returns, ..Params::default() };
    // Several buckets of RR22: places among the tags go through all of them.
    // Checkpoints, which a run that gives nothing back has, would be compared with.
    RunConfig { bucket_items: 40, checkpoint_buckets: 0, ..config(params) }
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| i.to_be_bytes()))
}

fn texts(prefix: &str, len: usize) -> Vec<String> {
    (0..len).map(|i| format!("{prefix}{i}").repeat(i % 3)).collect()
}

async fn run(protocol: Protocol, payload: bool, returns: Returns, receiver: ItemSet, sender: ItemSet) -> Both {
    let settings = settings(payload, returns);
    let back = arena(texts("left", receiver.len())).filter(|_| returns == Returns::Columns);
    let there = arena(texts("right", sender.len())).filter(|_| payload);
    run_returning(protocol, (settings.clone(), settings), (receiver, back), (sender, there)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_side_learns_what_matched_as_in_the_clear() {
    for protocol in PROTOCOLS {
        for (left, right) in
            [(0..0, 0..0), (0..0, 0..50), (0..50, 0..0), (0..1, 0..1), (0..130, 100..250), (0..90, 0..90)]
        {
            for (payload, returns) in [(true, Returns::Columns), (false, Returns::Matches), (false, Returns::Columns)] {
                let (left, right) = (keys(left.clone()), keys(right.clone()));
                let common = ideal::intersect(left.as_slice(), right.as_slice());
                let (of_left, of_right) = (texts("left", left.len()), texts("right", right.len()));
                let both = run(protocol, payload, returns, left, right).await;
                let (r, s) = (both.receiver.unwrap(), both.sender.unwrap());
                let shown = |matches: &mpc_psi::run::Matches| -> Vec<(usize, String)> {
                    matches.iter().map(|(i, p)| (i, String::from_utf8(p.to_vec()).unwrap())).collect()
                };
                let text = |given: bool, text: &String| if given { text.clone() } else { String::new() };
                let expected: Vec<_> = common.iter().map(|(i, j)| (*i, text(payload, &of_right[*j]))).collect();
                assert_eq!(shown(&r.matches), expected, "{}", protocol.id());
                let mut expected: Vec<_> =
                    common.iter().map(|(i, j)| (*j, text(returns == Returns::Columns, &of_left[*i]))).collect();
                expected.sort();
                assert_eq!(shown(&s.matches.unwrap()), expected, "{}", protocol.id());

                assert_eq!(s.report.matched, Some(common.len() as u64));
                let canaries = s.report.canaries.unwrap();
                assert_eq!((canaries.joint_found, canaries.private_absent), (4, 4));
                assert_eq!(r.report.agreement, s.report.agreement);
                assert_eq!((r.report.sent, r.report.received), (s.report.received, s.report.sent));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_costs_twenty_bytes() {
    for protocol in PROTOCOLS {
        let bytes = async |returns| {
            let both = run(protocol, false, returns, keys(0..300), keys(100..400)).await;
            both.receiver.unwrap().report.traffic.sent_bytes
        };
        let more = bytes(Returns::Matches).await - bytes(Returns::Nothing).await;
        // 200 matches and 4 canaries, 16 to a message of 6 + 8 bytes before them; then the number of all.
        let messages = 204u64.div_ceil(16);
        assert_eq!(more, 204 * 20 + messages * (6 + 8) + 6 + 8, "{}", protocol.id());
    }
}

fn without_times(report: RunReport) -> RunReport {
    RunReport { phases: vec![], ..report }
}

fn replayed(frames: &[RecordedFrame]) -> Channel {
    Channel::new(ReplayStream::new(frames), ChannelConfig::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_reproduce_their_bytes_from_seed_and_input() {
    for protocol in PROTOCOLS {
        let (left, right) = (keys(0..100), keys(50..150));
        let both = run(protocol, true, Returns::Columns, left.clone(), right.clone()).await;
        let (receiver, sender) = (both.receiver.unwrap(), both.sender.unwrap());
        let control = Control::new();
        for threads in [1, 3] {
            let settings = RunConfig { threads, ..settings(true, Returns::Columns) };
            let (channel, back) = (replayed(&both.receiver_frames), arena(texts("left", 100)));
            let again =
                run_receiver_returning(protocol, channel, settings.clone(), left.clone(), back, seed(1), &control)
                    .await;
            assert_eq!(without_times(again.unwrap().report), without_times(receiver.report.clone()));
            let (channel, there) = (replayed(&both.sender_frames), arena(texts("right", 100)));
            let again = run_sender(protocol, channel, settings, right.clone(), there, seed(2), &control).await.unwrap();
            assert_eq!(without_times(again.report), without_times(sender.report.clone()));
            assert!(again.matches.unwrap().iter().eq(sender.matches.as_ref().unwrap().iter()));
        }
    }
}

const CLAIMS: ClaimKind = ClaimKind::Claims;
/// Bytes before the claims of a message, and of a claim without columns.
const HEAD: usize = 8;
const CLAIM: usize = 20;

fn kind(kind: ClaimKind) -> FrameKind {
    kind.frame_kind()
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_that_were_not_earned_end_the_run_at_the_sender() {
    // 20 matches and 4 canaries: messages of 16 and 8.
    type Make = fn() -> Mutate;
    let cases: Vec<(&str, &str, Make)> = vec![
        ("a forged proof", "claim_forged", || change(kind(CLAIMS), 0, |b| b[HEAD + 4] ^= 1)),
        ("a proof of zeros", "claim_forged", || change(kind(CLAIMS), 1, |b| b[HEAD + 4..HEAD + CLAIM].fill(0))),
        ("two proofs exchanged", "claim_forged", || {
            change(kind(CLAIMS), 0, |b| {
                let (one, two) = b[HEAD..].split_at_mut(CLAIM);
                one[4..].swap_with_slice(&mut two[4..CLAIM]);
            })
        }),
        ("the same claim again", "claim_repeated", || {
            change(kind(CLAIMS), 0, |b| b.copy_within(HEAD..HEAD + CLAIM, HEAD + CLAIM))
        }),
        ("a tag that was never sent", "claim_out_of_range", || change(kind(CLAIMS), 1, |b| b[HEAD] = 0xff)),
        ("a message left out", "wrong_offset", || drop_one(kind(CLAIMS), 0)),
        ("the last message left out", "wrong_count", || drop_one(kind(CLAIMS), 1)),
        ("a wrong number at the end", "wrong_count", || change(kind(ClaimKind::ClaimsEnd), 0, |b| b[7] ^= 1)),
        ("half a claim", "malformed_message", || change(kind(CLAIMS), 1, |b| b.truncate(HEAD + CLAIM + 3))),
        ("a message of nothing", "chunk_size", || change(kind(CLAIMS), 0, |b| b.truncate(HEAD))),
        ("a message without a head", "malformed_message", || change(kind(CLAIMS), 0, |b| b.truncate(3))),
        ("too long a message", "chunk_size", || change(kind(CLAIMS), 0, |b| b.extend_from_slice(&[0; CLAIM]))),
        ("no claims at all", "unexpected_message", || {
            replace(kind(CLAIMS), 0, |p| vec![Word::Say(kind(ClaimKind::ClaimsTaken), p[..8].to_vec())])
        }),
    ];
    for protocol in PROTOCOLS {
        let settings = || RunConfig { bucket_items: 1 << 20, ..settings(true, Returns::Matches) };
        for (name, code, make) in &cases {
            let outcome = between(protocol, make(), honest(), (settings(), settings())).await;
            let error = outcome.sender.map(|_| ()).expect_err(name);
            assert_eq!(error.code(), *code, "{name}, {}: {error}", protocol.id());
            assert!(outcome.receiver.is_err(), "{name}");
        }
        let outcome = between(protocol, honest(), honest(), (settings(), settings())).await;
        assert_eq!((outcome.receiver.unwrap().matches.len(), outcome.sender.unwrap().matches.unwrap().len()), (20, 20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_that_were_changed_on_the_way_back_are_noticed() {
    for protocol in PROTOCOLS {
        let settings = || RunConfig { bucket_items: 1 << 20, ..settings(true, Returns::Columns) };
        let spoil = change(kind(CLAIMS), 0, |b| b[HEAD + CLAIM] ^= 1);
        let outcome = between(protocol, spoil, honest(), (settings(), settings())).await;
        assert_eq!(outcome.sender.map(|_| ()).unwrap_err().code(), "payload_forged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_miscounts_the_claims_is_noticed_by_the_receiver() {
    for protocol in PROTOCOLS {
        let taken = kind(ClaimKind::ClaimsTaken);
        let settings = || RunConfig { bucket_items: 1 << 20, ..settings(false, Returns::Matches) };
        for (mutate, code) in [
            (change(taken, 0, |b| b[7] ^= 1), "confirm_count"),
            (change(taken, 0, |b| b.push(0)), "malformed_message"),
            (change(taken, 0, |b| b.truncate(7)), "malformed_message"),
        ] {
            let outcome = between(protocol, honest(), mutate, (settings(), settings())).await;
            assert_eq!(outcome.receiver.map(|_| ()).unwrap_err().code(), code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sides_that_do_not_agree_on_what_goes_back_part_at_the_headers() {
    for protocol in PROTOCOLS {
        for (ours, theirs) in [(Returns::Matches, Returns::Nothing), (Returns::Nothing, Returns::Columns)] {
            let configs = (settings(true, ours), settings(true, theirs));
            let outcome = between(protocol, honest(), honest(), configs).await;
            let codes = [outcome.receiver.map(|_| ()).unwrap_err(), outcome.sender.map(|_| ()).unwrap_err()];
            assert!(codes.iter().any(|e| e.code() == "parameter_mismatch"), "{codes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_fewer_matches_than_may_be_given_back_nothing_is_claimed() {
    for protocol in PROTOCOLS {
        let settings = |returned_matches_min| RunConfig { returned_matches_min, ..settings(true, Returns::Columns) };
        let never: Mutate = Box::new(|said, payload| {
            assert!(ClaimKind::from_frame(said).is_none(), "a claim was sent");
            vec![Word::Say(said, payload)]
        });
        let outcome = between(protocol, never, honest(), (settings(21), settings(21))).await;
        assert_eq!(outcome.receiver.map(|_| ()).unwrap_err().code(), "matches_below_minimum");
        assert!(outcome.sender.is_err());
        let outcome = between(protocol, honest(), honest(), (settings(20), settings(20))).await;
        assert_eq!(outcome.sender.unwrap().matches.unwrap().len(), N as usize / 2);
    }
}
