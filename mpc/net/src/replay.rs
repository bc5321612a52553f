//! Running one side of a protocol again from a recording.
//!
//! The stream plays the peer: it gives the frames that were received, each no earlier than the frames sent
//! before it have been sent again, and compares every byte that is written with what was sent. The first
//! difference is an error with its position, so that an auditor sees not only that a party's bytes cannot
//! be reproduced, but where.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::record::{Direction, RecordedFrame};

/// A byte stream that behaves like the recorded peer.
pub struct ReplayStream {
    sent: Vec<u8>,
    written: usize,
    received: std::collections::VecDeque<(usize, Bytes)>,
    reader: Option<Waker>,
    differs: bool,
}

impl ReplayStream {
    /// Plays the given recording of one end.
    pub fn new(recording: &[RecordedFrame]) -> Self {
        let mut sent = Vec::new();
        let mut received = std::collections::VecDeque::new();
        for frame in recording {
            match frame.direction {
                Direction::Sent => sent.extend_from_slice(&frame.bytes),
                Direction::Received => received.push_back((sent.len(), frame.bytes.clone())),
            }
        }
        Self { sent, written: 0, received, reader: None, differs: false }
    }
}

/// The bytes written differ from the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the replay differs from the recording at byte {at} of what was sent")]
pub struct ReplayDiffers {
    /// Position of the first differing byte; the length of the recording when more is written.
    pub at: usize,
}

impl AsyncRead for ReplayStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (written, differs) = (self.written, self.differs);
        match self.received.front_mut() {
            None => Poll::Ready(Ok(())),
            Some((after, bytes)) if *after <= written => {
                let count = bytes.len().min(buf.remaining());
                buf.put_slice(&bytes[..count]);
                bytes.advance(count);
                if bytes.is_empty() {
                    self.received.pop_front();
                }
                Poll::Ready(Ok(()))
            }
            // What the peer would have said to other bytes is not known.
            Some(_) if differs => Poll::Ready(Ok(())),
            Some(_) => {
                self.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl AsyncWrite for ReplayStream {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let expected = &self.sent[self.written..];
        let same = expected.iter().zip(buf).take_while(|(a, b)| a == b).count();
        if same < buf.len() {
            let differs = ReplayDiffers { at: self.written + same };
            self.differs = true;
            if let Some(reader) = self.reader.take() {
                reader.wake();
            }
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, differs)));
        }
        self.written += buf.len();
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
