//! May this task use these columns? Deny by default: without a grant *and* a rule in the column's present
//! policy nothing is permitted (DESIGN §6).
//!
//! [`evaluate`] gives one line per question, in a fixed order, so that the approval page, the ledger's
//! receipt and the party's log say the same. A line that forbids names what would be enough: the smallest
//! grant, or the smallest rule in the column's policy.

mod column;
mod line;
mod party;
mod usage;

use ledger_types::SuiteId;
use ledger_types::id::{ChainId, TimeMs};
use ledger_types::task::{TaskSpec, TaskStatus};
use serde::{Deserialize, Serialize};

pub use column::{covers, disclosure_name, disclosures, permitted_until};
pub use line::{AllowCode, LineCode, SmallestGrant, SmallestLimits, SmallestRule, UnknownLineCode, VerdictLine};
pub(crate) use party::kind_name;

use crate::{Rejection, RuleCode, StateError, StateRead, read};

/// What policy says of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether no line forbids it.
    pub allowed: bool,
    /// What allowed or forbade what.
    pub lines: Vec<VerdictLine>,
}

impl Verdict {
    /// The first line that forbids the task.
    pub fn first_denial(&self) -> Option<&VerdictLine> {
        self.lines.iter().find(|l| !l.allowed)
    }

    /// The rejection with the code of the first line that forbids the task.
    pub(crate) fn into_result(self) -> Result<(), Rejection> {
        for line in self.lines {
            if let LineCode::Forbids(code) = line.code {
                return Err(Rejection { code, params: line.params });
            }
        }
        Ok(())
    }

    /// The rejection of a proposal: one code, the line as a parameter.
    pub(crate) fn into_policy_denied(self) -> Result<(), Rejection> {
        self.into_result().map_err(|r| {
            let line = r.code;
            Rejection { code: RuleCode::PolicyDenied, ..r }.with("line", line)
        })
    }
}

/// Evaluates a task against the state at a block time.
///
/// The use of a grant that this very task took when it became ready still stands for its later runs: for a
/// task that has had a run, the count of uses is not asked again. A run that is ready was counted against the usage
/// limits when it became so, and is not counted twice; after a failure the question is whether another run may follow.
pub fn evaluate(
    state: &(impl StateRead + ?Sized),
    suite: SuiteId,
    chain: &ChainId,
    now_ms: TimeMs,
    spec: &TaskSpec,
) -> Result<Verdict, StateError> {
    let task = read::task(state, &spec.id(suite, chain))?;
    let use_taken = task.as_ref().is_some_and(|t| !t.runs.is_empty());
    // A run that failed is over: what is asked is whether another may follow.
    let counted = task.filter(|t| t.status != TaskStatus::Failed).and_then(|t| t.run().map(|r| r.session));
    let mut lines = vec![deadline(now_ms, spec)];
    if let Some(third) = spec.third() {
        lines.push(party::organisation(state, third)?);
    }
    for party in &spec.parties {
        let q = party::Question { spec, party, now_ms, use_taken };
        party::lines(state, &q, &mut lines)?;
        usage::lines(state, &q, counted.as_ref(), &mut lines)?;
    }
    Ok(Verdict { allowed: lines.iter().all(|l| l.allowed), lines })
}

fn deadline(now_ms: TimeMs, spec: &TaskSpec) -> VerdictLine {
    let line = if now_ms > spec.not_after_ms {
        VerdictLine::forbids(RuleCode::DeadlinePassed)
    } else {
        VerdictLine::allows(AllowCode::DeadlineAhead)
    };
    line.with("not_after_ms", spec.not_after_ms)
}
