//! The hash functions of a run: fixed-key AES under keys from the joint salt (docs/protocols/rr22-psi.md, "Hash
//! functions").

use mpc_core::memory::filled;
use mpc_core::okvs::Seed;
use mpc_core::parallel::{for_each_pair, for_each_part};
use mpc_core::{FixedKeyAes, Gf128};
use zeroize::{Zeroize, Zeroizing};

use super::coin::derive;
use crate::item::Item;
use crate::run::tag::SealKey;

/// Items that go through the cipher at a time: what they need stays in the first-level cache.
const BLOCK: usize = 256;

pub(crate) struct Hashes {
    joint: [u8; 32],
    /// Of the leg: the joint salt itself, until the run is resumed.
    leg: [u8; 32],
    left: FixedKeyAes,
    right: FixedKeyAes,
    key: [FixedKeyAes; 2],
    value: [FixedKeyAes; 2],
    tag: FixedKeyAes,
    seal: [FixedKeyAes; 2],
    proof: FixedKeyAes,
}

/// Working memory of a thread.
struct Scratch {
    a: [Gf128; BLOCK],
    b: [Gf128; BLOCK],
    u: [Gf128; BLOCK],
    s: [Gf128; BLOCK],
    t: [Gf128; BLOCK],
}

impl Scratch {
    fn new() -> Self {
        let zero = [Gf128::ZERO; BLOCK];
        Self { a: zero, b: zero, u: zero, s: zero, t: zero }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for block in [&mut self.a, &mut self.b, &mut self.u, &mut self.s, &mut self.t] {
            block.zeroize();
        }
    }
}

/// out = π(input)
#[inline]
fn permuted(aes: &FixedKeyAes, input: &[Gf128], out: &mut [Gf128]) {
    out.copy_from_slice(input);
    aes.permute(out);
}

/// out ^= input
#[inline]
pub(crate) fn add(out: &mut [Gf128], input: &[Gf128]) {
    for (out, input) in out.iter_mut().zip(input) {
        *out ^= *input;
    }
}

impl Hashes {
    pub(crate) fn new(joint: [u8; 32]) -> Self {
        let aes = |number| {
            let mut key = [0; 16];
            key.copy_from_slice(&derive(&joint, b"aes", number)[..16]);
            FixedKeyAes::new(key)
        };
        let [left, right, k0, k1, v0, v1, tag, s0, s1, proof] = std::array::from_fn(|i| aes(i as u32));
        Self { joint, leg: joint, left, right, key: [k0, k1], value: [v0, v1], tag, seal: [s0, s1], proof }
    }

    /// The same functions, and other VOLE sessions: those of a resumption.
    pub(crate) fn on_leg(mut self, leg: [u8; 32]) -> Self {
        self.leg = leg;
        self
    }

    /// The seed of a bucket's table.
    pub(crate) fn table_seed(&self, bucket: u32) -> Seed {
        let mut seed = [0; 16];
        seed.copy_from_slice(&derive(&self.joint, b"okvs", bucket)[..16]);
        Seed(seed)
    }

    /// The session of a bucket's VOLE.
    pub(crate) fn vole_session(&self, bucket: u32) -> [u8; 32] {
        derive(&self.leg, b"vole", bucket)
    }

    /// H_K of `len` items: the names under which tables know them.
    pub(crate) fn keys(
        &self,
        threads: usize,
        len: usize,
        item: impl Fn(usize) -> Item + Sync,
    ) -> Zeroizing<Vec<Gf128>> {
        let mut keys = Zeroizing::new(filled(len, Gf128::ZERO));
        for_each_part(threads, BLOCK, &mut keys, |first, part| {
            let mut scratch = Scratch::new();
            for (i, keys) in part.chunks_mut(BLOCK).enumerate() {
                self.compress(&mut scratch, |j| item(first + i * BLOCK + j), keys);
            }
        });
        keys
    }

