//! Circuit-PSI: nothing of the data on the wire, and a replay to the byte.

use std::sync::Arc;

use crate::sides::{Outcome, columns, config, items, run, seed, sums};
use mpc_net::replay::ReplayStream;
use mpc_net::{Channel, ChannelConfig, RecordedFrame};
use mpc_psi::Item;
use mpc_psi::circuit::{Aggregates, Column, run_receiver, run_sender};
use mpc_psi::run::Control;

fn key(i: u32) -> String {
    format!("1101051949{i:08}")
}

/// Values that would be seen on the wire: eight bytes that no length or counter has.
fn value(i: u32) -> i64 {
    0x0012_3456_789a_0000 + i64::from(i)
}

fn data(from: u32, to: u32) -> Arc<Vec<Column>> {
    columns(&[(from..to).map(|i| Some(value(i))).collect()], &[false])
}

fn asked() -> Aggregates {
    sums(&[false], true, 3)
}

async fn recorded() -> Outcome {
    run(config(), asked(), items((0..60).map(key)), items((40..90).map(key)), data(40, 90)).await
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn no_key_no_item_and_no_value_is_on_the_wire() {
    let outcome = recorded().await;
    outcome.receiver.expect("an honest run");
    let said: Vec<u8> = outcome
        .receiver_frames
        .iter()
        .chain(&outcome.sender_frames)
        .flat_map(|frame| frame.bytes.iter().copied())
        .collect();
    assert!(said.len() > 100_000);
    for i in 0..90 {
        let item = Item::new(key(i).as_bytes());
        assert!(!contains(&said, key(i).as_bytes()));
        assert!(!contains(&said, &item.as_ref()[..8]));
        for value in [value(i).to_le_bytes(), value(i).to_be_bytes()] {
            assert!(!contains(&said, &value), "row {i}");
        }
    }
    // The search finds what is there.
    assert!(contains(&said, b"psi.circuit-gf128/1"));
}

#[tokio::test]
async fn either_side_can_be_replayed_to_the_byte_and_another_seed_cannot_pass_for_it() {
    let outcome = recorded().await;
    let result = outcome.receiver.unwrap().result;
    let threads = |n| mpc_psi::run::RunConfig { threads: n, ..config() };
    for n in [1, 3] {
        let (channel, control) = (replayed(&outcome.receiver_frames), Control::new());
        let again = run_receiver(channel, threads(n), asked(), items((0..60).map(key)), seed(1), &control).await;
        assert_eq!(again.unwrap().result, result);
        let (channel, mine) = (replayed(&outcome.sender_frames), items((40..90).map(key)));
        run_sender(channel, threads(n), asked(), mine, data(40, 90), seed(2), &control).await.unwrap();
    }
    // Another seed, other items, another value: other bytes.
    let control = Control::new();
    let channel = replayed(&outcome.receiver_frames);
    assert!(run_receiver(channel, config(), asked(), items((0..60).map(key)), seed(3), &control).await.is_err());
    let channel = replayed(&outcome.receiver_frames);
    assert!(run_receiver(channel, config(), asked(), items((1..61).map(key)), seed(1), &control).await.is_err());
    let channel = replayed(&outcome.sender_frames);
    let mine = items((40..90).map(key));
    assert!(run_sender(channel, config(), asked(), mine, data(41, 91), seed(2), &control).await.is_err());
}

fn replayed(frames: &[RecordedFrame]) -> Channel {
    Channel::new(ReplayStream::new(frames), ChannelConfig::default())
}
