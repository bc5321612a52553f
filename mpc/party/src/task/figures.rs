//! What a node measured of a run, beside what it attests: for the result report. Counts and times, no data.

use mpc_psi::run::{Phase, RunReport};
use serde::{Deserialize, Serialize};

/// How long a phase of the protocol took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseFigure {
    /// Stable name, as progress has it: `agreeing`, `exchanging`, `matching`, `confirming`.
    pub phase: String,
    /// Wall time.
    pub took_ms: u64,
}

/// What the receiver's canaries showed: see `docs/protocols`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CanaryFigures {
    /// Canaries that both sides planted, found.
    pub joint_found: u16,
    /// Own canaries that the other side does not know, not found.
    pub private_absent: u16,
    /// The other side's private canaries, present and matching nothing.
    pub peer_private_present: u16,
}

/// The figures of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFigures {
    /// Phases of the protocol in their order; reading and writing are not among them.
    pub phases: Vec<PhaseFigure>,
    /// Own keys that matched; the receiver alone knows.
    pub matched_keys: Option<u64>,
    /// The receiver alone sees them.
    pub canaries: Option<CanaryFigures>,
    /// Frames sent.
    pub sent_frames: u64,
    /// Frames received.
    pub received_frames: u64,
    /// Most memory that this process has had resident since its start, as the operating system says at the end of the run.
    pub memory_peak_bytes: Option<u64>,
}

impl RunFigures {
    /// Of the reports of one run, one per peer; phases are those of the first, which all share.
    pub(super) fn of(reports: &[RunReport]) -> Self {
        let phase = |p: Phase| match p {
            Phase::Agree => "agreeing",
            Phase::Exchange => "exchanging",
            Phase::Match => "matching",
            Phase::Confirm => "confirming",
        };
        let figure = |t: &mpc_psi::run::PhaseTime| PhaseFigure {
            phase: phase(t.phase).to_owned(),
            took_ms: u64::try_from(t.took.as_millis()).unwrap_or(u64::MAX),
        };
        let first = reports.first();
        Self {
            phases: first.map_or_else(Vec::new, |r| r.phases.iter().map(figure).collect()),
            matched_keys: first.and_then(|r| r.matched),
            canaries: first.and_then(|r| r.canaries).map(|c| CanaryFigures {
                joint_found: c.joint_found,
                private_absent: c.private_absent,
                peer_private_present: c.peer_private_present,
            }),
            sent_frames: reports.iter().map(|r| r.traffic.sent_frames).sum(),
            received_frames: reports.iter().map(|r| r.traffic.received_frames).sum(),
            memory_peak_bytes: memory_peak_bytes(),
        }
    }
}

/// `VmHWM` of /proc; nothing where there is no /proc.
fn memory_peak_bytes() -> Option<u64> {
    high_water(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes_and_nothing_else_is_taken_for_it() {
        assert_eq!(high_water("VmPeak:\t  90 kB\nVmHWM:\t   2048 kB\n"), Some(2_097_152));
        for other in ["", "VmHWM: x kB", "VmHWM: 5 MB", "VmHWM: 99999999999999999999 kB"] {
            assert_eq!(high_water(other), None, "{other}");
        }
    }
}