    /// H_K and H_B of `len` items.
    pub(crate) fn keys_and_values(
        &self,
        threads: usize,
        len: usize,
        item: impl Fn(usize) -> Item + Sync,
    ) -> (Zeroizing<Vec<Gf128>>, Zeroizing<Vec<Gf128>>) {
        let mut keys = Zeroizing::new(filled(len, Gf128::ZERO));
        let mut values = Zeroizing::new(filled(len, Gf128::ZERO));
        // Long steps, so that scratch memory is made (and cleared) seldom; what is left over comes after them.
        let step = 16 * BLOCK;
        let whole = len / step * step;
        let work = |first: usize, keys: &mut [Gf128], values: &mut [Gf128]| {
            let mut scratch = Scratch::new();
            for (i, (keys, values)) in keys.chunks_mut(BLOCK).zip(values.chunks_mut(BLOCK)).enumerate() {
                self.compress(&mut scratch, |j| item(first + i * BLOCK + j), keys);
                let Scratch { b, u, s, t, .. } = &mut scratch;
                let (b, u, s, t) = (&b[..keys.len()], &u[..keys.len()], &mut s[..keys.len()], &mut t[..keys.len()]);
                permuted(&self.value[0], u, s);
                permuted(&self.value[1], u, t);
                for (i, value) in values.iter_mut().enumerate() {
                    *value = s[i] ^ t[i] ^ b[i];
                }
            }
        };
        for_each_pair(threads, &mut keys[..whole], step, &mut values[..whole], step, |i, keys, values| {
            work(i * step, keys, values);
        });
        work(whole, &mut keys[whole..], &mut values[whole..]);
        (keys, values)
    }

    /// a = f₁(x₀), b = f₂(x₁), u = a ⊕ b, keys = (π₃ ⊕ π₄)(u) ⊕ a for at most [`BLOCK`] items.
    fn compress(&self, scratch: &mut Scratch, item: impl Fn(usize) -> Item, keys: &mut [Gf128]) {
        let len = keys.len();
        let Scratch { a, b, u, s, t } = scratch;
        let (a, b, u, s, t) = (&mut a[..len], &mut b[..len], &mut u[..len], &mut s[..len], &mut t[..len]);
        for i in 0..len {
            let item = item(i);
            let (halves, _) = item.as_ref().as_chunks::<16>();
            a[i] = Gf128::from_bytes(halves[0]);
            b[i] = Gf128::from_bytes(halves[1]);
        }
        permuted(&self.left, a, s);
        permuted(&self.right, b, t);
        for i in 0..len {
            a[i] ^= s[i];
            b[i] ^= t[i];
            u[i] = a[i] ^ b[i];
        }
        permuted(&self.key[0], u, s);
        permuted(&self.key[1], u, t);
        for (i, key) in keys.iter_mut().enumerate() {
            *key = s[i] ^ t[i] ^ a[i];
        }
    }

    /// H_o: each masked value becomes the tag of its key.
    pub(crate) fn tags(&self, threads: usize, keys: &[Gf128], masked: &mut [Gf128]) {
        self.hash_all(&self.tag, threads, keys, masked);
    }

    /// The same under a permutation of its own: each masked value becomes what proves that its item is held.
    pub(crate) fn proofs(&self, threads: usize, keys: &[Gf128], masked: &mut [Gf128]) {
        self.hash_all(&self.proof, threads, keys, masked);
    }

    fn hash_all(&self, aes: &FixedKeyAes, threads: usize, keys: &[Gf128], masked: &mut [Gf128]) {
        for_each_part(threads, BLOCK, masked, |first, part| {
            let mut scratch = Scratch::new();
            let Scratch { s, t, .. } = &mut scratch;
            for (i, masked) in part.chunks_mut(BLOCK).enumerate() {
                let keys = &keys[first + i * BLOCK..][..masked.len()];
                tweaked(aes, keys, masked, &mut s[..masked.len()], &mut t[..masked.len()]);
            }
        });
    }

    /// The proof of one item.
    pub(crate) fn proof(&self, key: Gf128, masked: Gf128) -> Gf128 {
        let (mut value, mut s, mut t) = ([masked], [Gf128::ZERO], [Gf128::ZERO]);
        tweaked(&self.proof, &[key], &mut value, &mut s, &mut t);
        [s, t].zeroize();
        value[0]
    }

    /// The key that seals the payload of one item.
    pub(crate) fn seal_key(&self, key: Gf128, masked: Gf128) -> Zeroizing<SealKey> {
        let mut out = Zeroizing::new([0; 32]);
        for (aes, out) in self.seal.iter().zip(out.as_chunks_mut::<16>().0) {
            let (mut value, mut s, mut t) = ([masked], [Gf128::ZERO], [Gf128::ZERO]);
            tweaked(aes, &[key], &mut value, &mut s, &mut t);
            *out = value[0].to_bytes();
            [value, s, t].zeroize();
        }
        out
    }
}

/// x ← π(π(x) ⊕ tweak) ⊕ π(x), the tweakable circular correlation robust hash of `mpc_core::aes_hash` with tweaks of a
/// whole block.
#[inline]
pub(crate) fn tweaked(aes: &FixedKeyAes, tweaks: &[Gf128], x: &mut [Gf128], s: &mut [Gf128], t: &mut [Gf128]) {
    permuted(aes, x, s);
    for ((t, s), tweak) in t.iter_mut().zip(s.iter()).zip(tweaks) {
        *t = *s ^ *tweak;
    }
    aes.permute(t);
    for ((x, s), t) in x.iter_mut().zip(s.iter()).zip(t.iter()) {
        *x = *s ^ *t;
    }
}

