//! What holds for both correlations.

use super::*;
use crate::base_ot::BaseOtError;
use crate::group::PointError;
use crate::prg::{CommittedSeed, Prg};

fn prg(label: &str) -> Prg {
    CommittedSeed::from_bytes(&[9; 64]).prg(label, b"silent")
}

const LEN: usize = 3_000;

pub(crate) fn malformed_messages_are_refused<F: Noise>() {
    let layout = Layout::<F>::new(LEN, Security::Malicious).unwrap();
    let other = Layout::<F>::new(LEN, Security::SemiHonest).unwrap();
    let (sender, opening) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
    let (receiver, setup) = Receiver::start(layout, [1; 32]).setup(&opening, &mut prg("r"), 1).unwrap();
    let (sender, corrections) = sender.expand(&setup, &mut prg("s2"), 1).unwrap();
    let (_, challenge) = receiver.expand(&corrections, 1).unwrap().challenge(&mut prg("r2"), 1).unwrap();
    let (_, proof) = sender.answer(&challenge, 1).unwrap();

    // Lengths.
    macro_rules! lengths {
        ($type:ident, $message:expr, $name:literal) => {
            let bytes = $message.encode();
            assert!($type::decode(&layout, &bytes).is_ok_and(|m| m == $message));
            let longer = [bytes.as_slice(), &[0]].concat();
            for wrong in [&[][..], &bytes[..bytes.len() - 1], &bytes[1..], &longer] {
                let expected = SilentError::MessageLength { message: $name, expected: bytes.len(), got: wrong.len() };
                assert_eq!($type::decode(&layout, wrong).unwrap_err(), expected);
            }
        };
    }
    lengths!(Opening, opening, "opening");
    lengths!(Setup, setup, "setup");
    lengths!(Corrections, corrections, "corrections");
    lengths!(Challenge, challenge, "challenge");
    lengths!(Proof, proof, "proof");

    // Elements of the base transfers.
    for (element, cause) in [([0; 32], PointError::Identity), ([0xff; 32], PointError::NonCanonical)] {
        let mut bytes = opening.encode();
        bytes[64 * 77 + 32..][..32].copy_from_slice(&element);
        let bad = Opening::decode(&layout, &bytes).unwrap();
        let refused = Receiver::start(layout, [1; 32]).setup(&bad, &mut prg("r"), 2).map(|_| ()).unwrap_err();
        assert_eq!(refused, BaseOtError::Receiver { index: 77, cause }.into());
        let mut bytes = setup.encode();
        bytes[..32].copy_from_slice(&element);
        let bad = Setup::decode(&layout, &bytes).unwrap();
        let (sender, _) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
        let refused = sender.expand(&bad, &mut prg("s2"), 1).map(|_| ()).unwrap_err();
        assert_eq!(refused, BaseOtError::Sender(cause).into());
    }

    // A receiver that deviates: any bit of the level sums that this Δ uses, of the rows, of the proofs.
    let bytes = setup.encode();
    let (levels, rows) = (32, 32 + 128 * 32);
    let mut refusals = 0;
    for at in [
        levels + 5,
        levels + 16 + 5,
        rows,
        bytes.len() - 80 - 40,
        bytes.len() - 80 - 1,
        bytes.len() - 48,
        bytes.len() - 1,
    ] {
        let mut bad = bytes.clone();
        bad[at] ^= 0x10;
        let (sender, _) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
        let refused = sender.expand(&Setup::decode(&layout, &bad).unwrap(), &mut prg("s2"), 1).map(|_| ());
        refusals += usize::from(refused.is_err());
        assert!(at < rows || refused.is_err(), "{at}");
    }
    // One of the two level sums is of no consequence but for the challenge, which covers it.
    assert_eq!(refusals, 7);

    // Messages of the other kind of security.
    let (sender, opening) = Sender::start(other, [1; 32], &mut prg("s"), 1);
    let (receiver, other_setup) = Receiver::start(other, [1; 32]).setup(&opening, &mut prg("r"), 1).unwrap();
    assert_eq!(
        sender.expand(&setup, &mut prg("s2"), 1).map(|_| ()).unwrap_err(),
        SilentError::MessageLayout { message: "setup" }
    );
    let (sender, _) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
    assert!(sender.expand(&other_setup, &mut prg("s2"), 1).is_err());
    let small = Layout::<F>::new(100_000, Security::SemiHonest).unwrap();
    let foreign = Corrections(vec![Gf128::ZERO; small.corrections_bytes() / 16]);
    assert_eq!(
        receiver.expand(&foreign, 1).map(|_| ()).unwrap_err(),
        SilentError::MessageLayout { message: "corrections" }
    );
}

