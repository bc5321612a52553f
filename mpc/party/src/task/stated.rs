//! What an engine can state about a run, whatever the number of peers: the material of the attestation.

use ledger_crypto::Digest;
use ledger_types::id::OrgId;
use ledger_types::task::ChannelView;
use mpc_core::SeedCommitment;
use mpc_net::{Traffic, TranscriptDigest};
use mpc_psi::run::RunReport;
use mpc_psi::star::PairReport;

use super::error::RunError;
use super::figures::RunFigures;

/// What an engine states.
pub(super) struct Stated {
    /// Digest of what all members negotiated.
    pub parameters: Digest,
    /// Own distinct items, canaries excluded.
    pub items: u64,
    /// Whether this side sees canaries; all were right, or the run would have failed.
    pub canaries_seen: bool,
    /// Commitment to the own seed.
    pub seed: Digest,
    /// One per peer, in the order of the specification.
    pub channels: Vec<ChannelView>,
    /// What was measured beside, for the report.
    pub figures: RunFigures,
}

impl Stated {
    /// Of a run of two.
    pub fn of_two(peer: &OrgId, report: &RunReport) -> Self {
        Self {
            parameters: Digest(report.agreement.digest),
            items: report.own_items,
            canaries_seen: report.canaries.is_some(),
            seed: Digest(report.seed.0),
            channels: vec![with_items(peer, report)],
            figures: RunFigures::of(std::slice::from_ref(report)),
        }
    }

    /// At the member that has a link with items to every other one: a report for each peer, in their order.
    pub fn of_hub<'p>(peers: impl Iterator<Item = &'p OrgId>, reports: &[RunReport]) -> Result<Self, RunError> {
        let (first, rest) = reports.split_first().ok_or(RunError::Internal("no report"))?;
        let alike = |r: &RunReport| {
            r.agreement.digest == first.agreement.digest && r.seed == first.seed && r.own_items == first.own_items
        };
        let channels: Vec<ChannelView> = peers.zip(reports).map(|(peer, r)| with_items(peer, r)).collect();
        if !rest.iter().all(alike) || channels.len() != reports.len() {
            return Err(RunError::Internal("the reports of one run differ"));
        }
        Ok(Self {
            parameters: Digest(first.agreement.digest),
            items: first.own_items,
            canaries_seen: reports.iter().all(|r| r.canaries.is_some()),
            seed: Digest(first.seed.0),
            channels,
            figures: RunFigures::of(reports),
        })
    }

    /// At a member that has a link with items to the hub, and links for keys to all others.
    pub fn of_spoke(hub: &OrgId, report: &RunReport, others: &[(OrgId, PairReport)]) -> Result<Self, RunError> {
        let mut stated = Self::of_two(hub, report);
        for (peer, r) in others {
            if r.agreement != report.agreement.digest || r.seed != report.seed {
                return Err(RunError::Internal("the reports of one run differ"));
            }
            let seen = Seen {
                digests: (r.sent, r.received),
                traffic: r.traffic,
                peer_items: r.peer_items,
                peer_seed: r.peer_seed,
            };
            stated.channels.push(seen.on_link_to(peer));
        }
        Ok(stated)
    }
}

struct Seen {
    digests: (TranscriptDigest, TranscriptDigest),
    traffic: Traffic,
    peer_items: u64,
    peer_seed: SeedCommitment,
}

impl Seen {
    fn on_link_to(self, peer: &OrgId) -> ChannelView {
        ChannelView {
            peer: peer.clone(),
            sent: Digest(self.digests.0.0),
            received: Digest(self.digests.1.0),
            sent_bytes: self.traffic.sent_bytes,
            received_bytes: self.traffic.received_bytes,
            peer_items: self.peer_items,
            peer_seed_commitment: Digest(self.peer_seed.0),
        }
    }
}

fn with_items(peer: &OrgId, r: &RunReport) -> ChannelView {
    let seen =
        Seen { digests: (r.sent, r.received), traffic: r.traffic, peer_items: r.peer_items, peer_seed: r.peer_seed };
    seen.on_link_to(peer)
}
