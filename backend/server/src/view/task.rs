//! Tasks.

use backend_api::Timestamp;
use backend_api::algorithm::AlgorithmRef;
use backend_api::catalogue::Language;
use backend_api::task as api;
use backend_db::read::task::Task as Row;
use ledger_contract::{policy as rules, read};
use ledger_types::cbor;
use ledger_types::id::OrgId;
use ledger_types::task as ledger;
use ledger_types::task::{
    Aggregate, AggregateFunction, AggregatesOutput, PsiOutput, RowJoin, RowsOutput, Task, TaskKind, TaskParty,
    TaskSpec, TaskStatus,
};
use mpc_party::engine::Standing;

use crate::call::Caller;
use crate::desk::{Desk, now_ms, unsigned};
use crate::fault::Fault;
use crate::text;
use crate::view::policy::{self, same_variants};

same_variants! {
    /// Where it stands.
    state: TaskStatus => api::TaskState {
        Proposed, Ready, Completed, Disputed, Failed, Rejected, Cancelled
    }
    /// Duplicates.
    duplicates / ledger_duplicates: ledger::DuplicateRule => api::DuplicateRule { Reject, First, Join }
    /// Format of a result.
    task_kind_format / ledger_format: ledger::ResultFormat => api::ResultFormat { Csv, Parquet }
    /// Role in the protocol.
    role: ledger::ProtocolRole => api::ProtocolRole { Receiver, Sender }
}

/// A task in a list.
pub fn summary(desk: &Desk, language: Language, row: &Row) -> Result<api::TaskSummary, Fault> {
    let task: Task = super::object(&row.object)?;
    Ok(of(desk, language, &task, unsigned(row.updated_ms)))
}

fn of(desk: &Desk, language: Language, task: &Task, updated_ms: u64) -> api::TaskSummary {
    let spec = &task.spec;
    let involvement = if task.proposed_by.org == desk.org {
        api::TaskInvolvement::Published
    } else if spec.has_member(&desk.org) {
        api::TaskInvolvement::Joined
    } else {
        api::TaskInvolvement::Observed
    };
    api::TaskSummary {
        id: task.id.to_string(),
        title: spec.title.clone(),
        kind: policy::kind(spec.kind.name()),
        purpose: spec.purpose.clone(),
        state: state(task.status),
        involvement,
        needs_me: waits_for(task, &desk.org) && now_ms() <= spec.not_after_ms,
        proposer: desk.org_ref(task.proposed_by.org.as_str(), language),
        proposed_by: task.proposed_by.to_string(),
        parties: spec.parties.iter().map(|p| desk.org_ref(p.org.as_str(), language)).collect(),
        receiver: desk.org_ref(spec.receiver.as_str(), language),
        approvals: task.approvals.len() as u32,
        approvals_needed: spec.members().count() as u32,
        attempts: task.runs.len() as u32,
        proposed_at: Timestamp(task.proposed_at_ms),
        not_after: Timestamp(spec.not_after_ms),
        finished_at: task.finished_at_ms.map(Timestamp),
        updated_at: Timestamp(updated_ms),
    }
}

/// Whether a task waits for an organisation's approval.
pub fn waits_for(task: &Task, org: &OrgId) -> bool {
    task.status == TaskStatus::Proposed && task.spec.has_member(org) && !task.approvals.iter().any(|a| &a.by.org == org)
}

/// A specification as it would be proposed.
pub fn spec(s: &TaskSpec) -> api::TaskCreate {
    let TaskKind::Psi(psi) = &s.kind;
    api::TaskCreate {
        kind: policy::kind(s.kind.name()),
        title: s.title.clone(),
        purpose: s.purpose.clone(),
        parties: s.parties.iter().map(party_spec).collect(),
        receiver: s.receiver.to_string(),
        key_rules: psi.key_rules.clone(),
        duplicates: duplicates(psi.duplicates),
        format: task_kind_format(psi.format),
        algorithm: Some(AlgorithmRef { id: s.algorithm.id.clone(), version: s.algorithm.version.clone() }),
        min_matches: Some(psi.min_matches),
        output: Some(output(&psi.output)),
        not_after: Timestamp(s.not_after_ms),
        attempts_max: Some(s.attempts_max),
        salt: Some(hex::encode(&s.salt)),
        rerun_of: s.rerun_of.map(|t| t.to_string()),
    }
}

