//! Keys of every column family. Numbers are big endian, so that the order of keys is the order of things.

use jmt::storage::{NibblePath, NodeKey};
use ledger_types::Digest;
use ledger_types::id::{Height, TxId};

use crate::evidence::Topic;

/// Column families.
pub(crate) mod cf {
    /// Height → header, hash, certificate.
    pub(crate) const BLOCK: &str = "block";
    /// Height ‖ index → transaction and receipt.
    pub(crate) const ROW: &str = "row";
    /// Transaction id → height ‖ index.
    pub(crate) const TXIDX: &str = "txidx";
    /// Block hash → height.
    pub(crate) const HASHIDX: &str = "hashidx";
    /// H(key) ‖ !height → value or tombstone.
    pub(crate) const VAL: &str = "val";
    /// Height ‖ path → node of the state tree.
    pub(crate) const NODE: &str = "node";
    /// Height → keys of the nodes that it replaced.
    pub(crate) const STALE: &str = "stale";
    /// Topic ‖ height ‖ index → nothing.
    pub(crate) const EVT: &str = "evt";
    /// Genesis, tip, horizon, layout.
    pub(crate) const META: &str = "meta";
    /// Blocks that were proposed and not yet decided.
    pub(crate) const UNDECIDED: &str = "undecided";

    pub(crate) const ALL: [&str; 10] = [BLOCK, ROW, TXIDX, HASHIDX, VAL, NODE, STALE, EVT, META, UNDECIDED];
}

/// Rows of `meta`.
pub(crate) mod meta {
    pub(crate) const LAYOUT: &[u8] = b"layout";
    pub(crate) const GENESIS: &[u8] = b"genesis";
    pub(crate) const TIP: &[u8] = b"tip";
    pub(crate) const HORIZON: &[u8] = b"horizon";
}

pub(crate) fn height(h: Height) -> [u8; 8] {
    h.to_be_bytes()
}

pub(crate) fn read_height(bytes: &[u8]) -> Option<Height> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

pub(crate) fn place(h: Height, index: u32) -> [u8; 12] {
    let mut out = [0; 12];
    out[..8].copy_from_slice(&h.to_be_bytes());
    out[8..].copy_from_slice(&index.to_be_bytes());
    out
}

pub(crate) fn read_place(bytes: &[u8]) -> Option<(Height, u32)> {
    let (h, i) = bytes.split_at_checked(8)?;
    Some((read_height(h)?, u32::from_be_bytes(i.try_into().ok()?)))
}

pub(crate) fn tx(id: &TxId) -> &[u8; 32] {
    &id.0.0
}

/// The newest value sorts first.
pub(crate) fn value(place: &Digest, version: Height) -> [u8; 40] {
    let mut out = [0; 40];
    out[..32].copy_from_slice(&place.0);
    out[32..].copy_from_slice(&(!version).to_be_bytes());
    out
}

pub(crate) fn read_value(bytes: &[u8]) -> Option<(&[u8], Height)> {
    let (place, inverted) = bytes.split_at_checked(32)?;
    read_height(inverted).map(|v| (place, !v))
}

/// `version ‖ number of nibbles ‖ nibbles, two to a byte`.
pub(crate) fn node(key: &NodeKey) -> Vec<u8> {
    let path = key.nibble_path();
    let mut out = Vec::with_capacity(9 + path.num_nibbles().div_ceil(2));
    out.extend_from_slice(&key.version().to_be_bytes());
    out.push(u8::try_from(path.num_nibbles()).expect("a path has at most 64 nibbles"));
    let mut half: Option<u8> = None;
    for nibble in path.nibbles() {
        let nibble = u8::from(nibble);
        match half.take() {
            None => half = Some(nibble << 4),
            Some(high) => out.push(high | nibble),
        }
    }
    out.extend(half);
    out
}

pub(crate) fn root_node(version: Height) -> NodeKey {
    NodeKey::new(version, std::iter::empty().collect::<NibblePath>())
}

pub(crate) fn topic_prefix(topic: &Topic) -> Vec<u8> {
    let (tag, body): (u8, Vec<u8>) = match topic {
        Topic::Task(t) => (1, t.0.0.to_vec()),
        Topic::Dataset(d) => (2, d.as_str().as_bytes().to_vec()),
        Topic::Org(o) => (3, o.as_str().as_bytes().to_vec()),
        Topic::Actor(a) => (4, a.to_string().into_bytes()),
        Topic::Kind(k) => (5, ledger_types::cbor::to_bytes(k)),
    };
    let mut out = Vec::with_capacity(body.len() + 3);
    out.push(tag);
    out.push(u8::try_from(body.len()).expect("slugs have at most 64 characters, so two and a slash fit"));
    out.extend(body);
    out
}

pub(crate) fn topic(prefix: &[u8], h: Height, index: u32) -> Vec<u8> {
    [prefix, &place(h, index)].concat()
}

/// `0 ‖ height ‖ round ‖ hash` → who, validity.
pub(crate) fn undecided(h: Height, round: u32, hash: &Digest) -> Vec<u8> {
    [&[0][..], &h.to_be_bytes(), &round.to_be_bytes(), &hash.0].concat()
}

pub(crate) fn undecided_round(h: Height, round: u32) -> Vec<u8> {
    [&[0][..], &h.to_be_bytes(), &round.to_be_bytes()].concat()
}

pub(crate) fn read_undecided(bytes: &[u8]) -> Option<(Height, u32, Digest)> {
    let bytes = bytes.strip_prefix(&[0])?;
    let (h, rest) = bytes.split_at_checked(8)?;
    let (round, hash) = rest.split_at_checked(4)?;
    Some((read_height(h)?, u32::from_be_bytes(round.try_into().ok()?), Digest(hash.try_into().ok()?)))
}

/// `1 ‖ hash` → body.
pub(crate) fn undecided_body(hash: &Digest) -> Vec<u8> {
    [&[1][..], &hash.0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_values_come_first() {
        let d = Digest([7; 32]);
        assert!(value(&d, 5) < value(&d, 4));
        assert_eq!(read_value(&value(&d, 5)), Some((&d.0[..], 5)));
    }

    #[test]
    fn keys_read_back() {
        assert_eq!(read_place(&place(9, 3)), Some((9, 3)));
        let d = Digest([1; 32]);
        assert_eq!(read_undecided(&undecided(4, 2, &d)), Some((4, 2, d)));
        assert_eq!(read_undecided(b"\x00short"), None);
    }
}
