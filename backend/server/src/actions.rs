//! From what people ask for to what the ledger is told, completed where something was left out.

use std::collections::BTreeSet;

use backend_api::account::{AccountDraft, AccountState};
use backend_api::algorithm as api;
use backend_api::application::{ApplicationCreate, ReviewCreate, ReviewDecision, Scope};
use backend_api::catalogue::DeskCode;
use backend_api::dataset::{
    ColumnPolicySet, DatasetCreate, DatasetState, DatasetStateChange, DatasetVersionCreate, UsageLimitsSet,
};
use backend_api::grant::RevocationCreate;
use backend_api::preview::{AccountStateChangePreview, PreviewCreate};
use backend_api::task::{ApprovalCreate, ApprovalDecision, CancellationCreate, TaskCreate, TaskKind};
use backend_db::read::grant;
use ledger_contract::read;
use ledger_crypto::PublicKey;
use ledger_types::action::{
    AccountRegister, AccountUpdate, Action, ApplicationReview, ApplicationSubmit, DatasetLimitsSet, DatasetPolicySet,
    DatasetPublish, DatasetStatusSet, DatasetVersionAdd, Decision, GrantRevoke, TaskApprove, TaskClose, TaskPropose,
};
use ledger_types::id::{AccountRef, ApplicationId, DatasetId, GrantId, TaskId};
use ledger_types::object::{Dataset, Role, Status, TaskKindName};
use ledger_types::task::{self as ledger, AlgorithmRef, PsiSpec, TaskParty, TaskSpec};
use mpc_party::dataset::PreparationId;
use rand_core::{OsRng, RngCore as _};

use crate::call::parse;
use crate::desk::{Desk, now_ms, signed};
use crate::estimate::{self, Sizes};
use crate::fault::Fault;
use crate::view;
use crate::view::policy::{ledger_kind, ledger_scope, ledger_sensitivity};

/// A field without which there is no action.
const NEEDED: (&str, &str) = ("必填", "is needed");
/// Grants on one dataset for one organisation that are looked through.
const GRANTS_LOOKED_AT: i64 = 100;
/// Runs of a task under the same approvals, when nobody says.
const ATTEMPTS_DEFAULT: u8 = 3;

fn random_hex<const N: usize>() -> Result<String, Fault> {
    let mut bytes = [0u8; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(Fault::internal)?;
    Ok(hex::encode(bytes))
}

fn dataset(desk: &Desk, id: &DatasetId) -> Result<Dataset, Fault> {
    let found = read::dataset(desk.ledger.view().as_ref(), id)?;
    found.ok_or_else(|| Fault::with_code("dataset_unknown").with("dataset", id))
}

/// Fills in what the request left out. Afterwards the same request always gives the same action.
pub async fn complete(desk: &Desk, request: &mut PreviewCreate) -> Result<(), Fault> {
    match request {
        PreviewCreate::ApplicationCreate(r) => complete_application(r),
        PreviewCreate::ReviewCreate(r) => complete_review(desk, r),
        PreviewCreate::TaskCreate(r) => complete_task(desk, r).await,
        _ => Ok(()),
    }
}

/// Gives an application its id.
pub fn complete_application(r: &mut ApplicationCreate) -> Result<(), Fault> {
    if r.id.is_none() {
        r.id = Some(format!("a-{}", random_hex::<8>()?));
    }
    Ok(())
}

/// Gives a review its grant's id and terms.
pub fn complete_review(desk: &Desk, r: &mut ReviewCreate) -> Result<(), Fault> {
    if r.decision == ReviewDecision::Reject {
        return Ok(());
    }
    if r.grant.is_none() {
        r.grant = Some(format!("g-{}", random_hex::<8>()?));
    }
    if r.terms.is_none() {
        let id: ApplicationId = parse("/application", &r.application)?;
        let found = read::application(desk.ledger.view().as_ref(), &id)?;
        let found = found.ok_or_else(|| Fault::with_code("application_unknown").with("application", &id))?;
        r.terms = Some(view::policy::scope(&found.scope));
    }
    Ok(())
}

/// Gives a task its salt, attempts, the versions of its datasets, its grants and its algorithm.
pub async fn complete_task(desk: &Desk, r: &mut TaskCreate) -> Result<(), Fault> {
    if r.salt.is_none() {
        r.salt = Some(random_hex::<16>()?);
    }
    r.attempts_max.get_or_insert(ATTEMPTS_DEFAULT);
    for (i, p) in r.parties.iter_mut().enumerate() {
        if p.version.is_none() {
            let id: DatasetId = parse(&format!("/parties/{i}/dataset"), &p.dataset)?;
            p.version = dataset(desk, &id)?.versions.last().map(|v| v.version);
        }
    }
    r.min_matches.get_or_insert(0);
    let matching = backend_api::task::PsiOutput::Rows { join: backend_api::task::RowJoin::Inner, both: false };
    r.output.get_or_insert(matching);
    fill_in_grants(desk, r).await?;
    if r.algorithm.is_none() {
        r.algorithm = Some(recommended(desk, r)?);
    }
    Ok(())
}

// The grant for a party that names none: of those in force for its dataset, its user and the purpose, the one that lasts
// longest. Its user is the receiver; of what the receiver brings to a result for both, the other party. Where there is none
// the rules will say so.
async fn fill_in_grants(desk: &Desk, r: &mut TaskCreate) -> Result<(), Fault> {
    let now = signed(now_ms());
    let both = matches!(r.output, Some(backend_api::task::PsiOutput::Rows { both: true, .. }));
    let other = r.parties.iter().map(|p| &p.organisation).find(|o| **o != r.receiver).filter(|_| both).cloned();
    for i in 0..r.parties.len() {
        let p = &r.parties[i];
        let user = if p.organisation == r.receiver { other.clone() } else { Some(r.receiver.clone()) };
        let Some(user) = user.filter(|_| p.grant.is_none()) else { continue };
        let filter = grant::Filter {
            grantor: Some(p.organisation.clone()),
            grantee: Some(user),
            dataset: Some(p.dataset.clone()),
            state: Some((grant::State::Active, now)),
            ..grant::Filter::default()
        };
        let mut rows = desk.read("grants_for_task", move |c| grant::list(c, filter, None, GRANTS_LOOKED_AT)).await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.not_after_ms));
        for row in rows {
            let id: GrantId = row.id.parse().map_err(Fault::internal)?;
            let found = read::grant(desk.ledger.view().as_ref(), &id)?;
            if found.is_some_and(|g| g.scope.purpose == r.purpose) {
                r.parties[i].grant = Some(row.id);
                break;
            }
        }
    }
    Ok(())
}

