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
use crate::group_kernel::GroupKernel;
use crate::hash_to_group::HashDomain;
#[cfg(target_arch = "x86_64")]
use crate::hash_to_group::equal_length;
#[cfg(target_arch = "x86_64")]
use crate::lanes8::LANES;
use crate::scalar::SecretScalar;
#[cfg(target_arch = "x86_64")]
use crate::sha512x8::{Messages, Prefix};

/// Length of an output.
pub const OUTPUT_BYTES: usize = 64;

/// What [`finalize`] gives.
pub type Output = [u8; OUTPUT_BYTES];

const ELEMENT_LEN: [u8; 2] = (ENCODED_BYTES as u16).to_be_bytes();
const SUFFIX: &[u8] = b"Finalize";

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
pub fn finalize(input: &[u8], unblinded: &Encoded) -> Result<Zeroizing<Output>, InputTooLong> {
    let len = input_len(input.len())?;
    let mut hash = Sha512::new();
    hash.update(len);
    hash.update(input);
    hash.update(ELEMENT_LEN);
    hash.update(unblinded);
    hash.update(SUFFIX);
    Ok(Zeroizing::new(hash.finalize().into()))
}

/// [`finalize`] of every input with its element, in order; as many as there are of both.
///
/// # Errors
/// When an input does not fit the 16-bit length prefix.
pub fn finalize_all<T: AsRef<[u8]>>(
    kernel: GroupKernel,
    inputs: &[T],
    unblinded: &[Encoded],
) -> Result<Zeroizing<Vec<Output>>, InputTooLong> {
    let mut out = Zeroizing::new(Vec::with_capacity(inputs.len()));
    #[cfg(target_arch = "x86_64")]
    if let Some(proof) = kernel.vector()
        && let Some(len) = equal_length(inputs)
    {
        let prefix = input_len(len)?;
        let mut messages = Messages::new(Prefix::None, 2 + len + 2 + ENCODED_BYTES + SUFFIX.len());
        for lane in 0..LANES {
            let message = messages.lane(lane);
            message[..2].copy_from_slice(&prefix);
            message[2 + len..4 + len].copy_from_slice(&ELEMENT_LEN);
            message[4 + len + ENCODED_BYTES..].copy_from_slice(SUFFIX);
        }
        for (inputs, elements) in inputs.chunks(LANES).zip(unblinded.chunks(LANES)) {
            for (lane, (input, element)) in inputs.iter().zip(elements).enumerate() {
                let message = messages.lane(lane);
                message[2..2 + len].copy_from_slice(input.as_ref());
                message[4 + len..4 + len + ENCODED_BYTES].copy_from_slice(element);
            }
            // Lanes beyond the last input hold what was hashed before, and are left out.
            let outputs = Zeroizing::new(messages.digest(proof));
            out.extend_from_slice(&outputs[..inputs.len().min(elements.len())]);
        }
        return Ok(out);
    }
    let _ = kernel;
    for (input, element) in inputs.iter().zip(unblinded) {
        out.push(*finalize(input.as_ref(), element)?);
    }
    Ok(out)
}

fn input_len(len: usize) -> Result<[u8; 2], InputTooLong> {
    u16::try_from(len).map(u16::to_be_bytes).map_err(|_| InputTooLong(len))
}
