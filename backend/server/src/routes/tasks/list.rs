use backend_api::task::{TaskInvolvement, TaskPage, TaskQuery, TaskSort};
use backend_db::read::task::{self, After, Filter, Side, Sort, Task};

use crate::actions;
use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::{now_ms, signed};
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: TaskQuery, (): ()) -> Result<TaskPage, Fault> {
    let desk = &call.desk;
    let filters = TaskQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<(i64, String, String)>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let own = desk.org.to_string();
    let filter = Filter {
        words: query.q.as_deref().unwrap_or_default().split_whitespace().take(8).map(str::to_owned).collect(),
        side: query.involvement.map(|side| match side {
            TaskInvolvement::Published => Side::Published(own.clone()),
            TaskInvolvement::Joined => Side::Joined(own.clone()),
            TaskInvolvement::Observed => Side::Observed(own.clone()),
        }),
        kind: query.kind.map(actions::kind_name),
        status: query.state.map(|s| view::encoded_name(&s)),
        dataset: query.dataset.clone(),
        org: query.org.clone(),
        waits_for: (query.needs_me == Some(true)).then(|| (own.clone(), signed(now_ms()))),
    };
    let sort = match query.sort.unwrap_or_default() {
        TaskSort::UpdatedAt => Sort::Updated,
        TaskSort::ProposedAt => Sort::Proposed,
        TaskSort::Title => Sort::Title,
    };
    let after = page.after.clone().map(|(number, text, id)| match sort {
        Sort::Title => After::Text(text, id),
        Sort::Updated | Sort::Proposed => After::Number(number, id),
    });
    let fetch = page.fetch();
    let rows = desk.read("list_tasks", move |c| task::list(c, filter, sort, after, fetch)).await?;
    let position = |r: &Task| match sort {
        Sort::Updated => (r.updated_ms, String::new(), r.id.clone()),
        Sort::Proposed => (r.proposed_ms, String::new(), r.id.clone()),
        Sort::Title => (0, r.title.clone(), r.id.clone()),
    };
    page.page(rows, position, |r| view::task::summary(desk, call.language, &r))
}
