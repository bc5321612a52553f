//! What runs of more than two parties have in common: one party in the centre (it gets the result) with a link to every
//! member, and links between the members over which they agree on keys.
//!
//! Everybody sends the same header over all links. Members compare over their own links what the centre told them, so
//! that a centre that tells them different things is found out before anything is computed.

#[cfg(test)]
mod canary_tests;
mod links;
mod message;
mod pair;
mod roster;
mod secret;

pub(crate) use links::{Links, about, all};
pub(crate) use message::{Message, MessageKind};
pub(crate) use pair::{Common, Pairs};
pub(crate) use roster::{PLACE_BYTES, Roster, check_place, check_settings, place_fields};
pub(crate) use secret::{SecretAes, add_prf};