fn party_spec(p: &TaskParty) -> api::TaskPartySpec {
    api::TaskPartySpec {
        organisation: p.org.to_string(),
        dataset: p.dataset.to_string(),
        version: Some(p.version),
        keys: p.keys.clone(),
        payload: p.payload.clone(),
        grant: p.grant.as_ref().map(ToString::to_string),
    }
}

fn output(output: &PsiOutput) -> api::PsiOutput {
    let function = |a: &Aggregate| api::Aggregate {
        function: match a.function {
            AggregateFunction::Sum => api::AggregateFunction::Sum,
            AggregateFunction::Average => api::AggregateFunction::Average,
        },
        column: a.column.clone(),
    };
    match output {
        PsiOutput::Rows(rows) => api::PsiOutput::Rows {
            join: match rows.join {
                RowJoin::Inner => api::RowJoin::Inner,
                RowJoin::Left => api::RowJoin::Left,
                RowJoin::Unmatched => api::RowJoin::Unmatched,
            },
            both: rows.both,
        },
        PsiOutput::Cardinality => api::PsiOutput::Cardinality,
        PsiOutput::Aggregates(a) => {
            api::PsiOutput::Aggregates { functions: a.functions.iter().map(function).collect() }
        }
    }
}

/// The output that a request asks for, as the ledger names it; matching rows when it asks for nothing else.
pub fn ledger_output(output: Option<&api::PsiOutput>) -> PsiOutput {
    let function = |a: &api::Aggregate| Aggregate {
        function: match a.function {
            api::AggregateFunction::Sum => AggregateFunction::Sum,
            api::AggregateFunction::Average => AggregateFunction::Average,
        },
        column: a.column.clone(),
    };
    match output {
        None => PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
        Some(api::PsiOutput::Rows { join, both }) => PsiOutput::Rows(RowsOutput {
            both: *both,
            join: match join {
                api::RowJoin::Inner => RowJoin::Inner,
                api::RowJoin::Left => RowJoin::Left,
                api::RowJoin::Unmatched => RowJoin::Unmatched,
            },
        }),
        Some(api::PsiOutput::Cardinality) => PsiOutput::Cardinality,
        Some(api::PsiOutput::Aggregates { functions }) => {
            PsiOutput::Aggregates(AggregatesOutput { functions: functions.iter().map(function).collect() })
        }
    }
}

/// Which column is used in which form, and who comes to see it.
fn flows(s: &TaskSpec) -> Vec<api::ColumnFlow> {
    let TaskKind::Psi(psi) = &s.kind;
    let third = s.third().is_some();
    let (of_keys, of_payload) = ledger_contract::policy::disclosures(&psi.output, third);
    let (of_keys, of_payload) = (policy::disclosure(of_keys), policy::disclosure(of_payload));
    let hidden = !psi.output.gives_rows();
    let one = |p: &TaskParty, column: &String, disclosure, key: bool| {
        let mut visible_to = vec![p.org.to_string()];
        // An aggregate over a column is seen; the column is not. Nor does a third see a key that is not released to it.
        if !(hidden || third && key) {
            visible_to.extend(s.released_to(&p.org).map(ToString::to_string));
        }
        api::ColumnFlow {
            organisation: p.org.to_string(),
            dataset: p.dataset.to_string(),
            column: column.clone(),
            disclosure,
            visible_to,
        }
    };
    let of = |p: &TaskParty| {
        let keys = p.keys.iter().map(|c| one(p, c, of_keys, true));
        let payload = p.payload.iter().map(|c| one(p, c, of_payload, false));
        keys.chain(payload).collect::<Vec<_>>()
    };
    s.parties.iter().flat_map(of).collect()
}

