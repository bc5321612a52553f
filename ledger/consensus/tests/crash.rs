//! Four validators as four processes, killed with SIGKILL at odd instants. The test starts itself again for
//! each node ([`one_node_as_a_process`]).

mod support;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use ledger_consensus::ConsensusEngine;
use ledger_crypto::{SigningKey, Verifier};
use ledger_types::block::{Validator, ValidatorSet};
use ledger_types::proof::verify_certificate;
use support::store::{Blocks, read_blocks};
use support::{Consortium, SUITE, TestApp, chain, logs, org};

const NODE: &str = "SHUZHENG_CRASH_TEST_NODE";
const DIR: &str = "SHUZHENG_CRASH_TEST_DIR";

/// The node with the keys and addresses that the parent wrote.
#[test]
fn one_node_as_a_process() {
    let (Ok(who), Ok(dir)) = (std::env::var(NODE), std::env::var(DIR)) else { return };
    logs();
    let (who, dir): (usize, _) = (who.parse().expect("a number"), Path::new(&dir).to_owned());
    let text = std::fs::read_to_string(dir.join("members")).expect("written by the parent");
    let mut consortium = Consortium::new(4);
    consortium.keys = text
        .lines()
        .map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next().expect("three words");
            let name = org(word());
            let secret: [u8; 32] = from_hex(word()).try_into().expect("32 bytes");
            (name, Arc::new(SigningKey::from_bytes(SUITE, &secret).expect("a key")), word().to_owned())
        })
        .collect();
    consortium.validators = validators(&consortium);
    let home = dir.join(consortium.keys[who].0.as_str());
    let app = TestApp::open(consortium.keys[who].0.clone(), consortium.validators.clone(), &home);
    app.busy.store(true, SeqCst);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads").block_on(async {
        let mesh = consortium.mesh(who).await;
        let mut engine = consortium.engine(who, &mesh);
        engine.dir = home.join("engine");
        let mut handle = engine.start(app).await.expect("the engine starts");
        let monitor = handle.monitor();
        loop {
            let pause = tokio::time::sleep(Duration::from_millis(50));
            tokio::select! {
                end = handle.stopped() => panic!("the engine ended: {end:?}"),
                () = pause => {}
            }
            let s = monitor.status();
            let told = format!("{} {}", s.votes_withheld, s.equivocations_seen);
            let fresh = home.join("status.new");
            std::fs::write(&fresh, told).and_then(|()| std::fs::rename(&fresh, home.join("status"))).expect("written");
        }
    });
}

fn from_hex(s: &str) -> Vec<u8> {
    let byte = |i: usize| u8::from_str_radix(&s[i..i + 2], 16).expect("hex");
    (0..s.len()).step_by(2).map(byte).collect()
}

fn validators(consortium: &Consortium) -> ValidatorSet {
    let validator =
        |(org, key, _): &(_, Arc<SigningKey>, _)| Validator { org: Clone::clone(org), key: key.public_key(), power: 1 };
    ValidatorSet::new(consortium.keys.iter().map(validator).collect()).expect("a valid set")
}

struct Processes {
    consortium: Consortium,
    running: Vec<Option<Child>>,
}

impl Processes {
    fn start(&mut self, who: usize) {
        let child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "one_node_as_a_process", "--nocapture"])
            .env(NODE, who.to_string())
            .env(DIR, self.consortium.dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("a process");
        self.running[who] = Some(child);
    }

    fn kill(&mut self, who: usize) {
        if let Some(mut child) = self.running[who].take() {
            child.kill().expect("it runs");
            child.wait().expect("it ran");
        }
    }

    fn blocks(&self, who: usize) -> Blocks {
        read_blocks(&self.consortium.dir.path().join(self.consortium.keys[who].0.as_str())).0
    }

    fn heights(&self) -> Vec<usize> {
        (0..4).map(|who| self.blocks(who).len()).collect()
    }

    fn until_beyond(&mut self, height: usize) {
        let begun = Instant::now();
        while self.heights().iter().any(|h| *h <= height) {
            for who in 0..4 {
                let ended = self.running[who].as_mut().and_then(|c| c.try_wait().expect("a child"));
                assert!(ended.is_none(), "node {who} ended by itself: {ended:?}");
            }
            assert!(begun.elapsed() < Duration::from_secs(120), "stuck at {:?}, wanted {height}", self.heights());
            std::thread::sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        (0..4).for_each(|who| self.kill(who));
    }
}

#[test]
fn killed_nodes_come_back_and_no_block_differs() {
    let consortium = Consortium::new(4);
    let hex = |b: &[u8]| b.iter().map(|x| format!("{x:02x}")).collect::<String>();
    let line = |(org, key, address): &(_, Arc<SigningKey>, String)| {
        let org: &ledger_types::id::OrgId = org;
        format!("{org} {} {address}\n", hex(&key.to_bytes()[..]))
    };
    let members: String = consortium.keys.iter().map(line).collect();
    std::fs::write(consortium.dir.path().join("members"), members).expect("written");
    let mut all = Processes { consortium, running: vec![None, None, None, None] };
    (0..4).for_each(|who| all.start(who));
    all.until_beyond(2);
    // One at a time, at instants that drift against the pace of blocks.
    for n in 0..8u64 {
        let who = (n * 3 % 4) as usize;
        all.kill(who);
        std::thread::sleep(Duration::from_millis(90 + n * 37));
        all.start(who);
        std::thread::sleep(Duration::from_millis(170 + n * 53));
    }
    let goal = all.heights().into_iter().max().unwrap_or(0);
    all.until_beyond(goal);
    // All at once.
    for n in 0..3u64 {
        (0..4).for_each(|who| all.kill(who));
        (0..4).for_each(|who| all.start(who));
        std::thread::sleep(Duration::from_millis(400 + n * 211));
    }
    let goal = all.heights().into_iter().max().unwrap_or(0);
    all.until_beyond(goal + 2);
    for who in 0..4 {
        let home = all.consortium.dir.path().join(all.consortium.keys[who].0.as_str());
        let told = std::fs::read_to_string(home.join("status")).expect("the node told");
        assert_eq!(told, "0 0", "votes withheld and contradictions seen by node {who}");
        all.kill(who);
    }
    let chains: Vec<Blocks> = (0..4).map(|who| all.blocks(who)).collect();
    let (verifier, validators) = (Verifier::new(SUITE, 8), validators(&all.consortium));
    for blocks in &chains {
        for (mine, first) in blocks.iter().zip(&chains[0]) {
            assert_eq!(mine.0, first.0, "height {}", mine.0.header.height);
        }
        for (block, _, certificate) in blocks {
            verify_certificate(&verifier, SUITE, &chain(), &validators, &block.header, certificate)
                .expect("a decided block carries a certificate");
        }
    }
}
