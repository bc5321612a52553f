//! A data owner takes a grant back. Tasks that are not ready yet cannot become ready on it any more.

use ledger_types::action::GrantRevoke;
use ledger_types::object::{Grant, Revocation, Role};
use ledger_types::receipt::EventKind;

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, grant_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, text};

impl Rule for GrantRevoke {
    /// The grant before.
    type Plan = Grant;

    fn check_form(&self, _: &BlockContext) -> Result<(), Rejection> {
        text::prose("reason", &self.reason, limits::REASON_CHARS_MAX)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Grant, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let grant = existing::grant(state, &self.grant)?;
        if &grant.grantor != call.org() {
            return Err(Rejection::new(RuleCode::NotGrantor)
                .with("grant", &self.grant)
                .with("grantor", grant.grantor)
                .into());
        }
        if grant.revoked.is_some() {
            return Err(Rejection::new(RuleCode::GrantRevoked).with("grant", &self.grant).into());
        }
        Ok(grant)
    }

    fn apply(&self, mut grant: Grant, call: &Call<'_>) -> Effect {
        grant.revoked = Some(Revocation { by: call.by(), at_ms: call.now_ms(), reason: self.reason.clone() });
        let mut effect = Effect::default();
        effect.put_grant(&grant);
        effect.emit(grant_event(EventKind::GrantRevoked, &grant));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::receipt::EventKind;

    use crate::world::{World, application_id, grant_id, org, revoke, spec, task_approve, who};
    use crate::{RuleCode, read};

    #[test]
    fn a_revoked_grant_keeps_a_proposed_task_from_becoming_ready() {
        let (mut w, id) = World::with_task();
        w.must("bank/requester", task_approve(id));
        let receipt = w.must("rsj/owner", revoke("g1"));
        let event = &receipt.events[0];
        assert_eq!(event.kind, EventKind::GrantRevoked);
        assert_eq!(
            (event.grant.clone(), event.application.clone()),
            (Some(grant_id("g1")), Some(application_id("a1")))
        );
        assert_eq!(event.orgs, [org("bank"), org("rsj")]);
        let g = read::grant(&w.state, &grant_id("g1")).unwrap().unwrap();
        assert_eq!(g.revoked.unwrap().by, who("rsj/owner"));
        assert_eq!(w.code("rsj/owner", task_approve(id)), RuleCode::GrantRevoked);
        assert!(w.task(id).runs.is_empty());
        assert_eq!(w.task(id).spec, spec(1));
    }
}
