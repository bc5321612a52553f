use backend_api::Timestamp;
use backend_api::account::Role;
use backend_api::endpoint::NoQuery;
use backend_api::home::{DatasetUse, Figure, GuideStep, Home, Todo, TodoKind};
use backend_db::read::{application, dataset, grant, organisation, task, transaction};
use backend_db::{Connection, QueryError};

use crate::call::Call;
use crate::desk::{Desk, now_ms, signed, unsigned};
use crate::fault::Fault;
use crate::view;

/// Things listed.
const SHOWN: usize = 20;
/// Tasks and datasets shown.
const FEW: i64 = 5;
/// Grants that end within a week are told.
const SOON_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Rows that the page is made of.
struct Rows {
    approvals: Vec<task::Task>,
    disputed: Vec<task::Task>,
    failed: Vec<task::Task>,
    reviews: Vec<application::Application>,
    expiring: Vec<grant::Grant>,
    tasks: Vec<task::Task>,
    datasets: Vec<(dataset::Dataset, i64, i64)>,
    figures: Vec<(&'static str, i64)>,
}

pub(crate) async fn show(call: Call, _: NoQuery, (): ()) -> Result<Home, Fault> {
    let desk = &call.desk;
    let (org, now) = (desk.org.to_string(), now_ms());
    let rows = desk.read("show_home", move |c| gather(c, &org, now)).await?;
    let roles = &call.caller()?.roles;
    let party = roles.iter().any(|r| matches!(r, Role::DataOwner | Role::Requester));
    let owner = roles.contains(&Role::DataOwner);
    let name = |org: &str| desk.org_name(org, call.language);
    let mut todos = Vec::new();
    if party {
        let of = |kind, t: &task::Task, due| Todo {
            kind,
            id: t.id.clone(),
            title: t.title.clone(),
            from: name(&t.proposer),
            since: Timestamp(unsigned(t.updated_ms)),
            due,
        };
        todos.extend(
            rows.approvals.iter().map(|t| of(TodoKind::TaskApproval, t, Some(Timestamp(unsigned(t.not_after_ms))))),
        );
        todos.extend(rows.disputed.iter().map(|t| of(TodoKind::TaskDisputed, t, None)));
        todos.extend(rows.failed.iter().map(|t| of(TodoKind::TaskFailed, t, None)));
        todos.extend(rows.expiring.iter().map(|g| Todo {
            kind: TodoKind::GrantExpiring,
            id: g.id.clone(),
            title: g.dataset.clone(),
            from: name(if g.grantor == desk.org.as_str() { &g.grantee } else { &g.grantor }),
            since: Timestamp(unsigned(g.granted_ms)),
            due: Some(Timestamp(unsigned(g.not_after_ms))),
        }));
    }
    if owner {
        todos.extend(rows.reviews.iter().map(|a| Todo {
            kind: TodoKind::ApplicationReview,
            id: a.id.clone(),
            title: a.dataset.clone(),
            from: name(&a.applicant),
            since: Timestamp(unsigned(a.submitted_ms)),
            due: None,
        }));
    }
    todos.sort_by_key(|t| t.since);
    let todo_count = todos.len() as u64;
    todos.truncate(SHOWN);
    let tasks = rows.tasks.iter().map(|t| view::task::summary(desk, call.language, t)).collect::<Result<_, _>>()?;
    let used = |(d, grants, done): &(dataset::Dataset, i64, i64)| {
        Ok::<_, Fault>(DatasetUse {
            dataset: view::dataset::summary(desk, call.language, d)?,
            grants_active: unsigned(*grants),
            tasks_completed: unsigned(*done),
        })
    };
    Ok(Home {
        todo_count,
        todos,
        tasks,
        datasets: rows.datasets.iter().map(used).collect::<Result<_, _>>()?,
        guide: guide(desk, roles, &rows)?,
        figures: rows
            .figures
            .iter()
            .map(|(name, value)| Figure { name: (*name).to_owned(), value: unsigned(*value) })
            .collect(),
    })
}

fn gather(c: &mut Connection, org: &str, now: u64) -> Result<Rows, QueryError> {
    let own = || Some(org.to_owned());
    let involved = |status: &str| task::Filter {
        side: Some(task::Side::Involved(org.to_owned())),
        status: Some(status.to_owned()),
        ..task::Filter::default()
    };
    let list = |c: &mut Connection, f, limit| task::list(c, f, task::Sort::Updated, None, limit);
    let waits = task::Filter { waits_for: Some((org.to_owned(), signed(now))), ..task::Filter::default() };
    let limit = SHOWN as i64;
    let approvals = list(c, waits, limit)?;
    let disputed = list(c, involved("disputed"), limit)?;
    let failed = list(c, involved("failed"), limit)?;
    let to_review =
        application::Filter { owner: own(), status: Some("submitted".to_owned()), ..application::Filter::default() };
    let reviews = application::list(c, to_review, None, limit)?;
    let expiring = grant::expiring(c, org, signed(now), signed(now + SOON_MS), limit)?;
    let all = task::Filter { side: Some(task::Side::Involved(org.to_owned())), ..task::Filter::default() };
    let tasks = list(c, all, FEW)?;
    let active = |f: grant::Filter| grant::Filter { state: Some((grant::State::Active, signed(now))), ..f };
    let mine = dataset::Filter { owner: own(), ..dataset::Filter::default() };
    let mut datasets = Vec::new();
    for d in dataset::list(c, mine, dataset::Sort::Updated, None, FEW)? {
        let grants =
            grant::count(c, active(grant::Filter { dataset: Some(d.id.clone()), ..grant::Filter::default() }))?;
        let (_, done, _) = task::usage_of(c, &d.id)?;
        datasets.push((d, grants, done));
    }
    let counts = dataset::counts(c)?;
    let figures = vec![
        ("datasets_mine", counts.iter().filter(|(o, _)| o == org).map(|(_, n)| n).sum()),
        ("datasets_catalogue", counts.iter().map(|(_, n)| n).sum()),
        ("grants_given", grant::count(c, active(grant::Filter { grantor: own(), ..grant::Filter::default() }))?),
        ("grants_received", grant::count(c, active(grant::Filter { grantee: own(), ..grant::Filter::default() }))?),
        ("tasks_running", task::count(c, involved("ready"))?),
        ("tasks_completed", task::count(c, involved("completed"))?),
        ("evidence", transaction::count(c)?),
        ("members", organisation::all(c)?.len() as i64),
    ];
    Ok(Rows { approvals, disputed, failed, reviews, expiring, tasks, datasets, figures })
}

/// First steps by role; what the ledger or this node shows as done is done.
fn guide(desk: &Desk, roles: &[Role], rows: &Rows) -> Result<Vec<GuideStep>, Fault> {
    let figure = |name: &str| rows.figures.iter().find(|(n, _)| *n == name).is_some_and(|(_, v)| *v > 0);
    let mut steps = Vec::new();
    let mut step = |name: &str, done: bool| steps.push(GuideStep { name: name.to_owned(), done });
    if roles.contains(&Role::DataOwner) {
        step("register_source", !desk.party.sources()?.is_empty());
        step("publish_dataset", figure("datasets_mine"));
    }
    if roles.contains(&Role::Requester) {
        step("apply_for_data", figure("grants_received"));
        step("propose_task", rows.tasks.iter().any(|t| t.proposer == desk.org.as_str()));
    }
    if roles.contains(&Role::DataOwner) {
        step("approve_task", !rows.tasks.is_empty() && rows.approvals.is_empty());
    }
    step("verify_evidence", figure("tasks_completed"));
    Ok(steps)
}
