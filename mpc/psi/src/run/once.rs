//! Sealing under keys that seal nothing else: a stream of fixed-key AES and a one-time polynomial authenticator, several
//! times faster than an AES-GCM key a row.
//!
//! With S_j = H(κ, j) of [`FixedKeyAes::stream`]: r = S_0, s = S_1, the padded text is added to S_2 ‖ S_3 ‖ …, and the
//! blocks c_1 … c_m of the result give the tag s + Σ c_i·r^(m+1−i) (Carter and Wegman; forging succeeds with probability
//! m·2^−128). All texts under one width have the same length, so no length needs to be authenticated.

use mpc_core::{FixedKeyAes, Gf128};
use zeroize::Zeroize;

use super::payload::sealed_bytes;

const LENGTH_BYTES: usize = 4;
const TAG_BYTES: usize = Gf128::BYTES;

/// Seals and opens; the AES key belongs to the run and is public.
pub(crate) struct OneTime<'a> {
    aes: &'a FixedKeyAes,
    stream: Vec<Gf128>,
}

impl<'a> OneTime<'a> {
    pub(crate) fn new(aes: &'a FixedKeyAes) -> Self {
        Self { aes, stream: Vec::new() }
    }

    /// Seals `plain`, padded to `width`, appending to `out`: as many bytes as [`sealed_bytes`]. `false` when it is wider.
    pub(crate) fn seal(&mut self, key: Gf128, plain: &[u8], width: u32, out: &mut Vec<u8>) -> bool {
        let Some(len) = u32::try_from(plain.len()).ok().filter(|len| *len <= width) else {
            return false;
        };
        let start = out.len();
        out.extend_from_slice(&len.to_be_bytes());
        out.extend_from_slice(plain);
        out.resize(start + LENGTH_BYTES + width as usize, 0);
        let text = &mut out[start..];
        self.run(key, text.len());
        self.add_stream(text);
        let tag = self.tag(text);
        out.extend_from_slice(&tag.to_bytes());
        true
    }

    /// Opens what was sealed with the given width and appends it to `out`; gives its length, or `None` when it was not
    /// sealed under this key.
    pub(crate) fn open(&mut self, key: Gf128, sealed: &[u8], width: u32, out: &mut Vec<u8>) -> Option<usize> {
        if sealed.len() != sealed_bytes(width) {
            return None;
        }
        let (body, tag) = sealed.split_last_chunk::<TAG_BYTES>()?;
        self.run(key, body.len());
        if self.tag(body) != Gf128::from_bytes(*tag) {
            return None;
        }
        let mut text = zeroize::Zeroizing::new(body.to_vec());
        self.add_stream(&mut text);
        let (len, padded) = text.split_first_chunk::<LENGTH_BYTES>()?;
        let plain = padded.get(..u32::from_be_bytes(*len) as usize)?;
        out.extend_from_slice(plain);
        Some(plain.len())
    }

    fn run(&mut self, key: Gf128, len: usize) {
        self.stream.clear();
        self.stream.resize(2 + len.div_ceil(Gf128::BYTES), Gf128::ZERO);
        self.aes.stream(key, &mut self.stream);
    }

    fn add_stream(&self, text: &mut [u8]) {
        for (text, stream) in text.chunks_mut(Gf128::BYTES).zip(&self.stream[2..]) {
            text.iter_mut().zip(stream.to_bytes()).for_each(|(text, stream)| *text ^= stream);
        }
    }

    fn tag(&self, sealed: &[u8]) -> Gf128 {
        let (r, s) = (self.stream[0], self.stream[1]);
        let sum = sealed.chunks(Gf128::BYTES).fold(Gf128::ZERO, |sum, chunk| {
            let mut block = [0; Gf128::BYTES];
            block[..chunk.len()].copy_from_slice(chunk);
            (sum ^ Gf128::from_bytes(block)) * r
        });
        sum ^ s
    }
}

impl Drop for OneTime<'_> {
    fn drop(&mut self) {
        self.stream.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_opens_under_its_key_and_run_only_and_all_have_one_width() {
        let (aes, other) = (FixedKeyAes::new([1; 16]), FixedKeyAes::new([2; 16]));
        let mut once = OneTime::new(&aes);
        for (width, plains) in
            [(0, vec![""]), (11, vec!["", "a", "exactly ten"]), (28, vec!["twenty-eight bytes are one more"])]
        {
            for plain in plains {
                let plain = &plain.as_bytes()[..plain.len().min(width as usize)];
                let mut sealed = vec![9];
                assert!(once.seal(Gf128(7), plain, width, &mut sealed));
                let sealed = &sealed[1..];
                assert_eq!(sealed.len(), sealed_bytes(width));
                let mut out = vec![5];
                assert_eq!(once.open(Gf128(7), sealed, width, &mut out), Some(plain.len()));
                assert_eq!(&out[1..], plain);
                assert_eq!(once.open(Gf128(8), sealed, width, &mut out), None);
                assert_eq!(once.open(Gf128(7), sealed, width + 1, &mut out), None);
                assert_eq!(OneTime::new(&other).open(Gf128(7), sealed, width, &mut out), None);
                for i in 0..sealed.len() {
                    let mut changed = sealed.to_vec();
                    changed[i] ^= 1;
                    assert_eq!(once.open(Gf128(7), &changed, width, &mut out), None);
                }
            }
        }
        assert!(!once.seal(Gf128(7), b"twelve bytes", 11, &mut vec![]));
    }

    #[test]
    fn equal_payloads_under_different_keys_have_nothing_in_common() {
        let aes = FixedKeyAes::new([1; 16]);
        let mut once = OneTime::new(&aes);
        let mut sealed = |key| {
            let mut out = vec![];
            once.seal(Gf128(key), b"the same text of any length", 40, &mut out);
            out
        };
        let (a, b) = (sealed(1), sealed(2));
        assert!(a.windows(4).zip(b.windows(4)).all(|(a, b)| a != b));
        assert!(a.windows(4).all(|part| part != b"same" && part != [0; 4]));
    }
}
