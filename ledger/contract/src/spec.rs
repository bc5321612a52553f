//! The form of a task's specification, and what it says of datasets.

use std::collections::BTreeSet;

use ledger_types::algorithm::Registration;
use ledger_types::object::{Dataset, DatasetVersion};
use ledger_types::task::{PsiOutput, PsiSpec, RowJoin, RowsOutput, TaskKind, TaskParty, TaskSpec};

use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, limits, policy, text};

/// Canonical rules for key columns that a task may name (`mpc_psi::canonical` carries them out).
pub const KEY_RULES: &[&str] = &["text/1", "text-ci/1", "digits/1", "id-cn/1", "id-cn-18/1", "phone-cn/1", "date/1"];

/// What can be said of a specification without state.
pub(crate) fn check_form(spec: &TaskSpec, block: &BlockContext) -> Result<(), Rejection> {
    if spec.v != 1 {
        return Err(Rejection::new(RuleCode::TaskVersionUnsupported).with("version", spec.v));
    }
    text::line("title", &spec.title, limits::NAME_CHARS_MAX)?;
    text::line("purpose", &spec.purpose, limits::PURPOSE_CHARS_MAX)?;
    if spec.salt.len() != limits::SALT_BYTES {
        return Err(Rejection::new(RuleCode::SaltLength).with("bytes", spec.salt.len()));
    }
    if spec.attempts_max == 0 || spec.attempts_max > limits::ATTEMPTS_MAX {
        return Err(Rejection::new(RuleCode::AttemptsOutOfRange)
            .with("attempts", spec.attempts_max)
            .with("attempts_max", limits::ATTEMPTS_MAX));
    }
    check_deadline(spec, block)?;
    check_parties(spec)?;
    match &spec.kind {
        TaskKind::Psi(psi) => check_psi(spec, psi),
    }
}

fn check_deadline(spec: &TaskSpec, block: &BlockContext) -> Result<(), Rejection> {
    let times =
        |code| Rejection::new(code).with("not_after_ms", spec.not_after_ms).with("block_time_ms", block.time_ms);
    if spec.not_after_ms <= block.time_ms {
        return Err(times(RuleCode::DeadlinePassed));
    }
    if spec.not_after_ms - block.time_ms > limits::DEADLINE_SPAN_MAX_MS {
        return Err(times(RuleCode::DeadlineTooFar));
    }
    Ok(())
}

fn check_parties(spec: &TaskSpec) -> Result<(), Rejection> {
    let mut orgs = BTreeSet::new();
    if let Some(twice) = spec.parties.iter().find(|p| !orgs.insert(&p.org)) {
        return Err(Rejection::new(RuleCode::PartiesRepeated).with("org", &twice.org));
    }
    match spec.party(&spec.receiver) {
        // Nobody but the receiver itself uses what it brings, unless the result goes to both.
        Some(receiver) if receiver.grant.is_some() && spec.released_to(&receiver.org).is_none() => {
            refuse(RuleCode::GrantOnOwnData)
        }
        _ => Ok(()),
    }
}

fn check_psi(spec: &TaskSpec, psi: &PsiSpec) -> Result<(), Rejection> {
    // Of several parties, rows that all of them hold are the one output that is told.
    let most = if psi.output.gives_rows() { *limits::PSI_PARTIES.end() } else { 2 };
    if !(*limits::PSI_PARTIES.start()..=most).contains(&spec.parties.len()) {
        return Err(Rejection::new(RuleCode::PartiesCount)
            .with("count", spec.parties.len())
            .with("count_min", limits::PSI_PARTIES.start())
            .with("count_max", most));
    }
    if psi.key_rules.is_empty() || psi.key_rules.len() > limits::KEY_COLUMNS_MAX {
        return Err(Rejection::new(RuleCode::KeyColumnsCount)
            .with("count", psi.key_rules.len())
            .with("count_max", limits::KEY_COLUMNS_MAX));
    }
    if psi.key_rules.iter().any(|r| !KEY_RULES.contains(&r.as_str())) {
        return Err(Rejection::new(RuleCode::KeyRuleUnknown).with("known", KEY_RULES.join(", ")));
    }
    let third = spec.third().is_some();
    spec.parties.iter().try_for_each(|p| check_party(p, psi, third))?;
    check_output(spec, psi)
}

