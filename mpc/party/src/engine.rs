//! Which algorithms this node can run: those whose engine is built in, that this software describes, and whose
//! description is the one that the consortium agreed on. Everything else is refused (fail closed).

use ledger_client::Ledger;
use ledger_contract::{StateError, read};
use ledger_types::Digest;
use ledger_types::algorithm::{self, Descriptor};
use ledger_types::task::{
    AlgorithmRef, PSI_CIRCUIT, PSI_CIRCUIT_VERSION, PSI_DELEGATED, PSI_DELEGATED_VERSION, PSI_ECDH, PSI_ECDH_VERSION,
    PSI_RR22, PSI_RR22_LOW, PSI_RR22_LOW_VERSION, PSI_RR22_VERSION, PSI_STAR, PSI_STAR_VERSION, PSI_UNBALANCED,
    PSI_UNBALANCED_VERSION,
};
use mpc_core::{GroupKernel, Kernel};
use mpc_psi::Protocol;
use mpc_psi::rr22::Security;

/// An engine that is built in. A run dispatches on it, so that a new one cannot be listed without being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `mpc_psi::circuit`.
    PsiCircuit,
    /// `mpc_psi::ecdh`.
    PsiEcdh,
    /// `mpc_psi::rr22` with malicious security.
    PsiRr22,
    /// The low-traffic form of `mpc_psi::rr22` with malicious security.
    PsiRr22Low,
    /// `mpc_psi::star`.
    PsiStar,
    /// `mpc_psi::delegated`.
    PsiDelegated,
    /// `mpc_psi::unbalanced`.
    PsiUnbalanced,
}

/// The engines of this build, by algorithm.
const ENGINES: &[(&str, &str, Engine)] = &[
    (PSI_CIRCUIT, PSI_CIRCUIT_VERSION, Engine::PsiCircuit),
    (PSI_ECDH, PSI_ECDH_VERSION, Engine::PsiEcdh),
    (PSI_RR22, PSI_RR22_VERSION, Engine::PsiRr22),
    (PSI_RR22_LOW, PSI_RR22_LOW_VERSION, Engine::PsiRr22Low),
    (PSI_STAR, PSI_STAR_VERSION, Engine::PsiStar),
    (PSI_DELEGATED, PSI_DELEGATED_VERSION, Engine::PsiDelegated),
    (PSI_UNBALANCED, PSI_UNBALANCED_VERSION, Engine::PsiUnbalanced),
];

impl Engine {
    /// The engine of an algorithm.
    pub fn of(algorithm: &AlgorithmRef) -> Option<Self> {
        let same = |(id, version, _): &&(&str, &str, Self)| *id == algorithm.id && *version == algorithm.version;
        ENGINES.iter().find(same).map(|(_, _, engine)| *engine)
    }

    /// Whether it computes with vector kernels on this machine.
    pub fn vectorised(self) -> bool {
        match self {
            Self::PsiEcdh | Self::PsiUnbalanced => !GroupKernel::best().is_portable(),
            Self::PsiCircuit | Self::PsiRr22 | Self::PsiRr22Low | Self::PsiStar => Kernel::chosen() != Kernel::Portable,
            // Hashes and a short cipher per item: the kernels that there are make no difference.
            Self::PsiDelegated => true,
        }
    }

    /// The protocol between two parties; engines for more have none.
    pub fn protocol(self) -> Option<Protocol> {
        match self {
            Self::PsiEcdh => Some(Protocol::Ecdh),
            Self::PsiRr22 => Some(Protocol::Rr22(Security::Malicious)),
            Self::PsiRr22Low => Some(Protocol::Rr22Low(Security::Malicious)),
            Self::PsiUnbalanced => Some(Protocol::Unbalanced),
            Self::PsiCircuit | Self::PsiStar | Self::PsiDelegated => None,
        }
    }
}

/// Why an algorithm cannot be used on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// The consortium did not agree on it.
    NotRegistered,
    /// This software does not describe it, or does not have its engine.
    NotInBuild,
    /// This software describes it otherwise than the consortium agreed.
    DescriptorDiffers,
}

