//! This node.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;
use crate::organisation::OrganisationRef;

/// A room of the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoomName {
    /// 信任网
    Ledger,
    /// 计算网
    Party,
    /// 接入网
    Desk,
}

/// Health of a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// Which.
    pub name: RoomName,
    /// It works.
    pub healthy: bool,
    /// How, in the language asked for.
    pub detail: String,
}

/// Link to a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// The organisation.
    pub organisation: OrganisationRef,
    /// `host:port`.
    pub address: String,
    /// Up now.
    pub connected: bool,
    /// Round-trip time.
    #[schema(required)]
    pub rtt_ms: Option<u64>,
    /// Bytes sent since the start.
    pub sent_bytes: u64,
    /// Bytes received since the start.
    pub received_bytes: u64,
}

/// This node: versions, chain, peers, rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Node {
    /// The organisation it acts for.
    pub organisation: OrganisationRef,
    /// Version of the software.
    pub version: String,
    /// Chain id.
    pub chain: String,
    /// Algorithm suite.
    pub suite: String,
    /// Height of the ledger.
    pub height: u64,
    /// Time of the latest block.
    pub block_time: Timestamp,
    /// Height the read model has reached.
    pub read_model_height: u64,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// Links.
    pub peers: Vec<Peer>,
    /// Rooms.
    pub rooms: Vec<Room>,
    /// Start of this process.
    pub started_at: Timestamp,
    /// This node's clock.
    pub now: Timestamp,
}

/// Whether the node works; for machines. 503 when it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// All rooms work.
    pub healthy: bool,
    /// Height of the ledger.
    pub height: u64,
    /// Blocks the read model is behind.
    pub read_model_lag: u64,
    /// Rooms.
    pub rooms: Vec<Room>,
}

/// What the login page needs before anybody is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct About {
    /// The organisation of this node.
    pub organisation: OrganisationRef,
    /// Version of the software.
    pub version: String,
    /// Chain id.
    pub chain: String,
    /// Whom to ask.
    pub contact: crate::problem::Contact,
}
