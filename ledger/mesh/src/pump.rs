//! Moves frames between a connection and its queues until it ends.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::error::{FrameError, LinkError};
use crate::frame::{FRAME_BYTES_MAX, Frame, ResetCode};
use crate::link::Link;
use crate::mesh::Shared;
use crate::meter::{Class, class_of};
use crate::service::{MESSAGE_OVERHEAD_BYTES, STREAM_HEADER_BYTES_MAX, Service};
use crate::stream::IncomingStream;

/// Bytes gathered before one write; a vote waits for at most this much.
const BATCH_BYTES: usize = 64 * 1024;

/// How long a closing connection may take to send its last word.
const LAST_WORD: Duration = Duration::from_secs(1);

/// Reads one frame.
pub(crate) async fn read_frame(from: &mut (impl AsyncRead + Unpin)) -> Result<(Frame, usize), LinkError> {
    let bytes = from.read_u32().await? as usize;
    if bytes == 0 || bytes > FRAME_BYTES_MAX.max(STREAM_HEADER_BYTES_MAX + 16) {
        return Err(FrameError::Length { bytes, bytes_max: FRAME_BYTES_MAX }.into());
    }
    let mut body = vec![0; bytes];
    from.read_exact(&mut body).await?;
    Ok((Frame::decode(body.into())?, bytes + 4))
}

/// Runs a greeted connection until it ends; says why it did.
pub(crate) async fn run(
    shared: &Arc<Shared>,
    link: &Arc<Link>,
    io: impl AsyncRead + AsyncWrite + Send + 'static,
) -> LinkError {
    let (reader, writer) = tokio::io::split(io);
    let writing = tokio::spawn(write_frames(shared.clone(), link.clone(), writer));
    let reading = read_frames(shared, link, BufReader::with_capacity(BATCH_BYTES, reader));
    let pinging = keep_alive(shared, link);
    let reason = tokio::select! {
        e = reading => e,
        e = pinging => e,
        () = link.closed() => link.reason(),
        () = shared.cancel.cancelled() => LinkError::Shutdown,
    };
    link.close(reason);
    // The writer ends by itself: its queue is closed and its last write is bounded.
    let _ = writing.await;
    link.reason()
}

async fn keep_alive(shared: &Shared, link: &Link) -> LinkError {
    let timing = &shared.config.timing;
    let mut tick = interval(timing.ping_interval);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if link.silent_for() > timing.silence_max {
            return LinkError::Silent(timing.silence_max.as_millis() as u64);
        }
        if let Err(e) = link.control(link.ping()) {
            return e.into();
        }
    }
}

async fn write_frames(shared: Arc<Shared>, link: Arc<Link>, mut to: impl AsyncWrite + Unpin) {
    let mut batch = Vec::with_capacity(BATCH_BYTES + FRAME_BYTES_MAX + 4);
    loop {
        batch.clear();
        while batch.len() < BATCH_BYTES {
            let Some((frame, class)) = link.outbox.pop() else { break };
            let before = batch.len();
            frame.encode(&mut batch);
            link.meter.sent(class, batch.len() - before);
        }
        if batch.is_empty() {
            if link.outbox.is_closed() {
                break;
            }
            link.outbox.ready().await;
            continue;
        }
        if let Some(tap) = &shared.tap
            && let Err(e) = tap.record(&link.org, &batch)
        {
            link.close(LinkError::Tap(e.to_string()));
            break;
        }
        let silence = shared.config.timing.silence_max;
        let write = async {
            to.write_all(&batch).await?;
            to.flush().await
        };
        let outcome = tokio::select! {
            r = timeout(silence, write) => r,
            () = async { link.closed().await; sleep(LAST_WORD).await } => break,
        };
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(e)) => {
                link.close(e.into());
                break;
            }
            Err(_) => {
                link.close(LinkError::Silent(silence.as_millis() as u64));
                break;
            }
        }
    }
    let _ = timeout(LAST_WORD, to.shutdown()).await;
}

async fn read_frames(shared: &Arc<Shared>, link: &Arc<Link>, mut from: impl AsyncRead + Unpin) -> LinkError {
    let mut partial: HashMap<Service, BytesMut> = HashMap::new();
    loop {
        let (frame, bytes) = match read_frame(&mut from).await {
            Ok(frame) => frame,
            Err(e) => return e,
        };
        link.heard();
        if let Err(e) = handle(shared, link, &mut partial, frame, bytes) {
            return e;
        }
    }
}

fn handle(
    shared: &Arc<Shared>,
    link: &Arc<Link>,
    partial: &mut HashMap<Service, BytesMut>,
    frame: Frame,
    frame_bytes: usize,
) -> Result<(), LinkError> {
    let mut class = class_of(&frame);
    match frame {
        Frame::Message { service, last, payload } => {
            if let Some(message) = assemble(link, partial, service, last, payload)? {
                let dropped = shared.inboxes[service as usize].push(&link.org, message, Arc::downgrade(link));
                link.meter.dropped(class, dropped);
            }
        }
        Frame::MessageCredit { service, bytes } => link
            .outbox
            .add_credit(service, bytes as usize)
            .map_err(|()| FrameError::WindowExceeded(format!("credit of {service}")))?,
        Frame::Open { id, service, header } => {
            let accepted = match link.on_open(id, service)? {
                Some(stream) => shared.offer(IncomingStream { from: link.org.clone(), header, stream }),
                None => false,
            };
            if !accepted {
                link.forget_stream(id);
                link.control(Frame::Reset { id, code: ResetCode::Refused })?;
            }
        }
        Frame::Data { id, payload } => {
            if let Some(stream) = link.stream(id)? {
                class = stream.service.into();
                stream.on_data(&payload)?;
            }
        }
        Frame::Credit { id, bytes } => {
            if let Some(stream) = link.stream(id)? {
                stream.on_credit(bytes)?;
            }
        }
        Frame::Fin { id } => {
            if let Some(stream) = link.stream(id)?
                && stream.on_fin()?
            {
                link.forget_stream(id);
            }
        }
        Frame::Reset { id, code } => link.on_reset(id, code)?,
        Frame::Ping(n) => link.control(Frame::Pong(n))?,
        Frame::Pong(n) => link.on_pong(n),
        Frame::Goodbye(code) => return Err(LinkError::Goodbye(code.as_str())),
        Frame::Hello(_) => return Err(FrameError::OutOfPlace("hello").into()),
    }
    link.meter.received(class, frame_bytes);
    Ok(())
}

/// Puts the pieces of a message together; the finished message when this was the last piece.
fn assemble(
    link: &Link,
    partial: &mut HashMap<Service, BytesMut>,
    service: Service,
    last: bool,
    payload: Bytes,
) -> Result<Option<Bytes>, FrameError> {
    let started = partial.contains_key(&service);
    link.charge(service, payload.len() + if started { 0 } else { MESSAGE_OVERHEAD_BYTES })?;
    let bytes_max = service.message_bytes_max();
    if last && !started {
        return if payload.len() > bytes_max {
            Err(FrameError::MessageTooLarge { service, bytes_max })
        } else {
            Ok(Some(payload))
        };
    }
    let so_far = partial.entry(service).or_default();
    if so_far.len() + payload.len() > bytes_max {
        return Err(FrameError::MessageTooLarge { service, bytes_max });
    }
    so_far.extend_from_slice(&payload);
    Ok(if last { partial.remove(&service).map(BytesMut::freeze) } else { None })
}

/// What the meter counts the greeting as.
pub(crate) const GREETING_CLASS: Class = Class::Control;
