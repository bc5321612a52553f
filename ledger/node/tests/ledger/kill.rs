use std::time::Duration;

use ledger_crypto::SuiteId;
use ledger_node::local::Founding;
use ledger_types::tx::SignedTx;

use crate::replica::{Replica, found, leave_load};
use crate::support::*;

const ORGS: [&str; 4] = ["audit", "bank", "hospital", "rsj"];
const TXS_PER_NODE: u64 = 500;

fn heights(replicas: &mut [Option<Replica>]) -> Vec<u64> {
    replicas.iter_mut().flatten().map(|r| r.status().height).collect()
}

fn wait_for(what: &str, replicas: &mut [Option<Replica>], done: impl Fn(&[u64]) -> bool) -> Vec<u64> {
    let begun = std::time::Instant::now();
    loop {
        let now = heights(replicas);
        if done(&now) {
            return now;
        }
        assert!(begun.elapsed() < PATIENCE, "still waiting for {what}: {now:?}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

#[test]
fn processes_killed_under_load_come_back_with_equal_blocks_and_nothing_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut founding = Founding::new(SuiteId::Gm, &ORGS, 2).expect("four members");
    // The load outlives kills and restarts.
    founding.genesis.parameters.valid_until_span_max = 100_000;
    let homes = found(&founding, dir.path());
    let mut ids = Vec::new();
    for (home, org) in homes.iter().zip(ORGS) {
        let txs: Vec<SignedTx> = (1..=TXS_PER_NODE).map(|n| toggle(&founding, org, n)).collect();
        ids.extend(txs.iter().map(|t| t.id(SuiteId::Gm, &founding.genesis.chain).to_string()));
        leave_load(home, &txs);
    }
    let mut replicas: Vec<Option<Replica>> = homes.iter().map(|h| Some(Replica::start(h))).collect();
    wait_for("the first blocks", &mut replicas, |h| h.iter().all(|h| *h >= 2));
    replicas.iter_mut().flatten().for_each(Replica::load);

    // One is killed; the others go on.
    let before = wait_for("blocks under load", &mut replicas, |h| h.iter().all(|h| *h >= 4));
    replicas[2].take().expect("running").kill();
    let top = before.into_iter().max().expect("four");
    let went_on = wait_for("the three to go on", &mut replicas, |h| h.iter().all(|h| *h >= top + 4));
    let mut back = Replica::start(&homes[2]);
    back.load();
    replicas[2] = Some(back);
    let reached = went_on.into_iter().max().expect("three");
    wait_for("the killed one to catch up", &mut replicas, |h| h.iter().all(|h| *h >= reached));

    // All are killed at once, in the middle of whatever they do.
    for replica in replicas.iter_mut().filter_map(Option::take) {
        replica.kill();
    }
    let mut replicas: Vec<Option<Replica>> = homes.iter().map(|h| Some(Replica::start(h))).collect();
    let found = heights(&mut replicas);
    assert!(found.iter().all(|h| *h > 0), "each has its own data: {found:?}");
    replicas.iter_mut().flatten().for_each(Replica::load);
    let top = found.into_iter().max().expect("four");
    wait_for("the next block", &mut replicas, |h| h.iter().all(|h| *h > top));

    // Everything that was submitted gets committed, once, at the same place everywhere.
    let begun = std::time::Instant::now();
    let mut places = std::collections::BTreeSet::new();
    for id in &ids {
        let place = loop {
            let seen: Vec<String> = replicas.iter_mut().flatten().map(|r| r.place(id)).collect();
            if seen.iter().all(|p| !p.is_empty()) {
                assert!(seen.windows(2).all(|w| w[0] == w[1]), "{id} is at {seen:?}");
                break seen[0].clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{id} is not committed everywhere: {seen:?}");
            std::thread::sleep(Duration::from_millis(30));
        };
        assert!(places.insert(place), "two transactions at one place");
    }
    let common = heights(&mut replicas).into_iter().min().expect("four");
    let mut txs = 0;
    for h in 1..=common {
        let blocks: Vec<String> = replicas.iter_mut().flatten().map(|r| r.block(h)).collect();
        assert!(blocks.windows(2).all(|w| w[0] == w[1]), "height {h}: {blocks:?}");
        txs += blocks[0].rsplit(' ').next().and_then(|n| n.parse::<usize>().ok()).expect("a count");
    }
    assert!(txs <= ids.len(), "no transaction twice");
}
