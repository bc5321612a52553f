//! Nonces of the accounts that sign here. The counter of an account is kept on disk and never falls behind
//! what the ledger has seen, so that two signatures never share a nonce, neither across a restart nor after the
//! account signed elsewhere.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ledger_types::id::AccountId;
use ledger_types::object::NonceWindow;
use parking_lot::Mutex;

use crate::disk::{self, DiskError};

pub(super) struct Nonces {
    dir: PathBuf,
    last: Mutex<HashMap<AccountId, u64>>,
}

impl Nonces {
    pub(super) fn open(dir: &Path) -> Result<Self, DiskError> {
        disk::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), last: Mutex::default() })
    }

    /// The next nonce of an account, on disk before it is given out.
    pub(super) fn next(&self, account: &AccountId, seen: &NonceWindow) -> Result<u64, DiskError> {
        let path = self.dir.join(format!("{account}.json"));
        let mut last = self.last.lock();
        let known = match last.get(account) {
            Some(n) => *n,
            None => disk::read_json(&path)?.unwrap_or(0),
        };
        let next = known.max(seen.high) + 1;
        disk::write_json(&path, &next)?;
        last.insert(account.clone(), next);
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_rise_across_a_restart_and_follow_the_ledger() {
        let dir = tempfile::tempdir().unwrap();
        let li = AccountId::new("li").unwrap();
        let seen = |high| NonceWindow { high, seen: Vec::new() };
        let nonces = Nonces::open(dir.path()).unwrap();
        assert_eq!(nonces.next(&li, &seen(0)).unwrap(), 1);
        assert_eq!(nonces.next(&li, &seen(0)).unwrap(), 2);
        let again = Nonces::open(dir.path()).unwrap();
        assert_eq!(again.next(&li, &seen(1)).unwrap(), 3);
        assert_eq!(again.next(&li, &seen(40)).unwrap(), 41);
        assert_eq!(again.next(&AccountId::new("wang").unwrap(), &seen(0)).unwrap(), 1);
    }
}
