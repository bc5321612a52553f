//! Keeping a copy of every frame, before encryption on the way out and after decryption on the way in.

use std::io::{self, Write};
use std::sync::Mutex;

use bytes::Bytes;

use crate::frame::{FRAME_HEADER_BYTES, Frame, parse_header};

/// Which way a frame went, seen from the end that recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From this end to the peer.
    Sent,
    /// From the peer to this end.
    Received,
}

/// Takes copies of frames. Called from both directions of a channel at once.
pub trait Recorder: Send + Sync {
    /// Keeps one frame, header included. A sent frame is recorded before it leaves.
    ///
    /// # Errors
    /// When it cannot be kept; the channel then fails, because the evidence would have a hole.
    fn record(&self, direction: Direction, frame: &[u8]) -> io::Result<()>;
}

/// A frame of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFrame {
    /// Which way it went.
    pub direction: Direction,
    /// Header and payload.
    pub bytes: Bytes,
}

impl RecordedFrame {
    /// The frame; `None` when the bytes are not exactly one frame.
    pub fn frame(&self) -> Option<Frame> {
        let (header, payload) = self.bytes.split_first_chunk::<FRAME_HEADER_BYTES>()?;
        let (kind, len) = parse_header(header);
        (payload.len() == usize::try_from(len).ok()?)
            .then(|| Frame { kind, payload: self.bytes.slice(FRAME_HEADER_BYTES..) })
    }
}

/// Keeps frames in memory.
#[derive(Debug, Default)]
pub struct MemoryRecorder(Mutex<Vec<RecordedFrame>>);

impl MemoryRecorder {
    /// An empty recording.
    pub fn new() -> Self {
        Self::default()
    }

    /// A copy of what was recorded so far, in order.
    pub fn frames(&self) -> Vec<RecordedFrame> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl Recorder for MemoryRecorder {
    fn record(&self, direction: Direction, frame: &[u8]) -> io::Result<()> {
        let frame = RecordedFrame { direction, bytes: Bytes::copy_from_slice(frame) };
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(frame);
        Ok(())
    }
}

/// Writes frames to a file or other sink: one byte of direction (0 sent, 1 received), then the frame.
pub struct WriteRecorder<W: Write + Send>(Mutex<W>);

impl<W: Write + Send> WriteRecorder<W> {
    /// Records into `sink`.
    pub fn new(sink: W) -> Self {
        Self(Mutex::new(sink))
    }

    /// Gives the sink back, flushed.
    ///
    /// # Errors
    /// When flushing fails.
    pub fn into_inner(self) -> io::Result<W> {
        let mut sink = self.0.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        sink.flush()?;
        Ok(sink)
    }
}

impl<W: Write + Send> Recorder for WriteRecorder<W> {
    fn record(&self, direction: Direction, frame: &[u8]) -> io::Result<()> {
        let mut sink = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        sink.write_all(&[match direction {
            Direction::Sent => 0,
            Direction::Received => 1,
        }])?;
        sink.write_all(frame)
    }
}

/// A recording cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// A direction byte that is neither 0 nor 1.
    #[error("at byte {at}: {value} is no direction")]
    Direction {
        /// Offset.
        at: usize,
        /// What stands there.
        value: u8,
    },
    /// It ends inside a frame.
    #[error("at byte {at}: the recording ends inside a frame")]
    Truncated {
        /// Offset of the frame.
        at: usize,
    },
}

/// Reads back what a [`WriteRecorder`] wrote.
///
/// # Errors
/// Where the bytes are not a sequence of recorded frames.
pub fn read_recording(recording: &Bytes) -> Result<Vec<RecordedFrame>, RecordingError> {
    let mut frames = Vec::new();
    let mut at = 0;
    while at < recording.len() {
        let direction = match recording[at] {
            0 => Direction::Sent,
            1 => Direction::Received,
            value => return Err(RecordingError::Direction { at, value }),
        };
        let start = at + 1;
        let header = recording[start..].first_chunk::<FRAME_HEADER_BYTES>();
        let (_, len) = parse_header(header.ok_or(RecordingError::Truncated { at })?);
        let end = start.saturating_add(FRAME_HEADER_BYTES).saturating_add(len as usize);
        if end > recording.len() {
            return Err(RecordingError::Truncated { at });
        }
        frames.push(RecordedFrame { direction, bytes: recording.slice(start..end) });
        at = end;
    }
    Ok(frames)
}
