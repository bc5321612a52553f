//! A consortium of four processes for one test, on free ports, in a directory of its own.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shuzheng::config::NodeConfig;
use shuzheng::demo::consortium::Consortium;
use shuzheng::demo::report::Report;
use shuzheng::demo::story::{self, Cast};
use shuzheng::sample::{self, SampleFiles, SampleSize};

/// Four consecutive free ports, below the range the kernel gives to outgoing connections.
pub fn four_ports() -> u16 {
    use std::sync::atomic::{AtomicU16, Ordering};
    // Tests in one process and tests in several start at different places.
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 12_000 + (std::process::id() % 1_500) as u16 * 8;
    loop {
        let from = base + NEXT.fetch_add(4, Ordering::Relaxed) % 6_000;
        if (from..from + 4).all(|p| TcpListener::bind(("127.0.0.1", p)).is_ok()) {
            return from;
        }
    }
}

// Each test program uses a part of it.
#[allow(dead_code)]
/// A running consortium with people signed in and data published and granted.
pub struct World {
    /// The processes.
    pub consortium: Consortium,
    /// The people.
    pub cast: Cast,
    /// The data files.
    pub files: SampleFiles,
    /// The grant of 人社局 to 银行.
    pub grant: String,
    /// What happened so far.
    pub report: Report,
    /// Everything is in here.
    pub dir: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

// Four nodes are enough for two cores: the tests of one program take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Founds, starts, publishes, grants.
pub fn world(size: SampleSize, tune: impl Fn(&mut NodeConfig)) -> World {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let files = sample::write(&dir.path().join("data"), sample::SEED, size).expect("sample data");
    let data = dir.path().join("data").canonicalize().expect("the data directory");
    let binary = Path::new(env!("CARGO_BIN_EXE_shuzheng"));
    let mut consortium = Consortium::found(dir.path(), binary, four_ports(), four_ports(), |config| {
        config.party.source_dirs.push(data.clone());
        config.ledger.empty_block_ms = 1_000;
        tune(config);
    })
    .expect("a consortium");
    consortium.start().expect("four running nodes");
    let mut report = Report::default();
    let cast = story::cast(&consortium, &mut report).expect("people");
    story::publish_all(&cast, &files, &mut report).expect("datasets");
    let grant = story::apply_and_grant(&cast, &mut report).expect("a grant");
    World { consortium, cast, files, grant, report, dir, _alone: turn }
}
