//! Hash functions on blocks of 128 bits from AES-128 under a fixed public key, modelled as a random permutation π
//! (Guo, Katz, Wang, Weng and Yu, "Efficient and Secure Multiparty Computation from Fixed-Key Block Ciphers", S&P 2020).
//!
//! | name | definition | property |
//! |---|---|---|
//! | [`ccr`](FixedKeyAes::ccr) | H(x) = π(σ(x)) ⊕ σ(x), σ(x_L‖x_R) = (x_L ⊕ x_R)‖x_L | circular correlation robust |
//! | [`tccr`](FixedKeyAes::tccr) | H(x, i) = π(π(x) ⊕ i) ⊕ π(x) | tweakable circular correlation robust |
//!
//! The key is that of one session, so that work spent on one session is of no use against another (the multi-instance
//! bounds of Guo, Katz, Wang and Yu, CRYPTO 2020). It is public: nothing here hides it. The blocks are secret; no branch
//! and no address depends on them.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::cpu::Kernel;
use crate::gf128::Gf128;

/// AES-128 under one public key.
#[derive(Clone)]
pub struct FixedKeyAes(Engine);

#[derive(Clone)]
enum Engine {
    Portable(Box<portable::Cipher>),
    #[cfg(target_arch = "x86_64")]
    AesNi(Box<x86::narrow::Cipher>),
    #[cfg(target_arch = "x86_64")]
    Vaes(Box<x86::wide::Cipher>),
}

macro_rules! dispatch {
    (&mut $self:ident.$method:ident()) => {
        match &mut $self.0 {
            Engine::Portable(cipher) => cipher.$method(),
            #[cfg(target_arch = "x86_64")]
            Engine::AesNi(cipher) => cipher.$method(),
            #[cfg(target_arch = "x86_64")]
            Engine::Vaes(cipher) => cipher.$method(),
        }
    };
    ($self:ident.$method:ident($($arg:expr),*)) => {
        match &$self.0 {
            Engine::Portable(cipher) => cipher.$method($($arg),*),
            #[cfg(target_arch = "x86_64")]
            Engine::AesNi(cipher) => cipher.$method($($arg),*),
            #[cfg(target_arch = "x86_64")]
            Engine::Vaes(cipher) => cipher.$method($($arg),*),
        }
    };
}

impl FixedKeyAes {
    /// The permutation of a key, by the best kernel.
    pub fn new(key: [u8; 16]) -> Self {
        Self::with_kernel(Kernel::chosen(), key)
    }

    /// The permutation of a key, by the given kernel.
    pub fn with_kernel(kernel: Kernel, key: [u8; 16]) -> Self {
        Self(match kernel {
            Kernel::Portable => Engine::Portable(Box::new(portable::Cipher::new(key))),
            #[cfg(target_arch = "x86_64")]
            Kernel::AesNi(detected) => Engine::AesNi(Box::new(x86::narrow::Cipher::new(detected, key))),
            #[cfg(target_arch = "x86_64")]
            Kernel::Vaes(detected) => Engine::Vaes(Box::new(x86::wide::Cipher::new(detected, key))),
        })
    }

    /// Overwrites the key with zeros: for the few uses where it is a secret (a keyed pseudorandom function).
    pub fn clear(&mut self) {
        dispatch!(&mut self.clear());
        std::hint::black_box(&*self);
    }

    /// x ← π(x) for every block.
    pub fn permute(&self, blocks: &mut [Gf128]) {
        dispatch!(self.permute(blocks));
    }

    /// out\[i\] = π(first + i), a stream that follows from the key alone.
    pub fn counter(&self, first: u64, out: &mut [Gf128]) {
        dispatch!(self.counter(first, out));
    }

    /// x ← H(x) = π(σ(x)) ⊕ σ(x) for every block.
    pub fn ccr(&self, blocks: &mut [Gf128]) {
        dispatch!(self.ccr(blocks));
    }

    /// x\[i\] ← H(x\[i\], first + i), H(x, j) = π(π(x) ⊕ j) ⊕ π(x).
    pub fn tccr(&self, first: u64, blocks: &mut [Gf128]) {
        dispatch!(self.tccr(first, blocks));
    }

    /// out\[i\] = H(seed, i) of [`tccr`](Self::tccr): a pseudorandom generator for a uniform seed.
    pub fn stream(&self, seed: Gf128, out: &mut [Gf128]) {
        let mut once = [seed];
        self.permute(&mut once);
        for (i, block) in out.iter_mut().enumerate() {
            *block = once[0] ^ Gf128(i as u128);
        }
        self.permute(out);
        for block in out {
            *block ^= once[0];
        }
    }

    /// One level of a correlated tree (Guo et al., "Half-Tree", EUROCRYPT 2023, cGGM): the first half of `nodes` holds
    /// the parents and takes the left children H(p), the second half takes the right children p ⊕ H(p). Gives the sum
    /// of the left children.
    ///
    /// # Panics
    /// When the number of nodes is odd.
    pub fn double_correlated(&self, nodes: &mut [Gf128]) -> Gf128 {
        assert!(nodes.len().is_multiple_of(2), "a level has two children for every parent");
        dispatch!(self.double_correlated(nodes))
    }

    /// One level of a tree with unrelated children (GGM; the last level of pcGGM in "Half-Tree"): the first half of
    /// `nodes` holds the parents and takes H(p), the second half takes H(p ⊕ 1). Gives the sums of both halves.
    ///
    /// # Panics
    /// When the number of nodes is odd.
    pub fn double_independent(&self, nodes: &mut [Gf128]) -> [Gf128; 2] {
        assert!(nodes.len().is_multiple_of(2), "a level has two children for every parent");
        dispatch!(self.double_independent(nodes))
    }
}

