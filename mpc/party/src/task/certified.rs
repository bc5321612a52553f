//! Certified input sizes: how many keys each side may bring to a run, by what the ledger says and nothing else.
//!
//! A receiver gains from a run one answer per key that it brings, whoever it is and however it cheats. So the number is
//! bounded three times, here in one place:
//! - *Announced*: a peer's header must not name more items than its published version has rows, nor fewer than the owner's
//!   usage limits ask for. Both ends attest the number; `items_differ` disputes the run when they do not agree.
//! - *Carried*: no later message may carry more than was announced. The engines count (`wrong_count`; all sizes follow from the headers
//!   alone) and stop.
//! - *Encoded*: where keys are packed into a linear system, a cheating receiver can use every unknown of it. Nobody can see
//!   that it did, so the ledger counts the unknowns ([`ledger_types::usage::keys_tested`]).

use ledger_contract::{StateRead, read};
use ledger_types::id::OrgId;
use ledger_types::task::TaskSpec;
use ledger_types::usage::limits_of;
use mpc_psi::run::RunConfig;

use super::error::RunError;

/// Bounds on the items of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Rows of its published version.
    pub max: u64,
    /// What the usage limits of the other parties' datasets ask for; 0 for a side that learns nothing.
    pub min: u64,
}

/// What the ledger says of the items that `org` brings to a task.
pub(super) fn bounds(state: &(impl StateRead + ?Sized), spec: &TaskSpec, org: &OrgId) -> Result<Bounds, RunError> {
    let unusable = || RunError::SpecUnusable("a party without a published version");
    let party = spec.party(org).ok_or_else(unusable)?;
    let own = read::dataset(state, &party.dataset)?.ok_or_else(unusable)?;
    let version = own.versions.into_iter().find(|v| v.version == party.version).ok_or_else(unusable)?;
    let mut min = 0;
    if org == &spec.receiver {
        for other in spec.parties.iter().filter(|p| &p.org != org) {
            let dataset = read::dataset(state, &other.dataset)?.ok_or_else(unusable)?;
            min = min.max(limits_of(&dataset.limits, org).and_then(|l| l.run_keys_min).unwrap_or(0));
        }
    }
    Ok(Bounds { max: version.commitment.rows, min })
}

/// Puts the bounds on the peer into the settings of a run.
pub(super) fn bind(config: &mut RunConfig, peer: Bounds) {
    (config.peer_items_max, config.peer_items_min) = (peer.max, peer.min);
}

/// The own items, before anything is sent: an honest node does not start what its peer would refuse.
pub(super) fn check_own(own: Bounds, items: u64) -> Result<(), RunError> {
    if items < own.min {
        let params = [("rows", items.to_string()), ("fewest", own.min.to_string())];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        return Err(RunError::Policy { code: "limit_input_too_small".into(), params });
    }
    if items > own.max {
        return Err(RunError::Internal("more keys than rows"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ledger_types::task::{AlgorithmRef, PSI_RR22, PSI_RR22_VERSION};
    use ledger_types::usage::keys_tested;
    use mpc_psi::run::{Params, SessionId};

    use super::*;

    // The ledger must never count less than what a cheating receiver can encode; a little more is the price of a formula
    // in whole numbers.
    #[test]
    fn the_ledger_counts_every_unknown_of_the_tables_that_rr22_would_use() {
        let rr22 = AlgorithmRef { id: PSI_RR22.into(), version: PSI_RR22_VERSION.into() };
        let config = RunConfig::new(SessionId([0; 32]), [0; 32], Params::default());
        let sizes = [1, 2, 10, 100, 297, 1_000, 5_000, 24_576, 24_577, 100_000, 1 << 20, 1 << 21, 3 << 20, 40_000_000];
        for receiver in sizes {
            for sender in sizes {
                let can = mpc_psi::rr22::encodable_items(receiver, sender, &config).expect("a possible size");
                let counted = keys_tested(&rr22, receiver, sender);
                assert!(counted >= can, "{receiver} against {sender}: {can} fit, {counted} are counted");
                assert!(counted <= can + can / 8 + 128, "{receiver} against {sender}: {counted} for {can} is too many");
            }
        }
    }

    #[test]
    fn an_honest_node_does_not_start_below_the_owners_limit() {
        let own = Bounds { max: 100, min: 50 };
        assert!(check_own(own, 50).is_ok() && check_own(own, 100).is_ok());
        assert_eq!(check_own(own, 49).unwrap_err().code(), "limit_input_too_small");
        assert!(check_own(own, 101).is_err());
    }
}
