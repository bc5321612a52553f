//! An account gets a new key: by itself, or by its organisation's operator when the old one is lost.

use ledger_types::action::AccountKeyRotate;
use ledger_types::id::AccountRef;
use ledger_types::object::{Account, NODE_ACCOUNT, Role};

use super::{Rule, existing};
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
        let account = existing::account(state, &id)?;
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

#[cfg(test)]
mod tests {
    use ledger_types::action::{AccountKeyRotate, Action};
    use ledger_types::id::AccountId;

    use crate::RuleCode;
    use crate::read;
    use crate::world::{World, publish, who};

    fn rotate(account: &str, key: &ledger_crypto::SigningKey) -> Action {
        let account = AccountId::new(account).unwrap();
        Action::AccountKeyRotate(AccountKeyRotate { account, key: key.public_key() })
    }

    #[test]
    fn the_old_key_stops_working_and_never_comes_back() {
        let mut w = World::new();
        let new = w.new_key();
        w.must("rsj/owner", rotate("owner", &new));
        assert_eq!(read::account(&w.state, &who("rsj/owner")).unwrap().unwrap().key_version, 2);
        let tx = w.tx("rsj/owner", Action::DatasetPublish(publish("rsj.insured")));
        let with_old_key = w.sign(&tx);
        assert_eq!(w.inadmissible(&with_old_key).code, RuleCode::WrongSignature);
        assert!(w.submit(&tx.sign(&new)).unwrap().applied());
        let old = w.keys.insert(who("rsj/owner"), new).unwrap();
        assert_eq!(w.code("rsj/owner", rotate("owner", &old)), RuleCode::KeyInUse);
        assert_eq!(w.code("rsj/op", rotate("auditor", &old)), RuleCode::KeyInUse);
    }

    #[test]
    fn an_operator_replaces_a_lost_key_of_its_own_organisation_only() {
        let mut w = World::new();
        let new = w.new_key();
        assert_eq!(w.code("rsj/auditor", rotate("owner", &new)), RuleCode::RoleMissing);
        w.must("rsj/op", rotate("owner", &new));
        // The name is taken in the operator's own organisation: another's account cannot be meant.
        let another = w.new_key();
        w.must("bank/op", rotate("owner", &another));
        assert_eq!(read::account(&w.state, &who("rsj/owner")).unwrap().unwrap().key, new.public_key());
    }
}
