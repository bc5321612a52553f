//! What a task would cost by each algorithm on this node, and which one to take.

use ledger_types::id::OrgId;
use ledger_types::task::{AlgorithmRef, PsiOutput};
use mpc_party::engine::{Engine, Standing};
use mpc_party::estimate::{Estimate, Link, Reason, Situation, estimate, free_memory, recommend_keeping};
use mpc_party::task::LinkTest;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::view;

/// A measured link of at most 100 Mbit/s is slow.
const SLOW_BYTES_PER_S: u64 = 12_500_000;

/// The sides and how much they bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes {
    /// The other organisations, as far as they are known.
    pub peers: Vec<OrgId>,
    /// Rows of the side that learns the result; none when it is a third that brings no data.
    pub receiver_rows: Option<u64>,
    /// Rows of each other side.
    pub sender_rows: Vec<u64>,
    /// This organisation learns the result.
    pub receives: bool,
}

/// Estimates for every algorithm of a kind.
pub struct Comparison {
    /// What was assumed.
    pub situation: Situation,
    /// The measurement behind the link, if there is one.
    pub measured: Option<LinkTest>,
    /// Algorithms that this software describes, with their cost.
    pub options: Vec<(Standing, Estimate)>,
    /// Which of them to take, and why.
    pub recommended: Option<(usize, Reason)>,
}

impl Comparison {
    /// The algorithm to take.
    pub fn recommendation(&self) -> Option<&AlgorithmRef> {
        self.recommended.and_then(|(i, _)| self.options.get(i)).map(|(s, _)| &s.algorithm)
    }
}

/// Compares the algorithms that can give an output of a private set intersection.
pub fn compare(desk: &Desk, sizes: &Sizes, output: &PsiOutput, memory_bytes: Option<u64>) -> Result<Comparison, Fault> {
    // Of several links, the slowest that was measured.
    let tests = sizes.peers.iter().filter_map(|p| desk.party.last_link_test(p));
    let measured = tests.min_by_key(|t| t.up_bytes_per_s.min(t.down_bytes_per_s));
    let link = measured
        .as_ref()
        .map_or(Link::ASSUMED, |t| Link { rtt_us: t.rtt_us, bytes_per_s: t.up_bytes_per_s.min(t.down_bytes_per_s) });
    let situation = Situation {
        receiver_rows: sizes.receiver_rows.unwrap_or(0),
        sender_rows: sizes.sender_rows.iter().copied().max().unwrap_or(0),
        senders: sizes.sender_rows.len() as u64,
        receives: sizes.receives,
        link,
        threads: desk.party.threads() as u64,
        memory_bytes: memory_bytes.or_else(free_memory),
    };
    let third = sizes.receiver_rows.is_none();
    let parties = sizes.sender_rows.len() + usize::from(!third);
    let mut options = Vec::new();
    for standing in desk.party.algorithms()? {
        let Some(d) = standing.descriptor.as_ref().filter(|d| d.can_give(output, parties, third)) else { continue };
        let cost = estimate(&d.cost, view::algorithm::vectorised(&standing), &situation);
        options.push((standing, cost));
    }
    // The low-traffic form is for slow links: that it is secure against malicious parties is our own argument, which a few
    // bytes on a quick link are not worth. A person may still choose it.
    let slow = measured.is_some() && link.bytes_per_s <= SLOW_BYTES_PER_S;
    let offered = |s: &Standing| s.usable().is_ok() && (slow || s.engine != Some(Engine::PsiRr22Low));
    let choices: Vec<_> = options.iter().map(|(s, e)| (*e, offered(s))).collect();
    let keeps = options.iter().position(|(s, _)| s.engine == Some(Engine::PsiUnbalanced));
    let recommended = recommend_keeping(&choices, keeps, &situation);
    Ok(Comparison { situation, measured, recommended, options })
}
