//! Stores of checkpoints: in memory, and as files that survive the process.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use mpc_psi::run::CheckpointStore;

#[derive(Default)]
pub struct MemoryStore {
    pub kept: Mutex<BTreeMap<u32, Vec<u8>>>,
    pub tags: AtomicU32,
    /// Fails what it is asked.
    pub broken: bool,
}

impl MemoryStore {
    pub fn copy(&self) -> Self {
        let tags = AtomicU32::new(self.tags.load(Ordering::SeqCst));
        Self { kept: Mutex::new(self.kept.lock().unwrap().clone()), tags, broken: self.broken }
    }

    fn works(&self) -> io::Result<()> {
        if self.broken { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl CheckpointStore for MemoryStore {
    fn keep(&self, number: u32, sealed: &[u8]) -> io::Result<()> {
        self.works()?;
        self.kept.lock().unwrap().insert(number, sealed.to_vec());
        Ok(())
    }

    fn read(&self, number: u32) -> io::Result<Vec<u8>> {
        self.kept.lock().unwrap().get(&number).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn last(&self) -> io::Result<u32> {
        Ok(self.kept.lock().unwrap().last_key_value().map_or(0, |(number, _)| *number))
    }

    fn forget_after(&self, number: u32) -> io::Result<()> {
        self.kept.lock().unwrap().retain(|kept, _| *kept <= number);
        Ok(())
    }

    fn tags_leave(&self) -> io::Result<()> {
        self.works()?;
        self.tags.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// One file per checkpoint.
pub struct FileStore(pub PathBuf);

impl FileStore {
    pub fn path(&self, number: u32) -> PathBuf {
        self.0.join(format!("checkpoint-{number}"))
    }
}

impl CheckpointStore for FileStore {
    fn keep(&self, number: u32, sealed: &[u8]) -> io::Result<()> {
        let new = self.0.join("new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(sealed)?;
        file.sync_all()?;
        std::fs::rename(new, self.path(number))
    }

    fn read(&self, number: u32) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(number))
    }

    fn last(&self) -> io::Result<u32> {
        Ok((1..).take_while(|number| self.path(*number).exists()).last().unwrap_or(0))
    }

    fn forget_after(&self, number: u32) -> io::Result<()> {
        (number + 1..=self.last()?).rev().try_for_each(|number| std::fs::remove_file(self.path(number)))
    }

    fn tags_leave(&self) -> io::Result<()> {
        Ok(())
    }
}
