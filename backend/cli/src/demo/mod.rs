//! `shuzheng demo`: the whole story on one machine, through the public API as users would.

pub mod client;
pub mod consortium;
pub mod report;
pub mod story;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use backend_api::task::{TaskDetail, TaskState};
use ledger_types::Digest;
use ledger_types::task::TaskStatus;

use self::consortium::{Consortium, ConsortiumError, MEMBERS, OPERATOR, PASSPHRASE, PASSWORD};
use self::report::{Report, short};
use self::story::StoryError;
use crate::sample::{self, SampleFiles, SampleSize};
use crate::verify;

/// How to run it.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// Where everything is kept; emptied first.
    pub dir: PathBuf,
    /// First of four console ports.
    pub desk_port: u16,
    /// First of four mesh ports.
    pub mesh_port: u16,
    /// Smaller data, for a quick look.
    pub small: bool,
    /// End after the story instead of leaving the console up.
    pub exit: bool,
    /// Record every frame that leaves a node, before encryption.
    pub record_frames: bool,
}

/// Why the demo failed.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The story went otherwise than it must.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// A node failed.
    #[error(transparent)]
    Consortium(#[from] ConsortiumError),
    /// A file could not be written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The directory holds something that is not a demo.
    #[error("{0} exists and is no demo directory; choose another with --dir")]
    NotADemo(PathBuf),
    /// Verification said otherwise than it must.
    #[error("{0}")]
    Verify(String),
}

const MARKER: &str = "shuzheng-demo.marker";

fn prepare(dir: &Path) -> Result<(), DemoError> {
    let io = |source| DemoError::Io { path: dir.to_owned(), source };
    if dir.exists() {
        let empty = std::fs::read_dir(dir).map_err(io)?.next().is_none();
        if !empty && !dir.join(MARKER).exists() {
            return Err(DemoError::NotADemo(dir.to_owned()));
        }
        std::fs::remove_dir_all(dir).map_err(io)?;
    }
    std::fs::create_dir_all(dir).map_err(io)?;
    std::fs::write(dir.join(MARKER), "This directory is emptied by `shuzheng demo`.\n").map_err(io)
}

/// Runs the demo.
pub fn run(options: &DemoOptions) -> Result<(), DemoError> {
    let started = Instant::now();
    prepare(&options.dir)?;
    let dir = options.dir.canonicalize().map_err(|source| DemoError::Io { path: options.dir.clone(), source })?;
    let mut report = Report::default();
    println!("数证 Shuzheng: four organisations on this machine, in {}\n", dir.display());

    let size = if options.small { SampleSize::SMALL } else { SampleSize::DEMO };
    let files: SampleFiles = report.step("", "生成演示数据 sample data (all invented, seeded)", || {
        let files = sample::write(&dir.join("data"), sample::SEED, size)
            .map_err(|source| DemoError::Io { path: dir.join("data"), source })?;
        let text = format!("{} × {} × {} rows", size.insurance, size.loans, size.visits);
        Ok::<_, DemoError>((files, text))
    })?;
    let data_dir = dir.join("data");
    let mut consortium =
        report.step("四方", "建立联盟 found the consortium: keys, genesis, configuration", || {
            let binary = std::env::current_exe().map_err(|source| DemoError::Io { path: "shuzheng".into(), source })?;
            let made = Consortium::found(&dir, &binary, options.desk_port, options.mesh_port, |config| {
                config.party.source_dirs.push(data_dir.clone());
                if options.record_frames {
                    config.mesh.record_frames = Some("frames.tap".into());
                }
            })?;
            let text = format!("genesis {}", made.genesis);
            Ok::<_, DemoError>((made, text))
        })?;
    report.step("四方", "启动节点 start four processes", || {
        consortium.start()?;
        let pids: Vec<String> =
            consortium.members.iter().map(|m| format!("{} {}", m.org, m.pid().unwrap_or_default())).collect();
        Ok::<_, DemoError>(((), format!("pids {}", pids.join(", "))))
    })?;

    let task = tell(&mut consortium, &files, &dir, &mut report)?;
    let seconds = started.elapsed().as_secs_f64();
    println!("\nEverything above holds. 全部通过。 {} steps in {seconds:.1} s; task {task}", report.steps.len());
    println!("Evidence bundle: {}", dir.join("evidence-bundle.json").display());
    if options.exit {
        return Ok(());
    }
    announce(&consortium);
    wait_for_end(&mut consortium)
}

// The story proper; returns the id of the main task.
fn tell(
    consortium: &mut Consortium,
    files: &SampleFiles,
    dir: &Path,
    report: &mut Report,
) -> Result<String, DemoError> {
    let cast = story::cast(consortium, report)?;
    story::publish_all(&cast, files, report)?;
    let grant = story::apply_and_grant(&cast, report)?;
    let task = story::intersect(&cast, &grant, report)?;
    story::check_result(&cast, files, &task, report)?;
    story::consistency(&cast, &task, report)?;
    audit(consortium, &cast, &task, dir, report)?;
    story::fail_closed(&cast, &grant, report)?;
    resilience(consortium, report)?;
    story::revoke(&cast, &grant, report)?;
    Ok(task)
}

