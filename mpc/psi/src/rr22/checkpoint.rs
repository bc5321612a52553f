//! What each side keeps at a checkpoint, as bytes.
//!
//! `headers' digest 32 ‖ peer's salt 32 ‖ peer's header length u16 ‖ peer's header ‖ checkpoint_buckets u32 ‖ counts 3·u64 ‖
//! sent 32 ‖ received 32 ‖ traffic 4·u64 ‖ legs u32 ‖ (number u32 ‖ after u32 ‖ seed 32 ‖ peer's seed 32)… ‖ part of the role`.
//! The own header and salt follow from the seed, the peer's are checked again when the checkpoint is used.

use mpc_core::SeedCommitment;
use mpc_net::{Traffic, TranscriptDigest};

use super::message::Counts;
use crate::run::checkpoint::Vault;
use crate::run::link::Transcripts;
use crate::run::wire::Fields;
use crate::run::{Header, Leg, PsiError};

/// Bytes of a leg.
const LEG_BYTES: usize = 72;

/// What stands in every checkpoint of either side.
#[derive(Clone)]
pub(super) struct Common {
    /// Digest of both headers.
    pub(super) agreement: [u8; 32],
    pub(super) peer_salt: [u8; 32],
    pub(super) peer: Header,
    /// A checkpoint lies after every so many buckets.
    pub(super) every: u32,
    pub(super) counts: Counts,
    pub(super) transcripts: Transcripts,
    /// What had crossed the channels.
    pub(super) traffic: Traffic,
    /// Resumptions before it.
    pub(super) legs: Vec<Leg>,
}

impl Common {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(&self.agreement);
        out.extend_from_slice(&self.peer_salt);
        let header = self.peer.encode();
        out.extend_from_slice(&(header.len() as u16).to_be_bytes());
        out.extend_from_slice(&header);
        out.extend_from_slice(&self.every.to_be_bytes());
        let Traffic { sent_frames, sent_bytes, received_frames, received_bytes } = self.traffic;
        for count in [self.counts.buckets, self.counts.values, self.counts.tags] {
            out.extend_from_slice(&count.to_be_bytes());
        }
        out.extend_from_slice(&self.transcripts.sent.0);
        out.extend_from_slice(&self.transcripts.received.0);
        for count in [sent_frames, sent_bytes, received_frames, received_bytes] {
            out.extend_from_slice(&count.to_be_bytes());
        }
        out.extend_from_slice(&(self.legs.len() as u32).to_be_bytes());
        for leg in &self.legs {
            out.extend_from_slice(&leg.number.to_be_bytes());
            out.extend_from_slice(&leg.after.to_be_bytes());
            out.extend_from_slice(&leg.seed.0);
            out.extend_from_slice(&leg.peer_seed.0);
        }
        out
    }

    fn decode(own: &Header, fields: &mut Fields<'_>) -> Result<Self, PsiError> {
        let (agreement, peer_salt) = (fields.array()?, fields.array()?);
        let header_bytes = usize::from(fields.u16()?);
        let peer = Header::decode(&own.protocol, own.more.len(), fields.bytes(header_bytes)?)?;
        let every = fields.u32()?;
        let counts = Counts { buckets: fields.u64()?, values: fields.u64()?, tags: fields.u64()? };
        let transcripts =
            Transcripts { sent: TranscriptDigest(fields.array()?), received: TranscriptDigest(fields.array()?) };
        let traffic = Traffic {
            sent_frames: fields.u64()?,
            sent_bytes: fields.u64()?,
            received_frames: fields.u64()?,
            received_bytes: fields.u64()?,
        };
        let count = fields.u32()? as usize;
        let (legs, _) = fields.bytes(count.saturating_mul(LEG_BYTES))?.as_chunks::<LEG_BYTES>();
        let leg = |bytes: &[u8; LEG_BYTES]| {
            let mut fields = Fields::new("checkpoint", bytes);
            Ok::<_, PsiError>(Leg {
                number: fields.u32()?,
                after: fields.u32()?,
                seed: SeedCommitment(fields.array()?),
                peer_seed: SeedCommitment(fields.array()?),
            })
        };
        let legs = legs.iter().map(leg).collect::<Result<_, _>>()?;
        Ok(Self { agreement, peer_salt, peer, every, counts, transcripts, traffic, legs })
    }

    /// What a checkpoint holds for both sides, and what `part` reads of the rest of it.
    pub(super) fn open<T>(
        vault: &Vault,
        own: &Header,
        number: u32,
        part: impl FnOnce(&Self, &mut Fields<'_>) -> Result<T, PsiError>,
    ) -> Result<(Self, T), PsiError> {
        let damaged = |_| PsiError::CheckpointDamaged { number };
        let bytes = vault.open(number)?;
        let mut fields = Fields::new("checkpoint", &bytes);
        let common = Self::decode(own, &mut fields).map_err(damaged)?;
        let part = part(&common, &mut fields).map_err(damaged)?;
        Ok((common, part))
    }
}
