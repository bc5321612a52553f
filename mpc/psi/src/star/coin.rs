//! Public randomness that no party chooses: all commit to a salt in their headers and open it when they hold the headers
//! of all.

use mpc_core::CommittedSeed;
use sm3::{Digest, Sm3};

use crate::parties::{PLACE_BYTES, Roster};
use crate::run::wire::Fields;
use crate::run::{Header, PsiError, SessionId};

// Own fields of a header: `parties u8 ‖ place u8 ‖ bucket_items u32 ‖ commitment 32`.

/// The salt of a party.
pub(super) fn draw(seed: &CommittedSeed, session: &SessionId) -> [u8; 32] {
    seed.prg("salt", &session.0).bytes32()
}

/// What stands after the place in a header.
pub(super) fn header_fields(session: &SessionId, place: usize, bucket_items: u32, salt: &[u8; 32]) -> Vec<u8> {
    let mut out = bucket_items.to_be_bytes().to_vec();
    out.extend_from_slice(&commitment(session, place, salt));
    out
}

fn commitment(session: &SessionId, place: usize, salt: &[u8; 32]) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/star/salt/1")
        .chain_update(session.0)
        .chain_update([place as u8])
        .chain_update(salt)
        .finalize()
        .into()
}

/// All must want buckets of the same size.
pub(super) fn check_bucket_items(ours: &Header, theirs: &Header) -> Result<(), PsiError> {
    let bucket_items = |header: &Header| {
        let mut fields = Fields::new("header", &header.more);
        fields.bytes(PLACE_BYTES)?;
        fields.u32()
    };
    let (ours, theirs) = (bucket_items(ours)?, bucket_items(theirs)?);
    if ours != theirs {
        return Err(PsiError::ParameterMismatch { name: "bucket_items", ours: ours.into(), theirs: theirs.into() });
    }
    Ok(())
}

/// A salt must be the one that its owner committed to.
pub(super) fn check(header: &Header, place: usize, salt: &[u8; 32]) -> Result<(), PsiError> {
    let mut fields = Fields::new("header", &header.more);
    fields.bytes(PLACE_BYTES + 4)?;
    let committed: [u8; 32] = fields.array()?;
    if committed != commitment(&header.session, place, salt) {
        return Err(PsiError::WrongOpening { what: "salt" });
    }
    Ok(())
}

/// What everything public and random of the run follows from. `salts` are the leader's and those of all senders.
pub(super) fn joint(roster: &Roster, salts: &[[u8; 32]]) -> [u8; 32] {
    let mut hash = Sm3::new().chain_update(b"shuzheng/psi/star/joint/1").chain_update(roster.digest);
    salts.iter().for_each(|salt| hash.update(salt));
    hash.finalize().into()
}

/// Public values of one purpose.
pub(super) fn derive(joint: &[u8; 32], purpose: &[u8], place: usize, number: u32) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/star/derive/1")
        .chain_update(joint)
        .chain_update([purpose.len() as u8])
        .chain_update(purpose)
        .chain_update([place as u8])
        .chain_update(number.to_be_bytes())
        .finalize()
        .into()
}
