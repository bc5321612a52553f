//! Byte streams within a connection: ordered, each direction with its own window, half-closed by `shutdown`,
//! reset when either side drops them early or the connection ends.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, Bytes, BytesMut};
use ledger_types::id::OrgId;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::error::{FrameError, LinkError, StreamError};
use crate::frame::{Frame, ResetCode};
use crate::link::Link;
use crate::outbox::Outbox;
use crate::service::{CHUNK_BYTES, STREAM_WINDOW_BYTES, StreamService};

/// Frames of one stream that may wait in the outbox: enough to keep the line busy, few enough that streams
/// of one class take turns.
const QUEUED_FRAMES_MAX: usize = 8;

/// The reader returns credit in pieces of at least this size.
const CREDIT_STEP_BYTES: usize = STREAM_WINDOW_BYTES / 4;

struct State {
    inbound: BytesMut,
    window_left: usize,
    read_since_credit: usize,
    remote_fin: bool,
    local_fin: bool,
    send_credit: usize,
    queued: usize,
    error: Option<StreamError>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

pub(crate) struct StreamCore {
    pub id: u32,
    pub org: OrgId,
    pub service: StreamService,
    outbox: Arc<Outbox>,
    link: Weak<Link>,
    state: Mutex<State>,
}

impl StreamCore {
    pub(crate) fn new(id: u32, org: OrgId, service: StreamService, outbox: Arc<Outbox>, link: Weak<Link>) -> Self {
        let state = State {
            inbound: BytesMut::new(),
            window_left: STREAM_WINDOW_BYTES,
            read_since_credit: 0,
            remote_fin: false,
            local_fin: false,
            send_credit: STREAM_WINDOW_BYTES,
            queued: 0,
            error: None,
            reader: None,
            writer: None,
        };
        Self { id, org, service, outbox, link, state: Mutex::new(state) }
    }

    fn wake(state: &mut State) -> [Option<Waker>; 2] {
        [state.reader.take(), state.writer.take()]
    }

    /// Ends the stream with an error on this side.
    pub(crate) fn fail(&self, error: StreamError) {
        let mut state = self.state.lock();
        if state.error.is_none() {
            state.error = Some(error);
        }
        let wakers = Self::wake(&mut state);
        drop(state);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    pub(crate) fn on_data(&self, payload: &[u8]) -> Result<(), FrameError> {
        let mut state = self.state.lock();
        if state.remote_fin || payload.is_empty() {
            return Err(FrameError::OutOfPlace("data"));
        }
        let Some(left) = state.window_left.checked_sub(payload.len()) else {
            return Err(FrameError::WindowExceeded(format!("stream {}", self.id)));
        };
        state.window_left = left;
        state.inbound.extend_from_slice(payload);
        let reader = state.reader.take();
        drop(state);
        if let Some(w) = reader {
            w.wake();
        }
        Ok(())
    }

    /// The peer will write no more; true when the stream is finished in both directions.
    pub(crate) fn on_fin(&self) -> Result<bool, FrameError> {
        let mut state = self.state.lock();
        if state.remote_fin {
            return Err(FrameError::OutOfPlace("fin"));
        }
        state.remote_fin = true;
        let (done, reader) = (state.local_fin, state.reader.take());
        drop(state);
        if let Some(w) = reader {
            w.wake();
        }
        Ok(done)
    }

    pub(crate) fn on_credit(&self, bytes: u32) -> Result<(), FrameError> {
        let mut state = self.state.lock();
        state.send_credit += bytes as usize;
        if state.send_credit > STREAM_WINDOW_BYTES {
            return Err(FrameError::WindowExceeded(format!("credit of stream {}", self.id)));
        }
        let writer = state.writer.take();
        drop(state);
        if let Some(w) = writer {
            w.wake();
        }
        Ok(())
    }

    /// A frame of this stream went to the socket.
    pub(crate) fn frame_left(&self) {
        let mut state = self.state.lock();
        state.queued = state.queued.saturating_sub(1);
        let writer = state.writer.take();
        drop(state);
        if let Some(w) = writer {
            w.wake();
        }
    }

    /// Queues the opening frame; comes before all data.
    pub(crate) fn announce(self: &Arc<Self>, header: Bytes) {
        self.state.lock().queued += 1;
        self.outbox.push_stream(self.service, Frame::Open { id: self.id, service: self.service, header }, self.clone());
    }

    fn give_up(self: &Arc<Self>) {
        let mut state = self.state.lock();
        let finished = (state.local_fin && state.remote_fin) || state.error.is_some();
        state.error.get_or_insert(StreamError::Finished);
        drop(state);
        if !finished {
            // In the order of the data, so that what was finished before is still delivered.
            let frame = Frame::Reset { id: self.id, code: ResetCode::Abandoned };
            self.outbox.push_stream(self.service, frame, self.clone());
        }
        if let Some(link) = self.link.upgrade() {
            link.forget_stream(self.id);
        }
    }
}

/// One end of a byte stream to a peer. Reads and writes fail with an `io::Error` that holds a
/// [`StreamError`] when the peer or the connection is gone. `shutdown` finishes the writing direction;
/// dropping a stream before both directions are finished resets it.
pub struct MeshStream {
    core: Arc<StreamCore>,
}

impl MeshStream {
    pub(crate) fn new(core: Arc<StreamCore>) -> Self {
        Self { core }
    }

