//! One table in a file: its columns, and its rows in file order.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::arrow::csv::reader::Format;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Column;
use datafusion::dataframe::DataFrame;
use datafusion::execution::context::{SessionConfig, SessionContext};
use datafusion::prelude::{CsvReadOptions, Expr, ParquetReadOptions};
use futures::StreamExt as _;
use ledger_types::object::ColumnType;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;
use serde::{Deserialize, Serialize};

use super::encoding::{check_utf8, not_readable};
use super::error::ConnectorError;
use super::logical::{Rows, TypeGuess, logical_type};

/// Most columns of a table.
pub const COLUMNS_MAX: usize = 2_000;
/// Rows per batch.
pub const BATCH_ROWS: usize = 8_192;

/// Kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Comma-separated text in UTF-8, with or without byte order mark; the first line names the columns.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// A column as found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileColumn {
    /// Name in the file.
    pub name: String,
    /// Type in the file, in Arrow's words.
    pub source_type: String,
    /// Logical type; `None` when such a column cannot be shared.
    pub data_type: Option<ColumnType>,
}

/// What changes when a file is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// Size.
    pub bytes: u64,
    /// Time of the last change, nanoseconds since 1970.
    pub modified_ns: u64,
}

/// A flag by which a long reading is stopped.
#[derive(Debug, Clone, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// Asks the reading to stop at the next batch.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A table in a file.
#[derive(Debug, Clone)]
pub struct Table {
    kind: SourceKind,
    path: PathBuf,
    columns: Vec<FileColumn>,
}

impl Table {
    /// Opens a file and finds its columns. The types of CSV columns are text until [`Self::guess_types`] or
    /// [`Self::with_types`] says otherwise.
    pub fn open(kind: SourceKind, path: &Path) -> Result<Self, ConnectorError> {
        let columns = match kind {
            SourceKind::Csv => csv_columns(path)?,
            SourceKind::Parquet => parquet_columns(path)?,
        };
        if columns.len() > COLUMNS_MAX {
            return Err(ConnectorError::TooManyColumns { found: columns.len(), most: COLUMNS_MAX });
        }
        for (i, column) in columns.iter().enumerate() {
            if column.name.trim().is_empty() || columns[..i].iter().any(|c| c.name == column.name) {
                return Err(ConnectorError::Header { position: i + 1 });
            }
        }
        Ok(Self { kind, path: path.to_owned(), columns })
    }

    /// Kind of file.
    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// Columns in file order.
    pub fn columns(&self) -> &[FileColumn] {
        &self.columns
    }

    /// Size and time of change.
    pub fn stamp(&self) -> Result<FileStamp, ConnectorError> {
        stamp(&self.path)
    }

    /// The places of columns by name, which must all be there and shareable.
    pub fn find(&self, names: &[String]) -> Result<Vec<usize>, ConnectorError> {
        let place = |name: &String| {
            let (i, column) = self
                .columns
                .iter()
                .enumerate()
                .find(|(_, c)| &c.name == name)
                .ok_or_else(|| ConnectorError::NoColumn { column: name.clone() })?;
            match column.data_type {
                Some(_) => Ok(i),
                None => Err(ConnectorError::UnsupportedColumn {
                    column: name.clone(),
                    data_type: column.source_type.clone(),
                }),
            }
        };
        names.iter().map(place).collect()
    }

