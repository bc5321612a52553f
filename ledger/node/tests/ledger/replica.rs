//! A node in a process of its own, for tests that kill it. The process is this test program again, asked to
//! run the one ignored test below; it obeys lines on its standard input and answers with lines that start
//! with `@`.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ledger_client::Ledger;
use ledger_crypto::SigningKey;
use ledger_mesh::Mesh;
use ledger_node::local::{Founding, free_addresses, mesh_config};
use ledger_node::{Engine, LedgerNode, NodeConfig};
use ledger_types::block::Genesis;
use ledger_types::cbor;
use ledger_types::tx::SignedTx;
use serde::{Deserialize, Serialize};

use crate::support::PATIENCE;

const HOME: &str = "SHUZHENG_TEST_REPLICA";

#[derive(Serialize, Deserialize)]
struct Home {
    genesis: Genesis,
    index: usize,
    key: Vec<u8>,
    addresses: Vec<SocketAddr>,
}

/// One process.
pub struct Replica {
    home: PathBuf,
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

/// What a replica says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub height: u64,
    pub pending: usize,
}

/// Writes the directories of all replicas.
pub fn found(founding: &Founding, dir: &Path) -> Vec<PathBuf> {
    let addresses = free_addresses(founding.orgs.len()).expect("ports are free");
    let one = |(index, org)| {
        let home = dir.join(format!("{org}"));
        std::fs::create_dir_all(&home).expect("a directory");
        let key = founding.node_key(org).expect("a member").to_bytes().to_vec();
        let content = Home { genesis: founding.genesis.clone(), index, key, addresses: addresses.clone() };
        std::fs::write(home.join("home.json"), serde_json::to_vec(&content).expect("plain data")).expect("written");
        home
    };
    founding.orgs.iter().enumerate().map(one).collect()
}

/// Leaves signed transactions for a replica to submit when it is told to.
pub fn leave_load(home: &Path, txs: &[SignedTx]) {
    std::fs::write(home.join("load.cbor"), cbor::to_bytes(txs)).expect("written");
}

impl Replica {
    pub fn start(home: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["replica::replica_process", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env(HOME, home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // The test runner prints the name of the test on the same line.
                if let Some((_, answer)) = line.split_once('@')
                    && sender.send(answer.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        let replica = Self { home: home.to_owned(), child, input, answers };
        assert_eq!(replica.answer(), "running");
        replica
    }

    fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).expect("the replica answers")
    }

    fn ask(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").expect("the replica listens");
        self.answer()
    }

    pub fn status(&mut self) -> Status {
        let answer = self.ask("status");
        let (height, pending) = answer.split_once(' ').expect("two numbers");
        Status { height: height.parse().expect("a number"), pending: pending.parse().expect("a number") }
    }

    /// Hash, state root and number of transactions of a block.
    pub fn block(&mut self, height: u64) -> String {
        self.ask(&format!("block {height}"))
    }

    /// Whether a transaction is committed, and where.
    pub fn place(&mut self, tx: &str) -> String {
        self.ask(&format!("tx {tx}"))
    }

    /// Submits the load in the background.
    pub fn load(&mut self) {
        assert_eq!(self.ask("load"), "loading");
    }

    /// Kill -9.
    pub fn kill(mut self) -> PathBuf {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is dead");
        self.home.clone()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Not a test: the other process.
#[test]
#[ignore = "run by the tests that kill processes"]
fn replica_process() {
    let Some(home) = std::env::var_os(HOME).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build().expect("threads");
    let node = runtime.block_on(start(&home));
    // The end of a node is the end of its process.
    let watched = node.clone();
    runtime.spawn(async move {
        let outcome = watched.stopped().await;
        println!("@stopped {outcome:?}");
        std::process::exit(3);
    });
    println!("@running");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let (word, rest) = line.split_once(' ').unwrap_or((line.as_str(), ""));
        match word {
            "status" => println!("@{} {}", node.status().height, node.status().pending),
            "block" => {
                let block = rest.parse().ok().and_then(|h| node.block(h).expect("readable"));
                let seen = block.map(|b| format!("{} {} {}", b.hash, b.header.state_root, b.txs.len()));
                println!("@{}", seen.unwrap_or_default());
            }
            "tx" => {
                let found = rest.parse().ok().and_then(|id| node.tx(&id).expect("readable"));
                println!("@{}", found.map(|t| format!("{} {}", t.receipt.height, t.receipt.index)).unwrap_or_default());
            }
            "load" => {
                let (node, home) = (node.clone(), home.clone());
                runtime.spawn(async move { load(&node, &home).await });
                println!("@loading");
            }
            _ => println!("@?"),
        }
    }
}

async fn start(home: &Path) -> LedgerNode {
    let content = std::fs::read(home.join("home.json")).expect("a home");
    let content: Home = serde_json::from_slice(&content).expect("as it was written");
    let bytes: [u8; 32] = content.key.try_into().expect("32 bytes");
    let key = Arc::new(SigningKey::from_bytes(content.genesis.suite, &bytes).expect("a key"));
    let mesh = Mesh::start(mesh_config(&content.genesis, &content.addresses, content.index, key.clone()));
    let mesh = mesh.await.expect("the port is free");
    let org = content.genesis.organisations[content.index].id.clone();
    let mut config = NodeConfig::new(home, content.genesis, org, key, Engine::Malachite(mesh));
    config.pacing.block_interval = Duration::from_millis(50);
    LedgerNode::start(config).await.expect("it starts")
}

// Submits what is not committed yet, again and again: after a kill the rest is still to be done.
async fn load(node: &LedgerNode, home: &Path) {
    let bytes = std::fs::read(home.join("load.cbor")).expect("a load");
    let txs: Vec<SignedTx> = cbor::from_bytes(&bytes).expect("as it was written");
    for batch in txs.chunks(10) {
        // Committed or waiting already is fine, and so is a full queue: the parent counts at the end.
        let _ = node.submit_many(batch.to_vec()).await;
        tokio::time::sleep(Duration::from_millis(80)).await;
    }
}
