//! Private set intersection between two processes on two people's own files, without a ledger: the same reading, key
//! rules, engine and writing as a task, over any byte stream. The two sides agree on the settings by a digest of them;
//! there is no permission to check and no evidence but the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_types::cbor;
use ledger_types::object::ColumnType;
use ledger_types::task::{DuplicateRule, ProtocolRole, PsiOutput, ResultFormat, RowJoin, RowsOutput};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::canonical::KeyRule;
use mpc_psi::circuit;
use mpc_psi::prepare::KeyCounts;
use mpc_psi::run::{Control, Params, PsiError, Returns, RunConfig, RunReport, SessionId};
use mpc_psi::{Protocol, run_receiver_returning, run_sender};
use rand_core::{OsRng, RngCore as _};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::aggregate::Question;
use crate::connector::{CancelFlag, ConnectorError, SourceKind, Table};
use crate::task::{Join, Keep, RunError, SideInput, SideRequest, result_columns};

/// Longest message before the protocol starts.
const GREETING_BYTES_MAX: u32 = 1 << 20;

/// What one side wants.
#[derive(Debug, Clone)]
pub struct LocalPsi {
    /// The protocol, when rows are asked for; equal on both sides.
    pub protocol: Protocol,
    /// Numbers instead of rows, by circuit-PSI: sums of the sender's columns; equal on both sides.
    pub numbers: Option<LocalNumbers>,
    /// This side's role.
    pub role: ProtocolRole,
    /// This side's file.
    pub file: PathBuf,
    /// Its kind.
    pub kind: SourceKind,
    /// Key columns.
    pub keys: Vec<String>,
    /// Columns beside the keys: kept in the result (receiver) or released for matches (sender); of a result to both, kept
    /// and released. `None` at a receiver that releases nothing: all; otherwise none.
    pub columns: Option<Vec<String>>,
    /// A rule for each key column, e.g. `text/1`; equal on both sides.
    pub key_rules: Vec<String>,
    /// What to do with equal keys; equal on both sides.
    pub duplicates: DuplicateRule,
    /// Which rows are in the result; equal on both sides.
    pub rows: RowsOutput,
    /// The result, where one is due: at the receiver, or at both.
    pub output: Option<(PathBuf, ResultFormat)>,
    /// Threads that compute.
    pub threads: usize,
    /// Where the unbalanced protocol keeps its set-up for later runs between the same two files.
    pub keep: Option<PathBuf>,
}

/// Numbers instead of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalNumbers {
    /// A cardinality or aggregates.
    pub output: PsiOutput,
    /// With fewer matching keys nothing is released.
    pub min_matches: u64,
}

/// What one side learnt of a run.
#[derive(Debug)]
pub struct LocalOutcome {
    /// Rows, nulls, duplicates and distinct keys of the own file.
    pub counts: KeyCounts,
    /// Rows of the result, where there is one.
    pub result_rows: Option<u64>,
    /// The engine's report.
    pub report: RunReport,
}

