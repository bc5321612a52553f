//! A data owner answers an application; a yes makes a grant.

use ledger_types::action::{ApplicationReview, Decision};
use ledger_types::id::GrantId;
use ledger_types::object::{Application, ApplicationStatus, Dataset, Grant, Role, Scope};
use ledger_types::receipt::{Event, EventKind};

use super::{Rule, existing};
use crate::context::Call;
use crate::effect::{Effect, application_event};
use crate::error::refuse;
use crate::{BlockContext, Rejection, RuleCode, RuleError, StateRead, limits, read, scope, text};

impl Rule for ApplicationReview {
    /// The application before.
    type Plan = Application;

    fn check_form(&self, block: &BlockContext) -> Result<(), Rejection> {
        match &self.decision {
            Decision::Approve { scope, .. } => scope::check_form(scope, block),
            Decision::Reject { reason } => text::prose("reason", reason, limits::REASON_CHARS_MAX),
        }
    }

    fn check(&self, call: &Call<'_>, state: &dyn StateRead) -> Result<Application, RuleError> {
        call.require_role(&[Role::DataOwner])?;
        let application = existing::application(state, &self.application)?;
        let dataset = existing::own_dataset(state, &application.dataset, call)?;
        if application.status != ApplicationStatus::Submitted {
            return refuse(RuleCode::ApplicationClosed);
        }
        if let Decision::Approve { grant, scope } = &self.decision {
            check_grant(grant, scope, &application, &dataset, call, state)?;
        }
        Ok(application)
    }

    fn apply(&self, mut application: Application, call: &Call<'_>) -> Effect {
        let mut effect = Effect::default();
        application.reviewed_by = Some(call.by());
        application.reviewed_at_ms = Some(call.now_ms());
        let event = match &self.decision {
            Decision::Approve { grant: id, scope } => {
                application.status = ApplicationStatus::Approved(id.clone());
                effect.put_grant(&Grant {
                    id: id.clone(),
                    application: application.id.clone(),
                    dataset: application.dataset.clone(),
                    grantor: call.org().clone(),
                    grantee: application.applicant.org.clone(),
                    scope: scope.clone(),
                    used: 0,
                    granted_by: call.by(),
                    granted_at_ms: call.now_ms(),
                    revoked: None,
                });
                let event = application_event(EventKind::ApplicationApproved, &application, call.org());
                Event { grant: Some(id.clone()), ..event }
            }
            Decision::Reject { reason } => {
                application.status = ApplicationStatus::Rejected(reason.clone());
                application_event(EventKind::ApplicationRejected, &application, call.org())
            }
        };
        effect.put_application(&application);
        effect.emit(event);
        effect
    }
}

fn check_grant(
    id: &GrantId,
    granted: &Scope,
    application: &Application,
    dataset: &Dataset,
    call: &Call<'_>,
    state: &dyn StateRead,
) -> Result<(), RuleError> {
    if read::grant(state, id)?.is_some() {
        return Err(Rejection::new(RuleCode::GrantExists).with("grant", id).into());
    }
    let grantee = &application.applicant.org;
    existing::active_organisation(state, grantee)?;
    existing::require_active(dataset)?;
    scope::check_within(granted, &application.scope)?;
    scope::check_policy(granted, dataset, grantee, call.block)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use ledger_types::object::ApplicationStatus;
    use ledger_types::receipt::EventKind;

    use crate::read;
    use crate::world::{World, application_id, approve, grant_id, org, reject, scope, who};

    #[test]
    fn a_yes_makes_a_grant_that_may_be_narrower_than_what_was_asked() {
        let mut w = World::with_application();
        let mut narrow = scope();
        narrow.columns.pop();
        narrow.uses = 1;
        let receipt = w.must("rsj/owner", approve("a1", "g1", narrow.clone()));
        assert_eq!(receipt.events[0].kind, EventKind::ApplicationApproved);
        assert_eq!(receipt.events[0].grant, Some(grant_id("g1")));
        let g = read::grant(&w.state, &grant_id("g1")).unwrap().unwrap();
        assert_eq!((g.scope, g.used, g.revoked), (narrow, 0, None));
        assert_eq!((g.grantor, g.grantee, g.granted_by), (org("rsj"), org("bank"), who("rsj/owner")));
        let a = read::application(&w.state, &application_id("a1")).unwrap().unwrap();
        assert_eq!(a.status, ApplicationStatus::Approved(grant_id("g1")));
        assert_eq!(a.reviewed_by, Some(who("rsj/owner")));
    }

    #[test]
    fn a_no_keeps_the_reason_and_makes_no_grant() {
        let mut w = World::with_application();
        let receipt = w.must("rsj/owner", reject("a1", "理由不足"));
        assert_eq!(receipt.events[0].kind, EventKind::ApplicationRejected);
        let a = read::application(&w.state, &application_id("a1")).unwrap().unwrap();
        assert_eq!(a.status, ApplicationStatus::Rejected("理由不足".into()));
        assert_eq!(read::grant(&w.state, &grant_id("g1")).unwrap(), None);
    }
}
