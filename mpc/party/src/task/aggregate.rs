//! A run whose receiver is given numbers instead of rows.

use std::sync::Arc;

use ledger_crypto::Digest;
use ledger_types::object::ColumnType;
use ledger_types::task::ProtocolRole;
use mpc_core::CommittedSeed;
use mpc_net::Channel;
use mpc_psi::circuit::{AggregateResult, CANARIES, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, PsiError, RunConfig};
use rand_core::{OsRng, RngCore as _};

use super::error::RunError;
use super::gate::{Brings, Plan};
use super::input::SideInput;
use super::log::LogLevel;
use super::output::digest_file;
use super::progress::RunPhase;
use super::record::ResultRecord;
use super::result::{result_commitment, typed};
use super::run::{Runner, psi_error};
use super::stated::Stated;
use super::watch::Watched;
use crate::aggregate::Question;
use crate::disk;

// The columns that a party contributes.
fn columns_of(brings: &Brings) -> Result<Vec<(String, ColumnType)>, RunError> {
    typed(&brings.party.payload, &brings.columns)
}

impl Runner {
    /// The protocol and, at the receiver, its file.
    #[expect(clippy::too_many_arguments, reason = "what a run consists of")]
    pub(super) async fn aggregate(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        channel: Channel,
        mut config: RunConfig,
        side: SideInput,
        seed: CommittedSeed,
        control: &Control,
    ) -> Result<(Stated, Option<ResultRecord>), RunError> {
        config.params = Params { joint_canaries: CANARIES, private_canaries: CANARIES, ..Params::default() };
        let peer = &plan.peer()?.org;
        let columns: Vec<(String, ColumnType)> = match plan.role {
            ProtocolRole::Sender => columns_of(plan.own()?)?,
            ProtocolRole::Receiver => {
                columns_of(plan.peer()?.brings.as_ref().ok_or(RunError::SpecUnusable("a party brings no data"))?)?
            }
        };
        let question = Question::new(&plan.psi.output, plan.psi.min_matches, columns)?;
        let (items, asked) = (side.items(), question.aggregates.clone());
        let failed = |error: PsiError| psi_error(&error, peer, watched);
        let below = || RunError::MatchesBelowMinimum { min_matches: plan.psi.min_matches };
        match plan.role {
            ProtocolRole::Receiver => {
                let outcome = run_receiver(channel, config, asked, items, seed, control).await.map_err(failed)?;
                watched.alone();
                if !outcome.result.is_released() {
                    return Err(below());
                }
                let result = self.write_aggregates(plan, watched, question, outcome.result).await?;
                Ok((Stated::of_two(peer, &outcome.report), Some(result)))
            }
            ProtocolRole::Sender => {
                let numbers = tokio::task::spawn_blocking(move || side.numbers(&question)).await;
                let columns = Arc::new(numbers.map_err(|_| RunError::Internal("the reading thread died"))??);
                let outcome =
                    run_sender(channel, config, asked, items, columns, seed, control).await.map_err(failed)?;
                if outcome.released { Ok((Stated::of_two(peer, &outcome.report), None)) } else { Err(below()) }
            }
        }
    }

    /// Writes the receiver's row and commits to it.
    async fn write_aggregates(
        &self,
        plan: &Plan,
        watched: &Arc<Watched>,
        question: Question,
        result: AggregateResult,
    ) -> Result<ResultRecord, RunError> {
        if watched.stop.is_cancelled() {
            return Err(watched.cause());
        }
        self.lane(plan, |l| (l.phase, l.done, l.total, l.eta_ms) = (RunPhase::Writing, 0, 1, None));
        let path = self.result_path(&plan.task, plan.attempt, plan.psi.format);
        let temporary = self.temporary_dir(plan).join("result");
        let (format, target) = (plan.psi.format, path.clone());
        let (suite, chain) = (self.ledger.suite(), self.ledger.genesis().chain.clone());
        let matched_keys = match &result {
            AggregateResult::Values { count, .. } => count.unwrap_or_default(),
            AggregateResult::BelowMinimum => 0,
        };
        let writing = tokio::task::spawn_blocking(move || {
            let columns = question.write(&result, format, &temporary)?;
            let (bytes, digest) = digest_file(suite, &temporary).map_err(disk::io_error(&temporary))?;
            std::fs::rename(&temporary, &target).map_err(disk::io_error(&target))?;
            Ok::<_, RunError>((columns, bytes, digest))
        });
        let (columns, bytes, digest) = writing.await.map_err(|_| RunError::Internal("the writing thread died"))??;
        let mut salt = Digest::ZERO;
        OsRng.try_fill_bytes(&mut salt.0).map_err(|_| RunError::Internal("no randomness"))?;
        let rows = 1;
        let commitment = result_commitment(suite, &chain, &salt, &digest, rows);
        let params = [("commitment", (&commitment).into())];
        self.logs.add(&plan.task, Some(&plan.session), LogLevel::Info, "result_written", params);
        Ok(ResultRecord { path, format, rows, matched_keys, columns, bytes, digest, salt, commitment })
    }
}
