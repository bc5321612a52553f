//! The party room: one handle for the desk and for tools.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ledger_client::Ledger;
use ledger_crypto::keyfile::KeyFile;
use ledger_crypto::{PublicKey, SigningKey};
use ledger_mesh::Mesh;
use ledger_types::action::Action;
use ledger_types::id::{AccountId, DatasetId, OrgId, TaskId};
use ledger_types::task::DuplicateRule;
use mpc_psi::canonical::KeyRule;
use mpc_psi::prepare::KeyCounts;
use tokio::sync::broadcast;

use crate::clock;
use crate::connector::{CancelFlag, ConnectorError, Profiler, Table, mock_rows};
use crate::custody::{self, KeyInfo, KeyStore, Passphrase, Preview, Signer, Submitted};
use crate::dataset::{self, Preparation, PreparationId, Preparations, RowOpening};
use crate::disk;
use crate::engine::Standing;
use crate::error::PartyError;
use crate::source::{Probe, ProbeWarning, Source, SourceId, SourceLocation, SourceState, Sources};
use crate::task::{
    ConsistencyReport, Keep, LinkTest, LogEntry, ProgressBoard, ResultRecord, RunError, RunRecord, RunSettings,
    RunStarted, Runner, SideInput, SideRequest, TaskProgress,
};

/// Invented rows shown with a probe.
const MOCK_ROWS: usize = 5;

/// What a party room needs to start.
pub struct PartyConfig {
    /// Its directory; created when missing, for the node's own user only.
    pub dir: PathBuf,
    /// This organisation.
    pub org: OrgId,
    /// The open key of the node's account: signs attestations, failures and refusals. [`custody::open_node_key`]
    /// opens its file.
    pub node_key: Arc<SigningKey>,
    /// Directories in which source files may lie, beside [`PartyRoom::upload_dir`].
    pub data_dirs: Vec<PathBuf>,
    /// Limits and times of runs.
    pub settings: RunSettings,
}

/// The handle of a running party room. Cheap to clone.
#[derive(Clone)]
pub struct PartyRoom {
    inner: Arc<Inner>,
}

struct Inner {
    org: OrgId,
    ledger: Arc<dyn Ledger>,
    keys: Arc<KeyStore>,
    signer: Arc<Signer>,
    sources: Arc<Sources>,
    preparations: Arc<Preparations>,
    board: Arc<ProgressBoard>,
    runner: Arc<Runner>,
    uploads: PathBuf,
    threads: usize,
}

