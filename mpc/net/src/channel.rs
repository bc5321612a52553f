//! The channel and its two directions.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::config::ChannelConfig;
use crate::error::ChannelError;
use crate::frame::{FRAME_HEADER_BYTES, Frame, FrameKind, header, parse_header};
use crate::meter::{Meter, Traffic};
use crate::record::{Direction, Recorder};
use crate::transcript::{Transcript, TranscriptDigest};

/// Room kept free when reading: a payload is allocated as it arrives, not as it is announced.
const READ_RESERVE: usize = 64 << 10;

type TrafficHook = Arc<dyn Fn(Traffic) + Send + Sync>;

/// Both directions of a channel to one peer.
pub struct Channel {
    reader: FrameReader,
    writer: FrameWriter,
}

impl Channel {
    /// A channel over an ordered byte stream.
    pub fn new<S>(stream: S, config: ChannelConfig) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let (read, write) = tokio::io::split(stream);
        Self::from_halves(read, write, config)
    }

    /// A channel over two halves of a stream.
    pub fn from_halves<R, W>(read: R, write: W, config: ChannelConfig) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let meter = Arc::new(Meter::default());
        let shared = Shared { config, meter, recorder: None, hook: None };
        Self {
            reader: FrameReader {
                stream: Box::new(read),
                buffer: BytesMut::new(),
                transcript: Transcript::new(config.transcript),
                shared: shared.clone(),
            },
            writer: FrameWriter {
                stream: Box::new(write),
                buffer: BytesMut::new(),
                within_frame: false,
                transcript: Transcript::new(config.transcript),
                shared,
            },
        }
    }

    /// Gives a copy of every frame to `recorder`.
    pub fn with_recorder(mut self, recorder: Arc<dyn Recorder>) -> Self {
        self.reader.shared.recorder = Some(recorder.clone());
        self.writer.shared.recorder = Some(recorder);
        self
    }

    /// Calls `hook` with the counters after every frame.
    pub fn with_traffic_hook(mut self, hook: impl Fn(Traffic) + Send + Sync + 'static) -> Self {
        let hook: TrafficHook = Arc::new(hook);
        self.reader.shared.hook = Some(hook.clone());
        self.writer.shared.hook = Some(hook);
        self
    }

    /// The counters, readable while the channel is in use elsewhere.
    pub fn meter(&self) -> Arc<Meter> {
        self.reader.shared.meter.clone()
    }

    /// Sends one frame: see [`FrameWriter::send`].
    ///
    /// # Errors
    /// As there.
    pub async fn send(&mut self, kind: FrameKind, payload: &[u8]) -> Result<(), ChannelError> {
        self.writer.send(kind, payload).await
    }

    /// Receives one frame: see [`FrameReader::recv`].
    ///
    /// # Errors
    /// As there.
    pub async fn recv(&mut self) -> Result<Frame, ChannelError> {
        self.reader.recv().await
    }

    /// The two directions, for use at the same time.
    pub fn split(self) -> (FrameReader, FrameWriter) {
        (self.reader, self.writer)
    }
}

#[derive(Clone)]
struct Shared {
    config: ChannelConfig,
    meter: Arc<Meter>,
    recorder: Option<Arc<dyn Recorder>>,
    hook: Option<TrafficHook>,
}

impl Shared {
    fn record(&self, direction: Direction, frame: &[u8]) -> Result<(), ChannelError> {
        match &self.recorder {
            Some(recorder) => recorder.record(direction, frame).map_err(ChannelError::Recorder),
            None => Ok(()),
        }
    }

    fn notify(&self) {
        if let Some(hook) = &self.hook {
            hook(self.meter.traffic());
        }
    }
}

/// The receiving direction.
pub struct FrameReader {
    stream: Box<dyn AsyncRead + Send + Unpin>,
    buffer: BytesMut,
    transcript: Transcript,
    shared: Shared,
}

impl FrameReader {
    /// Waits for the next frame. Cancel safe: bytes that already arrived are kept for the next call.
    ///
    /// # Errors
    /// [`ChannelError::Closed`] at the end between frames, [`ChannelError::Truncated`] inside one, limits,
    /// stalls and failures of the stream.
    pub async fn recv(&mut self) -> Result<Frame, ChannelError> {
        let config = self.shared.config;
        loop {
            let mut need = FRAME_HEADER_BYTES;
            if let Some(bytes) = self.buffer.first_chunk::<FRAME_HEADER_BYTES>() {
                let (kind, len) = parse_header(bytes);
                if len > config.frame_bytes_max {
                    return Err(ChannelError::FrameTooLarge { kind, bytes: len, max: config.frame_bytes_max });
                }
                need += len as usize;
                let so_far = self.shared.meter.traffic().received_bytes;
                if so_far.saturating_add(need as u64) > config.received_bytes_max {
                    return Err(ChannelError::TooMuchReceived { max: config.received_bytes_max });
                }
                if self.buffer.len() >= need {
                    return self.take(kind, need);
                }
            }
            let missing = need - self.buffer.len().min(need);
            self.buffer.reserve(missing.clamp(FRAME_HEADER_BYTES, READ_RESERVE));
            let read = self.stream.read_buf(&mut self.buffer);
            let count = within(config.read_stall, read)
                .await
                .ok_or(ChannelError::ReadStalled { after: config.read_stall })?
                .map_err(ChannelError::Read)?;
            if count == 0 {
                return Err(match self.buffer.len() {
                    0 => ChannelError::Closed,
                    have => ChannelError::Truncated { have, need },
                });
            }
        }
    }

