use backend_api::ledger::{TransactionPage, TransactionQuery};
use backend_db::read::transaction::{self, Filter, Order, Transaction};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::signed;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn transactions(call: Call, query: TransactionQuery, (): ()) -> Result<TransactionPage, Fault> {
    let desk = &call.desk;
    let filters = TransactionQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<i64>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let filter = Filter {
        height: query.height.map(signed),
        action: query.action,
        org: query.organisation,
        accepted: query.accepted,
        ..Filter::default()
    };
    let (after, fetch) = (page.after, page.fetch());
    let rows =
        desk.read("list_transactions", move |c| transaction::list(c, filter, Order::NewestFirst, after, fetch)).await?;
    page.page(rows, |t: &Transaction| t.seq, |t| Ok(view::ledger::transaction(desk, call.language, &t)))
}
