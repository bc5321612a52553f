//! Four organisations as four processes on this machine, each with its own directory, keys and database.

use std::fs::File;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ledger_types::id::{AccountId, ChainId, OrgId};
use ledger_types::{Digest, SuiteId};

use super::client;
use crate::config::NodeConfig;
use crate::init::{self, InitError, NewOrganisation};

/// The members of the demo: id, Chinese name, English name.
pub const MEMBERS: [(&str, &str, &str); 4] = [
    ("rsj", "人社局", "Human Resources and Social Security Bureau"),
    ("hospital", "医院", "Hospital"),
    ("bank", "银行", "Bank"),
    ("audit", "审计局", "Audit Bureau"),
];

/// The operator of every organisation of the demo.
pub const OPERATOR: &str = "admin";
/// Login password of every person of the demo. A demo's password, printed on the screen.
pub const PASSWORD: &str = "shuzheng-demo-2026";
/// Signing passphrase of every person of the demo.
pub const PASSPHRASE: &str = "sign-with-care-2026";

/// What can go wrong on the way to a running consortium.
#[derive(Debug, thiserror::Error)]
pub enum ConsortiumError {
    /// Founding failed.
    #[error(transparent)]
    Init(#[from] InitError),
    /// A file or process could not be made.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A port is taken.
    #[error("port {port} is in use. Stop what listens there, or choose another with --desk-port and --mesh-port.")]
    PortTaken {
        /// Which.
        port: u16,
    },
    /// A node ended.
    #[error("the node of {org} ended ({status}); the end of {log}:\n{tail}")]
    Ended {
        /// Whose.
        org: String,
        /// How.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The last lines.
        tail: String,
    },
    /// A node did not come up.
    #[error("the node of {org} does not answer at {url} after {seconds} s; see {log}")]
    Silent {
        /// Whose.
        org: String,
        /// Where.
        url: String,
        /// How long it was waited for.
        seconds: u64,
        /// Its log.
        log: PathBuf,
    },
}

fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> ConsortiumError {
    let what = what.into();
    move |source| ConsortiumError::Io { what, source }
}

/// One organisation of the demo.
pub struct Member {
    /// Identifier.
    pub org: OrgId,
    /// Chinese name.
    pub name_zh: &'static str,
    /// Its directory.
    pub dir: PathBuf,
    /// Its console and API.
    pub url: String,
    child: Option<Child>,
}

impl Member {
    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        self.dir.join("node.log")
    }

    /// Starts the process.
    pub fn start(&mut self, binary: &Path) -> Result<(), ConsortiumError> {
        let log = File::options().create(true).append(true).open(self.log()).map_err(io_error("node.log"))?;
        let errors = log.try_clone().map_err(io_error("node.log"))?;
        let child = Command::new(binary)
            .arg("node")
            .arg("--config")
            .arg(self.dir.join("node.toml"))
            // The node ends when this process does, however that ends: the pipe closes.
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(io_error(format!("start {}", binary.display())))?;
        self.child = Some(child);
        Ok(())
    }

    /// Kills the process as a power cut would (SIGKILL).
    pub fn kill(&mut self) -> Result<(), ConsortiumError> {
        if let Some(mut child) = self.child.take() {
            child.kill().map_err(io_error("kill"))?;
            child.wait().map_err(io_error("wait"))?;
        }
        Ok(())
    }

    /// Asks the process to end (SIGTERM) and waits for it.
    pub fn stop(&mut self) -> Result<(), ConsortiumError> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let term = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        term.map_err(io_error("kill -TERM"))?;
        let until = Instant::now() + Duration::from_secs(15);
        while child.try_wait().map_err(io_error("wait"))?.is_none() {
            if Instant::now() > until {
                child.kill().map_err(io_error("kill"))?;
                child.wait().map_err(io_error("wait"))?;
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Whether the process is still there.
    pub fn running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|c| matches!(c.try_wait(), Ok(None)))
    }

