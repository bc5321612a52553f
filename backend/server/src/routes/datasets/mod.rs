//! The catalogue and this organisation's own datasets.

mod create;
mod evidence;
mod facets;
mod list;
mod set_column_policy;
mod set_state;
mod set_usage_limits;
mod show;
mod version;

pub(super) use create::create;
pub(super) use evidence::evidence;
pub(super) use facets::facets;
pub(super) use list::list;
pub(super) use set_column_policy::set_column_policy;
pub(super) use set_state::set_state;
pub(super) use set_usage_limits::set_usage_limits;
pub(super) use show::show;
pub(super) use version::version;

use backend_api::Timestamp;
use backend_api::catalogue::{DeskCode, Language};
use backend_api::dataset::{Dataset, DatasetCommitted, DatasetQuery, DatasetState, DatasetUsage};
use backend_api::preview::PreviewCreate;
use backend_api::signing::Signing;
use backend_db::read::{application, dataset, grant, task};
use ledger_types::id::DatasetId;

use crate::call::Call;
use crate::desk::{Desk, now_ms, signed, unsigned};
use crate::fault::Fault;
use crate::{actions, sign, view};

/// The dataset page.
pub(super) async fn load(desk: &Desk, language: Language, id: &DatasetId) -> Result<Dataset, Fault> {
    let (id, now) = (id.to_string(), signed(now_ms()));
    let found = desk
        .read("find_dataset", move |c| {
            let Some(row) = dataset::find(c, &id)? else { return Ok(None) };
            let (all, waiting) = application::counts_for(c, &id)?;
            let active = grant::Filter {
                dataset: Some(id.clone()),
                state: Some((grant::State::Active, now)),
                ..grant::Filter::default()
            };
            let grants = grant::count(c, active)?;
            let (tasks, completed, last) = task::usage_of(c, &id)?;
            let usage = DatasetUsage {
                applications: unsigned(all),
                applications_pending: unsigned(waiting),
                grants_active: unsigned(grants),
                tasks: unsigned(tasks),
                tasks_completed: unsigned(completed),
                last_used_at: last.map(|ms| Timestamp(unsigned(ms))),
            };
            Ok(Some((row, usage)))
        })
        .await?;
    let (row, usage) = found.ok_or(DeskCode::NotFound)?;
    view::dataset::page(desk, language, &row, usage)
}

/// Signs a change of a dataset and shows it.
async fn change(call: &Call, id: &str, request: PreviewCreate, signing: Signing) -> Result<DatasetCommitted, Fault> {
    let action = actions::action(&call.desk, &call.caller()?.account, &request)?;
    let receipt = sign::sign(call, signing, action).await?;
    let id = crate::call::parse("/id", id)?;
    Ok(DatasetCommitted { dataset: load(&call.desk, call.language, &id).await?, receipt })
}

/// A version tag that changes with everything the page shows.
fn tag(d: &Dataset) -> String {
    let state = if d.summary.state == DatasetState::Active { "a" } else { "f" };
    let u = &d.usage;
    let usage = [u.applications, u.applications_pending, u.grants_active, u.tasks, u.tasks_completed];
    let runs: u64 = d.partner_usage.iter().map(|p| p.keys.wrapping_mul(31).wrapping_add(u64::from(p.runs))).sum();
    let usage = usage.into_iter().chain([runs]).map(|n| n.to_string()).collect::<Vec<_>>().join("-");
    format!("{}.{}.{state}.{usage}", d.policy_version, d.summary.version)
}

/// Filters of the catalogue as the database knows them.
fn filter(desk: &Desk, q: &DatasetQuery) -> dataset::Filter {
    let own = desk.org.to_string();
    dataset::Filter {
        words: q.q.as_deref().unwrap_or_default().split_whitespace().take(8).map(str::to_owned).collect(),
        owner: if q.mine == Some(true) { Some(own.clone()) } else { q.org.clone() },
        not_owner: (q.mine == Some(false)).then_some(own),
        sensitivity: q.classification.map(|s| view::encoded_name(&s)),
        theme: q.theme.clone(),
        kind: q.kind.map(actions::kind_name),
        active: q.state.map(|s| s == DatasetState::Active),
    }
}
