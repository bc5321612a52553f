//! The frames on a connection: `length u32 ‖ type u8 ‖ fields ‖ payload`, integers big endian.
//! `length` counts everything after itself.

use bytes::{Buf, Bytes};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use serde::{Deserialize, Serialize};

use crate::error::FrameError;
use crate::service::{CHUNK_BYTES, STREAM_HEADER_BYTES_MAX, Service, StreamService};

/// Version of the frames; both sides must name the same.
pub(crate) const PROTOCOL_VERSION: u64 = 1;

/// Longest frame after its length field.
pub(crate) const FRAME_BYTES_MAX: usize = CHUNK_BYTES + 16;

/// First frame of each side. Its arrival shows that the peer accepted our certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hello {
    pub version: u64,
    pub chain: ChainId,
}

/// Why a stream is reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ResetCode {
    Abandoned = 0,
    Refused = 1,
}

/// Why a connection is closed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum GoodbyeCode {
    Shutdown = 0,
    Protocol = 1,
    Replaced = 2,
    Silent = 3,
}

impl GoodbyeCode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Shutdown => "it shuts down",
            Self::Protocol => "it objects to a frame of ours",
            Self::Replaced => "it uses a newer connection",
            Self::Silent => "it did not hear us",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Frame {
    Hello(Hello),
    /// A piece of a message; the pieces of one message follow each other within their service.
    Message {
        service: Service,
        last: bool,
        payload: Bytes,
    },
    /// The receiver has taken messages: so many more bytes may come.
    MessageCredit {
        service: Service,
        bytes: u32,
    },
    Open {
        id: u32,
        service: StreamService,
        header: Bytes,
    },
    Data {
        id: u32,
        payload: Bytes,
    },
    Credit {
        id: u32,
        bytes: u32,
    },
    /// The sender will write no more.
    Fin {
        id: u32,
    },
    Reset {
        id: u32,
        code: ResetCode,
    },
    Ping(u64),
    Pong(u64),
    Goodbye(GoodbyeCode),
}

impl Frame {
    /// Appends the frame with its length.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        match self {
            Self::Hello(hello) => {
                out.push(0);
                out.extend_from_slice(&cbor::to_bytes(hello));
            }
            Self::Message { service, last, payload } => {
                out.extend_from_slice(&[1, *service as u8, u8::from(*last)]);
                out.extend_from_slice(payload);
            }
            Self::MessageCredit { service, bytes } => {
                out.extend_from_slice(&[2, *service as u8]);
                out.extend_from_slice(&bytes.to_be_bytes());
            }
            Self::Open { id, service, header } => {
                out.extend_from_slice(&[3, *service as u8]);
                out.extend_from_slice(&id.to_be_bytes());
                out.extend_from_slice(header);
            }
            Self::Data { id, payload } => {
                out.push(4);
                out.extend_from_slice(&id.to_be_bytes());
                out.extend_from_slice(payload);
            }
            Self::Credit { id, bytes } => {
                out.push(5);
                out.extend_from_slice(&id.to_be_bytes());
                out.extend_from_slice(&bytes.to_be_bytes());
            }
            Self::Fin { id } => {
                out.push(6);
                out.extend_from_slice(&id.to_be_bytes());
            }
            Self::Reset { id, code } => {
                out.push(7);
                out.extend_from_slice(&id.to_be_bytes());
                out.push(*code as u8);
            }
            Self::Ping(n) => {
                out.push(8);
                out.extend_from_slice(&n.to_be_bytes());
            }
            Self::Pong(n) => {
                out.push(9);
                out.extend_from_slice(&n.to_be_bytes());
            }
            Self::Goodbye(code) => out.extend_from_slice(&[10, *code as u8]),
        }
        let bytes = u32::try_from(out.len() - start - 4).expect("a frame is shorter than FRAME_BYTES_MAX");
        out[start..start + 4].copy_from_slice(&bytes.to_be_bytes());
    }

    /// Reads what follows the length field.
    pub(crate) fn decode(mut body: Bytes) -> Result<Self, FrameError> {
        if body.is_empty() || body.len() > FRAME_BYTES_MAX {
            return Err(FrameError::Length { bytes: body.len(), bytes_max: FRAME_BYTES_MAX });
        }
        let frame = match body.get_u8() {
            0 => {
                let hello = cbor::from_bytes(&body).map_err(|_| FrameError::Malformed("hello"))?;
                return Ok(Self::Hello(hello));
            }
            1 => {
                need(&body, 2, "message")?;
                let service = service(body.get_u8())?;
                let last = flag(body.get_u8(), "message")?;
                if body.len() > CHUNK_BYTES || (body.is_empty() && !last) {
                    return Err(FrameError::Malformed("message"));
                }
                return Ok(Self::Message { service, last, payload: body });
            }
            2 => {
                need(&body, 5, "message credit")?;
                Self::MessageCredit { service: service(body.get_u8())?, bytes: body.get_u32() }
            }
            3 => {
                need(&body, 5, "open")?;
                let number = body.get_u8();
                let service = StreamService::from_number(number).ok_or(FrameError::UnknownService(number))?;
                let id = body.get_u32();
                if body.len() > STREAM_HEADER_BYTES_MAX {
                    return Err(FrameError::Malformed("open"));
                }
                return Ok(Self::Open { id, service, header: body });
            }
            4 => {
                need(&body, 5, "data")?;
                let id = body.get_u32();
                if body.len() > CHUNK_BYTES {
                    return Err(FrameError::Malformed("data"));
                }
                return Ok(Self::Data { id, payload: body });
            }
            5 => {
                need(&body, 8, "credit")?;
                Self::Credit { id: body.get_u32(), bytes: body.get_u32() }
            }
            6 => {
                need(&body, 4, "fin")?;
                Self::Fin { id: body.get_u32() }
            }
            7 => {
                need(&body, 5, "reset")?;
                let id = body.get_u32();
                let code = match body.get_u8() {
                    0 => ResetCode::Abandoned,
                    1 => ResetCode::Refused,
                    _ => return Err(FrameError::Malformed("reset")),
                };
                Self::Reset { id, code }
            }
            8 => {
                need(&body, 8, "ping")?;
                Self::Ping(body.get_u64())
            }
            9 => {
                need(&body, 8, "pong")?;
                Self::Pong(body.get_u64())
            }
            10 => {
                need(&body, 1, "goodbye")?;
                Self::Goodbye(match body.get_u8() {
                    0 => GoodbyeCode::Shutdown,
                    1 => GoodbyeCode::Protocol,
                    2 => GoodbyeCode::Replaced,
                    3 => GoodbyeCode::Silent,
                    _ => return Err(FrameError::Malformed("goodbye")),
                })
            }
            other => return Err(FrameError::UnknownType(other)),
        };
        if body.is_empty() { Ok(frame) } else { Err(FrameError::Malformed(frame.name())) }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Hello(_) => "hello",
            Self::Message { .. } => "message",
            Self::MessageCredit { .. } => "message credit",
            Self::Open { .. } => "open",
            Self::Data { .. } => "data",
            Self::Credit { .. } => "credit",
            Self::Fin { .. } => "fin",
            Self::Reset { .. } => "reset",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::Goodbye(_) => "goodbye",
        }
    }
}

