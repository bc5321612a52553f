//! Why a rule did not let something through, and failures of the store below the rules.

use std::collections::BTreeMap;
use std::fmt;

use ledger_types::cbor::CborError;
use ledger_types::receipt::Outcome;

use crate::RuleCode;

/// The world state could not be read. Not a matter of rules: a node stops instead of deciding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The store failed.
    #[error("reading the world state: {0}")]
    Store(String),
    /// A stored value is not the object that its key promises.
    #[error("the value under {key} is damaged: {source}")]
    Corrupt {
        /// The key, as text.
        key: String,
        /// What the decoder said.
        source: CborError,
    },
}

/// A rule forbade it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Which rule.
    pub code: RuleCode,
    /// Parameters for the message, by name.
    pub params: BTreeMap<String, String>,
}

impl Rejection {
    /// A rejection without parameters.
    pub fn new(code: RuleCode) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for (i, (name, value)) in self.params.iter().enumerate() {
            write!(f, "{}{name}={value}", if i == 0 { ": " } else { ", " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejection {}

impl From<Rejection> for Outcome {
    fn from(r: Rejection) -> Self {
        Self::Refused { code: r.code.as_str().to_owned(), params: r.params }
    }
}

/// A rule forbade it, or the state could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Forbidden.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Not decided.
    #[error(transparent)]
    State(#[from] StateError),
}

impl RuleError {
    /// The rejection, when it is one.
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(r) => Some(r),
            Self::State(_) => None,
        }
    }
}

/// A transaction that must not be in a block: a proposer drops it, a validator rejects a block that
/// contains it. ([`RuleError::State`] is no verdict on the transaction.)
pub type Inadmissible = RuleError;

/// Shorthand for `Err(Rejection::new(code)…)`.
pub(crate) fn refuse<T, E: From<Rejection>>(code: RuleCode) -> Result<T, E> {
    Err(Rejection::new(code).into())
}
