//! An account gets a new key: by itself, or by its organisation's operator when the old one is lost.

use ledger_types::action::AccountKeyRotate;
use ledger_types::id::AccountRef;
use ledger_types::object::{Account, NODE_ACCOUNT, Role};

use super::Rule;
use crate::context::Call;
use crate::effect::{Effect, account_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, read, state_key};

impl Rule for AccountKeyRotate {
    /// The account with its new key.
    type Plan = Account;

    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection> {
        // The node's key is the organisation's identity: mesh and validator set hang on it.
        if self.account.as_str() == NODE_ACCOUNT {
            return refuse(RuleCode::NodeReserved);
        }
        if self.key.suite() != block.suite {
            return Err(Rejection::new(RuleCode::KeyWrongSuite).with("expected", block.suite));
        }
        Ok(())
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Account, RuleError> {
        let id = AccountRef { org: call.org().clone(), account: self.account.clone() };
        if call.sender.id != id {
            call.require_role(&[Role::Operator])?;
        }
        let Some(account) = read::account(state, &id)? else {
            return Err(Rejection::new(RuleCode::AccountUnknown).with("account", id).into());
        };
        // Also keeps an old key from coming back: a key that was ever used stays its account's.
        if let Some(owner) = read::key_owner(state, call.block.suite, &self.key)? {
            return Err(Rejection::new(RuleCode::KeyInUse).with("account", owner).into());
        }
        Ok(Account { key: self.key, key_version: account.key_version.saturating_add(1), ..account })
    }

    fn apply(&self, account: Account, call: &Call<'_>) -> Effect {
        let mut effect = Effect::default();
        effect.put_account(&account);
        effect.put(state_key::key_owner(&self.key.fingerprint(call.block.suite)), &account.id);
        effect.emit(account_event(&account.id, &call.sender.id));
        effect
    }
}
