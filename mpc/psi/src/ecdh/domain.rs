//! Where items are hashed to.

use mpc_core::HashDomain;

use super::PROTOCOL;
use crate::run::SessionId;

/// The domain in which the items of a session are hashed to the group.
pub(crate) fn hash_domain(session: &SessionId) -> HashDomain {
    let mut tag = Vec::with_capacity(128);
    tag.extend_from_slice(b"HashToGroup-shuzheng-");
    tag.extend_from_slice(PROTOCOL.as_bytes());
    tag.extend_from_slice(b"-ristretto255_XMD:SHA-512_R255MAP_RO_-");
    tag.extend_from_slice(&session.0);
    HashDomain::new(&tag)
}
