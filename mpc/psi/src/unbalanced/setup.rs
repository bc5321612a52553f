//! What the receiver downloads once: without payload a binary fuse filter of the tags, with payload a table of tags and
//! sealed payloads in the order of the tags.

use std::io;

use mpc_core::Gf128;
use mpc_core::fuse::{Filter, HEADER_BYTES, Probe};
use mpc_core::okvs::Seed;
use mpc_core::parallel::map_blocks;

use super::blob::{Blob, Sink};
use super::face::TAG_BYTES;
use crate::run::PsiError;
use crate::run::payload::sealed_bytes;

/// Entries of a table between two that are indexed: a lookup reads so many.
const STEP: usize = 64;
/// Entries that one thread reads at a time; a multiple of [`STEP`].
const BLOCK: usize = 256 * STEP;
/// Most entries of a set-up: what a filter takes.
const TOTAL_MAX: u64 = mpc_core::fuse::ELEMENTS_MAX as u64;

/// Length of the set-up of so many entries; beyond what there is for too many.
pub(crate) fn bytes(total: u64, payload_bytes: Option<u32>) -> u64 {
    let entries = total.min(TOTAL_MAX + 1);
    match payload_bytes {
        None => Filter::encoded_bytes(entries as usize) as u64,
        Some(width) => entries * entry_bytes(width) as u64,
    }
}

fn entry_bytes(width: u32) -> usize {
    TAG_BYTES + sealed_bytes(width)
}

/// Writes the filter of tags, after making sure that it holds every one of `rows`.
pub(crate) fn write_filter(
    seed: &Seed,
    tags: &[Gf128],
    rows: &[Gf128],
    threads: usize,
    sink: &mut Sink,
) -> Result<(), PsiError> {
    let filter = Filter::build(seed, tags).map_err(|_| PsiError::TagCollision)?;
    let held = filter.contains_all(rows, threads).into_iter().all(|held| held);
    if filter.elements() != rows.len() || !held {
        return Err(PsiError::SetupRows);
    }
    Ok(sink.write(&filter.to_bytes())?)
}

/// Writes the table of tags; `seal` appends the sealed payload of the entry with a number.
pub(crate) fn write_table(
    tags: &[Gf128],
    width: u32,
    threads: usize,
    sink: &mut Sink,
    seal: impl Fn(usize, &mut Vec<u8>) -> Result<(), PsiError> + Sync,
) -> Result<(), PsiError> {
    let mut order: Vec<u32> = (0..tags.len() as u32).collect();
    order.sort_unstable_by_key(|number| tags[*number as usize].0);
    if order.windows(2).any(|pair| tags[pair[0] as usize] == tags[pair[1] as usize]) {
        return Err(PsiError::TagCollision);
    }
    // So many at a time that the bytes in memory stay few.
    let part = ((64 << 20) / entry_bytes(width)).max(1);
    for numbers in order.chunks(part) {
        let entries = map_blocks(threads, 256, numbers, |_, numbers| {
            let mut out = Vec::with_capacity(numbers.len() * entry_bytes(width));
            for number in numbers {
                out.extend_from_slice(&tags[*number as usize].0.to_be_bytes());
                seal(*number as usize, &mut out)?;
            }
            Ok::<_, PsiError>(out)
        })?;
        sink.write(&entries)?;
    }
    if sink.len() != bytes(tags.len() as u64, Some(width)) {
        return Err(PsiError::SetupRows);
    }
    Ok(())
}

/// A set-up that can be asked.
pub(crate) struct Setup {
    blob: Blob,
    kind: Kind,
}

enum Kind {
    Filter(Probe),
    /// Every [`STEP`]th tag, and the bytes of an entry.
    Table {
        index: Vec<u128>,
        entry_bytes: usize,
    },
}

fn form(what: &'static str) -> PsiError {
    PsiError::SetupForm { what }
}

impl Setup {
    /// Reads bytes that have the announced length and digest, and looks whether they have the form of a set-up of
    /// exactly so many entries.
    pub(crate) fn open(blob: Blob, total: u64, payload_bytes: Option<u32>, threads: usize) -> Result<Self, PsiError> {
        if total > TOTAL_MAX || blob.len() != bytes(total, payload_bytes) {
            return Err(form("its length"));
        }
        let kind = match payload_bytes {
            None => {
                let mut header = [0; HEADER_BYTES];
                blob.read_at(0, &mut header)?;
                let probe = Probe::from_header(&header).map_err(|_| form("the header of the filter"))?;
                if probe.elements() as u64 != total {
                    return Err(form("the filter is of another number of rows"));
                }
                Kind::Filter(probe)
            }
            Some(width) => {
                let entry_bytes = entry_bytes(width);
                Kind::Table { index: index(&blob, total, entry_bytes, threads)?, entry_bytes }
            }
        };
        Ok(Self { blob, kind })
    }

