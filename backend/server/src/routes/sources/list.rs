use backend_api::source::{SourcePage, SourceQuery};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: SourceQuery, (): ()) -> Result<SourcePage, Fault> {
    let filters = SourceQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<String>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let published = super::published(&call.desk)?;
    let words = query.q.as_deref().unwrap_or_default().to_lowercase();
    let rows = call
        .desk
        .party
        .sources()?
        .iter()
        .map(|s| view::source::source(s, &published))
        .filter(|s| page.after.as_ref().is_none_or(|after| s.id > *after))
        .filter(|s| query.kind.is_none_or(|k| s.kind == k))
        .filter(|s| query.state.is_none_or(|k| s.state == k))
        .filter(|s| [&s.id, &s.name, &s.path].into_iter().any(|t| t.to_lowercase().contains(&words)))
        .take(page.limit + 1)
        .collect();
    page.page(rows, |s| s.id.clone(), Ok)
}
