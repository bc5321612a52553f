//! Meshes over real sockets on the loopback interface.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use ledger_crypto::{SigningKey, SuiteId};
use ledger_mesh::{
    IdentityError, LinkError, Mesh, MeshConfig, MeshError, PeerAddr, PeerEvent, Service, StreamError, StreamService,
};
use ledger_types::id::{ChainId, OrgId};
use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

struct Member {
    org: OrgId,
    key: Arc<SigningKey>,
    address: String,
}

fn org(s: &str) -> OrgId {
    OrgId::new(s).expect("a slug")
}

fn chain() -> ChainId {
    ChainId::new("test").expect("a slug")
}

/// Ports that were free a moment ago.
fn members(names: &[&str]) -> Vec<Member> {
    let held: Vec<_> = names.iter().map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a free port")).collect();
    let address = |l: &std::net::TcpListener| l.local_addr().expect("bound").to_string();
    let member = |(n, l): (&&str, &_)| Member {
        org: org(n),
        key: Arc::new(SigningKey::generate(SuiteId::Gm).expect("the OS has randomness")),
        address: address(l),
    };
    names.iter().zip(&held).map(member).collect()
}

fn config(members: &[Member], who: usize) -> MeshConfig {
    let peer = |m: &Member| PeerAddr { org: m.org.clone(), public_key: m.key.public_key(), address: m.address.clone() };
    let me = &members[who];
    let listen = me.address.parse().expect("an address");
    MeshConfig::new(chain(), SuiteId::Gm, me.org.clone(), me.key.clone(), listen, members.iter().map(peer).collect())
}

async fn start(members: &[Member], who: usize) -> Mesh {
    Mesh::start(config(members, who)).await.expect("the port is free")
}

async fn within<T>(f: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), f).await.expect("it happens")
}

