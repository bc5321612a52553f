//! The checkpoints of a run on disk: private, sealed by the engine, removed when the run is over.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use ledger_types::id::SessionId;
use mpc_psi::run::CheckpointStore;

use crate::disk;

/// Marks that tags have left this node.
const TAGS_LEFT: &str = "tags-left";

/// `checkpoints/<session>/`, for the node's own user only.
#[derive(Debug)]
pub(super) struct Checkpoints {
    dir: PathBuf,
    last: AtomicU32,
    tags_left: AtomicBool,
}

impl Checkpoints {
    /// What a session has under the directory of all sessions.
    pub fn open(root: &Path, session: &SessionId) -> Self {
        let dir = root.join(session.to_string());
        let last = (1..).take_while(|number| file(&dir, *number).exists()).last().unwrap_or(0);
        let tags_left = dir.join(TAGS_LEFT).exists();
        Self { dir, last: AtomicU32::new(last), tags_left: AtomicBool::new(tags_left) }
    }

    /// Number of the last one.
    pub fn count(&self) -> u32 {
        self.last.load(Ordering::SeqCst)
    }

    /// Whether tags have left this node in this session.
    pub fn tags_left(&self) -> bool {
        self.tags_left.load(Ordering::SeqCst)
    }

    /// Whether a run that ends here can go on: from a checkpoint, or from its beginning because the peer has no tag yet.
    pub fn can_go_on(&self) -> bool {
        self.count() > 0 || !self.tags_left()
    }

    /// Removes everything.
    pub fn remove(&self) {
        let _ = fs::remove_dir_all(&self.dir);
    }

    /// Removes what belongs to no session that may go on.
    pub fn sweep(root: &Path, wanted: impl Fn(&str) -> bool) {
        let Ok(entries) = fs::read_dir(root) else { return };
        for entry in entries.flatten() {
            if !entry.file_name().to_str().is_some_and(&wanted) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        disk::private_dir(&self.dir).map_err(io::Error::other)?;
        let new = self.dir.join("new");
        let mut file = disk::private_file(&new).map_err(io::Error::other)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        // The rename itself must survive a power cut.
        File::open(&self.dir)?.sync_all()
    }
}

fn file(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("checkpoint-{number:06}"))
}

impl CheckpointStore for Checkpoints {
    fn keep(&self, number: u32, sealed: &[u8]) -> io::Result<()> {
        self.write(&file(&self.dir, number), sealed)?;
        self.last.store(number, Ordering::SeqCst);
        Ok(())
    }

    fn read(&self, number: u32) -> io::Result<Vec<u8>> {
        fs::read(file(&self.dir, number))
    }

    fn last(&self) -> io::Result<u32> {
        Ok(self.count())
    }

    fn forget_after(&self, number: u32) -> io::Result<()> {
        for later in (number + 1..=self.count()).rev() {
            fs::remove_file(file(&self.dir, later))?;
            self.last.store(later - 1, Ordering::SeqCst);
        }
        Ok(())
    }

    fn tags_leave(&self) -> io::Result<()> {
        if !self.tags_left() {
            self.write(&self.dir.join(TAGS_LEFT), b"")?;
            self.tags_left.store(true, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use ledger_types::Digest;

    use super::*;

    #[test]
    fn checkpoints_survive_for_the_nodes_own_user_and_go_with_the_run() {
        let root = tempfile::tempdir().unwrap();
        let session = SessionId(Digest([3; 32]));
        let store = Checkpoints::open(root.path(), &session);
        assert!(store.can_go_on());
        store.tags_leave().unwrap();
        assert!(!store.can_go_on());
        store.keep(1, b"one").unwrap();
        store.keep(2, b"two").unwrap();
        let again = Checkpoints::open(root.path(), &session);
        assert_eq!((again.count(), again.tags_left(), again.can_go_on()), (2, true, true));
        assert_eq!(again.read(2).unwrap(), b"two");
        let dir = root.path().join(session.to_string());
        for entry in fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap()) {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
        }
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o077, 0);
        again.forget_after(1).unwrap();
        assert_eq!(Checkpoints::open(root.path(), &session).count(), 1);
        Checkpoints::sweep(root.path(), |name| name == session.to_string());
        assert!(dir.exists());
        Checkpoints::sweep(root.path(), |_| false);
        assert!(!dir.exists());
        store.remove();
    }
}
