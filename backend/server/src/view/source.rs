//! Sources.

use std::collections::BTreeMap;

use backend_api::Timestamp;
use backend_api::source as api;
use mpc_party::KeyCounts;
use mpc_party::connector::{ColumnProfile, SourceKind};
use mpc_party::dataset::Preparation;
use mpc_party::source::{Probe, Source, SourceState};

use crate::view::dataset::column_type;
use crate::view::policy::same_variants;

same_variants! {
    /// Kind of file.
    kind / party_kind: SourceKind => api::SourceKind { Csv, Parquet }
    /// Whether it may be read.
    state / party_state: SourceState => api::SourceState { Active, Frozen }
}

/// A column with its profile.
pub fn column(c: &ColumnProfile) -> api::SourceColumn {
    api::SourceColumn {
        name: c.name.clone(),
        source_type: c.source_type.clone(),
        data_type: c.data_type.map(column_type),
        nulls: Some(c.nulls),
        distinct: Some(c.distinct_estimate),
        duplicates: c.key.as_ref().map(|k| k.duplicates),
        irregular: c.key.as_ref().map(|k| k.irregular),
        key_rule: c.key.as_ref().map(|k| k.rule.clone()),
    }
}

/// What is in a file.
pub fn probe(p: &Probe) -> api::SourceProbe {
    let warning = |w: &mpc_party::source::ProbeWarning| match &w.column {
        Some(column) => format!("{}: {column}", w.code),
        None => w.code.clone(),
    };
    api::SourceProbe {
        columns: p.columns.iter().map(column).collect(),
        rows: Some(p.rows),
        bytes: p.bytes,
        warnings: p.warnings.iter().map(warning).collect(),
        sample_rows: p.mock_rows.clone(),
    }
}

/// A registered source; `published` gives the datasets published from each source.
pub fn source(s: &Source, published: &BTreeMap<String, Vec<String>>) -> api::Source {
    api::Source {
        id: s.id.to_string(),
        name: s.name.clone(),
        kind: kind(s.location.kind),
        path: s.location.path.display().to_string(),
        state: state(s.state),
        available: s.is_available(),
        columns: s.probe.columns.iter().map(column).collect(),
        rows: Some(s.probe.rows),
        bytes: s.probe.bytes,
        datasets: published.get(s.id.as_str()).cloned().unwrap_or_default(),
        created_at: Timestamp(s.created_ms),
    }
}

/// What columns are like as a key.
pub fn key_profile(c: KeyCounts) -> api::KeyProfile {
    let KeyCounts { rows, nulls, irregular, items: distinct, duplicates } = c;
    api::KeyProfile { rows, nulls, irregular, distinct, duplicates }
}

/// A preparation.
pub fn preparation(p: &Preparation) -> api::Preparation {
    api::Preparation {
        id: p.id().to_string(),
        source: p.source.to_string(),
        dataset: p.dataset.to_string(),
        commitment: p.commitment.root.to_string(),
        rows: p.commitment.rows,
        columns: p.profile.iter().map(column).collect(),
        created_at: Timestamp(p.created_ms),
    }
}
