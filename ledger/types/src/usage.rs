//! Usage limits (使用限额): how often, and with how many keys, a partner may use a dataset within a period. Every private
//! set intersection lets its receiver ask for each of its keys whether the other side holds it; limits bound how many
//! keys can be asked, so that a dataset cannot be enumerated run by run.

use serde::{Deserialize, Serialize};

use crate::id::{DatasetId, OrgId, SessionId, TimeMs};
use crate::object::Grantee;
use crate::task::{
    AlgorithmRef, PSI_CIRCUIT, PSI_CIRCUIT_VERSION, PSI_DELEGATED, PSI_DELEGATED_VERSION, PSI_ECDH, PSI_ECDH_VERSION,
    PSI_RR22, PSI_RR22_LOW, PSI_RR22_LOW_VERSION, PSI_RR22_VERSION, PSI_STAR, PSI_STAR_VERSION, PSI_UNBALANCED,
    PSI_UNBALANCED_VERSION,
};

/// One day.
pub const DAY_MS: TimeMs = 24 * 60 * 60 * 1000;
/// Longest period of a limit, in days; runs are remembered for as long.
pub const PERIOD_DAYS_MAX: u16 = 366;
/// Entries that a usage object keeps; beyond that the oldest two become one.
pub const USAGE_ENTRIES_KEPT: usize = 512;

/// What a partner may do with a dataset within a rolling period. An absent limit limits nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageLimits {
    /// Whom it binds. One that names an organisation takes the place of the one for all.
    pub partner: Grantee,
    /// Length of the rolling period, in days of 24 hours.
    pub period_days: u16,
    /// Most runs within any period. A retry is a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_max: Option<u32>,
    /// Most keys tested within any period, over all runs; see [`keys_tested`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys_max: Option<u64>,
    /// Most keys tested by one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_keys_max: Option<u64>,
    /// Fewest keys that the partner must bring to a run: a tiny set asks about individuals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_keys_min: Option<u64>,
    /// Smallest `min_matches` that a task may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_matches: Option<u64>,
}

impl UsageLimits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        let Self { partner: _, period_days: _, runs_max, keys_max, run_keys_max, run_keys_min, min_matches } = self;
        runs_max.is_none() && [keys_max, run_keys_max, run_keys_min, min_matches].into_iter().all(Option::is_none)
    }

    /// Whether something accumulates over runs.
    pub fn counts(&self) -> bool {
        self.runs_max.is_some() || self.keys_max.is_some()
    }

    /// Length of the period.
    pub fn period_ms(&self) -> TimeMs {
        TimeMs::from(self.period_days) * DAY_MS
    }
}

/// The limits that bind a partner: those that name it, else those for all.
pub fn limits_of<'a>(limits: &'a [UsageLimits], partner: &OrgId) -> Option<&'a UsageLimits> {
    let named = limits.iter().find(|l| matches!(&l.partner, Grantee::Org(org) if org == partner));
    named.or_else(|| limits.iter().find(|l| l.partner == Grantee::Any))
}

/// What a partner has used of a dataset: an object of the world state of its own, written when a run becomes ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Whose rows.
    pub dataset: DatasetId,
    /// Who uses them.
    pub partner: OrgId,
    /// Oldest first. None is older than [`PERIOD_DAYS_MAX`] at the time of the newest.
    pub entries: Vec<UsageEntry>,
}

/// One run, or several old ones taken together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageEntry {
    /// Session of the run; of the latest, when there are several.
    pub session: SessionId,
    /// When (block time) it became ready; the latest, when there are several: what is merged counts longer, never shorter.
    pub at_ms: TimeMs,
    /// Runs.
    pub runs: u32,
    /// Keys tested; see [`keys_tested`].
    pub keys: u64,
}

/// Sum over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// Runs.
    pub runs: u32,
    /// Keys tested.
    pub keys: u64,
}

impl Usage {
    /// Nothing used yet.
    pub fn none(dataset: DatasetId, partner: OrgId) -> Self {
        Self { dataset, partner, entries: Vec::new() }
    }

