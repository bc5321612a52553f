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
use ledger_types::task::{ChannelView, TaskSpec};
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

/// The bounds on every member of a task.
#[derive(Debug, Clone)]
pub(super) struct Certified {
    /// On this side.
    pub own: Bounds,
    peers: Vec<(OrgId, Bounds)>,
}

impl Certified {
    /// What the ledger says of the items that the members of a task bring.
    pub fn of(state: &(impl StateRead + ?Sized), spec: &TaskSpec, org: &OrgId) -> Result<Self, RunError> {
        let own = bounds(state, spec, org)?;
        let others = spec.members().filter(|m| *m != org);
        let peers =
            others.map(|m| Ok::<_, RunError>((m.clone(), bounds(state, spec, m)?))).collect::<Result<_, _>>()?;
        Ok(Self { own, peers })
    }

    /// Puts the bounds on the peers into the settings of a run: exact with one peer, the widest with several.
    pub fn bind(&self, config: &mut RunConfig) {
        let peers = || self.peers.iter().map(|(_, b)| b);
        config.peer_items_max = peers().map(|b| b.max).max().unwrap_or(0);
        config.peer_items_min = peers().map(|b| b.min).min().unwrap_or(0);
    }

    /// Each peer's number by its own bounds, before anything is attested.
    pub fn check(&self, channels: &[ChannelView]) -> Result<(), RunError> {
        for channel in channels {
            let Some((_, bounds)) = self.peers.iter().find(|(org, _)| org == &channel.peer) else { continue };
            let code = match channel.peer_items {
                n if n > bounds.max => "peer_set_too_large",
                n if n < bounds.min => "peer_set_too_small",
                _ => continue,
            };
            return Err(RunError::Protocol { code: code.into() });
        }
        Ok(())
    }
}

fn bounds(state: &(impl StateRead + ?Sized), spec: &TaskSpec, org: &OrgId) -> Result<Bounds, RunError> {
    let unusable = || RunError::SpecUnusable("a party without a published version");
    // A third that only receives brings nothing.
    let Some(party) = spec.party(org) else { return Ok(Bounds { max: 0, min: 0 }) };
    let own = read::dataset(state, &party.dataset)?.ok_or_else(unusable)?;
    let version = own.versions.into_iter().find(|v| v.version == party.version).ok_or_else(unusable)?;
    let mut min = 0;
    // Whose keys are tried against the others' rows: the receiver's, or, when it has none, every party's; of a result to
    // both also the other side's.
    for other in spec.parties.iter().filter(|p| &p.org != org) {
        let Some(user) = spec.released_to(&other.org) else { continue };
        if user == org || spec.third().is_some() {
            let dataset = read::dataset(state, &other.dataset)?.ok_or_else(unusable)?;
            min = min.max(limits_of(&dataset.limits, user).and_then(|l| l.run_keys_min).unwrap_or(0));
        }
    }
    Ok(Bounds { max: version.commitment.rows, min })
}

/// The own items, before anything is sent: an honest node does not start what its peer would refuse.
pub(super) fn check_own(own: &Bounds, items: u64) -> Result<(), RunError> {
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
    use ledger_types::task::{AlgorithmRef, PSI_CIRCUIT, PSI_RR22, PSI_RR22_VERSION, PSI_STAR};
    use ledger_types::usage::keys_tested;
    use mpc_core::okvs;
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
                let tight = receiver < 1 << 20 || counted <= can + can / 12;
                assert!(tight, "{receiver} against {sender}: {counted} for {can} is too many");
                // A leader of a star encodes into the same tables.
                let star = AlgorithmRef { id: PSI_STAR.into(), version: "1".into() };
                assert_eq!(keys_tested(&star, receiver, sender), counted);
            }
        }
    }

    // Three equations a key, and those of the canaries.
    #[test]
    fn the_ledger_counts_every_key_that_fits_the_targets_of_a_circuit() {
        let circuit = AlgorithmRef { id: PSI_CIRCUIT.into(), version: "1".into() };
        let canaries = 2 * usize::from(mpc_psi::circuit::CANARIES);
        for receiver in [1, 2, 10, 100, 297, 1_000, 5_000, 24_577, 100_000, 1 << 20, 3 << 20, 100_000_000] {
            let points = 3 * receiver as usize + canaries;
            let targets = okvs::Params::<okvs::Binary>::binary_low_traffic(points).expect("a possible size");
            let (can, counted) = (targets.table_len().div_ceil(3) as u64, keys_tested(&circuit, receiver, 1));
            assert!(counted >= can, "{receiver}: {can} fit, {counted} are counted");
        }
    }

    #[test]
    fn each_peer_is_held_to_its_own_bounds() {
        let org = |s: &str| OrgId::new(s).expect("a slug");
        let peers = vec![(org("a"), Bounds { max: 100, min: 50 }), (org("b"), Bounds { max: 10, min: 0 })];
        let certified = Certified { own: Bounds { max: 1, min: 0 }, peers };
        let mut config = RunConfig::new(SessionId([0; 32]), [0; 32], Params::default());
        certified.bind(&mut config);
        assert_eq!((config.peer_items_max, config.peer_items_min), (100, 0));
        let channel = |peer: &str, peer_items| ChannelView {
            peer: org(peer),
            sent: ledger_types::Digest::ZERO,
            received: ledger_types::Digest::ZERO,
            sent_bytes: 0,
            received_bytes: 0,
            peer_items,
            peer_seed_commitment: ledger_types::Digest::ZERO,
        };
        assert!(certified.check(&[channel("a", 50), channel("b", 10)]).is_ok());
        for wrong in [channel("a", 49), channel("a", 101), channel("b", 11)] {
            assert!(certified.check(&[channel("b", 0), wrong]).is_err());
        }
    }

    #[test]
    fn an_honest_node_does_not_start_below_the_owners_limit() {
        let own = Bounds { max: 100, min: 50 };
        assert!(check_own(&own, 50).is_ok() && check_own(&own, 100).is_ok());
        let refused = check_own(&own, 49).unwrap_err();
        assert!(matches!(&refused, RunError::Policy { code, .. } if code == "limit_input_too_small"), "{refused}");
        assert!(check_own(&own, 101).is_err());
    }
}
