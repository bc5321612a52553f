//! Members.

use diesel::prelude::*;

use crate::Connection;
use crate::schema::organisations;

type Result<T> = std::result::Result<T, diesel::result::Error>;

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = organisations)]
pub struct Organisation {
    /// Id.
    pub id: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Takes part.
    pub active: bool,
    /// Votes on blocks.
    pub validator: bool,
    /// Key of its node, hex.
    pub node_key: String,
    /// When it joined.
    pub joined_ms: i64,
}

/// Adds or replaces.
pub fn put(c: &mut Connection, row: &Organisation) -> Result<()> {
    diesel::delete(organisations::table.find(&row.id)).execute(c)?;
    diesel::insert_into(organisations::table).values(row).execute(c).map(drop)
}

/// Every member, by id.
pub fn all(c: &mut Connection) -> Result<Vec<Organisation>> {
    organisations::table.order(organisations::id).load(c)
}

/// A member.
pub fn find(c: &mut Connection, id: &str) -> Result<Option<Organisation>> {
    organisations::table.find(id).first(c).optional()
}
