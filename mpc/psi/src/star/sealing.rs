//! A sender's payloads of a bucket, sealed under keys that follow from the tables of all senders.
//!
//! They go out in the order of their tags, which are pseudorandom: that tells no more than the tags do.

use std::sync::Arc;

use bytes::Bytes;
use mpc_core::Gf128;
use mpc_core::parallel::map_blocks;
use rand_core::RngCore;
use zeroize::Zeroizing;

use super::answer::Programmed;
use super::message::{Message, MessageKind};
use super::party::{SenderRun, context};
use crate::run::entries::Entry;
use crate::run::once::OneTime;
use crate::run::payload::sealed_bytes;
use crate::run::{PsiError, canary};

/// Bytes of a tag.
pub(super) const TAG_BYTES: usize = 16;
/// Entries that a thread seals at a time.
const BLOCK: usize = 512;

/// Sealed payloads go out.
pub(super) struct Sealing {
    run: Arc<SenderRun>,
    bucket: u32,
    width: u32,
    keys: Zeroizing<Vec<Gf128>>,
    /// Of the entries, then random ones up to the size of the bucket.
    tags: Zeroizing<Vec<Gf128>>,
    /// Leading halves of the tags with their places, ascending.
    order: Vec<(u64, u32)>,
    done: usize,
}

impl Programmed {
    /// Makes the tags; `None` when this sender releases nothing.
    pub(super) fn seal(self, threads: usize) -> Option<Sealing> {
        let Self { run, bucket, keys, seal, .. } = self;
        let (seal, width) = (seal?, run.roster.payload(run.place)?);
        let entries = seal.len();
        let mut tags = Zeroizing::new(vec![Gf128::ZERO; run.sizes.sender_max[run.place]]);
        tags[..entries].copy_from_slice(&seal);
        run.hashes.tags(threads, &keys, &mut tags[..entries]);
        let mut prg = run.seed.prg("star padding", &context(&run.session, run.place, bucket));
        let mut random = [0; TAG_BYTES];
        for tag in &mut tags[entries..] {
            prg.fill_bytes(&mut random);
            *tag = Gf128::from_bytes(random);
        }
        let mut order: Vec<(u64, u32)> =
            tags.iter().enumerate().map(|(place, tag)| ((tag.0 >> 64) as u64, place as u32)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tags[a.1 as usize].0.cmp(&tags[b.1 as usize].0)));
        Some(Sealing { run, bucket, width, keys: seal, tags, order, done: 0 })
    }
}

impl Sealing {
    /// Bytes of an entry.
    pub(super) fn entry_bytes(&self) -> usize {
        TAG_BYTES + sealed_bytes(self.width)
    }

    /// The next message of at most `count` entries; `None` when all are out.
    ///
    /// # Errors
    /// When an own payload is longer than was announced.
    pub(super) fn next_chunk(&mut self, threads: usize, count: usize) -> Result<Option<Message>, PsiError> {
        let range = self.done..self.order.len().min(self.done + count);
        if range.is_empty() {
            return Ok(None);
        }
        let offset = range.start as u64;
        let body = map_blocks(threads, BLOCK, &self.order[range.clone()], |first, block| {
            let mut body = Vec::with_capacity(block.len() * self.entry_bytes());
            let mut once = OneTime::new(&self.run.once);
            let mut plain = Zeroizing::new(Vec::with_capacity(self.width as usize));
            for (i, (_, place)) in block.iter().enumerate() {
                self.entry(*place as usize, range.start + first + i, &mut once, &mut plain, &mut body)?;
            }
            Ok::<_, PsiError>(body)
        })?;
        self.done = range.end;
        Ok(Some(Message::Run(MessageKind::Sealed, self.bucket, offset, Bytes::from(body))))
    }

    fn entry(
        &self,
        place: usize,
        position: usize,
        once: &mut OneTime<'_>,
        plain: &mut Zeroizing<Vec<u8>>,
        body: &mut Vec<u8>,
    ) -> Result<(), PsiError> {
        body.extend_from_slice(&self.tags[place].0.to_be_bytes());
        let Some(key) = self.keys.get(place) else {
            // Room: random bytes of a stream of their own, so that blocks may be made in any order.
            let mut context = context(&self.run.session, self.run.place, self.bucket);
            context.extend_from_slice(&(position as u32).to_be_bytes());
            let at = body.len();
            body.resize(at + sealed_bytes(self.width), 0);
            self.run.seed.prg("star padding body", &context).fill_bytes(&mut body[at..]);
            return Ok(());
        };
        plain.clear();
        let item = match self.run.entries.entry(self.run.groups.number(self.bucket, place)) {
            Entry::Own(item) => {
                if let Some(source) = &self.run.payload {
                    source.append(item, plain);
                }
                item
            }
            Entry::Joint(number) => {
                **plain = canary::payload(&self.run.session, number, self.width);
                usize::from(number)
            }
            Entry::Private => 0,
        };
        if once.seal(*key, plain, self.width, body) {
            Ok(())
        } else {
            Err(PsiError::OwnPayload { item, bytes: plain.len(), max: self.width })
        }
    }

    /// How many went out.
    pub(super) fn done(&self) -> u64 {
        self.done as u64
    }
}