// The algorithm for a task that names none. What is wrong with the parties is said by the rules, with their own codes: a
// side that cannot be found counts as empty here.
fn recommended(desk: &Desk, r: &TaskCreate) -> Result<api::AlgorithmRef, Fault> {
    let rows = |p: &backend_api::task::TaskPartySpec| {
        let found = p.dataset.parse().ok().and_then(|id: DatasetId| dataset(desk, &id).ok());
        let version = found.and_then(|d| d.versions.into_iter().find(|v| Some(v.version) == p.version));
        version.map_or(0, |v| v.commitment.rows)
    };
    let members = r.parties.iter().map(|p| &p.organisation).chain([&r.receiver]);
    let sizes = Sizes {
        peers: members.filter(|o| *o != desk.org.as_str()).filter_map(|o| o.parse().ok()).collect(),
        receiver_rows: r.parties.iter().find(|p| p.organisation == r.receiver).map(rows),
        sender_rows: r.parties.iter().filter(|p| p.organisation != r.receiver).map(rows).collect(),
        receives: r.receiver == desk.org.as_str(),
    };
    let output = view::task::ledger_output(r.output.as_ref());
    let comparison = estimate::compare(desk, &sizes, &output, None)?;
    let algorithm = comparison.recommendation().ok_or_else(|| Fault::with_code("algorithm_unsupported"))?;
    Ok(api::AlgorithmRef { id: algorithm.id.clone(), version: algorithm.version.clone() })
}

/// The action of a completed request.
pub fn action(desk: &Desk, sender: &AccountRef, request: &PreviewCreate) -> Result<Action, Fault> {
    match request {
        PreviewCreate::AccountStateChange(r) => account_state(desk, r),
        PreviewCreate::DatasetCreate(r) => publish(desk, r),
        PreviewCreate::DatasetVersionCreate(r) => version(desk, r),
        PreviewCreate::ColumnPolicySet(r) => column_policy(r),
        PreviewCreate::UsageLimitsSet(r) => usage_limits(r),
        PreviewCreate::DatasetStateChange(r) => dataset_state(r),
        PreviewCreate::ApplicationCreate(r) => application(r),
        PreviewCreate::ReviewCreate(r) => review(r),
        PreviewCreate::RevocationCreate(r) => revocation(r),
        PreviewCreate::TaskCreate(r) => Ok(Action::TaskPropose(TaskPropose { spec: spec(r)? })),
        PreviewCreate::ApprovalCreate(r) => approval(r),
        PreviewCreate::CancellationCreate(r) => cancellation(desk, sender, r),
    }
}

