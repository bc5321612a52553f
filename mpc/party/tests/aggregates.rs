//! Numbers over an intersection equal those that a person would compute with both files on one desk.

mod kit;

use std::fmt::Write as _;
use std::path::PathBuf;

use kit::{BANK, RSJ, TaskShape, World};
use ledger_types::task::{
    Aggregate, AggregateFunction, AggregatesOutput, AlgorithmRef, DuplicateRule, PSI_CIRCUIT, ProtocolRole, PsiOutput,
    ResultFormat, RowJoin, RowsOutput, Task, TaskStatus,
};
use mpc_party::connector::SourceKind;
use mpc_party::local::{LocalError, LocalNumbers, LocalPsi, psi};
use mpc_psi::run::Control;

fn shape(output: PsiOutput, min_matches: u64, payload: &[&str]) -> TaskShape {
    TaskShape {
        rules: vec!["text/1".into()],
        bank_payload: vec![],
        rsj_payload: payload.iter().map(|column| (*column).into()).collect(),
        min_matches,
        output,
        attempts_max: 1,
        algorithm: AlgorithmRef { id: PSI_CIRCUIT.into(), version: "1".into() },
        ..TaskShape::default()
    }
}

fn functions(list: &[(AggregateFunction, &str)]) -> PsiOutput {
    let one =
        |(function, column): &(AggregateFunction, &str)| Aggregate { function: *function, column: (*column).into() };
    PsiOutput::Aggregates(AggregatesOutput { functions: list.iter().map(one).collect() })
}

/// Keys 0..60 at the bank; 40..100 at the other side, with a whole number that is missing in every fourth row and a decimal
/// one.
async fn files(world: &World) -> (ledger_types::id::DatasetId, ledger_types::id::DatasetId) {
    let (mut bank, mut rsj) = ("id,amount\n".to_owned(), "id,months,base\n".to_owned());
    (0..60).for_each(|i| writeln!(bank, "k{i},{i}").unwrap());
    for i in 40..100 {
        let months = if i % 4 == 0 { String::new() } else { (i - 70).to_string() };
        writeln!(rsj, "k{i},{months},{}.25", i * 100).unwrap();
    }
    (world.publish(BANK, "a", &bank).await, world.publish(RSJ, "b", &rsj).await)
}

