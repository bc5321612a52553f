//! What can be wrong with a file. No variant carries a cell's value: only places, names of columns, types.

use std::path::PathBuf;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

/// What the bytes of a file look like when they are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingGuess {
    /// GB 18030, of which GBK and GB 2312 are parts: what Excel writes on a Chinese Windows.
    Gb18030,
    /// UTF-16, as "Unicode text" is saved by Excel.
    Utf16,
    /// A compressed or otherwise binary file.
    Binary,
    /// None of these.
    Unknown,
}

impl EncodingGuess {
    /// What to type to make the file readable.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Gb18030 => "convert it: iconv -f GB18030 -t UTF-8 IN.csv > OUT.csv",
            Self::Utf16 => "convert it: iconv -f UTF-16 -t UTF-8 IN.csv > OUT.csv",
            Self::Binary => "this is not a text file; choose the right kind of source, or unpack it first",
            Self::Unknown => "save it again as CSV in UTF-8",
        }
    }
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorError {
    /// No such file, or no permission.
    #[error("{path}: {reason}")]
    NotReadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// The file is not UTF-8.
    #[error("line {line} is not UTF-8 (byte {byte} of the file); {}", guess.remedy())]
    Encoding {
        /// First bad line, from 1.
        line: u64,
        /// Offset of the first bad byte.
        byte: u64,
        /// What it may be instead.
        guess: EncodingGuess,
    },
    /// There is no header line.
    #[error("the file has no header line; the first line must name the columns")]
    NoHeader,
    /// A column without a name, or two with the same.
    #[error("column {position} of the header has no name, or the name of another column")]
    Header {
        /// Which, from 1.
        position: usize,
    },
    /// More columns than we are ready to handle.
    #[error("the file has {found} columns; at most {most} are supported")]
    TooManyColumns {
        /// How many it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// A line with another number of fields than the header.
    #[error(
        "record {record} has another number of fields than the header ({expected}); look for an unquoted comma or \
             quotation mark"
    )]
    Fields {
        /// Which record, from 1, the header not counted.
        record: u64,
        /// How many the header has.
        expected: usize,
    },
    /// No such column.
    #[error("the file has no column {column:?}")]
    NoColumn {
        /// Which was asked for.
        column: String,
    },
    /// A column of a type that cannot be shared.
    #[error("column {column:?} has type {data_type}, which cannot be shared; leave it out or convert it to text")]
    UnsupportedColumn {
        /// Which.
        column: String,
        /// Its type in the file.
        data_type: String,
    },
    /// A damaged file.
    #[error("the file is damaged or not of the stated kind ({0})")]
    Damaged(&'static str),
    /// The reading was stopped.
    #[error("reading was cancelled")]
    Cancelled,
}

impl ConnectorError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotReadable { .. } => "source_not_readable",
            Self::Encoding { .. } => "source_encoding",
            Self::NoHeader => "source_no_header",
            Self::Header { .. } => "source_header",
            Self::TooManyColumns { .. } => "source_too_many_columns",
            Self::Fields { .. } => "source_fields",
            Self::NoColumn { .. } => "source_no_column",
            Self::UnsupportedColumn { .. } => "source_unsupported_column",
            Self::Damaged(_) => "source_damaged",
            Self::Cancelled => "cancelled",
        }
    }

    /// A reader's error. Its own words may quote cells, so that only its kind is kept.
    pub(crate) fn from_reader(error: &DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ArrowError(e, _) => Self::from_arrow(e),
            DataFusionError::ParquetError(_) => Self::Damaged("parquet"),
            DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => Self::Damaged("input/output"),
            DataFusionError::ResourcesExhausted(_) => Self::Damaged("out of memory"),
            _ => Self::Damaged("reader"),
        }
    }

    pub(crate) fn from_arrow(error: &ArrowError) -> Self {
        match error {
            ArrowError::CsvError(text) => {
                // "incorrect number of fields for line 3, expected 2 got …": numbers only, no cell.
                let number = |after: &str| -> Option<u64> {
                    let rest = text.split_once(after)?.1;
                    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
                };
                match (number("number of fields for line "), number("expected ")) {
                    // The reader counts records from 1 and the header as one of them.
                    (Some(line), Some(expected)) => {
                        Self::Fields { record: line.saturating_sub(1), expected: expected as usize }
                    }
                    _ => Self::Damaged("csv"),
                }
            }
            ArrowError::ParquetError(_) => Self::Damaged("parquet"),
            ArrowError::CastError(_) | ArrowError::ParseError(_) => Self::Damaged("a value does not fit its type"),
            _ => Self::Damaged("arrow"),
        }
    }
}
