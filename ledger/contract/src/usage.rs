//! What a run counts against the usage limits of the datasets that its receiver uses.

use ledger_types::id::OrgId;
use ledger_types::object::Grantee;
use ledger_types::task::{TaskParty, TaskSpec};
use ledger_types::usage::{PERIOD_DAYS_MAX, Usage, UsageLimits, keys_tested};

use crate::{Rejection, RuleCode, RuleError, StateError, StateRead, limits, read};

/// What a partner has used of a dataset so far, and the keys that a run of a task adds.
pub(crate) struct Tally {
    pub(crate) usage: Usage,
    pub(crate) keys: u64,
}

/// Keys that a run of a task tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tested {
    /// Rows of the version that brings the keys; the fewest, when there are several.
    pub(crate) rows: u64,
    /// Keys that it can test however it cheats.
    pub(crate) keys: u64,
}

/// The partner: who learns something of an owner's rows. The receiver does; of what it brings itself, when the result goes
/// to both, the other party.
pub(crate) fn partner<'s>(spec: &'s TaskSpec, owner: &OrgId) -> &'s OrgId {
    spec.released_to(owner).unwrap_or(&spec.receiver)
}

/// The parties whose rows somebody else uses.
pub(crate) fn owners(spec: &TaskSpec) -> impl Iterator<Item = &TaskParty> {
    spec.parties.iter().filter(|p| spec.released_to(&p.org).is_some())
}

/// What a run tests against the rows of one owner: the keys of the partner or, when it is a third that brings none, those
/// of the other parties. Nothing when a version is not there: then another line forbids the task.
pub(crate) fn tested(
    state: &(impl StateRead + ?Sized),
    spec: &TaskSpec,
    owner: &OrgId,
) -> Result<Option<Tested>, StateError> {
    let third = spec.third().is_some();
    let (mut fewest, mut most, mut others) = (None::<u64>, 0, 0);
    for party in &spec.parties {
        let dataset = read::dataset(state, &party.dataset)?;
        let version = dataset.and_then(|d| d.versions.into_iter().find(|v| v.version == party.version));
        let Some(version) = version else { return Ok(None) };
        let rows = version.commitment.rows;
        let brings = if third { &party.org != owner } else { &party.org == partner(spec, owner) };
        if brings {
            fewest = Some(fewest.map_or(rows, |f| f.min(rows)));
            most = most.max(rows);
        } else {
            others = others.max(rows);
        }
    }
    Ok(fewest.map(|rows| Tested { rows, keys: keys_tested(&spec.algorithm, most, others) }))
}

/// What a run that becomes ready counts, per dataset that the receiver uses.
pub(crate) fn tallies(state: &dyn StateRead, spec: &TaskSpec) -> Result<Vec<Tally>, RuleError> {
    owners(spec)
        .map(|party| {
            let Some(Tested { keys, .. }) = tested(state, spec, &party.org)? else {
                // Policy has found every version; a run that cannot be counted must not become ready.
                return Err(Rejection::new(RuleCode::DatasetVersionUnknown).into());
            };
            let partner = partner(spec, &party.org);
            let usage = read::usage(state, &party.dataset, partner)?;
            let usage = usage.unwrap_or_else(|| Usage::none(party.dataset.clone(), partner.clone()));
            Ok(Tally { usage, keys })
        })
        .collect()
}

/// What can be said of limits without state.
pub(crate) fn check_form(list: &[UsageLimits]) -> Result<(), Rejection> {
    if list.len() > limits::USAGE_LIMITS_MAX {
        return Err(Rejection::new(RuleCode::UsageLimitsTooMany)
            .with("count", list.len())
            .with("count_max", limits::USAGE_LIMITS_MAX));
    }
    if let Some(w) = list.windows(2).find(|w| w[0].partner >= w[1].partner) {
        return Err(Rejection::new(RuleCode::UsageLimitsOrder).with("partner", partner_name(&w[1].partner)));
    }
    for one in list {
        let wrong = |field: &str| {
            Err(Rejection::new(RuleCode::UsageLimitOutOfRange)
                .with("partner", partner_name(&one.partner))
                .with("field", field))
        };
        if one.period_days == 0 || one.period_days > PERIOD_DAYS_MAX {
            return wrong("period_days");
        }
        if one.is_empty() {
            return wrong("partner");
        }
        // More than a run may bring, or more than a period: a limit that forbids everything is written as one.
        if one.run_keys_min.zip(one.run_keys_max).is_some_and(|(min, max)| min > max) {
            return wrong("run_keys_min");
        }
    }
    Ok(())
}

/// Limits speak only of members, and never of the owner.
pub(crate) fn check_partners(list: &[UsageLimits], owner: &OrgId, state: &dyn StateRead) -> Result<(), RuleError> {
    for one in list {
        let Grantee::Org(org) = &one.partner else { continue };
        if org == owner {
            return Err(Rejection::new(RuleCode::OwnDataset).with("org", org).into());
        }
        if read::organisation(state, org)?.is_none() {
            return Err(Rejection::new(RuleCode::OrganisationUnknown).with("org", org).into());
        }
    }
    Ok(())
}

fn partner_name(partner: &Grantee) -> &str {
    match partner {
        Grantee::Any => "*",
        Grantee::Org(org) => org.as_str(),
    }
}
