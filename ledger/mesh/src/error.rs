use std::io;

use ledger_types::id::{ChainId, OrgId};

use crate::service::{Service, StreamService};

/// Why a call on the mesh failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MeshError {
    /// The partner-facing port could not be opened.
    #[error("cannot listen on {address}: {detail}")]
    Listen {
        /// The address asked for.
        address: String,
        /// What the operating system said.
        detail: String,
    },
    /// The TLS certificate or configuration could not be made.
    #[error("cannot make the TLS identity: {0}")]
    Identity(String),
    /// The peer list names one organisation twice.
    #[error("organisation {0} is listed twice")]
    DuplicatePeer(OrgId),
    /// The organisation is not in the peer list.
    #[error("organisation {0} is not in the peer list")]
    UnknownPeer(OrgId),
    /// There is no connection to the organisation now.
    #[error("organisation {0} is not connected")]
    NotConnected(OrgId),
    /// The message is longer than its service carries.
    #[error("a message of {bytes} bytes exceeds the limit of {bytes_max} of service {service}")]
    MessageTooLarge {
        /// The service.
        service: Service,
        /// Length of the message.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The header of a stream is too long.
    #[error("a stream header of {bytes} bytes exceeds the limit of {bytes_max}")]
    HeaderTooLarge {
        /// Length of the header.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The queue to this peer is full ([`try_send`](crate::Mesh::try_send) only).
    #[error("the {service} queue to {org} is full")]
    QueueFull {
        /// The peer.
        org: OrgId,
        /// The service.
        service: Service,
    },
    /// Too many streams are open on this connection.
    #[error("too many open streams to {0}")]
    TooManyStreams(OrgId),
    /// Somebody in this process already receives this service.
    #[error("service {0} is already taken")]
    ServiceTaken(Service),
    /// Somebody in this process already accepts these streams.
    #[error("streams of {0} are already listened for")]
    StreamServiceTaken(StreamService),
    /// The file that records frames could not be opened.
    #[error("cannot open the frame record {path}: {detail}")]
    Tap {
        /// The file.
        path: String,
        /// What the operating system said.
        detail: String,
    },
}

/// Why a certificate was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The certificate is not X.509, or has bytes behind it.
    #[error("the certificate is malformed: {0}")]
    Malformed(String),
    /// The certificate does not carry the identity extension.
    #[error("the certificate carries no organisation identity")]
    NoIdentity,
    /// The identity was made for another chain.
    #[error("the identity is for chain {found}, this is chain {expected}")]
    WrongChain {
        /// This chain.
        expected: ChainId,
        /// The chain in the certificate.
        found: ChainId,
    },
    /// The organisation is not a listed peer.
    #[error("organisation {0} is not in the peer list")]
    UnknownOrg(OrgId),
    /// The organisation's registered key did not sign this certificate.
    #[error("the certificate is not signed by the registered key of {0}")]
    WrongKey(OrgId),
    /// Somebody else answered at the address of a peer.
    #[error("dialled {expected}, but {found} answered")]
    AnotherOrg {
        /// Whom the address should belong to.
        expected: OrgId,
        /// Who answered.
        found: OrgId,
    },
    /// No certificate was presented.
    #[error("no certificate was presented")]
    Missing,
}

/// What was wrong with a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The announced length is zero or above the limit.
    #[error("a frame of {bytes} bytes is outside 1..={bytes_max}")]
    Length {
        /// The announced length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// No such frame type.
    #[error("unknown frame type {0}")]
    UnknownType(u8),
    /// No such service number.
    #[error("unknown service number {0}")]
    UnknownService(u8),
    /// The fields do not fill the frame exactly, or hold forbidden values.
    #[error("a {0} frame is malformed")]
    Malformed(&'static str),
    /// A frame that cannot come at this point.
    #[error("a {0} frame came out of place")]
    OutOfPlace(&'static str),
    /// The greeting is for another protocol version or chain.
    #[error("the greeting does not fit: {0}")]
    Greeting(String),
    /// The fragments of a message exceed the limit of its service.
    #[error("a message of service {service} exceeds {bytes_max} bytes")]
    MessageTooLarge {
        /// The service.
        service: Service,
        /// The limit.
        bytes_max: usize,
    },
    /// More was sent than the receiver had allowed.
    #[error("more was sent on {0} than the window allows")]
    WindowExceeded(String),
    /// A stream number that cannot be used.
    #[error("stream {0} cannot be opened")]
    StreamId(u32),
    /// A frame for a stream that was never opened.
    #[error("stream {0} was never opened")]
    StreamUnknown(u32),
    /// More answers are owed than the peer is willing to read.
    #[error("the peer asks without reading the answers")]
    ControlFlood,
}

/// Why a connection did not come up, or ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The network failed.
    #[error("{detail}")]
    Io {
        /// The kind of failure.
        kind: io::ErrorKind,
        /// What the operating system said.
        detail: String,
    },
    /// The TLS layer failed.
    #[error("TLS: {0}")]
    Tls(String),
    /// The peer's certificate was not accepted.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The peer did not accept us; its log says why.
    #[error("the peer refused our certificate ({0}); see its log")]
    RefusedByPeer(String),
    /// A malformed or excessive frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The handshake took too long.
    #[error("the handshake took longer than {0} ms")]
    HandshakeTimeout(u64),
    /// Nothing was heard for too long, or nothing could be sent.
    #[error("the peer was silent for more than {0} ms")]
    Silent(u64),
    /// An organisation with a lower id dialled; by rule the higher id dials.
    #[error("organisation {0} dialled, but the higher organisation id dials")]
    WrongDirection(OrgId),
    /// A newer connection of the same peer took over.
    #[error("replaced by a newer connection")]
    Replaced,
    /// The peer said goodbye.
    #[error("the peer closed the connection ({0})")]
    Goodbye(&'static str),
    /// This mesh was shut down.
    #[error("this mesh was shut down")]
    Shutdown,
    /// Outgoing frames could not be recorded, so nothing more is sent.
    #[error("cannot record outgoing frames: {0}")]
    Tap(String),
}

impl From<io::Error> for LinkError {
    fn from(e: io::Error) -> Self {
        if let Some(tls) = e.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return crate::tls::link_error(tls);
        }
        Self::Io { kind: e.kind(), detail: e.to_string() }
    }
}

/// Why a stream broke; inside the `io::Error` of a read or write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// The connection to the peer ended.
    #[error("the connection to {org} ended: {cause}")]
    PeerGone {
        /// The peer.
        org: OrgId,
        /// Why the connection ended.
        cause: LinkError,
    },
    /// The peer dropped the stream before finishing it.
    #[error("{0} abandoned the stream")]
    Abandoned(OrgId),
    /// Nobody at the peer accepts this kind of stream.
    #[error("{0} accepts no such stream")]
    Refused(OrgId),
    /// This side already finished writing.
    #[error("this side already finished writing")]
    Finished,
}

impl StreamError {
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match self {
            Self::PeerGone { .. } | Self::Abandoned(_) => io::ErrorKind::ConnectionReset,
            Self::Refused(_) => io::ErrorKind::ConnectionRefused,
            Self::Finished => io::ErrorKind::BrokenPipe,
        };
        io::Error::new(kind, self)
    }
}
