//! What a rule knows besides the state: the block and the sender.

use ledger_types::id::{AccountRef, ChainId, Height, OrgId, TimeMs};
use ledger_types::object::{Account, Parameters, Role};
use ledger_types::{Digest, SuiteId};

use crate::{Rejection, RuleCode};

/// The block in which a transaction is executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockContext {
    /// The chain.
    pub chain: ChainId,
    /// Its suite.
    pub suite: SuiteId,
    /// Version of the rules.
    pub rules: u32,
    /// Height of the block.
    pub height: Height,
    /// Its time.
    pub time_ms: TimeMs,
    /// Hash of the block before; of the genesis document at height 1.
    pub prev: Digest,
    /// Settings of the chain.
    pub parameters: Parameters,
}

/// One action being carried out.
pub(crate) struct Call<'a> {
    pub(crate) block: &'a BlockContext,
    pub(crate) sender: &'a Account,
}

impl Call<'_> {
    pub(crate) fn org(&self) -> &OrgId {
        &self.sender.id.org
    }

    pub(crate) fn by(&self) -> AccountRef {
        self.sender.id.clone()
    }

    pub(crate) fn now_ms(&self) -> TimeMs {
        self.block.time_ms
    }

    /// The sender must hold one of these roles.
    pub(crate) fn require_role(&self, any_of: &[Role]) -> Result<(), Rejection> {
        if any_of.iter().any(|r| self.sender.roles.contains(r)) {
            return Ok(());
        }
        let names: Vec<&str> = any_of.iter().map(|r| role_name(*r)).collect();
        Err(Rejection::new(RuleCode::RoleMissing).with("account", &self.sender.id).with("roles", names.join(", ")))
    }
}

/// The name of a role as it is encoded.
pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::DataOwner => "data_owner",
        Role::Requester => "requester",
        Role::Auditor => "auditor",
        Role::Operator => "operator",
        Role::Node => "node",
    }
}