    fn take(&mut self, kind: FrameKind, bytes: usize) -> Result<Frame, ChannelError> {
        let mut frame = self.buffer.split_to(bytes);
        self.shared.record(Direction::Received, &frame)?;
        self.transcript.update(&frame);
        self.shared.meter.received(bytes);
        self.shared.notify();
        frame.advance(FRAME_HEADER_BYTES);
        Ok(Frame { kind, payload: frame.freeze() })
    }

    /// Begins the next segment of the transcript of what is received; gives the digest of the one that ends.
    pub fn next_segment(&mut self) -> TranscriptDigest {
        self.transcript.next_segment()
    }

    /// What was received so far opened a channel that continues a transcript after `before`.
    pub fn continue_from(&mut self, before: TranscriptDigest) {
        self.transcript.continue_from(before);
    }

    /// Digest of the frames received so far.
    pub fn digest(&self) -> TranscriptDigest {
        self.transcript.digest()
    }

    /// The counters of the channel.
    pub fn traffic(&self) -> Traffic {
        self.shared.meter.traffic()
    }
}

/// The sending direction.
pub struct FrameWriter {
    stream: Box<dyn AsyncWrite + Send + Unpin>,
    buffer: BytesMut,
    within_frame: bool,
    transcript: Transcript,
    shared: Shared,
}

impl FrameWriter {
    /// Sends one frame and flushes it. Not cancel safe: a dropped call leaves the stream inside a frame.
    ///
    /// # Errors
    /// Limits, stalls and failures of the stream.
    pub async fn send(&mut self, kind: FrameKind, payload: &[u8]) -> Result<(), ChannelError> {
        let max = self.shared.config.frame_bytes_max;
        let len = u32::try_from(payload.len()).ok().filter(|len| *len <= max);
        let len = len.ok_or(ChannelError::SendTooLarge { kind, bytes: payload.len(), max })?;
        self.buffer.clear();
        self.buffer.extend_from_slice(&header(kind, len));
        self.buffer.extend_from_slice(payload);
        self.shared.record(Direction::Sent, &self.buffer)?;
        self.transcript.update(&self.buffer);

        self.within_frame = true;
        let stall = self.shared.config.write_stall;
        let stalled = || ChannelError::WriteStalled { after: stall };
        let mut rest: &[u8] = &self.buffer;
        while !rest.is_empty() {
            let count =
                within(stall, self.stream.write(rest)).await.ok_or_else(stalled)?.map_err(ChannelError::Write)?;
            if count == 0 {
                return Err(ChannelError::Write(std::io::ErrorKind::WriteZero.into()));
            }
            rest = &rest[count..];
        }
        within(stall, self.stream.flush()).await.ok_or_else(stalled)?.map_err(ChannelError::Write)?;
        self.within_frame = false;
        self.shared.meter.sent(self.buffer.len());
        self.shared.notify();
        Ok(())
    }

    /// Whether the last frame went out whole; another one can follow only then.
    pub fn is_between_frames(&self) -> bool {
        !self.within_frame
    }

    /// Closes this direction; the peer reads the end of the stream after the last frame.
    ///
    /// # Errors
    /// Stalls and failures of the stream.
    pub async fn close(&mut self) -> Result<(), ChannelError> {
        let stall = self.shared.config.write_stall;
        within(stall, self.stream.shutdown())
            .await
            .ok_or(ChannelError::WriteStalled { after: stall })?
            .map_err(ChannelError::Write)
    }

    /// Begins the next segment of the transcript of what is sent; gives the digest of the one that ends.
    pub fn next_segment(&mut self) -> TranscriptDigest {
        self.transcript.next_segment()
    }

    /// What was sent so far opened a channel that continues a transcript after `before`.
    pub fn continue_from(&mut self, before: TranscriptDigest) {
        self.transcript.continue_from(before);
    }

    /// Digest of the frames sent so far.
    pub fn digest(&self) -> TranscriptDigest {
        self.transcript.digest()
    }

    /// The counters of the channel.
    pub fn traffic(&self) -> Traffic {
        self.shared.meter.traffic()
    }

    /// The longest payload this direction accepts.
    pub fn frame_bytes_max(&self) -> u32 {
        self.shared.config.frame_bytes_max
    }
}

async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(limit, future).await.ok()
}
