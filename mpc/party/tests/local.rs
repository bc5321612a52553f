//! The engine between two processes without a ledger.

use std::path::PathBuf;

use ledger_types::task::{DuplicateRule, ProtocolRole, ResultFormat, RowJoin, RowsOutput};
use mpc_party::connector::SourceKind;
use mpc_party::local::{LocalError, LocalOutcome, LocalPsi, psi};
use mpc_psi::ecdh::Control;

fn side(role: ProtocolRole, file: PathBuf, columns: Option<&[&str]>, out: Option<PathBuf>) -> LocalPsi {
    LocalPsi {
        protocol: mpc_psi::Protocol::Ecdh,
        numbers: None,
        keep: None,
        role,
        file,
        kind: SourceKind::Csv,
        keys: vec!["id".into()],
        columns: columns.map(|c| c.iter().map(|s| (*s).to_owned()).collect()),
        key_rules: vec!["text/1".into()],
        duplicates: DuplicateRule::Join,
        rows: RowsOutput { join: RowJoin::Inner },
        output: out.map(|path| (path, ResultFormat::Csv)),
        threads: 2,
    }
}

async fn run(a: LocalPsi, b: LocalPsi) -> (Result<LocalOutcome, LocalError>, Result<LocalOutcome, LocalError>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = async {
        let (stream, _) = listener.accept().await.unwrap();
        psi(a, stream, Control::new()).await
    };
    let calling = async {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        psi(b, stream, Control::new()).await
    };
    tokio::join!(accepting, calling)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_files_are_joined_over_plain_tcp() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right, out) = (dir.path().join("l.csv"), dir.path().join("r.csv"), dir.path().join("out.csv"));
    std::fs::write(&left, "name,id\na,1\nb,2\nc,\nd,3\n").unwrap();
    std::fs::write(&right, "id,x,secret\n2,\"u,v\",p\n3,w,q\n3,z,r\n9,y,s\n").unwrap();
    let receiver = side(ProtocolRole::Receiver, left, None, Some(out.clone()));
    let sender = side(ProtocolRole::Sender, right, Some(&["x"]), None);
    let (a, b) = run(receiver, sender).await;
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "id,name,x\n2,b,\"u,v\"\n3,d,w\n3,d,z\n");
    assert_eq!((a.result_rows, a.counts.nulls, b.counts.duplicates), (Some(3), 1, 1));
    assert_eq!((a.report.sent, a.report.received), (b.report.received, b.report.sent));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sides_with_different_settings_say_so_and_write_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (left, right, out) = (dir.path().join("l.csv"), dir.path().join("r.csv"), dir.path().join("out.csv"));
    std::fs::write(&left, "id\n1\n").unwrap();
    std::fs::write(&right, "id\n1\n").unwrap();
    let receiver = side(ProtocolRole::Receiver, left.clone(), None, Some(out.clone()));
    let mut sender = side(ProtocolRole::Sender, right, None, None);
    sender.key_rules = vec!["digits/1".into()];
    let (a, b) = run(receiver.clone(), sender).await;
    assert!(matches!((a, b), (Err(LocalError::Differs(_)), Err(LocalError::Differs(_)))));
    let twice = side(ProtocolRole::Receiver, left, None, Some(dir.path().join("other.csv")));
    let (a, b) = run(receiver, twice).await;
    assert!(matches!((a, b), (Err(LocalError::Differs(_)), Err(LocalError::Differs(_)))));
    assert!(!out.exists());
}
