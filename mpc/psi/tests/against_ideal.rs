//! The protocol computes what its plaintext twin computes.

mod side;

use mpc_psi::ecdh::{Params, ideal};
use mpc_psi::{Item, ItemSet};
use proptest::prelude::*;
use side::{arena, config, items, run};

/// Runs with payload and compares with the twin; gives the number of matches.
async fn compare(receiver: ItemSet, sender: ItemSet, chunk_items: u32, threads: usize) -> usize {
    let params = Params { payload: true, chunk_items, ..Params::default() };
    let mut config = config(params);
    config.threads = threads;
    let payload_of = |j: usize| format!("row {j}").repeat(j % 3).into_bytes();
    let payloads = arena((0..sender.len()).map(payload_of));
    let expected = ideal::intersect(receiver.as_slice(), sender.as_slice());
    let sizes = (receiver.len() as u64, sender.len() as u64);
    let both = run((config.clone(), config), receiver, sender, payloads).await;
    let (r, s) = (both.receiver.unwrap(), both.sender.unwrap());

    let got: Vec<(usize, Vec<u8>)> = r.matches.iter().map(|(i, payload)| (i, payload.to_vec())).collect();
    let expected: Vec<(usize, Vec<u8>)> = expected.into_iter().map(|(i, j)| (i, payload_of(j))).collect();
    assert_eq!(got, expected);

    // What the two sides will attest agrees.
    assert_eq!((r.report.own_items, r.report.peer_items), sizes);
    assert_eq!((s.report.peer_items, s.report.own_items), sizes);
    assert_eq!(r.report.agreement, s.report.agreement);
    assert_eq!((r.report.sent, r.report.received), (s.report.received, s.report.sent));
    assert_eq!((r.report.seed, r.report.peer_seed), (s.report.peer_seed, s.report.seed));
    assert_eq!(r.report.traffic.sent_bytes, s.report.traffic.received_bytes);
    assert_eq!(r.report.traffic.received_bytes, s.report.traffic.sent_bytes);
    assert_eq!(r.report.matched, Some(got.len() as u64));
    assert_eq!(s.report.matched, None);
    let canaries = r.report.canaries.unwrap();
    assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
    got.len()
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("key {i}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_from_nothing_to_a_thousand_match_as_in_the_clear() {
    for (receiver, sender, matches) in [
        (0..0, 0..0, 0),
        (0..0, 0..1, 0),
        (0..1, 0..0, 0),
        (0..1, 0..1, 1),
        (0..1, 1..2, 0),
        (0..2, 1..3, 1),
        (0..0, 0..1_000, 0),
        (0..1_000, 0..0, 0),
        (0..1_000, 500..1_500, 500),
        (0..1_000, 0..1_000, 1_000),
        (0..1_000, 999..1_001, 1),
    ] {
        let found = compare(keys(receiver.clone()), keys(sender.clone()), 128, 2).await;
        assert_eq!(found, matches, "{receiver:?} and {sender:?}");
    }
}
