use backend_api::draft::{DraftPage, DraftQuery};
use backend_db::local::draft::{self, Draft};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::fault::Fault;

pub(crate) async fn list(call: Call, query: DraftQuery, (): ()) -> Result<DraftPage, Fault> {
    let filters = DraftQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<(i64, String)>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let username = call.caller()?.username.clone();
    let (after, fetch) = (page.after.clone(), page.fetch());
    let rows = call
        .desk
        .read("list_drafts", move |c| draft::list(c, &username, query.kind.map(|k| k.as_str()), after, fetch))
        .await?;
    page.page(rows, |d: &Draft| (d.updated_ms, d.id.clone()), super::draft)
}
