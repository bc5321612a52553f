use backend_api::endpoint::NoQuery;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn metrics(call: Call, _: NoQuery, (): ()) -> Result<String, Fault> {
    let desk = &call.desk;
    let status = desk.ledger.status();
    let up = desk.peers.peers().iter().filter(|p| p.connected).count() as u64;
    Ok(desk.metrics.render(&[
        ("shuzheng_ledger_height", "Height of the ledger replica.", status.height),
        ("shuzheng_ledger_pending_transactions", "Transactions waiting.", status.pending as u64),
        ("shuzheng_desk_read_model_lag_blocks", "Blocks the read model is behind.", super::lag(desk)),
        ("shuzheng_mesh_peers_connected", "Links to peers that are up.", up),
    ]))
}