async fn consistent(world: &World, task: &Task) {
    for org in [BANK, RSJ] {
        let report = world.room(org).consistency_check(task.id).await.unwrap();
        assert!(report.consistent, "{org}: {report:?}");
    }
    assert!(world.room(RSJ).result(&task.id).is_err(), "the sender has a result");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_task_gives_the_numbers_of_the_matched_rows_and_no_row() {
    use AggregateFunction::{Average, Sum};
    let world = World::start().await;
    let (bank, rsj) = files(&world).await;
    let grant = world.grant(&rsj, "b").await;

    let task = world.run(&bank, &rsj, &grant, &shape(PsiOutput::Cardinality, 0, &[])).await;
    assert_eq!((task.status, &task.disputes), (TaskStatus::Completed, &vec![]), "{:?}", task.runs);
    assert_eq!(world.result_lines(&task.id), ["matched_keys", "20"]);
    assert_eq!(world.room(BANK).result(&task.id).unwrap().matched_keys, Some(20));
    consistent(&world, &task).await;

    // 40..60 match; of these 40, 44, …, 56 have no months.
    let months: Vec<i64> = (40..60).filter(|i| i % 4 > 0).map(|i| i - 70).collect();
    let sum: i64 = months.iter().sum();
    let average = sum as f64 / months.len() as f64;
    let base = (40..60).map(|i| i * 100).sum::<i64>() + 5;
    let asked = functions(&[(Sum, "months"), (Average, "months"), (Sum, "base")]);
    let task = world.run(&bank, &rsj, &grant, &shape(asked, 20, &["months", "base"])).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    let lines = world.result_lines(&task.id);
    assert_eq!(lines[0], "matched_keys,sum_months,average_months,sum_base");
    let cells: Vec<&str> = lines[1].split(',').collect();
    assert_eq!((cells[0], cells[1], cells[3]), ("20", sum.to_string().as_str(), base.to_string().as_str()));
    assert!((cells[2].parse::<f64>().unwrap() - average).abs() < 1e-6, "{} {average}", cells[2]);
    assert_eq!(lines.len(), 2);
    consistent(&world, &task).await;

    // A sum alone comes without the count, as Parquet too.
    let parquet = TaskShape { format: ResultFormat::Parquet, ..shape(functions(&[(Sum, "base")]), 5, &["base"]) };
    let task = world.run(&bank, &rsj, &grant, &parquet).await;
    assert_eq!(task.status, TaskStatus::Completed, "{:?}", task.runs);
    let result = world.room(BANK).result(&task.id).unwrap();
    assert_eq!((result.columns, result.rows, result.matched_keys), (vec!["sum_base".to_owned()], 1, None));
    consistent(&world, &task).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn below_the_minimum_there_is_no_result_on_either_side() {
    let world = World::start().await;
    let (bank, rsj) = files(&world).await;
    let grant = world.grant(&rsj, "b").await;
    let asked = functions(&[(AggregateFunction::Average, "base")]);
    let task = world.run(&bank, &rsj, &grant, &shape(asked, 21, &["base"])).await;
    assert_eq!(task.status, TaskStatus::Failed, "{:?}", task.runs);
    assert!(format!("{:?}", task.runs).contains("matches_below_minimum"), "{:?}", task.runs);
    for org in [BANK, RSJ] {
        assert!(world.room(org).result(&task.id).is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_column_that_could_overflow_or_holds_no_numbers_ends_the_run_with_its_reason() {
    let world = World::start().await;
    let bank = world.publish(BANK, "a", "id,amount\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n").await;
    // Six decimal places make whole numbers of 4·10^18 of these; six of them do not fit 63 bits.
    let large: String = (1..7).map(|i| format!("{i},4000000000000.5,单位{i}\n")).collect();
    let rsj = world.publish(RSJ, "b", &format!("id,base,employer\n{large}")).await;
    let grant = world.grant(&rsj, "b").await;
    for (column, code) in [("base", "sum_overflow"), ("employer", "spec_unusable")] {
        let asked = functions(&[(AggregateFunction::Sum, column)]);
        let task = world.run(&bank, &rsj, &grant, &shape(asked, 5, &[column])).await;
        assert_eq!(task.status, TaskStatus::Failed, "{:?}", task.runs);
        assert!(format!("{:?}", task.runs).contains(code), "{column}: {:?}", task.runs);
    }
}

fn side(role: ProtocolRole, file: PathBuf, min_matches: u64, out: Option<PathBuf>) -> LocalPsi {
    let both = [AggregateFunction::Sum, AggregateFunction::Average];
    let functions = both.map(|function| Aggregate { function, column: "x".into() }).to_vec();
    let output = PsiOutput::Aggregates(AggregatesOutput { functions });
    LocalPsi {
        keep: None,
        protocol: mpc_psi::Protocol::Ecdh,
        numbers: Some(LocalNumbers { output, min_matches }),
        columns: (role == ProtocolRole::Sender).then(|| vec!["x".into()]),
        role,
        file,
        kind: SourceKind::Csv,
        keys: vec!["id".into()],
        key_rules: vec!["text/1".into()],
        duplicates: DuplicateRule::Join,
        rows: RowsOutput { join: RowJoin::Inner, both: false },
        output: out.map(|path| (path, ResultFormat::Csv)),
        threads: 1,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_files_are_summed_over_plain_tcp_with_repeated_keys() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right, out) = (dir.path().join("l.csv"), dir.path().join("r.csv"), dir.path().join("out.csv"));
    std::fs::write(&left, "name,id\na,1\nb,2\nc,\nd,3\nd,3\n").unwrap();
    std::fs::write(&right, "id,x\n2,1.5\n3,2\n3,\n3,-0.25\n9,100\n,7\n").unwrap();
    for (min_matches, expected) in [(2, Some("matched_keys,sum_x,average_x\n2,3.25,1.083333\n")), (3, None)] {
        let _ = std::fs::remove_file(&out);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = side(ProtocolRole::Receiver, left.clone(), min_matches, Some(out.clone()));
        let sender = side(ProtocolRole::Sender, right.clone(), min_matches, None);
        let accepting = async {
            let (stream, _) = listener.accept().await.unwrap();
            psi(receiver, stream, Control::new()).await
        };
        let calling = async {
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            psi(sender, stream, Control::new()).await
        };
        let (a, b) = tokio::join!(accepting, calling);
        match expected {
            Some(text) => {
                assert_eq!((a.unwrap().report.matched, b.unwrap().result_rows), (Some(2), None));
                assert_eq!(std::fs::read_to_string(&out).unwrap(), text);
            }
            None => {
                for error in [a.unwrap_err(), b.unwrap_err()] {
                    assert!(matches!(error, LocalError::Run(e) if e.code() == "matches_below_minimum"));
                }
                assert!(!out.exists());
            }
        }
    }
}