    /// Sum over the period that ends now. A run at `t` counts at every time before `t + period_ms`.
    pub fn within(&self, now_ms: TimeMs, period_ms: TimeMs) -> Used {
        let live = self.entries.iter().filter(|e| now_ms.saturating_sub(e.at_ms) < period_ms);
        live.fold(Used::default(), |sum, e| Used {
            runs: sum.runs.saturating_add(e.runs),
            keys: sum.keys.saturating_add(e.keys),
        })
    }

    /// Whether the run of this session is counted.
    pub fn has(&self, session: &SessionId) -> bool {
        self.entries.iter().any(|e| &e.session == session)
    }

    /// Counts a run. Forgets what no period reaches any more, and keeps the object bounded.
    pub fn count(&mut self, session: SessionId, at_ms: TimeMs, keys: u64) {
        let longest = TimeMs::from(PERIOD_DAYS_MAX) * DAY_MS;
        self.entries.retain(|e| at_ms.saturating_sub(e.at_ms) < longest);
        self.entries.push(UsageEntry { session, at_ms, runs: 1, keys });
        while self.entries.len() > USAGE_ENTRIES_KEPT {
            let oldest = self.entries.remove(0);
            let next = &mut self.entries[0];
            next.runs = next.runs.saturating_add(oldest.runs);
            next.keys = next.keys.saturating_add(oldest.keys);
        }
    }

    /// When, at the earliest, a period has so few runs and keys again as `fits` asks for, if nothing else is used.
    pub fn free_at_ms(&self, now_ms: TimeMs, period_ms: TimeMs, fits: impl Fn(Used) -> bool) -> Option<TimeMs> {
        let ends = self.entries.iter().map(|e| e.at_ms.saturating_add(period_ms)).filter(|end| *end > now_ms);
        ends.into_iter().find(|end| fits(self.within(*end, period_ms)))
    }
}

// Items of one bucket of RR22, and what it adds to each side's items: `mpc_psi::run::BUCKET_ITEMS` and the canaries of
// `mpc_psi::run::Params`. A test of `mpc-party` holds the three to each other.
const RR22_BUCKET_ITEMS: u64 = 1 << 21;
const RR22_CANARIES: u64 = 8;
// A third of the 128 points that `mpc_psi::circuit` adds for canaries, rounded up.
const CIRCUIT_CANARIES: u64 = 43;

/// How many keys a run tests at most, when the receiver's version has `rows` rows and the largest version of the others
/// `other_rows`.
///
/// A receiver that follows the protocol tests one key per row. One that does not can, where keys are encoded into a
/// linear system (RR22), pack as many keys as the system has unknowns: that number counts (crypto.md §1.5 "malicious
/// slack"; leakage `receiver_slack_1_35`). Every algorithm that is not listed here, whether or not this software knows it,
/// counts as a linear system half as large again, so that all nodes count alike. A change of a list is a change of the
/// rules.
pub fn keys_tested(algorithm: &AlgorithmRef, rows: u64, other_rows: u64) -> u64 {
    if is_exact(algorithm) {
        rows
    } else if is_listed(&LINEAR, algorithm) {
        linear_system_unknowns(rows, other_rows)
    } else if is_listed(&TARGETS, algorithm) {
        linear_system_unknowns(rows.saturating_add(CIRCUIT_CANARIES), other_rows)
    } else {
        linear_system_unknowns(rows.saturating_add(rows / 2), other_rows)
    }
}

