//! Problem documents (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::policy::PolicyVerdict;

/// What went wrong, why, and what to do about it. Served as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `/v1/error_codes#CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Stable machine-readable code, see `GET /v1/error_codes`.
    pub code: String,
    /// What happened, in the language asked for.
    pub title: String,
    /// HTTP status, repeated.
    pub status: u16,
    /// The particulars of this occurrence.
    pub detail: String,
    /// What the person can do.
    pub remedy: String,
    /// Quote this when asking for help; the operation log has it.
    pub trace_id: String,
    /// What is wrong with which field.
    #[serde(default)]
    pub errors: Vec<FieldError>,
    /// The policy verdict, when a rule refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<PolicyVerdict>,
    /// Whom to ask, when an account is locked or frozen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// One field of the request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON pointer into the request body, or the name of a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub message: String,
}

/// The administrator of this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// Name or office.
    pub name: String,
    /// Telephone number, empty when none was configured.
    pub phone: String,
    /// Mail address, empty when none was configured.
    pub email: String,
}
