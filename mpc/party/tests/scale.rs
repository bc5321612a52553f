//! Large files, run by hand: `SCALE_ROWS=10000000 cargo test -p mpc-party --test scale -- --ignored --nocapture`.
//! Prints what `docs/adr/0008-party.md` quotes.

mod kit;

use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use kit::{BANK, World};
use ledger_types::id::DatasetId;
use ledger_types::task::{DuplicateRule, ProtocolRole, ResultFormat, RowJoin, RowsOutput};
use mpc_party::connector::SourceKind;
use mpc_party::local::{LocalPsi, psi};
use mpc_party::source::{SourceId, SourceLocation};
use mpc_psi::run::Control;

const GIB: u64 = 1 << 30;

fn rows() -> u64 {
    std::env::var("SCALE_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000)
}

// `SCALE_PROTOCOL=psi.ecdh-ristretto255/1` for the other one.
fn protocol() -> mpc_psi::Protocol {
    let id = std::env::var("SCALE_PROTOCOL").unwrap_or_else(|_| "psi.rr22-gf128/1".into());
    mpc_psi::Protocol::from_id(&id).expect("a protocol")
}

fn write_csv(path: &Path, rows: u64) {
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(out, "id_no,name,amount").unwrap();
    for i in 0..rows {
        // Scattered, so that neither order nor neighbourhood helps anybody.
        let n = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_000_000_000;
        writeln!(out, "{},姓名{},{}", with_check(&format!("110101{n:011}")), i % 1_000, i % 5_000).unwrap();
    }
}

// The check character of GB 11643, so that the ids are regular and counted as keys.
fn with_check(first17: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = first17.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{first17}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

fn memory(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|l| l.strip_prefix(field)).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() << 10
}

fn report(what: &str, since: Instant) {
    let peak = memory("VmHWM:");
    println!(
        "{what}: {:.1} s, peak {} MiB, now {} MiB",
        since.elapsed().as_secs_f64(),
        peak >> 20,
        memory("VmRSS:") >> 20
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn a_large_file_is_registered_and_committed_to_in_little_memory() {
    let world = World::start().await;
    let path = world.data_dir(BANK).join("large.csv");
    write_csv(&path, rows());
    let room = world.room(BANK);
    let (source, started) = (SourceId::new("large").unwrap(), Instant::now());
    let location = SourceLocation { kind: SourceKind::Csv, path };
    room.register_source(source.clone(), "large".into(), location).await.unwrap();
    report("register", started);
    let started = Instant::now();
    let prepared = room.prepare_dataset(&source, DatasetId::new("bank.large").unwrap(), vec![]).await.unwrap();
    report("prepare", started);
    assert_eq!(prepared.commitment.rows, rows());
    assert!(memory("VmHWM:") < GIB, "{}", memory("VmHWM:"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn both_sides_of_a_large_intersection_fit_into_one_process() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right, out) = (dir.path().join("l.csv"), dir.path().join("r.csv"), dir.path().join("out.parquet"));
    write_csv(&left, rows());
    write_csv(&right, rows() / 2);
    let side = |role, file: &Path, columns: Option<Vec<String>>, output| LocalPsi {
        numbers: None,
        keep: None,
        protocol: protocol(),
        role,
        file: file.to_owned(),
        kind: SourceKind::Csv,
        keys: vec!["id_no".into()],
        columns,
        key_rules: vec!["id-cn/1".into()],
        duplicates: DuplicateRule::First,
        rows: RowsOutput { join: RowJoin::Inner, both: false },
        output,
        threads: 1,
    };
    let receiver = side(ProtocolRole::Receiver, &left, None, Some((out, ResultFormat::Parquet)));
    let sender = side(ProtocolRole::Sender, &right, Some(vec!["name".into(), "amount".into()]), None);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let started = Instant::now();
    let accepting = async { psi(receiver, listener.accept().await.unwrap().0, Control::new()).await.unwrap() };
    let calling = async {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        psi(sender, stream, Control::new()).await.unwrap()
    };
    let (outcome, sent) = tokio::join!(accepting, calling);
    report("intersection, both sides", started);
    println!("{} matched; phases {:?}", outcome.report.matched.unwrap(), outcome.report.phases);
    assert_eq!(outcome.result_rows, Some(sent.report.own_items));
}
