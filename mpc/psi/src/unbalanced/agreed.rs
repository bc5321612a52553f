//! What both sides check and derive alike.

use mpc_core::fuse;
use mpc_core::voprf::BATCH_MAX;
use sm3::{Digest, Sm3};

use super::epoch::EPOCH_QUESTIONS_MAX;
use super::face::{Face, TAG_BYTES};
use crate::run::{Agreement, Header, PsiError, Role, RunConfig, SessionId};

/// Compares the headers: what every protocol compares, the scope, and that the questions are not too many.
pub(super) fn check(ours: &Header, theirs: &Header, config: &RunConfig) -> Result<(), PsiError> {
    ours.check(theirs, config)?;
    if ours.more != theirs.more {
        return Err(PsiError::WrongBinding);
    }
    let asked = if ours.role == Role::Receiver { ours } else { theirs }.total();
    // A filter lets one question in 2⁶⁴ pass wrongly; tags of a table are twice as long.
    let of_filter = fuse::queries_max(config.params.statistical_bits);
    let max = if config.params.payload { EPOCH_QUESTIONS_MAX } else { EPOCH_QUESTIONS_MAX.min(of_filter) };
    if asked > max { Err(PsiError::QueryLimit { asked, max }) } else { Ok(()) }
}

/// What was agreed, the epoch included.
pub(super) fn agreement(receiver: &Header, sender: &Header, face: &Face) -> Agreement {
    let tag_bits = if face.payload_bytes.is_some() { 8 * TAG_BYTES as u32 } else { fuse::FINGERPRINT_BITS };
    let headers = Agreement::of(receiver, sender, tag_bits);
    let hash = Sm3::new().chain_update(b"shuzheng/psi/unbalanced-agreement/1").chain_update(headers.digest);
    Agreement { digest: hash.chain_update(face.id().0).finalize().into(), ..headers }
}

/// Elements of a message at most: one proof covers a message.
pub(super) fn batch_items(agreement: &Agreement) -> usize {
    agreement.chunk_items.min(BATCH_MAX)
}

/// Context of the randomness of one message.
pub(super) fn context(session: &SessionId, offset: u64) -> [u8; 40] {
    let mut out = [0; 40];
    out[..32].copy_from_slice(&session.0);
    out[32..].copy_from_slice(&offset.to_be_bytes());
    out
}
