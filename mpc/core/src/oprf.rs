//! The oblivious pseudorandom function 2HashDH in the shape of RFC 9497, mode OPRF (0x00), suite
//! `ristretto255-SHA512`: blind, evaluate, finalize. Protocols choose their own hash domain; the domain of
//! the RFC is kept so that its test vectors check this code.
//!
//! Security: pseudorandomness under the one-more gap Diffie–Hellman assumption in the random oracle model
//! (RFC 9497 §7.2). The key holder learns nothing about an input but that one was evaluated.

use curve25519_dalek::ristretto::RistrettoPoint;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use crate::group::{ENCODED_BYTES, Encoded};
use crate::hash_to_group::HashDomain;
use crate::scalar::SecretScalar;

/// Length of an output.
pub const OUTPUT_BYTES: usize = 64;

/// An input longer than RFC 9497 §1.2 permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an input of {0} bytes is longer than 65535")]
pub struct InputTooLong(pub usize);

/// The hash domain of RFC 9497 for mode OPRF with ristretto255 and SHA-512 (§3.1, §4.1).
pub fn rfc9497_domain() -> HashDomain {
    HashDomain::new(b"HashToGroup-OPRFV1-\x00-ristretto255-SHA512")
}

/// `blind · H(input)`: what the client sends.
pub fn blind(domain: &HashDomain, input: &[u8], blind: &SecretScalar) -> RistrettoPoint {
    blind.mul(&domain.hash(input))
}

/// `key · element`: what the server answers.
pub fn evaluate(key: &SecretScalar, blinded: &RistrettoPoint) -> RistrettoPoint {
    key.mul(blinded)
}

/// `Hash(len(input) ‖ input ‖ len(element) ‖ element ‖ "Finalize")` of RFC 9497 §3.3.1, over the
/// unblinded element.
///
/// # Errors
/// When the input does not fit the 16-bit length prefix.
pub fn finalize(input: &[u8], unblinded: &Encoded) -> Result<Zeroizing<[u8; OUTPUT_BYTES]>, InputTooLong> {
    let len = u16::try_from(input.len()).map_err(|_| InputTooLong(input.len()))?;
    let mut hash = Sha512::new();
    hash.update(len.to_be_bytes());
    hash.update(input);
    hash.update((ENCODED_BYTES as u16).to_be_bytes());
    hash.update(unblinded);
    hash.update(b"Finalize");
    Ok(Zeroizing::new(hash.finalize().into()))
}
