//! The client: blind, then finalize.

use std::marker::PhantomData;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::scalar::Scalar;
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use crate::group::{ENCODED_BYTES, Encoded, PointError, PointErrorAt, decode};
use crate::group_kernel::GroupKernel;
use crate::oprf::{self, InputTooLong};
use crate::parallel::map_blocks;

use super::dleq::Statement;
use super::message::{Evaluated, Proven, Request, check_batch};
use super::server::{PublicKey, info_scalar};
use super::suite::{Mode, Oprf, Poprf, Suite, Voprf};
use super::{Output, VoprfError};

/// Points that share an inversion when they are encoded.
const BLOCK: usize = 256;

/// A client that asked and waits for the answer. Every input has a blind of its own, used once: finalizing consumes it.
pub struct Client<M> {
    suite: Suite,
    /// Halves of the blinds: batch encoding doubles (see `group`).
    halves: Vec<Scalar>,
    blinded: Vec<Encoded>,
    mode: PhantomData<M>,
}

impl<M> Drop for Client<M> {
    fn drop(&mut self) {
        self.halves.zeroize();
    }
}

impl<M> std::fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Client({})", self.blinded.len())
    }
}

impl<M: Mode> Client<M> {
    /// `Blind` of RFC 9497 §3.3.1 for every input.
    ///
    /// # Errors
    /// No inputs or more than [`super::BATCH_MAX`], an input beyond 65,535 bytes, or one that hashes to the identity.
    pub fn blind<T: AsRef<[u8]> + Sync, R: RngCore + CryptoRng>(
        inputs: &[T],
        rng: &mut R,
        threads: usize,
    ) -> Result<Self, VoprfError> {
        // Twice a uniform scalar is uniform.
        let mut halves = Vec::with_capacity(inputs.len());
        while halves.len() < inputs.len() {
            let mut wide = Zeroizing::new([0u8; 64]);
            rng.fill_bytes(wide.as_mut_slice());
            halves.push(Scalar::from_bytes_mod_order_wide(&wide));
        }
        Self::with_halves(inputs, halves, threads)
    }

    /// The same with given halves of the blinds.
    pub(super) fn with_halves<T: AsRef<[u8]> + Sync>(
        inputs: &[T],
        halves: Vec<Scalar>,
        threads: usize,
    ) -> Result<Self, VoprfError> {
        // Made before anything that may fail, so that the blinds are cleared.
        let mut client = Self { suite: Suite::of::<M>(), halves, blinded: Vec::new(), mode: PhantomData };
        check_batch(inputs.len())?;
        if let Some(input) = inputs.iter().find(|input| input.as_ref().len() > usize::from(u16::MAX)) {
            return Err(InputTooLong(input.as_ref().len()).into());
        }
        let domain = &client.suite.domain;
        let rows: Vec<_> = inputs.iter().zip(&client.halves).collect();
        client.blinded = map_blocks(threads, BLOCK, &rows, |_, rows| {
            let halves: Vec<_> = rows.iter().map(|(input, half)| domain.hash(input.as_ref()) * *half).collect();
            Ok::<_, VoprfError>(double_and_encode(&halves))
        })?;
        // An input that hashes to the identity, or a blind of zero: neither ever happens.
        match client.blinded.iter().position(|element| *element == [0; ENCODED_BYTES]) {
            Some(index) => Err(PointErrorAt { index, cause: PointError::Identity }.into()),
            None => Ok(client),
        }
    }

    /// What is sent to the server.
    pub fn request(&self) -> Request {
        Request { elements: self.blinded.clone() }
    }

    fn expect_count(&self, got: usize) -> Result<(), VoprfError> {
        let expected = self.blinded.len();
        if got == expected { Ok(()) } else { Err(VoprfError::Count { expected, got }) }
    }

    /// `blind⁻¹ · element` for every element.
    fn unblind(&self, elements: &[Encoded], threads: usize) -> Result<Vec<Encoded>, VoprfError> {
        self.expect_count(elements.len())?;
        let mut inverses = Zeroizing::new(self.halves.clone());
        Scalar::batch_invert(&mut inverses);
        // The blind is twice what is kept, and the encoding doubles.
        let quarter = Scalar::from(4u8).invert();
        let rows: Vec<_> = elements.iter().zip(inverses.iter()).collect();
        Ok(map_blocks(threads, BLOCK, &rows, |offset, rows| {
            let halves = rows.iter().enumerate().map(|(i, (element, inverse))| {
                let point = decode(element).map_err(|cause| PointErrorAt { index: offset + i, cause })?;
                Ok(point * (*inverse * quarter))
            });
            Ok::<_, PointErrorAt>(double_and_encode(&halves.collect::<Result<Vec<_>, _>>()?))
        })?)
    }

