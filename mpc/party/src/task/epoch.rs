//! Epochs of unbalanced PSI: what one is for, and where this node keeps its own and its copies.
//!
//! The directory holds the secret of every epoch that this node answers with, in files that only the node may read, like
//! the seeds in the records of runs. Without it nothing is lost but time: the next run makes a new epoch.

use std::path::PathBuf;

use ledger_types::cbor;
use ledger_types::task::TaskParty;
use mpc_psi::Protocol;
use mpc_psi::run::RunConfig;

use super::gate::Plan;
use super::run::Runner;

impl Runner {
    /// Completes the settings of a run whose protocol keeps something for later runs.
    pub(super) fn keep_epoch(&self, plan: &Plan, config: &mut RunConfig) {
        if plan.engine.protocol() == Some(Protocol::Unbalanced)
            && let Some(sender) = plan.releasing().next()
        {
            config.scope = self.epoch_scope(plan, sender);
            config.keep = Some(self.epochs_dir());
        }
    }

    fn epochs_dir(&self) -> PathBuf {
        self.temporary.with_file_name("epochs")
    }

    /// Whatever the sender's items and payloads follow from, and for whom they are: equal at both nodes, and equal in two
    /// tasks only if the first one's set-up serves the second. The grant is not in it, since each task has to have one;
    /// neither are the receiver's data and columns, which the sender's set-up does not depend on.
    fn epoch_scope(&self, plan: &Plan, sender: &TaskParty) -> [u8; 32] {
        let (dataset, keys, payload) = (&sender.dataset, &sender.keys, &sender.payload);
        let what = (&plan.spec.algorithm, &sender.org, &plan.spec.receiver, dataset, sender.version, keys, payload);
        let how = (&plan.psi.key_rules, plan.psi.duplicates);
        let chain = self.ledger.genesis().chain.as_str().as_bytes().to_vec();
        let parts: [&[u8]; 5] =
            [b"shuzheng/psi-epoch/1\0", &chain, &[0], &cbor::to_bytes(&what), &cbor::to_bytes(&how)];
        self.ledger.suite().hash(&parts).0
    }
}
