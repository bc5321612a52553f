//! Tasks.

mod approve;
mod bundle;
mod cancel;
mod check;
mod create;
mod download;
mod events;
mod evidence;
mod list;
mod log;
mod pause;
mod progress;
mod report;
mod result;
mod resume;
mod run;
mod show;

pub(super) use approve::approve;
pub(super) use bundle::bundle;
pub(super) use cancel::cancel;
pub(super) use check::check;
pub(super) use create::create;
pub(super) use download::download;
pub(super) use events::events;
pub(super) use evidence::evidence;
pub(super) use list::list;
pub(super) use log::log;
pub(super) use pause::pause;
pub(super) use progress::progress;
pub(super) use report::report;
pub(super) use result::result;
pub(super) use resume::resume;
pub(super) use run::run;
pub(super) use show::show;

use backend_api::catalogue::DeskCode;
use backend_api::preview::PreviewCreate;
use backend_api::signing::Signing;
use backend_api::task::{TaskCommitted, TaskDetail};
use backend_db::read::task::{self as table, After, Filter, Sort};
use ledger_types::id::TaskId;
use ledger_types::task::{Task, TaskStatus};

use crate::call::Call;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::{actions, sign, view};

/// Completed tasks looked at to find the last one like this.
const PREVIOUS_MAX: i64 = 50;

/// The task on the ledger.
fn on_ledger(desk: &Desk, id: &TaskId) -> Result<Task, Fault> {
    let found = ledger_contract::read::task(desk.ledger.view().as_ref(), id)?;
    found.ok_or_else(|| DeskCode::NotFound.into())
}

/// The task page.
async fn load(call: &Call, id: &TaskId) -> Result<TaskDetail, Fault> {
    let desk = &call.desk;
    let name = id.to_string();
    let (row, completed) = desk
        .read("find_task", move |c| {
            let row = table::find(c, &name)?;
            let completed = Filter { status: Some("completed".to_owned()), ..Filter::default() };
            let start: Option<After> = None;
            Ok((row, table::list(c, completed, Sort::Updated, start, PREVIOUS_MAX)?))
        })
        .await?;
    let row = row.ok_or(DeskCode::NotFound)?;
    let task: Task = view::object(&row.object)?;
    let previous = completed.iter().filter(|r| r.id != row.id).find_map(|r| {
        let other: Task = view::object(&r.object).ok()?;
        let same = other.spec.parties.iter().map(|p| (&p.org, &p.dataset)).collect::<Vec<_>>()
            == task.spec.parties.iter().map(|p| (&p.org, &p.dataset)).collect::<Vec<_>>();
        (same && other.proposed_at_ms < task.proposed_at_ms).then_some(other)
    });
    view::task::detail(desk, call.language, call.caller()?, &row, previous.as_ref())
}

/// Signs a step of a task and shows it.
async fn step(call: &Call, id: &TaskId, request: PreviewCreate, signing: Signing) -> Result<TaskCommitted, Fault> {
    let action = actions::action(&call.desk, &call.caller()?.account, &request)?;
    let receipt = sign::sign(call, signing, action).await?;
    Ok(TaskCommitted { task: load(call, id).await?, receipt })
}

/// Whether nothing more happens by itself.
fn is_over(task: &Task) -> bool {
    !matches!(task.status, TaskStatus::Proposed | TaskStatus::Ready)
}
