use backend_api::ledger::{BlockPage, BlockQuery};
use backend_db::read::block::{self, Block};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn blocks(call: Call, query: BlockQuery, (): ()) -> Result<BlockPage, Fault> {
    let desk = &call.desk;
    let filters = BlockQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<i64>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let (after, fetch, non_empty) = (page.after, page.fetch(), query.non_empty == Some(true));
    let rows = desk.read("list_blocks", move |c| block::list(c, non_empty, after, fetch)).await?;
    page.page(rows, |b: &Block| b.height, |b| Ok(view::ledger::block(desk, call.language, &b)))
}
