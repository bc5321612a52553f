//! Claims without a channel: what an honest receiver says is accepted, and nothing else.

use std::sync::Arc;

use bytes::Bytes;

use super::CLAIM_BYTES;
use super::checking::{Checking, Claimable, Returned};
use super::claiming::{ClaimList, Claiming};
use super::message::ClaimChunk;
use crate::run::entries::EntryCounts;
use crate::run::{Agreement, PayloadArena, PayloadSource, PsiError, Returns, SessionId, canary};

const SESSION: SessionId = SessionId([4; 32]);
const JOINT: u16 = 2;
/// Own items of the sender; then come joint canaries, then one private one, then padding.
const ITEMS: u32 = 6;

fn agreement(returned_bytes: Option<u32>) -> Agreement {
    Agreement {
        digest: [9; 32],
        receiver_total: 7,
        sender_total: 9,
        tag_bytes: 16,
        payload_bytes: None,
        returned_bytes,
        returns: if returned_bytes.is_some() { Returns::Columns } else { Returns::Matches },
        claims_max: 4 + u64::from(JOINT),
        private_canaries: 1,
        chunk_items: 5,
    }
}

fn proof(number: u32) -> u128 {
    u128::from(number + 1) << 77 | 5
}

fn key(number: u32) -> [u8; 32] {
    [number as u8; 32]
}

/// Entries stand in the order 0, 1, …, then two places of padding.
fn checking(returned_bytes: Option<u32>) -> Checking {
    let mut claimable = Claimable::default();
    let returns = returned_bytes.is_some();
    for number in 0..ITEMS + u32::from(JOINT) + 1 {
        claimable.push(number, proof(number), returns.then_some(&key(number)));
    }
    claimable.push_padding(returns);
    claimable.push_padding(returns);
    let counts = EntryCounts { items: ITEMS as usize, joint: JOINT };
    Checking::new(agreement(returned_bytes), SESSION, counts, claimable)
}

/// A receiver of four items, which match what stands at the given places; its joint canaries stand at 6 and 7.
fn claiming(returned_bytes: Option<u32>, places: &[u32]) -> Claiming {
    let mut list = ClaimList::default();
    let returns = returned_bytes.is_some();
    // Found in another order than that of places.
    for canary in 0..u32::from(JOINT) {
        let at = ITEMS + canary;
        list.push(at, 4 + canary, proof(at), returns.then_some(&key(at)));
    }
    for (item, place) in places.iter().enumerate() {
        list.push(*place, item as u32, proof(*place), returns.then_some(&key(*place)));
    }
    let mut arena = PayloadArena::new();
    ["a", "bb", "", "d"].iter().for_each(|p| arena.push(p.as_bytes()));
    let payload = returns.then(|| Arc::new(arena) as Arc<dyn PayloadSource>);
    Claiming::new(agreement(returned_bytes), SESSION, EntryCounts { items: 4, joint: JOINT }, list, payload)
}

fn run(mut from: Claiming, mut to: Checking, mut change: impl FnMut(&mut Vec<u8>)) -> Result<Returned, PsiError> {
    let total = from.total();
    while let Some(ClaimChunk { offset, claims }) = from.next_chunk(2, 5)? {
        let mut claims = claims.to_vec();
        change(&mut claims);
        to.accept(&ClaimChunk { offset, claims: Bytes::from(claims) })?;
    }
    to.finish(total)
}

fn matched(returned: &Returned) -> Vec<(usize, String)> {
    returned.matches.iter().map(|(i, p)| (i, String::from_utf8(p.to_vec()).unwrap())).collect()
}

#[test]
fn what_matched_is_proven_and_comes_in_the_senders_order_with_the_receivers_columns() {
    let returned = run(claiming(Some(2), &[5, 0, 3]), checking(Some(2)), |_| ()).unwrap();
    let expected = [(0, "bb"), (3, ""), (5, "a")].map(|(i, p)| (i, p.to_owned()));
    assert_eq!(matched(&returned), expected);
    assert_eq!((returned.canaries.joint_found, returned.canaries.private_absent), (2, 1));
    let returned = run(claiming(None, &[4]), checking(None), |_| ()).unwrap();
    assert_eq!(matched(&returned), [(4, String::new())]);
    let nothing = run(claiming(None, &[]), checking(None), |_| ()).unwrap();
    assert!(nothing.matches.is_empty());
}

