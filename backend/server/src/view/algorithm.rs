//! Algorithms and estimates.

use backend_api::algorithm as api;
use backend_api::catalogue::Language;
use backend_api::task::TaskKind;
use ledger_types::algorithm::{CostModel, Descriptor, SecurityModel};
use ledger_types::cbor;
use mpc_party::engine::{Standing, Unusable};

use crate::text::algorithm as words;
use crate::view::policy::same_variants;

same_variants! {
    /// Against whom it protects.
    security: SecurityModel => api::SecurityModel { SemiHonest, MaliciousPrivacy, Malicious }
}

/// An algorithm as it stands on this node.
pub fn algorithm(language: Language, s: &Standing) -> api::Algorithm {
    let usable = s.usable();
    let state = match usable {
        Ok(_) => api::AlgorithmState::Usable,
        Err(Unusable::NotInBuild) => api::AlgorithmState::NotInBuild,
        Err(Unusable::DescriptorDiffers) => api::AlgorithmState::DescriptorDiffers,
        Err(Unusable::NotRegistered) => api::AlgorithmState::NotRegistered,
    };
    let description = s.descriptor.as_ref().zip(s.own_digest).map(|(d, digest)| api::AlgorithmDescription {
        summary: words::summary(language, &d.id),
        parties_min: d.parties_min.into(),
        parties_max: d.parties_max.into(),
        outputs: d.outputs.clone(),
        security: security(d.security),
        security_text: words::security(language, d.security),
        assumptions: facts(language, &d.assumptions),
        leakage: facts(language, &d.leakage),
        cost: cost(&d.cost, vectorised(s)),
        canonical: hex::encode(cbor::to_bytes(d)),
        digest: digest.to_string(),
    });
    api::Algorithm {
        id: s.algorithm.id.clone(),
        version: s.algorithm.version.clone(),
        title: words::title(language, &s.algorithm.id),
        kind: (s.algorithm.family() == "psi").then_some(TaskKind::Psi),
        state,
        state_reason: usable.err().map(|why| words::unusable(language, why)),
        registered_digest: s.ledger_digest.map(|d| d.to_string()),
        description,
    }
}

/// Whether its engine, if there is one, computes with vector kernels here. One that is not built in is shown as it would
/// be with them.
pub fn vectorised(s: &Standing) -> bool {
    s.engine.is_none_or(|e| e.vectorised())
}

fn facts(language: Language, codes: &[String]) -> Vec<api::AlgorithmFact> {
    codes.iter().map(|c| api::AlgorithmFact { code: c.clone(), text: words::fact(language, c) }).collect()
}

fn cost(c: &CostModel, vectorised: bool) -> api::AlgorithmCost {
    let of = |role: &ledger_types::algorithm::RoleCost| {
        if vectorised {
            role.own_item_ns + role.peer_item_ns
        } else {
            role.own_item_portable_ns + role.peer_item_portable_ns
        }
    };
    let memory = |role: &ledger_types::algorithm::RoleCost| role.own_item_memory_bytes + role.peer_item_memory_bytes;
    api::AlgorithmCost {
        receiver_item_bits: c.receiver_item_bits,
        sender_item_bits: c.sender_item_bits,
        fixed_bytes: c.fixed_bytes,
        item_ns: of(&c.receiver).max(of(&c.sender)),
        item_memory_bytes: memory(&c.receiver).max(memory(&c.sender)),
        rounds: c.rounds.into(),
        vectorised,
    }
}

/// The codes of what an algorithm lets others learn that a task's own sentences do not say already.
pub fn further_leakage(d: &Descriptor) -> impl Iterator<Item = &String> {
    d.leakage.iter().filter(|c| c.as_str() != "set_sizes")
}
