//! Migrations: append-only, in pairs (up and down, SQLite and PostgreSQL).

use diesel::backend::Backend;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{Connection, DbError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Version of the latest migration.
pub const SCHEMA_VERSION: &str = "0001";

/// Refuses a database from the future, then runs what is missing.
pub(crate) fn bring_up_to_date(c: &mut Connection) -> Result<(), DbError> {
    match c {
        Connection::Sqlite(c) => run(c, SQLITE),
        Connection::Postgres(c) => run(c, POSTGRES),
    }
}

fn run<DB: Backend>(c: &mut impl MigrationHarness<DB>, migrations: EmbeddedMigrations) -> Result<(), DbError> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| DbError::Migration(e.to_string());
    let applied = c.applied_migrations().map_err(failed)?;
    if let Some(newest) = applied.iter().map(ToString::to_string).max()
        && newest.as_str() > SCHEMA_VERSION
    {
        return Err(DbError::SchemaNewer { found: newest, known: SCHEMA_VERSION });
    }
    for version in c.run_pending_migrations(migrations).map_err(failed)? {
        tracing::info!(%version, "database migrated");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_has_four_files_and_the_last_one_is_the_schema_version() {
        let names = |backend: &str| {
            let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
            let mut names: Vec<String> = std::fs::read_dir(&dir)
                .expect("the migrations are in the source tree")
                .map(|e| e.expect("readable").file_name().into_string().expect("plain name"))
                .inspect(|n| {
                    for f in ["up.sql", "down.sql"] {
                        assert!(dir.join(n).join(f).is_file(), "{backend}/{n}/{f}");
                    }
                })
                .collect();
            names.sort();
            names
        };
        assert_eq!(names("sqlite"), names("postgres"));
        assert!(names("sqlite").last().expect("at least one").starts_with(SCHEMA_VERSION));
    }
}
