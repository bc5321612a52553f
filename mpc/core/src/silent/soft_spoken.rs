//! The base correlation: a few hundred rows of subspace VOLE from 128 oblivious transfers (Roy, "SoftSpokenOT: Quieter OT
//! Extension from Small-Field Silent VOLE in the Minicrypt Model", CRYPTO 2022), with k = 8.
//!
//! Result: one party (the *holder* of Δ) has columns Q_c, the other one (the *maker*) has rows u and columns T_c with
//! T_c\[j\] = Q_c\[j\] ⊕ Δ_c·u\[j\] for the bits c of Δ and rows j of 128 bits. From that follow, for the same Δ,
//! * 128 correlated transfers per row (transposed): M = K ⊕ r·Δ for each bit r of u\[j\], or
//! * one VOLE value per row: M = K + u\[j\]·Δ in GF(2¹²⁸), with M = Σ x^c·T_c\[j\], K = Σ x^c·Q_c\[j\].
//!
//! Δ is cut into 16 chunks of 8 bits. Per chunk the maker has a GGM tree of 256 seeds and the holder all but the one at
//! its chunk (8 of the 128 transfers). The seeds' streams give the small-field VOLE of Figure 7, and corrections make u
//! the same for all chunks (subspace VOLE with the repetition code).
//!
//! Against a malicious maker: the leaves are checked as in its PPRF (digests of all leaves and their sum), and u by
//! its universal hash, with the challenge by Fiat and Shamir from everything the maker sent. What is left to it: it may guess chunks of Δ, 2^−8 each
//! if wrong the run fails.

use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, Zeroizing};

use super::{Security, SilentError};
use crate::aes_hash::FixedKeyAes;
use crate::gf128::{Gf128, inner_product};
use crate::parallel::map_blocks;

/// Bits of Δ, and oblivious transfers.
pub(super) const BITS: usize = 128;
/// Bits of a chunk of Δ.
const CHUNK_BITS: usize = 8;
/// Chunks of Δ, and trees.
pub(super) const CHUNKS: usize = BITS / CHUNK_BITS;
/// Seeds of a tree.
const LEAVES: usize = 1 << CHUNK_BITS;

type Digest32 = [u8; 32];

/// Proof that the leaves of all trees are consistent: the sum of the 256 leaf digests of each tree, and the
/// digest of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LeafProof {
    pub(super) sums: [Digest32; CHUNKS],
    pub(super) all: Digest32,
}

/// Answer to the challenge on u: its hash, and a digest of the hashes of the 128 columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowProof {
    pub(super) u: [u8; 16],
    pub(super) columns: Digest32,
}

/// What the maker sends.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Making {
    /// Per transfer the sums of the left and of the right nodes of a level, masked by the keys.
    pub(super) levels: Vec<[Gf128; 2]>,
    /// For every chunk but the first, what turns its own rows into u.
    pub(super) corrections: Vec<Gf128>,
    pub(super) proofs: Option<(LeafProof, RowProof)>,
}

/// Columns of a matrix of `rows` × 128 bits × 128 bits.
#[derive(Zeroize, zeroize::ZeroizeOnDrop)]
pub(super) struct Columns {
    rows: usize,
    cells: Vec<Gf128>,
}

impl Columns {
    fn column(&self, c: usize) -> &[Gf128] {
        &self.cells[c * self.rows..][..self.rows]
    }

    /// Σ x^c·column_c\[row\]: a VOLE value.
    pub(super) fn value(&self, row: usize) -> Gf128 {
        self.value_of(row, |cell| cell)
    }

    /// Σ x^c·map(column_c\[row\]) for a map that is linear over GF(2): M = K + map(u\[row\])·Δ, because the cells of a row
    /// are correlated bit by bit.
    pub(super) fn value_of(&self, row: usize, map: impl Fn(Gf128) -> Gf128) -> Gf128 {
        (0..BITS).rev().fold(Gf128::ZERO, |sum, c| sum.double() ^ map(self.cells[c * self.rows + row]))
    }

