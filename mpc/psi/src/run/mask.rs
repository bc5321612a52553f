//! The sender's part of the mask that nobody chooses alone (RS21: `w = w_s + w_r`), and its commitment.

use mpc_core::Gf128;
use sm3::{Digest, Sm3};

use super::error::PsiError;

/// Bytes of the opening of the sender's mask: the mask, then what hides it in the commitment.
pub(crate) const MASK_BYTES: usize = 32;

/// RS21: c^s, which binds the sender to its mask before the other side chooses its own. `tag` names the protocol.
pub(crate) fn commit(tag: &[u8], vole_session: &[u8; 32], opening: &[u8; MASK_BYTES]) -> [u8; 32] {
    Sm3::new().chain_update(tag).chain_update(vole_session).chain_update(opening).finalize().into()
}

/// The sender's mask, when it is the one that it committed to under the same tag.
pub(crate) fn open(tag: &[u8], vole_session: &[u8; 32], commitment: &[u8; 32], body: &[u8]) -> Result<Gf128, PsiError> {
    let opening: [u8; MASK_BYTES] = body.try_into().map_err(|_| PsiError::Malformed { message: "Mask" })?;
    if commit(tag, vole_session, &opening) != *commitment {
        return Err(PsiError::WrongOpening { what: "mask" });
    }
    Ok(of(&opening))
}

/// The mask in its opening.
pub(crate) fn of(opening: &[u8; MASK_BYTES]) -> Gf128 {
    let mut mask = [0; 16];
    mask.copy_from_slice(&opening[..16]);
    Gf128::from_bytes(mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_opening_that_was_committed_to_opens_and_only_under_its_tag_and_session() {
        let (session, opening) = ([7; 32], std::array::from_fn(|i| i as u8));
        let committed = commit(b"one", &session, &opening);
        let mask = Gf128::from_bytes(std::array::from_fn(|i| i as u8));
        assert_eq!(open(b"one", &session, &committed, &opening).unwrap(), mask);
        for other in 0..MASK_BYTES {
            let mut wrong = opening;
            wrong[other] ^= 1;
            assert_eq!(open(b"one", &session, &committed, &wrong).unwrap_err().code(), "wrong_opening");
        }
        for (tag, session) in [(&b"two"[..], session), (b"one", [8; 32])] {
            assert_eq!(open(tag, &session, &committed, &opening).unwrap_err().code(), "wrong_opening");
        }
        for body in [&opening[..31], &[0; 33], &[]] {
            assert_eq!(open(b"one", &session, &committed, body).unwrap_err().code(), "malformed_message");
        }
    }
}
