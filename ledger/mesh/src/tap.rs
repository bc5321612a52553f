//! The record of outgoing frames, taken before TLS encrypts them. A test or an auditor under agreement can
//! search it for what must never leave.
//!
//! The file is a sequence of `n u8 ‖ organisation (n bytes) ‖ length u32 ‖ frame`, the frame as on the wire
//! after its length field. It is written before the frame is; when writing fails, the connection closes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use bytes::Bytes;
use ledger_types::id::OrgId;
use parking_lot::Mutex;

use crate::error::MeshError;
use crate::frame::Frame;

pub(crate) struct FrameTap(Mutex<File>);

impl FrameTap {
    pub(crate) fn open(path: &Path) -> Result<Self, MeshError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.map(|f| Self(Mutex::new(f)))
            .map_err(|e| MeshError::Tap { path: path.display().to_string(), detail: e.to_string() })
    }

    /// `batch` holds whole frames, each with its length field.
    pub(crate) fn record(&self, to: &OrgId, batch: &[u8]) -> io::Result<()> {
        let name = to.as_str().as_bytes();
        let mut out = Vec::with_capacity(batch.len() + 64);
        let mut rest = batch;
        while let Some((len, tail)) = rest.split_first_chunk::<4>() {
            let (frame, tail) = tail.split_at(u32::from_be_bytes(*len) as usize);
            out.push(name.len() as u8);
            out.extend_from_slice(name);
            out.extend_from_slice(len);
            out.extend_from_slice(frame);
            rest = tail;
        }
        self.0.lock().write_all(&out)
    }
}

/// One recorded frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapRecord {
    /// To whom it went.
    pub to: OrgId,
    /// The frame, type byte first.
    pub frame: Bytes,
}

/// Reads a record file.
///
/// # Errors
/// I/O errors; `InvalidData` when the file is not a record, `UnexpectedEof` when its last record is cut.
pub fn read(path: &Path) -> io::Result<Vec<TapRecord>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    let all = Bytes::from(bytes);
    let mut at = 0;
    let mut take = |n: usize| -> io::Result<Bytes> {
        let end = at + n;
        if end > all.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let piece = all.slice(at..end);
        at = end;
        Ok(piece)
    };
    let mut records = Vec::new();
    while let Ok(n) = take(1) {
        let name = take(usize::from(n[0]))?;
        let name = std::str::from_utf8(&name).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        let to = OrgId::new(name).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        let len = take(4)?;
        let len = u32::from_be_bytes([len[0], len[1], len[2], len[3]]);
        records.push(TapRecord { to, frame: take(len as usize)? });
    }
    Ok(records)
}

/// What was said, put together again: the payloads of each service and each stream to each peer in order,
/// so that a value cut in two by a frame border is found. Keys are `vote`, `sync` … and `stream 7`.
///
/// # Errors
/// As [`read`], and `InvalidData` for a frame that does not decode.
pub fn conversations(path: &Path) -> io::Result<BTreeMap<(OrgId, String), Vec<u8>>> {
    let mut out: BTreeMap<(OrgId, String), Vec<u8>> = BTreeMap::new();
    for record in read(path)? {
        let frame = Frame::decode(record.frame).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
        let (key, payload) = match frame {
            Frame::Message { service, payload, .. } => (service.as_str().to_owned(), payload),
            Frame::Open { id, header, .. } => (format!("stream {id}"), header),
            Frame::Data { id, payload } => (format!("stream {id}"), payload),
            _ => continue,
        };
        out.entry((record.to, key)).or_default().extend_from_slice(&payload);
    }
    Ok(out)
}
