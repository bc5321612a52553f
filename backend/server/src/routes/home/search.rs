use backend_api::ledger::{HitKind, SearchHit, SearchQuery, SearchResult};
use backend_db::read::{application, block, dataset, grant, task, transaction};

use crate::call::Call;
use crate::fault::Fault;

/// Hits of one kind.
const EACH: i64 = 5;
/// Fewest characters of a digest worth looking for.
const PREFIX_MIN: usize = 4;

pub(crate) async fn search(call: Call, query: SearchQuery, (): ()) -> Result<SearchResult, Fault> {
    let desk = &call.desk;
    let q = query.q.trim().to_lowercase();
    if q.is_empty() {
        return Ok(SearchResult { items: Vec::new() });
    }
    let organisations: Vec<SearchHit> = desk
        .genesis()
        .organisations
        .iter()
        .filter(|o| [o.id.as_str(), &o.name_zh, &o.name_en].iter().any(|t| t.to_lowercase().contains(&q)))
        .map(|o| hit(HitKind::Organisation, o.id.as_str(), desk.org_name(o.id.as_str(), call.language)))
        .collect();
    let mut items = desk
        .read("search", move |c| {
            let mut items = Vec::new();
            if let Ok(height) = q.parse::<i64>() {
                let found = block::find(c, height)?;
                items.extend(found.map(|b| hit(HitKind::Block, &b.height.to_string(), b.hash)));
            }
            let is_hex = q.len() >= PREFIX_MIN && q.len() <= 64 && q.bytes().all(|b| b.is_ascii_hexdigit());
            if is_hex {
                for b in block::starting_with(c, &q, EACH)? {
                    items.push(hit(HitKind::Block, &b.height.to_string(), b.hash));
                }
                for t in transaction::starting_with(c, &q, EACH)? {
                    items.push(hit(HitKind::Transaction, &t.id, t.action));
                }
                for t in task::starting_with(c, &q, EACH)? {
                    items.push(hit(HitKind::Task, &t.id, t.title));
                }
            }
            if let Some(a) = application::find(c, &q)? {
                items.push(hit(HitKind::Application, &a.id, a.dataset));
            }
            if let Some(g) = grant::find(c, &q)? {
                items.push(hit(HitKind::Grant, &g.id, g.dataset));
            }
            let words: Vec<String> = q.split_whitespace().take(8).map(str::to_owned).collect();
            let of_words = dataset::Filter { words: words.clone(), ..dataset::Filter::default() };
            for d in dataset::list(c, of_words, dataset::Sort::Updated, None, EACH)? {
                items.push(hit(HitKind::Dataset, &d.id, d.title));
            }
            let of_words = task::Filter { words, ..task::Filter::default() };
            for t in task::list(c, of_words, task::Sort::Updated, None, EACH)? {
                items.push(hit(HitKind::Task, &t.id, t.title));
            }
            Ok(items)
        })
        .await?;
    items.extend(organisations);
    let mut seen = std::collections::BTreeSet::new();
    items.retain(|i| seen.insert((format!("{:?}", i.kind), i.id.clone())));
    items.truncate(20);
    Ok(SearchResult { items })
}

fn hit(kind: HitKind, id: &str, title: String) -> SearchHit {
    SearchHit { kind, id: id.to_owned(), title }
}
