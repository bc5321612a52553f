//! A task becomes ready: the moment on which its nodes act.

use ledger_types::task::{Run, Task, TaskStatus, session_id};

use crate::BlockContext;
use crate::effect::Effect;
use crate::usage::Tally;

/// Adds the next run and counts it against every dataset that it uses. Its session depends on the previous block's hash,
/// so no single party chooses it.
pub(super) fn start_run(task: &mut Task, block: &BlockContext, tallies: Vec<Tally>, effect: &mut Effect) {
    // At most `ATTEMPTS_MAX` runs, so the number fits.
    let attempt = u8::try_from(task.runs.len() + 1).unwrap_or(u8::MAX);
    let session = session_id(block.suite, &block.chain, &task.id, &block.prev, block.height, attempt);
    for Tally { mut usage, keys } in tallies {
        usage.count(session, block.time_ms, keys);
        effect.put_usage(&usage);
    }
    task.runs.push(Run {
        session,
        attempt,
        ready_at_ms: block.time_ms,
        height: block.height,
        attestations: Vec::new(),
        failures: Vec::new(),
    });
    task.status = TaskStatus::Ready;
    task.finished_at_ms = None;
}
