//! What a person reads before signing: the exact bytes, their digest, and lines that say in words what these
//! bytes do. The lines are codes with parameters; the console words them in the reader's language. Every field
//! of the action is in some line, so that nothing is signed unseen.

use std::collections::BTreeMap;

use ledger_client::Ledger;
use ledger_contract::read;
use ledger_crypto::Digest;
use ledger_types::action::{Action, Decision};
use ledger_types::cbor;
use ledger_types::id::TaskId;
use ledger_types::object::{Column, Grantee, Scope};
use ledger_types::task::{Aggregate, PsiOutput, TaskKind, TaskSpec};
use ledger_types::usage::UsageLimits;
use serde::Serialize;

use crate::error::PartyError;

/// Domain of the digest by which a person confirms what was seen.
const TAG: &[u8] = b"shuzheng/preview/1\0";

/// One line of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PreviewLine {
    /// Stable code, e.g. `task_party`.
    pub code: &'static str,
    /// Parameters by name; lists are joined by a comma and a space.
    pub params: BTreeMap<&'static str, String>,
}

impl PreviewLine {
    fn new(code: &'static str) -> Self {
        Self { code, params: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    fn maybe(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

/// An object that the action names by its digest, shown in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedObject {
    /// What it is: `task_spec`.
    pub kind: &'static str,
    /// Its identifier.
    pub id: String,
    /// Its canonical bytes, hex.
    pub canonical: String,
}

/// What a person reads before signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Name of the action.
    pub action: &'static str,
    /// Canonical bytes of the action, hex. The transaction wraps them with chain, sender, nonce and expiry.
    pub canonical: String,
    /// H("shuzheng/preview/1" ‖ 0 ‖ chain ‖ 0 ‖ canonical bytes).
    pub digest: Digest,
    /// What it does, in lines.
    pub lines: Vec<PreviewLine>,
    /// The task specification that an approval speaks of, recomputed from the ledger.
    pub object: Option<SignedObject>,
}

/// The preview of an action on the state of this node's replica.
pub fn preview(ledger: &dyn Ledger, action: &Action) -> Result<Preview, PartyError> {
    let (suite, chain) = (ledger.suite(), &ledger.genesis().chain);
    let bytes = cbor::to_bytes(action);
    let digest = suite.hash(&[TAG, chain.as_str().as_bytes(), &[0], &bytes]);
    let mut lines = lines(action);
    let mut object = None;
    let spec = match action {
        Action::TaskPropose(a) => Some(a.spec.clone()),
        Action::TaskApprove(a) => Some(stored_spec(ledger, a.task)?),
        _ => None,
    };
    if let Some(spec) = spec {
        let id = spec.id(suite, chain);
        lines.extend(task_lines(ledger, &spec)?);
        object =
            Some(SignedObject { kind: "task_spec", id: id.to_string(), canonical: hex::encode(cbor::to_bytes(&spec)) });
    }
    Ok(Preview { action: action.name(), canonical: hex::encode(bytes), digest, lines, object })
}

// The id is recomputed: a replica that stored other bytes under it would be found out here.
fn stored_spec(ledger: &dyn Ledger, id: TaskId) -> Result<TaskSpec, PartyError> {
    let task = read::task(ledger.view().as_ref(), &id)?.ok_or(PartyError::NoTask(id))?;
    if task.spec.id(ledger.suite(), &ledger.genesis().chain) == id {
        Ok(task.spec)
    } else {
        Err(PartyError::NoTask(id))
    }
}

fn lines(action: &Action) -> Vec<PreviewLine> {
    let line = PreviewLine::new(action.name());
    match action {
        Action::AccountRegister(a) => vec![
            line.with("account", &a.account)
                .with("display_name", &a.display_name)
                .with("roles", names(&a.roles))
                .with("key", a.key),
        ],
        Action::AccountUpdate(a) => {
            vec![line.with("account", &a.account).with("roles", names(&a.roles)).with("status", name(&a.status))]
        }
        Action::AccountKeyRotate(a) => vec![line.with("account", &a.account).with("key", a.key)],
        Action::DatasetPublish(a) => {
            let mut lines = vec![
                line.with("dataset", &a.dataset)
                    .with("title", &a.title)
                    .with("description", &a.description)
                    .with("theme", &a.theme)
                    .with("sensitivity", name(&a.sensitivity)),
                commitment(&a.commitment).with("version", 1),
            ];
            lines.extend(a.columns.iter().flat_map(column));
            lines
        }
        Action::DatasetVersionAdd(a) => {
            vec![line.with("dataset", &a.dataset), commitment(&a.commitment).with("version", a.version)]
        }
        Action::DatasetPolicySet(a) => {
            let mut lines = vec![line.with("dataset", &a.dataset).with("policy_version", a.policy_version)];
            lines.extend(a.columns.iter().flat_map(column));
            lines
        }
        Action::DatasetLimitsSet(a) => {
            let head = line.with("dataset", &a.dataset).with("policy_version", a.policy_version);
            if a.limits.is_empty() {
                return vec![head, PreviewLine::new("usage_limits_none")];
            }
            std::iter::once(head).chain(a.limits.iter().map(usage_limits)).collect()
        }
        Action::DatasetStatusSet(a) => vec![line.with("dataset", &a.dataset).with("status", name(&a.status))],
        Action::ApplicationSubmit(a) => {
            let head = line.with("application", &a.application).with("dataset", &a.dataset).with("reason", &a.reason);
            scope(head, &a.scope)
        }
        Action::ApplicationReview(a) => match &a.decision {
            Decision::Approve { grant, scope: s } => {
                let mut head = PreviewLine::new("application_approve");
                head = head.with("application", &a.application).with("grant", grant);
                scope(head, s)
            }
            Decision::Reject { reason } => {
                let head = PreviewLine::new("application_reject");
                vec![head.with("application", &a.application).with("reason", reason)]
            }
        },
        Action::GrantRevoke(a) => vec![line.with("grant", &a.grant).with("reason", &a.reason)],
        Action::TaskPropose(_) => vec![line],
        Action::TaskApprove(a) => vec![line.with("task", a.task)],
        Action::TaskReject(a) | Action::TaskCancel(a) => {
            vec![line.with("task", a.task).with("reason", &a.reason)]
        }
        Action::TaskRetry(a) => vec![line.with("task", a.task)],
        Action::TaskAttest(a) => {
            vec![line.with("task", a.task).with("session", a.session).with("org", &a.attestation.org)]
        }
        Action::TaskFail(a) => vec![
            line.with("task", a.task).with("session", a.session).with("reason_code", &a.code).with("detail", &a.detail),
        ],
        Action::TaskRefuse(a) => {
            vec![line.with("task", a.task).with("asked_by", &a.asked_by).with("reason_code", &a.code)]
        }
    }
}

/// A task specification in lines.
fn task_lines(ledger: &dyn Ledger, spec: &TaskSpec) -> Result<Vec<PreviewLine>, PartyError> {
    let agreed = read::algorithm(ledger.view().as_ref(), &spec.algorithm)?;
    let TaskKind::Psi(psi) = &spec.kind;
    let both = psi.output.to_both();
    let mut lines = vec![
        PreviewLine::new("task_summary")
            .with("title", &spec.title)
            .with("purpose", &spec.purpose)
            .with("algorithm", &spec.algorithm.id)
            .with("algorithm_version", &spec.algorithm.version)
            .maybe("algorithm_digest", agreed.map(|a| a.digest))
            .with("not_after_ms", spec.not_after_ms)
            .with("attempts_max", spec.attempts_max)
            .with("salt", hex::encode(&spec.salt))
            .maybe("rerun_of", spec.rerun_of),
        PreviewLine::new(if both { "task_receiver_first" } else { "task_receiver" }).with("org", &spec.receiver),
    ];
    match &spec.kind {
        TaskKind::Psi(psi) => {
            lines.push(
                PreviewLine::new("task_psi")
                    .with("key_rules", psi.key_rules.join(", "))
                    .with("duplicates", name(&psi.duplicates))
                    .with("format", name(&psi.format))
                    .with("min_matches", psi.min_matches),
            );
            lines.extend(output_lines(&psi.output));
        }
    }
    for party in &spec.parties {
        let code = if spec.receives(&party.org) { "task_party_receiver" } else { "task_party_sender" };
        lines.push(
            PreviewLine::new(code)
                .with("org", &party.org)
                .with("dataset", &party.dataset)
                .with("version", party.version)
                .with("keys", party.keys.join(", "))
                .with("payload", party.payload.join(", "))
                .maybe("grant", party.grant.as_ref()),
        );
    }
    Ok(lines)
}

fn output_lines(output: &PsiOutput) -> Vec<PreviewLine> {
    match output {
        PsiOutput::Rows(rows) => {
            let code = if rows.both { "task_output_rows_both" } else { "task_output_rows" };
            vec![PreviewLine::new(code).with("join", name(&rows.join))]
        }
        PsiOutput::Cardinality => vec![PreviewLine::new("task_output_cardinality")],
        PsiOutput::Aggregates(aggregates) => {
            let line = |a: &Aggregate| {
                PreviewLine::new("task_output_aggregate").with("function", name(&a.function)).with("column", &a.column)
            };
            aggregates.functions.iter().map(line).collect()
        }
    }
}

fn usage_limits(l: &UsageLimits) -> PreviewLine {
    let partner = match &l.partner {
        Grantee::Any => "*",
        Grantee::Org(org) => org.as_str(),
    };
    PreviewLine::new("usage_limits")
        .with("partner", partner)
        .with("period_days", l.period_days)
        .maybe("runs_max", l.runs_max.as_ref())
        .maybe("keys_max", l.keys_max.as_ref())
        .maybe("run_keys_max", l.run_keys_max.as_ref())
        .maybe("run_keys_min", l.run_keys_min.as_ref())
        .maybe("min_matches", l.min_matches.as_ref())
}

fn scope(head: PreviewLine, scope: &Scope) -> Vec<PreviewLine> {
    let mut lines = vec![
        head,
        PreviewLine::new("scope")
            .with("purpose", &scope.purpose)
            .with("kinds", names(&scope.kinds))
            .with("not_after_ms", scope.not_after_ms)
            .with("uses", scope.uses),
    ];
    for column in &scope.columns {
        let line = PreviewLine::new("scope_column");
        lines.push(line.with("column", &column.column).with("disclosure", name(&column.disclosure)));
    }
    lines
}

fn column(column: &Column) -> Vec<PreviewLine> {
    let mut lines = vec![
        PreviewLine::new("column")
            .with("column", &column.name)
            .with("type", name(&column.data_type))
            .with("description", &column.description)
            .with("sensitivity", name(&column.sensitivity)),
    ];
    if column.rules.is_empty() {
        lines.push(PreviewLine::new("column_closed").with("column", &column.name));
    }
    for rule in &column.rules {
        let grantee = match &rule.grantee {
            Grantee::Any => None,
            Grantee::Org(org) => Some(org),
        };
        lines.push(
            PreviewLine::new("column_rule")
                .with("column", &column.name)
                .with("disclosure", name(&rule.allow))
                .maybe("grantee", grantee)
                .maybe("purpose", rule.purpose.as_ref())
                .maybe("not_after_ms", rule.not_after_ms),
        );
    }
    lines
}

fn commitment(c: &ledger_types::object::DatasetCommitment) -> PreviewLine {
    PreviewLine::new("commitment")
        .with("scheme", &c.scheme)
        .with("root", c.root)
        .with("rows", c.rows)
        .with("schema", c.schema)
}

// The name that a unit variant has on the ledger.
fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(s)) => s,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

fn names<'a, T: Serialize + 'a>(values: impl IntoIterator<Item = &'a T>) -> String {
    values.into_iter().map(name).collect::<Vec<_>>().join(", ")
}
