use backend_api::application::{ApplicationCommitted, ApplicationCreateSigned};
use backend_api::endpoint::NoQuery;
use backend_api::preview::PreviewCreate;

use crate::actions;
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn create(
    call: Call,
    _: NoQuery,
    mut body: ApplicationCreateSigned,
) -> Result<ApplicationCommitted, Fault> {
    actions::complete_application(&mut body.request)?;
    let id = body.request.id.clone().unwrap_or_default();
    super::step(&call, &id, PreviewCreate::ApplicationCreate(body.request), body.signing).await
}
