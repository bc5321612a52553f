use backend_api::endpoint::NoQuery;
use backend_api::evidence::EvidenceTimeline;
use ledger_types::id::TaskId;
use ledger_types::task::TaskStatus;

use crate::call::Call;
use crate::fault::Fault;
use crate::routes::evidence::timeline_of_any;
use crate::text;

/// The task's own transactions, and those that made it possible: the application and grant of each dataset.
pub(crate) async fn evidence(call: Call, _: NoQuery, (): ()) -> Result<EvidenceTimeline, Fault> {
    let id: TaskId = call.id()?;
    let task = super::on_ledger(&call.desk, &id)?;
    let mut topics = vec![("task".to_owned(), id.to_string())];
    let view = call.desk.ledger.view();
    for grant in task.spec.parties.iter().filter_map(|p| p.grant.as_ref()) {
        if let Some(g) = ledger_contract::read::grant(view.as_ref(), grant)? {
            topics.push(("application".to_owned(), g.application.to_string()));
        }
    }
    drop(view);
    let mut items = timeline_of_any(&call, topics).await?;
    // The application's grant may have served other tasks: those are not this task's evidence.
    let own = id.to_string();
    items.retain(|i| i.tasks.is_empty() || i.tasks.contains(&own));
    Ok(EvidenceTimeline {
        subject: own,
        items,
        proved: text::evidence::proved(call.language, task.status == TaskStatus::Completed),
        not_proved: text::evidence::not_proved(call.language),
    })
}
