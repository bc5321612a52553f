//! The first message of both sides: what each believes is about to run.

use mpc_core::SeedCommitment;

use super::error::PsiError;
use super::params::{Params, Returns, RunConfig, SessionId};
use super::wire::Fields;
use crate::item::ITEMS_MAX;

/// Role of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Learns the intersection.
    Receiver,
    /// Learns the size of the receiver's set.
    Sender,
}

impl Role {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Receiver => Self::Sender,
            Self::Sender => Self::Receiver,
        }
    }
}

/// The header of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Protocol and version.
    pub protocol: String,
    /// Session.
    pub session: SessionId,
    /// Digest of what else must be believed alike.
    pub binding: [u8; 32],
    /// Role of the side that sends this header.
    pub role: Role,
    /// Its distinct items, canaries excluded.
    pub items: u64,
    /// Parameters.
    pub params: Params,
    /// Width of the columns that it releases for a match; zero when it releases none.
    pub payload_bytes: u32,
    /// Commitment to the seed of its randomness.
    pub seed: SeedCommitment,
    /// Fields of the protocol itself; their number follows from its name.
    pub more: Vec<u8>,
}

impl Header {
    /// The header of a protocol without fields of its own.
    pub(crate) fn own(
        protocol: &str,
        config: &RunConfig,
        role: Role,
        items: u64,
        payload_bytes: u32,
        seed: SeedCommitment,
    ) -> Self {
        Self {
            protocol: protocol.to_owned(),
            session: config.session,
            binding: config.binding,
            role,
            items,
            params: config.params,
            payload_bytes,
            seed,
            more: Vec::new(),
        }
    }

    /// Items, canaries included.
    pub(crate) fn total(&self) -> u64 {
        self.items + u64::from(self.params.joint_canaries) + u64::from(self.params.private_canaries)
    }

    /// Bytes on the wire.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(160);
        out.push(self.protocol.len() as u8);
        out.extend_from_slice(&self.protocol.as_bytes()[..usize::from(self.protocol.len() as u8)]);
        out.extend_from_slice(&self.session.0);
        out.extend_from_slice(&self.binding);
        out.push(match self.role {
            Role::Receiver => 0,
            Role::Sender => 1,
        });
        out.extend_from_slice(&self.items.to_be_bytes());
        out.extend_from_slice(&self.params.chunk_items.to_be_bytes());
        out.extend_from_slice(&self.params.statistical_bits.to_be_bytes());
        out.extend_from_slice(&self.params.joint_canaries.to_be_bytes());
        out.extend_from_slice(&self.params.private_canaries.to_be_bytes());
        out.push(u8::from(self.params.payload) | self.params.returns.number() << 1);
        out.extend_from_slice(&self.payload_bytes.to_be_bytes());
        out.extend_from_slice(&self.seed.0);
        out.extend_from_slice(&self.more);
        out
    }

    /// Reads a header of a protocol with `more_bytes` bytes of its own fields; another protocol or version is told
    /// apart from rubbish.
    ///
    /// # Errors
    /// [`PsiError::WrongProtocol`], [`PsiError::Malformed`].
    pub fn decode(expected: &str, more_bytes: usize, bytes: &[u8]) -> Result<Self, PsiError> {
        let malformed = || PsiError::Malformed { message: "header" };
        let mut fields = Fields::new("header", bytes);
        let len = usize::from(fields.u8()?);
        let protocol = std::str::from_utf8(fields.bytes(len)?).map_err(|_| malformed())?;
        if !protocol.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(malformed());
        }
        if protocol != expected {
            return Err(PsiError::WrongProtocol { theirs: protocol.to_owned() });
        }
        let header = Self {
            protocol: protocol.to_owned(),
            session: SessionId(fields.array()?),
            binding: fields.array()?,
            role: match fields.u8()? {
                0 => Role::Receiver,
                1 => Role::Sender,
                _ => return Err(malformed()),
            },
            items: fields.u64()?,
            params: params(&mut fields)?,
            payload_bytes: fields.u32()?,
            seed: SeedCommitment(fields.array()?),
            more: fields.bytes(more_bytes)?.to_vec(),
        };
        fields.end()?;
        Ok(header)
    }

    /// Compares the peer's header with one's own. Both sides compare, so that both see the difference.
    pub(crate) fn check(&self, theirs: &Header, config: &RunConfig) -> Result<(), PsiError> {
        if theirs.session != self.session {
            return Err(PsiError::WrongSession);
        }
        if theirs.role == self.role {
            return Err(PsiError::SameRole { role: self.role });
        }
        if theirs.binding != self.binding {
            return Err(PsiError::WrongBinding);
        }
        let (a, b) = (self.params, theirs.params);
        for (name, ours, theirs) in [
            ("chunk_items", u64::from(a.chunk_items), u64::from(b.chunk_items)),
            ("statistical_bits", u64::from(a.statistical_bits), u64::from(b.statistical_bits)),
            ("joint_canaries", u64::from(a.joint_canaries), u64::from(b.joint_canaries)),
            ("private_canaries", u64::from(a.private_canaries), u64::from(b.private_canaries)),
            ("payload", u64::from(a.payload), u64::from(b.payload)),
            ("returns", u64::from(a.returns.number()), u64::from(b.returns.number())),
        ] {
            if ours != theirs {
                return Err(PsiError::ParameterMismatch { name, ours, theirs });
            }
        }
        let max = config.peer_items_max.min(ITEMS_MAX as u64);
        if theirs.items > max {
            return Err(PsiError::PeerSetTooLarge { items: theirs.items, max });
        }
        if theirs.items < config.peer_items_min {
            return Err(PsiError::PeerSetTooSmall { items: theirs.items, min: config.peer_items_min });
        }
        let releases = match theirs.role {
            Role::Receiver => theirs.params.returns == Returns::Columns,
            Role::Sender => theirs.params.payload,
        };
        if theirs.payload_bytes > 0 && !releases {
            return Err(PsiError::UnexpectedPayload { bytes: theirs.payload_bytes });
        }
        if theirs.payload_bytes > config.payload_bytes_max {
            return Err(PsiError::PayloadTooWide {
                bytes: u64::from(theirs.payload_bytes),
                max: config.payload_bytes_max,
            });
        }
        Ok(())
    }
}

// The last byte has two fields: whether the sender releases columns in its lowest bit, what the receiver gives back above.
fn params(fields: &mut Fields<'_>) -> Result<Params, PsiError> {
    let [chunk_items, statistical_bits] = [fields.u32()?, fields.u32()?];
    let [joint_canaries, private_canaries] = [fields.u16()?, fields.u16()?];
    let flags = fields.u8()?;
    let returns = Returns::from_number(flags >> 1).ok_or(PsiError::Malformed { message: "header" })?;
    Ok(Params { chunk_items, statistical_bits, joint_canaries, private_canaries, payload: flags & 1 == 1, returns })
}
