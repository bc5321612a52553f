//! Consistency check (一致性检查): what this node still holds, and what the ledger says, derived again and compared.
//! Every comparison is told with what was expected and what was found, so that a difference has a name.

use std::path::Path;
use std::sync::Arc;

use ledger_crypto::Digest;
use ledger_types::id::{OrgId, TaskId, TimeMs};
use ledger_types::task::{Attestation, Run, Task, TaskSpec};
use mpc_core::CommittedSeed;
use serde::{Deserialize, Serialize};

use super::discard::is_void;
use super::output::digest_file;
use super::record::RunRecord;
use super::result::result_commitment;
use super::run::Runner;
use crate::clock;
use crate::connector::{CancelFlag, ConnectorError};
use crate::dataset::commitment::{Committer, difference};
use crate::dataset::{Preparation, open_prepared, present_columns};
use crate::error::PartyError;

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckItem {
    /// Stable code of what was compared, e.g. `own_dataset`, `result_file`, `transcript_sent`.
    pub check: String,
    /// Whose statement it concerns, when it is one party's.
    pub org: Option<OrgId>,
    /// They agree.
    pub ok: bool,
    /// What the ledger says.
    pub expected: String,
    /// What was derived here, or why it could not be.
    pub found: String,
}

/// All comparisons that this node can make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyReport {
    /// Which task.
    pub task: TaskId,
    /// Every comparison agrees.
    pub consistent: bool,
    /// The comparisons.
    pub items: Vec<CheckItem>,
    /// When they were made (this node's clock).
    pub checked_ms: TimeMs,
}

struct Comparisons(Vec<CheckItem>);

impl Comparisons {
    fn equal(&mut self, check: &str, org: Option<&OrgId>, expected: impl ToString, found: impl ToString) {
        let (expected, found) = (expected.to_string(), found.to_string());
        self.0.push(CheckItem { check: check.into(), org: org.cloned(), ok: expected == found, expected, found });
    }

    fn fails(&mut self, check: &str, org: Option<&OrgId>, expected: impl ToString, found: impl ToString) {
        let (expected, found) = (expected.to_string(), found.to_string());
        self.0.push(CheckItem { check: check.into(), org: org.cloned(), ok: false, expected, found });
    }
}

impl Runner {
    /// Makes every comparison that this node can make about a task. Reads its own file again.
    pub(crate) async fn consistency_check(self: &Arc<Self>, id: TaskId) -> Result<ConsistencyReport, PartyError> {
        let task = ledger_contract::read::task(self.ledger.view().as_ref(), &id)?.ok_or(PartyError::NoTask(id))?;
        let mut found = Comparisons(Vec::new());
        found.equal("task_digest", None, id, task.spec.id(self.ledger.suite(), &self.ledger.genesis().chain));
        let run = task.runs.iter().rev().find(|r| !r.attestations.is_empty()).cloned();
        if let Some(run) = &run {
            self.ledger_against_itself(&task.spec, run, &mut found)?;
        }
        if task.spec.has_member(&self.org) {
            self.own_rows(&task, &mut found).await?;
            self.own_run(&task, run.as_ref(), &mut found)?;
        }
        let consistent = found.0.iter().all(|i| i.ok);
        Ok(ConsistencyReport { task: id, consistent, items: found.0, checked_ms: clock::now_ms() })
    }

    // Statements of the parties against each other and against the published versions: anybody can do this.
    fn ledger_against_itself(&self, spec: &TaskSpec, run: &Run, found: &mut Comparisons) -> Result<(), PartyError> {
        let view = self.ledger.view();
        for own in &run.attestations {
            let org = Some(&own.org);
            if let Some(party) = spec.party(&own.org) {
                let dataset = ledger_contract::read::dataset(view.as_ref(), &party.dataset)?;
                let version = dataset.and_then(|d| d.versions.into_iter().find(|v| v.version == party.version));
                match (version, &own.input) {
                    (Some(v), Some(input)) => {
                        found.equal("input_commitment", org, v.commitment.root, input.commitment);
                        found.equal("input_rows", org, v.commitment.rows, input.rows);
                    }
                    (None, _) => found.fails("input_commitment", org, "a published version", "none"),
                    (Some(v), None) => found.fails("input_commitment", org, v.commitment.root, "none"),
                }
            }
            for channel in &own.channels {
                let Some(other) = run.attestations.iter().find(|a| a.org == channel.peer) else {
                    found.fails("attestation_missing", Some(&channel.peer), "an attestation", "none");
                    continue;
                };
                let Some(back) = other.channels.iter().find(|c| c.peer == own.org) else {
                    found.fails("transcript_sent", org, channel.sent, "none");
                    continue;
                };
                found.equal("transcript_sent", org, channel.sent, back.received);
                found.equal("transcript_bytes", org, channel.sent_bytes, back.received_bytes);
                let items = own.input.as_ref().map_or(0, |i| i.items);
                found.equal("items_announced", org, items, back.peer_items);
                found.equal("seed_commitment", org, own.seed_commitment, back.peer_seed_commitment);
                found.equal("parameters", org, own.parameters, other.parameters);
            }
        }
        Ok(())
    }