    /// Sets the logical types of CSV columns to those found earlier, by name. Typed files keep their own.
    pub fn with_types<'a>(mut self, types: impl IntoIterator<Item = (&'a str, ColumnType)>) -> Self {
        if self.kind == SourceKind::Csv {
            for (name, logical) in types {
                if let Some(column) = self.columns.iter_mut().find(|c| c.name == name) {
                    column.data_type = Some(logical);
                }
            }
        }
        self
    }

    /// Reads a CSV file once and sets the logical types that all of its values have.
    pub fn guess_types(mut self, cancel: &CancelFlag) -> Result<Self, ConnectorError> {
        if self.kind == SourceKind::Csv {
            let all: Vec<usize> = (0..self.columns.len()).collect();
            let mut guesses = vec![TypeGuess::default(); all.len()];
            self.scan(&all, cancel, |rows| {
                for (guess, column) in guesses.iter_mut().zip(&rows.columns) {
                    (0..rows.len).for_each(|i| {
                        if let Some(text) = column.cell(i).text() {
                            guess.see(&text);
                        }
                    });
                }
                Ok::<_, ConnectorError>(())
            })?;
            for (column, guess) in self.columns.iter_mut().zip(&guesses) {
                column.data_type = Some(guess.guess());
            }
        }
        Ok(self)
    }

    /// Gives every row of the chosen columns to `each`, in file order, a batch at a time. Memory holds a few
    /// batches, whatever the size of the file. Returns the number of rows.
    ///
    /// This blocks: call it from a blocking thread. It starts its own single-threaded runtime for DataFusion.
    pub fn scan<E: From<ConnectorError>>(
        &self,
        projection: &[usize],
        cancel: &CancelFlag,
        mut each: impl FnMut(Rows) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut failed = None;
        let read = self.scan_while(projection, cancel, &mut |rows| match each(rows) {
            Ok(()) => true,
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(read?),
        }
    }

    // Not generic: DataFusion is compiled into this crate, and not again into every one that scans.
    fn scan_while(
        &self,
        projection: &[usize],
        cancel: &CancelFlag,
        each: &mut dyn FnMut(Rows) -> bool,
    ) -> Result<u64, ConnectorError> {
        let types: Vec<ColumnType> =
            projection.iter().map(|i| self.columns[*i].data_type.unwrap_or(ColumnType::Text)).collect();
        if self.kind == SourceKind::Csv {
            // Before the parser: it would tell the field but not the remedy, and a character cut by a comma
            // could pass it.
            check_utf8(&self.path)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|_| ConnectorError::Damaged("no reader thread"))?;
        let reader = |e: datafusion::error::DataFusionError| ConnectorError::from_reader(&e);
        runtime.block_on(async {
            let frame = self.frame(projection).await.map_err(reader)?;
            let mut stream = frame.execute_stream().await.map_err(reader)?;
            let mut first = 0;
            while let Some(batch) = stream.next().await {
                if cancel.is_cancelled() {
                    return Err(ConnectorError::Cancelled);
                }
                let batch = batch.map_err(reader)?;
                let rows = match self.kind {
                    SourceKind::Csv => Rows::csv(&batch, first, &types)?,
                    SourceKind::Parquet => Rows::typed(&batch, first)?,
                };
                let len = rows.len as u64;
                if !each(rows) {
                    break;
                }
                first += len;
            }
            Ok(first)
        })
    }

    async fn frame(&self, projection: &[usize]) -> Result<DataFrame, datafusion::error::DataFusionError> {
        // One partition and no repartitioning: row order is file order.
        let config = SessionConfig::new()
            .with_target_partitions(1)
            .with_repartition_file_scans(false)
            .with_collect_statistics(false)
            .with_batch_size(BATCH_ROWS);
        // A fresh context for each scan: nothing is cached across changes of the file.
        let context = SessionContext::new_with_config(config);
        let url = file_url(&self.path);
        let (frame, names): (DataFrame, Vec<String>) = match self.kind {
            SourceKind::Csv => {
                // Internal names: a header may hold anything.
                let fields = (0..self.columns.len()).map(|i| Field::new(format!("c{i}"), DataType::Utf8, true));
                let schema = Schema::new(fields.collect::<Vec<_>>());
                let options =
                    CsvReadOptions::new().has_header(true).schema(&schema).newlines_in_values(true).file_extension("");
                let frame = context.read_csv(url, options).await?;
                (frame, projection.iter().map(|i| format!("c{i}")).collect())
            }
            SourceKind::Parquet => {
                let options = ParquetReadOptions { file_extension: "", ..ParquetReadOptions::default() };
                let frame = context.read_parquet(url, options).await?;
                (frame, projection.iter().map(|i| self.columns[*i].name.clone()).collect())
            }
        };
        frame.select(names.into_iter().map(|n| Expr::Column(Column::new_unqualified(n))).collect::<Vec<_>>())
    }
}

/// Size and time of change of a file.
pub fn stamp(path: &Path) -> Result<FileStamp, ConnectorError> {
    let meta = fs::metadata(path).map_err(not_readable(path))?;
    if !meta.is_file() {
        return Err(ConnectorError::NotReadable { path: path.to_owned(), reason: "not a file".into() });
    }
    let modified = meta.modified().map_err(not_readable(path))?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(FileStamp { bytes: meta.len(), modified_ns: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX) })
}

fn csv_columns(path: &Path) -> Result<Vec<FileColumn>, ConnectorError> {
    stamp(path)?;
    check_utf8(path)?;
    let mut file = BufReader::new(File::open(path).map_err(not_readable(path))?);
    let start = file.fill_buf().map_err(not_readable(path))?;
    if start.starts_with("\u{feff}".as_bytes()) {
        file.consume(3);
    }
    let schema = header(file)?;
    if schema.fields().is_empty() {
        return Err(ConnectorError::NoHeader);
    }
    let column = |f: &Arc<Field>| FileColumn {
        name: f.name().clone(),
        source_type: "Utf8".into(),
        data_type: Some(ColumnType::Text),
    };
    Ok(schema.fields().iter().map(column).collect())
}

fn header(file: impl Read) -> Result<Schema, ConnectorError> {
    let format = Format::default().with_header(true);
    Ok(format.infer_schema(file, Some(0)).map_err(|e| ConnectorError::from_arrow(&e))?.0)
}

fn parquet_columns(path: &Path) -> Result<Vec<FileColumn>, ConnectorError> {
    stamp(path)?;
    let file = File::open(path).map_err(not_readable(path))?;
    let metadata =
        ArrowReaderMetadata::load(&file, Default::default()).map_err(|_| ConnectorError::Damaged("parquet"))?;
    let column = |f: &Arc<Field>| FileColumn {
        name: f.name().clone(),
        source_type: f.data_type().to_string(),
        data_type: logical_type(f.data_type()),
    };
    Ok(metadata.schema().fields().iter().map(column).collect())
}

// A file URL, so that no character of the path is taken for a pattern.
fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(*byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}
