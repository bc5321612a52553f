//! The dataset commitment against its written definition and against golden values.

use ledger_crypto::{Digest, SuiteId};
use ledger_types::cbor;
use ledger_types::id::ChainId;
use ledger_types::merkle;
use ledger_types::object::ColumnType;
use mpc_party::connector::{CancelFlag, ConnectorError, Rows, SourceKind, Table};
use mpc_party::dataset::commitment::{Committer, difference, encode_row, leaf, schema_digest};
use mpc_party::dataset::{CHUNK_ROWS, CommittedColumn, RowSeed};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Vector {
    suite: SuiteId,
    chain: ChainId,
    seed: String,
    csv: String,
    columns: Vec<CommittedColumn>,
    first_salt: Digest,
    first_row: String,
    root: Digest,
    schema: Digest,
    rows: u64,
}

fn commit(v: &Vector, threads: usize) -> (ledger_types::object::DatasetCommitment, Vec<Digest>) {
    let mut committer = Committer::new(v.suite, v.chain.clone(), seed(v), threads);
    each_row(v, |rows| committer.push(rows));
    committer.finish(&v.columns)
}

fn each_row(v: &Vector, mut each: impl FnMut(&Rows)) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &v.csv).unwrap();
    let types = v.columns.iter().map(|c| (c.name.as_str(), c.data_type));
    let table = Table::open(SourceKind::Csv, file.path()).unwrap().with_types(types);
    let names: Vec<String> = v.columns.iter().map(|c| c.name.clone()).collect();
    table
        .scan(&table.find(&names).unwrap(), &CancelFlag::default(), |rows| {
            each(&rows);
            Ok::<_, ConnectorError>(())
        })
        .unwrap();
}

fn seed(v: &Vector) -> RowSeed {
    let mut bytes = [0; 32];
    hex::decode_to_slice(&v.seed, &mut bytes).unwrap();
    RowSeed::from_bytes(bytes)
}

#[test]
fn golden_commitments_do_not_change() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/dataset-commitment.json");
    let vectors: Vec<Vector> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(vectors.len(), 2);
    for v in &vectors {
        let (commitment, _) = commit(v, 2);
        let mut first = Vec::new();
        each_row(v, |rows| {
            first.clear();
            encode_row(rows, 0, &mut first);
        });
        assert_eq!(hex::encode(&first), v.first_row);
        assert_eq!(seed(v).salt(v.suite, 0), v.first_salt);
        assert_eq!((commitment.root, commitment.schema, commitment.rows), (v.root, v.schema, v.rows));
        assert_eq!(schema_digest(v.suite, &v.chain, &v.columns), v.schema);
    }
}

// Straight from docs/protocols/dataset-commitment.md, with the ledger's CBOR and the batch Merkle root.
#[test]
fn the_streamed_root_is_the_written_definition() {
    let n = CHUNK_ROWS * 2 + 100;
    let body: String = (0..n).map(|i| format!("{i},名{i},\n")).collect();
    let column = |name: &str, data_type| CommittedColumn { name: name.into(), data_type };
    let v = Vector {
        suite: SuiteId::Gm,
        chain: ChainId::new("test").unwrap(),
        seed: "ab".repeat(32),
        csv: format!("n,name,none\n{body}"),
        columns: vec![
            column("n", ColumnType::Integer),
            column("name", ColumnType::Text),
            column("none", ColumnType::Text),
        ],
        first_salt: Digest::ZERO,
        first_row: String::new(),
        root: Digest::ZERO,
        schema: Digest::ZERO,
        rows: n,
    };
    let leaves: Vec<Digest> = (0..n)
        .map(|i| {
            let salt = v.suite.hash(&[b"row-salt/1\0", &[0xab; 32], &i.to_be_bytes()]);
            let row = cbor::to_bytes(&(i, format!("名{i}"), None::<u8>));
            v.suite.hash(&[b"shuzheng/row/1\0test\0", &salt.0, &row])
        })
        .collect();
    for threads in [1, 3] {
        let (commitment, chunks) = commit(&v, threads);
        assert_eq!(commitment.root, merkle::root(v.suite, &leaves));
        assert_eq!((commitment.rows, chunks.len()), (n, 3));
    }
    let pairs = [("n", ColumnType::Integer), ("name", ColumnType::Text), ("none", ColumnType::Text)];
    let schema = v.suite.hash(&[b"shuzheng/schema/1\0test\0", &cbor::to_bytes(&pairs)]);
    assert_eq!(commit(&v, 1).0.schema, schema);
}

// More rows than wait for the tree at a time, and rows of one block beside rows of many.
#[test]
fn rows_hashed_many_at_a_time_give_what_rows_hashed_one_by_one_give() {
    let n = CHUNK_ROWS * 17 + 5;
    let text = |i: u64| "长".repeat((i * 37 % 101) as usize);
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let column = |name: &str, data_type| CommittedColumn { name: name.into(), data_type };
        let body: String = (0..n).map(|i| format!("{i},x{}\n", text(i))).collect();
        let v = Vector {
            suite,
            chain: ChainId::new("test").unwrap(),
            seed: "5c".repeat(32),
            csv: format!("n,text\n{body}"),
            columns: vec![column("n", ColumnType::Integer), column("text", ColumnType::Text)],
            first_salt: Digest::ZERO,
            first_row: String::new(),
            root: Digest::ZERO,
            schema: Digest::ZERO,
            rows: n,
        };
        let one = |i: u64| {
            let row = cbor::to_bytes(&(i, format!("x{}", text(i))));
            leaf(suite, &v.chain, &seed(&v).salt(suite, i), &row)
        };
        let leaves: Vec<Digest> = (0..n).map(one).collect();
        let digest = |chunk: &[Digest]| suite.hash(&chunk.iter().map(|leaf| &leaf.0[..]).collect::<Vec<_>>());
        let expected: Vec<Digest> = leaves.chunks(CHUNK_ROWS as usize).map(digest).collect();
        for threads in [1, 2] {
            let (commitment, chunks) = commit(&v, threads);
            assert_eq!((commitment.root, commitment.rows), (merkle::root(suite, &leaves), n));
            assert_eq!(chunks, expected);
        }
    }
}

#[test]
fn a_difference_is_located() {
    let n = CHUNK_ROWS * 2 + 100;
    let body = |change: u64| -> String {
        (0..n).map(|i| format!("{}\n", if i == change { "x".into() } else { i.to_string() })).collect()
    };
    let vector = |csv: String| Vector {
        suite: SuiteId::Intl,
        chain: ChainId::new("test").unwrap(),
        seed: "01".repeat(32),
        csv,
        columns: vec![CommittedColumn { name: "n".into(), data_type: ColumnType::Text }],
        first_salt: Digest::ZERO,
        first_row: String::new(),
        root: Digest::ZERO,
        schema: Digest::ZERO,
        rows: n,
    };
    let (published, chunks) = commit(&vector(format!("n\n{}", body(n))), 2);
    let compare = |csv: String| {
        let (found, found_chunks) = commit(&vector(csv), 2);
        difference(&published, &chunks, &found, &found_chunks)
    };
    assert_eq!(compare(format!("n\n{}", body(n))), None);
    assert_eq!(compare(format!("n\n{}", body(5_000))).unwrap(), "rows 4097 to 8192");
    assert_eq!(compare(format!("n\n{}", body(n - 1))).unwrap(), "rows 8193 to 8292");
    let longer = compare(format!("n\n{}z\n", body(n))).unwrap();
    assert_eq!(longer, "8293 rows instead of 8292, first difference at row 8193 or after");
}