    /// Process id, when running.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Waits until the node answers.
    pub fn wait_healthy(&mut self, at_most: Duration) -> Result<(), ConsortiumError> {
        let until = Instant::now() + at_most;
        loop {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait().map_err(io_error("wait"))?
            {
                let log = self.log();
                let text = std::fs::read_to_string(&log).unwrap_or_default();
                let tail: Vec<&str> = text.lines().rev().take(15).collect();
                let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n");
                return Err(ConsortiumError::Ended {
                    org: self.org.to_string(),
                    status: status.to_string(),
                    log,
                    tail,
                });
            }
            if client::healthy(&self.url) {
                return Ok(());
            }
            if Instant::now() > until {
                return Err(ConsortiumError::Silent {
                    org: self.org.to_string(),
                    url: self.url.clone(),
                    seconds: at_most.as_secs(),
                    log: self.log(),
                });
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// The four of them.
pub struct Consortium {
    /// Members, in the order of [`MEMBERS`].
    pub members: Vec<Member>,
    /// Hash of the genesis document: what an auditor compares.
    pub genesis: Digest,
    /// The program that runs the nodes.
    pub binary: PathBuf,
}

impl Consortium {
    /// Makes keys, genesis and configurations under `dir`. Nothing runs yet.
    pub fn found(
        dir: &Path,
        binary: &Path,
        desk_port: u16,
        mesh_port: u16,
        tune: impl Fn(&mut NodeConfig),
    ) -> Result<Self, ConsortiumError> {
        let suite = SuiteId::Gm;
        let chain = ChainId::new("shuzheng-demo").expect("a constant slug");
        let mut cards = Vec::new();
        for (i, (id, name_zh, name_en)) in (0u16..).zip(MEMBERS) {
            for port in [desk_port + i, mesh_port + i] {
                TcpListener::bind(("127.0.0.1", port)).map_err(|_| ConsortiumError::PortTaken { port })?;
            }
            let home = dir.join(id);
            let node_passphrase = random_passphrase()?;
            let new = NewOrganisation {
                id: OrgId::new(id).expect("a constant slug"),
                name_zh: name_zh.into(),
                name_en: name_en.into(),
                mesh_address: format!("127.0.0.1:{}", mesh_port + i),
                operator: AccountId::new(OPERATOR).expect("a constant slug"),
                operator_name: format!("{name_zh}管理员"),
                node_passphrase: &node_passphrase,
                operator_passphrase: PASSPHRASE,
                suite,
            };
            cards.push(init::organisation(&home, &new)?);
            init::write_private(&home.join("keys/node.passphrase"), node_passphrase.as_bytes())?;
            init::write_private(&home.join("keys/first-password"), PASSWORD.as_bytes())?;
        }
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now_ms = now.map(|d| d.as_millis() as u64).unwrap_or_default();
        let genesis = init::genesis(chain, suite, now_ms, &cards)?;
        let mut members = Vec::new();
        for (i, (id, name_zh, _)) in (0u16..).zip(MEMBERS) {
            let home = dir.join(id);
            let org = OrgId::new(id).expect("a constant slug");
            let desk = SocketAddr::from(([127, 0, 0, 1], desk_port + i));
            let mesh = SocketAddr::from(([127, 0, 0, 1], mesh_port + i));
            let path = init::join(&home, &org, &genesis, &cards, desk, mesh)?;
            let (mut config, _) = NodeConfig::load(&path).map_err(|e| InitError::Members(e.to_string()))?;
            config.desk.administrator_contact = format!("{name_zh}信息中心");
            tune(&mut config);
            init::write_config(&home, &config)?;
            members.push(Member { org, name_zh, dir: home, url: format!("http://{desk}"), child: None });
        }
        Ok(Self { members, genesis: genesis.hash(), binary: binary.to_owned() })
    }

    /// Starts all and waits until they answer.
    pub fn start(&mut self) -> Result<(), ConsortiumError> {
        for member in &mut self.members {
            member.start(&self.binary)?;
        }
        for member in &mut self.members {
            member.wait_healthy(Duration::from_secs(60))?;
        }
        Ok(())
    }

    /// A member by id.
    pub fn member(&self, id: &str) -> &Member {
        self.members.iter().find(|m| m.org.as_str() == id).expect("one of MEMBERS")
    }

    /// A member by id, to start or stop it.
    pub fn member_mut(&mut self, id: &str) -> &mut Member {
        self.members.iter_mut().find(|m| m.org.as_str() == id).expect("one of MEMBERS")
    }
}

impl Drop for Consortium {
    fn drop(&mut self) {
        for member in &mut self.members {
            // Nothing can be done about a process that cannot be stopped while this one ends.
            let _ = member.stop();
        }
    }
}

fn random_passphrase() -> Result<String, ConsortiumError> {
    use rand_core::RngCore;
    let mut bytes = [0u8; 24];
    rand_core::OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|e| ConsortiumError::Io { what: "randomness".into(), source: io::Error::other(e.to_string()) })?;
    Ok(hex::encode(bytes))
}
