//! Bringing connections up: who dials whom, the handshake, the greeting, and trying again.

use std::sync::Arc;
use std::time::Duration;

use ledger_types::id::OrgId;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_rustls::{TlsAcceptor, TlsConnector};
use tracing::{debug, info, warn};

use crate::error::{FrameError, IdentityError, LinkError};
use crate::frame::{Frame, Hello, PROTOCOL_VERSION};
use crate::link::Link;
use crate::mesh::Shared;
use crate::peer::{Peer, PeerEvent};
use crate::pump;

/// Handshakes of strangers under way at once; others wait in the kernel's queue.
const HANDSHAKES_MAX: usize = 64;

/// Keeps a connection to a peer with a lower organisation id.
pub(crate) async fn dial(shared: Arc<Shared>, peer: Arc<Peer>, tls: TlsConnector) {
    let timing = shared.config.timing.clone();
    let mut pause = timing.redial_min;
    loop {
        let attempt = timeout(timing.handshake_max, connect(&shared, &peer, &tls));
        let outcome = tokio::select! {
            r = attempt => r.unwrap_or_else(|_| Err(handshake_timeout(&timing.handshake_max))),
            () = shared.cancel.cancelled() => return,
        };
        match outcome {
            Ok(io) => {
                pause = timing.redial_min;
                serve(&shared, &peer, io, true).await;
            }
            Err(e) => {
                let first = {
                    let mut state = peer.state.lock();
                    let first = state.last_error.as_ref() != Some(&e);
                    state.last_error = Some(e.clone());
                    first
                };
                let (org, address) = (&peer.addr.org, &peer.addr.address);
                match &e {
                    LinkError::Io { .. } | LinkError::HandshakeTimeout(_) if !first => {
                        debug!(%org, %address, error = %e, "peer not reached");
                    }
                    LinkError::Io { .. } | LinkError::HandshakeTimeout(_) => {
                        info!(%org, %address, error = %e, "peer not reached; trying again");
                    }
                    _ => warn!(%org, %address, error = %e, "no connection to peer"),
                }
            }
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = shared.cancel.cancelled() => return,
        }
        pause = (pause * 2).min(timing.redial_max);
    }
}

async fn connect(
    shared: &Shared,
    peer: &Peer,
    tls: &TlsConnector,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, LinkError> {
    let mut last =
        LinkError::Io { kind: std::io::ErrorKind::NotFound, detail: format!("{} has no address", peer.addr.address) };
    for address in lookup_host(&peer.addr.address).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        if let Some(bytes) = shared.config.send_buffer_bytes {
            socket.set_send_buffer_size(bytes)?;
        }
        match socket.connect(address).await {
            Ok(tcp) => {
                tcp.set_nodelay(true)?;
                let mut io = tls.connect(crate::tls::server_name(), tcp).await?;
                // The acceptor speaks first: had it refused us, nothing of ours would be unread and its
                // alert would reach us.
                hear_hello(shared, peer, &mut io).await?;
                say_hello(shared, peer, &mut io).await?;
                return Ok(io);
            }
            Err(e) => last = e.into(),
        }
    }
    Err(last)
}

/// Accepts connections of peers with higher organisation ids.
pub(crate) async fn accept(shared: Arc<Shared>, listener: TcpListener, tls: TlsAcceptor) {
    let handshakes = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let permit = handshakes.clone().acquire_owned().await.expect("the semaphore is never closed");
        let accepted = tokio::select! {
            r = listener.accept() => r,
            () = shared.cancel.cancelled() => return,
        };
        let (tcp, from) = match accepted {
            Ok(pair) => pair,
            Err(e) => {
                // Out of file descriptors or the like: give the process time to recover.
                warn!(error = %e, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (owned, tls) = (shared.clone(), tls.clone());
        shared.tasks.spawn(async move {
            let limit = owned.config.timing.handshake_max;
            let outcome = tokio::select! {
                r = timeout(limit, welcome(&owned, tcp, &tls)) => r.unwrap_or_else(|_| Err(handshake_timeout(&limit))),
                () = owned.cancel.cancelled() => return,
            };
            drop(permit);
            match outcome {
                Ok((peer, io)) => serve(&owned, &peer, io, false).await,
                Err(error) => {
                    warn!(%from, %error, "connection refused");
                    let _ = owned.events.send(PeerEvent::Refused { address: from.to_string(), error });
                }
            }
        });
    }
}

async fn welcome(
    shared: &Arc<Shared>,
    tcp: TcpStream,
    tls: &TlsAcceptor,
) -> Result<(Arc<Peer>, tokio_rustls::server::TlsStream<TcpStream>), LinkError> {
    tcp.set_nodelay(true)?;
    let mut io = tls.accept(tcp).await?;
    let certificate = io.get_ref().1.peer_certificates().and_then(|c| c.first()).ok_or(IdentityError::Missing)?;
    let org = shared.listed.identify(certificate)?;
    if org <= shared.config.org {
        return Err(LinkError::WrongDirection(org));
    }
    let peer = shared.peers.get(&org).ok_or(IdentityError::UnknownOrg(org))?.clone();
    say_hello(shared, &peer, &mut io).await?;
    hear_hello(shared, &peer, &mut io).await?;
    Ok((peer, io))
}

async fn say_hello(shared: &Shared, peer: &Peer, io: &mut (impl AsyncWrite + Unpin)) -> Result<(), LinkError> {
    let mut out = Vec::new();
    Frame::Hello(Hello { version: PROTOCOL_VERSION, chain: shared.config.chain.clone() }).encode(&mut out);
    if let Some(tap) = &shared.tap {
        tap.record(&peer.addr.org, &out).map_err(|e| LinkError::Tap(e.to_string()))?;
    }
    io.write_all(&out).await?;
    io.flush().await?;
    peer.meter.sent(pump::GREETING_CLASS, out.len());
    Ok(())
}

async fn hear_hello(shared: &Shared, peer: &Peer, io: &mut (impl AsyncRead + Unpin)) -> Result<(), LinkError> {
    let (frame, bytes) = pump::read_frame(io).await?;
    let Frame::Hello(hello) = frame else { return Err(FrameError::OutOfPlace(frame.name()).into()) };
    if hello.version != PROTOCOL_VERSION {
        let what = format!("protocol version {} instead of {PROTOCOL_VERSION}", hello.version);
        return Err(FrameError::Greeting(what).into());
    }
    if hello.chain != shared.config.chain {
        return Err(FrameError::Greeting(format!("chain {} instead of {}", hello.chain, shared.config.chain)).into());
    }
    peer.meter.received(pump::GREETING_CLASS, bytes);
    Ok(())
}

fn handshake_timeout(limit: &Duration) -> LinkError {
    LinkError::HandshakeTimeout(limit.as_millis() as u64)
}

async fn serve(shared: &Arc<Shared>, peer: &Arc<Peer>, io: impl AsyncRead + AsyncWrite + Send + 'static, dialer: bool) {
    let org: &OrgId = &peer.addr.org;
    let link = Arc::new(Link::new(org.clone(), shared.next_generation(), peer.meter.clone(), dialer));
    shared.attach(peer, &link);
    info!(%org, "peer connected");
    let reason = pump::run(shared, &link, io).await;
    info!(%org, %reason, "peer disconnected");
    shared.detach(peer, &link, reason);
}
