use backend_api::endpoint::NoQuery;
use backend_api::node::About;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn about(call: Call, _: NoQuery, (): ()) -> Result<About, Fault> {
    let desk = &call.desk;
    Ok(About {
        organisation: desk.org_ref(desk.org.as_str(), call.language),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        chain: desk.chain().to_string(),
        contact: desk.config.contact(),
    })
}