/// What differs between two specifications, field by field.
pub fn differences(before: &TaskSpec, now: &TaskSpec) -> Vec<api::Difference> {
    let flat = |s: &TaskSpec| {
        let mut fields = std::collections::BTreeMap::new();
        if let Ok(v) = serde_json::to_value(spec(s)) {
            flatten("", &v, &mut fields);
        }
        // They differ by construction and mean nothing.
        fields.retain(|k, _| !matches!(k.as_str(), "salt" | "rerun_of"));
        fields
    };
    let (a, b) = (flat(before), flat(now));
    let paths: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    paths
        .into_iter()
        .filter(|p| a.get(*p) != b.get(*p))
        .map(|p| api::Difference { path: p.clone(), before: a.get(p).cloned(), after: b.get(p).cloned() })
        .collect()
}

fn flatten(prefix: &str, v: &serde_json::Value, out: &mut std::collections::BTreeMap<String, String>) {
    match v {
        serde_json::Value::Object(fields) => {
            for (k, v) in fields {
                flatten(&if prefix.is_empty() { k.clone() } else { format!("{prefix}.{k}") }, v, out);
            }
        }
        serde_json::Value::Array(items) => {
            for (i, v) in items.iter().enumerate() {
                flatten(&format!("{prefix}[{i}]"), v, out);
            }
        }
        serde_json::Value::Null => {}
        serde_json::Value::String(s) => {
            out.insert(prefix.to_owned(), s.clone());
        }
        other => {
            out.insert(prefix.to_owned(), other.to_string());
        }
    }
}

fn attestation(a: &ledger::Attestation) -> api::Attestation {
    let channel = |c: &ledger::ChannelView| api::ChannelView {
        peer: c.peer.to_string(),
        sent: c.sent.to_string(),
        received: c.received.to_string(),
        sent_bytes: c.sent_bytes,
        received_bytes: c.received_bytes,
        peer_items: c.peer_items,
    };
    let input = a.input.as_ref();
    let count = |of: fn(&ledger::InputUsed) -> u64| input.map_or(0, of);
    api::Attestation {
        organisation: a.org.to_string(),
        role: role(a.role),
        algorithm: format!("{}/{}", a.algorithm.id, a.algorithm.version),
        parameters: a.parameters.to_string(),
        dataset: input.map(|i| i.dataset.to_string()),
        version: input.map(|i| i.version),
        commitment: input.map(|i| i.commitment.to_string()),
        rows: count(|i| i.rows),
        items: count(|i| i.items),
        nulls: count(|i| i.nulls),
        duplicates: count(|i| i.duplicates),
        channels: a.channels.iter().map(channel).collect(),
        canaries_ok: a.canaries_ok,
        seed_commitment: a.seed_commitment.to_string(),
        result: a.result.map(|d| d.to_string()),
        software: a.software.clone(),
        started_at: Timestamp(a.started_ms),
        finished_at: Timestamp(a.finished_ms),
    }
}

fn failure(language: Language, f: &ledger::RunFailure) -> api::RunFailure {
    let entry = backend_api::catalogue::find(&f.code);
    let text = |get: fn(&backend_api::catalogue::Entry) -> backend_api::catalogue::Text| {
        entry.as_ref().map_or_else(String::new, |e| get(e).get(language).to_owned())
    };
    api::RunFailure {
        organisation: f.org.to_string(),
        code: f.code.clone(),
        title: text::title(language, &f.code),
        cause: text(|e| e.cause),
        remedy: text(|e| e.remedy),
        detail: f.detail.clone(),
        at: Timestamp(f.at_ms),
    }
}

fn run(language: Language, r: &ledger::Run) -> api::Run {
    api::Run {
        attempt: u32::from(r.attempt),
        session: r.session.to_string(),
        ready_at: Timestamp(r.ready_at_ms),
        height: r.height,
        attestations: r.attestations.iter().map(attestation).collect(),
        failures: r.failures.iter().map(|f| failure(language, f)).collect(),
    }
}

/// A refusal on the ledger.
pub fn refusal(language: Language, r: &ledger::Refusal) -> api::Refusal {
    api::Refusal {
        by: r.by.to_string(),
        asked_by: r.asked_by.to_string(),
        code: r.code.clone(),
        explanation: text::title(language, &r.code),
        at: Timestamp(r.at_ms),
    }
}

