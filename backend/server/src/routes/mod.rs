//! Every endpoint: one file named after its verb under its resource. What each takes and gives is declared in
//! `backend_api::endpoint`; a handler of other types does not compile here.

mod accounts;
mod algorithms;
mod applications;
mod datasets;
mod drafts;
mod evidence;
mod grants;
mod home;
mod ledger;
mod node;
mod operations;
mod organisations;
mod previews;
mod session;
mod sources;
mod tasks;

use backend_api::endpoint as e;

use crate::dispatch::Routes;

/// Every endpoint with its handler.
pub(crate) fn all() -> Routes {
    let mut r = Routes::default();
    r.mount::<e::ShowAbout, _, _, _>(node::about);
    r.mount::<e::ShowHealth, _, _, _>(node::health);
    r.mount::<e::ShowMetrics, _, _, _>(node::metrics);
    r.mount::<e::ShowNode, _, _, _>(node::show);
    r.mount::<e::ListErrorCodes, _, _, _>(node::error_codes);
    r.mount::<e::CreateSession, _, _, _>(session::create);
    r.mount::<e::ShowSession, _, _, _>(session::show);
    r.mount::<e::DeleteSession, _, _, _>(session::delete);
    r.mount::<e::ChangePassword, _, _, _>(session::change_password);
    r.mount::<e::ShowHome, _, _, _>(home::show);
    r.mount::<e::Search, _, _, _>(home::search);
    r.mount::<e::ListAccounts, _, _, _>(accounts::list);
    r.mount::<e::CreateAccount, _, _, _>(accounts::create);
    r.mount::<e::ShowAccount, _, _, _>(accounts::show);
    r.mount::<e::SetAccountState, _, _, _>(accounts::set_state);
    r.mount::<e::ResetPassword, _, _, _>(accounts::reset_password);
    r.mount::<e::ListOrganisations, _, _, _>(organisations::list);
    r.mount::<e::ShowOrganisation, _, _, _>(organisations::show);
    r.mount::<e::CreateLinkTest, _, _, _>(organisations::test_link);
    r.mount::<e::CreateUpload, _, _, _>(sources::upload);
    r.mount::<e::CreateSourceProbe, _, _, _>(sources::probe);
    r.mount::<e::ListSources, _, _, _>(sources::list);
    r.mount::<e::CreateSource, _, _, _>(sources::create);
    r.mount::<e::ShowSource, _, _, _>(sources::show);
    r.mount::<e::DeleteSource, _, _, _>(sources::delete);
    r.mount::<e::SetSourceState, _, _, _>(sources::set_state);
    r.mount::<e::CreatePreparation, _, _, _>(sources::prepare);
    r.mount::<e::CreateKeyProfile, _, _, _>(sources::key_profile);
    r.mount::<e::ListKeyRules, _, _, _>(sources::key_rules);
    r.mount::<e::ListDatasets, _, _, _>(datasets::list);
    r.mount::<e::ListDatasetFacets, _, _, _>(datasets::facets);
    r.mount::<e::CreateDataset, _, _, _>(datasets::create);
    r.mount::<e::ShowDataset, _, _, _>(datasets::show);
    r.mount::<e::CreateDatasetVersion, _, _, _>(datasets::version);
    r.mount::<e::SetColumnPolicy, _, _, _>(datasets::set_column_policy);
    r.mount::<e::SetUsageLimits, _, _, _>(datasets::set_usage_limits);
    r.mount::<e::SetDatasetState, _, _, _>(datasets::set_state);
    r.mount::<e::ShowDatasetEvidence, _, _, _>(datasets::evidence);
    r.mount::<e::ListApplications, _, _, _>(applications::list);
    r.mount::<e::CreateApplication, _, _, _>(applications::create);
    r.mount::<e::ShowApplication, _, _, _>(applications::show);
    r.mount::<e::CreateReview, _, _, _>(applications::review);
    r.mount::<e::ListGrants, _, _, _>(grants::list);
    r.mount::<e::ShowGrant, _, _, _>(grants::show);
    r.mount::<e::CreateRevocation, _, _, _>(grants::revoke);
    r.mount::<e::ListAlgorithms, _, _, _>(algorithms::list);
    r.mount::<e::CreatePsiEstimate, _, _, _>(algorithms::estimate);
    r.mount::<e::CreatePreview, _, _, _>(previews::create);
    r.mount::<e::ListTasks, _, _, _>(tasks::list);
    r.mount::<e::CreateTask, _, _, _>(tasks::create);
    r.mount::<e::ShowTask, _, _, _>(tasks::show);
    r.mount::<e::CreateApproval, _, _, _>(tasks::approve);
    r.mount::<e::CreateCancellation, _, _, _>(tasks::cancel);
    r.mount::<e::CreateRun, _, _, _>(tasks::run);
    r.mount::<e::CreatePause, _, _, _>(tasks::pause);
    r.mount::<e::CreateResumption, _, _, _>(tasks::resume);
    r.mount::<e::ShowTaskProgress, _, _, _>(tasks::progress);
    r.mount::<e::StreamTaskProgress, _, _, _>(tasks::events);
    r.mount::<e::ShowTaskLog, _, _, _>(tasks::log);
    r.mount::<e::ShowTaskReport, _, _, _>(tasks::report);
    r.mount::<e::ShowTaskResult, _, _, _>(tasks::result);
    r.mount::<e::DownloadTaskResult, _, _, _>(tasks::download);
    r.mount::<e::CreateConsistencyCheck, _, _, _>(tasks::check);
    r.mount::<e::ShowTaskEvidence, _, _, _>(tasks::evidence);
    r.mount::<e::DownloadEvidenceBundle, _, _, _>(tasks::bundle);
    r.mount::<e::ListEvidence, _, _, _>(evidence::list);
    r.mount::<e::ShowChain, _, _, _>(ledger::chain);
    r.mount::<e::ShowGenesis, _, _, _>(ledger::genesis);
    r.mount::<e::ListBlocks, _, _, _>(ledger::blocks);
    r.mount::<e::ShowBlock, _, _, _>(ledger::block);
    r.mount::<e::ListTransactions, _, _, _>(ledger::transactions);
    r.mount::<e::ShowTransaction, _, _, _>(ledger::transaction);
    r.mount::<e::ListDrafts, _, _, _>(drafts::list);
    r.mount::<e::CreateDraft, _, _, _>(drafts::create);
    r.mount::<e::ShowDraft, _, _, _>(drafts::show);
    r.mount::<e::UpdateDraft, _, _, _>(drafts::update);
    r.mount::<e::DeleteDraft, _, _, _>(drafts::delete);
    r.mount::<e::ListOperations, _, _, _>(operations::list);
    r
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_declared_endpoint_has_a_handler() {
        let mounted: BTreeSet<&str> = super::all().0.iter().map(|r| r.id).collect();
        let declared: BTreeSet<&str> = backend_api::endpoint::all().iter().map(|e| e.id).collect();
        assert_eq!(mounted, declared);
    }
}
