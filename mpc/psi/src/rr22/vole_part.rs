//! What the messages of one bucket have in common on both sides.

use super::message::Part;
use crate::run::{PsiError, SessionId};

/// Of commitments to the sender's mask.
pub(super) const MASK_TAG: &[u8] = b"shuzheng/psi/rr22/mask/1";

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