    // The file as it is now against the published version.
    async fn own_rows(self: &Arc<Self>, task: &Task, found: &mut Comparisons) -> Result<(), PartyError> {
        let (_, plan) = super::gate::plan(self.ledger.as_ref(), &self.org, &task.id)?;
        let Some(own) = plan.mine else { return Ok(()) };
        let (org, expected) = (Some(&self.org), own.version.commitment.root);
        let Some(preparation) = self.preparations.find(&expected)? else {
            found.fails("own_dataset", org, expected, "this node does not hold the rows");
            return Ok(());
        };
        let source = match self.sources.get(&preparation.source) {
            Ok(source) => source,
            Err(error) => {
                found.fails("own_dataset", org, expected, error.code());
                return Ok(());
            }
        };
        let runner = Arc::clone(self);
        let deriving = tokio::task::spawn_blocking(move || {
            let table = open_prepared(&source, &preparation)?;
            let projection = table.find(&preparation.column_names())?;
            let (suite, chain) = (runner.ledger.suite(), runner.ledger.genesis().chain.clone());
            let mut committer = Committer::new(suite, chain, preparation.seed.clone(), runner.settings.threads);
            table.scan(&projection, &CancelFlag::default(), |rows| {
                committer.push(&rows);
                Ok::<_, ConnectorError>(())
            })?;
            let (now, chunks) = committer.finish(&present_columns(&table, &projection));
            Ok::<_, ConnectorError>((describe(&preparation, &now, &chunks), now.root))
        });
        match deriving.await.map_err(|_| PartyError::ShuttingDown)? {
            Ok((None, root)) => found.equal("own_dataset", org, expected, root),
            Ok((Some(what), root)) => found.fails("own_dataset", org, expected, format!("{root} ({what})")),
            Err(error) => found.fails("own_dataset", org, expected, error.code()),
        }
        Ok(())
    }

    // What this node kept of the run against what it attested.
    fn own_run(&self, task: &Task, run: Option<&Run>, found: &mut Comparisons) -> Result<(), PartyError> {
        let org = Some(&self.org);
        let Some(run) = run else { return Ok(()) };
        let stated = run.attestations.iter().find(|a| a.org == self.org);
        let Some(stated) = stated else { return Ok(()) };
        let Some(record) = self.records.get(&task.id, &run.session)? else {
            found.fails("own_record", org, run.session, "this node kept no record of the run");
            return Ok(());
        };
        self.own_statement(stated, &record, found);
        // The result of a run that did not complete is removed; one that is still there is compared all the same.
        let removed = record.result.is_none() && is_void(task, &run.session);
        if let Some(commitment) = stated.result
            && !removed
        {
            self.own_result(&record, &commitment, found);
        }
        Ok(())
    }

    fn own_statement(&self, stated: &Attestation, record: &RunRecord, found: &mut Comparisons) {
        let org = Some(&self.org);
        let digest = |a: &Attestation| self.ledger.suite().hash(&[&ledger_types::cbor::to_bytes(a)]);
        match &record.attestation {
            Some(kept) => {
                for (mine, theirs) in kept.channels.iter().zip(&stated.channels) {
                    found.equal("own_transcript_sent", org, theirs.sent, mine.sent);
                    found.equal("own_transcript_received", org, theirs.received, mine.received);
                }
                found.equal("own_attestation", org, digest(stated), digest(kept));
            }
            None => found.fails("own_attestation", org, digest(stated), "none"),
        }
        let seed = record.seed.as_ref().and_then(|s| s.bytes::<64>());
        match seed {
            Some(bytes) => {
                let commitment = Digest(CommittedSeed::from_bytes(&bytes).commitment().0);
                found.equal("own_seed", org, stated.seed_commitment, commitment);
            }
            None => found.fails("own_seed", org, stated.seed_commitment, "none"),
        }
    }

    fn own_result(&self, record: &RunRecord, commitment: &Digest, found: &mut Comparisons) {
        let org = Some(&self.org);
        let Some(result) = &record.result else {
            found.fails("result_file", org, commitment, "this node kept no result");
            return;
        };
        match digest_file(self.ledger.suite(), Path::new(&result.path)) {
            Ok((_, digest)) => {
                found.equal("result_file", org, result.digest, digest);
                let (suite, chain) = (self.ledger.suite(), &self.ledger.genesis().chain);
                let derived = result_commitment(suite, chain, &result.salt, &digest, result.rows);
                found.equal("result_commitment", org, commitment, derived);
            }
            Err(error) => found.fails("result_file", org, result.digest, error.kind()),
        }
    }
}

fn describe(
    preparation: &Preparation,
    now: &ledger_types::object::DatasetCommitment,
    chunks: &[Digest],
) -> Option<String> {
    difference(&preparation.commitment, &preparation.chunks, now, chunks)
}
