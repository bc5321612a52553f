//! Connections, the pool, named transactions.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool};
use diesel::{Connection as _, PgConnection, RunQueryDsl, SqliteConnection};
use parking_lot::Mutex;

use crate::DbError;
use crate::migration;

mod multi {
    #![allow(missing_docs)]
    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum DeskConnection {
        /// Embedded.
        Sqlite(SqliteConnection),
        /// Server.
        Postgres(PgConnection),
    }
}
pub use multi::{DeskConnection as Connection, MultiBackend};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Embedded.
    Sqlite,
    /// Server.
    Postgres,
}

impl DatabaseKind {
    /// Name for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// Most connections at once.
const CONNECTIONS_MAX: u32 = 8;
/// How long to wait for a connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

struct Manager {
    kind: DatabaseKind,
    address: String,
}

#[derive(Debug)]
struct ConnectError(String);
impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for ConnectError {}

fn connect_error(e: impl std::fmt::Display) -> ConnectError {
    ConnectError(e.to_string())
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = ConnectError;

    fn connect(&self) -> Result<Connection, ConnectError> {
        match self.kind {
            DatabaseKind::Sqlite => {
                let mut c = SqliteConnection::establish(&self.address).map_err(connect_error)?;
                // The write-ahead log lets readers go on while a block is projected.
                c.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                     PRAGMA foreign_keys = ON;",
                )
                .map_err(connect_error)?;
                Ok(Connection::Sqlite(c))
            }
            DatabaseKind::Postgres => {
                PgConnection::establish(&self.address).map(Connection::Postgres).map_err(connect_error)
            }
        }
    }

    fn is_valid(&self, c: &mut Connection) -> Result<(), ConnectError> {
        diesel::sql_query("SELECT 1").execute(c).map(drop).map_err(connect_error)
    }

    fn has_broken(&self, _: &mut Connection) -> bool {
        std::thread::panicking()
    }
}

/// The desk's database. Cheap to clone; calls block.
#[derive(Clone)]
pub struct Database {
    kind: DatabaseKind,
    pool: Pool<Manager>,
    /// SQLite has one writer; waiting here is fairer than retrying on busy.
    writer: Arc<Mutex<()>>,
}

impl Database {
    /// Opens `sqlite:PATH` or `postgres://…`, checks the schema version and runs the migrations that are missing.
    pub fn open(address: &str) -> Result<Self, DbError> {
        let (kind, address) = if let Some(path) = address.strip_prefix("sqlite:") {
            (DatabaseKind::Sqlite, path.to_owned())
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            (DatabaseKind::Postgres, address.to_owned())
        } else {
            // Never the address itself: it may hold a password.
            let scheme = address.split(':').next().unwrap_or_default();
            return Err(DbError::Address(scheme.to_owned()));
        };
        let manager = Manager { kind, address };
        let mut first = manager.connect().map_err(|e| DbError::Unavailable(e.to_string()))?;
        migration::bring_up_to_date(&mut first)?;
        drop(first);
        let pool = Pool::builder()
            .max_size(CONNECTIONS_MAX)
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_TIMEOUT)
            .build(manager)
            .map_err(|e| DbError::Unavailable(e.to_string()))?;
        Ok(Self { kind, pool, writer: Arc::default() })
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Runs a named transaction that only reads.
    pub fn read<T>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut Connection) -> Result<T, diesel::result::Error>,
    ) -> Result<T, DbError> {
        let mut c = self.pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?;
        (*c).transaction(f).map_err(|source| DbError::Query { name, source })
    }

    /// Runs a named transaction that writes: all of it happens, or nothing.
    pub fn write<T>(
        &self,
        name: &'static str,
        f: impl FnOnce(&mut Connection) -> Result<T, diesel::result::Error>,
    ) -> Result<T, DbError> {
        let _writer = (self.kind == DatabaseKind::Sqlite).then(|| self.writer.lock());
        let mut c = self.pool.get().map_err(|e| DbError::Unavailable(e.to_string()))?;
        tracing::trace!(transaction = name, "database write");
        (*c).transaction(f).map_err(|source| DbError::Query { name, source })
    }
}

/// Runs one insertion of many rows. The derived connection cannot batch, each of the two can.
macro_rules! insert_batch {
    ($c:expr, $table:expr, $rows:expr) => {
        match $c {
            $crate::Connection::Sqlite(c) => diesel::insert_into($table).values($rows).execute(c),
            $crate::Connection::Postgres(c) => diesel::insert_into($table).values($rows).execute(c),
        }
    };
}
pub(crate) use insert_batch;
