//! The two suites and their hash function.

use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use sm3::Digest as _;

use crate::Digest;

/// The suite of a chain, fixed at genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SuiteId {
    /// National algorithms (国密): SM2, SM3, SM4-GCM.
    #[default]
    Gm,
    /// International algorithms: Ed25519, SHA-256, AES-256-GCM.
    Intl,
}

impl SuiteId {
    /// The name as it appears in documents: `gm` or `intl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gm => "gm",
            Self::Intl => "intl",
        }
    }

    /// The digest of the concatenation of `parts`.
    pub fn hash(self, parts: &[&[u8]]) -> Digest {
        let mut hasher = self.hasher();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// A running hash.
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Gm => State::Sm3(sm3::Sm3::new()),
            Self::Intl => State::Sha256(sha2::Sha256::new()),
        })
    }
}

impl std::fmt::Display for SuiteId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A running hash of one suite.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sm3(sm3::Sm3),
    Sha256(sha2::Sha256),
}

impl Hasher {
    /// Absorbs bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sm3(h) => sm3::Digest::update(h, bytes),
            State::Sha256(h) => sha2::Digest::update(h, bytes),
        }
    }

    /// The digest of everything absorbed.
    pub fn finish(self) -> Digest {
        Digest(match self.0 {
            State::Sm3(h) => sm3::Digest::finalize(h).into(),
            State::Sha256(h) => sha2::Digest::finalize(h).into(),
        })
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sm3_gives_the_digests_of_the_standard() {
        // GM/T 0004-2012 Annex A.1 and A.2.
        let abc = SuiteId::Gm.hash(&[b"a", b"bc"]);
        assert_eq!(abc.to_string(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let long = SuiteId::Gm.hash(&[&b"abcd".repeat(16)]);
        assert_eq!(long.to_string(), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    #[test]
    fn sha256_gives_the_digest_of_the_standard() {
        // FIPS 180-4 example "abc".
        let abc = SuiteId::Intl.hash(&[b"abc"]);
        assert_eq!(abc.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_running_hash_equals_the_hash_of_the_whole() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            let mut h = suite.hasher();
            h.update(b"one ");
            h.update(b"two");
            assert_eq!(h.finish(), suite.hash(&[b"one two"]));
        }
    }

    #[test]
    fn suites_are_named_in_lower_case() {
        assert_eq!(serde_json::to_string(&SuiteId::Gm).expect("a unit variant"), "\"gm\"");
        assert_eq!(serde_json::from_str::<SuiteId>("\"intl\"").expect("a known name"), SuiteId::Intl);
        assert!(serde_json::from_str::<SuiteId>("\"GM\"").is_err());
    }
}
