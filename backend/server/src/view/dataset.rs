//! Datasets.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::dataset as api;
use backend_api::task::TaskKind;
use backend_db::read::dataset::Dataset as Row;
use ledger_contract::policy::covers;
use ledger_types::object as ledger;
use ledger_types::object::{Disclosure, Status};
use mpc_party::connector::mock_rows;

use crate::desk::{Desk, unsigned};
use crate::fault::Fault;
use crate::view::policy::{self, same_variants};

/// Invented rows shown on a dataset's page.
const SAMPLE_ROWS: usize = 5;

same_variants! {
    /// Logical type of a column.
    column_type / ledger_column_type: ledger::ColumnType => api::ColumnType {
        Text, Integer, Number, Boolean, Date, Timestamp, Binary
    }
}

/// A dataset in a list.
pub fn summary(desk: &Desk, language: Language, row: &Row) -> Result<api::DatasetSummary, Fault> {
    let d: ledger::Dataset = super::object(&row.object)?;
    Ok(of(desk, language, row, &d))
}

fn of(desk: &Desk, language: Language, row: &Row, d: &ledger::Dataset) -> api::DatasetSummary {
    api::DatasetSummary {
        id: row.id.clone(),
        title: d.title.clone(),
        description: d.description.clone(),
        theme: d.theme.clone(),
        organisation: desk.org_ref(&row.owner, language),
        mine: d.owner == desk.org,
        classification: policy::sensitivity(d.sensitivity),
        state: state(d.status),
        columns: u32::try_from(d.columns.len()).unwrap_or(u32::MAX),
        rows: unsigned(row.row_count),
        version: u32::try_from(row.version).unwrap_or(0),
        kinds: if row.kinds.is_empty() { Vec::new() } else { kinds(d) },
        published_at: Timestamp(unsigned(row.published_ms)),
        updated_at: Timestamp(unsigned(row.updated_ms)),
    }
}

/// Whether it may be used.
pub fn state(status: Status) -> api::DatasetState {
    match status {
        Status::Active => api::DatasetState::Active,
        Status::Frozen => api::DatasetState::Frozen,
    }
}

/// Kinds of task that the column policy leaves room for: an intersection needs a column that may be a key.
pub fn kinds(d: &ledger::Dataset) -> Vec<TaskKind> {
    let may_be_key = |c: &ledger::Column| c.rules.iter().any(|r| covers(r.allow, Disclosure::PlaintextAfterJoin));
    if d.columns.iter().any(may_be_key) { vec![TaskKind::Psi] } else { Vec::new() }
}

/// A column.
pub fn column(c: &ledger::Column) -> api::Column {
    api::Column {
        name: c.name.clone(),
        data_type: column_type(c.data_type),
        description: c.description.clone(),
        sensitivity: policy::sensitivity(c.sensitivity),
        rules: c.rules.iter().map(policy::rule).collect(),
    }
}

/// Columns for the ledger.
pub fn ledger_columns(pointer: &str, columns: &[api::Column]) -> Result<Vec<ledger::Column>, Fault> {
    let one = |(i, c): (usize, &api::Column)| {
        let rule = |(n, r)| policy::ledger_rule(&format!("{pointer}/{i}/rules/{n}"), r);
        Ok(ledger::Column {
            name: c.name.clone(),
            data_type: ledger_column_type(c.data_type),
            description: c.description.clone(),
            sensitivity: policy::ledger_sensitivity(c.sensitivity),
            rules: c.rules.iter().enumerate().map(rule).collect::<Result<_, _>>()?,
        })
    };
    columns.iter().enumerate().map(one).collect()
}

/// The dataset page.
pub fn page(desk: &Desk, language: Language, row: &Row, usage: api::DatasetUsage) -> Result<api::Dataset, Fault> {
    let d: ledger::Dataset = super::object(&row.object)?;
    let mine = d.owner == desk.org;
    let preparations = if mine { desk.party.preparations()? } else { Vec::new() };
    let held = |root: &ledger_types::Digest| preparations.iter().find(|p| &p.commitment.root == root);
    let latest = d.versions.last().and_then(|v| held(&v.commitment.root));
    let versions = d.versions.iter().rev().map(|v| api::DatasetVersion {
        version: v.version,
        commitment: v.commitment.root.to_string(),
        scheme: v.commitment.scheme.clone(),
        rows: v.commitment.rows,
        schema_digest: v.commitment.schema.to_string(),
        published_at: Timestamp(v.published_at_ms),
        height: v.height,
        held_here: mine.then(|| held(&v.commitment.root).is_some()),
    });
    let types: Vec<_> = d.columns.iter().map(|c| Some(c.data_type)).collect();
    Ok(api::Dataset {
        summary: of(desk, language, row, &d),
        column_list: d.columns.iter().map(column).collect(),
        policy_version: d.policy_version,
        limits: d.limits.iter().map(super::usage::limits).collect(),
        partner_usage: super::usage::of_partners(desk, language, &d)?,
        versions: versions.collect(),
        sample_rows: mock_rows(&types, SAMPLE_ROWS),
        usage,
        source: latest.map(|p| p.source.to_string()),
        quality: latest.map(|p| p.profile.iter().map(super::source::column).collect()),
        published_by: d.published_by.to_string(),
    })
}
