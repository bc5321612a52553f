//! The lines about an owner's usage limits: one per limit that is set, with what is left.

use ledger_types::id::SessionId;
use ledger_types::object::Grantee;
use ledger_types::task::TaskKind;
use ledger_types::usage::{Usage, UsageLimits, Used, limits_of};

use super::line::{AllowCode, SmallestLimits, VerdictLine};
use super::party::Question;
use crate::usage::{Tested, partner, tested};
use crate::{RuleCode, StateError, StateRead, read};

/// Lines about the limits of one party's dataset; none when the party learns the result, or limits nothing.
pub(super) fn lines(
    state: &(impl StateRead + ?Sized),
    q: &Question<'_>,
    counted: Option<&SessionId>,
    out: &mut Vec<VerdictLine>,
) -> Result<(), StateError> {
    let partner = partner(q.spec, &q.party.org);
    if &q.party.org == partner {
        return Ok(());
    }
    let Some(dataset) = read::dataset(state, &q.party.dataset)? else { return Ok(()) };
    let Some(limits) = limits_of(&dataset.limits, partner) else { return Ok(()) };
    // Without the partner's rows nothing can be compared with a limit; the line about its dataset forbids the task.
    let Some(tested) = tested(state, q.spec, &q.party.org)? else { return Ok(()) };
    let usage = read::usage(state, &dataset.id, partner)?;
    let usage = usage.unwrap_or_else(|| Usage::none(dataset.id.clone(), partner.clone()));
    let asked = Asked { q, limits, tested, counted: counted.is_some_and(|s| usage.has(s)), usage };
    let all = [asked.fewest(), asked.most(), asked.min_matches(), asked.runs(), asked.keys()];
    out.extend(all.into_iter().flatten().map(|line| line.with("partner", partner)));
    Ok(())
}

struct Asked<'a> {
    q: &'a Question<'a>,
    limits: &'a UsageLimits,
    tested: Tested,
    /// The present run is among what is used.
    counted: bool,
    usage: Usage,
}

impl Asked<'_> {
    fn line(
        &self,
        held: bool,
        allows: AllowCode,
        forbids: RuleCode,
        enough: impl FnOnce(&mut UsageLimits),
    ) -> VerdictLine {
        if held {
            return self.q.allows(allows);
        }
        let mut limits = UsageLimits {
            partner: Grantee::Org(partner(self.q.spec, &self.q.party.org).clone()),
            ..self.limits.clone()
        };
        enough(&mut limits);
        let smallest = SmallestLimits { dataset: self.q.party.dataset.clone(), limits };
        VerdictLine { smallest_limits: Some(smallest), ..self.q.forbids(forbids) }
    }

    fn fewest(&self) -> Option<VerdictLine> {
        let (min, rows) = (self.limits.run_keys_min?, self.tested.rows);
        let line = self.line(rows >= min, AllowCode::InputLargeEnough, RuleCode::LimitInputTooSmall, |l| {
            l.run_keys_min = Some(rows);
        });
        Some(line.with("rows", rows).with("fewest", min))
    }

    fn most(&self) -> Option<VerdictLine> {
        let (max, Tested { rows, keys }) = (self.limits.run_keys_max?, self.tested);
        let line = self.line(keys <= max, AllowCode::InputWithinLimit, RuleCode::LimitInputTooLarge, |l| {
            l.run_keys_max = Some(keys);
        });
        Some(line.with("rows", rows).with("keys_tested", keys).with("most", max))
    }

    fn min_matches(&self) -> Option<VerdictLine> {
        let TaskKind::Psi(psi) = &self.q.spec.kind;
        let (floor, have) = (self.limits.min_matches?, psi.min_matches);
        let line = self.line(have >= floor, AllowCode::MinMatchesEnough, RuleCode::LimitMinMatchesTooLow, |l| {
            l.min_matches = Some(have);
        });
        Some(line.with("min_matches", have).with("fewest", floor))
    }

    /// What is used in the period, the run in question included.
    fn with_this(&self) -> Used {
        let used = self.usage.within(self.q.now_ms, self.limits.period_ms());
        if self.counted { used } else { self.plus(used) }
    }

    fn plus(&self, used: Used) -> Used {
        Used { runs: used.runs.saturating_add(1), keys: used.keys.saturating_add(self.tested.keys) }
    }

    fn runs(&self) -> Option<VerdictLine> {
        let (max, used) = (self.limits.runs_max?, self.with_this().runs);
        let line = self.line(used <= max, AllowCode::LimitRunsLeft, RuleCode::LimitRunsUsedUp, |l| {
            l.runs_max = Some(used);
        });
        let line = self.free_at(line, |u| u.runs <= max).with("in_period", used).with("most", max);
        Some(line.with("left", max.saturating_sub(used)))
    }

    fn keys(&self) -> Option<VerdictLine> {
        let (max, used) = (self.limits.keys_max?, self.with_this().keys);
        let line = self.line(used <= max, AllowCode::LimitKeysLeft, RuleCode::LimitKeysUsedUp, |l| {
            l.keys_max = Some(used);
        });
        let line = self.free_at(line, |u| u.keys <= max).with("in_period", used).with("most", max);
        Some(line.with("keys_tested", self.tested.keys).with("left", max.saturating_sub(used)))
    }

    // Of a line about a period: its length, and when it would allow the task again.
    fn free_at(&self, line: VerdictLine, fits: impl Fn(Used) -> bool) -> VerdictLine {
        let line = line.with("period_days", self.limits.period_days);
        if line.allowed || self.counted {
            return line;
        }
        let period = self.limits.period_ms();
        match self.usage.free_at_ms(self.q.now_ms, period, |used| fits(self.plus(used))) {
            Some(at_ms) => line.with("free_at_ms", at_ms),
            None => line,
        }
    }
}