/// One answer per item that crosses the wire: a receiver can test no more keys than it announces, however it cheats.
const EXACT: [(&str, &str); 3] = [
    // A point per item, and a point back.
    (PSI_ECDH, PSI_ECDH_VERSION),
    // A data party sends one value of the shared function per item; the third has no key to ask with.
    (PSI_DELEGATED, PSI_DELEGATED_VERSION),
    // An answer per question, at most as many as were announced.
    (PSI_UNBALANCED, PSI_UNBALANCED_VERSION),
];
/// Keys are encoded into tables of the sizes that RR22 uses, or of smaller ones.
const LINEAR: [(&str, &str); 3] = [
    (PSI_RR22, PSI_RR22_VERSION),
    (PSI_RR22_LOW, PSI_RR22_LOW_VERSION),
    // The leader's table of every bucket is RR22's (docs/protocols/star-psi.md, "malicious leader").
    (PSI_STAR, PSI_STAR_VERSION),
];
/// The receiver's table of targets has three equations for a key, one for each bin in which the sender may have put it,
/// and its share of unknowns; there is one bucket. With one equation a key is met one time in three: so packed, the table
/// tests no more (docs/protocols/circuit-psi.md, "malicious receiver"). The room of the canaries can be packed too.
const TARGETS: [(&str, &str); 1] = [(PSI_CIRCUIT, PSI_CIRCUIT_VERSION)];

/// Whether a receiver can test no more keys than it announces, however it cheats.
pub fn is_exact(algorithm: &AlgorithmRef) -> bool {
    is_listed(&EXACT, algorithm)
}

fn is_listed(list: &[(&str, &str)], algorithm: &AlgorithmRef) -> bool {
    list.iter().any(|(id, version)| algorithm.id == *id && algorithm.version == *version)
}

// An upper bound of `mpc_psi::rr22`'s number of table values. A table for n items has at most 1.4 n + 76 values, and is the
// larger for small n (docs/protocols/okvs.md); items are thrown into buckets with room to spare (docs/protocols/rr22-psi.md).
fn linear_system_unknowns(rows: u64, other_rows: u64) -> u64 {
    let total = rows.saturating_add(RR22_CANARIES);
    let buckets = total.max(other_rows.saturating_add(RR22_CANARIES)).div_ceil(RR22_BUCKET_ITEMS);
    let capacity = if buckets == 1 { total } else { bucket_capacity(total, buckets) };
    buckets.saturating_mul(capacity.saturating_mul(7).div_ceil(5).saturating_add(76))
}

// Mean, and 7.5 standard deviations: as `mpc_psi::rr22::sizes`.
fn bucket_capacity(total: u64, buckets: u64) -> u64 {
    let mean = total.div_ceil(buckets);
    let bits = 40 + u64::from(u64::BITS - (buckets - 1).leading_zeros());
    let natural = (bits * 694).div_ceil(1000);
    let spare =
        natural.div_ceil(3) + (natural * natural / 9).saturating_add(mean.saturating_mul(2 * natural)).isqrt() + 2;
    total.min(mean.saturating_add(spare))
}

#[cfg(test)]
mod tests {
    use ledger_crypto::Digest;

    use super::*;
    use crate::algorithm;

    fn usage() -> Usage {
        Usage::none(DatasetId::new("rsj.d").unwrap(), OrgId::new("bank").unwrap())
    }

    fn session(n: u64) -> SessionId {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        SessionId(Digest(bytes))
    }

    #[test]
    fn no_algorithm_with_slack_is_counted_as_exact() {
        for d in algorithm::builtin() {
            let slack = d.leakage.iter().any(|c| c == "receiver_slack_1_35");
            assert!(!(slack && is_exact(&d.reference())), "{}: keys_tested must count its slack", d.id);
        }
        for d in algorithm::builtin() {
            let (name, place) = (d.reference(), format!("{} must say what a cheating receiver can test", d.id));
            let lists = [is_exact(&name), is_listed(&LINEAR, &name), is_listed(&TARGETS, &name)];
            assert_eq!(lists.iter().filter(|listed| **listed).count(), 1, "{place}");
        }
        let unknown = AlgorithmRef { id: "psi.from-the-future".into(), version: "1".into() };
        let rr22 = AlgorithmRef { id: PSI_RR22.into(), version: PSI_RR22_VERSION.into() };
        assert!(!is_exact(&unknown));
        assert_eq!(keys_tested(&unknown, 1000, 10), keys_tested(&rr22, 1500, 10));
    }