    /// For every tag the sealed payload, empty without payload; `None` where the tag is not in the set-up.
    pub(crate) fn find(&self, tags: &[Gf128]) -> Result<Vec<Option<Vec<u8>>>, PsiError> {
        match &self.kind {
            Kind::Filter(probe) => {
                let held = probe.cells(tags).into_iter().map(|cells| {
                    let mut bytes = [[0; 8]; 3];
                    for (bytes, at) in bytes.iter_mut().zip(cells.offsets) {
                        self.blob.read_at(at, bytes)?;
                    }
                    Ok(cells.hold(bytes).then(Vec::new))
                });
                Ok(held.collect::<io::Result<_>>()?)
            }
            Kind::Table { index, entry_bytes } => {
                let entries = (self.blob.len() / *entry_bytes as u64) as usize;
                let mut buffer = Vec::new();
                let found = tags.iter().map(|tag| {
                    // The last indexed tag that is not greater, if any.
                    let Some(step) = index.partition_point(|known| *known <= tag.0).checked_sub(1) else {
                        return Ok(None);
                    };
                    let count = (entries - step * STEP).min(STEP);
                    buffer.resize(count * entry_bytes, 0);
                    self.blob.read_at((step * STEP * entry_bytes) as u64, &mut buffer)?;
                    let mut entries = buffer.chunks_exact(*entry_bytes);
                    let found = entries.find(|entry| read_tag(entry) == tag.0);
                    Ok(found.map(|entry| entry[TAG_BYTES..].to_vec()))
                });
                Ok(found.collect::<io::Result<_>>()?)
            }
        }
    }
}

fn read_tag(entry: &[u8]) -> u128 {
    let mut tag = [0; TAG_BYTES];
    tag.copy_from_slice(&entry[..TAG_BYTES]);
    u128::from_be_bytes(tag)
}