#[test]
fn what_is_not_proven_is_refused_with_its_own_error() {
    let code = |change: &dyn Fn(&mut Vec<u8>)| {
        run(claiming(None, &[5, 0, 3]), checking(None), |c| change(c)).map(|_| ()).unwrap_err().code()
    };
    // Claims in the order of places: 0, 3, 5, 6, 7.
    for bit in 4 * 8..CLAIM_BYTES * 8 {
        assert_eq!(code(&|c| c[bit / 8] ^= 1 << (bit % 8)), "claim_forged");
    }
    assert_eq!(code(&|c| c[3] = 1), "claim_forged", "the proof of another place");
    assert_eq!(code(&|c| c.copy_within(0..CLAIM_BYTES, CLAIM_BYTES)), "claim_repeated");
    assert_eq!(code(&|c| c[CLAIM_BYTES * 4 + 3] = 2), "claim_repeated", "out of order");
    assert_eq!(code(&|c| c[CLAIM_BYTES * 4] = 0xff), "claim_out_of_range");
    assert_eq!(code(&|c| c[CLAIM_BYTES * 4 + 3] = 11), "claim_out_of_range");
    assert_eq!(code(&|c| c[CLAIM_BYTES * 4 + 3] = 10), "claim_forged", "padding");
    assert_eq!(code(&|c| c[CLAIM_BYTES * 4 + 4..].fill(0)), "claim_forged");
    assert_eq!(
        code(&|c| {
            c[CLAIM_BYTES * 4 + 3] = 8;
            c[CLAIM_BYTES * 4 + 4..].copy_from_slice(&proof(8).to_be_bytes());
        }),
        "canary_forged",
        "a private canary of the sender"
    );
    assert_eq!(code(&|c| c.truncate(CLAIM_BYTES + 1)), "malformed_message");
    assert_eq!(code(&|c| c.clear()), "chunk_size");
    assert_eq!(code(&|c| c.extend_from_slice(&[0; CLAIM_BYTES])), "chunk_size");
    assert_eq!(code(&|c| c.truncate(CLAIM_BYTES * 4)), "wrong_count");
}

#[test]
fn more_claims_than_the_smaller_side_has_items_are_too_many() {
    // Five items of a receiver that announced four, all with good proofs.
    let error = run(claiming(None, &[5, 0, 3, 1, 2]), checking(None), |_| ()).map(|_| ()).unwrap_err();
    assert!(matches!(error, PsiError::TooManyClaims { claims: 7, max: 6 }), "{error}");
    let mut to = checking(None);
    let skip = ClaimChunk { offset: 1, claims: Bytes::from(vec![0; CLAIM_BYTES]) };
    assert!(matches!(to.accept(&skip), Err(PsiError::WrongOffset { .. })));
}

#[test]
fn joint_canaries_that_are_not_claimed_and_wrong_columns_are_noticed() {
    let mut list = ClaimList::default();
    list.push(6, 4, proof(6), None);
    let counts = EntryCounts { items: 4, joint: JOINT };
    let from = Claiming::new(agreement(None), SESSION, counts, list, None);
    let error = run(from, checking(None), |_| ()).map(|_| ()).unwrap_err();
    assert!(matches!(error, PsiError::CanaryLost { found: 1, expected: 2 }), "{error}");

    let error = run(claiming(Some(2), &[5]), checking(Some(2)), |c| c[CLAIM_BYTES + 3] ^= 1).map(|_| ()).unwrap_err();
    assert!(matches!(error, PsiError::PayloadForged), "{error}");
    // A canary with other columns than those that both sides know.
    let width = 2;
    let error = run(claiming(Some(width), &[]), checking(Some(width)), |c| {
        let mut sealed = vec![];
        let wrong = canary::payload(&SESSION, 1, width);
        assert!(crate::run::payload::seal_returned(&key(6), &[9; 32], &wrong, width, &mut sealed));
        c[CLAIM_BYTES..CLAIM_BYTES + sealed.len()].copy_from_slice(&sealed);
    });
    assert!(matches!(error.map(|_| ()).unwrap_err(), PsiError::CanaryPayload));
}
