//! The encodings that Malachite asks for: of its write-ahead log, and of sync messages to know their size.

use bytes::Bytes;
use malachitebft_app_channel::app::consensus::{ProposedValue, SignedConsensusMsg};
use malachitebft_app_channel::app::types::codec::{Codec, HasEncodedLen};
use malachitebft_app_channel::app::types::core::PolkaCertificate;
use malachitebft_app_channel::app::types::sync::{Request, Response, Status};
use malachitebft_sync::{RawDecidedValue, ValueRequest, ValueResponse};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::context::{Height, Ledger};
use super::wire::{self, DecidedWire, PolkaWire, ProposedWire, VoteMessage, WireError};

/// Canonical CBOR.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CborCodec;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusFile {
    peer: ByteBuf,
    tip: u64,
    min: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeFile {
    from: u64,
    to: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseFile {
    start: u64,
    values: Vec<DecidedWire>,
}

/// Bytes that the sync actor cannot use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("not a peer id: {0}")]
    Peer(String),
    #[error("a {0} message is not one that the log holds")]
    NotLogged(&'static str),
}

impl Codec<SignedConsensusMsg<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<SignedConsensusMsg<Ledger>, CodecError> {
        match wire::decode(&bytes)? {
            VoteMessage::Vote(v) => Ok(SignedConsensusMsg::Vote(wire::vote_from_wire(v))),
            VoteMessage::Proposal(p) => Ok(SignedConsensusMsg::Proposal(wire::proposal_from_wire(p))),
            _ => Err(CodecError::NotLogged("liveness")),
        }
    }

    fn encode(&self, msg: &SignedConsensusMsg<Ledger>) -> Result<Bytes, CodecError> {
        Ok(wire::encode(&wire::consensus_to_wire(msg)?))
    }
}

impl Codec<ProposedValue<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<ProposedValue<Ledger>, CodecError> {
        Ok(wire::proposed_from_wire(wire::decode::<ProposedWire>(&bytes)?))
    }

    fn encode(&self, value: &ProposedValue<Ledger>) -> Result<Bytes, CodecError> {
        Ok(wire::encode(&wire::proposed_to_wire(value)?))
    }
}

impl Codec<PolkaCertificate<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<PolkaCertificate<Ledger>, CodecError> {
        Ok(wire::polka_from_wire(wire::decode::<PolkaWire>(&bytes)?))
    }

    fn encode(&self, certificate: &PolkaCertificate<Ledger>) -> Result<Bytes, CodecError> {
        Ok(wire::encode(&wire::polka_to_wire(certificate)?))
    }
}

impl Codec<Status<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Status<Ledger>, CodecError> {
        let file: StatusFile = wire::decode(&bytes)?;
        let peer_id = malachitebft_sync::PeerId::from_bytes(&file.peer).map_err(|e| CodecError::Peer(e.to_string()))?;
        Ok(Status { peer_id, tip_height: Height(file.tip), history_min_height: Height(file.min) })
    }

    fn encode(&self, status: &Status<Ledger>) -> Result<Bytes, CodecError> {
        let peer = ByteBuf::from(status.peer_id.to_bytes());
        Ok(wire::encode(&StatusFile { peer, tip: status.tip_height.0, min: status.history_min_height.0 }))
    }
}

impl Codec<Request<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Request<Ledger>, CodecError> {
        let file: RangeFile = wire::decode(&bytes)?;
        Ok(Request::ValueRequest(ValueRequest::new(Height(file.from)..=Height(file.to))))
    }

    fn encode(&self, request: &Request<Ledger>) -> Result<Bytes, CodecError> {
        let Request::ValueRequest(ValueRequest { range }) = request;
        Ok(wire::encode(&RangeFile { from: range.start().0, to: range.end().0 }))
    }
}

/// A decided value as it travels.
pub(crate) fn decided_to_wire(value: &RawDecidedValue<Ledger>) -> Result<DecidedWire, WireError> {
    let certificate = wire::certificate_from_mbt(&value.certificate.trim_vote_extensions())?;
    Ok(DecidedWire { body: ByteBuf::from(value.value_bytes.to_vec()), certificate })
}

/// A decided value as Malachite holds it.
pub(crate) fn decided_from_wire(value: DecidedWire) -> RawDecidedValue<Ledger> {
    RawDecidedValue::new(value.body.into_vec().into(), wire::certificate_to_mbt(value.certificate))
}

impl Codec<Response<Ledger>> for CborCodec {
    type Error = CodecError;

    fn decode(&self, bytes: Bytes) -> Result<Response<Ledger>, CodecError> {
        let file: ResponseFile = wire::decode(&bytes)?;
        let values = file.values.into_iter().map(decided_from_wire).collect();
        Ok(Response::ValueResponse(ValueResponse::new(Height(file.start), values)))
    }

    fn encode(&self, response: &Response<Ledger>) -> Result<Bytes, CodecError> {
        let Response::ValueResponse(ValueResponse { start_height, values }) = response;
        let values = values.iter().map(decided_to_wire).collect::<Result<_, _>>()?;
        Ok(wire::encode(&ResponseFile { start: start_height.0, values }))
    }
}

impl HasEncodedLen<Response<Ledger>> for CborCodec {
    fn encoded_len(&self, response: &Response<Ledger>) -> Result<usize, CodecError> {
        Codec::<Response<Ledger>>::encode(self, response).map(|b| b.len())
    }
}
