//! What committed state does not permit does not run, whatever one side's desk is told.

mod kit;

use std::time::Duration;

use backend_api::dataset::{ColumnPolicySet, ColumnPolicySetSigned, Dataset, DatasetCommitted};
use backend_api::task::{RunCreate, RunStarted, TaskDetail, TaskState};
use shuzheng::demo::story;
use shuzheng::sample::SampleSize;

fn column_denied(world: &kit::World, payload: &str) -> bool {
    let request = story::psi_request(&world.grant, &[payload]);
    story::denial(world.cast.get("bank", "chen.jie"), request).unwrap().1.as_deref() == Some(payload)
}

#[test]
fn a_task_without_every_permission_does_not_run() {
    let mut world = kit::world(SampleSize::SMALL, |_| {});
    let requester = world.cast.get("bank", "chen.jie");
    let owner = world.cast.get("rsj", "li.wei");

    // A column outside the policy, and a column outside the grant.
    assert!(column_denied(&world, "monthly_base"));
    assert!(column_denied(&world, "district"));
    // A grant that does not exist.
    let (code, _) = story::denial(requester, story::psi_request("no-such-grant", &["employer"])).unwrap();
    assert_eq!(code, "grant_unknown");

    // Not approved by the owner: forced by the bank's operator, refused by the owner's node, recorded.
    story::fail_closed(&world.cast, &world.grant, &mut world.report).unwrap();

    // Approved by both, but the owner narrows its policy before its own approval: the approval is refused.
    let (task, _) = story::propose(requester, story::psi_request(&world.grant, &["employer"])).unwrap();
    story::approve(world.cast.get("bank", "zhao.min"), &task).unwrap();
    let dataset: Dataset = owner.get("/v1/datasets/rsj.social-insurance").unwrap();
    let mut columns = dataset.column_list.clone();
    columns.iter_mut().filter(|c| c.name == "employer").for_each(|c| c.rules.clear());
    let request =
        ColumnPolicySet { dataset: dataset.summary.id.clone(), policy_version: dataset.policy_version, columns };
    let body = ColumnPolicySetSigned { request, signing: story::sign() };
    let changed: Result<DatasetCommitted, _> = owner.put("/v1/datasets/rsj.social-insurance/column_policy", &body);
    changed.unwrap();
    let refused = story::approve(owner, &task);
    assert!(refused.is_err(), "the last approval went through against the narrowed policy");
    let detail: TaskDetail = requester.get(&format!("/v1/tasks/{task}")).unwrap();
    assert_eq!(detail.summary.state, TaskState::Proposed);

    // Revoked: nothing starts under it any more, forced or not.
    story::revoke(&world.cast, &world.grant, &mut world.report).unwrap();
    let body = RunCreate { force: true, signing: None };
    let started: RunStarted = requester.post(&format!("/v1/tasks/{task}/runs"), &body).unwrap();
    assert_eq!(started.refusal.expect("a run under a revoked grant was not refused").by, "rsj");
    std::thread::sleep(Duration::from_secs(1));
    let detail: TaskDetail = requester.get(&format!("/v1/tasks/{task}")).unwrap();
    assert!(detail.runs.is_empty() && detail.summary.state == TaskState::Proposed);
}
