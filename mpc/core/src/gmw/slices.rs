//! Numbers of few bits as rows of bits and back: 64 numbers are a block of as many words as they have bits.

/// Bits of a square.
const SIDE: usize = 64;

/// Transposes a 64 × 64 matrix of bits: bit j of word i becomes bit i of word j (Warren, *Hacker's Delight*, §7-3).
pub fn transpose(square: &mut [u64; SIDE]) {
    let mut width = SIDE / 2;
    let mut mask = u64::from(u32::MAX);
    while width > 0 {
        let mut row = 0;
        while row < SIDE {
            let swapped = (square[row] >> width ^ square[row + width]) & mask;
            square[row] ^= swapped << width;
            square[row + width] ^= swapped;
            row = (row + width + 1) & !width;
        }
        width /= 2;
        mask ^= mask << width;
    }
}

/// Words of one row for `numbers` numbers.
pub fn row_words(numbers: usize) -> usize {
    numbers.div_ceil(SIDE)
}

/// The rows of numbers: row b holds bit b of every number, rows one after the other. Numbers are filled up with zeros to
/// whole words.
///
/// # Panics
/// When `bits` is above 64.
pub fn rows(numbers: &[u64], bits: usize) -> Vec<u64> {
    assert!(bits <= SIDE, "a number has 64 bits at most");
    let width = row_words(numbers.len());
    let mut out = vec![0; width * bits];
    for (word, part) in numbers.chunks(SIDE).enumerate() {
        let mut square = [0; SIDE];
        square[..part.len()].copy_from_slice(part);
        transpose(&mut square);
        for (bit, row) in square[..bits].iter().enumerate() {
            out[bit * width + word] = *row;
        }
    }
    out
}

/// Bytes that [`pack`] makes of `numbers` numbers of `bits` bits.
pub fn packed_bytes(numbers: usize, bits: usize) -> usize {
    row_words(numbers) * bits * 8
}

/// Numbers without their upper bits, a block of 64 after the other: `bits` words little endian each.
///
/// # Panics
/// When `bits` is above 64.
pub fn pack(numbers: &[u64], bits: usize) -> Vec<u8> {
    assert!(bits <= SIDE, "a number has 64 bits at most");
    let mut out = Vec::with_capacity(packed_bytes(numbers.len(), bits));
    for part in numbers.chunks(SIDE) {
        let mut square = [0; SIDE];
        square[..part.len()].copy_from_slice(part);
        transpose(&mut square);
        square[..bits].iter().for_each(|row| out.extend_from_slice(&row.to_le_bytes()));
    }
    out
}

/// The first `numbers` numbers of `bits` bits of what [`pack`] made; `None` when the length is another.
pub fn unpack(packed: &[u8], numbers: usize, bits: usize) -> Option<Vec<u64>> {
    if bits == 0 || bits > SIDE || packed.len() != packed_bytes(numbers, bits) {
        return None;
    }
    let mut out = Vec::with_capacity(row_words(numbers) * SIDE);
    for block in packed.chunks_exact(bits * 8) {
        let mut square = [0; SIDE];
        for (row, bytes) in square.iter_mut().zip(block.as_chunks::<8>().0) {
            *row = u64::from_le_bytes(*bytes);
        }
        transpose(&mut square);
        out.extend_from_slice(&square);
    }
    out.truncate(numbers);
    Some(out)
}
