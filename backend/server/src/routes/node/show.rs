use backend_api::Timestamp;
use backend_api::endpoint::NoQuery;
use backend_api::node::{Node, Peer};

use crate::call::Call;
use crate::desk::now_ms;
use crate::fault::Fault;

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Node, Fault> {
    let desk = &call.desk;
    let status = desk.ledger.status();
    let peers = desk.peers.peers().into_iter().map(|p| Peer {
        organisation: desk.org_ref(p.org.as_str(), call.language),
        address: p.address,
        connected: p.connected,
        rtt_ms: p.rtt_ms,
        sent_bytes: p.sent_bytes,
        received_bytes: p.received_bytes,
    });
    Ok(Node {
        organisation: desk.org_ref(desk.org.as_str(), call.language),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        chain: desk.chain().to_string(),
        suite: desk.ledger.suite().as_str().to_owned(),
        height: status.height,
        block_time: Timestamp(status.time_ms),
        read_model_height: *desk.projected.borrow(),
        database: desk.db.kind().as_str().to_owned(),
        peers: peers.collect(),
        rooms: super::rooms(desk, call.language),
        started_at: Timestamp(desk.started_ms),
        now: Timestamp(now_ms()),
    })
}
