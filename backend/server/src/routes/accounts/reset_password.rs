use backend_api::account::PasswordReset;
use backend_api::catalogue::DeskCode;
use backend_api::endpoint::NoQuery;
use backend_db::local::{login, session};

use crate::call::Call;
use crate::fault::Fault;
use crate::password;

pub(crate) async fn reset_password(call: Call, _: NoQuery, body: PasswordReset) -> Result<(), Fault> {
    let desk = &call.desk;
    let username = call.parameter.clone();
    let hash = password::hash(body.new_password, "/new_password").await?;
    let found = desk
        .write("reset_password", move |c| {
            login::clear_failures(c, &username)?;
            session::delete_of(c, &username, None)?;
            login::set_password(c, &username, &hash)
        })
        .await?;
    if found { Ok(()) } else { Err(DeskCode::NotFound.into()) }
}