async fn until(mut done: impl FnMut() -> bool) {
    within(async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_connect_and_every_service_carries_messages_of_every_size() {
    let m = members(&["a", "b", "c"]);
    let (a, b, c) = (start(&m, 0).await, start(&m, 1).await, start(&m, 2).await);
    until(|| [&a, &b, &c].iter().all(|n| n.connected().len() == 2)).await;
    for service in Service::ALL {
        let mut at_a = a.service(service).expect("free");
        let mut at_c = c.service(service).expect("free");
        assert!(matches!(a.service(service), Err(MeshError::ServiceTaken(_))));
        for bytes in [0, 1, 32 * 1024, 32 * 1024 + 1, service.message_bytes_max()] {
            let message: Bytes = (0..bytes).map(|i| (i * 31 + bytes) as u8).collect::<Vec<_>>().into();
            assert_eq!(b.broadcast(service, message.clone()).expect("fits"), 2);
            assert!(within(at_a.recv()).await == Some((org("b"), message.clone())), "{service} {bytes}");
            assert!(within(at_c.recv()).await == Some((org("b"), message)), "{service} {bytes}");
        }
        let too_large = Bytes::from(vec![0; service.message_bytes_max() + 1]);
        assert!(matches!(b.send(&org("a"), service, too_large).await, Err(MeshError::MessageTooLarge { .. })));
    }
    until(|| a.peers().iter().all(|p| p.rtt_ms.is_some())).await;
    let (out, into) = (b.peers()[0].clone(), a.peers()[0].clone());
    assert!(out.bytes_out() > 16 << 20 && into.bytes_in() > 16 << 20);
    assert!(matches!(a.send(&org("z"), Service::Task, Bytes::new()).await, Err(MeshError::UnknownPeer(_))));
    for n in [a, b, c] {
        within(n.shutdown()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_200_mb_arrives_intact_although_the_reader_is_slow_to_start() {
    let m = members(&["a", "b"]);
    let (a, b) = (start(&m, 0).await, start(&m, 1).await);
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    let mut incoming = b.listen_streams(StreamService::Task).expect("free");
    let mut out = a.open_stream(&org("b"), StreamService::Task, Bytes::from_static(b"session 7")).expect("open");
    let total: usize = 200_000_000;
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let writer = tokio::spawn(async move {
        let block: Vec<u8> = (0..1_000_000u32).map(|i| (i ^ (i >> 8)) as u8).collect();
        for _ in 0..total / block.len() {
            for piece in block.chunks(250_000) {
                out.write_all(piece).await.expect("the reader lives");
                counter.fetch_add(piece.len(), SeqCst);
            }
        }
        out.shutdown().await.expect("the reader lives");
        let mut answer = String::new();
        out.read_to_string(&mut answer).await.expect("an answer");
        answer
    });
    let mut stream = within(incoming.recv()).await.expect("a stream");
    assert_eq!((stream.from.clone(), &stream.header[..]), (org("a"), &b"session 7"[..]));
    // Nobody reads: the writer comes to a stop at the window plus what is queued.
    let mut seen = usize::MAX;
    while seen != written.load(SeqCst) {
        seen = written.load(SeqCst);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(seen < 4_000_000, "the writer is held back, got {seen}");
    let mut buf = vec![0; 100_000];
    let mut got = 0usize;
    loop {
        let n = within(stream.stream.read(&mut buf)).await.expect("the writer lives");
        if n == 0 {
            break;
        }
        for (i, byte) in buf[..n].iter().enumerate() {
            let at = ((got + i) % 1_000_000) as u32;
            assert!(*byte == (at ^ (at >> 8)) as u8, "byte {}", got + i);
        }
        got += n;
    }
    assert_eq!(got, total);
    // The other direction of a half-closed stream still works.
    stream.stream.write_all(b"all there").await.expect("open");
    stream.stream.shutdown().await.expect("open");
    assert_eq!(within(writer).await.expect("no panic"), "all there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_a_peer_dies_reads_and_writes_of_both_ends_fail_and_a_restart_reconnects() {
    let m = members(&["a", "b"]);
    let a = start(&m, 0).await;
    let b = start(&m, 1).await;
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    let mut events = a.events();
    let mut incoming = a.listen_streams(StreamService::Task).expect("free");
    let mut at_b = b.open_stream(&org("a"), StreamService::Task, Bytes::new()).expect("open");
    at_b.write_all(b"half of a mess").await.expect("open");
    let mut at_a = within(incoming.recv()).await.expect("a stream");
    b.shutdown().await;
    let mut rest = Vec::new();
    let error = within(at_a.stream.read_to_end(&mut rest)).await.expect_err("no clean end");
    let typed = error.get_ref().and_then(|e| e.downcast_ref::<StreamError>());
    assert!(matches!(typed, Some(StreamError::PeerGone { org: o, .. }) if *o == org("b")), "{error:?}");
    assert!(at_a.stream.write_all(b"x").await.is_err());
    assert!(at_b.write_all(b"x").await.is_err());
    assert!(at_b.read_u8().await.is_err());
    assert!(matches!(within(events.recv()).await, Ok(PeerEvent::Down(o)) if o == org("b")));
    drop(b);
    let b = start(&m, 1).await;
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    // And the other way: the side that is dialled restarts.
    a.shutdown().await;
    until(|| !b.is_connected(&org("a"))).await;
    drop((a, incoming));
    let a = start(&m, 0).await;
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    assert_eq!(b.peers()[0].connections, 2);
    let mut tasks = a.service(Service::Task).expect("free");
    b.send(&org("a"), Service::Task, Bytes::from_static(b"again")).await.expect("connected");
    assert_eq!(within(tasks.recv()).await, Some((org("b"), Bytes::from_static(b"again"))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_stream_breaks_the_other_end_and_a_finished_one_does_not() {
    let m = members(&["a", "b"]);
    let (a, b) = (start(&m, 0).await, start(&m, 1).await);
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    let refused = b.open_stream(&org("a"), StreamService::Delivery, Bytes::new());
    let error = within(refused.expect("open").read_u8()).await.expect_err("nobody listens");
    assert!(matches!(error.get_ref().and_then(|e| e.downcast_ref()), Some(StreamError::Refused(_))), "{error:?}");
    let mut incoming = a.listen_streams(StreamService::Delivery).expect("free");

    let mut out = b.open_stream(&org("a"), StreamService::Delivery, Bytes::new()).expect("open");
    out.write_all(b"cut").await.expect("open");
    let mut there = within(incoming.recv()).await.expect("a stream").stream;
    drop(out);
    let error = within(there.read_to_end(&mut Vec::new())).await.expect_err("no clean end");
    assert!(matches!(error.get_ref().and_then(|e| e.downcast_ref()), Some(StreamError::Abandoned(_))), "{error:?}");

    let mut out = b.open_stream(&org("a"), StreamService::Delivery, Bytes::new()).expect("open");
    out.write_all(b"whole").await.expect("open");
    out.shutdown().await.expect("open");
    drop(out);
    let mut there = within(incoming.recv()).await.expect("a stream").stream;
    let mut all = Vec::new();
    within(there.read_to_end(&mut all)).await.expect("a clean end");
    assert_eq!(all, b"whole");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_wrong_keys_and_impostors_are_refused_by_name() {
    let m = members(&["a", "b"]);
    let a = start(&m, 0).await;
    let mut events = a.events();
    let mut refusal = async || loop {
        if let PeerEvent::Refused { error, .. } = within(events.recv()).await.expect("the mesh runs") {
            return error;
        }
    };
    // An organisation that nobody listed.
    let mut stranger = config(&m, 1);
    stranger.org = org("x");
    stranger.listen = "127.0.0.1:0".parse().expect("an address");
    let x = Mesh::start(stranger).await.expect("a free port");
    assert_eq!(refusal().await, LinkError::Identity(IdentityError::UnknownOrg(org("x"))));
    until(|| matches!(x.peers()[0].last_error, Some(LinkError::RefusedByPeer(_)))).await;
    x.shutdown().await;
    // A listed organisation with another key.
    let mut thief = config(&m, 1);
    thief.key = Arc::new(SigningKey::generate(SuiteId::Gm).expect("the OS has randomness"));
    thief.listen = "127.0.0.1:0".parse().expect("an address");
    let t = Mesh::start(thief).await.expect("a free port");
    until(|| matches!(t.peers()[0].last_error, Some(LinkError::RefusedByPeer(_)))).await;
    let mut seen = refusal().await;
    while seen == LinkError::Identity(IdentityError::UnknownOrg(org("x"))) {
        seen = refusal().await;
    }
    assert_eq!(seen, LinkError::Identity(IdentityError::WrongKey(org("b"))));
    t.shutdown().await;
    // Another chain.
    let mut elsewhere = config(&m, 1);
    elsewhere.chain = ChainId::new("other").expect("a slug");
    elsewhere.listen = "127.0.0.1:0".parse().expect("an address");
    let e = Mesh::start(elsewhere).await.expect("a free port");
    until(|| matches!(e.peers()[0].last_error, Some(LinkError::Identity(IdentityError::WrongChain { .. })))).await;
    e.shutdown().await;
    assert!(a.connected().is_empty());
    // Somebody else at the address of a peer: b dials "a0" where a answers.
    let mut misled = config(&m, 1);
    misled.peers.push(PeerAddr { org: org("a0"), public_key: misled.key.public_key(), address: m[0].address.clone() });
    misled.listen = "127.0.0.1:0".parse().expect("an address");
    let b = Mesh::start(misled).await.expect("a free port");
    until(|| b.is_connected(&org("a"))).await;
    until(|| matches!(b.peers()[1].last_error, Some(LinkError::Identity(IdentityError::AnotherOrg { .. })))).await;
    assert!(!b.is_connected(&org("a0")));
}

/// Forwards between one pair of sockets, records what passes and can be slowed down.
struct Proxy {
    address: String,
    seen: Arc<Mutex<Vec<u8>>>,
    slow: Arc<AtomicBool>,
}

async fn proxy(to: String) -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let (seen, slow) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
    let (record, brake) = (seen.clone(), slow.clone());
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let Ok(far) = TcpStream::connect(&to).await else { continue };
            let ((near_r, near_w), (far_r, far_w)) = (near.into_split(), far.into_split());
            tokio::spawn(forward(near_r, far_w, record.clone(), brake.clone()));
            tokio::spawn(forward(far_r, near_w, record.clone(), brake.clone()));
        }
    });
    Proxy { address, seen, slow }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    record: Arc<Mutex<Vec<u8>>>,
    brake: Arc<AtomicBool>,
) {
    let mut buf = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buf).await {
        record.lock().extend_from_slice(&buf[..n]);
        if brake.load(SeqCst) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        if to.write_all(&buf[..n]).await.is_err() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_tls_is_on_the_wire_and_the_tap_holds_the_plaintext() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut m = members(&["a", "b"]);
    let a = start(&m, 0).await;
    let proxy = proxy(m[0].address.clone()).await;
    m[0].address = proxy.address.clone();
    let mut tapped = config(&m, 1);
    tapped.frame_tap = Some(dir.path().join("frames"));
    let b = Mesh::start(tapped).await.expect("a free port");
    until(|| b.is_connected(&org("a")) && a.is_connected(&org("b"))).await;
    let marker = b"MARKER-that-must-not-be-seen".repeat(5000);
    let mut tasks = a.service(Service::Task).expect("free");
    let mut incoming = a.listen_streams(StreamService::Task).expect("free");
    b.send(&org("a"), Service::Task, marker.clone().into()).await.expect("connected");
    within(tasks.recv()).await.expect("a message");
    let mut out = b.open_stream(&org("a"), StreamService::Task, Bytes::from_static(b"h")).expect("open");
    out.write_all(&marker).await.expect("open");
    out.shutdown().await.expect("open");
    let mut got = Vec::new();
    let mut stream = within(incoming.recv()).await.expect("a stream").stream;
    within(stream.read_to_end(&mut got)).await.expect("a clean end");
    assert!(got == marker);
    let wire = proxy.seen.lock().clone();
    assert!(wire.len() > 2 * marker.len());
    assert!(!wire.windows(6).any(|w| w == b"MARKER"));
    // Each direction is a sequence of TLS records (RFC 8446 §5.1); the first is the client's hello.
    assert_eq!(wire[..2], [0x16, 0x03]);
    let said = ledger_mesh::tap::conversations(&dir.path().join("frames")).expect("a record");
    assert!(said[&(org("a"), "task".into())] == marker);
    assert!(said[&(org("a"), "stream 1".into())][1..] == marker);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_overtakes_a_backlog_of_sync_and_gossip_on_a_slow_line() {
    let mut m = members(&["a", "b"]);
    let a = start(&m, 0).await;
    let proxy = proxy(m[0].address.clone()).await;
    m[0].address = proxy.address.clone();
    let mut small_buffer = config(&m, 1);
    small_buffer.send_buffer_bytes = Some(64 * 1024);
    let b = Mesh::start(small_buffer).await.expect("a free port");
    until(|| b.is_connected(&org("a")) && a.is_connected(&org("b"))).await;
    proxy.slow.store(true, SeqCst);
    let (mut votes, mut sync) = (a.service(Service::Vote).expect("free"), a.service(Service::Sync).expect("free"));
    let messages = 24;
    for _ in 0..messages {
        b.send(&org("a"), Service::Sync, Bytes::from(vec![7; 1 << 20])).await.expect("room");
    }
    b.send(&org("a"), Service::Vote, Bytes::from_static(b"vote")).await.expect("room");
    let vote = within(votes.recv()).await.expect("a vote");
    assert_eq!(&vote.1[..], b"vote");
    let mut before = 0;
    while sync.try_recv().is_some() {
        before += 1;
    }
    assert!(before < messages / 2, "the vote came after {before} of {messages} sync messages");
    proxy.slow.store(false, SeqCst);
    for _ in before..messages {
        assert_eq!(within(sync.recv()).await.expect("a message").1.len(), 1 << 20);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_takes_nothing_stops_the_sender_and_nobody_else() {
    let m = members(&["a", "b"]);
    let (a, b) = (start(&m, 0).await, start(&m, 1).await);
    until(|| a.is_connected(&org("b")) && b.is_connected(&org("a"))).await;
    let mut sent = 0;
    let message = Bytes::from(vec![1; 1 << 20]);
    loop {
        let to = org("a");
        let sending = b.send(&to, Service::Task, message.clone());
        match tokio::time::timeout(Duration::from_millis(500), sending).await {
            Ok(done) => done.expect("connected"),
            Err(_) => break,
        }
        sent += 1;
        assert!(sent < 100, "the sender must be held back");
    }
    assert!(matches!(b.try_send(&org("a"), Service::Task, message), Err(MeshError::QueueFull { .. })));
    let mut votes = a.service(Service::Vote).expect("free");
    b.send(&org("a"), Service::Vote, Bytes::from_static(b"vote")).await.expect("votes pass");
    within(votes.recv()).await.expect("a vote");
    let mut tasks = a.service(Service::Task).expect("free");
    for _ in 0..sent {
        assert_eq!(within(tasks.recv()).await.expect("a message").1.len(), 1 << 20);
    }
}

#[tokio::test]
async fn a_port_in_use_and_a_peer_listed_twice_are_refused_at_start() {
    let m = members(&["a", "b"]);
    let _held = start(&m, 0).await;
    assert!(matches!(Mesh::start(config(&m, 0)).await, Err(MeshError::Listen { .. })));
    let mut twice = config(&m, 1);
    twice.peers.push(twice.peers[0].clone());
    assert!(matches!(Mesh::start(twice).await, Err(MeshError::DuplicatePeer(_))));
}
