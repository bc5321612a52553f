//! Sessions: a random token in a cookie, its digest in the database, and the account's roles from the ledger
//! at every request, so that freezing an account or changing its roles acts at once.

use std::sync::Arc;

use backend_api::account::Role;
use backend_db::local::session as table;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ledger_contract::read;
use ledger_crypto::SuiteId;
use ledger_types::object::Status;
use rand_core::{OsRng, RngCore as _};

use crate::call::Caller;
use crate::desk::{Desk, now_ms, signed, unsigned};
use crate::fault::Fault;
use crate::view;

/// A session ends after this long without a request.
pub const IDLE_MS: u64 = 60 * 60 * 1000;
/// A session ends after this long in any case.
pub const AGE_MAX_MS: u64 = 12 * 60 * 60 * 1000;
/// How often a use is written down.
const TOUCH_EVERY_MS: u64 = 60 * 1000;

/// 32 random bytes as text.
pub fn random_token() -> Result<String, Fault> {
    let mut bytes = [0u8; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(Fault::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What the database knows of a token.
pub fn token_digest(token: &str) -> String {
    SuiteId::Gm.hash(&[b"shuzheng/session/1\0", token.as_bytes()]).to_string()
}

/// Starts a session; the token goes into the cookie and nowhere else.
pub async fn start(desk: &Desk, username: &str) -> Result<(String, table::Session), Fault> {
    let token = random_token()?;
    let now = now_ms();
    let row = table::Session {
        token_digest: token_digest(&token),
        username: username.to_owned(),
        csrf_token: random_token()?,
        created_ms: signed(now),
        last_seen_ms: signed(now),
        expires_ms: signed(now + IDLE_MS),
    };
    let insert = row.clone();
    desk.write("start_session", move |c| table::insert(c, &insert)).await?;
    Ok((token, row))
}

/// Who holds this token now. Nobody when the session has ended, or the account is frozen here or on the ledger.
pub async fn caller(desk: &Arc<Desk>, token: &str) -> Result<Option<Caller>, Fault> {
    let now = now_ms();
    let digest = token_digest(token);
    let found = desk
        .read("find_session", move |c| {
            let Some(session) = table::find(c, &digest, signed(now))? else { return Ok(None) };
            let login = backend_db::local::login::find(c, &session.username)?;
            Ok(login.filter(|l| !l.frozen).map(|_| session))
        })
        .await?;
    let Some(session) = found else { return Ok(None) };
    if now > unsigned(session.created_ms) + AGE_MAX_MS {
        return Ok(None);
    }
    let account = desk.account(&session.username)?;
    let Some(roles) = roles(desk, &session.username)? else { return Ok(None) };
    let mut expires = unsigned(session.expires_ms);
    if now > unsigned(session.last_seen_ms) + TOUCH_EVERY_MS {
        expires = now + IDLE_MS;
        let digest = session.token_digest.clone();
        desk.write("touch_session", move |c| table::touch(c, &digest, signed(now), signed(expires))).await?;
    }
    Ok(Some(Caller {
        username: session.username,
        account,
        roles,
        session: session.token_digest,
        csrf_token: session.csrf_token,
        expires_ms: expires,
    }))
}

/// Roles of an account of this organisation on the ledger; `None` when it may not act.
pub fn roles(desk: &Desk, username: &str) -> Result<Option<Vec<Role>>, Fault> {
    let account = read::account(desk.ledger.view().as_ref(), &desk.account(username)?)?;
    Ok(account
        .filter(|a| a.status == Status::Active)
        .map(|a| a.roles.iter().filter_map(|r| view::account::role(*r)).collect()))
}
