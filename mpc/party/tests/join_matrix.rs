//! Every kind of join, over random dirty tables: what the engine writes is what somebody with both tables would write.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use ledger_types::task::{DuplicateRule, ProtocolRole, ResultFormat, RowJoin, RowsOutput};
use mpc_party::connector::{CancelFlag, ConnectorError, SourceKind, Table};
use mpc_party::local::{LocalError, LocalOutcome, LocalPsi, psi};
use mpc_psi::Protocol;
use mpc_psi::rr22::Security;
use mpc_psi::run::Control;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A row: two key columns and a value.
#[derive(Debug, Clone)]
struct Row {
    key: (String, String),
    value: Option<String>,
}

fn key_part() -> impl Strategy<Value = String> {
    let clean = prop::sample::select(vec!["a", "b", "c"]);
    (clean, 0..8u8).prop_map(|(clean, dirt)| match dirt {
        0 => format!("  {clean}"),
        1 => format!("{clean}\u{3000}"),
        2 => clean.chars().map(|c| char::from_u32(c as u32 - 0x21 + 0xff01).unwrap()).collect(),
        3 => format!("\u{feff}{clean}"),
        4 => String::new(),
        5 => " \t".into(),
        _ => clean.into(),
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value = prop::option::weighted(0.8, prop::sample::select(vec!["x", "y, \"z\"", "两\n行", "7"]));
    let row = (key_part(), key_part(), value).prop_map(|(a, b, v)| Row { key: (a, b), value: v.map(str::to_owned) });
    prop::collection::vec(row, 0..12)
}

/// The key without its dirt; `None` when a part is empty.
fn clean(row: &Row) -> Option<(char, char)> {
    let part = |s: &str| {
        let c = s.chars().find(|c| c.is_alphabetic())?;
        Some(if c.is_ascii() { c } else { char::from_u32(c as u32 - 0xff01 + 0x21).unwrap() })
    };
    Some((part(&row.key.0)?, part(&row.key.1)?))
}

fn repeats(rows: &[Row]) -> bool {
    let mut keys: Vec<_> = rows.iter().filter_map(clean).collect();
    let all = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() < all
}

/// Lines of the result, as somebody who holds both tables would write them: own keys, own value where it is kept, the
/// other's value where it is released.
fn plaintext(
    own: &[Row],
    peer: &[Row],
    keep: Keep,
    duplicates: DuplicateRule,
    (kept, released): (bool, bool),
) -> Vec<Vec<String>> {
    let mut theirs: BTreeMap<(char, char), Vec<&Row>> = BTreeMap::new();
    for row in peer {
        if let Some(key) = clean(row) {
            theirs.entry(key).or_default().push(row);
        }
    }
    let mut seen = Vec::new();
    let mut out = Vec::new();
    for row in own {
        let line = |other: Option<&Row>| {
            let text = |v: &Option<String>| v.clone().unwrap_or_default();
            let mut line = vec![row.key.0.clone(), row.key.1.clone()];
            line.extend(kept.then(|| text(&row.value)));
            line.extend(released.then(|| other.map(|o| text(&o.value)).unwrap_or_default()));
            line
        };
        let key = clean(row);
        let partners = key.and_then(|k| theirs.get(&k));
        let again = key.is_some_and(|k| seen.contains(&k));
        seen.extend(key);
        match (keep, partners) {
            (Keep::Matched, None) | (Keep::Unmatched, Some(_)) => {}
            (Keep::Matched, Some(_)) if again && duplicates == DuplicateRule::First => {}
            (_, None) => out.push(line(None)),
            (_, Some(many)) if released && duplicates == DuplicateRule::Join => {
                out.extend(many.iter().map(|other| line(Some(other))));
            }
            (_, Some(many)) => out.push(line(Some(many[0]))),
        }
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Keep {
    Matched,
    All,
    Unmatched,
}

fn write_csv(path: &Path, header: &str, rows: &[Row]) {
    let mut out = format!("{header}\n");
    for row in rows {
        let value = row.value.as_ref().map(|v| format!("\"{}\"", v.replace('"', "\"\""))).unwrap_or_default();
        writeln!(out, "\"{}\",\"{}\",{value}", row.key.0, row.key.1).unwrap();
    }
    // A line that keeps a column of nothing but digits or nulls from becoming a column of numbers.
    out.push_str("zz,\"  \",text\n");
    std::fs::write(path, out).unwrap();
}

fn last() -> Row {
    Row { key: ("zz".into(), "  ".into()), value: Some("text".into()) }
}

fn read(path: &Path, format: ResultFormat) -> Vec<Vec<String>> {
    let kind = match format {
        ResultFormat::Csv => SourceKind::Csv,
        ResultFormat::Parquet => SourceKind::Parquet,
    };
    let table = Table::open(kind, path).unwrap();
    let all: Vec<usize> = (0..table.columns().len()).collect();
    let mut out = Vec::new();
    table
        .scan(&all, &CancelFlag::default(), |rows| {
            for i in 0..rows.len {
                out.push(rows.columns.iter().map(|c| c.cell(i).text().unwrap_or_default().into_owned()).collect());
            }
            Ok::<_, ConnectorError>(())
        })
        .unwrap();
    out
}

struct Shape {
    join: RowJoin,
    both: bool,
    duplicates: DuplicateRule,
    released: bool,
    format: ResultFormat,
    protocol: Protocol,
}

type Outcome = Result<LocalOutcome, LocalError>;

fn run(runtime: &tokio::runtime::Runtime, dir: &Path, shape: &Shape) -> (Outcome, Outcome) {
    let side = |role, file: &str, columns: Option<&[&str]>, output: Option<&str>| LocalPsi {
        keep: None,
        protocol: shape.protocol,
        numbers: None,
        role,
        file: dir.join(file),
        kind: SourceKind::Csv,
        keys: if role == ProtocolRole::Receiver { ["k1", "k2"] } else { ["p", "q"] }.map(str::to_owned).to_vec(),
        columns: columns.map(|c| c.iter().map(|s| (*s).to_owned()).collect()),
        key_rules: vec!["text/1".into(), "text/1".into()],
        duplicates: shape.duplicates,
        rows: RowsOutput { join: shape.join, both: shape.both },
        output: output.map(|path| (dir.join(path), shape.format)),
        threads: 1,
    };
    let columns = |name: &'static [&'static str]| if shape.released { name } else { &[] };
    let of_receiver = if shape.both { Some(columns(&["v"])) } else { None };
    let receiver = side(ProtocolRole::Receiver, "l.csv", of_receiver, Some("out"));
    let out_right = shape.both.then_some("out-right");
    let sender = side(ProtocolRole::Sender, "r.csv", Some(columns(&["w"])), out_right);
    runtime.block_on(async {
        let (a, b) = tokio::io::duplex(1 << 16);
        tokio::join!(psi(receiver, a, Control::new()), psi(sender, b, Control::new()))
    })
}

fn check(runtime: &tokio::runtime::Runtime, shape: &Shape, left: &[Row], right: &[Row]) {
    let dir = tempfile::tempdir().unwrap();
    write_csv(&dir.path().join("l.csv"), "k1,k2,v", left);
    write_csv(&dir.path().join("r.csv"), "p,q,w", right);
    let (left, right) = ([left, &[last()]].concat(), [right, &[last()]].concat());
    let (received, sent) = run(runtime, dir.path(), shape);
    if shape.join == RowJoin::Unmatched && shape.released {
        assert!(matches!((&received, &sent), (Err(LocalError::Setting(_)), Err(LocalError::Setting(_)))));
        return;
    }
    if shape.duplicates == DuplicateRule::Reject && (repeats(&left) || repeats(&right)) {
        assert!(received.is_err() && sent.is_err() && !dir.path().join("out").exists());
        return;
    }
    let (received, sent) = (received.unwrap(), sent.unwrap());
    let keep = match shape.join {
        RowJoin::Inner => Keep::Matched,
        RowJoin::Left => Keep::All,
        RowJoin::Unmatched => Keep::Unmatched,
    };
    // Of a result to both, a side keeps what it releases; otherwise the receiver keeps all.
    let columns = (!shape.both || shape.released, shape.released);
    let expected = plaintext(&left, &right, keep, shape.duplicates, columns);
    assert_eq!(read(&dir.path().join("out"), shape.format), expected);
    assert_eq!(received.result_rows, Some(expected.len() as u64));
    if shape.both {
        let expected = plaintext(&right, &left, keep, shape.duplicates, columns);
        assert_eq!(read(&dir.path().join("out-right"), shape.format), expected);
        assert_eq!(sent.result_rows, Some(expected.len() as u64));
        assert_eq!(sent.report.matched, received.report.matched);
    } else {
        assert_eq!((sent.result_rows, sent.report.matched), (None, None));
    }
    // What `min_matches` counts: distinct keys, whatever the rows.
    let mut keys: Vec<_> = left.iter().filter_map(clean).collect();
    keys.sort_unstable();
    keys.dedup();
    let common = keys.iter().filter(|k| right.iter().any(|r| clean(r) == Some(**k))).count();
    assert_eq!(received.report.matched, Some(common as u64));
}

fn every_shape(join: RowJoin, both: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for duplicates in [DuplicateRule::Reject, DuplicateRule::First, DuplicateRule::Join] {
        for released in [false, true] {
            for format in [ResultFormat::Csv, ResultFormat::Parquet] {
                let protocol = if both && format == ResultFormat::Parquet {
                    Protocol::Rr22(Security::Malicious)
                } else {
                    Protocol::Ecdh
                };
                let shape = Shape { join, both, duplicates, released, format, protocol };
                let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
                let tables = (rows(), rows());
                runner
                    .run(&tables, |(left, right)| {
                        check(&runtime, &shape, &left, &right);
                        Ok(())
                    })
                    .unwrap();
            }
        }
    }
}

#[test]
fn an_inner_join_has_the_rows_that_match() {
    every_shape(RowJoin::Inner, false);
}

#[test]
fn a_left_join_has_every_row_of_the_receiver() {
    every_shape(RowJoin::Left, false);
}

#[test]
fn an_anti_join_has_the_rows_that_match_nothing() {
    every_shape(RowJoin::Unmatched, false);
}

#[test]
fn an_inner_join_for_both_gives_each_side_its_rows_that_match() {
    every_shape(RowJoin::Inner, true);
}

#[test]
fn a_full_join_gives_each_side_every_row_of_its_own() {
    every_shape(RowJoin::Left, true);
}

#[test]
fn an_anti_join_for_both_gives_each_side_its_rows_that_match_nothing() {
    every_shape(RowJoin::Unmatched, true);
}
