//! Usage limits: how they are written, and what they forbid.

use ledger_contract::RuleCode;
use ledger_types::task::TaskKind;
use ledger_types::usage::UsageLimits;

use crate::world::{World, limits, set_limits, spec, task_approve, task_fail, task_retry};
use crate::{Case, case};

fn setting(change: impl FnOnce(&mut UsageLimits)) -> RuleCode {
    let mut one = limits("bank");
    change(&mut one);
    World::with_grant().code("rsj/owner", set_limits(2, vec![one]))
}

/// The owner sets limits between the proposal and the last approval.
fn approving(min_matches: u64, change: impl FnOnce(&mut UsageLimits)) -> RuleCode {
    let mut w = World::with_grant();
    let mut spec = spec(1);
    let TaskKind::Psi(psi) = &mut spec.kind;
    psi.min_matches = min_matches;
    let id = w.propose(spec);
    w.must("bank/requester", task_approve(id));
    let mut one = limits("bank");
    change(&mut one);
    w.must("rsj/owner", set_limits(2, vec![one]));
    w.code("rsj/owner", task_approve(id))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case("limits in another order", RuleCode::UsageLimitsOrder, || {
            World::with_grant().code("rsj/owner", set_limits(2, vec![limits("hospital"), limits("bank")]))
        }),
        case("limits for more partners than there may be", RuleCode::UsageLimitsTooMany, || {
            let many = (0..65).map(|i| limits(&format!("p{i:02}"))).collect();
            World::with_grant().code("rsj/owner", set_limits(2, many))
        }),
        case("a period of no day", RuleCode::UsageLimitOutOfRange, || setting(|l| l.period_days = 0)),
        case("limits for a stranger", RuleCode::OrganisationUnknown, || {
            World::with_grant().code("rsj/owner", set_limits(2, vec![limits("nobody")]))
        }),
        case("limits for oneself", RuleCode::OwnDataset, || {
            World::with_grant().code("rsj/owner", set_limits(2, vec![limits("rsj")]))
        }),
        case("the same limits again", RuleCode::NothingChanges, || {
            World::with_grant().code("rsj/owner", set_limits(2, vec![]))
        }),
        case("on a policy that is not the latest", RuleCode::PolicyVersionNotNext, || {
            World::with_grant().code("rsj/owner", set_limits(7, vec![limits("bank")]))
        }),
        case("a requester sets limits", RuleCode::RoleMissing, || {
            World::with_grant().code("rsj/requester", set_limits(2, vec![limits("bank")]))
        }),
        case("a dataset of too few rows", RuleCode::LimitInputTooSmall, || {
            approving(0, |l| l.run_keys_min = Some(1_001))
        }),
        case("too many keys at once", RuleCode::LimitInputTooLarge, || approving(0, |l| l.run_keys_max = Some(999))),
        case("too low a minimum of matches", RuleCode::LimitMinMatchesTooLow, || {
            approving(9, |l| l.min_matches = Some(10))
        }),
        case("no run left", RuleCode::LimitRunsUsedUp, || approving(0, |l| l.runs_max = Some(0))),
        case("no keys left", RuleCode::LimitKeysUsedUp, || approving(0, |l| l.keys_max = Some(999))),
        case("a retry with no run left", RuleCode::LimitRunsUsedUp, || {
            let (mut w, id, _) = World::failed();
            w.must("rsj/owner", set_limits(2, vec![UsageLimits { runs_max: Some(1), ..limits("bank") }]));
            let refused = w.code("bank/requester", task_retry(id));
            let session = w.session(id);
            assert_eq!(w.code("rsj/node", task_fail(id, session)), RuleCode::AlreadyReported);
            refused
        }),
    ]
}
