//! The machines without a channel: canaries that a peer meets although it should not.

use mpc_core::CommittedSeed;

use super::receiver::{Matched, ReceiverSetup};
use super::sender::SenderSetup;
use crate::item::{Item, ItemSet};
use crate::run::{Params, PsiError, RunConfig, SessionId, canary};

const SESSION: SessionId = SessionId([3; 32]);

fn config() -> RunConfig {
    RunConfig { threads: 1, ..RunConfig::new(SESSION, [0; 32], Params { chunk_items: 5, ..Params::default() }) }
}

fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

fn run(receiver: Vec<Item>, sender: Vec<Item>) -> Result<Matched, PsiError> {
    let receiver = ReceiverSetup::new(config(), ItemSet::new(receiver)?, seed(1))?;
    let sender = SenderSetup::new(config(), ItemSet::new(sender)?, None, seed(2))?;
    let (of_receiver, of_sender) = (receiver.header().clone(), sender.header().clone());
    let mut exchange = receiver.agree(&of_sender)?;
    let (mut evaluating, mut builder) = sender.agree(&of_receiver)?;
    while let Some(job) = exchange.next_blinding() {
        let blinded = job.run(1);
        exchange.sending(&blinded);
        let evaluated = evaluating.blinded(blinded)?.run(1)?;
        evaluating.sending(&evaluated);
        let unblinded = exchange.evaluated(evaluated)?.run(1)?;
        exchange.absorb(unblinded);
    }
    let count = exchange.done();
    let mut matching = exchange.finish(count)?;
    let mut tagging = evaluating.finish(count)?;
    while let Some(job) = builder.next_job() {
        let derived = job.run(1);
        matching.accept(&tagging.seal(1, &derived, 0, derived.len())?)?;
    }
    matching.finish(&tagging.finish()?.0)
}

fn keys(names: &[&str]) -> Vec<Item> {
    names.iter().map(|name| Item::new(name.as_bytes())).collect()
}

fn private_canary(of: u8) -> Item {
    canary::private(&mut seed(of).prg("private canaries", &SESSION.0), 4)[2]
}

#[test]
fn the_machines_intersect_without_a_channel() {
    let matched = run(keys(&["a", "b", "c", "d", "e", "f"]), keys(&["f", "x", "b"])).unwrap();
    assert_eq!(matched.matches.iter().map(|(i, _)| i).collect::<Vec<_>>(), [1, 5]);
    assert_eq!((matched.counts.blinded, matched.counts.evaluated, matched.counts.tags), (14, 14, 11));
}

#[test]
fn a_sender_that_holds_a_private_canary_of_the_receiver_is_found_out() {
    let sender = [keys(&["a"]), vec![private_canary(1)]].concat();
    assert!(matches!(run(keys(&["a"]), sender), Err(PsiError::CanaryForged)));
}

#[test]
fn a_private_canary_of_the_sender_that_matches_is_found_out() {
    let receiver = [keys(&["a"]), vec![private_canary(2)]].concat();
    assert!(matches!(run(receiver, keys(&["a"])), Err(PsiError::PeerCanaryMatched)));
}
