//! Accounts of this organisation.

mod create;
mod list;
mod reset_password;
mod set_state;
mod show;

pub(super) use create::create;
pub(super) use list::list;
pub(super) use reset_password::reset_password;
pub(super) use set_state::set_state;
pub(super) use show::show;

use backend_api::account::Account;
use backend_api::catalogue::DeskCode;
use backend_db::local::login;
use backend_db::read::account as registered;

use crate::desk::{Desk, now_ms};
use crate::fault::Fault;
use crate::view;

/// One account.
pub(super) async fn load(desk: &Desk, username: &str) -> Result<Account, Fault> {
    let id = desk.account(username)?;
    let name = username.to_owned();
    let (login, on_ledger, failures) = desk
        .read("find_account", move |c| {
            let on_ledger = registered::find(c, &id.to_string())?;
            Ok((login::find(c, &name)?, on_ledger, login::failures(c, &name)?))
        })
        .await?;
    let login = login.ok_or(DeskCode::NotFound)?;
    let keys = desk.party.account_keys()?;
    let held = keys.iter().find(|k| k.account.as_str() == username).map(|k| &k.public_key);
    Ok(view::account::account(desk, &login, on_ledger.as_ref(), held, failures.as_ref(), now_ms()))
}
