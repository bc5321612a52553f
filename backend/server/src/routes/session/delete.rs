use backend_api::endpoint::NoQuery;
use backend_db::local::session;

use crate::answer::{CookieChange, With};
use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn delete(call: Call, _: NoQuery, (): ()) -> Result<With<()>, Fault> {
    let digest = call.caller()?.session.clone();
    call.desk.write("end_session", move |c| session::delete(c, &digest)).await?;
    Ok(With::cookie((), CookieChange::Clear))
}