/// H_B of the low-traffic form: 64 bits, an element of the subfield.
#[inline]
pub(crate) fn short(value: Gf128) -> u64 {
    value.0 as u64
}

/// The bucket of a key.
#[inline]
pub(crate) fn bucket(key: Gf128, buckets: u32) -> u32 {
    (((key.0 >> 96) * u128::from(buckets)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(n: usize) -> Vec<Item> {
        (0..n).map(|i| Item::new(&i.to_be_bytes())).collect()
    }

    #[test]
    fn hashes_are_what_their_definitions_say_for_every_length_and_number_of_threads() {
        let hashes = Hashes::new([7; 32]);
        let pi = |aes: &FixedKeyAes, x: Gf128| {
            let mut block = [x];
            aes.permute(&mut block);
            block[0]
        };
        for n in [0, 1, 255, 256, 257, 4096, 9_000] {
            let items = items(n);
            let (keys, values) = hashes.keys_and_values(1, n, |i| items[i]);
            for threads in [2, 5] {
                let (other_keys, other_values) = hashes.keys_and_values(threads, n, |i| items[i]);
                assert!(*keys == *other_keys && *values == *other_values);
                assert!(*hashes.keys(threads, n, |i| items[i]) == *keys);
            }
            let mut tags = values.clone();
            hashes.tags(2, &keys, &mut tags);
            for i in (0..n).step_by(97) {
                let bytes = items[i].as_ref();
                let x0 = Gf128::from_bytes(bytes[..16].try_into().unwrap());
                let x1 = Gf128::from_bytes(bytes[16..].try_into().unwrap());
                let a = pi(&hashes.left, x0) ^ x0;
                let b = pi(&hashes.right, x1) ^ x1;
                let u = a ^ b;
                assert!(keys[i] == pi(&hashes.key[0], u) ^ pi(&hashes.key[1], u) ^ a);
                assert!(values[i] == pi(&hashes.value[0], u) ^ pi(&hashes.value[1], u) ^ b);
                let once = pi(&hashes.tag, values[i]);
                assert!(tags[i] == pi(&hashes.tag, once ^ keys[i]) ^ once);
            }
        }
    }

    #[test]
    fn another_joint_salt_gives_other_hashes_and_purposes_differ() {
        let items = items(3);
        let (one, two) = (Hashes::new([1; 32]), Hashes::new([2; 32]));
        let (keys, values) = one.keys_and_values(1, 3, |i| items[i]);
        let (other, _) = two.keys_and_values(1, 3, |i| items[i]);
        assert!(keys.iter().zip(other.iter()).all(|(a, b)| a != b));
        assert!(keys.iter().zip(values.iter()).all(|(a, b)| a != b));
        assert_ne!(one.table_seed(0), one.table_seed(1));
        assert_ne!(one.vole_session(0), two.vole_session(0));
        let sealed = one.seal_key(keys[0], values[0]);
        assert_ne!(sealed[..16], sealed[16..]);
        assert_ne!(*sealed, *one.seal_key(keys[1], values[0]));
        assert_ne!(*sealed, *one.seal_key(keys[0], values[1]));
        let mut tag = [values[0]];
        one.tags(1, &keys[..1], &mut tag);
        let proof = one.proof(keys[0], values[0]);
        assert!(proof != tag[0] && proof.to_bytes() != sealed[..16] && proof.to_bytes() != sealed[16..]);
        assert!(proof != one.proof(keys[1], values[0]) && proof != one.proof(keys[0], values[1]));
        let mut all = values.clone();
        one.proofs(2, &keys, &mut all);
        assert!((0..3).all(|i| all[i] == one.proof(keys[i], values[i])));
    }

    #[test]
    fn buckets_are_used_evenly() {
        let items = items(8_000);
        let keys = Hashes::new([3; 32]).keys(1, items.len(), |i| items[i]);
        let mut load = [0; 5];
        keys.iter().for_each(|key| load[bucket(*key, 5) as usize] += 1);
        // 1,600 expected, standard deviation 36; the fixed salt makes this a fixed outcome.
        assert!(load.iter().all(|load| (1_450..1_750).contains(load)), "{load:?}");
        assert_eq!((bucket(Gf128(u128::MAX), 7), bucket(Gf128::ZERO, 7), bucket(Gf128(u128::MAX), 1)), (6, 0, 0));
    }
}
