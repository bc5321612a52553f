//! `shuzheng try psi`: the same engine as in a task, between two processes, on a person's own files, without a
//! ledger. The left file is the receiver's.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::{Args, ValueEnum};
use ledger_types::task::{
    Aggregate, AggregateFunction, AggregatesOutput, DuplicateRule, ProtocolRole, PsiOutput, ResultFormat, RowJoin,
    RowsOutput,
};
use mpc_party::connector::SourceKind;
use mpc_party::estimate::LOPSIDED;
use mpc_party::local::{self, LocalNumbers, LocalPsi};
use mpc_psi::Protocol;
use mpc_psi::rr22::Security;
use mpc_psi::run::Control;
use serde::{Deserialize, Serialize};
use tokio::net::{TcpListener, TcpStream};

use crate::bench::cpu_seconds;

/// Arguments.
#[derive(Debug, Clone, Args)]
pub struct TryPsiArgs {
    /// The receiver's file, CSV or Parquet.
    #[arg(long)]
    pub left: PathBuf,
    /// The sender's file.
    #[arg(long)]
    pub right: PathBuf,
    /// Key column; repeat for several. Give the right side's name after `=` when it differs: `--key id=id_no`.
    #[arg(long = "key", required = true)]
    pub keys: Vec<String>,
    /// Canonical rule of each key column, e.g. `text/1`, `id-cn/1`, `phone-cn/1`.
    #[arg(long = "rule", default_value = "text/1")]
    pub rules: Vec<String>,
    /// Protocol.
    #[arg(long, value_enum, default_value = "auto")]
    pub protocol: ProtocolName,
    /// What to do with equal keys within one file.
    #[arg(long, value_enum, default_value = "first")]
    pub duplicates: Duplicates,
    /// Which rows of the left file are in the result. `left` and `unmatched` keep every one of them, whatever `--duplicates`
    /// says of repeated keys.
    #[arg(long, value_enum, default_value = "inner")]
    pub join: JoinName,
    /// Column of the right file that matched rows release, or that is summed; repeat for several.
    #[arg(long = "payload")]
    pub payload: Vec<String>,
    /// `cardinality` and `sum`: with fewer matching keys nothing is told.
    #[arg(long, default_value_t = 1)]
    pub min_group: u64,
    /// Where the receiver writes the matching rows, or the row of numbers; Parquet when it ends so, CSV otherwise.
    #[arg(long)]
    pub out: PathBuf,
    /// Where the other side writes a result of its own rows: with it both sides get one, and the receiver proves what
    /// matched.
    #[arg(long)]
    pub out_right: Option<PathBuf>,
    /// Column of the left file that goes back with proven matches; repeat for several. Needs `--out-right`. The left
    /// result then has these columns and the keys, instead of all.
    #[arg(long = "return", requires = "out_right")]
    pub returned: Vec<String>,
    /// Threads of each process.
    #[arg(long, default_value_t = 1)]
    pub threads: usize,
    /// Directory where the unbalanced protocol keeps its set-up for later runs with the same right file; each side uses
    /// a part of it of its own.
    #[arg(long)]
    pub keep: Option<PathBuf>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// Run one side only and talk to the other at this address (used by this command itself).
    #[arg(long, hide = true)]
    pub side: Option<Side>,
    /// Address of the receiver's process.
    #[arg(long, hide = true)]
    pub peer: Option<SocketAddr>,
}

/// A protocol of `mpc_psi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProtocolName {
    /// The unbalanced protocol where few keys on the left stand against many on the right and `--keep` says where its
    /// set-up can stay, RR22 otherwise: both processes are on one machine, so the link asks for nothing else.
    Auto,
    /// Diffie–Hellman on Ristretto255: no set-up, most computing.
    Ecdh,
    /// VOLE and OKVS, secure against a malicious side.
    Rr22,
    /// The same against a side that follows the protocol: fewer bytes.
    Rr22SemiHonest,
    /// RR22 with little traffic, secure against a malicious side.
    Rr22Low,
    /// The same against a side that follows the protocol.
    Rr22LowSemiHonest,
    /// How many keys match, and not which (circuit-PSI).
    Cardinality,
    /// The same with sums and averages of the columns that `--payload` names.
    Sum,
    /// Few keys on the left against many on the right: an oblivious function, and a set-up that `--keep` keeps.
    Unbalanced,
}

