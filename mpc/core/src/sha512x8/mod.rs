//! SHA-512 of eight messages of equal length at a time (AVX-512), for the short hashes that come by the million:
//! expanding items for the map to the group, and finalizing outputs.
//!
//! The twin is the `sha2` crate, and the tests compare the two.

mod constants;
mod x86;

use zeroize::Zeroize;

use crate::lanes8::{Avx512, LANES};
use constants::{AFTER_ZERO_BLOCK, INITIAL};

/// Bytes of a block.
const BLOCK_BYTES: usize = 128;

/// Bytes of a digest.
pub(crate) const DIGEST_BYTES: usize = 64;

/// What was hashed before the messages begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// Nothing.
    None,
    /// One block of zeros, as `expand_message_xmd` wants it.
    ZeroBlock,
}

/// Eight messages of the same length under construction; cleared when dropped.
pub(crate) struct Messages {
    prefix: Prefix,
    len: usize,
    // The padded messages, one lane after another.
    padded: Vec<u8>,
}

impl Messages {
    /// Eight messages of `len` bytes each, padded as FIPS 180-4 §5.1.2 says.
    pub(crate) fn new(prefix: Prefix, len: usize) -> Self {
        // A one bit and the length of 128 bits follow.
        let padded_len = (len + 17).next_multiple_of(BLOCK_BYTES);
        let before = if prefix == Prefix::ZeroBlock { BLOCK_BYTES } else { 0 };
        let bits = (before + len) as u128 * 8;
        let mut lane = vec![0u8; padded_len];
        lane[len] = 0x80;
        lane[padded_len - 16..].copy_from_slice(&bits.to_be_bytes());
        Self { prefix, len, padded: lane.repeat(LANES) }
    }

    /// The message of a lane.
    pub(crate) fn lane(&mut self, lane: usize) -> &mut [u8] {
        let padded_len = self.padded.len() / LANES;
        &mut self.padded[lane * padded_len..][..self.len]
    }

    /// The digests.
    pub(crate) fn digest(&self, proof: Avx512) -> [[u8; DIGEST_BYTES]; LANES] {
        let initial = match self.prefix {
            Prefix::None => &INITIAL,
            Prefix::ZeroBlock => &AFTER_ZERO_BLOCK,
        };
        let padded_len = self.padded.len() / LANES;
        let lanes: [&[[u8; BLOCK_BYTES]]; LANES] =
            std::array::from_fn(|lane| self.padded[lane * padded_len..][..padded_len].as_chunks().0);
        let mut words = x86::digest(proof, initial, &lanes);
        let mut out = [[0u8; DIGEST_BYTES]; LANES];
        for (lane, out) in out.iter_mut().enumerate() {
            for (bytes, word) in out.as_chunks_mut::<8>().0.iter_mut().zip(&words) {
                *bytes = word[lane].to_be_bytes();
            }
        }
        words.zeroize();
        out
    }
}

impl Drop for Messages {
    fn drop(&mut self) {
        self.padded.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha512};

    use super::*;

    #[test]
    fn eight_digests_are_those_of_single_messages_for_every_length_around_the_block_boundaries() {
        let Some(proof) = Avx512::detect() else { return };
        for len in (0..260).chain([511, 512, 513]) {
            for prefix in [Prefix::None, Prefix::ZeroBlock] {
                let mut messages = Messages::new(prefix, len);
                for lane in 0..LANES {
                    for (i, byte) in messages.lane(lane).iter_mut().enumerate() {
                        *byte = (i * 7 + lane * 31 + len) as u8;
                    }
                }
                let digests = messages.digest(proof);
                for (lane, digest) in digests.iter().enumerate() {
                    let mut single = Sha512::new();
                    if prefix == Prefix::ZeroBlock {
                        single.update([0; BLOCK_BYTES]);
                    }
                    single.update(messages.lane(lane));
                    assert_eq!(digest.as_slice(), single.finalize().as_slice(), "{len} bytes, lane {lane}");
                }
            }
        }
    }
}
