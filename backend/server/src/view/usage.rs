//! Usage limits of datasets, and what partners have used.

use backend_api::Timestamp;
use backend_api::catalogue::Language;
use backend_api::dataset as api;
use ledger_contract::read;
use ledger_types::id::OrgId;
use ledger_types::object::{Dataset, Grantee};
use ledger_types::usage::{DAY_MS, PERIOD_DAYS_MAX, UsageLimits, limits_of};

use crate::call::parse;
use crate::desk::Desk;
use crate::fault::Fault;

/// The period that is shown when no limits say another, in days.
const PERIOD_DAYS: u16 = 30;

/// Limits of a partner.
pub fn limits(l: &UsageLimits) -> api::UsageLimits {
    api::UsageLimits {
        partner: match &l.partner {
            Grantee::Any => None,
            Grantee::Org(org) => Some(org.to_string()),
        },
        period_days: l.period_days,
        runs_max: l.runs_max,
        keys_max: l.keys_max,
        run_keys_max: l.run_keys_max,
        run_keys_min: l.run_keys_min,
        min_matches: l.min_matches,
    }
}

/// Limits for the ledger.
pub fn ledger_limits(pointer: &str, l: &api::UsageLimits) -> Result<UsageLimits, Fault> {
    Ok(UsageLimits {
        partner: match &l.partner {
            None => Grantee::Any,
            Some(org) => Grantee::Org(parse(&format!("{pointer}/partner"), org)?),
        },
        period_days: l.period_days,
        runs_max: l.runs_max,
        keys_max: l.keys_max,
        run_keys_max: l.run_keys_max,
        run_keys_min: l.run_keys_min,
        min_matches: l.min_matches,
    })
}

/// What partners have used: everybody's for the owner, one's own for others. Partners with limits of their own are listed
/// even when they have used nothing.
pub fn of_partners(desk: &Desk, language: Language, d: &Dataset) -> Result<Vec<api::PartnerUsage>, Fault> {
    let view = desk.ledger.view();
    let now_ms = desk.ledger.status().time_ms;
    let mut out = Vec::new();
    for organisation in &desk.ledger.genesis().organisations {
        let partner = &organisation.id;
        if partner == &d.owner || (d.owner != desk.org && partner != &desk.org) {
            continue;
        }
        let named = |l: &UsageLimits| matches!(&l.partner, Grantee::Org(org) if org == partner);
        let bound = limits_of(&d.limits, partner);
        let usage = read::usage(view.as_ref(), &d.id, partner)?;
        if usage.is_none() && !d.limits.iter().any(named) && !(partner == &desk.org && bound.is_some()) {
            continue;
        }
        out.push(one(desk, language, partner, bound, usage.as_ref(), now_ms));
    }
    Ok(out)
}

fn one(
    desk: &Desk,
    language: Language,
    partner: &OrgId,
    bound: Option<&UsageLimits>,
    usage: Option<&ledger_types::usage::Usage>,
    now_ms: u64,
) -> api::PartnerUsage {
    let period_days = bound.map_or(PERIOD_DAYS, |l| l.period_days);
    let within = |days: u16| usage.map(|u| u.within(now_ms, u64::from(days) * DAY_MS)).unwrap_or_default();
    let used = within(period_days);
    api::PartnerUsage {
        organisation: desk.org_ref(partner.as_str(), language),
        limits: bound.map(limits),
        period_days,
        runs: used.runs,
        keys: used.keys,
        runs_year: within(PERIOD_DAYS_MAX).runs,
        last_at: usage.and_then(|u| u.entries.last()).map(|e| Timestamp(e.at_ms)),
    }
}