impl ProtocolName {
    fn protocol(self) -> Protocol {
        match self {
            Self::Ecdh => Protocol::Ecdh,
            // [`resolved`] has replaced `Auto`. Not used when numbers are asked for.
            Self::Auto | Self::Rr22 | Self::Cardinality | Self::Sum => Protocol::Rr22(Security::Malicious),
            Self::Rr22SemiHonest => Protocol::Rr22(Security::SemiHonest),
            Self::Rr22Low => Protocol::Rr22Low(Security::Malicious),
            Self::Rr22LowSemiHonest => Protocol::Rr22Low(Security::SemiHonest),
            Self::Unbalanced => Protocol::Unbalanced,
        }
    }

    /// Numbers instead of rows.
    fn numbers(self, payload: &[String], min_matches: u64) -> Option<LocalNumbers> {
        let output = match self {
            Self::Auto
            | Self::Ecdh
            | Self::Rr22
            | Self::Rr22SemiHonest
            | Self::Rr22Low
            | Self::Rr22LowSemiHonest
            | Self::Unbalanced => return None,
            Self::Cardinality => PsiOutput::Cardinality,
            Self::Sum => {
                let both = |column: &String| {
                    [AggregateFunction::Sum, AggregateFunction::Average]
                        .map(|function| Aggregate { function, column: column.clone() })
                };
                PsiOutput::Aggregates(AggregatesOutput { functions: payload.iter().flat_map(both).collect() })
            }
        };
        Some(LocalNumbers { output, min_matches })
    }

    /// As on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no variant is hidden").get_name().to_owned()
    }
}

/// A right file of at least so many bytes is worth a set-up that stays.
const KEPT_BYTES_MIN: u64 = 1 << 20;

/// The protocol that `auto` stands for, by the sizes of the files.
fn resolved(args: &TryPsiArgs) -> ProtocolName {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let (few, many) = (size(&args.left), size(&args.right));
    let lopsided = few.saturating_mul(LOPSIDED) <= many && many >= KEPT_BYTES_MIN;
    match args.protocol {
        ProtocolName::Auto if lopsided && args.keep.is_some() && args.out_right.is_none() => ProtocolName::Unbalanced,
        ProtocolName::Auto => ProtocolName::Rr22,
        named => named,
    }
}

/// What to do with equal keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Duplicates {
    /// Refuse to run.
    Reject,
    /// Keep the first row.
    First,
    /// Match every row with every row.
    Join,
}

/// Which rows of the left file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JoinName {
    /// Those that match.
    Inner,
    /// All; released columns are empty where nothing matches.
    Left,
    /// Those that do not match.
    Unmatched,
}

impl JoinName {
    fn join(self) -> RowJoin {
        match self {
            Self::Inner => RowJoin::Inner,
            Self::Left => RowJoin::Left,
            Self::Unmatched => RowJoin::Unmatched,
        }
    }

    fn name(self) -> String {
        self.to_possible_value().expect("no variant is hidden").get_name().to_owned()
    }
}

/// Which process this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// Learns the result.
    Receiver,
    /// Learns nothing but sizes.
    Sender,
}

/// What one side reports.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SideReport {
    /// `receiver` or `sender`.
    pub side: String,
    /// Rows of its file.
    pub rows: u64,
    /// Distinct keys that entered the protocol.
    pub items: u64,
    /// Rows without a key.
    pub nulls: u64,
    /// Rows beyond the first of their key.
    pub duplicates: u64,
    /// Rows of the result, at the receiver.
    pub result_rows: Option<u64>,
    /// Keys that matched, at the receiver.
    pub matched: Option<u64>,
    /// Whether the canaries were found where they must be.
    pub canaries_ok: Option<bool>,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Bytes received.
    pub received_bytes: u64,
    /// Transcript digests, sent and received.
    pub transcript: (String, String),
    /// Wall seconds, reading and writing files included.
    pub wall_s: f64,
    /// Wall seconds of the protocol alone.
    pub protocol_s: f64,
    /// Processor seconds of this process.
    pub cpu_s: f64,
    /// Largest resident set of this process.
    pub peak_rss_bytes: u64,
}

