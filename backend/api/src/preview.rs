//! Previews: exactly what will be signed, before it is signed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::AccountStateChange;
use crate::application::{ApplicationCreate, ReviewCreate};
use crate::dataset::{ColumnPolicySet, DatasetCreate, DatasetStateChange, DatasetVersionCreate, UsageLimitsSet};
use crate::grant::RevocationCreate;
use crate::policy::PolicyVerdict;
use crate::task::{ApprovalCreate, CancellationCreate, TaskCreate};

/// The `request` of one of the signing endpoints, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "operation", content = "request", rename_all = "snake_case")]
pub enum PreviewCreate {
    /// `PUT /v1/accounts/{account}/state`. (A new account's key does not exist yet, so its creation has no preview.)
    AccountStateChange(AccountStateChangePreview),
    /// `POST /v1/datasets`
    DatasetCreate(DatasetCreate),
    /// `POST /v1/datasets/{dataset}/versions`
    DatasetVersionCreate(DatasetVersionCreate),
    /// `PUT /v1/datasets/{dataset}/column_policy`
    ColumnPolicySet(ColumnPolicySet),
    /// `PUT /v1/datasets/{dataset}/usage_limits`
    UsageLimitsSet(UsageLimitsSet),
    /// `PUT /v1/datasets/{dataset}/state`
    DatasetStateChange(DatasetStateChange),
    /// `POST /v1/applications`
    ApplicationCreate(ApplicationCreate),
    /// `POST /v1/applications/{application}/reviews`
    ReviewCreate(ReviewCreate),
    /// `POST /v1/grants/{grant}/revocations`
    RevocationCreate(RevocationCreate),
    /// `POST /v1/tasks`
    TaskCreate(TaskCreate),
    /// `POST /v1/tasks/{task}/approvals`
    ApprovalCreate(ApprovalCreate),
    /// `POST /v1/tasks/{task}/cancellations`
    CancellationCreate(CancellationCreate),
}

/// Which account changes to which state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountStateChangePreview {
    /// The account.
    pub account: String,
    /// The change.
    pub change: AccountStateChange,
}

/// Exactly what will be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Preview {
    /// The request, completed: ids and salts that were absent are filled in. Send this one to the endpoint.
    pub action: PreviewCreate,
    /// Name of the ledger action.
    pub action_name: String,
    /// Canonical CBOR of the action, hex: these bytes are signed (with chain id, account, nonce and expiry around them).
    pub canonical: String,
    /// Digest of these bytes; send back as `signing.seen_digest`.
    pub digest: String,
    /// For a task: its id, i.e. the digest of its specification.
    #[schema(required)]
    pub task: Option<String>,
    /// The same content for people, in the language asked for.
    pub lines: Vec<PreviewLine>,
    /// Whether the ledger's rules would accept it now.
    pub verdict: PolicyVerdict,
    /// What signing this lets others learn, and what it does not, in words.
    pub leakage: Vec<String>,
}

/// One line of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreviewLine {
    /// Lines of one group belong together; groups are numbered from 0.
    pub group: u32,
    /// What the group is, in words, e.g. 参与方（结果接收方）.
    pub group_label: String,
    /// Stable name, e.g. `task_party_receiver.dataset`.
    pub path: String,
    /// What the value is, in words.
    pub label: String,
    /// The value as signed.
    pub value: String,
}