fn need(body: &Bytes, bytes: usize, what: &'static str) -> Result<(), FrameError> {
    if body.len() < bytes { Err(FrameError::Malformed(what)) } else { Ok(()) }
}

fn service(number: u8) -> Result<Service, FrameError> {
    Service::from_number(number).ok_or(FrameError::UnknownService(number))
}

fn flag(byte: u8, what: &'static str) -> Result<bool, FrameError> {
    match byte {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(FrameError::Malformed(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Frame> {
        let chain = ChainId::new("test").expect("a slug");
        vec![
            Frame::Hello(Hello { version: PROTOCOL_VERSION, chain }),
            Frame::Message { service: Service::Sync, last: false, payload: Bytes::from_static(b"abc") },
            Frame::Message { service: Service::Vote, last: true, payload: Bytes::new() },
            Frame::MessageCredit { service: Service::Task, bytes: 7 },
            Frame::Open { id: 3, service: StreamService::Task, header: Bytes::from_static(b"h") },
            Frame::Data { id: 3, payload: Bytes::from_static(b"xyz") },
            Frame::Credit { id: 3, bytes: 9 },
            Frame::Fin { id: 3 },
            Frame::Reset { id: 3, code: ResetCode::Refused },
            Frame::Ping(1),
            Frame::Pong(2),
            Frame::Goodbye(GoodbyeCode::Silent),
        ]
    }

    #[test]
    fn every_frame_survives_the_wire() {
        for frame in samples() {
            let mut out = Vec::new();
            frame.encode(&mut out);
            let bytes = u32::from_be_bytes(out[..4].try_into().expect("four bytes")) as usize;
            assert_eq!(bytes, out.len() - 4);
            assert_eq!(Frame::decode(Bytes::from(out).slice(4..)), Ok(frame));
        }
    }

    #[test]
    fn cut_lengthened_and_random_frames_are_refused_without_a_panic() {
        for frame in samples() {
            let mut out = Vec::new();
            frame.encode(&mut out);
            let body = Bytes::from(out).slice(4..);
            for cut in 0..body.len() {
                if let Ok(other) = Frame::decode(body.slice(..cut)) {
                    assert_ne!(other, frame);
                }
            }
            let mut long = body.to_vec();
            long.extend_from_slice(&[0; FRAME_BYTES_MAX]);
            assert!(Frame::decode(long.into()).is_err());
        }
        let mut x = 1u64;
        for _ in 0..20_000 {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            let len = (x % 40) as usize;
            let body: Vec<u8> = (0..len).map(|i| (x >> (i % 8 * 8)) as u8).collect();
            let _ = Frame::decode(body.into());
        }
        assert_eq!(Frame::decode(Bytes::from_static(&[11])), Err(FrameError::UnknownType(11)));
        assert_eq!(Frame::decode(Bytes::from_static(&[1, 9, 1])), Err(FrameError::UnknownService(9)));
    }
}
