use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::session::PasswordChange;
use backend_db::local::{login, session};

use super::create::{FAILURES_MAX, LOCK_MS};
use crate::call::Call;
use crate::desk::{now_ms, signed};
use crate::fault::Fault;
use crate::password;

pub(crate) async fn change_password(call: Call, _: NoQuery, body: PasswordChange) -> Result<(), Fault> {
    let desk = &call.desk;
    let caller = call.caller()?.clone();
    let name = caller.username.clone();
    let found = desk.read("find_login", move |c| login::find(c, &name)).await?;
    if !password::verify(body.current_password, found.map(|l| l.password_hash)).await? {
        // Whoever sits at an unlocked screen gets no more guesses than at the door.
        let name = caller.username.clone();
        let now = signed(now_ms());
        let failed =
            desk.write("count_login_failure", move |c| login::failed(c, &name, now, FAILURES_MAX, LOCK_MS)).await?;
        if failed.locked_until_ms.is_some() {
            desk.write("end_sessions", move |c| session::delete_of(c, &caller.username, None)).await?;
        }
        return Err(DeskCode::WrongCredentials.into());
    }
    let hash = password::hash(body.new_password, "/new_password").await?;
    desk.write("change_password", move |c| {
        login::set_password(c, &caller.username, &hash)?;
        session::delete_of(c, &caller.username, Some(&caller.session)).map(drop)
    })
    .await
}