/// Why the run failed.
#[derive(Debug, thiserror::Error)]
pub enum TryPsiError {
    /// The engine, a file, a setting.
    #[error(transparent)]
    Run(#[from] local::LocalError),
    /// A socket or process.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The other process failed.
    #[error("the {side} failed:\n{detail}")]
    Side {
        /// Which.
        side: &'static str,
        /// What it said.
        detail: String,
    },
    /// The two sides saw different bytes.
    #[error("the transcripts of the two sides differ; do not use the result")]
    Transcripts,
}

fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> TryPsiError {
    let what = what.into();
    move |source| TryPsiError::Io { what, source }
}

/// Runs the command.
pub fn run(args: &TryPsiArgs) -> Result<(), TryPsiError> {
    if let Some(side) = args.side {
        let report = run_side(args, side)?;
        println!("{}", serde_json::to_string(&report).expect("a report is plain data"));
        return Ok(());
    }
    let (receiver, sender) = run_both(args)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&[&receiver, &sender]).expect("a report is plain data"));
        return Ok(());
    }
    for r in [&receiver, &sender] {
        println!(
            "{:<9} {} rows, {} keys ({} empty, {} repeated), sent {} bytes, {:.2} s wall, {:.2} s cpu, {} MiB",
            r.side,
            r.rows,
            r.items,
            r.nulls,
            r.duplicates,
            r.sent_bytes,
            r.wall_s,
            r.cpu_s,
            r.peak_rss_bytes >> 20
        );
    }
    println!(
        "{} matching keys, {} rows in {}; canaries {}; transcripts agree",
        receiver.matched.unwrap_or_default(),
        receiver.result_rows.unwrap_or_default(),
        args.out.display(),
        if receiver.canaries_ok == Some(true) { "found where they must be" } else { "NOT as they must be" },
    );
    if let (Some(out), Some(rows)) = (&args.out_right, sender.result_rows) {
        let matched = sender.matched.unwrap_or_default();
        println!("{matched} of them proven to the other side, {rows} rows in {}", out.display());
    }
    Ok(())
}

/// Runs both sides as two processes of this program.
pub fn run_both(args: &TryPsiArgs) -> Result<(SideReport, SideReport), TryPsiError> {
    let program = std::env::current_exe().map_err(io("find my own program"))?;
    // The receiver's process listens on a port that is free now.
    let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
    let address = port.map_err(io("find a free port"))?;
    let start = |side: &str| {
        let mut command = Command::new(&program);
        command.args(["try", "psi", "--side", side, "--peer", &address.to_string()]);
        command.arg("--left").arg(&args.left).arg("--right").arg(&args.right).arg("--out").arg(&args.out);
        args.keys.iter().for_each(|k| {
            command.args(["--key", k]);
        });
        args.rules.iter().for_each(|r| {
            command.args(["--rule", r]);
        });
        args.payload.iter().for_each(|p| {
            command.args(["--payload", p]);
        });
        args.returned.iter().for_each(|p| {
            command.args(["--return", p]);
        });
        if let Some(out) = &args.out_right {
            command.arg("--out-right").arg(out);
        }
        args.keep.iter().for_each(|dir| {
            command.arg("--keep").arg(dir);
        });
        let duplicates = args.duplicates.to_possible_value().expect("no variant is hidden");
        command.args(["--protocol", &resolved(args).name(), "--join", &args.join.name()]);
        command.args(["--min-group", &args.min_group.to_string()]);
        command.args(["--duplicates", duplicates.get_name(), "--threads", &args.threads.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(io(format!("start the {side}")))
    };
    let (receiver, sender) = (start("receiver")?, start("sender")?);
    let finish = |side: &'static str, child: std::process::Child| {
        let out = child.wait_with_output().map_err(io(format!("wait for the {side}")))?;
        if !out.status.success() {
            return Err(TryPsiError::Side { side, detail: String::from_utf8_lossy(&out.stderr).trim().to_owned() });
        }
        serde_json::from_slice::<SideReport>(&out.stdout)
            .map_err(|e| TryPsiError::Side { side, detail: format!("unreadable report: {e}") })
    };
    let sender = finish("sender", sender);
    let receiver = finish("receiver", receiver)?;
    let sender = sender?;
    let crossed = (&sender.transcript.1, &sender.transcript.0) == (&receiver.transcript.0, &receiver.transcript.1);
    if crossed { Ok((receiver, sender)) } else { Err(TryPsiError::Transcripts) }
}

fn kind(path: &Path) -> SourceKind {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("parquet")) {
        SourceKind::Parquet
    } else {
        SourceKind::Csv
    }
}

