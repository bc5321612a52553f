//! Accounts of this organisation.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::page::page;
use crate::signing::signed;

/// What an account may do. An account may have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 数据提供方: sources, datasets, reviews, approvals of tasks on its data.
    DataOwner,
    /// 数据需求方: applies, proposes tasks, takes results.
    Requester,
    /// 审计方: walks and verifies evidence.
    Auditor,
    /// 平台运营方: accounts, node, health.
    Operator,
}

impl Role {
    /// Every role, in the order of the documents.
    pub const ALL: [Self; 4] = [Self::DataOwner, Self::Requester, Self::Auditor, Self::Operator];

    /// The role on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DataOwner => "data_owner",
            Self::Requester => "requester",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// May log in and sign.
    Active,
    /// May do neither.
    Frozen,
}

/// Where an account's signing key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// In the party room and registered on the ledger.
    Registered,
    /// In the party room, not (yet) on the ledger.
    Pending,
    /// On the ledger, but disabled there.
    Disabled,
    /// On the ledger, but this node does not hold it: it cannot sign here.
    Elsewhere,
    /// No key.
    Missing,
}

/// An account's signing key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountKey {
    /// Where it stands.
    pub state: KeyState,
    /// Public key, hex; null when there is none.
    #[schema(required)]
    pub public_key: Option<String>,
    /// Digest of the public key, to compare by voice.
    #[schema(required)]
    pub fingerprint: Option<String>,
}

/// An account of this organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    /// Account name, e.g. `li.wei`; unique in the organisation.
    pub username: String,
    /// The person's name.
    pub display_name: String,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Whether it may be used.
    pub state: AccountState,
    /// Its signing key.
    pub key: AccountKey,
    /// Set while too many wrong passwords lock it.
    #[schema(required)]
    pub locked_until: Option<Timestamp>,
    /// The last successful login.
    #[schema(required)]
    pub last_login_at: Option<Timestamp>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Row version, also the ETag.
    pub version: u64,
}

page!(/// A page of accounts.
    AccountPage of Account);

/// Filters of the list of accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Part of the name.
    pub q: Option<String>,
    /// Only with this role.
    pub role: Option<Role>,
    /// Only in this state.
    pub state: Option<AccountState>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// What of a new account goes on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountDraft {
    /// 1 to 64 of a-z, 0-9, '-', '_', '.'.
    pub username: String,
    /// The person's name. It goes on the ledger: every member of the consortium can read it.
    pub display_name: String,
    /// What it may do; at least one.
    pub roles: Vec<Role>,
}

/// A new account: its draft, its first secrets, and the operator's signature that registers its key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountCreate {
    /// The account.
    pub request: AccountDraft,
    /// First login password, at least 10 characters.
    #[schema(format = Password, write_only, min_length = 10)]
    pub password: String,
    /// The person's own signing passphrase, typed by the person; seals the new key. At least 10 characters.
    #[schema(format = Password, write_only, min_length = 10)]
    pub key_passphrase: String,
    /// The operator's consent.
    pub signing: crate::signing::Signing,
}

impl fmt::Debug for AccountCreate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountCreate").field("request", &self.request).finish_non_exhaustive()
    }
}

/// Freeze or enable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountStateChange {
    /// The new state.
    pub state: AccountState,
}

signed!(/// Freeze or enable, signed by an operator: the key is disabled or enabled on the ledger too.
    AccountStateChangeSigned of AccountStateChange);

/// A password set by an operator for somebody who forgot theirs. Ends that account's sessions and lock.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// At least 10 characters.
    #[schema(format = Password, write_only, min_length = 10)]
    pub new_password: String,
}

impl fmt::Debug for PasswordReset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordReset { .. }")
    }
}
