use backend_api::account::{AccountPage, AccountQuery};
use backend_db::local::login;
use backend_db::read::account as registered;

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::now_ms;
use crate::fault::Fault;
use crate::view;

// One organisation has tens to hundreds of accounts: they are filtered here, not in SQL, because roles and state
// come from three places.
pub(crate) async fn list(call: Call, query: AccountQuery, (): ()) -> Result<AccountPage, Fault> {
    let desk = &call.desk;
    let filters = AccountQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<String>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let org = desk.org.to_string();
    let (logins, on_ledger, failures) = desk
        .read("list_accounts", move |c| Ok((login::all(c)?, registered::of_org(c, &org)?, login::all_failures(c)?)))
        .await?;
    let keys = desk.party.account_keys()?;
    let now = now_ms();
    let words = query.q.as_deref().unwrap_or_default().to_lowercase();
    let rows = logins
        .iter()
        .map(|l| {
            let entry = on_ledger.iter().find(|r| r.account == l.username);
            let held = keys.iter().find(|k| k.account.as_str() == l.username).map(|k| &k.public_key);
            let failed = failures.iter().find(|f| f.username == l.username);
            view::account::account(desk, l, entry, held, failed, now)
        })
        .filter(|a| page.after.as_ref().is_none_or(|after| a.username > *after))
        .filter(|a| query.role.is_none_or(|r| a.roles.contains(&r)))
        .filter(|a| query.state.is_none_or(|s| a.state == s))
        .filter(|a| a.username.contains(&words) || a.display_name.to_lowercase().contains(&words))
        .take(page.limit + 1)
        .collect();
    page.page(rows, |a| a.username.clone(), Ok)
}
