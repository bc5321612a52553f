//! What can go wrong with a database.

/// Failures of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The address names neither SQLite nor PostgreSQL.
    #[error("database address must start with sqlite: or postgres:, not {0:?}")]
    Address(String),
    /// No connection.
    #[error("cannot connect to the database: {0}")]
    Unavailable(String),
    /// A named transaction failed.
    #[error("database transaction {name}: {source}")]
    Query {
        /// Name of the transaction.
        name: &'static str,
        /// What diesel said.
        source: diesel::result::Error,
    },
    /// A migration failed.
    #[error("database migration: {0}")]
    Migration(String),
    /// The database was made by a newer version of the software.
    #[error("the database has schema {found}, this software knows up to {known}: use the newer software")]
    SchemaNewer {
        /// Version in the database.
        found: String,
        /// Latest version known here.
        known: &'static str,
    },
}

impl DbError {
    /// A row with this key exists already.
    pub fn is_unique_violation(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, Self::Query { source: Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _), .. })
    }
}
