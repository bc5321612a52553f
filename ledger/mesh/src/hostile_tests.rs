//! A listed peer with a valid certificate that breaks the rules of the wire: each violation closes its
//! connection with its own typed error, and the mesh goes on.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ledger_crypto::{SigningKey, SuiteId};
use ledger_types::id::{ChainId, OrgId};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::config::{MeshConfig, PeerAddr};
use crate::error::{FrameError, IdentityError, LinkError};
use crate::frame::{FRAME_BYTES_MAX, Frame, Hello, PROTOCOL_VERSION};
use crate::peer::PeerEvent;
use crate::service::{CHUNK_BYTES, STREAM_WINDOW_BYTES, STREAMS_MAX, Service, StreamService};
use crate::tls::Listed;
use crate::{Mesh, identity, pump, tls};

struct Scene {
    mesh: Mesh,
    chain: ChainId,
    rogue: OrgId,
    rogue_key: SigningKey,
    mesh_public: ledger_crypto::PublicKey,
}

fn org(s: &str) -> OrgId {
    OrgId::new(s).expect("a slug")
}

async fn scene() -> Scene {
    let chain = ChainId::new("test").expect("a slug");
    let key = Arc::new(SigningKey::generate(SuiteId::Gm).expect("the OS has randomness"));
    let rogue_key = SigningKey::generate(SuiteId::Gm).expect("the OS has randomness");
    let rogue = PeerAddr { org: org("rogue"), public_key: rogue_key.public_key(), address: "127.0.0.1:1".into() };
    let listen = "127.0.0.1:0".parse().expect("an address");
    let mesh_public = key.public_key();
    let config = MeshConfig::new(chain.clone(), SuiteId::Gm, org("honest"), key, listen, vec![rogue]);
    let mesh = Mesh::start(config).await.expect("a free port");
    Scene { mesh, chain, rogue: org("rogue"), rogue_key, mesh_public }
}

impl Scene {
    async fn tls(&self) -> TlsStream<TcpStream> {
        let local = identity::make(&self.chain, &self.rogue, &self.rogue_key).expect("a certificate");
        let keys = [(org("honest"), self.mesh_public)].into();
        let listed = Arc::new(Listed { chain: self.chain.clone(), suite: SuiteId::Gm, keys });
        let config = tls::client(&local, listed, org("honest")).expect("a configuration");
        let tcp = TcpStream::connect(self.mesh.local_addr()).await.expect("the mesh listens");
        TlsConnector::from(config).connect(tls::server_name(), tcp).await.expect("the certificate is accepted")
    }

    async fn greeted(&self) -> TlsStream<TcpStream> {
        let mut io = self.tls().await;
        pump::read_frame(&mut io).await.expect("a greeting");
        let hello = Frame::Hello(Hello { version: PROTOCOL_VERSION, chain: self.chain.clone() });
        io.write_all(&wire(&[hello])).await.expect("the mesh reads");
        io
    }

    /// Sends the bytes on a greeted connection and returns why the mesh closed it.
    async fn provoke(&self, bytes: &[u8]) -> LinkError {
        let mut events = self.mesh.events();
        let mut io = self.greeted().await;
        // The mesh may close while we still write.
        let _ = io.write_all(bytes).await;
        let _ = io.flush().await;
        loop {
            if let PeerEvent::Down(_) = within(events.recv()).await.expect("the mesh runs") {
                break;
            }
        }
        // Only goodbye or the end may follow; the goodbye is what an honest node would log.
        while let Ok((frame, _)) = pump::read_frame(&mut io).await {
            assert!(!matches!(frame, Frame::Message { .. }));
        }
        self.mesh.peers()[0].last_error.clone().expect("the reason is kept")
    }
}

async fn within<T>(f: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), f).await.expect("it happens")
}

fn wire(frames: &[Frame]) -> Vec<u8> {
    let mut out = Vec::new();
    frames.iter().for_each(|f| f.encode(&mut out));
    out
}

