use backend_api::account::{Account, AccountCreate};
use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_db::local::login::{self, Login};
use ledger_types::id::AccountId;

use crate::call::{Call, parse};
use crate::desk::{now_ms, signed};
use crate::fault::Fault;
use crate::{actions, password, sign};

/// The key first, because the ledger must know its public half; then the registration; the login last, so that
/// nobody can log in to an account that the ledger does not know. Repeating the call after a failure in between
/// goes on where it ended: the key that was made is used.
pub(crate) async fn create(call: Call, _: NoQuery, body: AccountCreate) -> Result<Account, Fault> {
    let desk = &call.desk;
    let account: AccountId = parse("/request/username", &body.request.username)?;
    if body.request.roles.is_empty() {
        return Err(Fault::field(DeskCode::InvalidValue, "/request/roles", ("至少一个角色", "at least one role")));
    }
    if body.key_passphrase.chars().count() < password::CHARS_MIN {
        return Err(Fault::field(DeskCode::InvalidValue, "/key_passphrase", password::too_short()));
    }
    let name = account.to_string();
    if desk.read("find_login", move |c| login::find(c, &name)).await?.is_some() {
        return Err(DeskCode::AlreadyExists.into());
    }
    let password_hash = password::hash(body.password, "/password").await?;
    let held = desk.party.account_keys()?.into_iter().find(|k| k.account == account).map(|k| k.public_key);
    let registered = {
        let id = desk.account(account.as_str())?;
        ledger_contract::read::account(desk.ledger.view().as_ref(), &id)?
    };
    match (&registered, held) {
        (Some(a), Some(key)) if a.key == key => {}
        (Some(_), _) => return Err(Fault::with_code("account_exists").with("account", &account)),
        (None, held) => {
            let key = match held {
                // Made by an earlier attempt that ended early: it must open with what the person typed now.
                Some(key) => {
                    let typed = || body.key_passphrase.clone().into();
                    desk.party.change_passphrase(account.clone(), typed(), typed()).await?;
                    key
                }
                None => {
                    let passphrase = body.key_passphrase.clone().into();
                    desk.party.create_account_key(account.clone(), passphrase).await?
                }
            };
            sign::sign(&call, body.signing, actions::account_register(&body.request, key)?).await?;
        }
    }
    let row = Login {
        username: account.to_string(),
        display_name: body.request.display_name,
        password_hash,
        frozen: false,
        last_login_ms: None,
        created_ms: signed(now_ms()),
        version: 1,
    };
    desk.write("create_login", move |c| login::insert(c, &row)).await?;
    super::load(desk, account.as_str()).await
}
