//! Did each run stay within the usage limits that bound the receiver? The verifier's own reading: limits from the
//! transactions about the datasets, what was used from the usage objects proved in the state after the block in which
//! each run became ready. Runs of other tasks are in those objects, though their transactions are not in the bundle.

use std::collections::BTreeMap;

use super::report::{CheckId, Finding, Findings, finding};
use super::story::Step;
use crate::action::Action;
use crate::bundle::EvidenceBundle;
use crate::cbor;
use crate::id::{DatasetId, Height, OrgId, TimeMs};
use crate::object::Dataset;
use crate::task::{TaskKind, TaskParty, TaskSpec};
use crate::usage::{Usage, UsageLimits, keys_tested, limits_of};

/// What the transactions so far say of datasets.
#[derive(Default)]
struct Datasets {
    limits: BTreeMap<DatasetId, Vec<UsageLimits>>,
    /// Latest version of the policy that a transaction made.
    policy: BTreeMap<DatasetId, u32>,
    rows: BTreeMap<(DatasetId, u32), u64>,
}

impl Datasets {
    fn apply(&mut self, step: &Step<'_>) {
        match step.action() {
            Action::DatasetPublish(a) => {
                self.rows.insert((a.dataset.clone(), 1), a.commitment.rows);
                self.policy.insert(a.dataset.clone(), 1);
            }
            Action::DatasetVersionAdd(a) => drop(self.rows.insert((a.dataset.clone(), a.version), a.commitment.rows)),
            Action::DatasetPolicySet(a) => drop(self.policy.insert(a.dataset.clone(), a.policy_version)),
            Action::DatasetLimitsSet(a) => {
                self.limits.insert(a.dataset.clone(), a.limits.clone());
                self.policy.insert(a.dataset.clone(), a.policy_version);
            }
            _ => {}
        }
    }

    fn rows(&self, party: &TaskParty) -> Option<u64> {
        self.rows.get(&(party.dataset.clone(), party.version)).copied()
    }
}

/// A run that became ready.
struct Ready {
    height: Height,
    time_ms: TimeMs,
    session: Option<crate::id::SessionId>,
}

/// What was found of one party's dataset.
#[derive(Default)]
struct Found {
    fault: Option<Finding>,
    /// A usage object is not in the bundle.
    unproved: bool,
}

pub(super) fn limits(
    bundle: &EvidenceBundle,
    last: Option<Height>,
    spec: &TaskSpec,
    steps: &[Step<'_>],
    f: &mut Findings,
) {
    let mut datasets = Datasets::default();
    let owners = || spec.parties.iter().filter(|p| spec.released_to(&p.org).is_some());
    let mut found: BTreeMap<&OrgId, Found> = owners().map(|p| (&p.org, Found::default())).collect();
    for step in steps {
        let ready = step.ready(bundle.task).map(|event| Ready {
            height: step.header.height,
            time_ms: step.header.time_ms,
            session: event.session,
        });
        let proposed = matches!(step.action(), Action::TaskPropose(p) if &p.spec == spec);
        for party in owners().filter(|_| proposed || ready.is_some()) {
            let (Some(slot), Some(limits)) = (
                found.get_mut(&party.org),
                datasets.limits.get(&party.dataset).and_then(|l| limits_of(l, user(spec, party))),
            ) else {
                continue;
            };
            let at = |code| finding(code, [("height", step.header.height.to_string())]);
            let keys = tested(spec, party, &datasets);
            let mut code = exceeded(spec, limits, keys);
            if let (None, Some(run), Some((_, keys))) = (code, &ready, keys)
                && limits.counts()
            {
                match usage(bundle, party, spec, run.height) {
                    None => slot.unproved = true,
                    Some(usage) => code = used_up(limits, usage.as_ref(), run, keys),
                }
            }
            slot.fault = slot.fault.take().or_else(|| code.map(at));
        }
        datasets.apply(step);
    }
    for party in owners() {
        let Some(slot) = found.get_mut(&party.org) else { continue };
        match none_left_out(bundle, last, party, &datasets) {
            None => slot.unproved = true,
            Some(Ok(())) => {}
            Some(Err(code)) => slot.fault = slot.fault.take().or_else(|| Some(finding(code, []))),
        }
    }
    for (org, found) in found {
        let subject = format!("org:{org}");
        match found {
            Found { fault: Some(fault), .. } => drop(f.note(CheckId::TaskLimits, subject, Err(fault))),
            Found { unproved: true, .. } => f.skip(CheckId::TaskLimits, subject, "no_state"),
            _ => drop(f.note(CheckId::TaskLimits, subject, Ok(()))),
        }
    }
}

/// The dataset's object after the last block has the policy version and the limits that the transactions lead to: no change
/// of policy was left out. `None` when the object is not in the bundle.
fn none_left_out(
    bundle: &EvidenceBundle,
    last: Option<Height>,
    party: &TaskParty,
    datasets: &Datasets,
) -> Option<Result<(), &'static str>> {
    let key = format!("dataset/{}", party.dataset).into_bytes();
    let entry = bundle.state.iter().rfind(|s| s.key.0 == key)?;
    if Some(entry.height) != last {
        return Some(Err("not_latest"));
    }
    let object = entry.value.as_ref().and_then(|v| cbor::from_bytes::<Dataset>(&v.0).ok());
    let same = object.is_some_and(|d| {
        let limits = datasets.limits.get(&party.dataset).map_or(&[][..], Vec::as_slice);
        datasets.policy.get(&party.dataset) == Some(&d.policy_version) && d.limits == limits
    });
    Some(if same { Ok(()) } else { Err("policy_differs") })
}