/// A change of one block of the corrections is either found or, if the receiver's path did not use the block, without
/// effect on the receiver: selective failure, and nothing else.
pub(crate) fn wrong_corrections<F: Noise>() {
    let layout = Layout::<F>::new(LEN, Security::Malicious).unwrap();
    let mut found = 0;
    // Every block of one tree of each depth, and the last block of all.
    let [deep, shallow] = layout.stands();
    let [of_deep, of_shallow] = [deep, shallow].map(|stand| layout.blocks_of_tree(stand.depth));
    let shallow_from = deep.trees * of_deep + 5 * of_shallow;
    let blocks = (5 * of_deep..6 * of_deep)
        .chain(shallow_from..shallow_from + of_shallow)
        .chain([layout.correction_blocks() - 1]);
    let total = blocks.clone().count();
    for block in blocks {
        let (sender, opening) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
        let (receiver, setup) = Receiver::start(layout, [1; 32]).setup(&opening, &mut prg("r"), 1).unwrap();
        let (sender, mut corrections) = sender.expand(&setup, &mut prg("s2"), 1).unwrap();
        corrections.0[block] ^= Gf128(1 << 90);
        let (receiver, challenge) = receiver.expand(&corrections, 1).unwrap().challenge(&mut prg("r2"), 1).unwrap();
        let (_, proof) = sender.answer(&challenge, 1).unwrap();
        match receiver.verify(&proof) {
            Err(error) => {
                assert_eq!(error, SilentError::InconsistentCorrections);
                found += 1;
            }
            Ok(_) => {
                assert!(F::FIELD != NoiseField::Bits, "only one of the two sums of the last level may go unnoticed")
            }
        }
    }
    // All but the unused one of the last level's two sums, in both trees.
    assert_eq!(found, total - 2 * usize::from(F::FIELD != NoiseField::Bits));
}

#[test]
fn a_sender_whose_delta_is_not_that_of_the_trees_is_found_out() {
    let layout = Layout::<Values>::new(LEN, Security::Malicious).unwrap();
    let (sender, opening) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
    let (receiver, setup) = Receiver::start(layout, [1; 32]).setup(&opening, &mut prg("r"), 1).unwrap();
    let (mut sender, corrections) = sender.expand(&setup, &mut prg("s2"), 1).unwrap();
    let (receiver, challenge) = receiver.expand(&corrections, 1).unwrap().challenge(&mut prg("r2"), 1).unwrap();
    sender.delta.0 ^= Gf128::ONE;
    let (_, proof) = sender.answer(&challenge, 1).unwrap();
    assert_eq!(receiver.verify(&proof).map(|_| ()).unwrap_err(), SilentError::InconsistentCorrections);
}

#[test]
fn the_check_can_neither_be_left_out_nor_be_asked_for_where_there_is_none() {
    for security in [Security::SemiHonest, Security::Malicious] {
        let layout = Layout::<Bits>::new(LEN, security).unwrap();
        let (sender, opening) = Sender::start(layout, [1; 32], &mut prg("s"), 1);
        let (receiver, setup) = Receiver::start(layout, [1; 32]).setup(&opening, &mut prg("r"), 1).unwrap();
        let (sender, corrections) = sender.expand(&setup, &mut prg("s2"), 1).unwrap();
        let receiver = receiver.expand(&corrections, 1).unwrap();
        match security {
            Security::Malicious => {
                assert_eq!(sender.without_check().map(|_| ()).unwrap_err(), SilentError::Check);
                assert_eq!(receiver.without_check().map(|_| ()).unwrap_err(), SilentError::Check);
            }
            Security::SemiHonest => {
                let challenge = Challenge { seed: [0; 16], sum: Gf128::ZERO };
                assert_eq!(sender.answer(&challenge, 1).map(|_| ()).unwrap_err(), SilentError::Check);
                assert_eq!(receiver.challenge(&mut prg("r2"), 1).map(|_| ()).unwrap_err(), SilentError::Check);
            }
        }
    }
}
