//! Typed identifiers. Short names chosen by people (`OrgId`, `AccountId`, `DatasetId`, `ChainId`) are
//! checked slugs; identifiers of signed things (`TxId`, `TaskId`) are digests of their canonical bytes.

use std::fmt;
use std::str::FromStr;

use ledger_crypto::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Height of a block; the genesis state is height 0, the first block is height 1.
pub type Height = u64;

/// Milliseconds since 1970-01-01T00:00:00Z, as agreed in a block header.
pub type TimeMs = u64;

/// Longest slug in bytes.
pub const SLUG_BYTES_MAX: usize = 64;

/// A name that is not a slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {value:?} must be 1 to 64 characters of a-z, 0-9, '-', '_' or '.', starting with a letter or digit")]
pub struct IdError {
    /// Which identifier was asked for.
    pub kind: &'static str,
    /// What was given.
    pub value: String,
}

fn is_slug(s: &str) -> bool {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.');
    let first = s.as_bytes().first().copied();
    s.len() <= SLUG_BYTES_MAX
        && s.bytes().all(ok)
        && first.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a name.
            pub fn new(s: impl Into<String>) -> Result<Self, IdError> {
                let s = s.into();
                if is_slug(&s) { Ok(Self(s)) } else { Err(IdError { kind: stringify!($name), value: s }) }
            }

            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(s: &str) -> Result<Self, IdError> {
                Self::new(s)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(d)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

slug!(/// An organisation (机构), a member of the consortium, e.g. `rsj`.
    OrgId);
slug!(/// An account of a person or of the node itself within one organisation, e.g. `li.wei` or `node`.
    AccountId);
slug!(/// A dataset (数据集) in the catalogue, unique in the consortium, e.g. `rsj.social-insurance`.
    DatasetId);
slug!(/// One chain (链).
    ChainId);
slug!(/// An application for data (用数申请), chosen by the applicant, unique in the consortium.
    ApplicationId);
slug!(/// A grant (授权), chosen by the owner when it approves, unique in the consortium.
    GrantId);

macro_rules! digest_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Digest);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl FromStr for $name {
            type Err = ledger_crypto::HexError;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    };
}

digest_id!(/// Identifier of a transaction: tagged digest of its canonical bytes, signature excluded.
    TxId);
digest_id!(/// Identifier of a task: tagged digest of its specification; what every approver signs.
    TaskId);
digest_id!(/// One run of a task: H(task ‖ previous block ‖ height ‖ attempt), chosen by no single party.
    SessionId);

/// An account seen from the whole consortium: `org/account`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRef {
    /// The organisation that answers for the account.
    pub org: OrgId,
    /// The account within it.
    pub account: AccountId,
}

impl fmt::Display for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.org, self.account)
    }
}

impl fmt::Debug for AccountRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_and_bounded() {
        assert!(OrgId::new("rsj").is_ok());
        assert!(DatasetId::new("rsj.social-insurance_2026").is_ok());
        for bad in ["", "Rsj", "-x", "a b", "人社局", &"a".repeat(65)] {
            assert!(OrgId::new(bad).is_err(), "{bad}");
        }
    }
}
