//! Where an organisation's own rows come from. CSV and Parquet files, read through DataFusion in file order
//! with bounded memory.

pub mod cell;
mod encoding;
mod error;
mod logical;
mod mock;
mod profile;
mod sketch;
mod table;

pub use cell::Cell;
pub use error::{ConnectorError, EncodingGuess};
pub use logical::{Rows, Values, logical_type};
pub use mock::mock_rows;
pub use profile::{ColumnProfile, KeyProfile, Profiler};
pub use table::{BATCH_ROWS, COLUMNS_MAX, CancelFlag, FileColumn, FileStamp, SourceKind, Table, stamp};
