//! The cross-checks see a row that is lost or gained where no message shows it: in a machine's own memory.

use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_core::multiplex::Ring;
use mpc_net::TranscriptDigest;
use rand_core::RngCore;

use super::aggregates::{Aggregates, Column, Function};
use super::control::Shares;
use super::party::Party;
use super::receiver::ReceiverRun;
use super::sender::SenderRun;
use crate::item::{Item, ItemSet};
use crate::run::link::Transcripts;
use crate::run::{Params, PsiError, Role, RunConfig, SessionId};

const N: u32 = 200;

fn keys(from: u32) -> ItemSet {
    ItemSet::new((from..from + N).map(|i| Item::new(&i.to_be_bytes())).collect()).unwrap()
}

fn runs() -> (ReceiverRun, SenderRun) {
    let params = Params { joint_canaries: 8, private_canaries: 8, ..Params::default() };
    let config = RunConfig::new(SessionId([1; 32]), [2; 32], params);
    let asked = Aggregates { functions: vec![Function { column: 0, nullable: false }], count: true, min_group: 1 };
    let columns = Arc::new(vec![Column::new((0..i64::from(N)).collect())]);
    let seed = |byte| CommittedSeed::from_bytes(&[byte; 64]);
    let receiver = Party::new(Role::Receiver, config.clone(), asked.clone(), keys(0), seed(1)).unwrap();
    let sender = Party::new(Role::Sender, config, asked, keys(N / 2), seed(2)).unwrap();
    sender.check_columns(&columns).unwrap();
    let (mine, theirs) = (receiver.header().clone(), sender.header().clone());
    let (receiver, salt) = receiver.agree(&theirs).unwrap();
    let (sender, other) = sender.agree(&mine).unwrap();
    (ReceiverRun::new(receiver.open(&other).unwrap()), SenderRun::new(sender.open(&salt).unwrap(), columns))
}

/// Both sides' shares of bits and products, a bit in an element.
struct Computed {
    bits: [Vec<u64>; 2],
    products: [Vec<Vec<u64>>; 2],
}

/// What honest machines would hold after the products.
fn honest(sender: &SenderRun, columns: &[Ring]) -> Computed {
    let own = &*sender.own;
    let mut prg = CommittedSeed::from_bytes(&[9; 64]).prg("shares", b"");
    let placed = sender.place(1).unwrap();
    let controls = Shares::controls(&own.sizes, &own.public);
    let mut computed = Computed { bits: [vec![], vec![]], products: [vec![], vec![]] };
    for bin in 0..own.sizes.bins() {
        let mut row = vec![0; columns.len()];
        sender.row(&placed.items, &controls, bin, &mut row);
        // The first half of the sender's items are the receiver's too.
        let matched = match controls[bin] {
            Some(control) => (control as usize) < own.sizes.joint,
            None => placed.items[bin] < N / 2,
        };
        let share = prg.next_u64() & 1;
        computed.bits[0].push(share);
        computed.bits[1].push(share ^ u64::from(matched));
        let masks: Vec<u64> = columns.iter().map(|ring| ring.reduce(prg.next_u64())).collect();
        let others = row
            .iter()
            .zip(&masks)
            .zip(columns)
            .map(|((number, mask), ring)| ring.reduce(if matched { *number } else { 0 }.wrapping_sub(*mask)));
        computed.products[1].push(others.collect());
        computed.products[0].push(masks);
    }
    computed
}

/// What both sides find out about each other.
fn compared(receiver: &ReceiverRun, sender: &SenderRun, computed: &Computed) -> [Result<(), PsiError>; 2] {
    let columns = sender.own.aggregates.columns();
    let bits: Vec<Vec<u64>> = computed.bits.iter().map(|bits| words(bits)).collect();
    let products: Vec<Vec<u64>> = computed.products.iter().map(|rows| rows.concat()).collect();
    let (sizes, public) = (&receiver.own.sizes, &receiver.own.public);
    let mine = Shares { sizes, public, columns: &columns, bits: &bits[0], products: &products[0] };
    let (sizes, public) = (&sender.own.sizes, &sender.own.public);
    let yours = Shares { sizes, public, columns: &columns, bits: &bits[1], products: &products[1] };
    let digests =
        |sent, received| Transcripts { sent: TranscriptDigest([sent; 32]), received: TranscriptDigest([received; 32]) };
    let (a, b) = (mine.check(digests(1, 2), 0), yours.check(digests(2, 1), 0));
    [mine.compare(Role::Receiver, &a, &b).map(|_| ()), yours.compare(Role::Sender, &b, &a).map(|_| ())]
}

