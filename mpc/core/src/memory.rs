//! Large buffers on huge pages: at four kilobytes a page, faults cost more than what is computed into a page, and reads at
//! random miss the translation buffers.
//!
//! Invariant of the `unsafe` here: the advised range lies within the allocation of the vector that is borrowed, and the
//! advice changes how the kernel backs the range, never what it holds.
#![cfg_attr(target_os = "linux", allow(unsafe_code))]

use zeroize::Zeroize;

use crate::gf128::Gf128;

/// Buffers from this size on are advised.
#[cfg(target_os = "linux")]
const ADVISED_BYTES_MIN: usize = 4 << 20;
/// Size of the pages that are asked for; the range is cut to whole ones.
#[cfg(target_os = "linux")]
const HUGE_PAGE_BYTES: usize = 2 << 20;

/// Asks for huge pages behind the whole capacity of a vector. Best before the first write. Without effect where the
/// system has none or denies it.
#[cfg(target_os = "linux")]
fn prefer_huge_pages<T>(buffer: &Vec<T>) {
    let start = (buffer.as_ptr() as usize).next_multiple_of(HUGE_PAGE_BYTES);
    let end = buffer.as_ptr() as usize + buffer.capacity() * size_of::<T>();
    let end = end / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    if end.saturating_sub(start) < ADVISED_BYTES_MIN {
        return;
    }
    // SAFETY: the range is within the allocation. A failure (no such feature) leaves everything as it is.
    unsafe {
        libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE);
    }
}

/// Other systems decide by themselves.
#[cfg(not(target_os = "linux"))]
fn prefer_huge_pages<T>(_: &Vec<T>) {}

/// `len` times `value`, on huge pages. (`vec![value; len]` would touch every small page before anything can be advised.)
pub fn filled<T: Copy>(len: usize, value: T) -> Vec<T> {
    let mut buffer = room(len);
    buffer.resize(len, value);
    buffer
}

/// An empty vector with room for `len` elements, on huge pages.
pub fn room<T>(len: usize) -> Vec<T> {
    let buffer = Vec::with_capacity(len);
    prefer_huge_pages(&buffer);
    buffer
}

/// Two elements that lie in one line of the cache, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(crate) struct Pair(pub(crate) [Gf128; 2]);

impl Zeroize for Pair {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Each element after a zero, on huge pages.
pub(crate) fn pairs(x: &[Gf128]) -> Vec<Pair> {
    let mut buffer = room(x.len());
    buffer.extend(x.iter().map(|x| Pair([Gf128::ZERO, *x])));
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_hold_what_they_are_filled_with() {
        for len in [0, 1, 1_000_000] {
            let ones = filled(len, Gf128::ONE);
            assert!(ones.len() == len && ones.iter().all(|x| *x == Gf128::ONE));
            assert!(pairs(&ones).iter().all(|pair| pair.0 == [Gf128::ZERO, Gf128::ONE]));
            assert!(room::<u8>(len).is_empty());
        }
    }

    #[test]
    fn an_advised_buffer_holds_what_was_written() {
        for len in [0usize, 10, 1 << 20, 3_000_001] {
            let mut buffer: Vec<u64> = Vec::with_capacity(len);
            prefer_huge_pages(&buffer);
            buffer.extend(0..len as u64);
            prefer_huge_pages(&buffer);
            assert!(buffer.iter().enumerate().all(|(i, x)| *x == i as u64));
        }
    }
}