/// The task page. `previous` is the last completed task on the same datasets.
pub fn detail(
    desk: &Desk,
    language: Language,
    caller: &Caller,
    row: &Row,
    previous: Option<&Task>,
) -> Result<api::TaskDetail, Fault> {
    let task: Task = super::object(&row.object)?;
    let (suite, chain) = (desk.ledger.suite(), desk.chain());
    let view = desk.ledger.view();
    let height = desk.ledger.status().height;
    let verdict = rules::evaluate(view.as_ref(), suite, chain, now_ms(), &task.spec)?;
    let approval = |org: &OrgId| {
        let approval = task.approvals.iter().find(|a| &a.by.org == org);
        approval.map(|a| api::Approval { by: a.by.to_string(), at: Timestamp(a.at_ms), height: a.height })
    };
    let mut party_list = Vec::with_capacity(task.spec.parties.len());
    for p in &task.spec.parties {
        let dataset = read::dataset(view.as_ref(), &p.dataset)?;
        let version = dataset.as_ref().and_then(|d| d.versions.iter().find(|v| v.version == p.version));
        party_list.push(api::TaskParty {
            organisation: desk.org_ref(p.org.as_str(), language),
            is_self: p.org == desk.org,
            role: role(task.spec.role(&p.org)),
            spec: party_spec(p),
            dataset_title: dataset.as_ref().map(|d| d.title.clone()).unwrap_or_default(),
            commitment: version.map(|v| v.commitment.root.to_string()),
            approval: approval(&p.org),
        });
    }
    let third = task.spec.third().map(|org| api::TaskThird {
        organisation: desk.org_ref(org.as_str(), language),
        is_self: org == &desk.org,
        approval: approval(org),
    });
    let dispute = |code: &String| {
        let code_alone = code.split(':').next().unwrap_or(code);
        api::Dispute { code: code.clone(), explanation: text::title(language, code_alone) }
    };
    Ok(api::TaskDetail {
        summary: of(desk, language, &task, unsigned(row.updated_ms)),
        spec: spec(&task.spec),
        algorithm: format!("{}/{}", task.spec.algorithm.id, task.spec.algorithm.version),
        algorithm_detail: super::algorithm::algorithm(
            language,
            &Standing::of(desk.ledger.as_ref(), &task.spec.algorithm)?,
        ),
        canonical: hex::encode(cbor::to_bytes(&task.spec)),
        party_list,
        third,
        flows: flows(&task.spec),
        leakage: text::task::leakage(language, &task.spec, |o| desk.org_name(o, language)),
        verdict: policy::verdict(language, height, &verdict),
        previous: previous.map(|p| api::PreviousRun {
            task: p.id.to_string(),
            finished_at: Timestamp(p.finished_at_ms.unwrap_or(p.proposed_at_ms)),
            differences: differences(&p.spec, &task.spec),
        }),
        runs: task.runs.iter().map(|r| run(language, r)).collect(),
        refusals: task.refusals.iter().map(|r| refusal(language, r)).collect(),
        disputes: task.disputes.iter().map(dispute).collect(),
        closed_by: task.closed.as_ref().map(|c| c.by.to_string()),
        closed_reason: task.closed.as_ref().map(|c| c.reason.clone()),
        actions: actions(desk, language, caller, &task),
    })
}