    /// Lets go of a stream that was never handed out; the caller tells the peer.
    pub(crate) fn disown(self) {
        self.core.fail(StreamError::Refused(self.core.org.clone()));
    }

    /// The organisation at the other end.
    pub fn peer(&self) -> &OrgId {
        &self.core.org
    }

    /// The kind of stream.
    pub fn service(&self) -> StreamService {
        self.core.service
    }

    /// The number of the stream within its connection, as in the frame record.
    pub fn id(&self) -> u32 {
        self.core.id
    }
}

impl std::fmt::Debug for MeshStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MeshStream({} {} #{})", self.core.org, self.core.service, self.core.id)
    }
}

impl AsyncRead for MeshStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let core = &self.core;
        let mut state = core.state.lock();
        let usable = state.error.is_none() || state.remote_fin;
        if usable && !state.inbound.is_empty() {
            let n = state.inbound.len().min(buf.remaining());
            buf.put_slice(&state.inbound[..n]);
            state.inbound.advance(n);
            state.read_since_credit += n;
            if state.read_since_credit >= CREDIT_STEP_BYTES && !state.remote_fin && state.error.is_none() {
                let bytes = std::mem::take(&mut state.read_since_credit);
                state.window_left += bytes;
                drop(state);
                let bytes = u32::try_from(bytes).expect("a window fits u32");
                if core.outbox.push_control(Frame::Credit { id: core.id, bytes }).is_err()
                    && let Some(link) = core.link.upgrade()
                {
                    link.close(LinkError::Frame(FrameError::ControlFlood));
                }
            }
            return Poll::Ready(Ok(()));
        }
        if state.remote_fin {
            return Poll::Ready(Ok(()));
        }
        if let Some(error) = &state.error {
            return Poll::Ready(Err(error.clone().into_io()));
        }
        state.reader = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncWrite for MeshStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let core = &self.core;
        let mut state = core.state.lock();
        if let Some(error) = &state.error {
            return Poll::Ready(Err(error.clone().into_io()));
        }
        if state.local_fin {
            return Poll::Ready(Err(StreamError::Finished.into_io()));
        }
        if buf.is_empty() {
            return Poll::Ready(Ok(0));
        }
        if state.send_credit == 0 || state.queued >= QUEUED_FRAMES_MAX {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let n = buf.len().min(CHUNK_BYTES).min(state.send_credit);
        state.send_credit -= n;
        state.queued += 1;
        drop(state);
        let frame = Frame::Data { id: core.id, payload: Bytes::copy_from_slice(&buf[..n]) };
        core.outbox.push_stream(core.service, frame, core.clone());
        Poll::Ready(Ok(n))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Everything accepted is already queued for the socket.
        match &self.core.state.lock().error {
            Some(error) => Poll::Ready(Err(error.clone().into_io())),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let core = &self.core;
        let mut state = core.state.lock();
        if state.local_fin {
            return Poll::Ready(Ok(()));
        }
        if let Some(error) = &state.error {
            return Poll::Ready(Err(error.clone().into_io()));
        }
        state.local_fin = true;
        state.queued += 1;
        let done = state.remote_fin;
        drop(state);
        core.outbox.push_stream(core.service, Frame::Fin { id: core.id }, core.clone());
        if done && let Some(link) = core.link.upgrade() {
            link.forget_stream(core.id);
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for MeshStream {
    fn drop(&mut self) {
        self.core.give_up();
    }
}

/// A stream that a peer opened.
#[derive(Debug)]
pub struct IncomingStream {
    /// Who opened it.
    pub from: OrgId,
    /// What the opener said it is for.
    pub header: Bytes,
    /// The stream itself.
    pub stream: MeshStream,
}
