//! First logins, made before the desk starts: the operator of a new node, whose account is in the genesis document.

use backend_db::local::login::{self, Login};
use backend_db::{Database, DbError};
use ledger_types::id::AccountId;

use crate::desk::{now_ms, signed};
use crate::password;

/// Why a login was not made.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Too short, or too long.
    #[error("a login password needs at least {} characters", password::CHARS_MIN)]
    Password,
    /// There is one.
    #[error("account {0} has a login already")]
    Exists(AccountId),
}

/// Makes a login for an account of the ledger.
pub async fn provision_login(
    database: &str,
    account: &AccountId,
    display_name: &str,
    password: String,
) -> Result<(), LoginError> {
    let db = Database::open(database)?;
    let password_hash = password::hash(password, "").await.map_err(|_| LoginError::Password)?;
    let row = Login {
        username: account.to_string(),
        display_name: display_name.to_owned(),
        password_hash,
        frozen: false,
        last_login_ms: None,
        created_ms: signed(now_ms()),
        version: 1,
    };
    match db.write("provision_login", |c| login::insert(c, &row)) {
        Err(e) if e.is_unique_violation() => Err(LoginError::Exists(account.clone())),
        other => Ok(other?),
    }
}
