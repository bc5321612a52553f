use std::collections::BTreeMap;

use backend_api::dataset::{DatasetFacets, DatasetQuery, Facet};
use backend_db::read::dataset;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn facets(call: Call, query: DatasetQuery, (): ()) -> Result<DatasetFacets, Fault> {
    let filter = super::filter(&call.desk, &query);
    let rows = call.desk.read("dataset_facets", move |c| dataset::facets(c, filter)).await?;
    let count = |values: &mut dyn Iterator<Item = &String>| {
        let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
        for v in values.filter(|v| !v.is_empty()) {
            *counts.entry(v).or_default() += 1;
        }
        let mut facets: Vec<Facet> =
            counts.into_iter().map(|(value, count)| Facet { value: value.clone(), count }).collect();
        facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        facets
    };
    Ok(DatasetFacets {
        organisations: count(&mut rows.iter().map(|r| &r.0)),
        classifications: count(&mut rows.iter().map(|r| &r.1)),
        themes: count(&mut rows.iter().map(|r| &r.2)),
    })
}
