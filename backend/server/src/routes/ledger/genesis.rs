use backend_api::endpoint::NoQuery;

use crate::answer::Document;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn genesis(call: Call, _: NoQuery, (): ()) -> Result<Document, Fault> {
    let genesis = call.desk.genesis();
    let mut json = serde_json::to_vec_pretty(genesis).map_err(Fault::internal)?;
    json.push(b'\n');
    Ok(Document { json, filename: format!("genesis-{}.json", genesis.chain) })
}
