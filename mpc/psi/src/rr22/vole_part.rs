//! What the messages of one bucket have in common on both sides: contexts, the sender's mask and its commitment.

use mpc_core::Gf128;
use sm3::{Digest, Sm3};

use super::message::Part;
use crate::run::{PsiError, SessionId};

/// Bytes of the opening of the sender's mask: the mask, then what hides it in the commitment.
pub(super) const MASK_BYTES: usize = 32;

/// Context of a party's own randomness for one bucket.
pub(super) fn context(session: &SessionId, bucket: u32) -> [u8; 36] {
    let mut out = [0; 36];
    out[..32].copy_from_slice(&session.0);
    out[32..].copy_from_slice(&bucket.to_be_bytes());
    out
}

/// A message must belong to the bucket that is its turn.
pub(super) fn expect_bucket(message: &'static str, expected: u32, got: u32) -> Result<(), PsiError> {
    if expected == got { Ok(()) } else { Err(PsiError::WrongBucket { message, expected, got }) }
}

/// RS21: c^s, which binds the sender to its mask before the receiver chooses its own.
pub(super) fn commit_mask(vole_session: &[u8; 32], opening: &[u8; MASK_BYTES]) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/rr22/mask/1")
        .chain_update(vole_session)
        .chain_update(opening)
        .finalize()
        .into()
}

/// The sender's mask, when it is the one that it committed to.
pub(super) fn open_mask(vole_session: &[u8; 32], commitment: &[u8; 32], body: &[u8]) -> Result<Gf128, PsiError> {
    let opening: [u8; MASK_BYTES] = body.try_into().map_err(|_| PsiError::Malformed { message: "Mask" })?;
    if commit_mask(vole_session, &opening) != *commitment {
        return Err(PsiError::WrongOpening { what: "mask" });
    }
    Ok(mask(&opening))
}

/// The mask in its opening.
pub(super) fn mask(opening: &[u8; MASK_BYTES]) -> Gf128 {
    let mut mask = [0; 16];
    mask.copy_from_slice(&opening[..16]);
    Gf128::from_bytes(mask)
}

/// The commitment in front of an opening, when there must be one, and the rest.
pub(super) fn split_commitment<'a>(
    message: &'static str,
    malicious: bool,
    bucket: u32,
    part: &'a Part,
) -> Result<(Option<[u8; 32]>, &'a [u8]), PsiError> {
    expect_bucket(message, bucket, part.bucket)?;
    if !malicious {
        return Ok((None, &part.body));
    }
    let (commitment, rest) = part.body.split_first_chunk::<32>().ok_or(PsiError::Malformed { message })?;
    Ok((Some(*commitment), rest))
}