impl PartyRoom {
    /// Opens the directory, cleans up after the last life, starts to follow the ledger and to answer peers.
    pub async fn start(config: PartyConfig, ledger: Arc<dyn Ledger>, mesh: Mesh) -> Result<Self, PartyError> {
        let PartyConfig { dir, org, node_key, mut data_dirs, settings } = config;
        disk::private_dir(&dir)?;
        let uploads = dir.join("uploads");
        disk::private_dir(&uploads)?;
        data_dirs.push(uploads.clone());
        let keys = Arc::new(KeyStore::open(&dir.join("keys"), ledger.suite())?);
        let signer = Arc::new(Signer::new(Arc::clone(&ledger), org.clone(), node_key, &dir.join("nonces"))?);
        let sources = Arc::new(Sources::open(&dir.join("sources"), data_dirs)?);
        let preparations = Arc::new(Preparations::open(&dir.join("preparations"))?);
        let board = Arc::new(ProgressBoard::default());
        let threads = settings.threads;
        let runner = Runner::open(
            &dir,
            org.clone(),
            Arc::clone(&ledger),
            mesh,
            Arc::clone(&signer),
            Arc::clone(&sources),
            Arc::clone(&preparations),
            Arc::clone(&board),
            settings,
        )?;
        runner.start()?;
        let inner = Inner { org, ledger, keys, signer, sources, preparations, board, runner, uploads, threads };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Stops following, running and answering. Runs that go on are cut off; the next start reports them.
    pub async fn shutdown(&self) {
        self.inner.runner.stop().await;
    }

    /// This organisation.
    pub fn org(&self) -> &OrgId {
        &self.inner.org
    }

    /// Where the desk puts uploaded files; always a permitted directory.
    pub fn upload_dir(&self) -> &std::path::Path {
        &self.inner.uploads
    }

    // Keys and signatures.

    /// Makes a key for a person, sealed under the person's own passphrase. The account itself is registered on the
    /// ledger by an operator, with this key.
    pub async fn create_account_key(
        &self,
        account: AccountId,
        passphrase: Passphrase,
    ) -> Result<PublicKey, PartyError> {
        let keys = Arc::clone(&self.inner.keys);
        Ok(blocking(move || keys.create(&account, &passphrase)).await??)
    }

    /// Takes in a person's key file that was made elsewhere.
    pub fn import_account_key(&self, account: &AccountId, file: &KeyFile) -> Result<PublicKey, PartyError> {
        Ok(self.inner.keys.import(account, file)?)
    }

    /// Seals a person's key under another passphrase.
    pub async fn change_passphrase(
        &self,
        account: AccountId,
        old: Passphrase,
        new: Passphrase,
    ) -> Result<(), PartyError> {
        let keys = Arc::clone(&self.inner.keys);
        Ok(blocking(move || keys.change_passphrase(&account, &old, &new)).await??)
    }

    /// The keys held here.
    pub fn account_keys(&self) -> Result<Vec<KeyInfo>, PartyError> {
        Ok(self.inner.keys.list()?)
    }

    /// Signs an action with a person's key and submits it; with `wait`, until it is committed. A rule's refusal is
    /// in the receipt; [`Submitted::applied`] makes it an error.
    pub async fn submit(
        &self,
        account: AccountId,
        passphrase: Passphrase,
        action: Action,
        wait: Option<Duration>,
    ) -> Result<Submitted, PartyError> {
        let inner = Arc::clone(&self.inner);
        let signed = blocking(move || {
            let key = inner.keys.unlock(&account, &passphrase)?;
            inner.signer.sign(&account, &key, action)
        });
        self.inner.signer.submit(signed.await??, wait).await
    }

    /// What a person reads before signing.
    pub fn preview(&self, action: &Action) -> Result<Preview, PartyError> {
        custody::preview(self.inner.ledger.as_ref(), action)
    }

    // Sources.

    /// Reads a file once and tells what is in it.
    pub async fn probe(&self, location: SourceLocation) -> Result<Probe, PartyError> {
        let location = self.inner.sources.permit(&location)?;
        blocking(move || probe(&location)).await?
    }

    /// Probes a file and registers it.
    pub async fn register_source(
        &self,
        id: SourceId,
        name: String,
        location: SourceLocation,
    ) -> Result<Source, PartyError> {
        if self.inner.sources.get(&id).is_ok() {
            return Err(PartyError::SourceExists(id));
        }
        let location = self.inner.sources.permit(&location)?;
        let probed = location.clone();
        let probe = blocking(move || probe(&probed)).await??;
        let source = Source { id, name, location, state: SourceState::Active, probe, created_ms: clock::now_ms() };
        self.inner.sources.insert(&source)?;
        Ok(source)
    }

    /// What the chosen columns of a source are like as a key under the chosen rules: rows without a key, irregular
    /// ones, distinct keys, repeats. For choosing what a task does with duplicates, before anybody approves it.
    pub async fn profile_key(
        &self,
        source: &SourceId,
        columns: Vec<String>,
        rules: &[String],
    ) -> Result<KeyCounts, PartyError> {
        let source = self.inner.sources.active(source)?;
        self.inner.sources.permit(&source.location)?;
        if columns.is_empty() || columns.len() != rules.len() {
            return Err(PartyError::KeyRulesCount { columns: columns.len(), rules: rules.len() });
        }
        let rule = KeyRule::from_names(rules).map_err(|_| PartyError::NoKeyRule(rules.join(", ")))?;
        Ok(blocking(move || count_keys(&source, &columns, rule)).await??)
    }

    /// Registered sources, by id.
    pub fn sources(&self) -> Result<Vec<Source>, PartyError> {
        self.inner.sources.list()
    }

    /// A source.
    pub fn source(&self, id: &SourceId) -> Result<Source, PartyError> {
        self.inner.sources.get(id)
    }

    /// Freezes or enables a source. While it is frozen this node refuses tasks on its datasets.
    pub fn set_source_state(&self, id: &SourceId, state: SourceState) -> Result<Source, PartyError> {
        let source = Source { state, ..self.inner.sources.get(id)? };
        self.inner.sources.update(&source)?;
        Ok(source)
    }

    /// Forgets a source that nothing was published from. The file itself stays.
    pub fn remove_source(&self, id: &SourceId) -> Result<(), PartyError> {
        let mut published = Vec::new();
        for preparation in self.inner.preparations.list()?.iter().filter(|p| &p.source == id) {
            if self.is_published(preparation)? {
                published.push(preparation.dataset.to_string());
            }
        }
        published.dedup();
        if !published.is_empty() {
            return Err(PartyError::SourceInUse { source_id: id.clone(), datasets: published.join(", ") });
        }
        self.inner.sources.remove(id)
    }

    fn is_published(&self, preparation: &Preparation) -> Result<bool, PartyError> {
        let dataset = ledger_contract::read::dataset(self.inner.ledger.view().as_ref(), &preparation.dataset)?;
        Ok(dataset.is_some_and(|d| d.versions.iter().any(|v| v.commitment.root == preparation.commitment.root)))
    }

    // Datasets.

    /// Reads a source, profiles the chosen columns (all when none are named) and commits to its rows. What comes
    /// back goes on the ledger by `DatasetPublish` or `DatasetVersionAdd`; what is needed to derive it again stays
    /// here, found by the commitment root.
    pub async fn prepare_dataset(
        &self,
        source: &SourceId,
        dataset: DatasetId,
        columns: Vec<String>,
    ) -> Result<Preparation, PartyError> {
        let source = self.inner.sources.active(source)?;
        self.inner.sources.permit(&source.location)?;
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let (suite, chain) = (inner.ledger.suite(), &inner.ledger.genesis().chain);
            let cancel = CancelFlag::default();
            let made = dataset::prepare(suite, chain, &dataset, &source, &columns, inner.threads, &cancel)?;
            inner.preparations.insert(&made)?;
            Ok(made)
        })
        .await?
    }

    /// Everything that was prepared here, oldest first.
    pub fn preparations(&self) -> Result<Vec<Preparation>, PartyError> {
        Ok(self.inner.preparations.list()?)
    }

    /// A preparation.
    pub fn preparation(&self, id: &PreparationId) -> Result<Preparation, PartyError> {
        self.inner.preparations.get(id)
    }

    /// Opens one row (from 0) of a prepared version for somebody who is to be shown it.
    pub async fn open_row(&self, id: &PreparationId, row: u64) -> Result<RowOpening, PartyError> {
        let preparation = self.inner.preparations.get(id)?;
        let source = self.inner.sources.active(&preparation.source)?;
        let inner = Arc::clone(&self.inner);
        blocking(move || {
            let (suite, chain) = (inner.ledger.suite(), &inner.ledger.genesis().chain);
            dataset::open_row(suite, chain, &source, &preparation, row, &CancelFlag::default())
        })
        .await?
    }

    // Algorithms and links.

    /// How every algorithm stands on this node.
    pub fn algorithms(&self) -> Result<Vec<Standing>, PartyError> {
        Ok(Standing::all(self.inner.ledger.as_ref())?)
    }

    /// Threads that a run computes with here.
    pub fn threads(&self) -> usize {
        self.inner.threads
    }

    /// Tests the link to a peer: round trip and throughput in both directions. Bounded in time and bytes, and possible
    /// only every few seconds.
    pub async fn test_link(&self, peer: &OrgId) -> Result<LinkTest, PartyError> {
        Ok(self.inner.runner.test_link(peer).await?)
    }

    /// The last result of a link test with a peer, also of earlier lives of this node.
    pub fn last_link_test(&self, peer: &OrgId) -> Option<LinkTest> {
        self.inner.runner.last_link_test(peer)
    }

    // Tasks.

    /// The progress of a task's latest run, both sides' lanes; `None` when this node knows of none since its start.
    pub fn progress(&self, task: &TaskId) -> Option<TaskProgress> {
        self.inner.board.get(task)
    }

    /// Progress of all tasks as it changes.
    pub fn subscribe_progress(&self) -> broadcast::Receiver<TaskProgress> {
        self.inner.board.subscribe()
    }

    /// The log of a task on this node.
    pub fn log(&self, task: &TaskId) -> Result<Vec<LogEntry>, PartyError> {
        self.inner.runner.log(task)
    }

    /// What this node keeps of its runs of a task, oldest first.
    pub fn runs(&self, task: &TaskId) -> Result<Vec<RunRecord>, PartyError> {
        self.inner.runner.runs(task)
    }

    /// Starts a run now, and waits for the other side's answer. `force` skips the check of *this* node only: the
    /// drill that shows that the other side refuses by its own.
    pub async fn run_now(&self, task: TaskId, force: bool) -> Result<RunStarted, PartyError> {
        Arc::clone(&self.inner.runner).run_now(task, force).await
    }

    /// Stops a run that goes on here. Both sides report it as failed.
    pub fn cancel_run(&self, task: &TaskId) -> Result<(), PartyError> {
        self.inner.runner.cancel(task)
    }

    /// Stops a run that goes on here, so that it can go on later; both sides keep what they have. Of a run that is cut off,
    /// keeps it from going on.
    pub fn pause_run(&self, task: &TaskId) -> Result<(), PartyError> {
        self.inner.runner.pause(task)
    }

    /// Goes on with a run that is cut off, as soon as the peer can be reached.
    pub fn resume_run(&self, task: &TaskId) -> Result<(), PartyError> {
        self.inner.runner.resume(task)
    }

    /// The result file of a task; at the receiver only, once the run was computed.
    pub fn result(&self, task: &TaskId) -> Result<ResultRecord, PartyError> {
        self.inner.runner.result(task)
    }

    /// Derives again what can be derived, and compares.
    pub async fn consistency_check(&self, task: TaskId) -> Result<ConsistencyReport, PartyError> {
        self.inner.runner.consistency_check(task).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PartyError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| PartyError::ShuttingDown)
}

