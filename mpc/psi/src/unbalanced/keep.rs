//! What is kept from run to run, in a directory that its owner gives: the sender's epoch with its secret, the receiver's
//! copy of a set-up. Files that only their owner may read; one epoch of a scope at a time on either side.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use super::blob::{Blob, Written};
use super::face::{EpochId, Face};
use crate::item::ItemSet;

/// Format of the sender's file.
const MAGIC: &[u8; 8] = b"szepoch1";
/// Longest file of an epoch that is read: the most canaries.
const EPOCH_BYTES_MAX: u64 = 2 << 20;

/// Directory and scope.
#[derive(Debug, Clone)]
pub(crate) struct Keep {
    dir: PathBuf,
    scope: String,
}

/// A file that is removed unless it is kept.
pub(crate) struct Temporary {
    path: PathBuf,
    kept: bool,
}

impl Temporary {
    fn keep_as(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.kept = true;
        // The rename itself must survive a power cut.
        path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What tells one list of items from another, to notice a data set that changed under an unchanged scope. Not a
/// commitment: it stays with the owner of the items, whom it need not protect from himself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark([u8; 40]);

impl Mark {
    pub(crate) fn of(items: &ItemSet) -> Self {
        let mut sum = [0u64; 4];
        for item in items.as_slice() {
            for (sum, part) in sum.iter_mut().zip(item.as_ref().as_chunks::<8>().0) {
                *sum = sum.wrapping_add(u64::from_be_bytes(*part));
            }
        }
        let mut out = [0; 40];
        out[..8].copy_from_slice(&(items.len() as u64).to_be_bytes());
        out[8..].copy_from_slice(sum.map(u64::to_be_bytes).as_flattened());
        Self(out)
    }
}

/// An epoch of the sender as it is kept.
pub(crate) struct Kept {
    pub(crate) seed: Zeroizing<[u8; 64]>,
    pub(crate) mark: Mark,
    /// Questions that were answered, or may have been.
    pub(crate) used: u64,
    pub(crate) face: Face,
}

impl Kept {
    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let face = self.face.encode();
        let mut out = Zeroizing::new(Vec::with_capacity(8 + 64 + 40 + 8 + face.len()));
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&*self.seed);
        out.extend_from_slice(&self.mark.0);
        out.extend_from_slice(&self.used.to_be_bytes());
        out.extend_from_slice(&face);
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(MAGIC)?;
        let (seed, bytes) = bytes.split_first_chunk::<64>()?;
        let (mark, bytes) = bytes.split_first_chunk::<40>()?;
        let (used, face) = bytes.split_first_chunk::<8>()?;
        let face = Face::decode(face).ok()?;
        Some(Self { seed: Zeroizing::new(*seed), mark: Mark(*mark), used: u64::from_be_bytes(*used), face })
    }
}

/// Counting uses is reading and writing: one at a time in this process.
static USES: Mutex<()> = Mutex::new(());

