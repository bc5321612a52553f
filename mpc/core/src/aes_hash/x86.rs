//! AES-NI and VAES kernels: eight vectors under way, of one block (`narrow`) or four blocks (`wide`).
//!
//! Invariant of every `unsafe` here: a `Cipher` is only made with the proof that the features of its module were
//! detected ([`AesNi`](crate::cpu::AesNi), [`Vaes`](crate::cpu::Vaes)), so its methods may call functions that are compiled
//! for them; loads and stores go through arrays of exactly the length of a vector. `Gf128` is a transparent `u128`, on
//! this architecture the 16 bytes of the block, little-endian.
#![allow(unsafe_code)]

use core::arch::x86_64::*;

use crate::gf128::Gf128;

/// FIPS 197 §5.2 by `aeskeygenassist`.
#[target_feature(enable = "aes,sse2")]
fn expand_key(key: [u8; 16]) -> [__m128i; 11] {
    #[inline]
    #[target_feature(enable = "aes,sse2")]
    fn next<const RCON: i32>(key: __m128i) -> __m128i {
        let word = _mm_shuffle_epi32::<0xff>(_mm_aeskeygenassist_si128::<RCON>(key));
        let mut k = _mm_xor_si128(key, _mm_slli_si128::<4>(key));
        k = _mm_xor_si128(k, _mm_slli_si128::<8>(k));
        _mm_xor_si128(k, word)
    }
    // SAFETY: both are 16 bytes in which every bit pattern is valid.
    let k0 = unsafe { core::mem::transmute::<[u8; 16], __m128i>(key) };
    let k1 = next::<0x01>(k0);
    let k2 = next::<0x02>(k1);
    let k3 = next::<0x04>(k2);
    let k4 = next::<0x08>(k3);
    let k5 = next::<0x10>(k4);
    let k6 = next::<0x20>(k5);
    let k7 = next::<0x40>(k6);
    let k8 = next::<0x80>(k7);
    let k9 = next::<0x1b>(k8);
    [k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, next::<0x36>(k9)]
}

