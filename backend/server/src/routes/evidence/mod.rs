//! Evidence.

mod list;

pub(super) use list::list;

use backend_api::evidence::EvidenceItem;
use backend_db::read::transaction::{self, Filter, Order};

use crate::call::Call;
use crate::fault::Fault;
use crate::view;

/// Most steps of one timeline.
const STEPS_MAX: i64 = 500;

/// Transactions about all of these topics, oldest first.
pub(super) async fn timeline(call: &Call, topics: Vec<(String, String)>) -> Result<Vec<EvidenceItem>, Fault> {
    let desk = &call.desk;
    let (rows, about) = desk
        .read("evidence_timeline", move |c| {
            let filter = Filter { topics, ..Filter::default() };
            let rows = transaction::list(c, filter, Order::OldestFirst, None, STEPS_MAX)?;
            let seqs: Vec<i64> = rows.iter().map(|r| r.seq).collect();
            Ok((rows, transaction::topics_of(c, &seqs)?))
        })
        .await?;
    Ok(rows.iter().map(|t| view::evidence::item(desk, call.language, t, &about)).collect())
}

/// Transactions about any of these topics, oldest first, each once.
pub(super) async fn timeline_of_any(call: &Call, topics: Vec<(String, String)>) -> Result<Vec<EvidenceItem>, Fault> {
    let mut items: Vec<EvidenceItem> = Vec::new();
    for topic in topics {
        items.extend(timeline(call, vec![topic]).await?);
    }
    items.sort_by_key(|i| (i.height, i.index));
    items.dedup_by_key(|i| (i.height, i.index));
    Ok(items)
}
