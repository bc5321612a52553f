//! Accounts.

use backend_api::Timestamp;
use backend_api::account::{Account, AccountKey, AccountState, KeyState, Role};
use backend_db::local::login::{Failures, Login};
use backend_db::read::account::Account as Registered;
use ledger_crypto::PublicKey;
use ledger_types::object::Role as LedgerRole;

use crate::desk::{Desk, unsigned};

/// A person's role; the node's own is none.
pub fn role(role: LedgerRole) -> Option<Role> {
    match role {
        LedgerRole::DataOwner => Some(Role::DataOwner),
        LedgerRole::Requester => Some(Role::Requester),
        LedgerRole::Auditor => Some(Role::Auditor),
        LedgerRole::Operator => Some(Role::Operator),
        LedgerRole::Node => None,
    }
}

/// The role on the ledger.
pub fn ledger_role(role: Role) -> LedgerRole {
    match role {
        Role::DataOwner => LedgerRole::DataOwner,
        Role::Requester => LedgerRole::Requester,
        Role::Auditor => LedgerRole::Auditor,
        Role::Operator => LedgerRole::Operator,
    }
}

/// Roles as the read model writes them.
pub fn roles(text: &str) -> Vec<Role> {
    Role::ALL.into_iter().filter(|r| text.split(',').any(|name| name == r.as_str())).collect()
}

/// An account from its login, its entry on the ledger and the key held here.
pub fn account(
    desk: &Desk,
    login: &Login,
    registered: Option<&Registered>,
    held: Option<&PublicKey>,
    failures: Option<&Failures>,
    now_ms: u64,
) -> Account {
    let on_ledger = registered.map(|r| r.public_key.as_str());
    let held_hex = held.map(|k| hex::encode(k.as_bytes()));
    let state = match (on_ledger, held_hex.as_deref()) {
        (Some(_), _) if registered.is_some_and(|r| !r.active) => KeyState::Disabled,
        (Some(a), Some(b)) if a == b => KeyState::Registered,
        (Some(_), _) => KeyState::Elsewhere,
        (None, Some(_)) => KeyState::Pending,
        (None, None) => KeyState::Missing,
    };
    let public_key = on_ledger.map(str::to_owned).or(held_hex);
    let suite = desk.ledger.suite();
    let fingerprint = public_key.as_ref().and_then(|hex_key| {
        let key = PublicKey::from_bytes(suite, &hex::decode(hex_key).ok()?).ok()?;
        Some(key.fingerprint(suite).to_string())
    });
    let frozen = login.frozen || registered.is_some_and(|r| !r.active);
    Account {
        username: login.username.clone(),
        display_name: login.display_name.clone(),
        roles: registered.map(|r| roles(&r.roles)).unwrap_or_default(),
        state: if frozen { AccountState::Frozen } else { AccountState::Active },
        key: AccountKey { state, public_key, fingerprint },
        locked_until: failures
            .and_then(|f| f.locked_until_ms)
            .map(unsigned)
            .filter(|until| *until > now_ms)
            .map(Timestamp),
        last_login_at: login.last_login_ms.map(|ms| Timestamp(unsigned(ms))),
        created_at: Timestamp(unsigned(login.created_ms)),
        version: unsigned(login.version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_survive_the_ledger_and_the_read_model() {
        for r in Role::ALL {
            assert_eq!(role(ledger_role(r)), Some(r));
            assert_eq!(roles(&format!("x,{}", r.as_str())), [r]);
        }
        assert_eq!(role(LedgerRole::Node), None);
    }
}
