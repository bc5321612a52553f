//! The intersection equals a plaintext join on the same files.

mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kit::{BANK, RSJ, TaskShape, World};
use ledger_types::task::{
    AlgorithmRef, DuplicateRule, PSI_ECDH, PSI_RR22, PSI_UNBALANCED, ResultFormat, Task, TaskStatus,
};
use mpc_party::connector::{CancelFlag, ConnectorError, SourceKind, Table};

fn person(n: usize) -> String {
    // Not a valid check digit: irregular ids take part as they are.
    format!("{:06}19900101{:04}", 110_000 + n % 1_000, n / 1_000)
}

/// The same id as people write it.
fn dirty(id: &str, n: usize) -> String {
    match n % 5 {
        0 => format!(" {id} "),
        1 => id.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap()).collect(),
        2 => format!("{} {}", &id[..6], &id[6..]),
        3 => format!("\u{feff}{id}\u{3000}"),
        _ => id.to_owned(),
    }
}

fn clean(id: &str) -> String {
    id.chars()
        .map(|c| if ('\u{ff10}'..='\u{ff19}').contains(&c) { char::from(b'0' + (c as u32 - 0xff10) as u8) } else { c })
        .filter(|c| c.is_ascii_alphanumeric())
        .collect()
}

/// (key, other column) of each row.
type Rows = Vec<(String, String)>;

fn csv(header: &str, rows: &Rows) -> String {
    let mut out = format!("{header}\n");
    for (key, value) in rows {
        writeln!(out, "\"{key}\",{value}").unwrap();
    }
    out
}

/// What a person would get with both files on one desk.
fn plaintext_join(bank: &Rows, rsj: &Rows, rule: DuplicateRule) -> Vec<(String, String, String)> {
    let mut theirs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (key, employer) in rsj {
        let list = theirs.entry(clean(key)).or_default();
        if rule == DuplicateRule::Join || list.is_empty() {
            list.push(employer);
        }
    }
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for (key, amount) in bank {
        let id = clean(key);
        let again = !seen.insert(id.clone());
        if id.is_empty() || (again && rule == DuplicateRule::First) {
            continue;
        }
        for employer in theirs.get(&id).into_iter().flatten() {
            out.push((key.clone(), amount.clone(), (*employer).to_owned()));
        }
    }
    out
}

fn rows(task: &Task, world: &World) -> Vec<Vec<String>> {
    let result = world.room(BANK).result(&task.id).unwrap();
    let kind = match result.format {
        ResultFormat::Csv => SourceKind::Csv,
        ResultFormat::Parquet => SourceKind::Parquet,
    };
    let table = Table::open(kind, &result.path).unwrap();
    let all: Vec<usize> = (0..table.columns().len()).collect();
    let mut out = Vec::new();
    let read = tokio::task::block_in_place(|| {
        table.scan(&all, &CancelFlag::default(), |rows| {
            for i in 0..rows.len {
                out.push(rows.columns.iter().map(|c| c.cell(i).text().unwrap_or_default().into_owned()).collect());
            }
            Ok::<_, ConnectorError>(())
        })
    });
    assert_eq!(read, Ok(result.rows));
    out
}

struct Case {
    name: &'static str,
    bank: Rows,
    rsj: Rows,
    rule: DuplicateRule,
    format: ResultFormat,
}

fn sides(bank: impl Iterator<Item = usize>, rsj: impl Iterator<Item = usize>) -> (Rows, Rows) {
    let bank = bank.enumerate().map(|(i, n)| (dirty(&person(n), i), (i * 10).to_string())).collect();
    let rsj = rsj.enumerate().map(|(i, n)| (dirty(&person(n), i + 3), format!("单位{i}"))).collect();
    (bank, rsj)
}

