//! Hashing to Ristretto255: the suite `ristretto255_XMD:SHA-512_R255MAP_RO_` of RFC 9380 (appendix B) as
//! RFC 9497 §4.1 uses it. `expand_message_xmd` is RFC 9380 §5.3.1 with SHA-512, the map is the one-way map
//! of RFC 9496 §4.3.4 (Elligator 2 on both halves of 64 uniform bytes).
//!
//! This is a hash to the *group*: unlike taking a digest for an x-coordinate, it leaks nothing about the
//! input when the result is multiplied by a secret scalar.

use curve25519_dalek::ristretto::RistrettoPoint;
use sha2::{Digest, Sha512};

/// `s_in_bytes` of SHA-512: the length of one input block.
const BLOCK_BYTES: usize = 128;
/// `b_in_bytes` of SHA-512.
const HASH_BYTES: usize = 64;

/// A domain that hashes messages to group elements under one domain separation tag.
///
/// The state after the fixed zero block is kept, so that a hash costs only the blocks that depend on the
/// message.
#[derive(Clone)]
pub struct HashDomain {
    after_pad: Sha512,
    dst_prime: Vec<u8>,
}

impl HashDomain {
    /// A domain of the given tag. A tag longer than 255 bytes is hashed first, as RFC 9380 §5.3.3 says.
    pub fn new(tag: &[u8]) -> Self {
        let mut after_pad = Sha512::new();
        after_pad.update([0u8; BLOCK_BYTES]);
        Self { after_pad, dst_prime: dst_prime(tag) }
    }

    /// `hash_to_ristretto255(message)`.
    pub fn hash(&self, message: &[u8]) -> RistrettoPoint {
        // RFC 9380 §5.3.1 with len_in_bytes = 64, hence ell = 1 and b_1 is the whole output.
        let mut first = self.after_pad.clone();
        first.update(message);
        first.update([0, HASH_BYTES as u8, 0]);
        first.update(&self.dst_prime);
        let b0 = first.finalize();

        let mut second = Sha512::new();
        second.update(b0);
        second.update([1]);
        second.update(&self.dst_prime);
        let uniform: [u8; HASH_BYTES] = second.finalize().into();
        RistrettoPoint::from_uniform_bytes(&uniform)
    }
}

/// `expand_message_xmd` of RFC 9380 §5.3.1 with SHA-512. `None` when `len_bytes` is zero or beyond what
/// the construction gives (255 hash outputs).
pub fn expand_message_xmd(message: &[u8], tag: &[u8], len_bytes: usize) -> Option<Vec<u8>> {
    let ell = len_bytes.div_ceil(HASH_BYTES);
    let blocks = u8::try_from(ell).ok().filter(|blocks| *blocks > 0)?;
    let len = u16::try_from(len_bytes).ok()?;
    let dst_prime = dst_prime(tag);

    let mut first = Sha512::new();
    first.update([0u8; BLOCK_BYTES]);
    first.update(message);
    first.update(len.to_be_bytes());
    first.update([0]);
    first.update(&dst_prime);
    let b0 = first.finalize();

    let mut out = Vec::with_capacity(ell * HASH_BYTES);
    let mut previous = [0u8; HASH_BYTES];
    for i in 1..=blocks {
        let mut mixed = b0;
        for (m, p) in mixed.iter_mut().zip(previous) {
            *m ^= p;
        }
        let mut next = Sha512::new();
        next.update(mixed);
        next.update([i]);
        next.update(&dst_prime);
        previous = next.finalize().into();
        out.extend_from_slice(&previous);
    }
    out.truncate(len_bytes);
    Some(out)
}

fn dst_prime(tag: &[u8]) -> Vec<u8> {
    let mut out = match u8::try_from(tag.len()) {
        Ok(_) => tag.to_vec(),
        Err(_) => Sha512::new().chain_update(b"H2C-OVERSIZE-DST-").chain_update(tag).finalize().to_vec(),
    };
    let len = u8::try_from(out.len()).expect("at most 255: either the tag itself or a 64 byte digest");
    out.push(len);
    out
}
