use backend_api::application::{ApplicationPage, ApplicationQuery, Direction};
use backend_db::read::application::{Application, Filter};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: ApplicationQuery, (): ()) -> Result<ApplicationPage, Fault> {
    let desk = &call.desk;
    let filters = ApplicationQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<(i64, String)>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let own = desk.org.to_string();
    let mut filter = Filter {
        status: query.state.map(|s| view::encoded_name(&s)),
        dataset: query.dataset.clone(),
        ..Filter::default()
    };
    match query.direction {
        Some(Direction::Mine) => filter.applicant = Some(own),
        Some(Direction::ToMe) => filter.owner = Some(own),
        None => filter.involving = Some(own),
    }
    let (rows, titles) = super::with_titles(desk, filter, page.after.clone(), page.fetch()).await?;
    let position = |r: &Application| (r.submitted_ms, r.id.clone());
    page.page(rows, position, |r| {
        let title = titles.get(&r.dataset).map(String::as_str).unwrap_or_default();
        view::application::application(desk, call.language, &r, title)
    })
}
