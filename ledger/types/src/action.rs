//! The things that can be done on the ledger. The rules are in `ledger_contract`.

use std::collections::BTreeSet;

use ledger_crypto::PublicKey;
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ApplicationId, DatasetId, GrantId, OrgId, SessionId, TaskId};
use crate::object::{Column, DatasetCommitment, Role, Scope, Sensitivity, Status};
use crate::task::{Attestation, TaskSpec};
use crate::usage::UsageLimits;

/// One action; a transaction carries exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Registers a person's account of the sender's own organisation.
    AccountRegister(AccountRegister),
    /// Changes roles or status of an account of the sender's own organisation.
    AccountUpdate(AccountUpdate),
    /// Replaces the key of an account; signed by the account itself or its organisation's operator.
    AccountKeyRotate(AccountKeyRotate),
    /// Publishes a dataset with its first version.
    DatasetPublish(DatasetPublish),
    /// Adds a version.
    DatasetVersionAdd(DatasetVersionAdd),
    /// Replaces the policy of columns.
    DatasetPolicySet(DatasetPolicySet),
    /// Replaces the usage limits of a dataset.
    DatasetLimitsSet(DatasetLimitsSet),
    /// Freezes or enables.
    DatasetStatusSet(DatasetStatusSet),
    /// Applies for data.
    ApplicationSubmit(ApplicationSubmit),
    /// Answers an application.
    ApplicationReview(ApplicationReview),
    /// Takes a grant back.
    GrantRevoke(GrantRevoke),
    /// Proposes a task.
    TaskPropose(TaskPropose),
    /// Approves exactly the task with this digest, for the sender's organisation.
    TaskApprove(TaskApprove),
    /// Says no for the sender's organisation.
    TaskReject(TaskClose),
    /// Withdraws a task; proposer only.
    TaskCancel(TaskClose),
    /// Starts another run of a failed task under the same approvals; proposer only.
    TaskRetry(TaskRetry),
    /// A node's statement about a finished run.
    TaskAttest(TaskAttest),
    /// A node's report that a run failed.
    TaskFail(TaskFail),
    /// A node's record that it refused to take part in something the rules do not permit.
    TaskRefuse(TaskRefuse),
}

/// See [`Action::AccountRegister`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRegister {
    /// New account.
    pub account: AccountId,
    /// Name to show.
    pub display_name: String,
    /// Roles; never [`Role::Node`].
    pub roles: BTreeSet<Role>,
    /// Its key.
    pub key: PublicKey,
}

/// See [`Action::AccountUpdate`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountUpdate {
    /// Which account.
    pub account: AccountId,
    /// New roles.
    pub roles: BTreeSet<Role>,
    /// New status.
    pub status: Status,
}

/// See [`Action::AccountKeyRotate`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountKeyRotate {
    /// Which account.
    pub account: AccountId,
    /// New key.
    pub key: PublicKey,
}

/// See [`Action::DatasetPublish`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetPublish {
    /// Identifier; must start with the owner's id and a dot.
    pub dataset: DatasetId,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Theme.
    pub theme: String,
    /// Grade.
    pub sensitivity: Sensitivity,
    /// Columns with policy.
    pub columns: Vec<Column>,
    /// First version.
    pub commitment: DatasetCommitment,
}

/// See [`Action::DatasetVersionAdd`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetVersionAdd {
    /// Which dataset.
    pub dataset: DatasetId,
    /// Must be the latest version + 1.
    pub version: u32,
    /// What is committed.
    pub commitment: DatasetCommitment,
}

/// See [`Action::DatasetPolicySet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetPolicySet {
    /// Which dataset.
    pub dataset: DatasetId,
    /// Must be the current policy version + 1.
    pub policy_version: u32,
    /// All columns of the dataset, in the same order, with their new rules and grades.
    pub columns: Vec<Column>,
}

/// See [`Action::DatasetLimitsSet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetLimitsSet {
    /// Which dataset.
    pub dataset: DatasetId,
    /// Must be the current policy version + 1.
    pub policy_version: u32,
    /// All limits of the dataset, sorted by partner; none lifts every limit.
    pub limits: Vec<UsageLimits>,
}

/// See [`Action::DatasetStatusSet`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatasetStatusSet {
    /// Which dataset.
    pub dataset: DatasetId,
    /// New status.
    pub status: Status,
}

/// See [`Action::ApplicationSubmit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationSubmit {
    /// New id.
    pub application: ApplicationId,
    /// Which dataset.
    pub dataset: DatasetId,
    /// For what.
    pub scope: Scope,
    /// Why, in words.
    pub reason: String,
}

/// The owner's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes, with this grant.
    Approve {
        /// New grant id.
        grant: GrantId,
        /// Not wider than the application.
        scope: Scope,
    },
    /// No.
    Reject {
        /// Why.
        reason: String,
    },
}

/// See [`Action::ApplicationReview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationReview {
    /// Which application.
    pub application: ApplicationId,
    /// Answer.
    pub decision: Decision,
}

/// See [`Action::GrantRevoke`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantRevoke {
    /// Which grant.
    pub grant: GrantId,
    /// Why.
    pub reason: String,
}

/// See [`Action::TaskPropose`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskPropose {
    /// The specification.
    pub spec: TaskSpec,
}

/// See [`Action::TaskApprove`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskApprove {
    /// Digest of the specification that the approver read.
    pub task: TaskId,
}

/// See [`Action::TaskReject`] and [`Action::TaskCancel`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskClose {
    /// Which task.
    pub task: TaskId,
    /// Why.
    pub reason: String,
}

/// See [`Action::TaskRetry`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRetry {
    /// Which task.
    pub task: TaskId,
}

/// See [`Action::TaskAttest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskAttest {
    /// Which task.
    pub task: TaskId,
    /// Which run.
    pub session: SessionId,
    /// What is stated.
    pub attestation: Attestation,
}

/// See [`Action::TaskFail`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFail {
    /// Which task.
    pub task: TaskId,
    /// Which run.
    pub session: SessionId,
    /// Stable code.
    pub code: String,
    /// Cause, without any value of the data.
    pub detail: String,
}

/// See [`Action::TaskRefuse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRefuse {
    /// Which task.
    pub task: TaskId,
    /// Whose node asked.
    pub asked_by: OrgId,
    /// Stable code of the rule that forbade it.
    pub code: String,
}

impl Action {
    /// Stable name for logs, filters and translations.
    pub fn name(&self) -> &'static str {
        match self {
            Self::AccountRegister(_) => "account_register",
            Self::AccountUpdate(_) => "account_update",
            Self::AccountKeyRotate(_) => "account_key_rotate",
            Self::DatasetPublish(_) => "dataset_publish",
            Self::DatasetVersionAdd(_) => "dataset_version_add",
            Self::DatasetPolicySet(_) => "dataset_policy_set",
            Self::DatasetLimitsSet(_) => "dataset_limits_set",
            Self::DatasetStatusSet(_) => "dataset_status_set",
            Self::ApplicationSubmit(_) => "application_submit",
            Self::ApplicationReview(_) => "application_review",
            Self::GrantRevoke(_) => "grant_revoke",
            Self::TaskPropose(_) => "task_propose",
            Self::TaskApprove(_) => "task_approve",
            Self::TaskReject(_) => "task_reject",
            Self::TaskCancel(_) => "task_cancel",
            Self::TaskRetry(_) => "task_retry",
            Self::TaskAttest(_) => "task_attest",
            Self::TaskFail(_) => "task_fail",
            Self::TaskRefuse(_) => "task_refuse",
        }
    }
}