/// What the caller may do now, and why not.
fn actions(desk: &Desk, language: Language, caller: &Caller, task: &Task) -> Vec<api::TaskAction> {
    use backend_api::account::Role;
    let has = |any_of: &[Role]| any_of.iter().any(|r| caller.roles.contains(r));
    let party = task.spec.has_member(&desk.org);
    let proposer = task.proposed_by == caller.account;
    let both = [Role::DataOwner, Role::Requester];
    // The first that applies says why not.
    let first = |reasons: &[(bool, &'static str)]| reasons.iter().find(|(blocked, _)| *blocked).map(|(_, code)| *code);
    let started = matches!(task.status, TaskStatus::Proposed | TaskStatus::Ready | TaskStatus::Failed);
    let can_retry = task.runs.len() < usize::from(task.spec.attempts_max);
    let open = |blocked: Option<&'static str>, name| api::TaskAction {
        name,
        allowed: blocked.is_none(),
        reason: blocked.map(|code| {
            backend_api::catalogue::find(code).map_or_else(|| code.to_owned(), |e| e.cause.get(language).to_owned())
        }),
    };
    vec![
        open(
            first(&[
                (!has(&both), "forbidden"),
                (!party, "not_a_party"),
                (task.status != TaskStatus::Proposed, "task_status_wrong"),
                (!waits_for(task, &desk.org), "already_approved"),
                (now_ms() > task.spec.not_after_ms, "deadline_passed"),
            ]),
            api::TaskActionName::Approve,
        ),
        open(
            first(&[(!has(&both), "forbidden"), (!started, "task_status_wrong"), (!proposer, "proposer_only")]),
            api::TaskActionName::Cancel,
        ),
        open(
            first(&[
                (!has(&both), "forbidden"),
                (task.status != TaskStatus::Failed, "task_status_wrong"),
                (!proposer, "proposer_only"),
                (!can_retry, "attempts_used_up"),
            ]),
            api::TaskActionName::RunAgain,
        ),
        open(
            first(&[
                (!has(&both), "forbidden"),
                (!party, "not_a_party"),
                (task.status == TaskStatus::Completed, "task_status_wrong"),
            ]),
            api::TaskActionName::ForceRun,
        ),
        open(
            first(&[
                (!has(&both), "forbidden"),
                (!task.spec.receives(&desk.org), "not_receiver"),
                (task.status != TaskStatus::Completed, "result_missing"),
            ]),
            api::TaskActionName::DownloadResult,
        ),
        open(
            first(&[(!has(&[Role::DataOwner, Role::Requester, Role::Auditor]), "forbidden")]),
            api::TaskActionName::ConsistencyCheck,
        ),
        open(first(&[(!has(&[Role::Requester]), "forbidden")]), api::TaskActionName::Clone),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::object::TaskKindName;
    use ledger_types::task::{AlgorithmRef, DuplicateRule, PsiSpec, ResultFormat};

    fn task_spec(title: &str, salt: u8) -> TaskSpec {
        let party = |org: &str| TaskParty {
            org: org.parse().expect("a slug"),
            dataset: format!("{org}.d").parse().expect("a slug"),
            version: 1,
            keys: vec!["id".into()],
            payload: vec![],
            grant: None,
        };
        TaskSpec {
            v: 1,
            title: title.into(),
            purpose: "p".into(),
            kind: TaskKind::Psi(PsiSpec {
                key_rules: vec!["id-cn/1".into()],
                duplicates: DuplicateRule::First,
                format: ResultFormat::Csv,
                min_matches: 0,
                output: PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false }),
            }),
            algorithm: AlgorithmRef { id: "psi.ecdh-ristretto255".into(), version: "1".into() },
            parties: vec![party("bank"), party("rsj")],
            receiver: "bank".parse().expect("a slug"),
            not_after_ms: 10,
            attempts_max: 3,
            salt: vec![salt; 16].into(),
            rerun_of: None,
        }
    }

    #[test]
    fn differences_name_the_fields_and_leave_the_salt_out() {
        assert_eq!(differences(&task_spec("a", 1), &task_spec("a", 2)), []);
        let d = differences(&task_spec("a", 1), &task_spec("b", 1));
        assert_eq!(d.len(), 1);
        assert_eq!(
            (d[0].path.as_str(), d[0].before.as_deref(), d[0].after.as_deref()),
            ("title", Some("a"), Some("b"))
        );
    }

    #[test]
    fn a_flow_says_who_comes_to_see_a_column() {
        let flows = flows(&task_spec("a", 1));
        assert_eq!(flows[0].visible_to, ["bank"]);
        assert_eq!(flows[1].visible_to, ["rsj", "bank"]);
        assert_eq!(policy::kind(TaskKindName::Psi), api::TaskKind::Psi);
    }
}
