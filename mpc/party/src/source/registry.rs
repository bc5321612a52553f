//! The directory of registered sources, one JSON file each.

use std::path::{Path, PathBuf};

use super::{Source, SourceId, SourceLocation, SourceState};
use crate::disk;
use crate::error::PartyError;

/// The registered sources of a node and the directories they may lie in.
#[derive(Debug)]
pub struct Sources {
    dir: PathBuf,
    permitted: Vec<PathBuf>,
}

impl Sources {
    /// Opens or creates the directory of records. Files are read within `permitted` only.
    pub fn open(dir: &Path, permitted: Vec<PathBuf>) -> Result<Self, PartyError> {
        disk::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), permitted })
    }

    /// The location with its path resolved, links included, if it lies in a permitted directory.
    pub fn permit(&self, location: &SourceLocation) -> Result<SourceLocation, PartyError> {
        let not_readable = |e: std::io::Error| {
            let path = location.path.clone();
            PartyError::Connector(crate::connector::ConnectorError::NotReadable { path, reason: e.kind().to_string() })
        };
        let path = location.path.canonicalize().map_err(not_readable)?;
        // A directory that does not exist permits nothing.
        let within = self.permitted.iter().any(|dir| dir.canonicalize().is_ok_and(|dir| path.starts_with(dir)));
        if within { Ok(SourceLocation { kind: location.kind, path }) } else { Err(PartyError::PathNotPermitted) }
    }

    /// Adds a source.
    pub fn insert(&self, source: &Source) -> Result<(), PartyError> {
        let path = self.path(&source.id);
        if path.exists() {
            return Err(PartyError::SourceExists(source.id.clone()));
        }
        Ok(disk::write_json(&path, source)?)
    }

    /// Replaces the record of a source.
    pub fn update(&self, source: &Source) -> Result<(), PartyError> {
        Ok(disk::write_json(&self.path(&source.id), source)?)
    }

    /// A source.
    pub fn get(&self, id: &SourceId) -> Result<Source, PartyError> {
        disk::read_json(&self.path(id))?.ok_or_else(|| PartyError::NoSource(id.clone()))
    }

    /// A source that may be read.
    pub fn active(&self, id: &SourceId) -> Result<Source, PartyError> {
        let source = self.get(id)?;
        match source.state {
            SourceState::Active => Ok(source),
            SourceState::Frozen => Err(PartyError::SourceFrozen(id.clone())),
        }
    }

    /// All of them, by id.
    pub fn list(&self) -> Result<Vec<Source>, PartyError> {
        let mut sources = Vec::new();
        for name in disk::json_names(&self.dir)? {
            if let Ok(id) = SourceId::new(name) {
                sources.push(self.get(&id)?);
            }
        }
        Ok(sources)
    }

    /// Forgets a source; the file itself stays.
    pub fn remove(&self, id: &SourceId) -> Result<(), PartyError> {
        self.get(id)?;
        Ok(disk::remove(&self.path(id))?)
    }

    fn path(&self, id: &SourceId) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::SourceKind;

    #[test]
    fn only_files_in_permitted_directories_are_read_whatever_the_path_says() {
        let dir = tempfile::tempdir().unwrap();
        let (data, other) = (dir.path().join("data"), dir.path().join("other"));
        std::fs::create_dir_all(&data).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        std::fs::write(data.join("a.csv"), "id\n1\n").unwrap();
        std::fs::write(other.join("b.csv"), "id\n1\n").unwrap();
        std::os::unix::fs::symlink(other.join("b.csv"), data.join("link.csv")).unwrap();
        let sources = Sources::open(&dir.path().join("sources"), vec![data.clone()]).unwrap();
        let at = |path: PathBuf| SourceLocation { kind: SourceKind::Csv, path };
        assert!(sources.permit(&at(data.join("a.csv"))).is_ok());
        for path in [other.join("b.csv"), data.join("../other/b.csv"), data.join("link.csv")] {
            assert!(matches!(sources.permit(&at(path)), Err(PartyError::PathNotPermitted)));
        }
        assert!(matches!(sources.permit(&at(data.join("none.csv"))), Err(PartyError::Connector(_))));
    }
}
