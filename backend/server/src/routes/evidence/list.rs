use backend_api::evidence::{EvidencePage, EvidenceQuery};
use backend_db::read::transaction::{self, Filter, Order, Transaction};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::signed;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: EvidenceQuery, (): ()) -> Result<EvidencePage, Fault> {
    let desk = &call.desk;
    let filters = EvidenceQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<i64>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let topic = |kind: &str, id: Option<String>| id.map(|id| (kind.to_owned(), id));
    let filter = Filter {
        action: query.action,
        org: query.organisation,
        actor: query.actor,
        from_ms: query.from.map(|t| signed(t.0)),
        to_ms: query.to.map(|t| signed(t.0)),
        topics: [topic("task", query.task), topic("dataset", query.dataset)].into_iter().flatten().collect(),
        ..Filter::default()
    };
    let (after, fetch) = (page.after, page.fetch());
    let (rows, about) = desk
        .read("list_evidence", move |c| {
            let rows = transaction::list(c, filter, Order::NewestFirst, after, fetch)?;
            let seqs: Vec<i64> = rows.iter().map(|r| r.seq).collect();
            Ok((rows, transaction::topics_of(c, &seqs)?))
        })
        .await?;
    page.page(rows, |t: &Transaction| t.seq, |t| Ok(view::evidence::item(desk, call.language, &t, &about)))
}
