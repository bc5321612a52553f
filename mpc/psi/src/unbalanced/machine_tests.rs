//! The machines without a channel: rows that are lost or gained between a sender's data and its set-up, canaries that a
//! peer meets although it should not, and keys that are exchanged.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_core::voprf::Output;

use super::epoch::Secret;
use super::face;
use super::message::Part;
use super::receiver::{Matched, ReceiverSetup};
use super::sender::SenderSetup;
use crate::item::{Item, ItemSet};
use crate::run::{Params, PayloadArena, PayloadSource, PsiError, RunConfig, SessionId, canary};

const SESSION: SessionId = SessionId([3; 32]);

fn config(payload: bool) -> RunConfig {
    let params = Params { chunk_items: 5, payload, ..Params::default() };
    RunConfig { threads: 1, ..RunConfig::new(SESSION, [0; 32], params) }
}

fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

/// What somebody does to the outputs of the sender's own items before the set-up is made of them: the items first, then
/// four joint canaries, then four private ones.
type Twist<'a> = &'a dyn Fn(&mut Vec<Output>);

fn run(receiver: Vec<Item>, sender: Vec<Item>, payload: bool, twist: Twist<'_>) -> Result<Matched, PsiError> {
    let mut arena = PayloadArena::new();
    (0..sender.len()).for_each(|i| arena.push(format!("{i}").as_bytes()));
    let source = payload.then(|| Arc::new(arena) as Arc<dyn PayloadSource>);
    let receiver = ReceiverSetup::new(config(payload), ItemSet::new(receiver)?, seed(1))?;
    let sender = SenderSetup::new(config(payload), ItemSet::new(sender)?, source, seed(2))?;
    let (of_receiver, of_sender) = (receiver.header().clone(), sender.header().clone());
    let (waiting, agreed) = (receiver.agree(&of_sender)?, sender.agree(&of_receiver)?);

    let (secret, mut build) = agreed.build()?;
    let mut outputs = vec![];
    while let Some(job) = build.next_job() {
        outputs.extend_from_slice(&job.run(1)?);
    }
    twist(&mut outputs);
    build.absorb(&outputs);
    let (face, written) = build.finish(1, agreed.sink()?)?;
    let epoch = agreed.made(secret, face, written)?;

    let mut asking = waiting.epoch(epoch.face.clone())?;
    let mut fetching = asking.fetch()?;
    let mut bytes = vec![0; epoch.blob.len() as usize];
    epoch.blob.read_at(0, &mut bytes)?;
    fetching.part(&Part { offset: 0, bytes: bytes.into() })?;
    let setup = fetching.finish(1)?;
    let mut answering = agreed.answer(&epoch)?;
    while let Some(job) = asking.next_blinding() {
        let (chunk, asked) = job.run(1)?;
        asking.sending(asked);
        let answer = answering.blinded(chunk)?.run(1)?;
        let outputs = asking.evaluated(answer)?.run(1)?;
        asking.absorb(&outputs);
    }
    answering.finish(asking.done(), 0)?;
    asking.finish(&setup, 0)
}

fn keys(names: &[&str]) -> Vec<Item> {
    names.iter().map(|name| Item::new(name.as_bytes())).collect()
}

fn nothing(_: &mut Vec<Output>) {}

#[test]
fn the_machines_intersect_without_a_channel() {
    for payload in [false, true] {
        let (left, right) = (keys(&["a", "b", "c", "d", "e", "f"]), keys(&["f", "x", "b"]));
        let matched = run(left, right, payload, &nothing).unwrap();
        let got: Vec<(usize, &[u8])> = matched.matches.iter().collect();
        let expected: [(usize, &[u8]); 2] = if payload { [(1, b"2"), (5, b"0")] } else { [(1, b""), (5, b"")] };
        assert_eq!(got, expected);
        assert_eq!((matched.counts.blinded, matched.counts.evaluated), (14, 14));
        let canaries = matched.canaries;
        assert_eq!((canaries.joint_found, canaries.private_absent, canaries.peer_private_present), (4, 4, 4));
    }
}

