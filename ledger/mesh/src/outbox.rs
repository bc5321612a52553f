//! What waits to be written to one connection, in strict priority. Messages are queued whole and cut when
//! they are taken, so that a vote passes between the pieces of a block.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::frame::Frame;
use crate::meter::{Class, class_of};
use crate::service::{CHUNK_BYTES, MESSAGE_OVERHEAD_BYTES, Service, StreamService};
use crate::stream::StreamCore;

/// Control frames that may wait; more means that the peer does not read.
const CONTROL_FRAMES_MAX: usize = 8192;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PushError {
    Full,
    Closed,
}

struct Outgoing {
    bytes: Bytes,
    sent: usize,
    started: bool,
}

struct MessageQueue {
    waiting: VecDeque<Outgoing>,
    bytes: usize,
    credit: Option<usize>,
}

struct State {
    control: VecDeque<Frame>,
    messages: [MessageQueue; 5],
    streams: [VecDeque<(Frame, Arc<StreamCore>)>; 2],
    closed: bool,
}

pub(crate) struct Outbox {
    state: Mutex<State>,
    ready: Notify,
    room: Notify,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let queue = |s: Service| MessageQueue { waiting: VecDeque::new(), bytes: 0, credit: s.window_bytes() };
        let state = State {
            control: VecDeque::new(),
            messages: Service::ALL.map(queue),
            streams: [VecDeque::new(), VecDeque::new()],
            closed: false,
        };
        Self { state: Mutex::new(state), ready: Notify::new(), room: Notify::new() }
    }

    /// Queues a message; returns how many older ones gave way.
    pub(crate) fn push_message(&self, service: Service, bytes: Bytes) -> Result<usize, PushError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(PushError::Closed);
        }
        let queue = &mut state.messages[service as usize];
        let cost = bytes.len() + MESSAGE_OVERHEAD_BYTES;
        let mut dropped = 0;
        while queue.bytes + cost > service.queue_bytes_max() && !queue.waiting.is_empty() {
            if !service.drops_oldest() {
                return Err(PushError::Full);
            }
            // The first may be half on the wire; it must be finished.
            let victim = usize::from(queue.waiting[0].started);
            let Some(old) = queue.waiting.remove(victim) else { break };
            queue.bytes -= old.bytes.len() + MESSAGE_OVERHEAD_BYTES;
            dropped += 1;
        }
        queue.bytes += cost;
        queue.waiting.push_back(Outgoing { bytes, sent: 0, started: false });
        drop(state);
        self.ready.notify_one();
        Ok(dropped)
    }

    /// Resolves when something may have left a queue since the future was made and enabled.
    pub(crate) fn room(&self) -> tokio::sync::futures::Notified<'_> {
        self.room.notified()
    }

    /// Queues a control frame. `Full` when the peer makes us answer without reading.
    pub(crate) fn push_control(&self, frame: Frame) -> Result<(), PushError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(PushError::Closed);
        }
        if state.control.len() >= CONTROL_FRAMES_MAX {
            return Err(PushError::Full);
        }
        state.control.push_back(frame);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Queues a frame of a stream; the stream itself bounds how many it has here.
    pub(crate) fn push_stream(&self, service: StreamService, frame: Frame, owner: Arc<StreamCore>) {
        let mut state = self.state.lock();
        if !state.closed {
            state.streams[service as usize].push_back((frame, owner));
            drop(state);
            self.ready.notify_one();
        }
    }

    pub(crate) fn add_credit(&self, service: Service, bytes: usize) -> Result<(), ()> {
        let mut state = self.state.lock();
        let credit = state.messages[service as usize].credit.as_mut().ok_or(())?;
        let grown = *credit + bytes;
        if service.window_bytes().is_none_or(|w| grown > w) {
            return Err(());
        }
        *credit = grown;
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// The next frame to write and what it counts as.
    pub(crate) fn pop(&self) -> Option<(Frame, Class)> {
        let mut state = self.state.lock();
        if let Some(frame) = state.control.pop_front() {
            let class = class_of(&frame);
            return Some((frame, class));
        }
        if state.closed {
            return None;
        }
        for service in Service::ALL {
            if let Some(frame) = state.messages[service as usize].next(service) {
                drop(state);
                self.room.notify_waiters();
                return Some((frame, service.into()));
            }
            let streams = match service {
                Service::Task => StreamService::Task,
                Service::Sync => StreamService::Delivery,
                _ => continue,
            };
            if let Some((frame, owner)) = state.streams[streams as usize].pop_front() {
                drop(state);
                owner.frame_left();
                return Some((frame, streams.into()));
            }
        }
        None
    }

    /// Resolves when [`pop`](Self::pop) may have something new.
    pub(crate) async fn ready(&self) {
        self.ready.notified().await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Takes no more; what is queued is given up, except `last` and the control frames before it.
    pub(crate) fn close(&self, last: Option<Frame>) {
        let mut state = self.state.lock();
        state.closed = true;
        state.control.extend(last);
        for queue in &mut state.messages {
            queue.waiting.clear();
            queue.bytes = 0;
        }
        let streams = state.streams.each_mut().map(std::mem::take);
        drop(state);
        // Their owners' locks are taken on drop; not under ours.
        drop(streams);
        self.ready.notify_one();
        self.room.notify_waiters();
    }
}

impl MessageQueue {
    fn next(&mut self, service: Service) -> Option<Frame> {
        let first = self.waiting.front_mut()?;
        let overhead = if first.started { 0 } else { MESSAGE_OVERHEAD_BYTES };
        let left = first.bytes.len() - first.sent;
        let mut n = left.min(CHUNK_BYTES);
        if let Some(credit) = &mut self.credit {
            n = n.min(credit.checked_sub(overhead)?);
            if n == 0 && left > 0 {
                return None;
            }
            *credit -= overhead + n;
        }
        let payload = first.bytes.slice(first.sent..first.sent + n);
        first.sent += n;
        first.started = true;
        let last = first.sent == first.bytes.len();
        if last {
            self.bytes -= first.bytes.len() + MESSAGE_OVERHEAD_BYTES;
            self.waiting.pop_front();
        }
        Some(Frame::Message { service, last, payload })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service_of(frame: &Frame) -> Service {
        match frame {
            Frame::Message { service, .. } => *service,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn votes_pass_between_the_pieces_of_lower_services() {
        let out = Outbox::new();
        for service in Service::ALL.into_iter().rev() {
            out.push_message(service, Bytes::from(vec![1; CHUNK_BYTES + 1])).expect("room");
        }
        let first = out.pop().expect("a frame").0;
        assert!(matches!(first, Frame::Message { service: Service::Vote, last: false, .. }));
        out.pop().expect("the rest of the vote");
        assert_eq!(service_of(&out.pop().expect("a frame").0), Service::Proposal);
        out.push_message(Service::Vote, Bytes::from_static(b"late vote")).expect("room");
        assert_eq!(service_of(&out.pop().expect("a frame").0), Service::Vote);
        let rest: Vec<Service> = std::iter::from_fn(|| out.pop()).map(|(f, _)| service_of(&f)).collect();
        use Service::{Gossip, Proposal, Sync, Task};
        assert_eq!(rest, [Proposal, Task, Task, Sync, Sync, Gossip, Gossip]);
    }

    #[test]
    fn votes_drop_the_oldest_and_proposals_push_back() {
        let out = Outbox::new();
        let big = Bytes::from(vec![0; Service::Vote.message_bytes_max()]);
        let dropped: usize = (0..20).map(|_| out.push_message(Service::Vote, big.clone()).expect("drops")).sum();
        assert!(dropped > 0);
        let big = Bytes::from(vec![0; Service::Proposal.message_bytes_max()]);
        let mut fitted = 0;
        while out.push_message(Service::Proposal, big.clone()).is_ok() {
            fitted += 1;
        }
        assert_eq!(fitted, 15);
        assert_eq!(out.push_message(Service::Proposal, big), Err(PushError::Full));
    }

    #[test]
    fn a_message_half_on_the_wire_is_finished_and_the_next_one_gives_way() {
        let out = Outbox::new();
        let big = Bytes::from(vec![0; Service::Vote.message_bytes_max()]);
        while out.push_message(Service::Vote, big.clone()) == Ok(0) {}
        assert!(matches!(out.pop(), Some((Frame::Message { last: false, .. }, _))));
        assert_eq!(out.push_message(Service::Vote, big), Ok(1));
        assert!(matches!(out.pop(), Some((Frame::Message { last: true, .. }, _))));
    }

    #[test]
    fn nothing_is_sent_beyond_the_window() {
        let out = Outbox::new();
        let window = Service::Task.window_bytes().expect("tasks have a window");
        let big = Bytes::from(vec![0; Service::Task.message_bytes_max()]);
        for _ in 0..4 {
            out.push_message(Service::Task, big.clone()).expect("room");
        }
        let sent: usize = std::iter::from_fn(|| out.pop())
            .map(|(f, _)| match f {
                Frame::Message { payload, .. } => payload.len(),
                other => panic!("{other:?}"),
            })
            .sum();
        assert!(sent <= window && sent + CHUNK_BYTES + 4 * MESSAGE_OVERHEAD_BYTES > window, "{sent} of {window}");
        assert_eq!(out.add_credit(Service::Task, window + 1), Err(()));
        assert_eq!(out.add_credit(Service::Vote, 1), Err(()));
        out.add_credit(Service::Task, 1000).expect("within the window");
        assert!(matches!(out.pop(), Some((Frame::Message { payload, .. }, _)) if payload.len() <= 1000));
    }

    #[test]
    fn a_closed_outbox_keeps_only_its_last_word() {
        let out = Outbox::new();
        out.push_message(Service::Task, Bytes::from_static(b"x")).expect("room");
        out.close(Some(Frame::Goodbye(crate::frame::GoodbyeCode::Shutdown)));
        assert!(matches!(out.pop(), Some((Frame::Goodbye(_), Class::Control))));
        assert!(out.pop().is_none());
        assert_eq!(out.push_message(Service::Task, Bytes::new()), Err(PushError::Closed));
    }
}
