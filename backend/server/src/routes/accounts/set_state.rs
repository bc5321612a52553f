use backend_api::account::{Account, AccountState, AccountStateChangeSigned};
use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_api::preview::{AccountStateChangePreview, PreviewCreate};
use backend_db::local::{login, session};

use crate::call::Call;
use crate::fault::Fault;
use crate::{actions, sign};

pub(crate) async fn set_state(call: Call, _: NoQuery, body: AccountStateChangeSigned) -> Result<Account, Fault> {
    let desk = &call.desk;
    let username = call.parameter.clone();
    let before = super::load(desk, &username).await?;
    if before.state == body.request.state {
        return Err(DeskCode::StateConflict.into());
    }
    let request = PreviewCreate::AccountStateChange(AccountStateChangePreview {
        account: username.clone(),
        change: body.request.clone(),
    });
    let action = actions::action(desk, &call.caller()?.account, &request)?;
    sign::sign(&call, body.signing, action).await?;
    let frozen = body.request.state == AccountState::Frozen;
    let name = username.clone();
    desk.write("set_account_state", move |c| {
        login::set_frozen(c, &name, frozen)?;
        if frozen { session::delete_of(c, &name, None).map(drop) } else { Ok(()) }
    })
    .await?;
    super::load(desk, &username).await
}