// The auditor takes the bundle home and verifies it with no server; a changed byte is found.
fn audit(
    consortium: &Consortium,
    cast: &story::Cast,
    task: &str,
    dir: &Path,
    report: &mut Report,
) -> Result<(), DemoError> {
    let path = dir.join("evidence-bundle.json");
    report.step("审计局", "下载证据包 download the evidence bundle", || {
        let auditor = cast.get("audit", "sun.lei");
        story::eventually("the completed task at the auditor", || {
            let found = auditor.get::<TaskDetail>(&format!("/v1/tasks/{task}"));
            Ok(found.ok().filter(|t| t.summary.state == TaskState::Completed))
        })?;
        let bytes = auditor.download(&format!("/v1/tasks/{task}/evidence_bundle")).map_err(StoryError::from)?;
        std::fs::write(&path, &bytes).map_err(|source| DemoError::Io { path: path.clone(), source })?;
        Ok::<_, DemoError>(((), format!("{} bytes", bytes.len())))
    })?;
    let genesis: Digest = consortium.genesis;
    report.step("审计局", "离线验真 verify offline, no server", || {
        let checked = verify::file(&path, Some(genesis)).map_err(|e| DemoError::Verify(e.to_string()))?;
        if !checked.holds() {
            return Err(DemoError::Verify(format!("the bundle does not verify:\n{}", checked.text())));
        }
        if checked.0.facts.outcome != Some(TaskStatus::Completed) {
            return Err(DemoError::Verify(format!("the bundle says {:?}", checked.0.facts.outcome)));
        }
        Ok(((), checked.summary()))
    })?;
    report.step("审计局", "篡改一个字节 flip one byte of the bundle: detected", || {
        let text = std::fs::read_to_string(&path).map_err(|source| DemoError::Io { path: path.clone(), source })?;
        let forged = dir.join("evidence-bundle-forged.json");
        std::fs::write(&forged, verify::flip_one_digit(&text))
            .map_err(|source| DemoError::Io { path: forged.clone(), source })?;
        match verify::file(&forged, Some(genesis)) {
            Ok(checked) if checked.holds() => Err(DemoError::Verify("a forged bundle verified".into())),
            Ok(checked) => Ok(((), checked.summary())),
            Err(e) => Ok(((), e.to_string())),
        }
    })
}

// One of four nodes loses power; the others go on; it returns and agrees.
fn resilience(consortium: &mut Consortium, report: &mut Report) -> Result<(), DemoError> {
    let look = |url: &str| -> Result<(u64, String), StoryError> {
        let client = client::Client::login(url, OPERATOR, PASSWORD)?;
        let chain: backend_api::ledger::Chain = client.get("/v1/chain")?;
        Ok((chain.height, chain.block_hash))
    };
    let before = look(&consortium.member("bank").url)?.0;
    report.step("医院", "断电 kill -9 of 医院's node: the other three go on", || {
        consortium.member_mut("hospital").kill()?;
        let url = consortium.member("bank").url.clone();
        let height = story::eventually("blocks without the hospital", || {
            let (height, _) = look(&url)?;
            Ok((height > before + 1).then_some(height))
        })?;
        Ok::<_, DemoError>(((), format!("height {before} → {height}")))
    })?;
    report.step("医院", "恢复 restart: it catches up and agrees", || {
        let binary = consortium.binary.clone();
        let hospital = consortium.member_mut("hospital");
        hospital.start(&binary)?;
        hospital.wait_healthy(Duration::from_secs(60))?;
        let (mine, other) = (consortium.member("hospital").url.clone(), consortium.member("bank").url.clone());
        let client = client::Client::login(&other, OPERATOR, PASSWORD).map_err(StoryError::from)?;
        let agreed = story::eventually("the hospital at the tip", || {
            let (height, _) = look(&other)?;
            let block: backend_api::ledger::Block = client.get(&format!("/v1/blocks/{height}"))?;
            let own = client::Client::login(&mine, OPERATOR, PASSWORD)?;
            match own.get::<backend_api::ledger::Block>(&format!("/v1/blocks/{height}")) {
                Ok(found) if found.summary.hash == block.summary.hash => Ok(Some((height, found.summary.hash))),
                Ok(found) => Err(StoryError::Unexpected(format!(
                    "two blocks at height {height}: {} and {}",
                    found.summary.hash, block.summary.hash
                ))),
                Err(client::ClientError::Problem { .. }) => Ok(None),
                Err(e) => Err(e.into()),
            }
        })?;
        Ok::<_, DemoError>(((), format!("block {} = {} on both", agreed.0, short(&agreed.1))))
    })
}

fn announce(consortium: &Consortium) {
    println!("\nConsoles 控制台 (password 口令 {PASSWORD}, signing passphrase 签名口令 {PASSPHRASE}):");
    for (member, (_, name_zh, _)) in consortium.members.iter().zip(MEMBERS) {
        let people: Vec<&str> = story::PEOPLE.iter().filter(|p| p.0 == member.org.as_str()).map(|p| p.1).collect();
        println!("  {}  {name_zh:<6} {OPERATOR}, {}", member.url, people.join(", "));
    }
    println!("Ctrl-C ends it. 按 Ctrl-C 结束。");
}

// Until Ctrl-C, which reaches the children too: they are in our process group.
fn wait_for_end(consortium: &mut Consortium) -> Result<(), DemoError> {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        if consortium.members.iter_mut().all(|m| !m.running()) {
            return Ok(());
        }
    }
}
