use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::{Deserialize, Serialize};

use crate::frame::Frame;
use crate::service::{Service, StreamService};

/// What traffic is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Pings, credits, greetings.
    Control,
    /// Messages of [`Service::Vote`].
    Vote,
    /// Messages of [`Service::Proposal`].
    Proposal,
    /// Messages of [`Service::Task`].
    Task,
    /// Streams of [`StreamService::Task`].
    TaskStream,
    /// Messages of [`Service::Sync`].
    Sync,
    /// Streams of [`StreamService::Delivery`].
    DeliveryStream,
    /// Messages of [`Service::Gossip`].
    Gossip,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 8] = [
        Self::Control,
        Self::Vote,
        Self::Proposal,
        Self::Task,
        Self::TaskStream,
        Self::Sync,
        Self::DeliveryStream,
        Self::Gossip,
    ];
}

impl From<Service> for Class {
    fn from(s: Service) -> Self {
        match s {
            Service::Vote => Self::Vote,
            Service::Proposal => Self::Proposal,
            Service::Task => Self::Task,
            Service::Sync => Self::Sync,
            Service::Gossip => Self::Gossip,
        }
    }
}

impl From<StreamService> for Class {
    fn from(s: StreamService) -> Self {
        match s {
            StreamService::Task => Self::TaskStream,
            StreamService::Delivery => Self::DeliveryStream,
        }
    }
}

/// Traffic with one peer in one class since the start; bytes are frames with their headers, before TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// What is counted.
    pub class: Class,
    /// Frames sent.
    pub frames_out: u64,
    /// Bytes sent.
    pub bytes_out: u64,
    /// Frames received.
    pub frames_in: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Messages given up because a queue was full, at either end of this process.
    pub messages_dropped: u64,
}

#[derive(Default)]
struct Counters {
    frames_out: AtomicU64,
    bytes_out: AtomicU64,
    frames_in: AtomicU64,
    bytes_in: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Default)]
pub(crate) struct Meter {
    classes: [Counters; 8],
}

impl Meter {
    pub(crate) fn sent(&self, class: Class, bytes: usize) {
        let c = &self.classes[class as usize];
        c.frames_out.fetch_add(1, Relaxed);
        c.bytes_out.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn received(&self, class: Class, bytes: usize) {
        let c = &self.classes[class as usize];
        c.frames_in.fetch_add(1, Relaxed);
        c.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn dropped(&self, class: Class, messages: usize) {
        self.classes[class as usize].dropped.fetch_add(messages as u64, Relaxed);
    }

    pub(crate) fn read(&self) -> Vec<Traffic> {
        Class::ALL
            .into_iter()
            .map(|class| {
                let c = &self.classes[class as usize];
                Traffic {
                    class,
                    frames_out: c.frames_out.load(Relaxed),
                    bytes_out: c.bytes_out.load(Relaxed),
                    frames_in: c.frames_in.load(Relaxed),
                    bytes_in: c.bytes_in.load(Relaxed),
                    messages_dropped: c.dropped.load(Relaxed),
                }
            })
            .collect()
    }
}

/// The class of a frame that needs no knowledge of streams; stream frames are counted where the stream is known.
pub(crate) fn class_of(frame: &Frame) -> Class {
    match frame {
        Frame::Message { service, .. } => (*service).into(),
        Frame::Open { service, .. } => (*service).into(),
        _ => Class::Control,
    }
}