fn format(path: &Path) -> ResultFormat {
    match kind(path) {
        SourceKind::Parquet => ResultFormat::Parquet,
        SourceKind::Csv => ResultFormat::Csv,
    }
}

fn settings(args: &TryPsiArgs, side: Side) -> LocalPsi {
    let key = |k: &String| {
        let (left, right) = k.split_once('=').unwrap_or((k, k));
        if side == Side::Receiver { left } else { right }.to_owned()
    };
    let mut rules = args.rules.clone();
    if rules.len() == 1 {
        rules.resize(args.keys.len(), args.rules[0].clone());
    }
    let (role, file, columns, output) = match side {
        Side::Receiver => {
            let columns = args.out_right.as_ref().map(|_| args.returned.clone());
            (ProtocolRole::Receiver, &args.left, columns, Some(&args.out))
        }
        Side::Sender => (ProtocolRole::Sender, &args.right, Some(args.payload.clone()), args.out_right.as_ref()),
    };
    LocalPsi {
        protocol: args.protocol.protocol(),
        numbers: args.protocol.numbers(&args.payload, args.min_group),
        role,
        // The engine's reader wants absolute paths; what cannot be resolved is reported by the reader.
        file: file.canonicalize().unwrap_or_else(|_| file.clone()),
        kind: kind(file),
        keys: args.keys.iter().map(key).collect(),
        columns,
        key_rules: rules,
        duplicates: match args.duplicates {
            Duplicates::Reject => DuplicateRule::Reject,
            Duplicates::First => DuplicateRule::First,
            Duplicates::Join => DuplicateRule::Join,
        },
        rows: RowsOutput { join: args.join.join(), both: args.out_right.is_some() },
        output: output.map(|path| (path.clone(), format(path))),
        threads: args.threads,
        keep: args.keep.as_ref().map(|dir| dir.join(if side == Side::Receiver { "receiver" } else { "sender" })),
    }
}

fn run_side(args: &TryPsiArgs, side: Side) -> Result<SideReport, TryPsiError> {
    let started = Instant::now();
    let peer = args.peer.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io("start threads"))?;
    let outcome = runtime.block_on(async {
        let stream = match side {
            Side::Receiver => {
                TcpListener::bind(peer).await.map_err(io("listen"))?.accept().await.map_err(io("accept"))?.0
            }
            Side::Sender => dial(peer).await?,
        };
        stream.set_nodelay(true).map_err(io("socket"))?;
        Ok::<_, TryPsiError>(local::psi(settings(args, side), stream, Control::default()).await?)
    })?;
    let report = outcome.report;
    Ok(SideReport {
        side: if side == Side::Receiver { "receiver".into() } else { "sender".into() },
        rows: outcome.counts.rows,
        items: report.own_items,
        nulls: outcome.counts.nulls,
        duplicates: outcome.counts.duplicates,
        result_rows: outcome.result_rows,
        matched: report.matched,
        canaries_ok: report.canaries.map(|_| true),
        sent_bytes: report.traffic.sent_bytes,
        received_bytes: report.traffic.received_bytes,
        transcript: (report.sent.to_string(), report.received.to_string()),
        wall_s: started.elapsed().as_secs_f64(),
        protocol_s: report.phases.iter().map(|p| p.took.as_secs_f64()).sum(),
        cpu_s: cpu_seconds(),
        peak_rss_bytes: peak_rss_bytes(),
    })
}

// The receiver's process may need a moment to listen.
async fn dial(peer: SocketAddr) -> Result<TcpStream, TryPsiError> {
    for _ in 0..200 {
        if let Ok(stream) = TcpStream::connect(peer).await {
            return Ok(stream);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    TcpStream::connect(peer).await.map_err(io("reach the receiver"))
}

/// Largest resident set so far (`VmHWM`).
pub fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) << 10
}