fn count_keys(source: &Source, columns: &[String], rule: KeyRule) -> Result<KeyCounts, RunError> {
    let table = dataset::open_table(source)?;
    let projection = table.find(columns)?;
    let keys: Vec<usize> = (0..projection.len()).collect();
    let request = SideRequest {
        table: &table,
        projection: &projection,
        keys: &keys,
        payload: &[],
        rule,
        duplicates: DuplicateRule::First,
        keep: Keep::Matched,
        // Nothing is released, so nothing is spilled.
        spool: std::path::Path::new(""),
        committer: None,
        cancel: &CancelFlag::default(),
        progress: &|_| {},
    };
    Ok(SideInput::read(request)?.1.counts)
}

fn probe(location: &SourceLocation) -> Result<Probe, PartyError> {
    let cancel = CancelFlag::default();
    let table = Table::open(location.kind, &location.path)?.guess_types(&cancel)?;
    let shareable: Vec<usize> =
        (0..table.columns().len()).filter(|i| table.columns()[*i].data_type.is_some()).collect();
    let mut profiler = Profiler::new(shareable.iter().map(|i| table.columns()[*i].clone()).collect());
    if !shareable.is_empty() {
        table.scan(&shareable, &cancel, |rows| {
            profiler.see(&rows);
            Ok::<_, ConnectorError>(())
        })?;
    }
    let profile = profiler.finish();
    let mut found = profile.columns.into_iter();
    let mut warnings = Vec::new();
    let mut warn = |code: &str, column: Option<&String>| {
        warnings.push(ProbeWarning { code: code.into(), column: column.cloned() });
    };
    if profile.rows == 0 {
        warn("no_rows", None);
    }
    let mut columns = Vec::with_capacity(table.columns().len());
    for column in table.columns() {
        let profiled = if column.data_type.is_some() { found.next() } else { None };
        match profiled {
            Some(profiled) => {
                if profile.rows > 0 && profiled.nulls == profile.rows {
                    warn("empty_column", Some(&column.name));
                }
                columns.push(profiled);
            }
            None => {
                warn("unsupported_column", Some(&column.name));
                columns.push(crate::connector::ColumnProfile {
                    name: column.name.clone(),
                    source_type: column.source_type.clone(),
                    data_type: None,
                    nulls: 0,
                    distinct_estimate: 0,
                    key: None,
                });
            }
        }
    }
    let types: Vec<_> = columns.iter().map(|c| c.data_type).collect();
    let mock_rows = mock_rows(&types, MOCK_ROWS);
    Ok(Probe { columns, rows: profile.rows, bytes: table.stamp()?.bytes, warnings, mock_rows })
}
