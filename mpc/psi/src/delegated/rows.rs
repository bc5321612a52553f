//! A data party's rows as a machine without input or output: tags, shares of keys, sealed payloads.
//!
//! They go out in the order of their tags, which are pseudorandom: that tells no more than the tags do, and lets the
//! third party join without holding the lists.

use std::sync::Arc;

use mpc_core::parallel::map_blocks;
use mpc_core::{CommittedSeed, FixedKeyAes, Gf128};
use rand_core::RngCore;
use sm3::{Digest, Sm3};
use zeroize::Zeroizing;

use super::message::Message;
use crate::parties::{SecretAes, add_prf};
use crate::rr22::hashes::Hashes;
use crate::run::entries::{Entries, Entry};
use crate::run::once::OneTime;
use crate::run::payload::sealed_bytes;
use crate::run::{PayloadSource, PsiError, SessionId, canary};

/// Bytes of a tag.
pub(super) const TAG_BYTES: usize = 16;
/// Bytes of a tag and a share.
pub(super) const HEAD_BYTES: usize = TAG_BYTES + 16;
/// Rows that a thread makes at a time.
const BLOCK: usize = 512;

/// Bytes of a row with a payload of so many bytes, or with none.
pub(super) fn row_bytes(width: Option<u32>) -> usize {
    HEAD_BYTES + width.map_or(0, sealed_bytes)
}

/// What a data party's payloads are sealed by: one public permutation per party, because all of them seal under the same
/// key of an item.
pub(super) fn sealing(agreement: &[u8; 32], place: usize) -> FixedKeyAes {
    let digest: [u8; 32] = Sm3::new()
        .chain_update(b"shuzheng/psi/delegated/seal/1")
        .chain_update(agreement)
        .chain_update([place as u8])
        .finalize()
        .into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    FixedKeyAes::new(key)
}

/// The keys that the data parties share and the third party does not have.
pub(super) struct Keys {
    hashes: Hashes,
    tag: SecretAes,
    /// One per data party: its shares of the items' keys.
    shares: Vec<SecretAes>,
}

impl Keys {
    pub(super) fn new(secret: &[u8; 32], parties: usize) -> Self {
        let joint = Sm3::new().chain_update(b"shuzheng/psi/delegated/hash/1").chain_update(secret).finalize().into();
        Self {
            hashes: Hashes::new(joint),
            tag: SecretAes::derive(secret, b"tag", 0),
            shares: (0..parties).map(|party| SecretAes::derive(secret, b"share", party as u8)).collect(),
        }
    }
}

/// What the rows of a party are made of.
pub(super) struct Source {
    pub(super) session: SessionId,
    pub(super) agreement: [u8; 32],
    pub(super) place: usize,
    pub(super) entries: Entries,
    /// Rows that are announced, canaries included.
    pub(super) total: usize,
    pub(super) payload: Option<(Arc<dyn PayloadSource>, u32)>,
    pub(super) seed: CommittedSeed,
}

/// Rows go out.
pub(super) struct Rows {
    source: Source,
    sealing: FixedKeyAes,
    /// Of the entries, then random ones up to the announced number.
    tags: Zeroizing<Vec<Gf128>>,
    shares: Zeroizing<Vec<Gf128>>,
    /// What payloads are sealed under.
    keys: Zeroizing<Vec<Gf128>>,
    /// Leading halves of the tags with the places of their entries, ascending.
    order: Vec<(u64, u32)>,
    done: usize,
}