/// Who uses a party's rows.
fn user<'s>(spec: &'s TaskSpec, party: &TaskParty) -> &'s OrgId {
    spec.released_to(&party.org).unwrap_or(&spec.receiver)
}

/// Rows of the version that brings keys against the owner's rows, and the keys that a run tests at most: its user's or,
/// when that is a third without data, the other parties'.
fn tested(spec: &TaskSpec, owner: &TaskParty, datasets: &Datasets) -> Option<(u64, u64)> {
    let brings = |p: &&TaskParty| match spec.third() {
        Some(_) => p.org != owner.org,
        None => &p.org == user(spec, owner),
    };
    let (mut bringing, mut others) = (Vec::new(), 0);
    for party in &spec.parties {
        let rows = datasets.rows(party)?;
        if brings(&party) { bringing.push(rows) } else { others = others.max(rows) }
    }
    let (fewest, most) = (*bringing.iter().min()?, *bringing.iter().max()?);
    Some((fewest, keys_tested(&spec.algorithm, most, others)))
}

/// The limits that need no memory.
fn exceeded(spec: &TaskSpec, limits: &UsageLimits, tested: Option<(u64, u64)>) -> Option<&'static str> {
    let TaskKind::Psi(psi) = &spec.kind;
    // Without the version another check fails.
    let (rows, keys) = tested?;
    if limits.run_keys_min.is_some_and(|min| rows < min) {
        return Some("limit_input_too_small");
    }
    if limits.run_keys_max.is_some_and(|max| keys > max) {
        return Some("limit_input_too_large");
    }
    limits.min_matches.is_some_and(|min| psi.min_matches < min).then_some("limit_min_matches_too_low")
}

/// The usage object after a block: not in the bundle, or absent from the state, or unreadable, or there.
fn usage(bundle: &EvidenceBundle, party: &TaskParty, spec: &TaskSpec, height: Height) -> Option<Option<Usage>> {
    let key = format!("usage/{}/{}", party.dataset, user(spec, party)).into_bytes();
    let entry = bundle.state.iter().find(|s| s.height == height && s.key.0 == key)?;
    Some(entry.value.as_ref().and_then(|v| cbor::from_bytes(&v.0).ok()))
}

/// The run stands in the object with its keys, and with all before it stays within the limits.
fn used_up(limits: &UsageLimits, usage: Option<&Usage>, run: &Ready, keys: u64) -> Option<&'static str> {
    let Some(usage) = usage else { return Some("run_not_counted") };
    let counted = usage
        .entries
        .iter()
        .position(|e| Some(e.session) == run.session && e.at_ms == run.time_ms && e.runs == 1 && e.keys == keys);
    let Some(last) = counted else { return Some("run_not_counted") };
    let until = Usage { entries: usage.entries[..=last].to_vec(), ..usage.clone() };
    let used = until.within(run.time_ms, limits.period_ms());
    if limits.runs_max.is_some_and(|max| used.runs > max) {
        return Some("limit_runs_used_up");
    }
    limits.keys_max.is_some_and(|max| used.keys > max).then_some("limit_keys_used_up")
}
