//! What this validator has signed and sent, on disk, apart from Malachite's write-ahead log. Nothing leaves
//! that contradicts it: no second vote for the same height, round and kind, nothing below the last height.
//! The log covers a normal restart; this covers a log that was lost, damaged or brought back from a backup.
//!
//! A record is written, and synced, before the message is sent, and after Malachite synced its log. A crash
//! in between leaves a record of a message that is in the log and will be made again the same.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ledger_types::id::Height;
use ledger_types::{Digest, SuiteId};

/// Bytes of one record: height, round, kind, digest of what was signed, check.
const RECORD_BYTES: usize = 8 + 4 + 1 + 32 + 4;

/// When the file grows beyond this, it is written anew with the records of the current height.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// What was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Kind {
    Prevote = 1,
    Precommit = 2,
    Proposal = 3,
}

/// Why a message must not leave.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuardError {
    #[error("it contradicts what was sent for the same height and round")]
    Contradiction,
    #[error("it is for height {0}, but height {1} was already begun")]
    BelowLast(Height, Height),
    #[error("the record of sent votes cannot be written: {0}")]
    Io(#[from] io::Error),
}

pub(crate) struct VoteGuard {
    suite: SuiteId,
    path: PathBuf,
    file: File,
    bytes: u64,
    height: Height,
    sent: BTreeMap<(u32, u8), Digest>,
}

impl VoteGuard {
    /// Opens the record. A torn last record, from a crash while writing, was never acted upon and is cut.
    pub(crate) fn open(path: &Path, suite: SuiteId) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut all = Vec::new();
        file.read_to_end(&mut all)?;
        let (mut height, mut sent, mut good) = (0, BTreeMap::new(), 0u64);
        for record in all.chunks(RECORD_BYTES) {
            let Some((h, key, digest)) = decode(suite, record) else { break };
            if h > height {
                height = h;
                sent.clear();
            }
            if h == height {
                sent.insert(key, digest);
            }
            good += RECORD_BYTES as u64;
        }
        if good != all.len() as u64 {
            file.set_len(good)?;
            file.sync_data()?;
        }
        Ok(Self { suite, path: path.to_owned(), file, bytes: good, height, sent })
    }

    /// Allows a message, after recording it, or says why not.
    pub(crate) fn admit(&mut self, height: Height, round: u32, kind: Kind, signed: &[u8]) -> Result<(), GuardError> {
        if height < self.height {
            return Err(GuardError::BelowLast(height, self.height));
        }
        let digest = self.suite.hash(&[signed]);
        let key = (round, kind as u8);
        if height == self.height {
            match self.sent.get(&key) {
                Some(before) if *before == digest => return Ok(()),
                Some(_) => return Err(GuardError::Contradiction),
                None => {}
            }
        }
        if height > self.height && self.bytes > FILE_BYTES_MAX {
            self.start_anew()?;
        }
        let record = encode(self.suite, height, key, &digest);
        self.file.write_all(&record)?;
        self.file.sync_data()?;
        self.bytes += RECORD_BYTES as u64;
        if height > self.height {
            self.height = height;
            self.sent.clear();
        }
        self.sent.insert(key, digest);
        Ok(())
    }

    /// Keeps the records of the last height only, through a second file so that a crash loses nothing.
    fn start_anew(&mut self) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        for (key, digest) in &self.sent {
            file.write_all(&encode(self.suite, self.height, *key, digest))?;
        }
        file.sync_data()?;
        std::fs::rename(&fresh, &self.path)?;
        if let Some(dir) = self.path.parent() {
            File::open(dir)?.sync_all()?;
        }
        self.file = OpenOptions::new().append(true).open(&self.path)?;
        self.bytes = self.sent.len() as u64 * RECORD_BYTES as u64;
        Ok(())
    }
}

fn check(suite: SuiteId, record: &[u8]) -> [u8; 4] {
    let digest = suite.hash(&[b"sent", record]);
    [digest.0[0], digest.0[1], digest.0[2], digest.0[3]]
}

fn encode(suite: SuiteId, height: Height, key: (u32, u8), digest: &Digest) -> Vec<u8> {
    let mut out = Vec::with_capacity(RECORD_BYTES);
    out.extend_from_slice(&height.to_be_bytes());
    out.extend_from_slice(&key.0.to_be_bytes());
    out.push(key.1);
    out.extend_from_slice(&digest.0);
    let sum = check(suite, &out);
    out.extend_from_slice(&sum);
    out
}

fn decode(suite: SuiteId, record: &[u8]) -> Option<(Height, (u32, u8), Digest)> {
    let (height, rest) = record.split_first_chunk::<8>()?;
    let (round, rest) = rest.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<1>()?;
    let (digest, sum) = rest.split_first_chunk::<32>()?;
    if *sum != check(suite, &record[..RECORD_BYTES - 4]) {
        return None;
    }
    Some((u64::from_be_bytes(*height), (u32::from_be_bytes(*round), kind[0]), Digest(*digest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(path: &Path) -> VoteGuard {
        VoteGuard::open(path, SuiteId::Gm).expect("a file")
    }

    #[test]
    fn a_contradiction_is_refused_also_after_a_restart_and_a_repetition_is_not() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("sent");
        let mut g = guard(&path);
        g.admit(5, 0, Kind::Prevote, b"x").expect("first");
        g.admit(5, 0, Kind::Precommit, b"x").expect("another kind");
        g.admit(5, 1, Kind::Prevote, b"y").expect("another round");
        g.admit(5, 0, Kind::Prevote, b"x").expect("the same again");
        assert!(matches!(g.admit(5, 0, Kind::Prevote, b"y"), Err(GuardError::Contradiction)));
        drop(g);
        let mut g = guard(&path);
        g.admit(5, 0, Kind::Prevote, b"x").expect("the same again");
        assert!(matches!(g.admit(5, 1, Kind::Prevote, b"x"), Err(GuardError::Contradiction)));
        assert!(matches!(g.admit(4, 0, Kind::Prevote, b"z"), Err(GuardError::BelowLast(4, 5))));
        g.admit(6, 0, Kind::Prevote, b"y").expect("the next height");
    }

    #[test]
    fn a_torn_record_at_any_byte_is_cut_and_the_ones_before_hold() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("sent");
        let mut g = guard(&path);
        g.admit(1, 0, Kind::Prevote, b"a").expect("first");
        g.admit(1, 0, Kind::Precommit, b"a").expect("second");
        drop(g);
        let whole = std::fs::read(&path).expect("a file");
        for cut in RECORD_BYTES..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("written");
            let mut g = guard(&path);
            assert!(matches!(g.admit(1, 0, Kind::Prevote, b"b"), Err(GuardError::Contradiction)));
            g.admit(1, 0, Kind::Precommit, b"b").expect("the torn one was never sent");
        }
    }

    #[test]
    fn the_file_stays_small_and_the_last_height_survives_writing_it_anew() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("sent");
        let mut g = guard(&path);
        g.bytes = FILE_BYTES_MAX + 1;
        g.admit(0, 0, Kind::Prevote, b"a").expect("first");
        g.bytes = FILE_BYTES_MAX + 1;
        g.admit(7, 0, Kind::Prevote, b"b").expect("second");
        assert_eq!(std::fs::metadata(&path).expect("a file").len(), 2 * RECORD_BYTES as u64);
        let mut g = guard(&path);
        assert!(matches!(g.admit(7, 0, Kind::Prevote, b"c"), Err(GuardError::Contradiction)));
    }
}
