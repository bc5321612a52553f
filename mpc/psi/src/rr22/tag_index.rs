//! The receiver's own tags, found by value.

use zeroize::Zeroize;

use crate::run::tag::Tag;

/// Tags looked up at a time, so that the loads of one batch overlap.
const BATCH: usize = 32;

/// Open addressing with linear probing over a table of words: 32 bits of the tag, then the place of its entry plus
/// one; zero is empty. Tags are uniform, so their leading bits are the address. Equal tags may stand in it.
pub(crate) struct TagIndex {
    tags: Vec<Tag>,
    slots: Vec<u64>,
    shift: u32,
}

/// Bits of the tag that a slot keeps: those that the address does not use come first.
#[inline(always)]
fn fingerprint(tag: Tag) -> u64 {
    (tag >> 32) as u64 & 0xffff_ffff_0000_0000
}

impl TagIndex {
    /// Of fewer than 2^32 − 1 tags.
    pub(crate) fn new(tags: Vec<Tag>) -> Self {
        // Half to two thirds full at most.
        let bits = (tags.len() * 3 / 2).max(8).next_power_of_two().trailing_zeros();
        let mut index = Self { tags, slots: vec![0; 1 << bits], shift: 64 - bits };
        let mask = index.slots.len() - 1;
        for (place, tag) in index.tags.iter().enumerate() {
            let mut at = ((*tag >> 64) as u64 >> index.shift) as usize;
            while index.slots[at] != 0 {
                at = (at + 1) & mask;
            }
            index.slots[at] = fingerprint(*tag) | (place as u64 + 1);
        }
        index
    }

    /// How many tags.
    pub(crate) fn len(&self) -> usize {
        self.tags.len()
    }

    /// Calls `found` with the position of each of the tags that is in the index, and the place of its entry; more than
    /// once when several entries have the tag.
    pub(crate) fn find<E>(
        &self,
        wanted: &[Tag],
        mut found: impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let mask = self.slots.len() - 1;
        for (i, batch) in wanted.chunks(BATCH).enumerate() {
            let mut first = [(0usize, 0u64); BATCH];
            for (first, tag) in first.iter_mut().zip(batch) {
                let at = ((*tag >> 64) as u64 >> self.shift) as usize;
                *first = (at, self.slots[at]);
            }
            for (j, (tag, (mut at, mut slot))) in batch.iter().zip(first).enumerate() {
                let wanted = fingerprint(*tag);
                while slot != 0 {
                    if slot & 0xffff_ffff_0000_0000 == wanted {
                        let place = (slot as u32 - 1) as usize;
                        if self.tags[place] == *tag {
                            found(i * BATCH + j, place)?;
                        }
                    }
                    at = (at + 1) & mask;
                    slot = self.slots[at];
                }
            }
        }
        Ok(())
    }
}

impl Drop for TagIndex {
    fn drop(&mut self) {
        // Tags of items that did not match are as good as the items to whoever can ask the sender's key.
        self.tags.zeroize();
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

    #[test]
    fn exactly_the_tags_that_are_in_are_found_whatever_their_length() {
        let mut prg = CommittedSeed::from_bytes(&[1; 64]).prg("tags", b"");
        for (len, bytes) in [(0usize, 10usize), (1, 5), (2, 16), (7, 10), (1_000, 10), (50_000, 16)] {
            let tags: Vec<Tag> = (0..len).map(|_| read(&prg.bytes32()[..bytes])).collect();
            let index = TagIndex::new(tags.clone());
            let mixed: Vec<Tag> = tags.iter().flat_map(|tag| [*tag, tag ^ (1 << 127)]).collect();
            let expected: Vec<_> = (0..len).map(|i| (2 * i, i)).collect();
            assert_eq!(all(&index, &mixed), expected);
            assert_eq!(all(&index, &[]), []);
        }
    }

    #[test]
    fn tags_at_the_ends_wrap_around_and_zero_is_a_tag() {
        let tags = vec![Tag::MAX, Tag::MAX - 1, Tag::MAX - 2, 0, 1, Tag::MAX << 64];
        let index = TagIndex::new(tags.clone());
        let found = all(&index, &tags);
        assert_eq!(found, (0..tags.len()).map(|i| (i, i)).collect::<Vec<_>>());
        assert_eq!(all(&index, &[2, Tag::MAX - 3]), []);
    }

    #[test]
    fn equal_tags_are_all_found() {
        assert_eq!(all(&TagIndex::new(vec![9, 5, 9]), &[9]), [(0, 0), (0, 2)]);
    }
}