/// Registers an account with its new key.
pub fn account_register(draft: &AccountDraft, key: PublicKey) -> Result<Action, Fault> {
    let roles: BTreeSet<Role> = draft.roles.iter().map(|r| view::account::ledger_role(*r)).collect();
    Ok(Action::AccountRegister(AccountRegister {
        account: parse("/request/username", &draft.username)?,
        display_name: draft.display_name.clone(),
        roles,
        key,
    }))
}

fn account_state(desk: &Desk, r: &AccountStateChangePreview) -> Result<Action, Fault> {
    let id = AccountRef { org: desk.org.clone(), account: parse("/account", &r.account)? };
    let found = read::account(desk.ledger.view().as_ref(), &id)?;
    let found = found.ok_or_else(|| Fault::with_code("account_unknown").with("account", &id))?;
    let status = match r.change.state {
        AccountState::Active => Status::Active,
        AccountState::Frozen => Status::Frozen,
    };
    Ok(Action::AccountUpdate(AccountUpdate { account: id.account, roles: found.roles, status }))
}

fn publish(desk: &Desk, r: &DatasetCreate) -> Result<Action, Fault> {
    let id: DatasetId = parse("/id", &r.id)?;
    let preparation = desk.party.preparation(&parse::<PreparationId>("/preparation", &r.preparation)?)?;
    if preparation.dataset != id {
        let of = &preparation.dataset;
        let message = (format!("该数据准备对应数据集 {of}"), format!("this preparation is for {of}"));
        return Err(Fault::field(DeskCode::InvalidValue, "/preparation", message));
    }
    let names: Vec<&str> = r.columns.iter().map(|c| c.name.as_str()).collect();
    if names != preparation.column_names() {
        let have = preparation.column_names().join(", ");
        let message = (format!("该数据准备的列为 {have}"), format!("the preparation has columns {have}"));
        return Err(Fault::field(DeskCode::InvalidValue, "/columns", message));
    }
    Ok(Action::DatasetPublish(DatasetPublish {
        dataset: id,
        title: r.title.clone(),
        description: r.description.clone(),
        theme: r.theme.clone(),
        sensitivity: ledger_sensitivity(r.classification),
        columns: view::dataset::ledger_columns("/columns", &r.columns)?,
        commitment: preparation.commitment,
    }))
}

fn version(desk: &Desk, r: &DatasetVersionCreate) -> Result<Action, Fault> {
    let id: DatasetId = parse("/dataset", &r.dataset)?;
    let preparation = desk.party.preparation(&parse::<PreparationId>("/preparation", &r.preparation)?)?;
    if preparation.dataset != id {
        let of = &preparation.dataset;
        let message = (format!("该数据准备对应数据集 {of}"), format!("this preparation is for {of}"));
        return Err(Fault::field(DeskCode::InvalidValue, "/preparation", message));
    }
    let latest = dataset(desk, &id)?.versions.last().map_or(0, |v| v.version);
    let commitment = preparation.commitment;
    Ok(Action::DatasetVersionAdd(DatasetVersionAdd { dataset: id, version: latest + 1, commitment }))
}

fn column_policy(r: &ColumnPolicySet) -> Result<Action, Fault> {
    Ok(Action::DatasetPolicySet(DatasetPolicySet {
        dataset: parse("/dataset", &r.dataset)?,
        // The ledger refuses it when this is no longer the next one: somebody else changed the policy.
        policy_version: r.policy_version.saturating_add(1),
        columns: view::dataset::ledger_columns("/columns", &r.columns)?,
    }))
}

fn usage_limits(r: &UsageLimitsSet) -> Result<Action, Fault> {
    let one = |(i, l)| view::usage::ledger_limits(&format!("/limits/{i}"), l);
    let mut limits = r.limits.iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
    // The ledger wants one order, whatever order they were written in.
    limits.sort();
    Ok(Action::DatasetLimitsSet(DatasetLimitsSet {
        dataset: parse("/dataset", &r.dataset)?,
        policy_version: r.policy_version.saturating_add(1),
        limits,
    }))
}

fn dataset_state(r: &DatasetStateChange) -> Result<Action, Fault> {
    let status = match r.state {
        DatasetState::Active => Status::Active,
        DatasetState::Frozen => Status::Frozen,
    };
    Ok(Action::DatasetStatusSet(DatasetStatusSet { dataset: parse("/dataset", &r.dataset)?, status }))
}

fn needed<'a>(pointer: &str, value: Option<&'a String>) -> Result<&'a String, Fault> {
    value.ok_or_else(|| Fault::field(DeskCode::InvalidValue, pointer, NEEDED))
}

fn scope_or<'a>(pointer: &str, scope: Option<&'a Scope>) -> Result<&'a Scope, Fault> {
    scope.ok_or_else(|| Fault::field(DeskCode::InvalidValue, pointer, NEEDED))
}

