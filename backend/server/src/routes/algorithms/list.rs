use backend_api::algorithm::AlgorithmList;
use backend_api::endpoint::NoQuery;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, _: NoQuery, (): ()) -> Result<AlgorithmList, Fault> {
    let standings = call.desk.party.algorithms()?;
    Ok(AlgorithmList { items: standings.iter().map(|s| view::algorithm::algorithm(call.language, s)).collect() })
}
