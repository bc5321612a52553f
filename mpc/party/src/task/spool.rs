//! The sender's released columns of every row, kept until the protocol asks for them item by item in its own
//! order. They are collected while the file is read for the commitment, so that what is sent is what was
//! committed to; beyond a few megabytes they lie in a private temporary file, which is removed with this value.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroize;

use crate::disk::{self, DiskError};

/// Bytes kept in memory.
const MEMORY_BYTES_MAX: usize = 64 << 20;

/// Byte strings by row number, written once in order, then read at random.
pub(super) struct RowSpool {
    path: PathBuf,
    file: Option<File>,
    // What is not in the file yet.
    tail: Vec<u8>,
    in_file: u64,
    ends: Vec<u64>,
    memory_max: usize,
    // A read of the file failed: the protocol's callback cannot say so itself.
    broken: AtomicBool,
}

impl RowSpool {
    /// Spills to `path` when memory is used up.
    pub fn new(path: &Path) -> Self {
        Self::with_memory(path, MEMORY_BYTES_MAX)
    }

    fn with_memory(path: &Path, memory_max: usize) -> Self {
        let (file, tail, ends, broken) = (None, Vec::new(), Vec::new(), AtomicBool::new(false));
        Self { path: path.to_owned(), file, tail, in_file: 0, ends, memory_max, broken }
    }

    /// Adds the bytes of the next row.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), DiskError> {
        self.tail.extend_from_slice(bytes);
        self.ends.push(self.in_file + self.tail.len() as u64);
        if self.tail.len() > self.memory_max { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), DiskError> {
        let file = match &mut self.file {
            Some(file) => file,
            slot => {
                let mut options = File::options();
                options.read(true).write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                slot.insert(options.open(&self.path).map_err(disk::io_error(&self.path))?)
            }
        };
        file.write_all(&self.tail).map_err(disk::io_error(&self.path))?;
        self.in_file += self.tail.len() as u64;
        self.tail.zeroize();
        Ok(())
    }

    /// How many bytes a row has.
    pub fn len_of(&self, row: usize) -> usize {
        let (start, end) = self.range(row);
        (end - start) as usize
    }

    /// Appends the bytes of a row; nothing when they cannot be read, which [`Self::check`] tells.
    pub fn append(&self, row: usize, out: &mut Vec<u8>) {
        let (start, end) = self.range(row);
        if start >= self.in_file {
            let at = (start - self.in_file) as usize;
            out.extend_from_slice(&self.tail[at..at + (end - start) as usize]);
            return;
        }
        // A row is spilled whole: the tail is written between rows only.
        let from = out.len();
        out.resize(from + (end - start) as usize, 0);
        if self.read_at(&mut out[from..], start).is_err() {
            self.broken.store(true, Ordering::Relaxed);
            out.truncate(from);
        }
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
        std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
    }

    /// Whether every read so far succeeded.
    pub fn check(&self) -> Result<(), DiskError> {
        if self.broken.load(Ordering::Relaxed) {
            Err(disk::io_error(&self.path)(io::ErrorKind::UnexpectedEof.into()))
        } else {
            Ok(())
        }
    }

    fn range(&self, row: usize) -> (u64, u64) {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        (start, self.ends[row])
    }
}

impl Drop for RowSpool {
    fn drop(&mut self) {
        self.tail.zeroize();
        if self.file.take().is_some() {
            let _ = disk::remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_from_memory_and_from_the_file_which_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("spool");
        let rows: Vec<Vec<u8>> = (0..200u8).map(|i| vec![i; usize::from(i % 7)]).collect();
        let mut spool = RowSpool::with_memory(&path, 50);
        for row in &rows {
            spool.push(row).unwrap();
        }
        assert!(path.exists());
        for (i, row) in rows.iter().enumerate().rev() {
            let mut out = vec![99];
            spool.append(i, &mut out);
            assert_eq!(&out[1..], row.as_slice());
            assert_eq!(spool.len_of(i), row.len());
        }
        spool.check().unwrap();
        drop(spool);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_was_cut_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("spool");
        let mut spool = RowSpool::with_memory(&path, 10);
        (0..10).for_each(|_| spool.push(&[7; 5]).unwrap());
        File::options().write(true).open(&path).unwrap().set_len(3).unwrap();
        let mut out = Vec::new();
        spool.append(2, &mut out);
        assert!(out.is_empty());
        assert!(spool.check().is_err());
    }
}
