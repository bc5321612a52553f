//! Authenticated, multiplexed links between the organisations of one chain: all traffic between partners
//! (consensus, block sync, transaction gossip, protocol channels, delivery) runs over this one port.
//!
//! * One TLS 1.3 connection over TCP per pair of organisations. The higher organisation id dials the lower
//!   one; a new connection replaces an older one of the same peer.
//! * Both sides prove who they are: the self-made TLS certificate carries the organisation's id and its
//!   suite signature over the certificate's public key ([`identity`]). Only listed peers are accepted.
//! * [`Service`]s carry one-way messages, [`StreamService`]s carry ordered byte streams. Frames are sent in
//!   strict priority: votes, proposals, tasks, sync, gossip ([`service`] states each queue's rule).
//! * What a peer can make grow is bounded: frame, message and header sizes, queues, windows, streams,
//!   handshakes. A malformed or excessive frame closes the connection with a typed [`LinkError`].
//!
//! What it does not hide: who talks to whom, when, and how much.

#![forbid(unsafe_code)]

mod config;
mod connect;
mod error;
mod frame;
pub mod identity;
mod inbox;
mod link;
mod mesh;
mod meter;
mod outbox;
mod peer;
mod pump;
pub mod service;
mod stream;
pub mod tap;
mod tls;

#[cfg(test)]
mod hostile_tests;

pub use config::{MeshConfig, MeshTiming, PeerAddr};
pub use error::{FrameError, IdentityError, LinkError, MeshError, StreamError};
pub use inbox::Inbox;
pub use mesh::Mesh;
pub use meter::{Class, Traffic};
pub use peer::{PeerEvent, PeerStatus};
pub use service::{Service, StreamService};
pub use stream::{IncomingStream, MeshStream};