/// Every [`STEP`]th tag of a table whose tags ascend strictly.
fn index(blob: &Blob, total: u64, entry_bytes: usize, threads: usize) -> Result<Vec<u128>, PsiError> {
    let total = total as usize;
    let starts: Vec<usize> = (0..total).step_by(BLOCK).collect();
    let parts = map_blocks(threads, 1, &starts, |_, starts| {
        let mut buffer = Vec::new();
        let mut parts = Vec::with_capacity(starts.len());
        for start in starts {
            buffer.resize((total - start).min(BLOCK) * entry_bytes, 0);
            blob.read_at((start * entry_bytes) as u64, &mut buffer)?;
            let mut indexed = Vec::with_capacity(BLOCK / STEP);
            let mut last = None;
            for (i, entry) in buffer.chunks_exact(entry_bytes).enumerate() {
                let tag = read_tag(entry);
                if last.is_some_and(|last| last >= tag) {
                    return Err(form("the tags of the table do not ascend"));
                }
                if i % STEP == 0 {
                    indexed.push(tag);
                }
                last = Some(tag);
            }
            parts.push((indexed, last));
        }
        Ok::<_, PsiError>(parts)
    })?;
    let mut out = Vec::with_capacity(total.div_ceil(STEP));
    let mut before = None;
    for (indexed, last) in parts {
        if before.is_some_and(|before| indexed.first().is_some_and(|first| before >= *first)) {
            return Err(form("the tags of the table do not ascend"));
        }
        out.extend(indexed);
        before = last;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mpc_core::CommittedSeed;
    use rand_core::RngCore;

    fn tags(n: usize) -> Vec<Gf128> {
        let mut rng = CommittedSeed::from_bytes(&[6; 64]).prg("tags", b"");
        (0..n).map(|_| Gf128(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()))).collect()
    }

    fn table(tags: &[Gf128]) -> Vec<u8> {
        let mut sink = Sink::new(None);
        write_table(tags, 2, 3, &mut sink, |number, out| {
            out.extend_from_slice(&[number as u8; 22]);
            Ok(())
        })
        .unwrap();
        let Blob::Memory(bytes) = sink.finish().unwrap().blob else { panic!("in memory") };
        bytes
    }

    fn filter(tags: &[Gf128]) -> Vec<u8> {
        let mut sink = Sink::new(None);
        write_filter(&Seed([1; 16]), tags, tags, 2, &mut sink).unwrap();
        let Blob::Memory(bytes) = sink.finish().unwrap().blob else { panic!("in memory") };
        bytes
    }

    #[test]
    fn what_was_put_in_is_found_with_its_payload_and_nothing_else_is() {
        for n in [0usize, 1, 2, 63, 64, 65, 1_000, BLOCK, BLOCK + 1, 40_000] {
            let all = tags(n + 100);
            let (inside, outside) = all.split_at(n);
            for width in [None, Some(2)] {
                let bytes = if width.is_some() { table(inside) } else { filter(inside) };
                let setup = Setup::open(Blob::Memory(bytes), n as u64, width, 2).unwrap();
                for (i, found) in setup.find(inside).unwrap().into_iter().enumerate() {
                    let expected = if width.is_some() { vec![i as u8; 22] } else { vec![] };
                    assert_eq!(found, Some(expected), "{n}");
                }
                let ends = [Gf128(0), Gf128(u128::MAX)];
                assert!(setup.find(&[outside, &ends].concat()).unwrap().iter().all(Option::is_none), "{n}");
            }
        }
    }

    #[test]
    fn a_row_lost_or_gained_in_the_making_is_found_before_anything_is_sent() {
        let rows = tags(500);
        for made_of in [&rows[1..], &rows[..499], &tags(501)[..]] {
            let done = write_filter(&Seed([1; 16]), made_of, &rows, 1, &mut Sink::new(None));
            assert!(matches!(done, Err(PsiError::SetupRows)), "{done:?}");
        }
        let twice = [&rows[..], &rows[..1]].concat();
        let done = write_filter(&Seed([1; 16]), &twice, &twice, 1, &mut Sink::new(None));
        assert!(matches!(done, Err(PsiError::TagCollision)));
        let seal = |_: usize, _: &mut Vec<u8>| Ok(());
        assert!(matches!(write_table(&twice, 2, 1, &mut Sink::new(None), seal), Err(PsiError::TagCollision)));
        // A payload that is not sealed.
        assert!(matches!(write_table(&rows, 2, 1, &mut Sink::new(None), seal), Err(PsiError::SetupRows)));
    }

    #[test]
    fn a_set_up_of_another_form_is_refused() {
        let rows = tags(300);
        let (filter, table) = (filter(&rows), table(&rows));
        let open = |bytes: &[u8], total, width| Setup::open(Blob::Memory(bytes.to_vec()), total, width, 2).err();
        let refused = |error: Option<PsiError>| matches!(error, Some(PsiError::SetupForm { .. }));
        assert!(open(&filter, 300, None).is_none() && open(&table, 300, Some(2)).is_none());
        assert!(refused(open(&filter[1..], 300, None)) && refused(open(&table, 299, Some(2))));
        // Rows gained or lost that do not show in the length of the filter show in its header.
        let other = (301..).find(|n| bytes(*n, None) != bytes(300, None)).unwrap();
        assert!(refused(open(&filter, other - 1, None)) || other == 301);
        let mut claims = filter.clone();
        claims[15] ^= 1;
        assert!(refused(open(&claims, 300, None)));
        claims[0] ^= 1;
        assert!(refused(open(&claims, 300, None)));
        // A row twice, or two in the wrong order, at any place.
        let width = entry_bytes(2);
        for at in [0, 1, 63, 64, 298] {
            let mut twice = table.clone();
            twice.copy_within(at * width..(at + 1) * width, (at + 1) * width);
            assert!(refused(open(&twice, 300, Some(2))), "{at}");
        }
        assert!(refused(open(&table, TOTAL_MAX + 1, Some(2))));
        assert!(refused(open(&[], u64::MAX, Some(u32::MAX))));
    }

    #[test]
    fn blocks_of_a_table_are_compared_with_each_other() {
        let mut rows = tags(2 * BLOCK);
        rows.sort_unstable_by_key(|tag| tag.0);
        let bytes = table(&rows);
        let half = bytes.len() / 2;
        let swapped = [&bytes[half..], &bytes[..half]].concat();
        let error = Setup::open(Blob::Memory(swapped), 2 * BLOCK as u64, Some(2), 2).err();
        assert!(matches!(error, Some(PsiError::SetupForm { .. })));
    }
}
