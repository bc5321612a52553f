//! The receiver's own tags, found by value.

use mpc_core::Gf128;
use mpc_core::memory::filled;
use zeroize::{Zeroize, Zeroizing};

use crate::run::tag::Tag;

/// Tags looked up at a time, so that the loads of one batch overlap.
const BATCH: usize = 64;
/// The part of a slot that is of the tag.
const FINGERPRINT: u64 = 0xffff_ffff_0000_0000;

/// Open addressing with linear probing over a table of words: 32 bits of the tag, then the place of its entry plus
/// one; zero is empty. Tags are uniform, so their leading bits are the address. Equal tags may stand in it.
pub(crate) struct TagIndex {
    tags: Zeroizing<Vec<Gf128>>,
    /// The leading bits that count.
    kept: Tag,
    slots: Vec<u64>,
    shift: u32,
}

/// Bits of the tag that a slot keeps: those that follow the longest address. `tag` is cut to the bits that count.
#[inline(always)]
fn fingerprint(tag: Tag) -> u64 {
    (tag >> 32) as u64 & FINGERPRINT
}

impl TagIndex {
    /// Of fewer than 2^32 − 1 tags, of which the leading `tag_bytes` bytes count.
    pub(crate) fn new(tags: Zeroizing<Vec<Gf128>>, tag_bytes: usize) -> Self {
        // Half to two thirds full at most.
        let bits = (tags.len() * 3 / 2).max(8).next_power_of_two().trailing_zeros();
        let kept = Tag::MAX << (128 - 8 * tag_bytes);
        let mut slots = filled(1 << bits, 0u64);
        let (shift, mask) = (64 - bits, slots.len() - 1);
        for (place, tag) in tags.iter().enumerate() {
            let tag = tag.0 & kept;
            let mut at = ((tag >> 64) as u64 >> shift) as usize;
            while slots[at] != 0 {
                at = (at + 1) & mask;
            }
            slots[at] = fingerprint(tag) | (place as u64 + 1);
        }
        Self { tags, kept, slots, shift }
    }

    /// Calls `found` with the position of each of the tags that is in the index, and the place of its entry; more than
    /// once when several entries have the tag.
    pub(crate) fn find<E>(
        &self,
        wanted: &[Tag],
        mut found: impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mask = self.slots.len() - 1;
        let mut candidates = Vec::with_capacity(2 * BATCH);
        for (i, batch) in wanted.chunks(BATCH).enumerate() {
            // Three rounds of independent loads instead of one of dependent ones: slots, then tags.
            let mut first = [(0usize, 0u64); BATCH];
            for (first, tag) in first.iter_mut().zip(batch) {
                let at = ((*tag >> 64) as u64 >> self.shift) as usize;
                *first = (at, self.slots[at]);
            }
            candidates.clear();
            for (j, (tag, (mut at, mut slot))) in batch.iter().zip(first).enumerate() {
                let wanted = fingerprint(*tag);
                while slot != 0 {
                    if slot & FINGERPRINT == wanted {
                        candidates.push((j, (slot as u32 - 1) as usize));
                    }
                    at = (at + 1) & mask;
                    slot = self.slots[at];
                }
            }
            let mut tags = [0; BATCH];
            for candidates in candidates.chunks(BATCH) {
                for (tag, (_, place)) in tags.iter_mut().zip(candidates) {
                    *tag = self.tags[*place].0;
                }
                for (tag, (j, place)) in tags.iter().zip(candidates) {
                    if (*tag ^ batch[*j]) & self.kept == 0 {
                        found(i * BATCH + j, *place)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Drop for TagIndex {
    fn drop(&mut self) {
        // Tags of items that did not match are as good as the items to whoever can ask the sender's key.
        self.slots.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tag::read;
    use mpc_core::CommittedSeed;

    fn all(index: &TagIndex, wanted: &[Tag]) -> Vec<(usize, usize)> {
        let mut out = vec![];
        let done: Result<(), ()> = index.find(wanted, |i, place| {
            out.push((i, place));
            Ok(())
        });
        done.unwrap();
        out
    }

    fn index(tags: &[Tag], tag_bytes: usize) -> TagIndex {
        // What does not count may be anything.
        let noise = !(Tag::MAX << (128 - 8 * tag_bytes)) / 3;
        TagIndex::new(Zeroizing::new(tags.iter().map(|tag| Gf128(tag | noise)).collect()), tag_bytes)
    }

    #[test]
    fn exactly_the_tags_that_are_in_are_found_whatever_their_length() {
        let mut prg = CommittedSeed::from_bytes(&[1; 64]).prg("tags", b"");
        for (len, bytes) in [(0usize, 10usize), (1, 5), (2, 16), (7, 10), (1_000, 10), (50_000, 16)] {
            let tags: Vec<Tag> = (0..len).map(|_| read(&prg.bytes32()[..bytes])).collect();
            let index = index(&tags, bytes);
            let mixed: Vec<Tag> = tags.iter().flat_map(|tag| [*tag, tag ^ (1 << 127)]).collect();
            let expected: Vec<_> = (0..len).map(|i| (2 * i, i)).collect();
            assert_eq!(all(&index, &mixed), expected);
            assert_eq!(all(&index, &[]), []);
        }
    }

    #[test]
    fn tags_at_the_ends_wrap_around_and_zero_is_a_tag() {
        let tags = vec![Tag::MAX, Tag::MAX - 1, Tag::MAX - 2, 0, 1, Tag::MAX << 64];
        let index = index(&tags, 16);
        let found = all(&index, &tags);
        assert_eq!(found, (0..tags.len()).map(|i| (i, i)).collect::<Vec<_>>());
        assert_eq!(all(&index, &[2, Tag::MAX - 3]), []);
    }

    #[test]
    fn equal_tags_are_all_found() {
        assert_eq!(all(&index(&[9, 5, 9], 16), &[9]), [(0, 0), (0, 2)]);
    }
}