fn words(bits: &[u64]) -> Vec<u64> {
    bits.chunks(64).map(|part| part.iter().enumerate().fold(0, |word, (i, bit)| word | bit << i)).collect()
}

fn caught(receiver: &ReceiverRun, sender: &SenderRun, computed: &Computed) -> bool {
    let [mine, yours] = compared(receiver, sender, computed);
    assert_eq!(mine.is_err(), yours.is_err(), "both sides see the same");
    mine.is_err()
}

#[test]
fn an_honest_computation_passes_and_its_totals_are_right() {
    let (receiver, sender) = runs();
    let columns = sender.own.aggregates.columns();
    let computed = honest(&sender, &columns);
    assert!(!caught(&receiver, &sender, &computed));
    let totals: Vec<Vec<u64>> = (0..2)
        .map(|side| {
            let (bits, products) = (words(&computed.bits[side]), computed.products[side].concat());
            let (sizes, public) = (&sender.own.sizes, &sender.own.public);
            Shares { sizes, public, columns: &columns, bits: &bits, products: &products }.totals()
        })
        .collect();
    let sum = |column: usize| columns[column].reduce(totals[0][column].wrapping_add(totals[1][column]));
    assert_eq!((sum(0), sum(1)), (u64::from(N / 2), (0..u64::from(N / 2)).sum()));
}

#[test]
fn a_row_lost_or_gained_in_either_machine_is_caught_wherever_it_was() {
    let (receiver, sender) = runs();
    let columns = sender.own.aggregates.columns();
    let bins = sender.own.sizes.bins();
    for side in 0..2 {
        for at in (0..bins - 1).step_by(7) {
            let mut lost = honest(&sender, &columns);
            lost.products[side].remove(at);
            lost.products[side].push(vec![0; columns.len()]);
            assert!(caught(&receiver, &sender, &lost), "lost at {at}");
            let mut gained = honest(&sender, &columns);
            gained.products[side].insert(at, vec![0; columns.len()]);
            gained.products[side].truncate(bins);
            assert!(caught(&receiver, &sender, &gained), "gained at {at}");
        }
    }
}

#[test]
fn a_stretch_that_is_zero_a_turned_bit_and_a_wrong_number_of_a_canary_are_caught() {
    let (receiver, sender) = runs();
    let columns = sender.own.aggregates.columns();
    let bins = sender.own.sizes.bins();
    // As long as the distance of two canaries.
    let stretch = bins.div_ceil(sender.own.sizes.controls() - 1);
    for at in (0..bins - stretch).step_by(11) {
        let mut zero = honest(&sender, &columns);
        zero.products[0][at..at + stretch].iter_mut().for_each(|row| row.fill(0));
        assert!(caught(&receiver, &sender, &zero));
    }
    for control in 0..sender.own.sizes.controls() {
        let bin = sender.own.public.bins.control(control);
        let mut turned = honest(&sender, &columns);
        turned.bits[1][bin] ^= 1;
        let [mine, _] = compared(&receiver, &sender, &turned);
        if control < sender.own.sizes.joint {
            assert!(matches!(mine, Err(PsiError::CanaryLost { .. })));
        } else {
            assert!(matches!(mine, Err(PsiError::CanaryForged)));
        }
        for column in 0..columns.len() {
            let mut wrong = honest(&sender, &columns);
            wrong.products[0][bin][column] ^= 4;
            let [mine, _] = compared(&receiver, &sender, &wrong);
            assert!(matches!(mine, Err(PsiError::CanaryPayload)));
        }
    }
}

#[test]
fn every_point_of_both_sides_stands_in_its_bin_or_the_run_ends() {
    let (receiver, sender) = runs();
    let placed = sender.place(1).unwrap();
    let mut seen: Vec<u32> = placed.items.iter().copied().filter(|item| *item != u32::MAX).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..N).collect::<Vec<_>>());
    assert!(receiver.place(2).is_ok());
}
