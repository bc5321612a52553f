//! What both ends of a link compute alike: contexts of randomness, the sender's mask and its commitment.

use mpc_core::Gf128;
use sm3::{Digest, Sm3};

use crate::run::{PsiError, SessionId};

/// Bytes of the opening of the sender's mask: the mask, then what hides it in the commitment.
pub(super) const MASK_BYTES: usize = 32;

/// Context of a party's own randomness for one link and bucket.
pub(super) fn context(session: &SessionId, place: usize, bucket: u32) -> Vec<u8> {
    [&session.0[..], &[place as u8], &bucket.to_be_bytes()].concat()
}

/// Binds the sender to its mask before the leader chooses its own (RS21: c^s).
pub(super) fn commit_mask(vole_session: &[u8; 32], opening: &[u8; MASK_BYTES]) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/star/mask/1")
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
    Ok(mask_of(&opening))
}

/// The mask in its opening.
pub(super) fn mask_of(opening: &[u8; MASK_BYTES]) -> Gf128 {
    let mut mask = [0; 16];
    mask.copy_from_slice(&opening[..16]);
    Gf128::from_bytes(mask)
}