/// The columns of the parties are those that the output speaks of.
fn check_output(spec: &TaskSpec, psi: &PsiSpec) -> Result<(), Rejection> {
    // Two sides prove to each other what matched; of more there would be nobody to prove it to.
    if psi.output.to_both() && spec.parties.len() != 2 {
        return Err(Rejection::new(RuleCode::PartiesCount).with("count", spec.parties.len()).with("expected", 2));
    }
    let unfit = |party: &TaskParty, column: &str| {
        Err(Rejection::new(RuleCode::OutputColumns).with("org", &party.org).with("column", column))
    };
    // A third has no rows that could be kept where nothing matches, and nobody counts for it.
    let inner = PsiOutput::Rows(RowsOutput { join: RowJoin::Inner, both: false });
    if spec.third().is_some() && psi.output != inner {
        return Err(Rejection::new(RuleCode::ReceiverNotParty).with("receiver", &spec.receiver));
    }
    let functions = match &psi.output {
        // Rows that match nothing have no columns of the other side beside them.
        PsiOutput::Rows(RowsOutput { join: RowJoin::Unmatched, .. }) => {
            let released = |p: &&TaskParty| spec.released_to(&p.org).is_some() && !p.payload.is_empty();
            return spec.parties.iter().find(released).map_or(Ok(()), |p| unfit(p, &p.payload[0]));
        }
        PsiOutput::Rows(_) => return Ok(()),
        PsiOutput::Cardinality => &[][..],
        PsiOutput::Aggregates(output) => output.functions.as_slice(),
    };
    if !functions.is_empty() && psi.min_matches < limits::AGGREGATE_MIN_GROUP {
        return Err(Rejection::new(RuleCode::MinGroupTooSmall)
            .with("min_matches", psi.min_matches)
            .with("count_min", limits::AGGREGATE_MIN_GROUP));
    }
    let count = functions.len();
    let distinct = functions.iter().collect::<BTreeSet<_>>().len();
    let none = count == 0 && psi.output != PsiOutput::Cardinality;
    if none || distinct < count || count > limits::AGGREGATES_MAX {
        return Err(Rejection::new(RuleCode::AggregatesCount)
            .with("count", count)
            .with("distinct", distinct)
            .with("count_max", limits::AGGREGATES_MAX));
    }
    for party in &spec.parties {
        let summed = |column: &String| party.org != spec.receiver && functions.iter().any(|f| &f.column == column);
        if let Some(column) = party.payload.iter().find(|c| !summed(c)) {
            return unfit(party, column);
        }
        if party.org == spec.receiver {
            continue;
        }
        if let Some(f) = functions.iter().find(|f| !party.payload.contains(&f.column)) {
            return unfit(party, &f.column);
        }
    }
    Ok(())
}

fn check_party(party: &TaskParty, psi: &PsiSpec, third: bool) -> Result<(), Rejection> {
    if party.keys.len() != psi.key_rules.len() {
        return Err(Rejection::new(RuleCode::KeyColumnsCount)
            .with("org", &party.org)
            .with("count", party.keys.len())
            .with("expected", psi.key_rules.len()));
    }
    if party.payload.len() > limits::PAYLOAD_COLUMNS_MAX {
        return Err(Rejection::new(RuleCode::PayloadColumnsTooMany)
            .with("org", &party.org)
            .with("count", party.payload.len())
            .with("count_max", limits::PAYLOAD_COLUMNS_MAX));
    }
    let mut seen = BTreeSet::new();
    for (name, released) in party.keys.iter().map(|n| (n, false)).chain(party.payload.iter().map(|n| (n, true))) {
        text::line("column", name, limits::COLUMN_NAME_CHARS_MAX)?;
        // A receiver with data knows the keys that match; a third sees one only if it is released like another column.
        if !seen.insert((name, released && third)) {
            return Err(Rejection::new(RuleCode::TaskColumnRepeated).with("org", &party.org).with("column", name));
        }
    }
    Ok(())
}

/// The algorithm is one that the consortium agreed on, and one for this kind of task.
pub(crate) fn check_algorithm(spec: &TaskSpec, registered: Option<&Registration>) -> Result<(), Rejection> {
    let kind = policy::kind_name(spec.kind.name());
    match registered {
        Some(_) if spec.algorithm.family() == kind => Ok(()),
        _ => Err(Rejection::new(RuleCode::AlgorithmUnknown)
            .with("algorithm", &spec.algorithm.id)
            .with("algorithm_version", &spec.algorithm.version)
            .with("kind", kind)),
    }
}

/// No intersection has more keys than the smaller side has rows: a higher minimum could only fail.
pub(crate) fn check_min_matches(spec: &TaskSpec, rows: impl Iterator<Item = u64>) -> Result<(), Rejection> {
    let TaskKind::Psi(psi) = &spec.kind;
    let rows = rows.min().unwrap_or(0);
    if psi.min_matches <= rows {
        return Ok(());
    }
    Err(Rejection::new(RuleCode::MinMatchesTooLarge).with("min_matches", psi.min_matches).with("count_max", rows))
}

/// The party's dataset is its own and has this version, which is given back, and these columns.
pub(crate) fn check_dataset<'d>(party: &TaskParty, dataset: &'d Dataset) -> Result<&'d DatasetVersion, Rejection> {
    if dataset.owner != party.org {
        return Err(Rejection::new(RuleCode::DatasetNotOfParty)
            .with("dataset", &dataset.id)
            .with("org", &party.org)
            .with("owner", &dataset.owner));
    }
    let Some(version) = dataset.versions.iter().find(|v| v.version == party.version) else {
        return Err(Rejection::new(RuleCode::DatasetVersionUnknown)
            .with("dataset", &dataset.id)
            .with("version", party.version));
    };
    let known = |name: &&String| dataset.columns.iter().any(|c| &c.name == *name);
    match party.keys.iter().chain(&party.payload).find(|name| !known(name)) {
        None => Ok(version),
        Some(name) => Err(Rejection::new(RuleCode::ColumnUnknown).with("dataset", &dataset.id).with("column", name)),
    }
}
