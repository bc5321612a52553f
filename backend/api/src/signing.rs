//! What a person gives to sign a ledger action.
//!
//! Every endpoint that puts something on the ledger takes `{request, signing}`: `request` is the same
//! object that `POST /v1/previews` explains and digests, so that a person signs exactly what was shown.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

/// Consent to sign. The passphrase opens the person's key in the party room, is used once and is never
/// stored or logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The person's own signing passphrase.
    #[schema(format = Password, write_only)]
    pub passphrase: String,
    /// `digest` of the preview the person saw. When given and the action to be signed differs: 409 `digest_differs`.
    #[serde(default)]
    pub seen_digest: Option<String>,
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").field("seen_digest", &self.seen_digest).finish_non_exhaustive()
    }
}

/// Declares the body of an endpoint that signs.
macro_rules! signed {
    ($(#[$doc:meta])* $name:ident of $request:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// What is asked; the same object as in the preview.
            pub request: $request,
            /// The person's consent.
            pub signing: $crate::signing::Signing,
        }
    };
}
pub(crate) use signed;

/// Where an action stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerReceipt {
    /// Transaction id: show it, search it, verify it.
    pub transaction: String,
    /// Height of the block that holds it.
    pub height: u64,
    /// Time of that block.
    pub time: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_does_not_print() {
        let s = Signing { passphrase: "correct horse".into(), seen_digest: None };
        assert!(!format!("{s:?}").contains("horse"));
    }
}
