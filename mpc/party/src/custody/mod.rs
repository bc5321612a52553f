//! Custody of keys. The node's key is opened once at start and stays in memory; the key of a person is sealed
//! under that person's own passphrase and is in memory only while it signs. Nobody else's passphrase opens it,
//! not the operator's and not the node's.

mod nonce;
mod passphrase;
mod preview;
mod signer;

use std::path::{Path, PathBuf};

use ledger_crypto::keyfile::{self, KeyFile, KeyFileError};
use ledger_crypto::{PublicKey, SigningKey, SuiteId};
use ledger_types::id::AccountId;
use ledger_types::object::NODE_ACCOUNT;
use serde::{Deserialize, Serialize};

pub use passphrase::Passphrase;
pub use preview::{Preview, PreviewLine, SignedObject, preview};
pub use signer::{Signer, Submitted};

use crate::disk::{self, DiskError};

/// Something is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// There is no key for this account here.
    #[error("this node holds no key of account {0}")]
    NoKey(AccountId),
    /// There is one already.
    #[error("this node already holds a key of account {0}")]
    KeyExists(AccountId),
    /// The node's own account is not a person's.
    #[error("the account {0} is the node's own")]
    Reserved(AccountId),
    /// The passphrase is too short to protect anything.
    #[error("a passphrase needs at least {least} characters")]
    PassphraseTooShort {
        /// How many it needs.
        least: usize,
    },
    /// The key file does not open.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The key could not be made.
    #[error(transparent)]
    Key(#[from] ledger_crypto::KeyError),
    /// The key belongs to another suite than the chain.
    #[error("the key is for suite {found}, the chain uses {expected}")]
    OtherSuite {
        /// Of the key.
        found: SuiteId,
        /// Of the chain.
        expected: SuiteId,
    },
    /// The directory cannot be used.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// Fewest characters of a person's signing passphrase (NIST SP 800-63B §5.1.1.1 asks for eight).
pub const PASSPHRASE_CHARS_MIN: usize = 8;

/// What the room tells about a key it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    /// Whose.
    pub account: AccountId,
    /// The public half.
    pub public_key: PublicKey,
}

/// A directory of key files, one per account.
#[derive(Debug)]
pub struct KeyStore {
    dir: PathBuf,
    suite: SuiteId,
}

impl KeyStore {
    /// Opens or creates the directory.
    pub fn open(dir: &Path, suite: SuiteId) -> Result<Self, CustodyError> {
        disk::private_dir(dir)?;
        Ok(Self { dir: dir.to_owned(), suite })
    }

    /// Makes a key for a person and seals it under the person's passphrase. This takes about a tenth of a
    /// second of one core by design (Argon2id): call it from a blocking thread.
    pub fn create(&self, account: &AccountId, passphrase: &Passphrase) -> Result<PublicKey, CustodyError> {
        Self::person(account)?;
        passphrase.check_length(PASSPHRASE_CHARS_MIN)?;
        if self.path(account).exists() {
            return Err(CustodyError::KeyExists(account.clone()));
        }
        let key = SigningKey::generate(self.suite)?;
        disk::write_json(&self.path(account), &keyfile::seal(&key, passphrase.expose())?)?;
        Ok(key.public_key())
    }

    /// Takes in a key file that was made elsewhere, unopened.
    pub fn import(&self, account: &AccountId, file: &KeyFile) -> Result<PublicKey, CustodyError> {
        Self::person(account)?;
        if self.path(account).exists() {
            return Err(CustodyError::KeyExists(account.clone()));
        }
        if file.suite != self.suite {
            return Err(CustodyError::OtherSuite { found: file.suite, expected: self.suite });
        }
        disk::write_json(&self.path(account), file)?;
        Ok(file.public_key)
    }