    #[test]
    fn an_exact_algorithm_tests_rows_and_a_linear_system_its_unknowns() {
        let named = |id: &str| AlgorithmRef { id: id.into(), version: "1".into() };
        assert_eq!(keys_tested(&named(PSI_ECDH), 1000, 9_000_000), 1000);
        let rr22 = |rows, other| keys_tested(&named("psi.rr22-gf128"), rows, other);
        assert_eq!(rr22(1000, 1000), 1488);
        assert_eq!(rr22(1 << 20, 1 << 20), 1_468_094);
        // The buckets follow the larger side, and every bucket has room to spare.
        assert!(rr22(1000, 100_000_000) > 5 * rr22(1000, 1000));
        assert_eq!(rr22(0, 0), 88);
        assert_eq!(keys_tested(&named("psi.circuit-gf128"), 957, 9), rr22(1000, 9));
        for huge in [u64::MAX, u64::MAX / 2, 1 << 50] {
            assert!(rr22(huge, 0) >= huge.min(u64::MAX / 8), "{huge}");
            assert!(rr22(1, huge) > 1);
        }
    }

    #[test]
    fn a_run_counts_until_its_period_is_over_and_not_a_moment_longer() {
        let mut u = usage();
        u.count(session(1), 1_000, 10);
        u.count(session(2), 2_000, 20);
        assert_eq!(u.within(2_000, 5_000), Used { runs: 2, keys: 30 });
        assert_eq!(u.within(5_999, 5_000), Used { runs: 2, keys: 30 });
        assert_eq!(u.within(6_000, 5_000), Used { runs: 1, keys: 20 });
        assert_eq!(u.within(7_000, 5_000), Used::default());
        assert!(u.has(&session(2)) && !u.has(&session(3)));
        assert_eq!(u.free_at_ms(3_000, 5_000, |used| used.runs < 2), Some(6_000));
        assert_eq!(u.free_at_ms(3_000, 5_000, |used| used.keys + 30 <= 30), Some(7_000));
        assert_eq!(u.free_at_ms(3_000, 5_000, |_| false), None);
    }

    #[test]
    fn the_object_stays_bounded_and_what_is_merged_counts_longer_never_shorter() {
        let mut u = usage();
        for i in 0..2_000u64 {
            u.count(session(i), 1_000 + i, 3);
            assert!(u.entries.len() <= USAGE_ENTRIES_KEPT);
            let all = TimeMs::from(PERIOD_DAYS_MAX) * DAY_MS;
            assert_eq!(u.within(1_000 + i, all), Used { runs: i as u32 + 1, keys: 3 * (i + 1) });
            // The true number within the last hundred milliseconds is never more than what is counted.
            assert!(u64::from(u.within(1_000 + i, 100).runs) >= (i + 1).min(100));
        }
        let later = 3_000 + TimeMs::from(PERIOD_DAYS_MAX) * DAY_MS;
        u.count(session(9_999), later, 1);
        assert_eq!(u.entries.len(), 1, "nothing is kept that no period reaches");
    }

    #[test]
    fn limits_that_name_a_partner_take_the_place_of_those_for_all() {
        let limits = |partner, runs| UsageLimits {
            partner,
            period_days: 30,
            runs_max: Some(runs),
            keys_max: None,
            run_keys_max: None,
            run_keys_min: None,
            min_matches: None,
        };
        let bank = OrgId::new("bank").unwrap();
        let list = [limits(Grantee::Any, 1), limits(Grantee::Org(bank.clone()), 9)];
        assert_eq!(limits_of(&list, &bank).and_then(|l| l.runs_max), Some(9));
        assert_eq!(limits_of(&list, &OrgId::new("other").unwrap()).and_then(|l| l.runs_max), Some(1));
        assert_eq!(limits_of(&list[1..], &OrgId::new("other").unwrap()), None);
        assert!(limits(Grantee::Any, 1).counts() && !limits(Grantee::Any, 1).is_empty());
    }
}
