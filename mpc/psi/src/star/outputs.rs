//! Outputs of the oblivious pseudorandom function: as many blocks of 128 bits as are needed (docs/protocols/star-psi.md,
//! "Outputs").

use mpc_core::parallel::for_each_part;
use mpc_core::{FixedKeyAes, Gf128};
use zeroize::Zeroize;

use super::coin::derive;
use crate::rr22::hashes::tweaked;

/// Values that go through the cipher at a time.
const BLOCK: usize = 256;

/// H_b(v, x) for b = 0 (tests), 1 (second part of wide tests) and 2 + place (keys of that sender's payloads).
pub(super) struct Outputs(Vec<FixedKeyAes>);

impl Outputs {
    pub(super) fn new(joint: &[u8; 32], senders: usize) -> Self {
        let aes = |block| {
            let mut key = [0; 16];
            key.copy_from_slice(&derive(joint, b"output", block, 0)[..16]);
            FixedKeyAes::new(key)
        };
        Self((0..2 + senders).map(aes).collect())
    }

    /// The tests' block of every value.
    pub(super) fn tests(&self, threads: usize, keys: &[Gf128], values: &[Gf128], sums: &mut [Gf128]) {
        self.add(0, threads, keys, values, sums);
    }

    /// The block of the second part of wide tests.
    pub(super) fn wide_tests(&self, threads: usize, keys: &[Gf128], values: &[Gf128], sums: &mut [Gf128]) {
        self.add(1, threads, keys, values, sums);
    }

    /// The block of every value that belongs to the payloads of a sender.
    pub(super) fn shares(&self, of: usize, threads: usize, keys: &[Gf128], values: &[Gf128], sums: &mut [Gf128]) {
        self.add(2 + of, threads, keys, values, sums);
    }

    fn add(&self, block: usize, threads: usize, keys: &[Gf128], values: &[Gf128], sums: &mut [Gf128]) {
        let aes = &self.0[block];
        for_each_part(threads, BLOCK, sums, |first, sums| {
            let mut room = [[Gf128::ZERO; BLOCK]; 3];
            for (i, sums) in sums.chunks_mut(BLOCK).enumerate() {
                let (from, len) = (first + i * BLOCK, sums.len());
                let [x, s, t] = room.each_mut().map(|room| &mut room[..len]);
                x.copy_from_slice(&values[from..][..len]);
                tweaked(aes, &keys[from..][..len], x, s, t);
                sums.iter_mut().zip(x.iter()).for_each(|(sum, x)| *sum ^= *x);
            }
            room.zeroize();
        });
    }
}
