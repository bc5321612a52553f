use backend_api::catalogue::{self, ErrorCodeList, ErrorCodeQuery};

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn error_codes(_: Call, query: ErrorCodeQuery, (): ()) -> Result<ErrorCodeList, Fault> {
    let wanted = |e: &catalogue::Entry| query.layer.is_none_or(|l| l == e.layer);
    Ok(ErrorCodeList { items: catalogue::entries().filter(wanted).map(Into::into).collect() })
}
