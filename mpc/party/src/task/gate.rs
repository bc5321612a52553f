//! May this node take part in this run? Answered from its own replica of the ledger alone, before a row is
//! touched. Whatever is not permitted by committed state is refused (fail closed).

use std::collections::BTreeSet;

use ledger_client::Ledger;
use ledger_contract::{StateRead, policy, read};
use ledger_types::algorithm;
use ledger_types::id::{OrgId, SessionId, TaskId, TimeMs};
use ledger_types::object::{Column, DatasetVersion};
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, ProtocolRole, PsiOutput, PsiSpec, Task, TaskKind, TaskParty, TaskSpec, TaskStatus,
};
use mpc_psi::run::Returns;

use super::error::RunError;
use super::join::Keep;
use super::log::{self, LogValue};
use crate::engine::{Engine, Standing, Unusable};

/// What this node is to do, as committed on the ledger.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub task: TaskId,
    pub session: SessionId,
    pub attempt: u8,
    pub role: ProtocolRole,
    pub spec: TaskSpec,
    pub engine: Engine,
    pub psi: PsiSpec,
    /// This organisation.
    pub org: OrgId,
    /// What it brings; a third that only receives brings nothing.
    pub mine: Option<Brings>,
    /// The other members, in the order of the specification.
    pub peers: Vec<Peer>,
}

/// What a member brings.
#[derive(Debug, Clone)]
pub(super) struct Brings {
    pub party: TaskParty,
    pub version: DatasetVersion,
    /// Columns of the dataset.
    pub columns: Vec<Column>,
}

/// Another member.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub org: OrgId,
    pub brings: Option<Brings>,
}

impl Plan {
    /// What this organisation brings.
    pub fn own(&self) -> Result<&Brings, RunError> {
        self.mine.as_ref().ok_or(RunError::SpecUnusable("this organisation brings no data"))
    }

    /// The other one of two.
    pub fn peer(&self) -> Result<&Peer, RunError> {
        match self.peers.as_slice() {
            [peer] => Ok(peer),
            _ => Err(RunError::SpecUnusable("the algorithm is for two parties")),
        }
    }

    /// Whether two organisations take part, this one among them.
    pub fn is_of_two(&self) -> bool {
        self.peers.len() == 1
    }

    /// Parties whose columns go to somebody else.
    pub fn releasing(&self) -> impl Iterator<Item = &TaskParty> {
        self.spec.parties.iter().filter(|p| p.org != self.spec.receiver)
    }

    /// Whether any column does.
    pub fn releases(&self) -> bool {
        self.releasing().any(|p| !p.payload.is_empty())
    }

    /// The peers, for a log.
    pub fn peer_names(&self) -> LogValue {
        log::orgs(self.peers.iter().map(|p| &p.org))
    }

    /// Enough keys must have matched before a byte is written. The peers are told that it was so, not how many matched.
    pub fn check_matches(&self, matches: usize) -> Result<(), RunError> {
        if (matches as u64) < self.psi.min_matches { Err(self.too_few()) } else { Ok(()) }
    }

    /// Fewer keys matched than the task asks for.
    pub fn too_few(&self) -> RunError {
        RunError::MatchesBelowMinimum { min_matches: self.psi.min_matches }
    }

    /// Whether rows of one key are multiplied.
    pub fn joins(&self) -> bool {
        self.psi.duplicates == DuplicateRule::Join
    }

    /// What the receiver gives back to the sender.
    pub fn returns(&self) -> Returns {
        let none = self.spec.party(&self.spec.receiver).is_none_or(|receiver| receiver.payload.is_empty());
        match (self.psi.output.to_both(), none) {
            (false, _) => Returns::Nothing,
            (true, true) => Returns::Matches,
            (true, false) => Returns::Columns,
        }
    }

    /// Whether somebody else comes to see columns of this side.
    pub fn shows(&self) -> bool {
        self.spec.released_to(&self.org).is_some()
    }

    /// Which own rows are in this side's file.
    pub fn keep(&self) -> Keep {
        match &self.psi.output {
            PsiOutput::Rows(rows) if self.spec.receives(&self.org) => Keep::of(rows.join),
            _ => Keep::Matched,
        }
    }

    /// Whether this node begins the run, by calling all others: that of the first party of the specification does.
    pub fn opens(&self) -> bool {
        self.spec.members().next() == Some(&self.org)
    }

