//! Who takes part, with what: the headers of all parties.

use sm3::{Digest, Sm3};

use crate::run::wire::Fields;
use crate::run::{Agreement, Header, PsiError, Returns, RunConfig};

/// Bytes that stand first among a header's own fields: `parties u8 ‖ place u8`.
pub(crate) const PLACE_BYTES: usize = 2;

/// The headers of all parties, in the order of the specification.
pub(crate) struct Roster {
    pub(crate) center: Header,
    pub(crate) members: Vec<Header>,
    /// What was negotiated: digest of all headers.
    pub(crate) digest: [u8; 32],
}

impl Roster {
    pub(crate) fn new(center: Header, members: Vec<Header>) -> Self {
        let mut hash = Sm3::new().chain_update(b"shuzheng/psi/parties/agreement/1");
        for header in std::iter::once(&center).chain(&members) {
            let bytes = header.encode();
            hash.update((bytes.len() as u32).to_be_bytes());
            hash.update(bytes);
        }
        Self { center, members, digest: hash.finalize().into() }
    }

    /// What the centre and a member agreed on. `tag_bytes` is the length of what stands for a tag on their link.
    pub(crate) fn agreement(&self, place: usize, tag_bytes: usize) -> Agreement {
        let (params, member) = (self.center.params, &self.members[place]);
        Agreement {
            digest: self.digest,
            receiver_total: self.center.total(),
            sender_total: member.total(),
            tag_bytes,
            payload_bytes: self.payload(place),
            returned_bytes: None,
            returns: Returns::Nothing,
            claims_max: 0,
            private_canaries: params.private_canaries,
            chunk_items: params.chunk_items as usize,
        }
    }

    /// Width of a member's payload; none when it releases nothing.
    pub(crate) fn payload(&self, place: usize) -> Option<u32> {
        Some(self.members[place].payload_bytes).filter(|width| *width > 0)
    }
}

/// `parties ‖ place` of a party; the centre has the place after the last member.
pub(crate) fn place_fields(members: usize, place: usize) -> Vec<u8> {
    vec![members as u8 + 1, place as u8]
}

/// The peer must believe in as many parties and stand at the place where this side believes it.
pub(crate) fn check_place(theirs: &Header, members: usize, place: usize) -> Result<(), PsiError> {
    let mut fields = Fields::new("header", &theirs.more);
    let (parties, at) = (fields.u8()?, fields.u8()?);
    for (name, ours, theirs) in [("parties", members as u64 + 1, parties), ("place", place as u64, at)] {
        if ours != u64::from(theirs) {
            return Err(PsiError::ParameterMismatch { name, ours, theirs: theirs.into() });
        }
    }
    Ok(())
}

/// Compares the headers of two members: everything must be equal but what is about the member itself.
pub(crate) fn check_member(own: &Header, theirs: &Header, config: &RunConfig) -> Result<(), PsiError> {
    // As if this side had the other role: members all have the same.
    let mirrored = Header { role: own.role.other(), ..own.clone() };
    mirrored.check(theirs, config)
}

/// Settings of a run of several: nothing goes back from the centre.
pub(crate) fn check_settings(config: &RunConfig) -> Result<(), PsiError> {
    config.check()?;
    if config.params.returns.to_both() {
        return Err(PsiError::Setting {
            name: "returns",
            value: 1,
            expected: "nothing can go back in a run of more than two parties",
        });
    }
    Ok(())
}
