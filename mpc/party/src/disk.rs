//! Small files of this room: JSON, written whole to a temporary name, synced and renamed, so that a crash
//! leaves the old or the new content and never half of either. Readable by the node's own user only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A small file could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// The operating system said no.
    #[error("{path}: {kind}")]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// What it said.
        kind: io::ErrorKind,
    },
    /// The file is not what this room writes.
    #[error("{path} is damaged: line {line}, column {column}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where the reader stopped.
        line: usize,
        /// Where the reader stopped.
        column: usize,
    },
}

pub(crate) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> DiskError + '_ {
    move |e| DiskError::Io { path: path.to_owned(), kind: e.kind() }
}

/// Creates a directory and its parents, for the node's own user only.
pub fn private_dir(path: &Path) -> Result<(), DiskError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(io_error(path))
}

/// Opens a new file for writing, for the node's own user only; an old one is truncated.
pub fn private_file(path: &Path) -> Result<File, DiskError> {
    private_options().write(true).create(true).truncate(true).open(path).map_err(io_error(path))
}

/// Opens a file for appending, for the node's own user only.
pub fn private_append(path: &Path) -> Result<File, DiskError> {
    private_options().append(true).create(true).open(path).map_err(io_error(path))
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Replaces the content of a file, or creates it.
pub fn write_json<T: Serialize + ?Sized>(path: &Path, value: &T) -> Result<(), DiskError> {
    let bytes = serde_json::to_vec_pretty(value)
        .map_err(|_| DiskError::Io { path: path.to_owned(), kind: io::ErrorKind::InvalidData })?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    let mut file = private_file(&temporary)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(io_error(&temporary))?;
    fs::rename(&temporary, path).map_err(io_error(path))?;
    // The rename itself must survive a power cut.
    match path.parent().map(File::open) {
        Some(Ok(dir)) => dir.sync_all().map_err(io_error(path)),
        _ => Ok(()),
    }
}

/// Reads a file; `None` when there is none.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, DiskError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io_error(path)(e)),
    };
    // The reader's own words may quote the content, which may be secret: only the place is told.
    serde_json::from_slice(&bytes).map(Some).map_err(|e| DiskError::Damaged {
        path: path.to_owned(),
        line: e.line(),
        column: e.column(),
    })
}

/// Removes a file; no error when there is none.
pub fn remove(path: &Path) -> Result<(), DiskError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_error(path)(e)),
        _ => Ok(()),
    }
}

/// The stems of the `.json` files of a directory, sorted; none when there is no directory.
pub fn json_names(dir: &Path) -> Result<Vec<String>, DiskError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(io_error(dir)(e)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io_error(dir))?.file_name();
        if let Some(stem) = name.to_str().and_then(|n| n.strip_suffix(".json")) {
            names.push(stem.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        assert_eq!(read_json::<Vec<u8>>(&path).unwrap(), None);
        write_json(&path, &vec![1, 2, 3]).unwrap();
        write_json(&path, &vec![4]).unwrap();
        assert_eq!(read_json::<Vec<u8>>(&path).unwrap(), Some(vec![4]));
        assert_eq!(json_names(dir.path()).unwrap(), ["a"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_damaged_file_is_reported_without_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        fs::write(&path, b"{\"secret\": 13800138000").unwrap();
        let error = read_json::<Vec<u8>>(&path).unwrap_err();
        assert!(matches!(error, DiskError::Damaged { .. }));
        assert!(!error.to_string().contains("13800138000"));
    }
}
