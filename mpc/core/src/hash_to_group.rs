//! Hashing to Ristretto255: the suite `ristretto255_XMD:SHA-512_R255MAP_RO_` of RFC 9380 (appendix B) as
//! RFC 9497 §4.1 uses it. `expand_message_xmd` is RFC 9380 §5.3.1 with SHA-512, the map is the one-way map
//! of RFC 9496 §4.3.4 (Elligator 2 on both halves of 64 uniform bytes).
//!
//! This is a hash to the *group*: unlike taking a digest for an x-coordinate, it leaks nothing about the
//! input when the result is multiplied by a secret scalar.

use curve25519_dalek::ristretto::RistrettoPoint;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::group_kernel::GroupKernel;
#[cfg(target_arch = "x86_64")]
use crate::lanes8::{Avx512, LANES};
#[cfg(target_arch = "x86_64")]
use crate::sha512x8::{Messages, Prefix};

/// `s_in_bytes` of SHA-512: the length of one input block.
const BLOCK_BYTES: usize = 128;
/// `b_in_bytes` of SHA-512.
const HASH_BYTES: usize = 64;

/// The output of the expander that the map takes.
pub(crate) type Uniform = [u8; HASH_BYTES];

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
        RistrettoPoint::from_uniform_bytes(&self.expand(message))
    }

    /// `expand_message_xmd(message, tag, 64)`.
    fn expand(&self, message: &[u8]) -> Uniform {
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
        second.finalize().into()
    }

    /// What the map takes, for every message in order. Eight messages of equal length are expanded at a time where
    /// the kernel can.
    pub(crate) fn expand_all<T: AsRef<[u8]>>(&self, kernel: GroupKernel, messages: &[T]) -> Zeroizing<Vec<Uniform>> {
        let mut out = Zeroizing::new(Vec::with_capacity(messages.len()));
        #[cfg(target_arch = "x86_64")]
        if let Some(proof) = kernel.vector()
            && let Some(len) = equal_length(messages)
        {
            self.expand_eights(proof, len, messages, &mut out);
            return out;
        }
        let _ = kernel;
        out.extend(messages.iter().map(|message| self.expand(message.as_ref())));
        out
    }

    #[cfg(target_arch = "x86_64")]
    fn expand_eights<T: AsRef<[u8]>>(&self, proof: Avx512, len: usize, messages: &[T], out: &mut Vec<Uniform>) {
        let tail = 3 + self.dst_prime.len();
        let mut first = Messages::new(Prefix::ZeroBlock, len + tail);
        let mut second = Messages::new(Prefix::None, HASH_BYTES + 1 + self.dst_prime.len());
        for lane in 0..LANES {
            let (length, tag) = first.lane(lane)[len..].split_at_mut(3);
            length.copy_from_slice(&[0, HASH_BYTES as u8, 0]);
            tag.copy_from_slice(&self.dst_prime);
            let (number, tag) = second.lane(lane)[HASH_BYTES..].split_at_mut(1);
            number[0] = 1;
            tag.copy_from_slice(&self.dst_prime);
        }
        for eight in messages.chunks(LANES) {
            for (lane, message) in eight.iter().enumerate() {
                first.lane(lane)[..len].copy_from_slice(message.as_ref());
            }
            for (lane, b0) in first.digest(proof).iter().enumerate() {
                second.lane(lane)[..HASH_BYTES].copy_from_slice(b0);
            }
            // Lanes beyond the last message hold what was hashed before, and are left out.
            out.extend_from_slice(&second.digest(proof)[..eight.len()]);
        }
    }
}

/// The length of all messages if it is one.
#[cfg(target_arch = "x86_64")]
pub(crate) fn equal_length<T: AsRef<[u8]>>(messages: &[T]) -> Option<usize> {
    let len = messages.first()?.as_ref().len();
    messages.iter().all(|message| message.as_ref().len() == len).then_some(len)
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