    /// Whether this node opens the stream to a peer: that of the member that stands earlier does.
    pub fn calls(&self, peer: &OrgId) -> bool {
        let at = |org: &OrgId| self.spec.members().position(|m| m == org);
        at(&self.org) < at(peer)
    }
}

/// The plan of a task for this organisation, whether or not it may run: the shape of the specification is
/// checked, permission is not.
pub(super) fn plan(ledger: &dyn Ledger, org: &OrgId, id: &TaskId) -> Result<(Task, Plan), RunError> {
    let view = ledger.view();
    let state = view.as_ref();
    let task = read::task(state, id)?.ok_or(RunError::TaskUnknown)?;
    let spec = &task.spec;
    // What is stored under an id must be what the id was computed from.
    if &spec.id(ledger.suite(), &ledger.genesis().chain) != id {
        return Err(RunError::TaskUnknown);
    }
    if !spec.has_member(org) {
        return Err(RunError::NotAParty);
    }
    let TaskKind::Psi(psi) = spec.kind.clone();
    let engine = engine(ledger, &spec.algorithm)?;
    if !algorithm::find(&spec.algorithm).is_some_and(|d| d.fits(spec)) {
        let AlgorithmRef { id, version } = spec.algorithm.clone();
        return Err(RunError::AlgorithmUnfit { id, version });
    }
    let distinct: BTreeSet<&OrgId> = spec.members().collect();
    if distinct.len() < 2 || distinct.len() != spec.members().count() {
        return Err(RunError::SpecUnusable("one organisation stands twice, or alone"));
    }
    let (session, attempt) = task.run().map_or((SessionId(ledger_types::Digest::ZERO), 0), |r| (r.session, r.attempt));
    let brings = |org: &OrgId| spec.party(org).map(|party| dataset(state, party)).transpose();
    let peers = spec.members().filter(|m| *m != org);
    let peers = peers.map(|m| Ok::<_, RunError>(Peer { org: m.clone(), brings: brings(m)? }));
    let plan = Plan {
        task: *id,
        session,
        attempt,
        role: spec.role(org),
        engine,
        psi,
        org: org.clone(),
        mine: brings(org)?,
        peers: peers.collect::<Result<_, _>>()?,
        spec: task.spec.clone(),
    };
    Ok((task, plan))
}

// The engine of an algorithm that this node describes exactly as the consortium agreed.
fn engine(ledger: &dyn Ledger, algorithm: &AlgorithmRef) -> Result<Engine, RunError> {
    let AlgorithmRef { id, version } = algorithm.clone();
    let standing = Standing::of(ledger, algorithm)?;
    standing.usable().map_err(|unusable| match unusable {
        Unusable::DescriptorDiffers => RunError::AlgorithmDescriptorDiffers { id, version },
        Unusable::NotRegistered | Unusable::NotInBuild => RunError::AlgorithmUnsupported { id, version },
    })
}

fn dataset(state: &(impl StateRead + ?Sized), party: &TaskParty) -> Result<Brings, RunError> {
    let missing = || RunError::RowsMissing { dataset: party.dataset.to_string(), version: party.version };
    let dataset = read::dataset(state, &party.dataset)?.ok_or_else(missing)?;
    let version = dataset.versions.into_iter().find(|v| v.version == party.version).ok_or_else(missing)?;
    Ok(Brings { party: party.clone(), version, columns: dataset.columns })
}

/// Whether committed state permits this run now. `session` is the one that somebody speaks of.
pub(super) fn permit(
    ledger: &dyn Ledger,
    task: &Task,
    session: Option<&SessionId>,
    now_ms: TimeMs,
) -> Result<(), RunError> {
    if task.status != TaskStatus::Ready {
        return Err(RunError::NotReady(task.status));
    }
    let current = task.run().ok_or(RunError::NotReady(task.status))?;
    if session.is_some_and(|s| s != &current.session) {
        return Err(RunError::WrongSession);
    }
    // A clock that is behind must not prolong a permission.
    let now_ms = now_ms.max(ledger.status().time_ms);
    let view = ledger.view();
    let verdict = policy::evaluate(view.as_ref(), ledger.suite(), &ledger.genesis().chain, now_ms, &task.spec)?;
    match verdict.first_denial() {
        None if verdict.allowed => Ok(()),
        None => Err(RunError::Policy { code: "policy_denied".into(), params: Default::default() }),
        Some(line) => Err(RunError::Policy { code: line.code.to_string(), params: line.params.clone() }),
    }
}
