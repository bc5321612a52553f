//! A stream that misbehaves on purpose, at given positions of what is written to it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// What goes wrong, and at which byte of the written stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The byte at this position arrives with these bits flipped.
    Flip {
        /// Position.
        at: u64,
        /// Bits to flip.
        mask: u8,
    },
    /// Bytes from here on are swallowed, as many as said.
    Drop {
        /// Position.
        at: u64,
        /// How many.
        count: u64,
    },
    /// The stream is cut here: the peer sees its end, further writes fail.
    Cut {
        /// Position.
        at: u64,
    },
    /// Nothing is accepted any more from here, and nothing fails.
    Stall {
        /// Position.
        at: u64,
    },
    /// The byte at this position is held back for so long.
    Delay {
        /// Position.
        at: u64,
        /// How long.
        by: Duration,
    },
}

impl Fault {
    fn at(self) -> u64 {
        match self {
            Self::Flip { at, .. }
            | Self::Drop { at, .. }
            | Self::Cut { at }
            | Self::Stall { at }
            | Self::Delay { at, .. } => at,
        }
    }
}

/// Wraps a stream and applies faults to what is written.
pub struct FaultyStream<S> {
    inner: S,
    faults: std::collections::VecDeque<Fault>,
    written: u64,
    dropping: u64,
    sleep: Option<Pin<Box<Sleep>>>,
    cut: bool,
}

impl<S> FaultyStream<S> {
    /// Applies `faults`, whatever order they are given in.
    pub fn new(inner: S, faults: impl IntoIterator<Item = Fault>) -> Self {
        let mut faults: Vec<_> = faults.into_iter().collect();
        faults.sort_by_key(|fault| fault.at());
        Self { inner, faults: faults.into(), written: 0, dropping: 0, sleep: None, cut: false }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FaultyStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FaultyStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.cut {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if this.dropping > 0 {
            let count = buf.len().min(usize::try_from(this.dropping).unwrap_or(usize::MAX));
            this.dropping -= count as u64;
            this.written += count as u64;
            return Poll::Ready(Ok(count));
        }
        if let Some(sleep) = &mut this.sleep {
            std::task::ready!(sleep.as_mut().poll(cx));
            this.sleep = None;
        }
        // Plain bytes up to the next fault, then the fault itself.
        let until = match this.faults.front() {
            None => buf.len(),
            Some(fault) => usize::try_from(fault.at() - this.written).unwrap_or(usize::MAX).min(buf.len()),
        };
        if until > 0 {
            let count = std::task::ready!(Pin::new(&mut this.inner).poll_write(cx, &buf[..until]))?;
            this.written += count as u64;
            return Poll::Ready(Ok(count));
        }
        match this.faults.pop_front() {
            None => Poll::Ready(Ok(0)),
            Some(fault @ Fault::Flip { mask, .. }) => {
                match Pin::new(&mut this.inner).poll_write(cx, &[buf[0] ^ mask]) {
                    Poll::Ready(Ok(count)) => {
                        this.written += count as u64;
                        Poll::Ready(Ok(count))
                    }
                    other => {
                        this.faults.push_front(fault);
                        other
                    }
                }
            }
            Some(Fault::Drop { count, .. }) => {
                this.dropping = count;
                self.poll_write(cx, buf)
            }
            Some(Fault::Cut { .. }) => {
                this.cut = true;
                // The peer must see the end; that the shutdown itself may fail changes nothing here.
                let _ = Pin::new(&mut this.inner).poll_shutdown(cx);
                Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
            }
            Some(fault @ Fault::Stall { .. }) => {
                this.faults.push_front(fault);
                Poll::Pending
            }
            Some(Fault::Delay { by, .. }) => {
                this.sleep = Some(Box::pin(tokio::time::sleep(by)));
                self.poll_write(cx, buf)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