// Not secret, but of no interest to print.
impl std::fmt::Debug for FixedKeyAes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FixedKeyAes")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(hex_digits: &str) -> Gf128 {
        Gf128::from_bytes(hex::decode(hex_digits).unwrap().try_into().unwrap())
    }

    fn key(hex_digits: &str) -> [u8; 16] {
        block(hex_digits).to_bytes()
    }

    #[test]
    fn a_cleared_key_is_that_of_zeros() {
        for kernel in Kernel::available() {
            let (mut secret, zeros) = (FixedKeyAes::with_kernel(kernel, [7; 16]), FixedKeyAes::new([0; 16]));
            secret.clear();
            let (mut a, mut b) = ([Gf128(5)], [Gf128(5)]);
            secret.permute(&mut a);
            zeros.permute(&mut b);
            assert!(a == b);
        }
    }

    #[test]
    fn the_permutation_is_aes_128_of_fips_197_and_sp_800_38a() {
        let vectors = [
            // FIPS 197, appendix C.1
            (
                "000102030405060708090a0b0c0d0e0f",
                "00112233445566778899aabbccddeeff",
                "69c4e0d86a7b0430d8cdb78070b4c55a",
            ),
            // NIST SP 800-38A, F.1.1
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "6bc1bee22e409f96e93d7e117393172a",
                "3ad77bb40d7a3660a89ecaf32466ef97",
            ),
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "ae2d8a571e03ac9c9eb76fac45af8e51",
                "f5d3d58503b9699de785895a96fdbaaf",
            ),
        ];
        for kernel in Kernel::available() {
            for (k, plain, cipher) in vectors {
                for len in [1, 7, 33, 64, 100] {
                    let mut blocks = vec![block(plain); len];
                    FixedKeyAes::with_kernel(kernel, key(k)).permute(&mut blocks);
                    assert!(blocks.iter().all(|b| *b == block(cipher)), "{kernel:?}");
                }
            }
        }
    }

    #[test]
    fn the_hashes_are_what_their_definitions_say() {
        let aes = FixedKeyAes::new([9; 16]);
        let pi = |x: u128| {
            let mut b = [Gf128(x)];
            aes.permute(&mut b);
            b[0].0
        };
        let x = 0x0123_4567_89ab_cdef_f0e1_d2c3_b4a5_9687_u128;
        let (high, low) = ((x >> 64) as u64, x as u64);
        let sigma = (u128::from(high ^ low) << 64) | u128::from(high);
        let mut got = [Gf128(x); 3];
        aes.ccr(&mut got);
        assert!(got.iter().all(|g| g.0 == pi(sigma) ^ sigma));
        got = [Gf128(x); 3];
        aes.tccr(40, &mut got);
        assert!((0..3).all(|i| got[i].0 == pi(pi(x) ^ (40 + i as u128)) ^ pi(x)));
        aes.counter(7, &mut got);
        assert!((0..3).all(|i| got[i].0 == pi(7 + i as u128)));
        aes.stream(Gf128(x), &mut got);
        assert!((0..3).all(|i| got[i].0 == pi(pi(x) ^ i as u128) ^ pi(x)));
    }

    #[test]
    fn children_follow_from_their_parent_and_the_sums_are_of_the_children() {
        let aes = FixedKeyAes::new([3; 16]);
        for parents in [1usize, 2, 31, 32, 40] {
            let start: Vec<_> = (0..parents as u128).map(|i| Gf128(i * 77 + 5)).collect();
            let mut hashed: Vec<_> = start.clone();
            aes.ccr(&mut hashed);
            let mut nodes = start.clone();
            nodes.resize(2 * parents, Gf128::ZERO);
            let left = aes.double_correlated(&mut nodes);
            assert!((0..parents).all(|i| nodes[i] == hashed[i] && nodes[parents + i] == hashed[i] ^ start[i]));
            assert!(left == nodes[..parents].iter().fold(Gf128::ZERO, |s, x| s ^ *x));

            let mut nodes = start.clone();
            nodes.resize(2 * parents, Gf128::ZERO);
            let sums = aes.double_independent(&mut nodes);
            let mut other: Vec<_> = start.iter().map(|p| *p ^ Gf128::ONE).collect();
            aes.ccr(&mut other);
            assert!(nodes[..parents] == hashed && nodes[parents..] == other);
            assert!((0..2).all(|s| sums[s] == nodes[s * parents..][..parents].iter().fold(Gf128::ZERO, |s, x| s ^ *x)));
        }
    }

    proptest! {
        #[test]
        fn every_kernel_gives_the_same_blocks(bits in proptest::collection::vec(any::<u128>(), 0..140), k: [u8; 16], n: u64) {
            let blocks: Vec<_> = bits.into_iter().map(Gf128).collect();
            let even = blocks.len() / 2 * 2;
            let run = |kernel| {
                let aes = FixedKeyAes::with_kernel(kernel, k);
                let (mut a, mut b, mut c) = (blocks.clone(), blocks.clone(), blocks.clone());
                aes.permute(&mut a);
                aes.ccr(&mut b);
                aes.tccr(n >> 1, &mut c);
                let (mut d, mut e) = (blocks[..even].to_vec(), blocks[..even].to_vec());
                let (left, sums) = (aes.double_correlated(&mut d), aes.double_independent(&mut e));
                let mut f = vec![Gf128::ZERO; blocks.len()];
                aes.counter(n >> 1, &mut f);
                [a, b, c, d, e, f, vec![left], sums.to_vec()]
            };
            let want = run(Kernel::Portable);
            for kernel in Kernel::available() {
                prop_assert!(run(kernel) == want, "{kernel:?}");
            }
        }
    }
}
