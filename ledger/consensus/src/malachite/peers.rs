use std::collections::BTreeMap;

use ledger_types::SuiteId;
use ledger_types::id::OrgId;
use malachitebft_sync::PeerId;

/// Malachite knows peers by a multihash; ours is the identity multihash of a digest of the organisation id,
/// so that no other hash function enters.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    by_org: BTreeMap<OrgId, PeerId>,
    by_peer: BTreeMap<PeerId, OrgId>,
}

impl Directory {
    pub(crate) fn new(suite: SuiteId, orgs: impl IntoIterator<Item = OrgId>) -> Self {
        let mut directory = Self { by_org: BTreeMap::new(), by_peer: BTreeMap::new() };
        for org in orgs {
            let digest = suite.hash(&[b"shuzheng/peer/1\0", org.as_str().as_bytes()]);
            // Multihash: code 0 (identity), length 32, digest.
            let bytes = [&[0x00, 0x20], &digest.0[..]].concat();
            let peer = PeerId::from_bytes(&bytes).expect("an identity multihash of 32 bytes is a peer id");
            directory.by_peer.insert(peer, org.clone());
            directory.by_org.insert(org, peer);
        }
        directory
    }

    pub(crate) fn peer(&self, org: &OrgId) -> Option<PeerId> {
        self.by_org.get(org).copied()
    }

    pub(crate) fn org(&self, peer: &PeerId) -> Option<&OrgId> {
        self.by_peer.get(peer)
    }
}
