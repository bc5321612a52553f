use backend_api::endpoint::NoQuery;
use backend_api::source::{KeyProfile, KeyProfileCreate};
use ledger_contract::{RuleCode, limits};
use mpc_party::source::SourceId;

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn key_profile(call: Call, _: NoQuery, body: KeyProfileCreate) -> Result<KeyProfile, Fault> {
    let source: SourceId = call.id()?;
    // A key that no task could use is not worth reading the file for.
    if body.columns.len() > limits::KEY_COLUMNS_MAX {
        return Err(Fault::with_code(RuleCode::KeyColumnsCount.as_str())
            .with("count", body.columns.len())
            .with("count_max", limits::KEY_COLUMNS_MAX));
    }
    let counts = call.desk.party.profile_key(&source, body.columns, &body.key_rules).await?;
    Ok(view::source::key_profile(counts))
}