/// How an algorithm stands on this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub algorithm: AlgorithmRef,
    /// What this software says of it.
    pub descriptor: Option<Descriptor>,
    /// Digest of that.
    pub own_digest: Option<Digest>,
    /// The digest that the consortium agreed on.
    pub ledger_digest: Option<Digest>,
    /// Its engine.
    pub engine: Option<Engine>,
}

impl Standing {
    /// How an algorithm stands by this node's replica.
    pub fn of(ledger: &dyn Ledger, algorithm: &AlgorithmRef) -> Result<Self, StateError> {
        let descriptor = algorithm::find(algorithm);
        let own_digest = descriptor.as_ref().map(|d| d.digest(ledger.suite(), &ledger.genesis().chain));
        let ledger_digest = read::algorithm(ledger.view().as_ref(), algorithm)?.map(|r| r.digest);
        let engine = Engine::of(algorithm);
        Ok(Self { algorithm: algorithm.clone(), descriptor, own_digest, ledger_digest, engine })
    }

    /// Every algorithm that the consortium agreed on or that this software describes, sorted.
    pub fn all(ledger: &dyn Ledger) -> Result<Vec<Self>, StateError> {
        let mut names: Vec<AlgorithmRef> = algorithm::builtin().iter().map(Descriptor::reference).collect();
        names.extend(ledger.genesis().algorithms.iter().map(|r| r.reference()));
        names.sort();
        names.dedup();
        names.iter().map(|name| Self::of(ledger, name)).collect()
    }

    /// The engine to run it with, or why not.
    pub fn usable(&self) -> Result<Engine, Unusable> {
        let agreed = self.ledger_digest.ok_or(Unusable::NotRegistered)?;
        let own = self.own_digest.ok_or(Unusable::NotInBuild)?;
        if own != agreed {
            return Err(Unusable::DescriptorDiffers);
        }
        self.engine.ok_or(Unusable::NotInBuild)
    }
}

#[cfg(test)]
mod tests {
    use mpc_psi::{circuit, delegated, star};

    use super::*;

    #[test]
    fn every_engine_has_a_descriptor_and_is_found_by_its_name_and_version_only() {
        for (id, version, engine) in ENGINES {
            let name = AlgorithmRef { id: (*id).into(), version: (*version).into() };
            assert!(algorithm::find(&name).is_some(), "{id} is not described");
            assert_eq!(Engine::of(&name), Some(*engine));
            // What runs of two open with; the others have one protocol each.
            let header = match engine {
                Engine::PsiCircuit => circuit::PROTOCOL,
                Engine::PsiStar => star::PROTOCOL,
                Engine::PsiDelegated => delegated::PROTOCOL,
                of_two => of_two.protocol().expect("an engine of two parties").id(),
            };
            assert_eq!(header, format!("{id}/{version}"), "the header names what the ledger names");
            assert_eq!(Engine::of(&AlgorithmRef { version: "0".into(), ..name }), None);
        }
    }

    #[test]
    fn only_what_is_agreed_described_alike_and_built_in_is_usable() {
        let digest = |n| Some(Digest([n; 32]));
        let standing = |own_digest, ledger_digest, engine| Standing {
            algorithm: AlgorithmRef { id: "psi.x".into(), version: "1".into() },
            descriptor: None,
            own_digest,
            ledger_digest,
            engine,
        };
        let engine = Some(Engine::PsiEcdh);
        assert_eq!(standing(digest(1), digest(1), engine).usable(), Ok(Engine::PsiEcdh));
        assert_eq!(standing(digest(1), None, engine).usable(), Err(Unusable::NotRegistered));
        assert_eq!(standing(None, digest(1), engine).usable(), Err(Unusable::NotInBuild));
        assert_eq!(standing(digest(1), digest(1), None).usable(), Err(Unusable::NotInBuild));
        assert_eq!(standing(digest(1), digest(2), engine).usable(), Err(Unusable::DescriptorDiffers));
    }
}