impl Rows {
    /// Tags, shares and keys of all rows: tag = AES_t(H_K(x)), share = AES_i(H_K(x)), key = Σ_j AES_j(H_K(x)).
    pub(super) fn new(source: Source, keys: &Keys, threads: usize) -> Self {
        let entries = source.entries.total();
        let names = keys.hashes.keys(threads, entries, |number| source.entries.item(number as u32));
        let mut prg = source.seed.prg("delegated padding", &source.session.0);
        let mut rows = |aes: &SecretAes| {
            let mut values = Zeroizing::new(vec![Gf128::ZERO; source.total]);
            add_prf(aes, &names, &mut values[..entries]);
            let mut random = [0; 16];
            for value in &mut values[entries..] {
                prg.fill_bytes(&mut random);
                *value = Gf128::from_bytes(random);
            }
            values
        };
        let (tags, shares) = (rows(&keys.tag), rows(&keys.shares[source.place]));
        let mut sums = Zeroizing::default();
        if source.payload.is_some() {
            sums = Zeroizing::new(shares[..entries].to_vec());
            let others = keys.shares.iter().enumerate().filter(|(party, _)| *party != source.place);
            others.for_each(|(_, aes)| add_prf(aes, &names, &mut sums));
            // Padding is sealed under keys that nobody else can have, so that it looks like any row that does not join.
            let mut prg = source.seed.prg("delegated padding keys", &source.session.0);
            let mut random = Zeroizing::new([0; 16]);
            sums.resize_with(source.total, || {
                prg.fill_bytes(random.as_mut_slice());
                Gf128::from_bytes(*random)
            });
        }
        let mut order: Vec<(u64, u32)> =
            tags.iter().enumerate().map(|(place, tag)| ((tag.0 >> 64) as u64, place as u32)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tags[a.1 as usize].0.cmp(&tags[b.1 as usize].0)));
        let sealing = sealing(&source.agreement, source.place);
        Self { source, sealing, tags, shares, keys: sums, order, done: 0 }
    }

    /// Bytes of a row.
    pub(super) fn row_bytes(&self) -> usize {
        row_bytes(self.source.payload.as_ref().map(|(_, width)| *width))
    }

    /// The next message of at most `count` rows; `None` when all are out.
    ///
    /// # Errors
    /// When an own payload is longer than was announced.
    pub(super) fn next_chunk(&mut self, threads: usize, count: usize) -> Result<Option<Message>, PsiError> {
        let range = self.done..self.order.len().min(self.done + count);
        if range.is_empty() {
            return Ok(None);
        }
        let body = map_blocks(threads, BLOCK, &self.order[range.clone()], |_, block| {
            let mut body = Vec::with_capacity(block.len() * self.row_bytes());
            let mut once = OneTime::new(&self.sealing);
            let mut plain = Zeroizing::new(Vec::new());
            for (_, place) in block {
                self.row(*place as usize, &mut once, &mut plain, &mut body)?;
            }
            Ok::<_, PsiError>(body)
        })?;
        self.done = range.end;
        Ok(Some(Message::Rows(range.start as u64, body.into())))
    }

    fn row(
        &self,
        place: usize,
        once: &mut OneTime<'_>,
        plain: &mut Zeroizing<Vec<u8>>,
        body: &mut Vec<u8>,
    ) -> Result<(), PsiError> {
        body.extend_from_slice(&self.tags[place].0.to_be_bytes());
        body.extend_from_slice(&self.shares[place].to_bytes());
        let Some((source, width)) = &self.source.payload else {
            return Ok(());
        };
        plain.clear();
        // What comes after the entries is like a private canary: nothing in it, and nobody else has its key.
        let item = match self.source.entries.entry(place as u32) {
            Entry::Own(item) => {
                source.append(item, plain);
                item
            }
            Entry::Joint(number) => {
                **plain = canary::payload(&self.source.session, number, *width);
                usize::from(number)
            }
            Entry::Private => 0,
        };
        if once.seal(self.keys[place], plain, *width, body) {
            Ok(())
        } else {
            Err(PsiError::OwnPayload { item, bytes: plain.len(), max: *width })
        }
    }

    /// Rows that went out.
    pub(super) fn done(&self) -> u64 {
        self.done as u64
    }

    /// The end of the list: tags of the joint canaries, then of the private ones.
    pub(super) fn end(&self) -> Message {
        let entries = &self.source.entries;
        let canaries = usize::from(entries.joint_len()) + usize::from(entries.private_len());
        let first = entries.total() - canaries;
        let mut body = Vec::with_capacity(canaries * TAG_BYTES);
        for tag in &self.tags[first..entries.total()] {
            body.extend_from_slice(&tag.0.to_be_bytes());
        }
        Message::RowsEnd(self.done as u64, body.into())
    }
}
