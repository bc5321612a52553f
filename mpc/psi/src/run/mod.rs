//! What a run of any protocol consists of: settings, headers and what follows from them, canaries, payloads, the
//! channel with its confirmations, progress, result and report.

pub(crate) mod canary;
pub(crate) mod checkpoint;
pub(crate) mod claims;
pub(crate) mod entries;
mod error;
pub(crate) mod header;
pub mod ideal;
pub(crate) mod lane;
pub(crate) mod link;
pub(crate) mod mask;
mod matches;
pub(crate) mod message;
pub(crate) mod once;
mod params;
pub(crate) mod payload;
pub(crate) mod progress;
mod report;
pub(crate) mod running;
pub(crate) mod tag;
pub(crate) mod wire;

pub use checkpoint::{CheckpointStore, Leg, Resumption};
pub use claims::ClaimKind;
pub use error::PsiError;
pub use header::{Header, Role};
pub use matches::Matches;
pub use params::{Agreement, BUCKET_ITEMS, CHECKPOINT_BUCKETS, Params, Returns, RunConfig, SessionId, tag_bits};
pub use payload::{PayloadArena, PayloadSource};
pub use progress::{Control, Phase, Progress};
pub use report::{CanaryOutcome, PhaseTime, ReceiverOutcome, RunReport, SenderOutcome};
pub use running::Running;
