//! Canaries: items that stand for no row and tell whether the protocol lost or invented matches.
//!
//! Joint canaries follow from the session; both sides add them and the receiver must find every one, with
//! the payload that both can compute. Private canaries are random; each side adds its own and none may be
//! found. The sender names its private ones after the last tag, so that the receiver can also tell that
//! the tags it was given are those that were sent.

use mpc_core::Prg;
use sm3::{Digest, Sm3};

use super::params::SessionId;
use crate::item::Item;

/// The canaries that both sides add.
pub(crate) fn joint(session: &SessionId, count: u16) -> Vec<Item> {
    (0..count).map(|i| Item::from_bytes(hash(b"shuzheng/psi/canary/1", session, i, 0))).collect()
}

/// Random canaries of one side.
pub(crate) fn private(prg: &mut Prg, count: u16) -> Vec<Item> {
    (0..count).map(|_| Item::from_bytes(prg.bytes32())).collect()
}

/// The payload of a joint canary: as wide as permitted, known to both sides.
pub(crate) fn payload(session: &SessionId, canary: u16, width: u32) -> Vec<u8> {
    let width = width as usize;
    let mut out = Vec::with_capacity(width + 32);
    let mut block = 0u32;
    while out.len() < width {
        out.extend_from_slice(&hash(b"shuzheng/psi/canary-payload/1", session, canary, block));
        block += 1;
    }
    out.truncate(width);
    out
}

fn hash(tag: &[u8], session: &SessionId, canary: u16, block: u32) -> [u8; 32] {
    Sm3::new()
        .chain_update(tag)
        .chain_update(session.0)
        .chain_update(canary.to_be_bytes())
        .chain_update(block.to_be_bytes())
        .finalize()
        .into()
}

/// What the receiver found out from the canaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CanaryOutcome {
    /// Joint canaries found (by a sender: among the claims): all of them, or the run would have failed.
    pub joint_found: u16,
    /// Own private canaries that were not found: all of them.
    pub private_absent: u16,
    /// Private canaries of the sender that were among the tags and matched nothing: all of them. The sender itself has
    /// nothing of the kind to find: 0.
    pub peer_private_present: u16,
}