    /// The 128 correlated transfers of a row: bit c of the i-th is bit i of column c.
    pub(super) fn transfers(&self, row: usize) -> Zeroizing<[Gf128; BITS]> {
        let mut matrix = Zeroizing::new([Gf128::ZERO; BITS]);
        for (c, cell) in matrix.iter_mut().enumerate() {
            *cell = self.cells[c * self.rows + row];
        }
        transpose(&mut matrix);
        matrix
    }

    /// The universal hash of each column: Σ χ_j·column\[j\] + its last row.
    fn hashes(&self, challenge: &[Gf128]) -> Vec<Gf128> {
        (0..BITS).map(|c| hash_rows(challenge, self.column(c))).collect()
    }
}

fn hash_rows(challenge: &[Gf128], rows: &[Gf128]) -> Gf128 {
    let (last, rows) = rows.split_last().expect("there is a row for the mask");
    inner_product(challenge, rows) ^ *last
}

/// Transposes 128 × 128 bits by swapping blocks of halving size.
fn transpose(matrix: &mut [Gf128; BITS]) {
    let (mut width, mut mask) = (64, u128::from(u64::MAX));
    while width > 0 {
        for i in (0..BITS).filter(|i| i & width == 0) {
            let swap = (matrix[i].0 >> width ^ matrix[i + width].0) & mask;
            matrix[i].0 ^= swap << width;
            matrix[i + width].0 ^= swap;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

fn leaf_digest(context: &Digest32, tree: usize, index: usize, leaf: Gf128) -> Digest32 {
    Sha256::new()
        .chain_update(b"shuzheng/softspoken/leaf/1")
        .chain_update(context)
        .chain_update([tree as u8, index as u8])
        .chain_update(leaf.to_bytes())
        .finalize()
        .into()
}

fn xor(a: &mut Digest32, b: &Digest32) {
    for (a, b) in a.iter_mut().zip(b) {
        *a ^= b;
    }
}

/// Streams of a tree's seeds, as the small-field VOLE wants them: Σ over all, and Σ over those with bit b set.
struct Streams {
    all: Vec<Gf128>,
    with_bit: Vec<Gf128>,
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.all.zeroize();
        self.with_bit.zeroize();
    }
}

/// Sums pairs of seeds level by level, so that each stream is added about twice instead of five times.
fn streams(aes: &FixedKeyAes, seeds: &[Gf128; LEAVES], rows: usize) -> Streams {
    let mut with_bit = vec![Gf128::ZERO; CHUNK_BITS * rows];
    let mut halves = Zeroizing::new(vec![Gf128::ZERO; CHUNK_BITS * rows]);
    let mut sum = vec![Gf128::ZERO; rows];
    for (index, seed) in seeds.iter().enumerate() {
        aes.stream(*seed, &mut sum);
        for bit in 0..CHUNK_BITS {
            let half = &mut halves[bit * rows..][..rows];
            if index >> bit & 1 == 0 {
                half.copy_from_slice(&sum);
                break;
            }
            // `sum` is over 2^bit seeds that all have this bit, `half` over their neighbours that do not.
            for ((total, sum), half) in with_bit[bit * rows..][..rows].iter_mut().zip(&mut sum).zip(half) {
                *total ^= *sum;
                *sum ^= *half;
            }
        }
    }
    Streams { all: sum, with_bit }
}

fn challenge(context: &Digest32, levels: &[[Gf128; 2]], leaves: &LeafProof, corrections: &[Gf128]) -> Vec<Gf128> {
    let mut hash = Sha256::new().chain_update(b"shuzheng/softspoken/challenge/1").chain_update(context);
    for block in levels.iter().flatten().chain(corrections) {
        hash.update(block.to_bytes());
    }
    for sum in &leaves.sums {
        hash.update(sum);
    }
    let digest = hash.chain_update(leaves.all).finalize();
    let mut key = [0u8; 16];
    key.copy_from_slice(&digest[..16]);
    let mut weights = vec![Gf128::ZERO; corrections.len() / (CHUNKS - 1) - 1];
    FixedKeyAes::new(key).counter(0, &mut weights);
    weights
}

fn column_digest(context: &Digest32, hashes: &[Gf128]) -> Digest32 {
    let mut hash = Sha256::new().chain_update(b"shuzheng/softspoken/columns/1").chain_update(context);
    for h in hashes {
        hash.update(h.to_bytes());
    }
    hash.finalize().into()
}

/// The side without Δ: gives u, T and what to send. The last row of a malicious-secure run serves the check alone.
pub(super) fn make<R: RngCore + CryptoRng>(
    security: Security,
    context: &Digest32,
    aes: &FixedKeyAes,
    rows: usize,
    keys: &[[Gf128; 2]],
    rng: &mut R,
    threads: usize,
) -> (Zeroizing<Vec<Gf128>>, Columns, Making) {
    struct Tree {
        levels: Vec<[Gf128; 2]>,
        streams: Streams,
        digests: Vec<Digest32>,
    }
    let roots: Zeroizing<Vec<Gf128>> = Zeroizing::new((0..CHUNKS).map(|_| super::random_block(rng)).collect());
    let done: Result<Vec<Tree>, std::convert::Infallible> = map_blocks(threads, 1, &roots, |tree, root| {
        let mut nodes = Zeroizing::new([Gf128::ZERO; LEAVES]);
        nodes[0] = root[0];
        let mut levels = Vec::with_capacity(CHUNK_BITS);
        for bit in 0..CHUNK_BITS {
            let [left, right] = aes.double_independent(&mut nodes[..2 << bit]);
            let [k0, k1] = keys[tree * CHUNK_BITS + bit];
            levels.push([left ^ k0, right ^ k1]);
        }
        let digests = match security {
            Security::SemiHonest => Vec::new(),
            Security::Malicious => {
                nodes.iter().enumerate().map(|(i, leaf)| leaf_digest(context, tree, i, *leaf)).collect()
            }
        };
        Ok(vec![Tree { levels, streams: streams(aes, &nodes, rows), digests }])
    });
    let trees = match done {
        Ok(trees) => trees,
        Err(never) => match never {},
    };
    let u = Zeroizing::new(trees[0].streams.all.clone());
    let levels: Vec<_> = trees.iter().flat_map(|tree| tree.levels.iter().copied()).collect();
    let corrections: Vec<_> =
        trees[1..].iter().flat_map(|tree| tree.streams.all.iter().zip(u.iter()).map(|(a, u)| *a ^ *u)).collect();
    let columns = Columns { rows, cells: trees.iter().flat_map(|t| t.streams.with_bit.iter().copied()).collect() };
    let proofs = (security == Security::Malicious).then(|| {
        let mut proof = LeafProof { sums: [[0; 32]; CHUNKS], all: [0; 32] };
        let mut all = Sha256::new();
        for (tree, sum) in trees.iter().zip(&mut proof.sums) {
            for digest in &tree.digests {
                xor(sum, digest);
                all.update(digest);
            }
        }
        proof.all = all.finalize().into();
        let weights = challenge(context, &levels, &proof, &corrections);
        let rows = RowProof {
            u: hash_rows(&weights, &u).to_bytes(),
            columns: column_digest(context, &columns.hashes(&weights)),
        };
        (proof, rows)
    });
    (u, columns, Making { levels, corrections, proofs })
}

/// The side with Δ: gives Q. `keys` are those of the choices ¬Δ_c.
///
/// # Errors
/// When a proof does not hold.
pub(super) fn hold(
    context: &Digest32,
    aes: &FixedKeyAes,
    rows: usize,
    delta: Gf128,
    keys: &[Gf128],
    making: &Making,
    threads: usize,
) -> Result<Columns, SilentError> {
    struct Tree {
        streams: Streams,
        digests: Vec<Digest32>,
    }
    let chunks: Zeroizing<[u8; CHUNKS]> = Zeroizing::new(delta.to_bytes());
    let done: Result<Vec<Tree>, std::convert::Infallible> = map_blocks(threads, 1, &chunks[..], |tree, chunk| {
        let chunk = u32::from(chunk[0]);
        // The nodes on the path to the missing leaf are wrong throughout. Everything else is put right level by level:
        // the sum of the nodes beside the path is known, all but one of them too.
        let mut nodes = Zeroizing::new([Gf128::ZERO; LEAVES]);
        for bit in 0..CHUNK_BITS {
            let sums = aes.double_independent(&mut nodes[..2 << bit]);
            let side = (chunk >> bit & 1) ^ 1;
            let choice = subtle::Choice::from(side as u8);
            let masked = making.levels[tree * CHUNK_BITS + bit];
            let sum = Gf128::conditional_select(&masked[0], &masked[1], choice) ^ keys[tree * CHUNK_BITS + bit];
            let fix = sum ^ Gf128::conditional_select(&sums[0], &sums[1], choice);
            let place = (chunk & ((1 << bit) - 1)) | side << bit;
            for (i, node) in nodes[..2 << bit].iter_mut().enumerate() {
                *node ^= Gf128::conditional_select(&Gf128::ZERO, &fix, (i as u32).ct_eq(&place));
            }
        }
        let digests = match &making.proofs {
            None => Vec::new(),
            Some((proof, _)) => {
                let mut digests: Vec<_> =
                    nodes.iter().enumerate().map(|(i, leaf)| leaf_digest(context, tree, i, *leaf)).collect();
                // The digest of the missing leaf is what the others lack to the sum.
                let mut lack = proof.sums[tree];
                digests.iter().for_each(|digest| xor(&mut lack, digest));
                for (i, digest) in digests.iter_mut().enumerate() {
                    let here = (i as u32).ct_eq(&chunk).unwrap_u8().wrapping_neg();
                    digest.iter_mut().zip(lack).for_each(|(d, l)| *d ^= l & here);
                }
                digests
            }
        };
        Ok(vec![Tree { streams: streams(aes, &nodes, rows), digests }])
    });
    let trees = match done {
        Ok(trees) => trees,
        Err(never) => match never {},
    };
    if let Some((proof, _)) = &making.proofs {
        let mut all = Sha256::new();
        trees.iter().flat_map(|tree| &tree.digests).for_each(|digest| all.update(digest));
        let all: Digest32 = all.finalize().into();
        if !bool::from(all.ct_eq(&proof.all)) {
            return Err(SilentError::InconsistentLeaves);
        }
    }
    // Q_b = Σ_x (x ⊕ δ)_b·G(s_x) = Σ_{x: bit b} G(s_x) ⊕ δ_b·Σ_x G(s_x): the wrong seed at x = δ cancels.
    let mut columns = Columns { rows, cells: Vec::with_capacity(BITS * rows) };
    for (i, tree) in trees.iter().enumerate() {
        for bit in 0..CHUNK_BITS {
            let mask = (delta.0 >> (i * CHUNK_BITS + bit) & 1).wrapping_neg();
            for j in 0..rows {
                let correction = if i == 0 { Gf128::ZERO } else { making.corrections[(i - 1) * rows + j] };
                let own = (tree.streams.all[j] ^ correction).0 & mask;
                columns.cells.push(Gf128(tree.streams.with_bit[bit * rows + j].0 ^ own));
            }
        }
    }
    if let Some((leaves, rows)) = &making.proofs {
        let weights = challenge(context, &making.levels, leaves, &making.corrections);
        let u = Gf128::from_bytes(rows.u);
        let mut hashes = columns.hashes(&weights);
        for (c, hash) in hashes.iter_mut().enumerate() {
            hash.0 ^= u.0 & (delta.0 >> c & 1).wrapping_neg();
        }
        if !bool::from(column_digest(context, &hashes).ct_eq(&rows.columns)) {
            return Err(SilentError::InconsistentRows);
        }
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prg::CommittedSeed;
    use crate::silent::{Noise, Subvalues};

    const ROWS: usize = 9;

    fn run(
        security: Security,
        cheat: impl Fn(&mut Making),
    ) -> Result<(Gf128, Vec<Gf128>, Columns, Columns), SilentError> {
        let mut rng = CommittedSeed::from_bytes(&[8; 64]).prg("soft", b"");
        let (aes, context) = (FixedKeyAes::new([4; 16]), [5; 32]);
        let delta = super::super::random_block(&mut rng);
        let pairs: Vec<[Gf128; 2]> =
            (0..BITS).map(|_| [super::super::random_block(&mut rng), super::super::random_block(&mut rng)]).collect();
        let keys: Vec<_> = pairs.iter().enumerate().map(|(c, k)| k[1 - (delta.0 >> c & 1) as usize]).collect();
        let (u, t, mut making) = make(security, &context, &aes, ROWS, &pairs, &mut rng, 2);
        cheat(&mut making);
        let q = hold(&context, &aes, ROWS, delta, &keys, &making, 1)?;
        Ok((delta, u.to_vec(), t, q))
    }

    #[test]
    fn rows_are_vole_values_and_correlated_transfers_at_once() {
        for security in [Security::SemiHonest, Security::Malicious] {
            let (delta, u, t, q) = run(security, |_| {}).unwrap();
            for (row, u) in u.iter().enumerate() {
                assert!(t.value(row) == q.value(row) ^ (*u * delta));
                let map = <Subvalues as Noise>::value;
                assert!(t.value_of(row, map) == q.value_of(row, map) ^ (map(*u) * delta));
                for (i, (m, k)) in t.transfers(row).iter().zip(q.transfers(row).iter()).enumerate() {
                    assert!(*m == *k ^ Gf128(delta.0 & (u.0 >> i & 1).wrapping_neg()));
                }
            }
        }
    }

    #[test]
    fn a_maker_that_deviates_is_found_out() {
        // A wrong sum matters to a holder that takes this side; this Δ takes one of the two for each level.
        let both_levels: Vec<_> =
            (0..2).map(|side| run(Security::Malicious, |m| m.levels[17][side] ^= Gf128::ONE).map(|_| ())).collect();
        assert!(both_levels.iter().any(|r| r.is_err()));
        for row in [0, ROWS - 1, 14 * ROWS] {
            let found = run(Security::Malicious, |m| m.corrections[row] ^= Gf128(4)).map(|_| ());
            assert_eq!(found, Err(SilentError::InconsistentRows));
        }
        let found = run(Security::Malicious, |m| m.proofs.as_mut().unwrap().0.sums[3][0] ^= 1).map(|_| ());
        assert_eq!(found, Err(SilentError::InconsistentLeaves));
        let found = run(Security::Malicious, |m| m.proofs.as_mut().unwrap().0.all[0] ^= 1).map(|_| ());
        assert_eq!(found, Err(SilentError::InconsistentLeaves));
        let found = run(Security::Malicious, |m| m.proofs.as_mut().unwrap().1.u[0] ^= 1).map(|_| ());
        assert_eq!(found, Err(SilentError::InconsistentRows));
        let found = run(Security::Malicious, |m| m.proofs.as_mut().unwrap().1.columns[0] ^= 1).map(|_| ());
        assert_eq!(found, Err(SilentError::InconsistentRows));
    }

    #[test]
    fn transposing_moves_bit_i_of_row_j_to_bit_j_of_row_i() {
        let mut matrix = [Gf128::ZERO; BITS];
        FixedKeyAes::new([1; 16]).counter(0, &mut matrix);
        let before = matrix;
        transpose(&mut matrix);
        for (i, row) in matrix.iter().enumerate() {
            assert!((0..BITS).all(|j| row.0 >> j & 1 == before[j].0 >> i & 1));
        }
    }
}
