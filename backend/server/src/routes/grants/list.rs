use std::collections::BTreeMap;

use backend_api::grant::{GrantDirection, GrantPage, GrantQuery};
use backend_db::read::dataset;
use backend_db::read::grant::{self, Filter, Grant};

use crate::call::Call;
use crate::cursor::PageRequest;
use crate::desk::{now_ms, signed};
use crate::fault::Fault;
use crate::view;

pub(crate) async fn list(call: Call, query: GrantQuery, (): ()) -> Result<GrantPage, Fault> {
    let desk = &call.desk;
    let filters = GrantQuery { cursor: None, limit: None, ..query.clone() };
    let page = PageRequest::<(i64, String)>::new(query.cursor.as_deref(), query.limit, &filters)?;
    let (own, now) = (desk.org.to_string(), now_ms());
    let mut filter = Filter {
        state: query.state.map(|s| (view::grant::row_state(s), signed(now))),
        dataset: query.dataset.clone(),
        ..Filter::default()
    };
    match query.direction {
        Some(GrantDirection::Given) => filter.grantor = Some(own),
        Some(GrantDirection::Received) => filter.grantee = Some(own),
        None => filter.involving = Some(own),
    }
    let (after, fetch) = (page.after.clone(), page.fetch());
    let (rows, titles) = desk
        .read("list_grants", move |c| {
            let rows = grant::list(c, filter, after, fetch)?;
            let ids: Vec<String> = rows.iter().map(|r| r.dataset.clone()).collect();
            Ok((rows, dataset::titles(c, &ids)?.into_iter().collect::<BTreeMap<_, _>>()))
        })
        .await?;
    let position = |r: &Grant| (r.granted_ms, r.id.clone());
    page.page(rows, position, |r| {
        let title = titles.get(&r.dataset).map(String::as_str).unwrap_or_default();
        view::grant::grant(desk, call.language, &r, title, now)
    })
}
