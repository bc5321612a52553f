use backend_api::Timestamp;
use backend_api::operation::{Operation, OperationPage, OperationQuery};
use backend_db::local::operation::{self, Filter, Operation as Row};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::{signed, unsigned};
use crate::fault::Fault;

pub(crate) async fn list(call: Call, query: OperationQuery, (): ()) -> Result<OperationPage, Fault> {
    let filters = OperationQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<i64>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let filter = Filter {
        actor: query.actor,
        operation: query.operation,
        failed: query.failed,
        from_ms: query.from.map(|t| signed(t.0)),
        to_ms: query.to.map(|t| signed(t.0)),
        trace_id: query.trace_id,
    };
    let (after, fetch) = (page.after, page.fetch());
    let rows = call.desk.read("list_operations", move |c| operation::list(c, filter, after, fetch)).await?;
    page.page(rows, |r: &Row| r.id, |r| Ok(row(r)))
}

fn row(r: Row) -> Operation {
    Operation {
        id: unsigned(r.id),
        at: Timestamp(unsigned(r.at_ms)),
        operation: r.operation,
        actor: r.actor,
        path: r.path,
        remote: r.remote,
        status: u16::try_from(r.status).unwrap_or(0),
        code: r.code,
        trace_id: r.trace_id,
        duration_ms: unsigned(r.duration_ms),
    }
}
