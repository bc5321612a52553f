//! Public things that follow from the joint salt, and what an item is called in each of its bins.

use mpc_core::okvs::Seed;
use mpc_core::{CommittedSeed, FixedKeyAes, Gf128, Permutation};
use sm3::{Digest, Sm3};
use zeroize::Zeroizing;

use super::bins::Bins;
use super::sizes::Sizes;
use crate::item::Item;
use crate::rr22::coin::derive;
use crate::rr22::hashes::Hashes;
use crate::run::{Params, SessionId, canary};

/// The function of an item by which it stands in a canary's bin; the three others are those of cuckoo hashing.
pub(super) const CONTROL: usize = 3;

/// What both sides derive alike.
pub(super) struct Public {
    joint: [u8; 32],
    pub(super) hashes: Hashes,
    names: [FixedKeyAes; 4],
    values: [FixedKeyAes; 4],
    pub(super) bins: Bins,
    pub(super) canaries: Vec<Item>,
}

/// Points of the pseudorandom function, each with the value that hides what is not encoded.
pub(super) struct Points {
    pub(super) keys: Zeroizing<Vec<Gf128>>,
    pub(super) values: Zeroizing<Vec<Gf128>>,
}

impl Points {
    pub(super) fn with_capacity(points: usize) -> Self {
        Self { keys: Zeroizing::new(Vec::with_capacity(points)), values: Zeroizing::new(Vec::with_capacity(points)) }
    }
}

impl Public {
    pub(super) fn new(joint: [u8; 32], session: &SessionId, params: &Params, sizes: &Sizes) -> Self {
        let aes = |purpose: &[u8], number: usize| {
            let mut key = [0; 16];
            key.copy_from_slice(&derive(&joint, purpose, number as u32)[..16]);
            FixedKeyAes::new(key)
        };
        let mut seed = [0; 64];
        seed[..32].copy_from_slice(&derive(&joint, b"control order", 0));
        seed[32..].copy_from_slice(&derive(&joint, b"control order", 1));
        let mut prg = CommittedSeed::from_bytes(&seed).prg("control order", b"");
        let controls = sizes.controls();
        let order = Permutation::random(controls as u32, &mut prg);
        Self {
            joint,
            hashes: Hashes::new(joint),
            names: std::array::from_fn(|i| aes(b"bin name", i)),
            values: std::array::from_fn(|i| aes(b"bin value", i)),
            bins: Bins::new(sizes.cuckoo.bins(), order.slice(0, controls)),
            canaries: canary::joint(session, params.joint_canaries),
        }
    }

    /// A seed of hash functions.
    pub(super) fn seed(&self, purpose: &[u8]) -> Seed {
        let mut seed = [0; 16];
        seed.copy_from_slice(&derive(&self.joint, purpose, 0)[..16]);
        Seed(seed)
    }

    /// A session of a correlation.
    pub(super) fn session(&self, purpose: &[u8], number: u32) -> [u8; 32] {
        derive(&self.joint, purpose, number)
    }

    /// The number that stands for a canary in a column of the circuit, known to both sides.
    pub(super) fn control_value(&self, control: usize, column: usize) -> u64 {
        let digest: [u8; 32] = Sm3::new()
            .chain_update(b"shuzheng/psi/circuit/control/1")
            .chain_update(self.joint)
            .chain_update((control as u64).to_be_bytes())
            .chain_update((column as u64).to_be_bytes())
            .finalize()
            .into();
        let mut number = [0; 8];
        number.copy_from_slice(&digest[..8]);
        u64::from_le_bytes(number)
    }

    /// Names and values of items in the bins of one function: π(x) + x of what the hash functions of RR22 give, under a key
    /// of the function.
    pub(super) fn points(&self, function: usize, items: &Points) -> Points {
        let (mut keys, mut values) = (items.keys.clone(), items.values.clone());
        self.names[function].ccr(&mut keys);
        self.values[function].ccr(&mut values);
        Points { keys, values }
    }

    /// What the hash functions of RR22 give.
    pub(super) fn hash(&self, threads: usize, items: &[Item]) -> Points {
        let (keys, values) = self.hashes.keys_and_values(threads, items.len(), |i| items[i]);
        Points { keys, values }
    }
}

/// Context of a party's own randomness.
pub(super) fn context(session: &SessionId, number: u32) -> [u8; 36] {
    let mut out = [0; 36];
    out[..32].copy_from_slice(&session.0);
    out[32..].copy_from_slice(&number.to_be_bytes());
    out
}
