//! The machines without a channel.

use mpc_core::CommittedSeed;
use mpc_core::vole::Security;

use super::*;
use crate::item::{Item, ItemSet};
use crate::run::message::Spoken;
use crate::run::{Params, PsiError, Role, RunConfig, SessionId, canary};

const SESSION: SessionId = SessionId([3; 32]);

fn config(bucket_items: u32) -> RunConfig {
    let params = Params { chunk_items: 5, ..Params::default() };
    RunConfig { threads: 1, bucket_items, ..RunConfig::new(SESSION, [0; 32], params) }
}

fn seed(byte: u8) -> CommittedSeed {
    CommittedSeed::from_bytes(&[byte; 64])
}

fn part(message: Option<Message>) -> Option<Part> {
    message.map(|message| match message {
        Message::Opening(part)
        | Message::Setup(part)
        | Message::Corrections(part)
        | Message::Challenge(part)
        | Message::Proof(part)
        | Message::Mask(part) => part,
        other => panic!("{:?}", other.kind()),
    })
}

fn run(
    variant: Variant,
    bucket_items: u32,
    receiver: Vec<Item>,
    sender: Vec<Item>,
) -> Result<(Matched, Confirming), PsiError> {
    let party = |role, items, of| Party::new(variant, role, config(bucket_items), ItemSet::new(items)?, None, seed(of));
    let (receiver, sender) = (party(Role::Receiver, receiver, 1)?, party(Role::Sender, sender, 2)?);
    let (of_receiver, of_sender) = (receiver.header().clone(), sender.header().clone());
    let (receiver, salt_r) = receiver.agree(&of_sender)?;
    let (sender, salt_s) = sender.agree(&of_receiver)?;
    let (Message::Salt(salt_r), Message::Salt(salt_s)) = (salt_r, salt_s) else { panic!("salts") };
    let (receiver, sender) = (ReceiverRun::new(receiver.open(&salt_s, 1)?), SenderRun::new(sender.open(&salt_r, 1)?));
    let (mut found, mut named) = (receiver.found(), sender.named());
    for bucket in 0..receiver.buckets() {
        let (s, opening) = sender.start(bucket, 1);
        let (r, setup) = receiver.opening(bucket, &part(Some(opening)).unwrap(), 1)?;
        let (s, corrections) = s.setup(&part(Some(setup)).unwrap(), 1)?;
        let (r, challenge) = r.corrections(&part(Some(corrections)).unwrap(), 1)?;
        let (s, proof) = s.challenge(part(challenge).as_ref(), 1)?;
        let (mut table, r) = r.mask(part(proof).as_ref(), receiver.prepare(bucket, 1)?, 1)?;
        let mut s = s.finish(1);
        while let Some(message) = table.next_chunk(1 << 20) {
            let Message::Table(chunk) = message else { panic!("table") };
            s.accept(&chunk)?;
        }
        let Message::TableEnd(end) = table.end() else { panic!("end") };
        let (s, mask) = s.finish(&end)?;
        let mut matching = r.decode(1)?.index(part(mask).as_ref(), found, 1)?;
        let mut tagging = s.tags(sender.prepare(bucket, 1), 1)?;
        while let Some(message) = tagging.next_chunk(1, 5)? {
            let Message::Tags(chunk) = message else { panic!("tags") };
            matching.accept(&chunk)?;
        }
        let (end, next) = tagging.finish(named)?;
        named = next;
        let Message::TagsEnd(end) = end else { panic!("end") };
        found = matching.finish(&end)?;
    }
    Ok((found.finish(&receiver)?, named.finish(&sender)))
}

fn keys(names: &[&str]) -> Vec<Item> {
    names.iter().map(|name| Item::new(name.as_bytes())).collect()
}

fn numbers(range: std::ops::Range<u32>) -> Vec<Item> {
    range.map(|i| Item::new(&i.to_be_bytes())).collect()
}

#[test]
fn the_machines_intersect_without_a_channel() {
    for variant in Variant::ALL {
        let (matched, confirming) =
            run(variant, 1 << 20, keys(&["a", "b", "c", "d", "e", "f"]), keys(&["f", "x", "b"])).unwrap();
        assert_eq!(matched.matches.iter().map(|(i, _)| i).collect::<Vec<_>>(), [1, 5]);
        assert_eq!(matched.counts, confirming.counts);
        assert_eq!((matched.counts.buckets, matched.counts.tags), (1, 11));
        assert_eq!(matched.agreement.tag_bytes, if variant.security == Security::Malicious { 16 } else { 6 });
    }
}

#[test]
fn buckets_find_what_one_bucket_finds_and_all_have_the_same_number_of_tags() {
    for variant in Variant::ALL {
        let (matched, confirming) = run(variant, 64, numbers(0..500), numbers(300..420)).unwrap();
        assert_eq!(matched.matches.iter().map(|(i, _)| i).collect::<Vec<_>>(), (300..420).collect::<Vec<_>>());
        assert_eq!(matched.counts, confirming.counts);
        assert_eq!(matched.counts.buckets, 8);
        assert!(matched.counts.tags > 128 && matched.counts.tags.is_multiple_of(8));
    }
}

fn private_canary(of: u8) -> Item {
    canary::private(&mut seed(of).prg("private canaries", &SESSION.0), 4)[2]
}

#[test]
fn a_sender_that_holds_a_private_canary_of_the_receiver_is_found_out() {
    let sender = [keys(&["a"]), vec![private_canary(1)]].concat();
    assert!(matches!(run(Security::Malicious.into(), 1 << 20, keys(&["a"]), sender), Err(PsiError::CanaryForged)));
}

#[test]
fn a_private_canary_of_the_sender_that_matches_is_found_out() {
    let receiver = [keys(&["a"]), vec![private_canary(2)]].concat();
    assert!(matches!(
        run(Security::Malicious.into(), 1 << 20, receiver, keys(&["a"])),
        Err(PsiError::PeerCanaryMatched)
    ));
}

#[test]
fn the_low_traffic_form_takes_no_more_items_of_the_sender_than_its_values_bear() {
    let low = Variant::low(Security::Malicious);
    let party =
        |role, of| Party::new(low, role, config(1 << 20), ItemSet::new(keys(&["a"])).unwrap(), None, seed(of)).unwrap();
    let of_receiver = party(Role::Receiver, 1);
    let mut theirs = party(Role::Sender, 2).header().clone();
    theirs.items = (1 << 24) + 1;
    let refused = of_receiver.agree(&theirs).map(|_| ()).unwrap_err();
    assert!(matches!(refused, PsiError::Setting { name: "items of the sender", value, .. } if value == (1 << 24) + 1));
    theirs.items -= 1;
    let of_receiver = party(Role::Receiver, 1);
    assert_eq!(of_receiver.agree(&theirs).unwrap().0.agreement().tag_bytes, 16);
}