impl Keep {
    pub(crate) fn new(dir: &Path, scope: &[u8; 32]) -> io::Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        Ok(Self { dir: dir.to_owned(), scope: hex(scope) })
    }

    /// How the names of this process's unfinished files begin.
    fn unfinished(&self) -> String {
        format!("{}.{}-", self.scope, std::process::id())
    }

    /// A new file for this user only.
    pub(crate) fn temporary(&self) -> io::Result<(File, Temporary)> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.dir.join(format!("{}{number}.part", self.unfinished()));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok((file, Temporary { path, kept: false }))
    }

    fn epoch_path(&self) -> PathBuf {
        self.dir.join(format!("{}.epoch", self.scope))
    }

    fn blob_path(&self, id: &EpochId, kind: &str) -> PathBuf {
        self.dir.join(format!("{}.{}.{kind}", self.scope, hex(&id.0)))
    }

    fn read_epoch(&self) -> io::Result<Option<Kept>> {
        let path = self.epoch_path();
        match fs::metadata(&path) {
            Ok(about) if about.len() > EPOCH_BYTES_MAX => return Ok(None),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        }
        Ok(Kept::decode(&Zeroizing::new(fs::read(path)?)))
    }

    fn write_epoch(&self, kept: &Kept) -> io::Result<()> {
        let (mut file, temporary) = self.temporary()?;
        file.write_all(&kept.encode())?;
        file.sync_all()?;
        temporary.keep_as(&self.epoch_path())
    }

    /// The sender's epoch with its set-up, if both are there and readable.
    pub(crate) fn epoch(&self) -> io::Result<Option<(Kept, Blob)>> {
        let Some(kept) = self.read_epoch()? else { return Ok(None) };
        let Some(blob) = open(&self.blob_path(&kept.face.id(), "setup"))? else { return Ok(None) };
        Ok((blob.len() == kept.face.setup_bytes).then_some((kept, blob)))
    }

    /// Keeps an epoch of the sender in place of what was kept: the key of that is gone then.
    pub(crate) fn keep_epoch(&self, kept: &Kept, written: Written) -> io::Result<Blob> {
        let path = self.blob_path(&kept.face.id(), "setup");
        self.place(written, &path, "setup", |keep| keep.write_epoch(kept))
    }

    /// Notes before answering that so many more questions are answered with an epoch. Of one that another run replaced
    /// meanwhile nothing is noted: its key ends with the runs that have it.
    pub(crate) fn spend(&self, id: &EpochId, questions: u64) -> io::Result<()> {
        let _one = USES.lock().unwrap_or_else(PoisonError::into_inner);
        match self.read_epoch()? {
            Some(mut kept) if kept.face.id() == *id => {
                kept.used = kept.used.saturating_add(questions);
                self.write_epoch(&kept)
            }
            _ => Ok(()),
        }
    }

    /// Ends an epoch whose set-up is damaged, so that the next run makes a new one.
    pub(crate) fn forget(&self, id: &EpochId) -> io::Result<()> {
        let _one = USES.lock().unwrap_or_else(PoisonError::into_inner);
        match self.read_epoch()? {
            Some(kept) if kept.face.id() == *id => fs::remove_file(self.epoch_path()),
            _ => Ok(()),
        }
    }

    /// The receiver's copy of an epoch's set-up, unchecked.
    pub(crate) fn cached(&self, id: &EpochId) -> io::Result<Option<Blob>> {
        open(&self.blob_path(id, "cache"))
    }

    /// Keeps the receiver's copy of a set-up in place of those of other epochs of the scope.
    pub(crate) fn keep_cache(&self, id: &EpochId, written: Written) -> io::Result<Blob> {
        let path = self.blob_path(id, "cache");
        self.place(written, &path, "cache", |_| Ok(()))
    }

    fn place(
        &self,
        written: Written,
        path: &Path,
        kind: &str,
        then: impl FnOnce(&Self) -> io::Result<()>,
    ) -> io::Result<Blob> {
        if let Some(temporary) = written.temporary {
            temporary.keep_as(path)?;
        }
        then(self)?;
        // Others of the scope; a run that still reads one has it open.
        for entry in fs::read_dir(&self.dir)? {
            let other = entry?.path();
            let name = other.file_name().and_then(|name| name.to_str());
            // A process that died leaves unfinished files behind.
            let unfinished = |name: &str| name.ends_with(".part") && !name.starts_with(&self.unfinished());
            let stale = |name: &str| name.starts_with(&self.scope) && (name.ends_with(kind) || unfinished(name));
            if name.is_some_and(stale) && other != path {
                let _ = fs::remove_file(other);
            }
        }
        Ok(written.blob)
    }
}

fn open(path: &Path) -> io::Result<Option<Blob>> {
    match File::open(path) {
        Ok(file) => Blob::of_file(file).map(Some),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