fn piece(service: Service, last: bool, bytes: usize) -> Frame {
    Frame::Message { service, last, payload: Bytes::from(vec![0; bytes]) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_violation_closes_the_connection_with_its_own_error() {
    let scene = scene().await;
    let open = |id| Frame::Open { id, service: StreamService::Task, header: Bytes::new() };
    let _listener = scene.mesh.listen_streams(StreamService::Task).expect("free");
    let data = |id, n| Frame::Data { id, payload: Bytes::from(vec![1; n]) };
    let flood = |n: usize, f: Frame| wire(&vec![f; n]);
    let too_long = ((FRAME_BYTES_MAX + 1) as u32).to_be_bytes();
    let window_frames = STREAM_WINDOW_BYTES / CHUNK_BYTES;
    let sync_frames = Service::Sync.message_bytes_max() / CHUNK_BYTES;
    type Check = fn(&FrameError) -> bool;
    let cases: Vec<(&str, Vec<u8>, Check)> = vec![
        ("too long", too_long.to_vec(), |e| matches!(e, FrameError::Length { .. })),
        ("empty", vec![0; 4], |e| matches!(e, FrameError::Length { bytes: 0, .. })),
        ("unknown type", vec![0, 0, 0, 1, 99], |e| matches!(e, FrameError::UnknownType(99))),
        ("unknown service", vec![0, 0, 0, 3, 1, 77, 1], |e| matches!(e, FrameError::UnknownService(77))),
        ("second greeting", wire(&[Frame::Hello(Hello { version: 1, chain: scene.chain.clone() })]), |e| {
            matches!(e, FrameError::OutOfPlace("hello"))
        }),
        ("vote too large", flood(3, piece(Service::Vote, false, CHUNK_BYTES)), |e| {
            matches!(e, FrameError::MessageTooLarge { service: Service::Vote, .. })
        }),
        ("sync too large", flood(sync_frames + 1, piece(Service::Sync, false, CHUNK_BYTES)), |e| {
            matches!(e, FrameError::MessageTooLarge { service: Service::Sync, .. })
        }),
        ("task window exceeded", flood(200, piece(Service::Task, true, CHUNK_BYTES)), |e| {
            matches!(e, FrameError::WindowExceeded(_))
        }),
        ("undeserved credit", wire(&[Frame::MessageCredit { service: Service::Task, bytes: u32::MAX }]), |e| {
            matches!(e, FrameError::WindowExceeded(_))
        }),
        ("credit where none is", wire(&[Frame::MessageCredit { service: Service::Vote, bytes: 1 }]), |e| {
            matches!(e, FrameError::WindowExceeded(_))
        }),
        ("data for no stream", wire(&[data(7, 1)]), |e| matches!(e, FrameError::StreamUnknown(7))),
        ("stream of our parity", wire(&[open(2)]), |e| matches!(e, FrameError::StreamId(2))),
        ("stream opened twice", wire(&[open(5), open(5)]), |e| matches!(e, FrameError::StreamId(5))),
        ("stream window", [wire(&[open(1)]), flood(window_frames + 1, data(1, CHUNK_BYTES))].concat(), |e| {
            matches!(e, FrameError::WindowExceeded(_))
        }),
        ("data after fin", wire(&[open(1), Frame::Fin { id: 1 }, data(1, 1)]), |e| {
            matches!(e, FrameError::OutOfPlace("data"))
        }),
        ("stream credit", wire(&[open(1), Frame::Credit { id: 1, bytes: 1 }]), |e| {
            matches!(e, FrameError::WindowExceeded(_))
        }),
    ];
    for (name, bytes, check) in cases {
        match scene.provoke(&bytes).await {
            LinkError::Frame(e) => assert!(check(&e), "{name}: {e:?}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    // After all this the rogue is still served when it behaves.
    let mut inbox = scene.mesh.service(Service::Gossip).expect("free");
    let mut io = scene.greeted().await;
    io.write_all(&wire(&[Frame::Message { service: Service::Gossip, last: true, payload: "ok".into() }]))
        .await
        .expect("open");
    assert_eq!(within(inbox.recv()).await, Some((scene.rogue.clone(), Bytes::from_static(b"ok"))));
    scene.mesh.shutdown().await;
}

#[tokio::test]
async fn streams_beyond_the_limit_and_without_a_listener_are_refused_one_by_one() {
    let scene = scene().await;
    let mut io = scene.greeted().await;
    io.write_all(&wire(&[Frame::Open { id: 1, service: StreamService::Delivery, header: Bytes::new() }]))
        .await
        .expect("open");
    assert_eq!(next_reset(&mut io).await, 1);
    let mut listener = scene.mesh.listen_streams(StreamService::Task).expect("free");
    let mut kept = Vec::new();
    for i in 0..=STREAMS_MAX as u32 {
        let frame = Frame::Open { id: 3 + 2 * i, service: StreamService::Task, header: Bytes::new() };
        io.write_all(&wire(&[frame])).await.expect("open");
        if i < STREAMS_MAX as u32 {
            kept.push(within(listener.recv()).await.expect("a stream"));
        }
    }
    assert_eq!(next_reset(&mut io).await, 3 + 2 * STREAMS_MAX as u32);
    assert!(scene.mesh.is_connected(&scene.rogue));
}

async fn next_reset(io: &mut TlsStream<TcpStream>) -> u32 {
    loop {
        if let (Frame::Reset { id, .. }, _) = within(pump::read_frame(io)).await.expect("the link is open") {
            return id;
        }
    }
}

#[tokio::test]
async fn a_greeting_for_another_version_is_refused() {
    let scene = scene().await;
    let mut events = scene.mesh.events();
    let mut io = scene.tls().await;
    pump::read_frame(&mut io).await.expect("a greeting");
    io.write_all(&wire(&[Frame::Hello(Hello { version: 2, chain: scene.chain.clone() })])).await.expect("open");
    match within(events.recv()).await.expect("an event") {
        PeerEvent::Refused { error: LinkError::Frame(FrameError::Greeting(_)), .. } => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn plain_bytes_and_a_tls_client_without_a_certificate_are_refused() {
    let scene = scene().await;
    let mut events = scene.mesh.events();
    let mut tcp = TcpStream::connect(scene.mesh.local_addr()).await.expect("the mesh listens");
    tcp.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("open");
    match within(events.recv()).await.expect("an event") {
        PeerEvent::Refused { error: LinkError::Tls(_), .. } => {}
        other => panic!("{other:?}"),
    }
    let local = identity::make(&scene.chain, &scene.rogue, &scene.rogue_key).expect("a certificate");
    let keys = [(org("honest"), scene.mesh_public)].into();
    let listed = Arc::new(Listed { chain: scene.chain.clone(), suite: SuiteId::Gm, keys });
    let mut config = (*tls::client(&local, listed, org("honest")).expect("a configuration")).clone();
    config.client_auth_cert_resolver = Arc::new(NoCertificate);
    let tcp = TcpStream::connect(scene.mesh.local_addr()).await.expect("the mesh listens");
    let _keep = TlsConnector::from(Arc::new(config)).connect(tls::server_name(), tcp).await;
    match within(events.recv()).await.expect("an event") {
        PeerEvent::Refused { error: LinkError::Identity(IdentityError::Missing), .. } => {}
        other => panic!("{other:?}"),
    }
}

#[derive(Debug)]
struct NoCertificate;

impl rustls::client::ResolvesClientCert for NoCertificate {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _sigschemes: &[rustls::SignatureScheme],
    ) -> Option<Arc<rustls::sign::CertifiedKey>> {
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