    fn outputs<T: AsRef<[u8]> + Sync>(
        &self,
        inputs: &[T],
        info: Option<&[u8]>,
        elements: &[Encoded],
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        self.expect_count(inputs.len())?;
        let unblinded = Zeroizing::new(self.unblind(elements, threads)?);
        finalize_all(inputs, info, &unblinded, threads)
    }
}

impl Client<Oprf> {
    /// `Finalize` of RFC 9497 §3.3.1. `inputs` are those that were blinded, in order.
    ///
    /// # Errors
    /// Another number of inputs or elements, or an element that is not acceptable.
    pub fn finalize<T: AsRef<[u8]> + Sync>(
        self,
        inputs: &[T],
        answer: &Evaluated,
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        self.outputs(inputs, None, &answer.elements, threads)
    }
}

impl Client<Voprf> {
    /// `Finalize` of RFC 9497 §3.3.2: as in the mode without proof, after the proof was verified.
    ///
    /// # Errors
    /// As there, and when the proof does not hold.
    pub fn finalize<T: AsRef<[u8]> + Sync>(
        self,
        inputs: &[T],
        answer: &Proven,
        key: &PublicKey<Voprf>,
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        self.expect_count(answer.elements.len())?;
        let statement =
            Statement { suite: &self.suite, public: key.point(), from: &self.blinded, to: &answer.elements };
        if !statement.holds(&answer.proof, threads)? {
            return Err(VoprfError::Proof);
        }
        self.outputs(inputs, None, &answer.elements, threads)
    }
}

impl Client<Poprf> {
    /// `Finalize` of RFC 9497 §3.3.3, for the public info that the server used.
    ///
    /// # Errors
    /// As in the verifiable mode, and when the info is too long or not usable with the key.
    pub fn finalize<T: AsRef<[u8]> + Sync>(
        self,
        inputs: &[T],
        answer: &Proven,
        key: &PublicKey<Poprf>,
        info: &[u8],
        threads: usize,
    ) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
        self.expect_count(answer.elements.len())?;
        let public = RistrettoPoint::mul_base(&info_scalar(&self.suite, info)?) + key.point();
        // Whoever can choose such an info knows the secret key.
        if public == curve25519_dalek::traits::Identity::identity() {
            return Err(VoprfError::Info);
        }
        // blinded = (key + m) · evaluated
        let statement = Statement { suite: &self.suite, public: &public, from: &answer.elements, to: &self.blinded };
        if !statement.holds(&answer.proof, threads)? {
            return Err(VoprfError::Proof);
        }
        self.outputs(inputs, Some(info), &answer.elements, threads)
    }
}

fn double_and_encode(halves: &[RistrettoPoint]) -> Vec<Encoded> {
    RistrettoPoint::double_and_compress_batch(halves).into_iter().map(|point| point.to_bytes()).collect()
}

/// The last hash for every input, of which there are as many as elements. With public info it stands between input and
/// element.
pub(super) fn finalize_all<T: AsRef<[u8]> + Sync>(
    inputs: &[T],
    info: Option<&[u8]>,
    unblinded: &[Encoded],
    threads: usize,
) -> Result<Zeroizing<Vec<Output>>, VoprfError> {
    let kernel = GroupKernel::best();
    let outputs = map_blocks(threads, BLOCK, unblinded, |offset, elements| {
        let inputs = &inputs[offset..offset + elements.len()];
        match info {
            None => oprf::finalize_all(kernel, inputs, elements).map(|outputs| outputs.to_vec()),
            Some(info) => inputs.iter().zip(elements).map(|(input, e)| with_info(input.as_ref(), info, e)).collect(),
        }
    })?;
    Ok(Zeroizing::new(outputs))
}

/// `SHA-512(len(input) ‖ input ‖ len(info) ‖ info ‖ len(element) ‖ element ‖ "Finalize")`.
fn with_info(input: &[u8], info: &[u8], element: &Encoded) -> Result<Output, InputTooLong> {
    let len = |part: &[u8]| u16::try_from(part.len()).map(u16::to_be_bytes).map_err(|_| InputTooLong(part.len()));
    let hash = Sha512::new().chain_update(len(input)?).chain_update(input).chain_update(len(info)?).chain_update(info);
    Ok(hash.chain_update(len(element)?).chain_update(element).chain_update(b"Finalize").finalize().into())
}
