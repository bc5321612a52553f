use std::collections::BTreeSet;

use ledger_crypto::{Digest, SuiteId};
use ledger_state::{Place, Retention, Store, Topic};
use ledger_types::id::{AccountRef, DatasetId, TaskId};
use ledger_types::receipt::{Event, EventKind};
use proptest::prelude::*;

use crate::support::*;

fn task(n: u8) -> TaskId {
    TaskId(Digest([n; 32]))
}

fn dataset(n: u8) -> DatasetId {
    DatasetId::new(format!("a.set-{n}")).unwrap()
}

fn event(kind: EventKind, orgs: &[&str], t: Option<u8>, d: Option<u8>) -> Event {
    Event {
        kind,
        orgs: orgs.iter().map(|o| org(o)).collect(),
        task: t.map(task),
        session: None,
        datasets: d.map(dataset).into_iter().collect(),
        application: None,
        grant: None,
        account: None,
        code: None,
    }
}

const KINDS: [EventKind; 3] = [EventKind::TaskReady, EventKind::TaskApproved, EventKind::DatasetPublished];

type Row = (AccountRef, Vec<Event>);

fn tx() -> impl Strategy<Value = Row> {
    let one = (0usize..3, 0u8..3, prop::option::of(0u8..4), prop::option::of(0u8..3));
    (0u8..3, prop::collection::vec(one, 0..3)).prop_map(|(who, events)| {
        let name = |n: u8| ["a", "b", "c"][n as usize];
        let events = events.into_iter().map(|(k, o, t, d)| event(KINDS[k], &[name(o)], t, d)).collect();
        (actor(name(who), "x"), events)
    })
}

fn topic() -> impl Strategy<Value = Topic> {
    prop_oneof![
        (0u8..5).prop_map(|n| Topic::Task(task(n))),
        (0u8..4).prop_map(|n| Topic::Dataset(dataset(n))),
        (0u8..3).prop_map(|n| Topic::Org(org(["a", "b", "c"][n as usize]))),
        (0u8..3).prop_map(|n| Topic::Actor(actor(["a", "b", "c"][n as usize], "x"))),
        (0usize..3).prop_map(|n| Topic::Kind(KINDS[n])),
    ]
}

fn speaks_of(row: &Row, topic: &Topic) -> bool {
    let (sender, events) = row;
    match topic {
        Topic::Actor(a) => sender == a,
        Topic::Org(o) => &sender.org == o || events.iter().any(|e| e.orgs.contains(o)),
        Topic::Kind(k) => events.iter().any(|e| e.kind == *k),
        Topic::Task(t) => events.iter().any(|e| e.task == Some(*t)),
        Topic::Dataset(d) => events.iter().any(|e| e.datasets.contains(d)),
    }
}

fn fill(store: &Store, blocks: &[Vec<Row>]) -> Vec<(Place, Row)> {
    let mut all = Vec::new();
    for (h, rows) in (1u64..).zip(blocks) {
        commit(store, vec![], rows.clone());
        all.extend((0u32..).zip(rows).map(|(i, r)| ((h, i), r.clone())));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_search_finds_what_a_scan_finds(
        blocks in prop::collection::vec(prop::collection::vec(tx(), 0..6), 1..8),
        queries in prop::collection::vec(
            (prop::collection::vec(topic(), 0..4), (0u64..9, 0u32..6), 0u64..10, 0usize..12), 20),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), SuiteId::Intl, Retention::Archive).unwrap();
        let all = fill(&store, &blocks);
        for (topics, from, to, limit) in queries {
            let expected: Vec<Place> = all.iter()
                .filter(|(p, row)| *p >= from && p.0 <= to && topics.iter().all(|t| speaks_of(row, t)))
                .map(|(p, _)| *p).take(limit).collect();
            prop_assert_eq!(store.evidence(&topics, from, to, limit).unwrap(), expected);
        }
    }
}

#[test]
fn transactions_are_found_by_id_place_and_block() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    let rows: Vec<Row> = (0..3).map(|_| (actor("a", "x"), vec![])).collect();
    let decided = commit(&store, vec![], rows);
    let ids: BTreeSet<_> = decided.receipts.iter().map(|r| r.tx).collect();
    assert_eq!(ids.len(), 3);
    for (i, r) in (0u32..).zip(&decided.receipts) {
        assert_eq!(store.locate(&r.tx).unwrap(), Some((1, i)));
        let row = store.row(1, i).unwrap().unwrap();
        assert_eq!((&row.receipt, &row.tx), (r, &decided.block.txs[i as usize]));
    }
    assert_eq!(store.txs(1).unwrap().unwrap(), decided.block.txs);
    assert_eq!(store.height_of(&store.tip().hash).unwrap(), Some(1));
    assert_eq!(store.height_of(&store.genesis().hash()).unwrap(), Some(0));
    assert_eq!(store.height_of(&Digest::ZERO).unwrap(), None);
}

#[test]
fn times_become_heights() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), SuiteId::Gm, Retention::Archive).unwrap();
    for _ in 0..5 {
        commit(&store, vec![], vec![]);
    }
    // Blocks at 1010, 1020 … 1050.
    assert_eq!(store.first_at_or_after(0).unwrap(), 1);
    assert_eq!(store.first_at_or_after(1_020).unwrap(), 2);
    assert_eq!(store.first_at_or_after(1_021).unwrap(), 3);
    assert_eq!(store.first_at_or_after(1_051).unwrap(), 6);
}
