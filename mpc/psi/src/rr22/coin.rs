//! Public randomness that neither side chooses: both commit to a salt in their headers and open it afterwards.

use mpc_core::CommittedSeed;
use sm3::{Digest, Sm3};

use crate::run::wire::Fields;
use crate::run::{Header, PsiError, Role, SessionId};

/// The salt of one side.
pub(crate) struct Coin([u8; 32]);

impl Coin {
    pub(crate) fn draw(seed: &CommittedSeed, session: &SessionId) -> Self {
        Self(seed.prg("salt", &session.0).bytes32())
    }

    /// What opens the commitment.
    pub(crate) fn salt(&self) -> [u8; 32] {
        self.0
    }

    /// The own fields of the header: `bucket_items u32 ‖ commitment 32`.
    pub(crate) fn header_fields(&self, session: &SessionId, role: Role, bucket_items: u32) -> Vec<u8> {
        let mut out = bucket_items.to_be_bytes().to_vec();
        out.extend_from_slice(&commitment(session, role, &self.0));
        out
    }
}

/// What makes the randomness of a leg.
pub(crate) struct LegSecrets {
    pub(crate) seed: CommittedSeed,
    pub(crate) number: u32,
    pub(crate) receiver_salt: [u8; 32],
    pub(crate) sender_salt: [u8; 32],
}

impl LegSecrets {
    pub(crate) fn joint(&self, joint: &[u8; 32]) -> [u8; 32] {
        joint_of_leg(joint, self.number, &self.receiver_salt, &self.sender_salt)
    }
}

/// What the public values of a resumption's VOLEs follow from.
pub(crate) fn joint_of_leg(joint: &[u8; 32], number: u32, receiver: &[u8; 32], sender: &[u8; 32]) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/rr22/leg/1")
        .chain_update(joint)
        .chain_update(number.to_be_bytes())
        .chain_update(receiver)
        .chain_update(sender)
        .finalize()
        .into()
}

/// The role is in it, so that nobody can answer with the other side's own commitment.
pub(crate) fn commitment(session: &SessionId, role: Role, salt: &[u8; 32]) -> [u8; 32] {
    let role = match role {
        Role::Receiver => 0u8,
        Role::Sender => 1,
    };
    Sm3::new()
        .chain_update(b"shuzheng/psi/rr22/salt/1")
        .chain_update(session.0)
        .chain_update([role])
        .chain_update(salt)
        .finalize()
        .into()
}

/// The agreed size of buckets, when both headers have the same.
pub(crate) fn check_bucket_items(ours: &Header, theirs: &Header) -> Result<(), PsiError> {
    let (ours, theirs) = (bucket_items(ours)?, bucket_items(theirs)?);
    if ours != theirs {
        return Err(PsiError::ParameterMismatch { name: "bucket_items", ours: ours.into(), theirs: theirs.into() });
    }
    Ok(())
}

fn bucket_items(header: &Header) -> Result<u32, PsiError> {
    Fields::new("header", &header.more).u32()
}

/// A salt must be the one that its owner committed to.
pub(crate) fn check(header: &Header, salt: &[u8; 32]) -> Result<(), PsiError> {
    let mut fields = Fields::new("header", &header.more);
    fields.u32()?;
    let committed: [u8; 32] = fields.array()?;
    if committed != commitment(&header.session, header.role, salt) {
        return Err(PsiError::WrongOpening { what: "salt" });
    }
    Ok(())
}

/// What everything public and random of the run follows from.
pub(crate) fn joint(agreement: &[u8; 32], receiver: &[u8; 32], sender: &[u8; 32]) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/rr22/joint/1")
        .chain_update(agreement)
        .chain_update(receiver)
        .chain_update(sender)
        .finalize()
        .into()
}

/// Public values of one purpose.
pub(crate) fn derive(joint: &[u8; 32], purpose: &[u8], number: u32) -> [u8; 32] {
    Sm3::new()
        .chain_update(b"shuzheng/psi/rr22/derive/1")
        .chain_update(joint)
        .chain_update([purpose.len() as u8])
        .chain_update(purpose)
        .chain_update(number.to_be_bytes())
        .finalize()
        .into()
}
