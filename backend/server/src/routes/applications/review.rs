use backend_api::application::{ApplicationCommitted, ReviewCreateSigned};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::actions;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn review(
    call: Call,
    _: NoQuery,
    mut body: ReviewCreateSigned,
) -> Result<ApplicationCommitted, Fault> {
    call.same_id("/request/application", &body.request.application)?;
    actions::complete_review(&call.desk, &mut body.request)?;
    let id = call.parameter.clone();
    super::step(&call, &id, PreviewCreate::ReviewCreate(body.request), body.signing).await
}
