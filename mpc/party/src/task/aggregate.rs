//! A run whose receiver is given numbers instead of rows.

use std::path::Path;
use std::sync::Arc;

use ledger_types::task::ProtocolRole;
use mpc_core::CommittedSeed;
use mpc_net::Channel;
use mpc_psi::circuit::{AggregateResult, CANARIES, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, PsiError, RunConfig};

use super::error::RunError;
use super::gate::Plan;
use super::input::SideInput;
use super::progress::RunPhase;
use super::record::ResultRecord;
use super::result::released_columns;
use super::run::{Runner, psi_error};
use super::stated::Stated;
use super::watch::Watched;
use crate::aggregate::Question;

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
        let sender = match plan.role {
            ProtocolRole::Sender => plan.own()?,
            ProtocolRole::Receiver => {
                plan.peer()?.brings.as_ref().ok_or(RunError::SpecUnusable("a party brings no data"))?
            }
        };
        let question = Question::new(&plan.psi.output, plan.psi.min_matches, released_columns(sender)?)?;
        let (items, asked) = (side.items(), question.aggregates.clone());
        let failed = |error: PsiError| psi_error(&error, peer, watched);
        match plan.role {
            ProtocolRole::Receiver => {
                let outcome = run_receiver(channel, config, asked, items, seed, control).await.map_err(failed)?;
                watched.alone();
                if !outcome.result.is_released() {
                    return Err(plan.too_few());
                }
                let result = self.write_aggregates(plan, watched, question, outcome.result).await?;
                Ok((Stated::of_two(peer, &outcome.report), Some(result)))
            }
            ProtocolRole::Sender => {
                let numbers = tokio::task::spawn_blocking(move || side.numbers(&question)).await;
                let columns = Arc::new(numbers.map_err(|_| RunError::Internal("the reading thread died"))??);
                let outcome =
                    run_sender(channel, config, asked, items, columns, seed, control).await.map_err(failed)?;
                if outcome.released { Ok((Stated::of_two(peer, &outcome.report), None)) } else { Err(plan.too_few()) }
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
        self.lane(plan, |l| (l.phase, l.done, l.total, l.eta_ms) = (RunPhase::Writing, 0, 1, None));
        let matched_keys = match &result {
            AggregateResult::Values { count, .. } => count.unwrap_or_default(),
            AggregateResult::BelowMinimum => 0,
        };
        let (columns, format) = (question.output(), plan.psi.format);
        let write = move |path: &Path| question.write(&result, format, path);
        self.keep_result(plan, watched, &columns, matched_keys, write).await
    }
}