fn application(r: &ApplicationCreate) -> Result<Action, Fault> {
    Ok(Action::ApplicationSubmit(ApplicationSubmit {
        application: parse("/id", needed("/id", r.id.as_ref())?)?,
        dataset: parse("/dataset", &r.dataset)?,
        scope: ledger_scope(&r.scope),
        reason: r.reason.clone(),
    }))
}

fn review(r: &ReviewCreate) -> Result<Action, Fault> {
    let decision = match r.decision {
        ReviewDecision::Approve => Decision::Approve {
            grant: parse("/grant", needed("/grant", r.grant.as_ref())?)?,
            scope: ledger_scope(scope_or("/terms", r.terms.as_ref())?),
        },
        ReviewDecision::Reject => Decision::Reject { reason: needed("/reason", r.reason.as_ref())?.clone() },
    };
    Ok(Action::ApplicationReview(ApplicationReview { application: parse("/application", &r.application)?, decision }))
}

fn revocation(r: &RevocationCreate) -> Result<Action, Fault> {
    Ok(Action::GrantRevoke(GrantRevoke { grant: parse("/grant", &r.grant)?, reason: r.reason.clone() }))
}

fn approval(r: &ApprovalCreate) -> Result<Action, Fault> {
    let task: TaskId = parse("/task", &r.task)?;
    Ok(match r.decision {
        ApprovalDecision::Approve => Action::TaskApprove(TaskApprove { task }),
        ApprovalDecision::Reject => {
            Action::TaskReject(TaskClose { task, reason: needed("/reason", r.reason.as_ref())?.clone() })
        }
    })
}

/// The proposer withdraws; another party leaves.
fn cancellation(desk: &Desk, sender: &AccountRef, r: &CancellationCreate) -> Result<Action, Fault> {
    let id: TaskId = parse("/task", &r.task)?;
    let task = read::task(desk.ledger.view().as_ref(), &id)?;
    let task = task.ok_or_else(|| Fault::with_code("task_unknown").with("task", id))?;
    let close = TaskClose { task: id, reason: r.reason.clone() };
    Ok(if task.proposed_by.org == sender.org { Action::TaskCancel(close) } else { Action::TaskReject(close) })
}

/// A completed specification for the ledger.
pub fn spec(r: &TaskCreate) -> Result<TaskSpec, Fault> {
    let TaskKind::Psi = r.kind;
    let party = |(i, p): (usize, &backend_api::task::TaskPartySpec)| {
        let at = |field: &str| format!("/parties/{i}/{field}");
        let version = p.version.ok_or_else(|| Fault::field(DeskCode::InvalidValue, at("version"), NEEDED))?;
        Ok(TaskParty {
            org: parse(&at("organisation"), &p.organisation)?,
            dataset: parse(&at("dataset"), &p.dataset)?,
            version,
            keys: p.keys.clone(),
            payload: p.payload.clone(),
            grant: p.grant.as_ref().map(|g| parse(&at("grant"), g)).transpose()?,
        })
    };
    let algorithm = r.algorithm.as_ref().ok_or_else(|| Fault::field(DeskCode::InvalidValue, "/algorithm", NEEDED))?;
    let salt = needed("/salt", r.salt.as_ref())?;
    let salt = hex::decode(salt).map_err(|e| Fault::field(DeskCode::BadRequest, "/salt", e.to_string()))?;
    Ok(TaskSpec {
        v: 1,
        title: r.title.clone(),
        purpose: r.purpose.clone(),
        kind: ledger::TaskKind::Psi(PsiSpec {
            key_rules: r.key_rules.clone(),
            duplicates: view::task::ledger_duplicates(r.duplicates),
            format: view::task::ledger_format(r.format),
            min_matches: r.min_matches.unwrap_or(0),
            output: view::task::ledger_output(r.output.as_ref()),
        }),
        algorithm: AlgorithmRef { id: algorithm.id.clone(), version: algorithm.version.clone() },
        parties: r.parties.iter().enumerate().map(party).collect::<Result<_, Fault>>()?,
        receiver: parse("/receiver", &r.receiver)?,
        not_after_ms: r.not_after.0,
        attempts_max: r.attempts_max.unwrap_or(ATTEMPTS_DEFAULT),
        salt: salt.into(),
        rerun_of: r.rerun_of.as_ref().map(|t| parse("/rerun_of", t)).transpose()?,
    })
}

/// Kinds that the catalogue filters by, as the ledger names them.
pub fn kind_name(kind: TaskKind) -> String {
    view::encoded_name::<TaskKindName>(&ledger_kind(kind))
}