#[test]
fn rows_that_the_sender_loses_or_gains_while_it_makes_its_set_up_are_noticed_by_itself() {
    let twists: [(&str, Twist<'_>); 4] = [
        ("the first lost", &|outputs| _ = outputs.remove(0)),
        ("the last lost", &|outputs| _ = outputs.pop()),
        ("one gained", &|outputs| outputs.push([7; 64])),
        ("all lost", &|outputs| outputs.clear()),
    ];
    for payload in [false, true] {
        for (name, twist) in twists {
            let done = run(keys(&["a", "b"]), keys(&["b", "c", "d"]), payload, twist);
            assert!(matches!(done, Err(PsiError::SetupRows)), "{name}");
        }
        let twice: Twist<'_> = &|outputs| outputs[1] = outputs[0];
        let done = run(keys(&["a", "b"]), keys(&["b", "c", "d"]), payload, twice);
        assert!(matches!(done, Err(PsiError::TagCollision)));
    }
}

#[test]
fn rows_that_a_set_up_lost_and_others_that_it_gained_are_noticed_by_the_receiver() {
    for payload in [false, true] {
        // The number is right, as another row stands where one was lost: of the joint canaries the receiver misses it.
        for lost in 3..7 {
            let twist: Twist<'_> = &|outputs| outputs[lost] = [lost as u8; 64];
            let done = run(keys(&["a", "b"]), keys(&["b", "c", "d"]), payload, twist);
            assert!(matches!(done, Err(PsiError::CanaryLost { found: 3, expected: 4 })), "{lost}");
        }
        // A payload that belongs to another row.
        if payload {
            let twist: Twist<'_> = &|outputs| {
                let (a, b) = outputs.split_at_mut(1);
                a[0][16..].copy_from_slice(&b[0][16..]);
            };
            let done = run(keys(&["a", "b"]), keys(&["b", "c", "d"]), payload, twist);
            assert!(matches!(done, Err(PsiError::PayloadForged)));
        }
    }
}

#[test]
fn a_private_canary_that_the_other_side_holds_is_found_out() {
    let of_receiver = canary::private(&mut seed(1).prg("private canaries", &SESSION.0), 4)[2];
    for payload in [false, true] {
        let mut sender = keys(&["a", "b"]);
        sender.push(of_receiver);
        assert!(matches!(run(keys(&["a"]), sender, payload, &nothing), Err(PsiError::CanaryForged)));

        let secret = Secret::of_run(&seed(2), &SESSION, face::scope(&config(payload)));
        let of_sender = canary::private(&mut secret.seed.prg("private canaries", &secret.nonce.0), 4)[1];
        let mut receiver = keys(&["a"]);
        receiver.push(of_sender);
        assert!(matches!(run(receiver, keys(&["a", "b"]), payload, &nothing), Err(PsiError::PeerCanaryMatched)));
    }
}

#[test]
fn a_set_up_made_with_another_key_than_the_one_that_answers_matches_nothing_and_is_noticed() {
    let other = Secret::of_run(&seed(9), &SESSION, [0; 32]);
    let own = Secret::of_run(&seed(2), &SESSION, face::scope(&config(false)));
    let items = keys(&["b", "c", "d"]);
    let mut all = items.clone();
    all.extend(canary::joint(&own.nonce, 4));
    all.extend(canary::private(&mut own.seed.prg("private canaries", &own.nonce.0), 4));
    let wrong = other.key.outputs(&all, 1).unwrap();
    let right = own.key.outputs(&all, 1).unwrap();
    let done = run(keys(&["a", "b"]), items.clone(), false, &|outputs| {
        assert_eq!(outputs[..], right[..], "the order of the entries is as this test says");
        outputs.copy_from_slice(&wrong);
    });
    assert!(matches!(done, Err(PsiError::CanaryLost { found: 0, expected: 4 })));
}

#[test]
fn a_receiver_that_asks_more_than_a_key_may_answer_is_refused() {
    let strict = Params { statistical_bits: 61, ..Params::default() };
    let config = RunConfig { params: strict, ..config(false) };
    let set = || ItemSet::new(keys(&["a"])).unwrap();
    let receiver = ReceiverSetup::new(config.clone(), set(), seed(1)).unwrap();
    let sender = SenderSetup::new(config, set(), None, seed(2)).unwrap();
    let (of_receiver, of_sender) = (receiver.header().clone(), sender.header().clone());
    let limit = |error: PsiError| matches!(error, PsiError::QueryLimit { asked: 9, max: 8 });
    assert!(limit(receiver.agree(&of_sender).err().unwrap()) && limit(sender.agree(&of_receiver).err().unwrap()));
}