    /// Seals a person's key under another passphrase.
    pub fn change_passphrase(
        &self,
        account: &AccountId,
        old: &Passphrase,
        new: &Passphrase,
    ) -> Result<(), CustodyError> {
        new.check_length(PASSPHRASE_CHARS_MIN)?;
        let key = self.unlock(account, old)?;
        disk::write_json(&self.path(account), &keyfile::seal(&key, new.expose())?)?;
        Ok(())
    }

    /// Opens a person's key for one use. As slow as [`Self::create`].
    pub fn unlock(&self, account: &AccountId, passphrase: &Passphrase) -> Result<SigningKey, CustodyError> {
        let file = self.file(account)?;
        let key = keyfile::open(&file, passphrase.expose())?;
        if key.suite() == self.suite {
            Ok(key)
        } else {
            Err(CustodyError::OtherSuite { found: key.suite(), expected: self.suite })
        }
    }

    /// The keys held here, by account.
    pub fn list(&self) -> Result<Vec<KeyInfo>, CustodyError> {
        let mut keys = Vec::new();
        for name in disk::json_names(&self.dir)? {
            let Ok(account) = AccountId::new(name) else { continue };
            keys.push(KeyInfo { public_key: self.file(&account)?.public_key, account });
        }
        Ok(keys)
    }

    /// The public half of a person's key.
    pub fn public_key(&self, account: &AccountId) -> Result<PublicKey, CustodyError> {
        Ok(self.file(account)?.public_key)
    }

    fn file(&self, account: &AccountId) -> Result<KeyFile, CustodyError> {
        disk::read_json(&self.path(account))?.ok_or_else(|| CustodyError::NoKey(account.clone()))
    }

    fn person(account: &AccountId) -> Result<(), CustodyError> {
        if account.as_str() == NODE_ACCOUNT { Err(CustodyError::Reserved(account.clone())) } else { Ok(()) }
    }

    fn path(&self, account: &AccountId) -> PathBuf {
        self.dir.join(format!("{account}.json"))
    }
}

/// Opens the node's own key file, once at start. As slow as [`KeyStore::create`].
pub fn open_node_key(path: &Path, passphrase: &Passphrase) -> Result<SigningKey, CustodyError> {
    let missing = || disk::io_error(path)(std::io::ErrorKind::NotFound.into());
    let file: KeyFile = disk::read_json(path)?.ok_or_else(missing)?;
    Ok(keyfile::open(&file, passphrase.expose())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_key_opens_with_that_persons_passphrase_only() {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path(), SuiteId::Gm).unwrap();
        let li = AccountId::new("li.wei").unwrap();
        let public = store.create(&li, &"correct horse".into()).unwrap();
        assert_eq!(store.unlock(&li, &"correct horse".into()).unwrap().public_key(), public);
        let wrong = store.unlock(&li, &"wrong horse!".into());
        assert!(matches!(wrong, Err(CustodyError::KeyFile(KeyFileError::WrongPassphrase))));
        assert!(matches!(store.create(&li, &"another one".into()), Err(CustodyError::KeyExists(_))));
        assert_eq!(store.list().unwrap(), [KeyInfo { account: li.clone(), public_key: public }]);
        store.change_passphrase(&li, &"correct horse".into(), &"battery staple".into()).unwrap();
        assert!(store.unlock(&li, &"correct horse".into()).is_err());
        assert_eq!(store.unlock(&li, &"battery staple".into()).unwrap().public_key(), public);
    }

    #[test]
    fn short_passphrases_unknown_accounts_and_the_nodes_account_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = KeyStore::open(dir.path(), SuiteId::Gm).unwrap();
        let li = AccountId::new("li.wei").unwrap();
        assert!(matches!(store.create(&li, &"short".into()), Err(CustodyError::PassphraseTooShort { .. })));
        assert!(matches!(store.unlock(&li, &"correct horse".into()), Err(CustodyError::NoKey(_))));
        let node = AccountId::new(NODE_ACCOUNT).unwrap();
        assert!(matches!(store.create(&node, &"correct horse".into()), Err(CustodyError::Reserved(_))));
    }
}
