//! Signing in and out. The session cookie is `HttpOnly; SameSite=Strict`; every change also needs the
//! `X-CSRF-Token` header with the token given here.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;
use crate::account::Account;
use crate::organisation::OrganisationRef;

/// Name and password of an account of this node's organisation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionCreate {
    /// Account name.
    pub username: String,
    /// Login password (not the signing passphrase).
    #[schema(format = Password, write_only)]
    pub password: String,
}

impl fmt::Debug for SessionCreate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCreate").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Who I am here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// My account.
    pub account: Account,
    /// The organisation this node acts for.
    pub organisation: OrganisationRef,
    /// Send back as `X-CSRF-Token` with every POST, PUT and DELETE.
    pub csrf_token: String,
    /// When the session ends if unused.
    pub expires_at: Timestamp,
}

/// A new login password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    #[schema(format = Password, write_only)]
    pub current_password: String,
    /// The password from now on, at least 10 characters.
    #[schema(format = Password, write_only, min_length = 10)]
    pub new_password: String,
}

impl fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordChange { .. }")
    }
}
