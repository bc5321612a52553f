//! May this node take part in this run? Answered from its own replica of the ledger alone, before a row is
//! touched. Whatever is not permitted by committed state is refused (fail closed).

use ledger_client::Ledger;
use ledger_contract::{StateRead, policy, read};
use ledger_types::algorithm;
use ledger_types::id::{OrgId, SessionId, TaskId, TimeMs};
use ledger_types::object::{Column, DatasetVersion};
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, ProtocolRole, PsiOutput, PsiSpec, Task, TaskKind, TaskParty, TaskSpec, TaskStatus,
};

use super::error::RunError;
use super::join::Keep;
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
    pub me: TaskParty,
    pub peer: TaskParty,
    pub version: DatasetVersion,
    /// Columns of the own dataset.
    pub own_columns: Vec<Column>,
    /// Columns of the peer's dataset.
    pub peer_columns: Vec<Column>,
    /// Rows of the peer's version: it cannot bring more keys than that.
    pub peer_rows: u64,
}

impl Plan {
    /// The party that only answers.
    pub fn sender(&self) -> &TaskParty {
        if self.role == ProtocolRole::Sender { &self.me } else { &self.peer }
    }

    /// Whether rows of one key are multiplied.
    pub fn joins(&self) -> bool {
        self.psi.duplicates == DuplicateRule::Join
    }

    /// Which own rows are in this side's file.
    pub fn keep(&self) -> Keep {
        match &self.psi.output {
            PsiOutput::Rows(rows) => Keep::of(rows.join, self.role),
            PsiOutput::Cardinality | PsiOutput::Aggregates(_) => Keep::Matched,
        }
    }

    /// Whether this node opens the stream: the first party of the specification does.
    pub fn opens(&self) -> bool {
        self.spec.parties.first().is_some_and(|p| p.org == self.me.org)
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
    let me = spec.party(org).ok_or(RunError::NotAParty)?.clone();
    let TaskKind::Psi(psi) = spec.kind.clone();
    let engine = engine(ledger, &spec.algorithm)?;
    if !algorithm::find(&spec.algorithm).is_some_and(|d| d.fits(spec)) {
        let AlgorithmRef { id, version } = spec.algorithm.clone();
        return Err(RunError::AlgorithmUnfit { id, version });
    }
    let [a, b] = spec.parties.as_slice() else { return Err(RunError::SpecUnusable("not two parties")) };
    let peer = if a.org == *org { b.clone() } else { a.clone() };
    if peer.org == *org || (spec.receiver != me.org && spec.receiver != peer.org) {
        return Err(RunError::SpecUnusable("the receiver is no party, or one organisation is both"));
    }
    let role = if spec.receiver == me.org { ProtocolRole::Receiver } else { ProtocolRole::Sender };
    let (session, attempt) = task.run().map_or((SessionId(ledger_types::Digest::ZERO), 0), |r| (r.session, r.attempt));
    let (own_columns, version) = dataset(state, &me)?;
    let (peer_columns, peer_version) = dataset(state, &peer)?;
    let plan = Plan {
        task: *id,
        session,
        attempt,
        role,
        engine,
        psi,
        version,
        own_columns,
        peer_columns,
        peer_rows: peer_version.commitment.rows,
        me,
        peer,
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

fn dataset(state: &(impl StateRead + ?Sized), party: &TaskParty) -> Result<(Vec<Column>, DatasetVersion), RunError> {
    let missing = || RunError::RowsMissing { dataset: party.dataset.to_string(), version: party.version };
    let dataset = read::dataset(state, &party.dataset)?.ok_or_else(missing)?;
    let version = dataset.versions.into_iter().find(|v| v.version == party.version).ok_or_else(missing)?;
    Ok((dataset.columns, version))
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
