//! Members of the consortium.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

/// An organisation in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisationRef {
    /// Short id, e.g. `rsj`.
    pub id: String,
    /// Name as registered on the ledger, e.g. 人社局.
    pub name: String,
}

/// A member of the consortium and what this node knows of its node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Organisation {
    /// Short id.
    pub id: String,
    /// Name as registered on the ledger.
    pub name: String,
    /// True for the organisation of this node.
    pub is_self: bool,
    /// The organisation's node votes on blocks.
    pub validator: bool,
    /// Public key of the organisation's node, hex.
    pub public_key: String,
    /// Digest of that key, to compare by voice.
    pub key_fingerprint: String,
    /// `host:port` of its partner-facing port, empty when not known here.
    pub address: String,
    /// The mesh link is up now; always true for this node itself.
    pub connected: bool,
    /// Round-trip time of the link.
    #[schema(required)]
    pub rtt_ms: Option<u64>,
    /// Accounts registered on the ledger.
    pub accounts: u64,
    /// Datasets in the catalogue.
    pub datasets: u64,
    /// When it joined.
    pub joined_at: Timestamp,
    /// The last test of the link to it from this node.
    #[schema(required)]
    pub link_test: Option<LinkTest>,
}

/// What a link test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkTest {
    /// The other end.
    pub organisation: OrganisationRef,
    /// When, by this node's clock.
    pub measured_at: Timestamp,
    /// Shortest round trip, microseconds.
    pub rtt_us: u64,
    /// Bytes per second from here to there.
    pub up_bytes_per_s: u64,
    /// Bytes per second from there to here.
    pub down_bytes_per_s: u64,
    /// Bytes sent for the test.
    pub sent_bytes: u64,
    /// Bytes received for the test.
    pub received_bytes: u64,
    /// How long it took.
    pub duration_ms: u64,
}

/// All members (a consortium has tens, not thousands, so there is no cursor to follow).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganisationList {
    /// The members, this node's first.
    pub items: Vec<Organisation>,
}