fn cases() -> Vec<Case> {
    use DuplicateRule::{First, Join, Reject};
    use ResultFormat::{Csv, Parquet};
    let case = |name, (bank, rsj), rule, format| Case { name, bank, rsj, rule, format };
    let nulls_and_repeats = || {
        let (mut bank, mut rsj) = sides((0..40).chain(10..20), (5..60).chain(12..18).chain(14..16));
        bank.insert(3, (String::new(), "7".into()));
        bank.insert(9, ("  ".into(), "8".into()));
        rsj.insert(0, (String::new(), "无".into()));
        (bank, rsj)
    };
    vec![
        case("overlap", sides(0..1_000, 500..1_700), Reject, Csv),
        case("identical", sides(0..300, 0..300), Reject, Parquet),
        case("disjoint", sides(0..50, 100..150), First, Csv),
        case("left-empty", sides(0..0, 0..50), First, Csv),
        case("right-empty", sides(0..50, 0..0), First, Parquet),
        case("one-one", sides(7..8, 7..8), Reject, Csv),
        case("one-two", sides(7..8, 6..8), Join, Csv),
        case("first", nulls_and_repeats(), First, Parquet),
        case("join", nulls_and_repeats(), Join, Csv),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_intersection_equals_a_plaintext_join() {
    equals_a_plaintext_join(PSI_ECDH).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_intersection_by_rr22_equals_a_plaintext_join() {
    equals_a_plaintext_join(PSI_RR22).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_unbalanced_intersection_equals_a_plaintext_join() {
    equals_a_plaintext_join(PSI_UNBALANCED).await;
}

async fn equals_a_plaintext_join(algorithm: &str) {
    let world = World::start().await;
    for case in cases() {
        let bank = world.publish(BANK, &format!("a-{}", case.name), &csv("id,amount", &case.bank)).await;
        let rsj = world.publish(RSJ, &format!("b-{}", case.name), &csv("id,employer", &case.rsj)).await;
        let grant = world.grant(&rsj, case.name).await;
        let algorithm = AlgorithmRef { id: algorithm.into(), version: "1".into() };
        let shape = TaskShape { duplicates: case.rule, format: case.format, algorithm, ..TaskShape::default() };
        let task = world.run(&bank, &rsj, &grant, &shape).await;
        assert_eq!((task.status, &task.disputes), (TaskStatus::Completed, &vec![]), "{}: {:?}", case.name, task.runs);
        let got: Vec<(String, String, String)> = rows(&task, &world)
            .into_iter()
            .map(|r| <[String; 3]>::try_from(r).map(|[a, b, c]| (a, b, c)).unwrap())
            .collect();
        assert_eq!(got, plaintext_join(&case.bank, &case.rsj, case.rule), "{}", case.name);
        let report = world.room(BANK).consistency_check(task.id).await.unwrap();
        assert!(report.consistent, "{}: {report:?}", case.name);
        let report = world.room(RSJ).consistency_check(task.id).await.unwrap();
        assert!(report.consistent, "{}: {report:?}", case.name);
        assert!(world.room(RSJ).result(&task.id).is_err(), "the sender has a result");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_released_columns_the_receiver_gets_its_own_matching_rows_once() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", "id,amount\n1,10\n2,20\n3,30\n1,40\n").await;
    let rsj = world.publish(RSJ, "b", "id,employer\n1,x\n1,y\n3,z\n").await;
    let grant = world.grant(&rsj, "b").await;
    let shape = TaskShape {
        rules: vec!["text/1".into()],
        rsj_payload: vec![],
        duplicates: DuplicateRule::Join,
        ..TaskShape::default()
    };
    let task = world.run(&bank, &rsj, &grant, &shape).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    assert_eq!(world.result_lines(&task.id), ["id,amount", "1,10", "3,30", "1,40"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_of_several_columns_and_a_parquet_side_join_too() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", "name,born,amount\n张三,1990-01-02,10\n李四,1991/2/3,20\n王五,,30\n").await;
    let path = world.data_dir(RSJ).join("b.parquet");
    write_parquet(&path);
    let rsj = world.publish_file(RSJ, "b", SourceKind::Parquet, &path).await;
    let grant = world.grant(&rsj, "b").await;
    let shape = TaskShape {
        keys: (vec!["name".into(), "born".into()], vec!["person".into(), "birthday".into()]),
        rules: vec!["text/1".into(), "date/1".into()],
        rsj_payload: vec!["months".into(), "base".into(), "active".into()],
        format: ResultFormat::Parquet,
        ..TaskShape::default()
    };
    let task = world.run(&bank, &rsj, &grant, &shape).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    let expected = [["张三", "1990-01-02", "10", "12", "2.5", "true"], ["李四", "1991/2/3", "20", "", "0.1", "false"]];
    assert_eq!(rows(&task, &world), expected);
}

fn write_parquet(path: &std::path::Path) {
    use datafusion::arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch, StringArray,
    };
    use std::sync::Arc;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("person", Arc::new(StringArray::from(vec!["张 三".replace(' ', ""), "李四".into(), "赵六".into()]))),
        ("birthday", Arc::new(Date32Array::from(vec![7_306, 7_703, 0]))),
        ("months", Arc::new(Int32Array::from(vec![Some(12), None, Some(3)]))),
        ("base", Arc::new(Float64Array::from(vec![2.5, 0.1, 7.0]))),
        ("active", Arc::new(BooleanArray::from(vec![true, false, true]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_second_unbalanced_task_on_the_same_version_downloads_nothing_and_a_new_version_does() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::start().await;
    let (_, many) = sides(0..0, 0..3_000);
    let rsj = world.publish(RSJ, "many", &csv("id,employer", &many)).await;
    let other = world.publish(RSJ, "others", &csv("id,employer", &many)).await;
    let algorithm = AlgorithmRef { id: PSI_UNBALANCED.into(), version: "1".into() };
    let shape = TaskShape { algorithm, ..TaskShape::default() };
    let mut received = Vec::new();
    // Other questions to the same data, then to a dataset of the same content.
    for (i, (ids, dataset)) in [(0..50, &rsj), (40..90, &rsj), (0..50, &other)].into_iter().enumerate() {
        let (few, _) = sides(ids, 0..0);
        let bank = world.publish(BANK, &format!("few-{i}"), &csv("id,amount", &few)).await;
        let grant = world.grant(dataset, &format!("few-{i}")).await;
        let task = world.run(&bank, dataset, &grant, &shape).await;
        assert_eq!((task.status, &task.disputes), (TaskStatus::Completed, &vec![]), "{:?}", task.runs);
        assert_eq!(rows(&task, &world).len(), 50);
        let log = world.room(BANK).log(&task.id).unwrap();
        let finished = log.iter().find(|entry| entry.event == "protocol_finished").unwrap();
        received.push(finished.params["received_bytes"].parse::<u64>().unwrap());
    }
    // 36 bytes and the column per row of the sender, or 32 per question.
    assert!(received[0] > 3_000 * 36 && received[1] < 50 * 32 + 2_000 && received[2] > 3_000 * 36, "{received:?}");
    for (o, ending) in [(BANK, "cache"), (RSJ, "epoch"), (RSJ, "setup")] {
        let dir = world.party_dir(o).join("epochs");
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir), 0o700);
        let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        let files: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|e| e == ending)).collect();
        assert_eq!(files.len(), 2, "{o} {ending}");
        assert!(files.iter().all(|path| mode(path) == 0o600));
    }
}
