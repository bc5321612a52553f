//! What can keep a node from running, and how inner errors look from outside.

use ledger_client::LedgerError;
use ledger_consensus::{AppError, EngineError};
use ledger_contract::{GenesisError, Inadmissible, Rejection, StateError};
use ledger_state::StoreError;
use ledger_types::id::OrgId;

/// Why a node did not start or does not run any more.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// No consortium can start on this genesis document.
    #[error("genesis document: {0}")]
    Genesis(#[from] GenesisError),
    /// The organisation is no member.
    #[error("organisation {0} is not in the genesis document")]
    NotAMember(OrgId),
    /// The key is not the one that the genesis document gives for the node.
    #[error("the node key is not that of organisation {0} in the genesis document")]
    OtherKey(OrgId),
    /// The mesh speaks for another organisation.
    #[error("the mesh belongs to organisation {0}")]
    OtherMesh(OrgId),
    /// A service of the mesh is taken by somebody else.
    #[error("mesh: {0}")]
    Mesh(#[from] ledger_mesh::MeshError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The engine did not start, or ended by itself.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

pub(crate) fn refused(r: Rejection) -> LedgerError {
    LedgerError::Refused { code: r.code.as_str().to_owned(), params: r.params }
}

pub(crate) fn inadmissible(e: Inadmissible) -> LedgerError {
    match e {
        Inadmissible::Rejected(r) => refused(r),
        Inadmissible::State(e) => LedgerError::Internal(e.to_string()),
    }
}

pub(crate) fn store(e: StoreError) -> LedgerError {
    match e {
        StoreError::NotYet(h) | StoreError::Pruned { asked: h, .. } => LedgerError::NotAvailable(h),
        e => LedgerError::Internal(e.to_string()),
    }
}

pub(crate) fn local(e: impl std::fmt::Display) -> AppError {
    AppError::Local(e.to_string())
}

/// Errors while a block is executed: of the block, or of this node.
pub(crate) enum ExecuteError {
    Inadmissible(u32, Rejection),
    Local(String),
}

impl From<StateError> for ExecuteError {
    fn from(e: StateError) -> Self {
        Self::Local(e.to_string())
    }
}

impl From<StoreError> for ExecuteError {
    fn from(e: StoreError) -> Self {
        Self::Local(e.to_string())
    }
}

impl From<ExecuteError> for AppError {
    fn from(e: ExecuteError) -> Self {
        match e {
            ExecuteError::Inadmissible(i, r) => Self::Invalid(format!("transaction {i} must not be in a block: {r}")),
            ExecuteError::Local(e) => Self::Local(e),
        }
    }
}
