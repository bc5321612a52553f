//! Tags: truncated outputs of the pseudorandom function, and the receiver's table of its own.

use mpc_core::parallel::map_blocks;
use mpc_core::{Encoded, GroupKernel, oprf};
use zeroize::{Zeroize, Zeroizing};

use crate::item::Item;
use crate::run::claims::Proof;
use crate::run::tag::{SealKey, Tag, read};
use crate::run::{Params, tag_bits};

/// What follows from items and their values under the pseudorandom function, in order. The output is a hash of 64
/// bytes; its parts are used for different things and are independent in the random oracle model: the first 16 bytes for
/// the tag, the next 16 for the proof of a claim, the last 32 for the key.
pub(crate) fn derive(threads: usize, items: &[Item], values: &[Encoded], tag_bytes: usize, prove: bool) -> Derived {
    let pairs: Vec<(&[Item], &[Encoded])> = items.chunks(BLOCK).zip(values.chunks(BLOCK)).collect();
    let kernel = GroupKernel::best();
    let outputs = map_blocks(threads, 1, &pairs, |_, pairs| {
        let mut out = Vec::with_capacity(pairs.len());
        for (items, values) in pairs {
            out.push(oprf::finalize_all(kernel, items, values)?);
        }
        Ok::<_, oprf::InputTooLong>(out)
    })
    .expect("an item has 32 bytes");
    let mut derived = Derived {
        tags: Vec::with_capacity(items.len()),
        keys: Zeroizing::new(Vec::with_capacity(items.len())),
        proofs: Zeroizing::new(Vec::with_capacity(if prove { items.len() } else { 0 })),
    };
    for output in outputs.iter().flat_map(|block| block.iter()) {
        let (upper, lower) = output.split_first_chunk::<32>().expect("an output has 64 bytes");
        derived.tags.push(read(&upper[..tag_bytes]));
        derived.keys.push(*lower.first_chunk().expect("an output has 64 bytes"));
        if prove {
            derived.proofs.push(read(&upper[16..]));
        }
    }
    derived
}

/// Bits of a tag. Of a result to both sides the sender learns what its tags match, so that none may stand for two items
/// with less than the work of a collision of 128 bits.
pub(crate) fn bits(params: &Params, own_total: u64, peer_total: u64) -> u32 {
    if params.returns.to_both() { 128 } else { tag_bits(params.statistical_bits, own_total, peer_total) }
}

/// Tags and keys of a run of items.
pub(crate) struct Derived {
    pub(crate) tags: Vec<Tag>,
    pub(crate) keys: Zeroizing<Vec<SealKey>>,
    /// Made only when asked for.
    pub(crate) proofs: Zeroizing<Vec<Proof>>,
}

/// Items whose hashes are computed by one thread at a time.
const BLOCK: usize = 512;

/// The receiver's own tags, looked up by their leading bits: tags are uniform, so the bucket of a tag holds
/// about one entry. 32 bytes an entry and four to eight for the buckets.
pub(crate) struct TagTable {
    entries: Vec<(Tag, u32)>,
    starts: Vec<u32>,
    shift: u32,
}

impl TagTable {
    /// Sorts the entries; `Err` when two have the same tag.
    pub(crate) fn build(mut entries: Vec<(Tag, u32)>) -> Result<Self, Collision> {
        entries.sort_unstable();
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Collision);
        }
        let bits = usize::BITS - entries.len().leading_zeros();
        let shift = u128::BITS - bits.max(1);
        let mut starts = Vec::with_capacity((1 << bits.max(1)) + 1);
        for (i, (tag, _)) in entries.iter().enumerate() {
            while starts.len() <= (tag >> shift) as usize {
                starts.push(i as u32);
            }
        }
        starts.resize((1 << bits.max(1)) + 1, entries.len() as u32);
        Ok(Self { entries, starts, shift })
    }

    /// Number of the entry with this tag.
    pub(crate) fn get(&self, tag: Tag) -> Option<u32> {
        let bucket = (tag >> self.shift) as usize;
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        self.entries[range].iter().find(|(known, _)| *known == tag).map(|(_, number)| *number)
    }
}

impl Drop for TagTable {
    fn drop(&mut self) {
        // Tags of items that did not match are as good as the items to whoever can ask the sender's key.
        self.entries.iter_mut().for_each(|(tag, _)| tag.zeroize());
    }
}

/// Two entries with one tag.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Collision;

#[cfg(test)]
mod tests {
    use super::*;
    use mpc_core::CommittedSeed;
    use std::collections::BTreeMap;

    #[test]
    fn the_table_finds_exactly_what_was_put_in() {
        let mut prg = CommittedSeed::from_bytes(&[1; 64]).prg("tags", b"");
        for len in [0usize, 1, 2, 3, 255, 256, 1_000] {
            let entries: Vec<(Tag, u32)> = (0..len).map(|i| (read(&prg.bytes32()[..10]), i as u32)).collect();
            let expected: BTreeMap<Tag, u32> = entries.iter().copied().collect();
            assert_eq!(expected.len(), len);
            let table = TagTable::build(entries).unwrap();
            for (tag, number) in &expected {
                assert_eq!(table.get(*tag), Some(*number));
                assert_eq!(table.get(tag ^ 1), None);
            }
            for probe in [0, Tag::MAX, 1 << 127] {
                assert_eq!(table.get(probe), expected.get(&probe).copied());
            }
        }
    }

    #[test]
    fn lowest_and_highest_tags_are_found() {
        let table = TagTable::build(vec![(Tag::MAX, 7), (0, 3), (1 << 127, 9)]).unwrap();
        assert_eq!((table.get(0), table.get(Tag::MAX), table.get(1 << 127)), (Some(3), Some(7), Some(9)));
        assert_eq!(table.get(1), None);
    }

    #[test]
    fn equal_tags_are_a_collision() {
        assert_eq!(TagTable::build(vec![(5, 0), (6, 1), (5, 2)]).err(), Some(Collision));
    }
}
