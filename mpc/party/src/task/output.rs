//! The receiver's result file: its own kept columns and the other side's released columns of matched rows.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use ledger_crypto::{Digest, SuiteId};
use ledger_types::object::ColumnType;
use ledger_types::task::ResultFormat;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::error::RunError;
use crate::connector::{Cell, cell};
use crate::disk;

/// Rows collected before they are given to the Parquet writer.
const BATCH_ROWS: usize = 8_192;

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputColumn {
    pub name: String,
    pub data_type: ColumnType,
}

/// Writes a result file row by row.
pub(crate) struct OutputWriter {
    rows: u64,
    sink: Sink,
}

enum Sink {
    Csv { file: BufWriter<File>, line: Vec<u8> },
    Parquet { writer: Box<ArrowWriter<File>>, schema: Arc<Schema>, builders: Vec<Builder>, held: usize },
}

enum Builder {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Bytes(BinaryBuilder),
}

impl OutputWriter {
    /// Creates the file, private to the node's user.
    pub fn create(path: &Path, format: ResultFormat, columns: Vec<OutputColumn>) -> Result<Self, RunError> {
        let file = disk::private_file(path)?;
        let sink = match format {
            ResultFormat::Csv => {
                let mut line = Vec::new();
                let names = columns.iter().map(|c| Cell::Text(Cow::Borrowed(&c.name)));
                csv_line(names, &mut line);
                let mut file = BufWriter::with_capacity(1 << 18, file);
                file.write_all(&line).map_err(write_failed)?;
                Sink::Csv { file, line }
            }
            ResultFormat::Parquet => {
                let fields: Vec<Field> =
                    columns.iter().map(|c| Field::new(&c.name, arrow_type(c.data_type), true)).collect();
                let schema = Arc::new(Schema::new(fields));
                let level = ZstdLevel::try_new(3).map_err(|_| RunError::Internal("zstd level"))?;
                let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
                let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties))
                    .map_err(|_| RunError::Internal("parquet writer"))?;
                let builders = columns.iter().map(|c| Builder::new(c.data_type)).collect();
                Sink::Parquet { writer: Box::new(writer), schema, builders, held: 0 }
            }
        };
        Ok(Self { rows: 0, sink })
    }

    /// Writes a row: one cell per column, each of its column's type ([`conform`]).
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<(), RunError> {
        match &mut self.sink {
            Sink::Csv { file, line } => {
                line.clear();
                csv_line(cells, line);
                file.write_all(line).map_err(write_failed)?;
            }
            Sink::Parquet { builders, held, .. } => {
                for (builder, cell) in builders.iter_mut().zip(cells) {
                    builder.push(&cell)?;
                }
                *held += 1;
                if *held >= BATCH_ROWS {
                    self.flush_batch()?;
                }
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn flush_batch(&mut self) -> Result<(), RunError> {
        let Sink::Parquet { writer, schema, builders, held } = &mut self.sink else { return Ok(()) };
        if *held > 0 {
            let arrays = builders.iter_mut().map(Builder::finish).collect();
            let batch = RecordBatch::try_new(Arc::clone(schema), arrays).map_err(|_| RunError::PayloadMalformed)?;
            writer.write(&batch).map_err(|e| write_failed(std::io::Error::other(e)))?;
            *held = 0;
        }
        Ok(())
    }

    /// Finishes and syncs the file; gives the number of rows.
    pub fn finish(mut self) -> Result<u64, RunError> {
        self.flush_batch()?;
        let file = match self.sink {
            Sink::Csv { file, .. } => file.into_inner().map_err(|e| write_failed(e.into_error()))?,
            Sink::Parquet { writer, .. } => writer.into_inner().map_err(|e| write_failed(std::io::Error::other(e)))?,
        };
        file.sync_all().map_err(write_failed)?;
        Ok(self.rows)
    }
}

fn write_failed(e: std::io::Error) -> RunError {
    RunError::Disk(disk::io_error(Path::new("result file"))(e))
}

fn arrow_type(logical: ColumnType) -> DataType {
    match logical {
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Binary => DataType::Binary,
        // A time keeps its own words: files with and without zones could not share one Arrow type without loss.
        ColumnType::Text | ColumnType::Timestamp => DataType::Utf8,
    }
}

/// Checks that a cell has the type of its column, which for a peer's cells is not to be taken for granted, and
/// turns the bytes of floating numbers back into numbers.
pub(super) fn conform(cell: Cell<'_>, logical: ColumnType) -> Result<Cell<'_>, RunError> {
    Ok(match (logical, cell) {
        (_, Cell::Null) => Cell::Null,
        (ColumnType::Number, Cell::Bytes(b)) => Cell::Float(cell::float(&b).ok_or(RunError::PayloadMalformed)?),
        (ColumnType::Number, Cell::Text(s)) => {
            // "inf" and "nan" would parse too.
            let plain = s.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.'));
            if plain && s.parse::<f64>().is_ok() { Cell::Text(s) } else { return Err(RunError::PayloadMalformed) }
        }
        (ColumnType::Date, Cell::Text(s)) if days(&s).is_some() => Cell::Text(s),
        (ColumnType::Text | ColumnType::Timestamp, c @ Cell::Text(_))
        | (ColumnType::Integer, c @ Cell::Int(_))
        | (ColumnType::Number, c @ Cell::Float(_))
        | (ColumnType::Boolean, c @ Cell::Bool(_))
        | (ColumnType::Binary, c @ Cell::Bytes(_)) => c,
        _ => return Err(RunError::PayloadMalformed),
    })
}

fn days(s: &str) -> Option<i32> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = time::Date::parse(s, &format).ok()?;
    Some(date.to_julian_day() - time::macros::date!(1970 - 01 - 01).to_julian_day())
}

impl Builder {
    fn new(logical: ColumnType) -> Self {
        match logical {
            ColumnType::Integer => Self::Int(Int64Builder::new()),
            ColumnType::Number => Self::Float(Float64Builder::new()),
            ColumnType::Boolean => Self::Bool(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Binary => Self::Bytes(BinaryBuilder::new()),
            ColumnType::Text | ColumnType::Timestamp => Self::Text(StringBuilder::new()),
        }
    }

    fn push(&mut self, cell: &Cell<'_>) -> Result<(), RunError> {
        let malformed = || RunError::PayloadMalformed;
        match (self, cell) {
            (Self::Text(b), Cell::Text(s)) => b.append_value(s),
            (Self::Text(b), Cell::Null) => b.append_null(),
            (Self::Int(b), Cell::Int(i)) => b.append_value(*i),
            (Self::Int(b), Cell::Null) => b.append_null(),
            (Self::Float(b), Cell::Float(f)) => b.append_value(*f),
            (Self::Float(b), Cell::Text(s)) => b.append_value(s.parse().map_err(|_| malformed())?),
            (Self::Float(b), Cell::Null) => b.append_null(),
            (Self::Bool(b), Cell::Bool(v)) => b.append_value(*v),
            (Self::Bool(b), Cell::Null) => b.append_null(),
            (Self::Date(b), Cell::Text(s)) => b.append_value(days(s).ok_or_else(malformed)?),
            (Self::Date(b), Cell::Null) => b.append_null(),
            (Self::Bytes(b), Cell::Bytes(v)) => b.append_value(v),
            (Self::Bytes(b), Cell::Null) => b.append_null(),
            _ => return Err(malformed()),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(b) => Arc::new(b.finish()),
            Self::Int(b) => Arc::new(b.finish()),
            Self::Float(b) => Arc::new(b.finish()),
            Self::Bool(b) => Arc::new(b.finish()),
            Self::Date(b) => Arc::new(b.finish()),
            Self::Bytes(b) => Arc::new(b.finish()),
        }
    }
}

// RFC 4180, with a line feed as the end of line. Null is nothing, empty text is a pair of quotation marks.
fn csv_line<'a>(cells: impl Iterator<Item = Cell<'a>>, out: &mut Vec<u8>) {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let Some(text) = cell.text() else { continue };
        let quote = text.is_empty()
            || text.bytes().any(|b| matches!(b, b'"' | b',' | b'\n' | b'\r'))
            || text.starts_with(' ')
            || text.ends_with(' ');
        if quote {
            out.push(b'"');
            for byte in text.bytes() {
                if byte == b'"' {
                    out.push(b'"');
                }
                out.push(byte);
            }
            out.push(b'"');
        } else {
            out.extend_from_slice(text.as_bytes());
        }
    }
    out.push(b'\n');
}

/// Size and digest of a file.
pub(super) fn digest_file(suite: SuiteId, path: &Path) -> Result<(u64, Digest), std::io::Error> {
    let mut file = File::open(path)?;
    let mut hash = suite.hasher();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((bytes, hash.finish())),
            n => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connector::{CancelFlag, ConnectorError, SourceKind, Table};

    fn columns() -> Vec<OutputColumn> {
        let types = [
            ("名", ColumnType::Text),
            ("n", ColumnType::Integer),
            ("x", ColumnType::Number),
            ("ok", ColumnType::Boolean),
            ("day", ColumnType::Date),
        ];
        types.map(|(name, data_type)| OutputColumn { name: name.into(), data_type }).to_vec()
    }

    fn rows() -> Vec<[Cell<'static>; 5]> {
        vec![
            [
                Cell::Text("李,\"伟\"\n".into()),
                Cell::Int(-3),
                Cell::Text("2.50".into()),
                Cell::Bool(true),
                Cell::Text("2024-02-29".into()),
            ],
            [Cell::Null, Cell::Null, Cell::Null, Cell::Null, Cell::Null],
        ]
    }

    fn write(format: ResultFormat, path: &Path) {
        let mut writer = OutputWriter::create(path, format, columns()).unwrap();
        for row in rows() {
            writer.row(row.into_iter()).unwrap();
        }
        assert_eq!(writer.finish().unwrap(), 2);
    }

    #[test]
    fn a_csv_result_is_what_rfc_4180_says() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.csv");
        write(ResultFormat::Csv, &path);
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "名,n,x,ok,day\n\"李,\"\"伟\"\"\n\",-3,2.50,true,2024-02-29\n,,,,\n");
    }

    #[test]
    fn a_parquet_result_reads_back_with_its_types() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.parquet");
        write(ResultFormat::Parquet, &path);
        let table = Table::open(SourceKind::Parquet, &path).unwrap();
        let types: Vec<_> = table.columns().iter().map(|c| c.data_type.unwrap()).collect();
        assert_eq!(types, columns().iter().map(|c| c.data_type).collect::<Vec<_>>());
        let mut seen = Vec::new();
        let read = table.scan(&[0, 1, 2, 3, 4], &CancelFlag::default(), |rows| {
            for i in 0..rows.len {
                seen.push(rows.columns.iter().map(|c| c.cell(i).into_owned()).collect::<Vec<_>>());
            }
            Ok::<_, ConnectorError>(())
        });
        assert_eq!(read, Ok(2));
        assert_eq!(seen[0][2], Cell::Float(2.5));
        assert_eq!((&seen[0][0], &seen[0][4]), (&rows()[0][0], &rows()[0][4]));
        assert!(seen[1].iter().all(Cell::is_null));
    }

    #[test]
    fn a_peers_cell_of_another_type_is_refused() {
        assert!(conform(Cell::Text("x".into()), ColumnType::Integer).is_err());
        assert!(conform(Cell::Text("nan".into()), ColumnType::Number).is_err());
        assert!(conform(Cell::Text("2023-02-29".into()), ColumnType::Date).is_err());
        assert!(conform(Cell::Bytes(vec![0; 7].into()), ColumnType::Number).is_err());
        let one = conform(Cell::Bytes(1f64.to_be_bytes().to_vec().into()), ColumnType::Number).unwrap();
        assert_eq!(one, Cell::Float(1.0));
        assert_eq!(conform(Cell::Null, ColumnType::Date).unwrap(), Cell::Null);
    }
}
