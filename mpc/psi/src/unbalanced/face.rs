//! What is public of an epoch, and what follows from it.

use mpc_core::voprf::{PublicKey, Voprf};
use mpc_core::{ENCODED_BYTES, Encoded, SeedCommitment};
use sm3::{Digest, Sm3};

use super::PROTOCOL;
use super::blob::BlobDigest;
use super::setup;
use crate::run::wire::Fields;
use crate::run::{Header, PsiError, RunConfig, SessionId};

/// Bytes of a tag: the first quarter of an output of the function.
pub(crate) const TAG_BYTES: usize = 16;

/// The public side of an epoch, which the sender shows in every run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// What the epoch is for.
    pub scope: [u8; 32],
    /// Commitment to the seed from which all of the epoch follows.
    pub seed: SeedCommitment,
    /// The key's public side, against which every answer is proven.
    pub public_key: Encoded,
    /// Distinct items of the sender, canaries excluded.
    pub items: u64,
    /// Width of a payload before encryption; `None` without payload.
    pub payload_bytes: Option<u32>,
    /// Length of the set-up.
    pub setup_bytes: u64,
    /// Digest of the set-up.
    pub setup_digest: BlobDigest,
    /// Tags of the sender's private canaries.
    pub canaries: Vec<[u8; TAG_BYTES]>,
}

/// Digest of a face. Both sides' attestations contain it by way of the agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochId(pub [u8; 32]);

/// What an epoch of a run is for: what the caller says, and the parameters that go into a set-up.
pub(crate) fn scope(config: &RunConfig) -> [u8; 32] {
    let params = config.params;
    Sm3::new()
        .chain_update(b"shuzheng/psi/epoch-scope/1")
        .chain_update(PROTOCOL)
        .chain_update(config.scope)
        .chain_update([u8::from(params.payload)])
        .chain_update(params.joint_canaries.to_be_bytes())
        .chain_update(params.private_canaries.to_be_bytes())
        .finalize()
        .into()
}

/// The name of an epoch before its set-up is made: from it follow the joint canaries, and it is sealed into payloads. The
/// sender cannot choose it, as the commitment hides a random salt; the receiver has no part in it, because it is fixed
/// before a receiver speaks.
pub(crate) fn nonce(scope: &[u8; 32], seed: &SeedCommitment, public_key: &Encoded) -> SessionId {
    let hash = Sm3::new().chain_update(b"shuzheng/psi/epoch-nonce/1").chain_update(scope);
    SessionId(hash.chain_update(seed.0).chain_update(public_key).finalize().into())
}

impl Face {
    /// Its digest.
    pub fn id(&self) -> EpochId {
        EpochId(Sm3::new().chain_update(b"shuzheng/psi/epoch/1").chain_update(self.encode()).finalize().into())
    }

    pub(crate) fn nonce(&self) -> SessionId {
        nonce(&self.scope, &self.seed, &self.public_key)
    }

    /// `scope 32 ‖ seed 32 ‖ key 32 ‖ items u64 ‖ payload u8 ‖ width u32 ‖ bytes u64 ‖ digest 32 ‖ count u16 ‖ 16 each`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(151 + self.canaries.len() * TAG_BYTES);
        out.extend_from_slice(&self.scope);
        out.extend_from_slice(&self.seed.0);
        out.extend_from_slice(&self.public_key);
        out.extend_from_slice(&self.items.to_be_bytes());
        out.push(u8::from(self.payload_bytes.is_some()));
        out.extend_from_slice(&self.payload_bytes.unwrap_or(0).to_be_bytes());
        out.extend_from_slice(&self.setup_bytes.to_be_bytes());
        out.extend_from_slice(&self.setup_digest);
        out.extend_from_slice(&(self.canaries.len() as u16).to_be_bytes());
        out.extend_from_slice(self.canaries.as_flattened());
        out
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// [`PsiError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PsiError> {
        let mut fields = Fields::new("epoch", bytes);
        let (scope, seed) = (fields.array()?, SeedCommitment(fields.array()?));
        let (public_key, items) = (fields.array::<ENCODED_BYTES>()?, fields.u64()?);
        let payload_bytes = match (fields.u8()?, fields.u32()?) {
            (0, 0) => None,
            (1, width) => Some(width),
            _ => return Err(PsiError::Malformed { message: "epoch" }),
        };
        let (setup_bytes, setup_digest) = (fields.u64()?, fields.array()?);
        let count = usize::from(fields.u16()?);
        let canaries = fields.bytes(count * TAG_BYTES)?.as_chunks().0.to_vec();
        fields.end()?;
        Ok(Self { scope, seed, public_key, items, payload_bytes, setup_bytes, setup_digest, canaries })
    }

    /// Items, canaries included.
    pub(crate) fn total(&self, config: &RunConfig) -> u64 {
        self.items + u64::from(config.params.joint_canaries) + u64::from(config.params.private_canaries)
    }

    /// Whether an epoch of this face is what the headers speak of; gives its key.
    pub(crate) fn check(&self, config: &RunConfig, sender: &Header) -> Result<PublicKey<Voprf>, PsiError> {
        if self.scope != scope(config) {
            return Err(PsiError::WrongBinding);
        }
        let count = |what, expected, got| {
            if expected == got { Ok(()) } else { Err(PsiError::WrongCount { what, expected, got }) }
        };
        count("items of the epoch", sender.items, self.items)?;
        let width = config.params.payload.then_some(sender.payload_bytes);
        if self.payload_bytes != width {
            return Err(PsiError::SetupForm { what: "payloads of another width than the header says" });
        }
        count("private canaries", u64::from(config.params.private_canaries), self.canaries.len() as u64)?;
        let expected = setup::bytes(self.total(config), self.payload_bytes);
        count("bytes of the set-up", expected, self.setup_bytes)?;
        PublicKey::from_bytes(&self.public_key).map_err(|error| match error {
            mpc_core::voprf::VoprfError::PublicKey(cause) => PsiError::BadPoint { what: "public key", index: 0, cause },
            _ => PsiError::Malformed { message: "epoch" },
        })
    }
}
