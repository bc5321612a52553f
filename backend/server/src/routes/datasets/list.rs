use backend_api::dataset::{DatasetPage, DatasetQuery, DatasetSort};
use backend_db::read::dataset::{self, After, Dataset, Sort};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: DatasetQuery, (): ()) -> Result<DatasetPage, Fault> {
    let desk = &call.desk;
    let filters = DatasetQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<(i64, String, String)>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let sort = match query.sort.unwrap_or_default() {
        DatasetSort::UpdatedAt => Sort::Updated,
        DatasetSort::Title => Sort::Title,
        DatasetSort::Rows => Sort::Rows,
    };
    let after = page.after.clone().map(|(number, text, id)| match sort {
        Sort::Title => After::Text(text, id),
        Sort::Updated | Sort::Rows => After::Number(number, id),
    });
    let (filter, fetch) = (super::filter(desk, &query), page.fetch());
    let rows = desk.read("list_datasets", move |c| dataset::list(c, filter, sort, after, fetch)).await?;
    let position = |r: &Dataset| match sort {
        Sort::Updated => (r.updated_ms, String::new(), r.id.clone()),
        Sort::Rows => (r.row_count, String::new(), r.id.clone()),
        Sort::Title => (0, r.title.clone(), r.id.clone()),
    };
    page.page(rows, position, |r| view::dataset::summary(desk, call.language, &r))
}