/// The loops, the same for both widths. The module provides `V`, `LANES`, `load`, `store`, `zero`, `splat`, `xor`,
/// `encrypt`, `encrypt_last`, `sigma`, `counters` and `fold`.
macro_rules! loops {
    ($features:literal, $proof:ty) => {
        /// Vectors under way: enough to hide the latency of a round.
        const VECTORS: usize = 8;
        /// Blocks of one step.
        const BATCH: usize = VECTORS * LANES;
        type Batch = [V; VECTORS];

        #[derive(Clone)]
        pub(in crate::aes_hash) struct Cipher([V; 11]);

        impl Cipher {
            pub(in crate::aes_hash) fn new(_detected: $proof, key: [u8; 16]) -> Self {
                // SAFETY: the proof says that the features were detected.
                unsafe { Self(schedule(key)) }
            }

            pub(in crate::aes_hash) fn clear(&mut self) {
                // SAFETY: a `Cipher` is only made after the features were detected.
                unsafe { self.0 = schedule([0; 16]) }
            }

            pub(in crate::aes_hash) fn permute(&self, blocks: &mut [Gf128]) {
                // SAFETY: a `Cipher` is only made after the features were detected; so below.
                unsafe { permute(&self.0, blocks) }
            }

            pub(in crate::aes_hash) fn counter(&self, first: u64, out: &mut [Gf128]) {
                // SAFETY: see `permute`.
                unsafe { counter(&self.0, first, out) }
            }

            pub(in crate::aes_hash) fn ccr(&self, blocks: &mut [Gf128]) {
                // SAFETY: see `permute`.
                unsafe { ccr(&self.0, blocks) }
            }

            pub(in crate::aes_hash) fn tccr(&self, first: u64, blocks: &mut [Gf128]) {
                // SAFETY: see `permute`.
                unsafe { tccr(&self.0, first, blocks) }
            }

            pub(in crate::aes_hash) fn double_correlated(&self, nodes: &mut [Gf128]) -> Gf128 {
                // SAFETY: see `permute`.
                unsafe { double_correlated(&self.0, nodes) }
            }

            pub(in crate::aes_hash) fn double_independent(&self, nodes: &mut [Gf128]) -> [Gf128; 2] {
                // SAFETY: see `permute`.
                unsafe { double_independent(&self.0, nodes) }
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn load_batch(blocks: &[Gf128; BATCH]) -> Batch {
            let (vectors, _) = blocks.as_chunks::<LANES>();
            let mut batch = [zero(); VECTORS];
            for i in 0..VECTORS {
                batch[i] = load(&vectors[i]);
            }
            batch
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn store_batch(blocks: &mut [Gf128; BATCH], batch: Batch) {
            let (vectors, _) = blocks.as_chunks_mut::<LANES>();
            for i in 0..VECTORS {
                store(&mut vectors[i], batch[i]);
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn xor_batch(mut a: Batch, b: Batch) -> Batch {
            for i in 0..VECTORS {
                a[i] = xor(a[i], b[i]);
            }
            a
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn permute_batch(keys: &[V; 11], mut batch: Batch) -> Batch {
            for x in &mut batch {
                *x = xor(*x, keys[0]);
            }
            for key in &keys[1..10] {
                for x in &mut batch {
                    *x = encrypt(*x, *key);
                }
            }
            for x in &mut batch {
                *x = encrypt_last(*x, keys[10]);
            }
            batch
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn ccr_batch(keys: &[V; 11], mut batch: Batch) -> Batch {
            for x in &mut batch {
                *x = sigma(*x);
            }
            xor_batch(permute_batch(keys, batch), batch)
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn tccr_batch(keys: &[V; 11], first: u64, batch: Batch) -> Batch {
            let once = permute_batch(keys, batch);
            let mut tweaked = once;
            for (i, x) in tweaked.iter_mut().enumerate() {
                *x = xor(*x, counters(first + (i * LANES) as u64));
            }
            xor_batch(permute_batch(keys, tweaked), once)
        }

        /// A short rest, padded to a batch.
        #[inline]
        fn padded(rest: &[Gf128]) -> [Gf128; BATCH] {
            let mut batch = [Gf128::ZERO; BATCH];
            batch[..rest.len()].copy_from_slice(rest);
            batch
        }

        #[target_feature(enable = $features)]
        fn permute(keys: &[V; 11], blocks: &mut [Gf128]) {
            let (batches, rest) = blocks.as_chunks_mut::<BATCH>();
            for batch in batches {
                let done = permute_batch(keys, load_batch(batch));
                store_batch(batch, done);
            }
            if !rest.is_empty() {
                let mut last = padded(rest);
                let done = permute_batch(keys, load_batch(&last));
                store_batch(&mut last, done);
                rest.copy_from_slice(&last[..rest.len()]);
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn counter_batch(keys: &[V; 11], first: u64) -> Batch {
            let mut batch = [zero(); VECTORS];
            for (i, x) in batch.iter_mut().enumerate() {
                *x = counters(first + (i * LANES) as u64);
            }
            permute_batch(keys, batch)
        }

        #[target_feature(enable = $features)]
        fn counter(keys: &[V; 11], mut first: u64, out: &mut [Gf128]) {
            let (batches, rest) = out.as_chunks_mut::<BATCH>();
            for batch in batches {
                store_batch(batch, counter_batch(keys, first));
                first += BATCH as u64;
            }
            if !rest.is_empty() {
                let mut last = [Gf128::ZERO; BATCH];
                store_batch(&mut last, counter_batch(keys, first));
                rest.copy_from_slice(&last[..rest.len()]);
            }
        }

        #[target_feature(enable = $features)]
        fn ccr(keys: &[V; 11], blocks: &mut [Gf128]) {
            let (batches, rest) = blocks.as_chunks_mut::<BATCH>();
            for batch in batches {
                let done = ccr_batch(keys, load_batch(batch));
                store_batch(batch, done);
            }
            if !rest.is_empty() {
                let mut last = padded(rest);
                let done = ccr_batch(keys, load_batch(&last));
                store_batch(&mut last, done);
                rest.copy_from_slice(&last[..rest.len()]);
            }
        }

        #[target_feature(enable = $features)]
        fn tccr(keys: &[V; 11], mut first: u64, blocks: &mut [Gf128]) {
            let (batches, rest) = blocks.as_chunks_mut::<BATCH>();
            for batch in batches {
                let done = tccr_batch(keys, first, load_batch(batch));
                store_batch(batch, done);
                first += BATCH as u64;
            }
            if !rest.is_empty() {
                let mut last = padded(rest);
                let done = tccr_batch(keys, first, load_batch(&last));
                store_batch(&mut last, done);
                rest.copy_from_slice(&last[..rest.len()]);
            }
        }

        #[target_feature(enable = $features)]
        fn double_correlated(keys: &[V; 11], nodes: &mut [Gf128]) -> Gf128 {
            let (left, right) = nodes.split_at_mut(nodes.len() / 2);
            let ((lefts, left), (rights, right)) = (left.as_chunks_mut::<BATCH>(), right.as_chunks_mut::<BATCH>());
            let mut sum = [zero(); VECTORS];
            for (left, right) in lefts.iter_mut().zip(rights) {
                let parents = load_batch(left);
                let hashed = ccr_batch(keys, parents);
                sum = xor_batch(sum, hashed);
                store_batch(left, hashed);
                store_batch(right, xor_batch(hashed, parents));
            }
            let mut total = fold(sum);
            if !left.is_empty() {
                let mut last = padded(left);
                let done = ccr_batch(keys, load_batch(&last));
                store_batch(&mut last, done);
                for ((left, right), hashed) in left.iter_mut().zip(right).zip(last) {
                    *right = *left ^ hashed;
                    *left = hashed;
                    total ^= hashed;
                }
            }
            total
        }

        #[target_feature(enable = $features)]
        fn double_independent(keys: &[V; 11], nodes: &mut [Gf128]) -> [Gf128; 2] {
            let (left, right) = nodes.split_at_mut(nodes.len() / 2);
            let ((lefts, left), (rights, right)) = (left.as_chunks_mut::<BATCH>(), right.as_chunks_mut::<BATCH>());
            let one = splat(Gf128::ONE);
            let mut sums = [[zero(); VECTORS]; 2];
            for (left, right) in lefts.iter_mut().zip(rights) {
                let parents = load_batch(left);
                let hashed = ccr_batch(keys, parents);
                sums[0] = xor_batch(sums[0], hashed);
                store_batch(left, hashed);
                let hashed = ccr_batch(keys, xor_batch(parents, [one; VECTORS]));
                sums[1] = xor_batch(sums[1], hashed);
                store_batch(right, hashed);
            }
            let mut totals = [fold(sums[0]), fold(sums[1])];
            if !left.is_empty() {
                let parents = load_batch(&padded(left));
                let mut hashed = [[Gf128::ZERO; BATCH]; 2];
                store_batch(&mut hashed[0], ccr_batch(keys, parents));
                store_batch(&mut hashed[1], ccr_batch(keys, xor_batch(parents, [one; VECTORS])));
                for (i, (left, right)) in left.iter_mut().zip(right).enumerate() {
                    (*left, *right) = (hashed[0][i], hashed[1][i]);
                    totals[0] ^= *left;
                    totals[1] ^= *right;
                }
            }
            totals
        }
    };
}

/// AES-NI, one block a vector.
pub(super) mod narrow {
    use super::*;

    type V = __m128i;
    const LANES: usize = 1;
    loops!("sse2,aes", crate::cpu::AesNi);

    #[target_feature(enable = "sse2,aes")]
    fn schedule(key: [u8; 16]) -> [V; 11] {
        expand_key(key)
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn load(x: &[Gf128; 1]) -> V {
        splat(x[0])
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn store(x: &mut [Gf128; 1], value: V) {
        // SAFETY: both are 16 bytes in which every bit pattern is valid.
        x[0] = Gf128(unsafe { core::mem::transmute::<__m128i, u128>(value) });
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn zero() -> V {
        _mm_setzero_si128()
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn splat(x: Gf128) -> V {
        // SAFETY: both are 16 bytes in which every bit pattern is valid.
        unsafe { core::mem::transmute::<u128, __m128i>(x.0) }
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn xor(a: V, b: V) -> V {
        _mm_xor_si128(a, b)
    }
    #[inline]
    #[target_feature(enable = "aes")]
    fn encrypt(x: V, key: V) -> V {
        _mm_aesenc_si128(x, key)
    }
    #[inline]
    #[target_feature(enable = "aes")]
    fn encrypt_last(x: V, key: V) -> V {
        _mm_aesenclast_si128(x, key)
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn sigma(x: V) -> V {
        let high = _mm_set_epi64x(-1, 0);
        _mm_xor_si128(_mm_shuffle_epi32::<0x4e>(x), _mm_and_si128(x, high))
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn counters(first: u64) -> V {
        _mm_set_epi64x(0, first as i64)
    }
    #[inline]
    #[target_feature(enable = "sse2")]
    fn fold(batch: Batch) -> Gf128 {
        let mut out = [Gf128::ZERO];
        let mut sum = zero();
        for x in batch {
            sum = xor(sum, x);
        }
        store(&mut out, sum);
        out[0]
    }
}

/// VAES on AVX-512, four blocks a vector.
pub(super) mod wide {
    use super::*;

    type V = __m512i;
    const LANES: usize = 4;
    loops!("avx512f,vaes", crate::cpu::Vaes);

    #[target_feature(enable = "avx512f,aes")]
    fn schedule(key: [u8; 16]) -> [V; 11] {
        let mut keys = [zero(); 11];
        for (wide, key) in keys.iter_mut().zip(expand_key(key)) {
            *wide = _mm512_broadcast_i32x4(key);
        }
        keys
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(x: &[Gf128; 4]) -> V {
        // SAFETY: 64 readable bytes; the load needs no alignment.
        unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(x: &mut [Gf128; 4], value: V) {
        // SAFETY: 64 writable bytes; the store needs no alignment.
        unsafe { _mm512_storeu_si512(x.as_mut_ptr().cast(), value) }
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn zero() -> V {
        _mm512_setzero_si512()
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn splat(x: Gf128) -> V {
        load(&[x; 4])
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn xor(a: V, b: V) -> V {
        _mm512_xor_si512(a, b)
    }
    #[inline]
    #[target_feature(enable = "avx512f,vaes")]
    fn encrypt(x: V, key: V) -> V {
        _mm512_aesenc_epi128(x, key)
    }
    #[inline]
    #[target_feature(enable = "avx512f,vaes")]
    fn encrypt_last(x: V, key: V) -> V {
        _mm512_aesenclast_epi128(x, key)
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn sigma(x: V) -> V {
        // Swaps the halves of each block, then adds the upper half where it was.
        let swapped = _mm512_shuffle_epi32::<0x4e>(x);
        _mm512_mask_xor_epi64(swapped, 0b1010_1010, swapped, x)
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn counters(first: u64) -> V {
        let steps = _mm512_set_epi64(0, 3, 0, 2, 0, 1, 0, 0);
        _mm512_mask_add_epi64(steps, 0b0101_0101, steps, _mm512_set1_epi64(first as i64))
    }
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn fold(batch: Batch) -> Gf128 {
        let mut sum = zero();
        for x in batch {
            sum = xor(sum, x);
        }
        let mut lanes = [Gf128::ZERO; 4];
        store(&mut lanes, sum);
        lanes[0] ^ lanes[1] ^ lanes[2] ^ lanes[3]
    }
}
