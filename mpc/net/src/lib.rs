//! Channels between two parties of a protocol: typed frames over any ordered byte stream, with limits,
//! stall detection, metering, a running digest of everything said in each direction, and a recorder.
//!
//! ```text
//! frame = kind u16 ‖ length u32 ‖ payload          (big endian)
//! ```
//!
//! The channel adds no secrecy: it runs inside an authenticated, encrypted link. What it adds is evidence.
//! Both ends compute the same SM3 digest over the frames of a direction, and sign it later; if one byte
//! was changed on the way, or one end lies about what it said, the digests differ.

#![forbid(unsafe_code)]

mod channel;
mod config;
mod error;
pub mod fault;
mod frame;
pub mod memory;
mod meter;
mod record;
pub mod replay;
mod transcript;

pub use channel::{Channel, FrameReader, FrameWriter};
pub use config::ChannelConfig;
pub use error::ChannelError;
pub use frame::{FRAME_HEADER_BYTES, Frame, FrameKind};
pub use meter::{Meter, Traffic};
pub use record::{Direction, MemoryRecorder, RecordedFrame, Recorder, RecordingError, WriteRecorder, read_recording};
pub use transcript::{Transcript, TranscriptDigest, TranscriptVersion};
