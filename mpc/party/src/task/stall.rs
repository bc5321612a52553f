//! When nothing moves: telling a slow link from a dead peer and from a slow machine.
//!
//! Both sides' heartbeats carry phase, counts, bytes, and whether the side computes or waits. When none of it has changed
//! for a while, the task says what each side does since when. Only when no byte has arrived for `stall_max` (the engine's
//! channel), or no heartbeat for `silence_max`, the run is cut off.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::gate::Plan;
use super::log::LogLevel;
use super::progress::{Lane, RunPhase, Stall, StalledSide, Standstill, TaskProgress};
use super::run::{Runner, traffic};
use super::watch::Watched;
use crate::clock;

/// A side of which nothing was heard for so many heartbeats is silent.
const SILENT_BEATS: u32 = 5;

type Print = Vec<(RunPhase, u64, u64, u64, u64)>;

fn print(progress: &TaskProgress) -> Print {
    progress.lanes.iter().map(|l| (l.phase, l.done, l.rows, l.sent_bytes, l.received_bytes)).collect()
}

/// What a side does, as its lane tells.
fn standstill(lane: &Lane, own: bool, now_ms: u64, silent_after: Duration) -> Standstill {
    let age = Duration::from_millis(now_ms.saturating_sub(lane.updated_ms));
    match lane.waits || lane.phase == RunPhase::Prepared || lane.phase == RunPhase::Waiting {
        _ if !own && age > silent_after => Standstill::Silent,
        true => Standstill::Waits,
        false => Standstill::Computes,
    }
}

impl Runner {
    /// Tells the own lane what cannot be seen in the engine's progress: whether it computes, and bytes between reports.
    pub(super) fn refresh_lane(&self, plan: &Plan, watched: &Watched) {
        let Some((control, meters)) = watched.engine.lock().clone() else { return };
        // The engines for several do not say whether they compute.
        let waits = plan.is_of_two() && !control.computes();
        self.lane(plan, |l| {
            l.waits = waits;
            (l.sent_bytes, l.received_bytes) = traffic(&meters);
        });
    }

    /// Watches a run for as long as it goes on; never ends by itself.
    pub(super) async fn watch_stall(&self, plan: &Plan, watched: &Watched) {
        let mut ticks = tokio::time::interval(self.settings.heartbeat);
        let (mut last, mut moved, mut moved_ms) = (Print::new(), Instant::now(), clock::now_ms());
        let mut told: Option<Vec<StalledSide>> = None;
        loop {
            ticks.tick().await;
            let Some(progress) = self.board.get(&plan.task).filter(|p| p.session == plan.session) else { continue };
            let now = print(&progress);
            let needs_both = !watched.alone.load(Ordering::Relaxed);
            if now != last || !needs_both {
                (last, moved, moved_ms) = (now, Instant::now(), clock::now_ms());
                if told.take().is_some() {
                    self.board.change(&plan.task, &plan.session, |p| p.stall = None);
                    self.logs.add(&plan.task, Some(&plan.session), LogLevel::Info, "run_moves_again", []);
                }
                continue;
            }
            if moved.elapsed() < self.settings.stall_warn {
                continue;
            }
            let silent_after = self.settings.heartbeat * SILENT_BEATS;
            let does = |lane: &Lane| standstill(lane, lane.org == self.org, clock::now_ms(), silent_after);
            let side = |lane: &Lane| StalledSide { org: lane.org.clone(), phase: lane.phase, does: does(lane) };
            let sides: Vec<StalledSide> = progress.lanes.iter().map(side).collect();
            if told.as_ref() == Some(&sides) {
                continue;
            }
            for side in &sides {
                let params = [
                    ("org", (&side.org).into()),
                    ("does", side.does.name().into()),
                    ("phase", side.phase.name().into()),
                    ("seconds", moved.elapsed().as_secs().into()),
                ];
                self.logs.add(&plan.task, Some(&plan.session), LogLevel::Warn, "run_stalled", params);
            }
            let stall = Stall { since_ms: moved_ms, sides: sides.clone() };
            self.board.change(&plan.task, &plan.session, |p| p.stall = Some(stall));
            told = Some(sides);
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger_types::id::OrgId;

    use super::*;

    #[test]
    fn a_side_computes_waits_or_is_silent() {
        let mut lane = Lane::new(OrgId::new("bank").unwrap());
        (lane.phase, lane.updated_ms) = (RunPhase::Exchanging, 10_000);
        let silent_after = Duration::from_secs(5);
        assert_eq!(standstill(&lane, false, 12_000, silent_after), Standstill::Computes);
        lane.waits = true;
        assert_eq!(standstill(&lane, false, 12_000, silent_after), Standstill::Waits);
        assert_eq!(standstill(&lane, false, 15_001, silent_after), Standstill::Silent);
        // Of itself a node always knows.
        assert_eq!(standstill(&lane, true, 99_000, silent_after), Standstill::Waits);
    }
}
