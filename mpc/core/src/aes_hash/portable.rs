//! The same on any processor, by the `aes` crate, whose software path is bitsliced and hence without secret addresses.

use aes::Aes128;
use aes::cipher::{BlockEncrypt, KeyInit, generic_array::GenericArray};

use crate::gf128::Gf128;

#[derive(Clone)]
pub(super) struct Cipher(Aes128);

/// Blocks per call of the cipher crate.
const BATCH: usize = 64;

fn sigma(x: Gf128) -> Gf128 {
    let (high, low) = ((x.0 >> 64) as u64, x.0 as u64);
    Gf128((u128::from(high ^ low) << 64) | u128::from(high))
}

fn sum(blocks: &[Gf128]) -> Gf128 {
    blocks.iter().fold(Gf128::ZERO, |sum, x| sum ^ *x)
}

impl Cipher {
    pub(super) fn new(key: [u8; 16]) -> Self {
        Self(Aes128::new(&GenericArray::from(key)))
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new([0; 16]);
    }

    pub(super) fn permute(&self, blocks: &mut [Gf128]) {
        let mut bytes = [GenericArray::from([0u8; 16]); BATCH];
        for chunk in blocks.chunks_mut(BATCH) {
            let bytes = &mut bytes[..chunk.len()];
            for (bytes, block) in bytes.iter_mut().zip(chunk.iter()) {
                *bytes = GenericArray::from(block.to_bytes());
            }
            self.0.encrypt_blocks(bytes);
            for (bytes, block) in bytes.iter().zip(chunk) {
                *block = Gf128::from_bytes((*bytes).into());
            }
        }
    }

    pub(super) fn counter(&self, first: u64, out: &mut [Gf128]) {
        for (i, block) in out.iter_mut().enumerate() {
            *block = Gf128(u128::from(first) + i as u128);
        }
        self.permute(out);
    }

    pub(super) fn ccr(&self, blocks: &mut [Gf128]) {
        for chunk in blocks.chunks_mut(BATCH) {
            let mut mixed = [Gf128::ZERO; BATCH];
            for (mixed, x) in mixed.iter_mut().zip(chunk.iter_mut()) {
                *x = sigma(*x);
                *mixed = *x;
            }
            self.permute(chunk);
            for (x, mixed) in chunk.iter_mut().zip(mixed) {
                *x ^= mixed;
            }
        }
    }

    pub(super) fn tccr(&self, first: u64, blocks: &mut [Gf128]) {
        let mut tweak = u128::from(first);
        for chunk in blocks.chunks_mut(BATCH) {
            self.permute(chunk);
            let mut once = [Gf128::ZERO; BATCH];
            for (once, x) in once.iter_mut().zip(chunk.iter_mut()) {
                *once = *x;
                *x ^= Gf128(tweak);
                tweak += 1;
            }
            self.permute(chunk);
            for (x, once) in chunk.iter_mut().zip(once) {
                *x ^= once;
            }
        }
    }

    pub(super) fn double_correlated(&self, nodes: &mut [Gf128]) -> Gf128 {
        let (left, right) = nodes.split_at_mut(nodes.len() / 2);
        right.copy_from_slice(left);
        self.ccr(left);
        for (left, right) in left.iter().zip(right) {
            *right ^= *left;
        }
        sum(left)
    }

    pub(super) fn double_independent(&self, nodes: &mut [Gf128]) -> [Gf128; 2] {
        let (left, right) = nodes.split_at_mut(nodes.len() / 2);
        for (left, right) in left.iter().zip(right.iter_mut()) {
            *right = *left ^ Gf128::ONE;
        }
        self.ccr(left);
        self.ccr(right);
        [sum(left), sum(right)]
    }
}
