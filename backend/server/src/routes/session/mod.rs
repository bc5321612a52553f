//! Signing in and out.

mod change_password;
mod create;
mod delete;
mod show;

pub(super) use change_password::change_password;
pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use show::show;

use backend_api::Timestamp;
use backend_api::session::Session;

use crate::call::Call;
use crate::fault::Fault;
use crate::routes::accounts;

/// The session as the caller sees it.
async fn session(call: &Call, username: &str, csrf_token: String, expires_ms: u64) -> Result<Session, Fault> {
    let desk = &call.desk;
    Ok(Session {
        account: accounts::load(desk, username).await?,
        organisation: desk.org_ref(desk.org.as_str(), call.language),
        csrf_token,
        expires_at: Timestamp(expires_ms),
    })
}