/// Why a run between two processes failed.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The file, the result.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The engine.
    #[error(transparent)]
    Psi(#[from] PsiError),
    /// The connection.
    #[error("the connection to the other side: {0}")]
    Connection(#[from] std::io::Error),
    /// The two sides were started with different settings.
    #[error("the other side was started with another {0}")]
    Differs(&'static str),
    /// The other side does not speak this version.
    #[error("the other side's greeting cannot be read")]
    Greeting,
    /// A setting makes no sense.
    #[error("{0}")]
    Setting(&'static str),
}

impl From<ConnectorError> for LocalError {
    fn from(e: ConnectorError) -> Self {
        Self::Run(e.into())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Greeting {
    v: u8,
    protocol: String,
    role: ProtocolRole,
    key_rules: Vec<String>,
    duplicates: DuplicateRule,
    rows: RowsOutput,
    nonce: serde_bytes::ByteBuf,
    // Names and types of the columns that this side releases.
    payload: Vec<(String, ColumnType)>,
}

/// Runs one side over a stream to the other. For bytes on a network use a stream that is encrypted and
/// authenticated: the protocol hides the keys from the other side, not the names of columns from a listener.
pub async fn psi<S>(settings: LocalPsi, mut stream: S, control: Control) -> Result<LocalOutcome, LocalError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let rule = KeyRule::from_names(&settings.key_rules).map_err(|_| LocalError::Setting("unknown key rule"))?;
    if rule.rules().len() != settings.keys.len() {
        return Err(LocalError::Setting("one key rule is needed for each key column"));
    }
    let is_receiver = settings.role == ProtocolRole::Receiver;
    let both = settings.rows.both;
    if (is_receiver || both) != settings.output.is_some() {
        return Err(LocalError::Setting("who gets a result, and nobody else, names an output file"));
    }
    let (path, kind) = (settings.file.clone(), settings.kind);
    let table = blocking(move || Table::open(kind, &path)?.guess_types(&CancelFlag::default())).await??;
    let table = Arc::new(table);
    let chosen = chosen(&table, &settings)?;
    let own = Own { columns: typed(&table, &chosen)?, places: table.find(&chosen)? };

    let seed = CommittedSeed::generate().map_err(|_| LocalError::Setting("no randomness"))?;
    let mut nonce = seed.prg("shuzheng/local-psi/nonce", b"").bytes32().to_vec();
    let keys = settings.keys.len();
    let ours = Greeting {
        v: 1,
        protocol: settings.numbers.as_ref().map_or(settings.protocol.id(), |_| circuit::PROTOCOL).to_owned(),
        role: settings.role,
        key_rules: settings.key_rules.clone(),
        duplicates: settings.duplicates,
        rows: settings.rows.clone(),
        nonce: serde_bytes::ByteBuf::from(nonce.clone()),
        payload: if is_receiver && !both { Vec::new() } else { own.columns[keys..].to_vec() },
    };
    let theirs = greet(&mut stream, &ours).await?;
    if theirs.role == ours.role {
        return Err(LocalError::Differs("role: both are the same"));
    }
    if theirs.key_rules != ours.key_rules {
        return Err(LocalError::Differs("key rule"));
    }
    if theirs.protocol != ours.protocol {
        return Err(LocalError::Differs("protocol"));
    }
    if theirs.duplicates != ours.duplicates {
        return Err(LocalError::Differs("rule for duplicates"));
    }
    if theirs.rows != ours.rows {
        return Err(LocalError::Differs("kind of join"));
    }
    let (released, returned) =
        if is_receiver { (&theirs.payload, &ours.payload) } else { (&ours.payload, &theirs.payload) };
    if settings.rows.join == RowJoin::Unmatched && !(released.is_empty() && returned.is_empty()) {
        return Err(LocalError::Setting("rows that match nothing have no columns of the other side to release"));
    }
    // The session is chosen by both: the receiver's nonce first.
    if is_receiver {
        nonce.extend_from_slice(&theirs.nonce);
    } else {
        nonce.splice(0..0, theirs.nonce.iter().copied());
    }
    let suite = ledger_types::SuiteId::Gm;
    let session = suite.hash(&[b"shuzheng/local-psi/session/1\0", &nonce]);
    let binding = (&settings.key_rules, settings.duplicates, &settings.rows, released, returned);
    let binding = suite.hash(&[b"shuzheng/local-psi/binding/1\0", &cbor::to_bytes(&binding)]);

    // Outlives the rows that are spilled into it.
    let spool = PrivateDir::create()?;
    let side = read_side(Arc::clone(&table), &own.places, &settings, rule, &spool.0).await?;
    let returns = match (both, returned.is_empty()) {
        (false, _) => Returns::Nothing,
        (true, true) => Returns::Matches,
        (true, false) => Returns::Columns,
    };
    let params = Params { payload: !released.is_empty(), returns, ..Params::default() };
    let mut config = RunConfig::new(SessionId(session.0), binding.0, params);
    config.threads = settings.threads.max(1);
    (config.scope, config.keep) = (binding.0, settings.keep.clone());
    let (side, counts) = side;
    // A large file takes its time to read, and nothing is said meanwhile.
    let patience = std::time::Duration::from_secs(3_600);
    let limits = ChannelConfig { read_stall: patience, ..ChannelConfig::default() };
    let channel = Channel::new(stream, limits);
    if let Some(numbers) = settings.numbers {
        config.params =
            Params { joint_canaries: circuit::CANARIES, private_canaries: circuit::CANARIES, ..Params::default() };
        let question = Question::new(&numbers.output, numbers.min_matches, released.clone())?;
        let run = Numbers { channel, config, question, side, seed, control };
        let (result_rows, report) = match settings.output {
            Some((path, format)) => (Some(1), run.receive(path, format).await?),
            None => (None, run.send().await?),
        };
        return Ok(LocalOutcome { counts, result_rows, report });
    }
    let (protocol, items) = (settings.protocol, side.items());
    let (matches, report) = if is_receiver {
        let payload = (returns == Returns::Columns).then(|| side.payload());
        let outcome = run_receiver_returning(protocol, channel, config, items, payload, seed, &control).await?;
        (Some(outcome.matches), outcome.report)
    } else {
        let payload = params.payload.then(|| side.payload());
        let outcome = run_sender(protocol, channel, config, items, payload, seed, &control).await?;
        (outcome.matches, outcome.report)
    };
    side.check()?;
    let (Some(matches), Some((path, format))) = (matches, settings.output) else {
        return Ok(LocalOutcome { counts, result_rows: None, report });
    };
    let joins = settings.duplicates == DuplicateRule::Join;
    let keep = Keep::of(settings.rows.join);
    let peer = theirs.payload;
    let rows = blocking(move || {
        let join = Join {
            table: &table,
            own: &own.places,
            keys,
            columns: result_columns(&own.columns, &[("other", peer.clone())]),
            released: vec![peer.len()],
            keep,
            joins,
            format,
            cancel: &CancelFlag::default(),
            progress: &|_| {},
        };
        write_whole(join, &side, &matches, &path)
    });
    Ok(LocalOutcome { counts, result_rows: Some(rows.await??), report })
}

/// A run that gives numbers instead of rows.
struct Numbers {
    channel: Channel,
    config: RunConfig,
    question: Question,
    side: SideInput,
    seed: CommittedSeed,
    control: Control,
}

impl Numbers {
    fn below(&self) -> LocalError {
        RunError::MatchesBelowMinimum { min_matches: self.question.aggregates.min_group }.into()
    }

    async fn receive(self, path: PathBuf, format: ResultFormat) -> Result<RunReport, LocalError> {
        let below = self.below();
        let (asked, items) = (self.question.aggregates.clone(), self.side.items());
        let outcome = circuit::run_receiver(self.channel, self.config, asked, items, self.seed, &self.control).await?;
        if !outcome.result.is_released() {
            return Err(below);
        }
        let question = self.question;
        let temporary = part(&path);
        let writing = blocking(move || match question.write(&outcome.result, format, &temporary) {
            Ok(_) => Ok(std::fs::rename(&temporary, &path)?),
            Err(error) => {
                let _ = std::fs::remove_file(&temporary);
                Err(LocalError::from(error))
            }
        });
        writing.await??;
        Ok(outcome.report)
    }

    async fn send(self) -> Result<RunReport, LocalError> {
        let below = self.below();
        let (asked, items) = (self.question.aggregates.clone(), self.side.items());
        let (side, question) = (self.side, self.question);
        let columns = Arc::new(blocking(move || side.numbers(&question)).await??);
        let outcome =
            circuit::run_sender(self.channel, self.config, asked, items, columns, self.seed, &self.control).await?;
        if outcome.released { Ok(outcome.report) } else { Err(below) }
    }
}

// A file that is not complete yet.
fn part(path: &Path) -> PathBuf {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    PathBuf::from(temporary)
}

struct Own {
    columns: Vec<(String, ColumnType)>,
    places: Vec<usize>,
}

async fn read_side(
    table: Arc<Table>,
    places: &[usize],
    settings: &LocalPsi,
    rule: KeyRule,
    spool: &Path,
) -> Result<(SideInput, KeyCounts), LocalError> {
    let (projection, keys, duplicates) = (places.to_vec(), settings.keys.len(), settings.duplicates);
    let releases = settings.role == ProtocolRole::Sender || settings.rows.both;
    let payload: Vec<usize> = if releases { (keys..places.len()).collect() } else { Vec::new() };
    let spool = spool.join("payload");
    let keep = if settings.output.is_some() { Keep::of(settings.rows.join) } else { Keep::Matched };
    let read = blocking(move || {
        let keys: Vec<usize> = (0..keys).collect();
        SideInput::read(SideRequest {
            table: &table,
            projection: &projection,
            keys: &keys,
            payload: &payload,
            rule,
            duplicates,
            keep,
            spool: &spool,
            committer: None,
            cancel: &CancelFlag::default(),
            progress: &|_| {},
        })
    });
    let (side, summary) = read.await??;
    Ok((side, summary.counts))
}

// A new directory in the shared one for temporary files, for this user only, under a name that nobody could have
// prepared; removed with this value.
struct PrivateDir(PathBuf);

impl PrivateDir {
    fn create() -> Result<Self, LocalError> {
        let mut name = [0; 16];
        OsRng.try_fill_bytes(&mut name).map_err(|_| LocalError::Setting("no randomness"))?;
        let path = std::env::temp_dir().join(format!("shuzheng-{}", hex::encode(name)));
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        // Fails when there is anything of this name, a link included.
        builder.create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for PrivateDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

// The keys, then the other columns.
fn chosen(table: &Table, settings: &LocalPsi) -> Result<Vec<String>, LocalError> {
    let mut names = settings.keys.clone();
    let others: Vec<String> = match (&settings.columns, settings.role) {
        (Some(columns), _) => columns.clone(),
        (None, ProtocolRole::Receiver) if !settings.rows.both => {
            table.columns().iter().filter(|c| c.data_type.is_some()).map(|c| c.name.clone()).collect()
        }
        (None, _) => Vec::new(),
    };
    for name in others {
        if !names.contains(&name) {
            names.push(name);
        } else if settings.role == ProtocolRole::Sender || settings.rows.both {
            return Err(LocalError::Setting("a key column cannot be released: a match shows it already"));
        }
    }
    Ok(names)
}

fn typed(table: &Table, names: &[String]) -> Result<Vec<(String, ColumnType)>, LocalError> {
    let places = table.find(names)?;
    let column = |i: &usize| {
        let c = &table.columns()[*i];
        (c.name.clone(), c.data_type.unwrap_or(ColumnType::Text))
    };
    Ok(places.iter().map(column).collect())
}

async fn greet<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, ours: &Greeting) -> Result<Greeting, LocalError> {
    let bytes = cbor::to_bytes(ours);
    let len = u32::try_from(bytes.len()).map_err(|_| LocalError::Greeting)?;
    stream.write_all(&len.to_be_bytes()).await?;
    stream.write_all(&bytes).await?;
    stream.flush().await?;
    let len = stream.read_u32().await?;
    if len > GREETING_BYTES_MAX {
        return Err(LocalError::Greeting);
    }
    let mut bytes = vec![0; len as usize];
    stream.read_exact(&mut bytes).await?;
    let theirs: Greeting = cbor::from_bytes(&bytes).map_err(|_| LocalError::Greeting)?;
    if theirs.v == 1 && theirs.nonce.len() == 32 { Ok(theirs) } else { Err(LocalError::Greeting) }
}

// The file appears under its name when it is complete.
fn write_whole(
    join: Join<'_>,
    side: &SideInput,
    matches: &mpc_psi::run::Matches,
    path: &Path,
) -> Result<u64, LocalError> {
    let temporary = part(path);
    let written = join.write(side, matches, &temporary);
    match written {
        Ok(rows) => {
            std::fs::rename(&temporary, path)?;
            Ok(rows)
        }
        Err(error) => {
            let _ = std::fs::remove_file(&temporary);
            Err(error.into())
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LocalError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| LocalError::Setting("a working thread died"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_for_spilled_rows_is_private_and_goes_with_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let (a, b) = (PrivateDir::create().unwrap(), PrivateDir::create().unwrap());
        assert_ne!(a.0, b.0);
        assert_eq!(std::fs::metadata(&a.0).unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::write(a.0.join("payload"), "x").unwrap();
        let path = a.0.clone();
        drop(a);
        assert!(!path.exists() && b.0.exists());
    }
}
