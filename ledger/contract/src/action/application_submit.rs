//! A requester applies for another organisation's data.

use ledger_types::action::ApplicationSubmit;
use ledger_types::id::OrgId;
use ledger_types::object::{Application, ApplicationStatus, Role};
use ledger_types::receipt::EventKind;

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, application_event};
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, read, scope, text};

impl Rule for ApplicationSubmit {
    /// The dataset's owner.
    type Plan = OrgId;

    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection> {
        text::prose("reason", &self.reason, limits::REASON_CHARS_MAX)?;
        scope::check_form(&self.scope, block)
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<OrgId, RuleError> {
        call.require_role(&[Role::Requester])?;
        if read::application(state, &self.application)?.is_some() {
            return Err(Rejection::new(RuleCode::ApplicationExists).with("application", &self.application).into());
        }
        let dataset = existing::dataset(state, &self.dataset)?;
        if &dataset.owner == call.org() {
            return Err(Rejection::new(RuleCode::OwnDataset).with("dataset", &self.dataset).into());
        }
        existing::require_active(&dataset)?;
        scope::check_columns(&self.scope, &dataset)?;
        Ok(dataset.owner)
    }

    fn apply(&self, owner: OrgId, call: &Call<'_>) -> Effect {
        let application = Application {
            id: self.application.clone(),
            dataset: self.dataset.clone(),
            applicant: call.by(),
            scope: self.scope.clone(),
            reason: self.reason.clone(),
            status: ApplicationStatus::Submitted,
            submitted_at_ms: call.now_ms(),
            reviewed_by: None,
            reviewed_at_ms: None,
        };
        let mut effect = Effect::default();
        effect.put_application(&application);
        effect.emit(application_event(EventKind::ApplicationSubmitted, &application, &owner));
        effect
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::action::Action;
    use ledger_types::object::ApplicationStatus;
    use ledger_types::receipt::EventKind;

    use crate::read;
    use crate::world::{World, application_id, apply, org, who};

    #[test]
    fn an_application_waits_for_the_owner_and_concerns_both_sides() {
        let mut w = World::with_datasets();
        let receipt = w.must("bank/requester", Action::ApplicationSubmit(apply("a1")));
        assert_eq!(receipt.events[0].kind, EventKind::ApplicationSubmitted);
        assert_eq!(receipt.events[0].orgs, [org("bank"), org("rsj")]);
        assert_eq!(receipt.events[0].application, Some(application_id("a1")));
        let a = read::application(&w.state, &application_id("a1")).unwrap().unwrap();
        assert_eq!((a.status, a.applicant), (ApplicationStatus::Submitted, who("bank/requester")));
        assert_eq!(a.reviewed_by, None);
    }
}
