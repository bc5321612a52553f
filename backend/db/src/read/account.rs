//! Accounts as registered on the ledger.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::accounts;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// `org/account`.
    pub id: String,
    /// Organisation.
    pub org: String,
    /// Account.
    pub account: String,
    /// Name to show.
    pub display_name: String,
    /// Roles, separated by commas.
    pub roles: String,
    /// May act.
    pub active: bool,
    /// Its key, hex.
    pub public_key: String,
    /// When it was registered.
    pub registered_ms: i64,
    /// Latest change.
    pub updated_ms: i64,
}

/// Adds or replaces; the time of registration stays.
pub fn put(c: &mut Connection, mut row: Account) -> Result<()> {
    if let Some(old) = find(c, &row.id)? {
        row.registered_ms = old.registered_ms;
    }
    diesel::delete(accounts::table.find(&row.id)).execute(c)?;
    diesel::insert_into(accounts::table).values(&row).execute(c).map(drop)
}

/// An account by `org/account`.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Account>> {
    accounts::table.find(id).first(c).optional()
}

/// Accounts of an organisation, by name.
pub fn of_org(c: &mut Connection, org: &str) -> Result<Vec<Account>> {
    accounts::table.filter(accounts::org.eq(org)).order(accounts::account).load(c)
}

/// Accounts per organisation.
pub fn counts(c: &mut Connection) -> Result<Vec<(String, i64)>> {
    accounts::table.group_by(accounts::org).select((accounts::org, diesel::dsl::count_star())).load(c)
}
