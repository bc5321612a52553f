//! One live connection to a peer: its queues, windows and streams.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::Bytes;
use ledger_types::id::OrgId;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use crate::error::{FrameError, LinkError, MeshError, StreamError};
use crate::frame::{Frame, GoodbyeCode, ResetCode};
use crate::meter::Meter;
use crate::outbox::{Outbox, PushError};
use crate::service::{STREAMS_MAX, Service, StreamService};
use crate::stream::{MeshStream, StreamCore};

struct StreamTable {
    open: HashMap<u32, Arc<StreamCore>>,
    next: u32,
    highest_remote: u32,
    closed: bool,
}

#[derive(Clone, Copy)]
struct ReceiveWindow {
    left: usize,
    taken: usize,
}

pub(crate) struct Link {
    pub org: OrgId,
    pub generation: u64,
    pub outbox: Arc<Outbox>,
    pub meter: Arc<Meter>,
    born: Instant,
    heard_ms: AtomicU64,
    rtt_us: AtomicU64,
    windows: Mutex<[ReceiveWindow; 5]>,
    streams: Mutex<StreamTable>,
    cancel: CancellationToken,
    reason: OnceLock<LinkError>,
}

const RTT_UNKNOWN: u64 = u64::MAX;

impl Link {
    /// `dialer`: this side dialled and opens streams with odd numbers.
    pub(crate) fn new(org: OrgId, generation: u64, meter: Arc<Meter>, dialer: bool) -> Self {
        let windows = Service::ALL.map(|s| ReceiveWindow { left: s.window_bytes().unwrap_or(0), taken: 0 });
        let (next, highest_remote) = if dialer { (1, 0) } else { (2, 0) };
        let streams = StreamTable { open: HashMap::new(), next, highest_remote, closed: false };
        Self {
            org,
            generation,
            outbox: Arc::new(Outbox::new()),
            meter,
            born: Instant::now(),
            heard_ms: AtomicU64::new(0),
            rtt_us: AtomicU64::new(RTT_UNKNOWN),
            windows: Mutex::new(windows),
            streams: Mutex::new(streams),
            cancel: CancellationToken::new(),
            reason: OnceLock::new(),
        }
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    pub(crate) fn heard(&self) {
        self.heard_ms.store(self.now_us() / 1000, Relaxed);
    }

    pub(crate) fn silent_for(&self) -> Duration {
        Duration::from_millis((self.now_us() / 1000).saturating_sub(self.heard_ms.load(Relaxed)))
    }

    pub(crate) fn ping(&self) -> Frame {
        Frame::Ping(self.now_us())
    }

    pub(crate) fn on_pong(&self, sent_us: u64) {
        if let Some(rtt) = self.now_us().checked_sub(sent_us) {
            self.rtt_us.store(rtt, Relaxed);
        }
    }

    pub(crate) fn rtt_ms(&self) -> Option<f64> {
        match self.rtt_us.load(Relaxed) {
            RTT_UNKNOWN => None,
            us => Some(us as f64 / 1000.0),
        }
    }

    /// Ends the connection; the first reason stays.
    pub(crate) fn close(&self, reason: LinkError) {
        let goodbye = match &reason {
            LinkError::Shutdown => Some(GoodbyeCode::Shutdown),
            LinkError::Frame(_) => Some(GoodbyeCode::Protocol),
            LinkError::Replaced => Some(GoodbyeCode::Replaced),
            LinkError::Silent(_) => Some(GoodbyeCode::Silent),
            _ => None,
        };
        if self.reason.set(reason.clone()).is_err() {
            return;
        }
        self.outbox.close(goodbye.map(Frame::Goodbye));
        let mut table = self.streams.lock();
        table.closed = true;
        let open = std::mem::take(&mut table.open);
        drop(table);
        for stream in open.into_values() {
            stream.fail(StreamError::PeerGone { org: self.org.clone(), cause: reason.clone() });
        }
        self.cancel.cancel();
    }

    pub(crate) async fn closed(&self) {
        self.cancel.cancelled().await;
    }

    pub(crate) fn reason(&self) -> LinkError {
        self.reason.get().cloned().unwrap_or(LinkError::Shutdown)
    }

    pub(crate) fn control(&self, frame: Frame) -> Result<(), FrameError> {
        match self.outbox.push_control(frame) {
            Ok(()) | Err(PushError::Closed) => Ok(()),
            Err(PushError::Full) => Err(FrameError::ControlFlood),
        }
    }

    /// Charges an arriving piece of a message to the window of its service.
    pub(crate) fn charge(&self, service: Service, bytes: usize) -> Result<(), FrameError> {
        if service.window_bytes().is_none() {
            return Ok(());
        }
        let mut windows = self.windows.lock();
        let window = &mut windows[service as usize];
        window.left =
            window.left.checked_sub(bytes).ok_or_else(|| FrameError::WindowExceeded(service.as_str().to_owned()))?;
        Ok(())
    }

    /// The application took a message: return its bytes to the sender once enough came together.
    pub(crate) fn message_taken(&self, service: Service, bytes: usize) {
        let Some(window_bytes) = service.window_bytes() else { return };
        let mut windows = self.windows.lock();
        let window = &mut windows[service as usize];
        window.taken += bytes;
        if window.taken < window_bytes / 4 {
            return;
        }
        let bytes = std::mem::take(&mut window.taken);
        window.left += bytes;
        drop(windows);
        let bytes = u32::try_from(bytes).expect("a window fits u32");
        if let Err(e) = self.control(Frame::MessageCredit { service, bytes }) {
            self.close(e.into());
        }
    }

    pub(crate) fn open_stream(
        self: &Arc<Self>,
        service: StreamService,
        header: Bytes,
    ) -> Result<MeshStream, MeshError> {
        let mut table = self.streams.lock();
        if table.closed {
            return Err(MeshError::NotConnected(self.org.clone()));
        }
        let id = table.next;
        let own = table.open.keys().filter(|k| *k % 2 == id % 2).count();
        if own >= STREAMS_MAX || id > u32::MAX - 2 {
            return Err(MeshError::TooManyStreams(self.org.clone()));
        }
        table.next += 2;
        let core = self.stream_core(id, service);
        table.open.insert(id, core.clone());
        // Under the lock, so that streams are announced in the order of their numbers.
        core.announce(header);
        drop(table);
        Ok(MeshStream::new(core))
    }

    fn stream_core(self: &Arc<Self>, id: u32, service: StreamService) -> Arc<StreamCore> {
        Arc::new(StreamCore::new(id, self.org.clone(), service, self.outbox.clone(), Arc::downgrade(self)))
    }

    /// The peer opens a stream. `None` when it must be refused because too many are open.
    pub(crate) fn on_open(self: &Arc<Self>, id: u32, service: StreamService) -> Result<Option<MeshStream>, FrameError> {
        let mut table = self.streams.lock();
        let theirs = id % 2 != table.next % 2;
        if !theirs || id <= table.highest_remote || id == 0 {
            return Err(FrameError::StreamId(id));
        }
        table.highest_remote = id;
        if table.closed || table.open.keys().filter(|k| *k % 2 == id % 2).count() >= STREAMS_MAX {
            return Ok(None);
        }
        let core = self.stream_core(id, service);
        table.open.insert(id, core.clone());
        Ok(Some(MeshStream::new(core)))
    }

    /// The open stream with this number; `None` if it is closed already, an error if it never existed.
    pub(crate) fn stream(&self, id: u32) -> Result<Option<Arc<StreamCore>>, FrameError> {
        let table = self.streams.lock();
        if let Some(core) = table.open.get(&id) {
            return Ok(Some(core.clone()));
        }
        let existed = if id % 2 == table.next % 2 { id < table.next } else { id <= table.highest_remote };
        if existed && id != 0 { Ok(None) } else { Err(FrameError::StreamUnknown(id)) }
    }

    pub(crate) fn on_reset(&self, id: u32, code: ResetCode) -> Result<(), FrameError> {
        if let Some(core) = self.stream(id)? {
            self.forget_stream(id);
            core.fail(match code {
                ResetCode::Abandoned => StreamError::Abandoned(self.org.clone()),
                ResetCode::Refused => StreamError::Refused(self.org.clone()),
            });
        }
        Ok(())
    }

    pub(crate) fn forget_stream(&self, id: u32) {
        let gone = self.streams.lock().open.remove(&id);
        drop(gone);
    }
}
