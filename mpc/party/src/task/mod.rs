//! Tasks on this node: following the ledger, refusing what it does not permit, running what it does.
//!
//! | file | what |
//! |---|---|
//! | `follow` | reads every block; starts what became ready, stops what was closed |
//! | `gate` | may this run start, by this node's own replica |
//! | `certified` | how many keys each side may bring, by the ledger |
//! | `accept` | answers peers that open a stream |
//! | `run` | one run from the open stream to the attestation |
//! | `several` | the engines for more than two members |
//! | `stated` | what an engine states of a run |
//! | `input` | one pass over the file: commitment, keys, payload |
//! | `epoch` | what unbalanced PSI keeps from run to run |
//! | `join` | from matches to rows: which are in a file, what stands beside them |
//! | `aggregate` | a run whose receiver is given numbers instead of rows |
//! | `output`, `result` | the result's file and its salted commitment |
//! | `record`, `log`, `progress` | what is kept and shown of a run |
//! | `hold`, `checkpoints` | runs that were cut off and may go on |
//! | `stall` | who waits for what when nothing moves |
//! | `recover` | what to do with runs that a crash cut off |
//! | `discard` | removes results of runs that did not complete |
//! | `link` | round trip and throughput between this node and a peer |
//! | `throttle` | how often refusals of peers are recorded |
//! | `check` | consistency check |

mod accept;
mod aggregate;
mod certified;
mod check;
mod checkpoints;
mod discard;
mod epoch;
mod error;
mod figures;
mod follow;
mod gate;
mod hold;
mod input;
mod join;
mod link;
mod log;
mod output;
mod progress;
mod record;
mod recover;
mod result;
mod run;
mod settings;
mod several;
mod spool;
mod stall;
mod start;
mod stated;
mod throttle;
mod watch;
mod wire;

pub use check::{CheckItem, ConsistencyReport};
pub use error::{RUN_CODES, RunError};
pub use figures::{CanaryFigures, PhaseFigure, RunFigures};
pub use link::{LinkTest, LinkTestError};
pub use log::{LogEntry, LogLevel};
pub use progress::{Interruption, Lane, ProgressBoard, RunPhase, Stall, StalledSide, Standstill, TaskProgress};
pub use record::{ResultRecord, RunRecord, RunState};
pub use settings::RunSettings;
pub use start::RunStarted;

pub(crate) use input::{SideInput, SideRequest};
pub(crate) use join::{Join, Keep};
pub(crate) use output::{OutputColumn, OutputWriter};
pub(crate) use result::result_columns;
pub(crate) use run::Runner;
