//! The bytes of a set-up, in memory or in a file, and their digest.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use mpc_core::parallel::map_blocks;
use sha2::{Digest, Sha256};

use super::keep::Temporary;
use crate::run::PsiError;

/// Bytes of a leaf. Leaves are hashed side by side; SHA-256 because processors have instructions for it, and every run
/// reads all of a cached set-up.
const LEAF_BYTES: usize = 1 << 20;

/// `SHA-256(tag ‖ length ‖ SHA-256 of every leaf)`.
pub type BlobDigest = [u8; 32];

/// Bytes that can be read anywhere.
pub(crate) enum Blob {
    Memory(Vec<u8>),
    File { file: File, len: u64 },
}

impl Blob {
    pub(crate) fn of_file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self::File { file, len })
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }

    /// Fills `out` with the bytes from `offset` on.
    pub(crate) fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self {
            Self::Memory(bytes) => {
                let from = usize::try_from(offset).ok();
                let part = from.and_then(|from| bytes.get(from..from.checked_add(out.len())?));
                out.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
            Self::File { file, .. } => read_exact_at(file, offset, out),
        }
    }

    /// The digest of all bytes.
    pub(crate) fn digest(&self, threads: usize) -> io::Result<BlobDigest> {
        let leaves: Vec<u64> = (0..self.len().div_ceil(LEAF_BYTES as u64)).collect();
        let digests = map_blocks(threads, 16, &leaves, |_, leaves| {
            let mut buffer = vec![0; LEAF_BYTES];
            let leaf = |leaf: &u64| {
                let at = leaf * LEAF_BYTES as u64;
                let bytes = &mut buffer[..(self.len() - at).min(LEAF_BYTES as u64) as usize];
                self.read_at(at, bytes)?;
                Ok(Sha256::digest(&*bytes).into())
            };
            leaves.iter().map(leaf).collect::<io::Result<Vec<[u8; 32]>>>()
        })?;
        Ok(root(self.len(), &digests))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, out: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut out: &mut [u8]) -> io::Result<()> {
    while !out.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, out, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        offset += read as u64;
        out = &mut out[read..];
    }
    Ok(())
}

fn root(len: u64, leaves: &[[u8; 32]]) -> BlobDigest {
    let mut root = Sha256::new().chain_update(b"shuzheng/psi/setup/1").chain_update(len.to_be_bytes());
    leaves.iter().for_each(|leaf| root.update(leaf));
    root.finalize().into()
}

/// Where a set-up is written to.
pub(crate) struct Sink {
    to: To,
    len: u64,
    leaf: Sha256,
    leaves: Vec<[u8; 32]>,
}

enum To {
    Memory(Vec<u8>),
    File(BufWriter<File>, Temporary),
}

/// A set-up that was written; one in a file is removed with this value unless it is kept.
pub(crate) struct Written {
    pub(crate) blob: Blob,
    pub(crate) digest: BlobDigest,
    pub(crate) temporary: Option<Temporary>,
}

impl Sink {
    /// Into a file if there is one, otherwise into memory.
    pub(crate) fn new(file: Option<(File, Temporary)>) -> Self {
        let to = match file {
            Some((file, temporary)) => To::File(BufWriter::with_capacity(LEAF_BYTES, file), temporary),
            None => To::Memory(Vec::new()),
        };
        Self { to, len: 0, leaf: Sha256::new(), leaves: Vec::new() }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        match &mut self.to {
            To::Memory(memory) => memory.extend_from_slice(bytes),
            To::File(file, _) => file.write_all(bytes)?,
        }
        while !bytes.is_empty() {
            let room = LEAF_BYTES - (self.len % LEAF_BYTES as u64) as usize;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.leaf.update(now);
            self.len += now.len() as u64;
            if self.len.is_multiple_of(LEAF_BYTES as u64) {
                self.leaves.push(self.leaf.finalize_reset().into());
            }
            bytes = later;
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Result<Written, PsiError> {
        if !self.len.is_multiple_of(LEAF_BYTES as u64) {
            self.leaves.push(self.leaf.finalize_reset().into());
        }
        let digest = root(self.len, &self.leaves);
        Ok(match self.to {
            To::Memory(bytes) => Written { blob: Blob::Memory(bytes), digest, temporary: None },
            To::File(file, temporary) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.sync_all()?;
                Written { blob: Blob::of_file(file)?, digest, temporary: Some(temporary) }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_same_written_in_any_pieces_and_read_by_any_number_of_threads() {
        for len in [0usize, 1, LEAF_BYTES - 1, LEAF_BYTES, LEAF_BYTES + 1, 3 * LEAF_BYTES] {
            let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let mut digests = Vec::new();
            for piece in [1_000_003, LEAF_BYTES, 4 * LEAF_BYTES] {
                let mut sink = Sink::new(None);
                bytes.chunks(piece).for_each(|piece| sink.write(piece).unwrap());
                let written = sink.finish().unwrap();
                assert_eq!(written.blob.len(), len as u64);
                digests.push(written.digest);
                digests.extend([1, 3].map(|threads| written.blob.digest(threads).unwrap()));
            }
            assert!(digests.windows(2).all(|pair| pair[0] == pair[1]), "{len}");
            let mut other = bytes.clone();
            other.push(0);
            assert_ne!(Blob::Memory(other.clone()).digest(1).unwrap(), digests[0]);
            other[len / 2] ^= 1;
            other.truncate(len);
            assert_eq!(Blob::Memory(other).digest(1).unwrap() == digests[0], len == 0);
        }
    }

    #[test]
    fn reading_beyond_the_end_is_an_error() {
        let blob = Blob::Memory(vec![1, 2, 3]);
        let mut out = [0; 2];
        blob.read_at(1, &mut out).unwrap();
        assert_eq!(out, [2, 3]);
        for at in [2, 3, 4, u64::MAX] {
            assert!(blob.read_at(at, &mut out).is_err());
        }
    }
}
