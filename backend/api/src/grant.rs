//! Grants (授权).

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Timestamp;
use crate::application::Scope;
use crate::organisation::OrganisationRef;
use crate::page::page;
use crate::signing::{LedgerReceipt, signed};

/// Whether a grant can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It can.
    Active,
    /// Its time is over.
    Expired,
    /// All its uses were used.
    UsedUp,
    /// The owner took it back.
    Revoked,
}

/// The owner's signed permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    /// Short id.
    pub id: String,
    /// The application it answers.
    pub application: String,
    /// The dataset.
    pub dataset: String,
    /// Its title.
    pub dataset_title: String,
    /// Who gives.
    pub grantor: OrganisationRef,
    /// Who may use.
    pub grantee: OrganisationRef,
    /// What, for what, until when, how often.
    pub scope: Scope,
    /// Tasks that consumed it so far.
    pub used: u32,
    /// Whether it can be used now.
    pub state: GrantState,
    /// Who granted, `org/account`.
    pub granted_by: String,
    /// When (block time).
    pub granted_at: Timestamp,
    /// Who revoked it.
    #[schema(required)]
    pub revoked_by: Option<String>,
    /// When (block time) it was revoked.
    #[schema(required)]
    pub revoked_at: Option<Timestamp>,
    /// Why it was revoked.
    #[schema(required)]
    pub revocation_reason: Option<String>,
}

page!(/// A page of grants.
    GrantPage of Grant);

/// Whose grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantDirection {
    /// By this organisation.
    Given,
    /// To this organisation.
    Received,
}

/// Filters of the list of grants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GrantQuery {
    /// By or to this organisation; absent: both.
    pub direction: Option<GrantDirection>,
    /// Only in this state.
    pub state: Option<GrantState>,
    /// Only for this dataset.
    pub dataset: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 20 by default.
    pub limit: Option<u32>,
}

/// Takes a grant back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevocationCreate {
    /// The grant.
    pub grant: String,
    /// Why; public to the consortium.
    pub reason: String,
}
signed!(/// Takes a grant back, signed by a data owner.
    RevocationCreateSigned of RevocationCreate);

/// A grant and where its latest step stands on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GrantCommitted {
    /// The grant after the step.
    pub grant: Grant,
    /// The transaction.
    pub receipt: LedgerReceipt,
}
