use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::session::{Session, SessionCreate};
use backend_db::local::login;

use crate::answer::{CookieChange, With};
use crate::call::Call;
use crate::desk::{now_ms, signed, unsigned};
use crate::fault::Fault;
use crate::{password, session};

/// Failures in a row that lock a name.
pub(crate) const FAILURES_MAX: i32 = 5;
/// How long it stays locked.
pub(crate) const LOCK_MS: i64 = 15 * 60 * 1000;

pub(crate) async fn create(call: Call, _: NoQuery, body: SessionCreate) -> Result<With<Session>, Fault> {
    let desk = &call.desk;
    let now = now_ms();
    // A name that is no slug cannot be an account; it is not even counted.
    let username = body.username.trim().to_lowercase();
    desk.account(&username).map_err(|_| wrong())?;
    let name = username.clone();
    let (found, failures) =
        desk.read("find_login", move |c| Ok((login::find(c, &name)?, login::failures(c, &name)?))).await?;
    // A locked name is refused whatever the password, known or not, so that locking tells nobody which names exist.
    if let Some(until) = failures.and_then(|f| f.locked_until_ms).map(unsigned).filter(|until| *until > now) {
        return Err(locked(until, now));
    }
    if !password::verify(body.password, found.as_ref().map(|l| l.password_hash.clone())).await? {
        let name = username.clone();
        let failed = desk
            .write("count_login_failure", move |c| login::failed(c, &name, signed(now), FAILURES_MAX, LOCK_MS))
            .await?;
        return Err(match failed.locked_until_ms.map(unsigned) {
            Some(until) => locked(until, now),
            None => wrong(),
        });
    }
    let frozen = found.is_some_and(|l| l.frozen) || session::roles(desk, &username)?.is_none();
    if frozen {
        return Err(Fault { with_contact: true, ..DeskCode::AccountFrozen.into() });
    }
    let name = username.clone();
    desk.write("note_login", move |c| login::succeeded(c, &name, signed(now))).await?;
    let (token, row) = session::start(desk, &username).await?;
    let value = super::session(&call, &username, row.csrf_token, unsigned(row.expires_ms)).await?;
    Ok(With::cookie(value, CookieChange::Set(token)))
}

fn wrong() -> Fault {
    Fault { with_contact: true, ..DeskCode::WrongCredentials.into() }
}

fn locked(until_ms: u64, now_ms: u64) -> Fault {
    let retry_after_s = Some(until_ms.saturating_sub(now_ms).div_ceil(1000));
    Fault { with_contact: true, retry_after_s, ..DeskCode::AccountLocked.into() }
}
