//! Who may call what: one table. An endpoint that is not in it cannot be mounted, and a test compares the
//! table with the OpenAPI document.
//!
//! The roles are those of the account on the ledger. The ledger's rules decide in the end; this table spares
//! people a signature that would be refused and hides what a role need not see.

use backend_api::account::Role;

use Allow::{Anyone, Open, Roles};
use Role::{Auditor, DataOwner, Operator, Requester};

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allow {
    /// Everybody, also without a session.
    Open,
    /// Everybody with a session.
    Anyone,
    /// Accounts that have one of these roles.
    Roles(&'static [Role]),
}

/// The table: operation id → who may.
pub const TABLE: &[(&str, Allow)] = &[
    ("show_about", Open),
    ("show_health", Open),
    ("show_metrics", Open),
    ("list_error_codes", Open),
    ("create_session", Open),
    ("show_session", Anyone),
    ("delete_session", Anyone),
    ("change_password", Anyone),
    ("show_node", Anyone),
    ("show_home", Anyone),
    ("search", Anyone),
    ("list_accounts", Roles(&[Operator, Auditor])),
    ("create_account", Roles(&[Operator])),
    ("show_account", Roles(&[Operator, Auditor])),
    ("set_account_state", Roles(&[Operator])),
    ("reset_password", Roles(&[Operator])),
    ("list_organisations", Anyone),
    ("show_organisation", Anyone),
    // Takes bandwidth of both sides for two seconds.
    ("create_link_test", Roles(&[DataOwner, Requester, Operator])),
    ("create_upload", Roles(&[DataOwner, Requester])),
    ("create_source_probe", Roles(&[DataOwner, Requester])),
    ("list_sources", Roles(&[DataOwner, Requester, Operator])),
    ("create_source", Roles(&[DataOwner, Requester])),
    ("show_source", Roles(&[DataOwner, Requester, Operator])),
    ("delete_source", Roles(&[DataOwner])),
    ("set_source_state", Roles(&[DataOwner, Operator])),
    ("create_preparation", Roles(&[DataOwner])),
    // Who proposes a task on the organisation's own dataset has to choose what it does with duplicates.
    ("create_key_profile", Roles(&[DataOwner, Requester])),
    ("list_key_rules", Anyone),
    ("list_datasets", Anyone),
    ("list_dataset_facets", Anyone),
    ("create_dataset", Roles(&[DataOwner])),
    ("show_dataset", Anyone),
    ("create_dataset_version", Roles(&[DataOwner])),
    ("set_column_policy", Roles(&[DataOwner])),
    ("set_usage_limits", Roles(&[DataOwner])),
    ("set_dataset_state", Roles(&[DataOwner])),
    ("show_dataset_evidence", Anyone),
    ("list_applications", Anyone),
    ("create_application", Roles(&[Requester])),
    ("show_application", Anyone),
    ("create_review", Roles(&[DataOwner])),
    ("list_grants", Anyone),
    ("show_grant", Anyone),
    ("create_revocation", Roles(&[DataOwner])),
    ("list_algorithms", Anyone),
    ("create_psi_estimate", Roles(&[DataOwner, Requester])),
    ("create_preview", Roles(&[DataOwner, Requester, Operator])),
    ("list_tasks", Anyone),
    ("create_task", Roles(&[Requester])),
    ("show_task", Anyone),
    ("create_approval", Roles(&[DataOwner, Requester])),
    ("create_cancellation", Roles(&[DataOwner, Requester])),
    ("create_run", Roles(&[DataOwner, Requester])),
    ("create_pause", Roles(&[DataOwner, Requester, Operator])),
    ("create_resumption", Roles(&[DataOwner, Requester, Operator])),
    ("show_task_progress", Anyone),
    ("stream_task_progress", Anyone),
    ("show_task_log", Roles(&[DataOwner, Requester, Auditor, Operator])),
    ("show_task_report", Anyone),
    ("show_task_result", Roles(&[DataOwner, Requester])),
    ("download_task_result", Roles(&[DataOwner, Requester])),
    ("create_consistency_check", Roles(&[DataOwner, Requester, Auditor])),
    ("show_task_evidence", Anyone),
    ("download_evidence_bundle", Anyone),
    ("list_evidence", Anyone),
    ("show_chain", Anyone),
    ("show_genesis", Anyone),
    ("list_blocks", Anyone),
    ("show_block", Anyone),
    ("list_transactions", Anyone),
    ("show_transaction", Anyone),
    ("list_drafts", Roles(&[DataOwner, Requester])),
    ("create_draft", Roles(&[DataOwner, Requester])),
    ("show_draft", Roles(&[DataOwner, Requester])),
    ("update_draft", Roles(&[DataOwner, Requester])),
    ("delete_draft", Roles(&[DataOwner, Requester])),
    ("list_operations", Roles(&[Operator, Auditor])),
];

/// Who may call an endpoint.
pub fn allow(operation: &str) -> Option<Allow> {
    TABLE.iter().find(|(id, _)| *id == operation).map(|(_, allow)| *allow)
}

impl Allow {
    /// Whether a caller with these roles may.
    pub fn permits(self, roles: &[Role]) -> bool {
        match self {
            Open | Anyone => true,
            Roles(any_of) => any_of.iter().any(|r| roles.contains(r)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_names_exactly_the_endpoints_of_the_openapi_document() {
        let table: BTreeSet<&str> = TABLE.iter().map(|(id, _)| *id).collect();
        assert_eq!(table.len(), TABLE.len(), "an endpoint stands twice");
        let doc = serde_json::to_value(backend_api::openapi::document()).expect("plain data");
        let document: BTreeSet<String> = doc["paths"]
            .as_object()
            .expect("an object")
            .values()
            .flat_map(|item| item.as_object().expect("an object").values())
            .filter_map(|op| op["operationId"].as_str().map(str::to_owned))
            .collect();
        let table: BTreeSet<String> = table.into_iter().map(str::to_owned).collect();
        assert_eq!(table, document);
    }

    #[test]
    fn open_endpoints_are_those_that_the_document_calls_open() {
        let open: BTreeSet<&str> = TABLE.iter().filter(|(_, a)| *a == Open).map(|(id, _)| *id).collect();
        assert_eq!(open, backend_api::openapi::OPEN.into_iter().collect());
    }

    #[test]
    fn an_auditor_changes_nothing_but_its_own_session_and_checks() {
        let changing: BTreeSet<&str> = backend_api::endpoint::all()
            .iter()
            .filter(|e| e.method != backend_api::endpoint::Method::Get)
            .filter(|e| allow(e.id).is_some_and(|a| a != Open && a.permits(&[Auditor])))
            .map(|e| e.id)
            .collect();
        assert_eq!(changing, ["change_password", "create_consistency_check", "delete_session"].into());
    }
}
