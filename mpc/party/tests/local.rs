//! The engine between two processes without a ledger.

use std::path::PathBuf;

use ledger_types::task::{DuplicateRule, ProtocolRole, ResultFormat, RowJoin, RowsOutput};
use mpc_party::connector::SourceKind;
use mpc_party::local::{LocalError, LocalOutcome, LocalPsi, psi};
use mpc_psi::Protocol;
use mpc_psi::rr22::Security;
use mpc_psi::run::{ClaimKind, Control};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf};

fn side(role: ProtocolRole, file: PathBuf, columns: Option<&[&str]>, out: Option<PathBuf>) -> LocalPsi {
    LocalPsi {
        protocol: Protocol::Ecdh,
        numbers: None,
        keep: None,
        role,
        file,
        kind: SourceKind::Csv,
        keys: vec!["id".into()],
        columns: columns.map(|c| c.iter().map(|s| (*s).to_owned()).collect()),
        key_rules: vec!["text/1".into()],
        duplicates: DuplicateRule::Join,
        rows: RowsOutput { join: RowJoin::Inner, both: false },
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

/// Carries bytes from one side to the other and changes the first claim on the way.
async fn carry(mut from: ReadHalf<DuplexStream>, mut to: WriteHalf<DuplexStream>, forge: bool) {
    let _ = carry_frames(&mut from, &mut to, forge).await;
    let _ = to.shutdown().await;
}

async fn carry_frames(
    from: &mut ReadHalf<DuplexStream>,
    to: &mut WriteHalf<DuplexStream>,
    mut forge: bool,
) -> std::io::Result<()> {
    let greeting = from.read_u32().await?;
    let mut bytes = vec![0; greeting as usize];
    from.read_exact(&mut bytes).await?;
    to.write_all(&greeting.to_be_bytes()).await?;
    to.write_all(&bytes).await?;
    loop {
        let (kind, len) = (from.read_u16().await?, from.read_u32().await?);
        let mut payload = vec![0; len as usize];
        from.read_exact(&mut payload).await?;
        if kind == ClaimKind::Claims.frame_kind().0 && std::mem::take(&mut forge) {
            // Behind the number of the claim and the place it speaks of.
            payload[8 + 4] ^= 1;
        }
        to.write_all(&kind.to_be_bytes()).await?;
        to.write_all(&len.to_be_bytes()).await?;
        to.write_all(&payload).await?;
        to.flush().await?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_was_forged_fails_both_sides_and_leaves_no_file() {
    for protocol in [Protocol::Ecdh, Protocol::Rr22(Security::Malicious), Protocol::Rr22(Security::SemiHonest)] {
        for forge in [true, false] {
            let dir = tempfile::tempdir().unwrap();
            let path = |name: &str| dir.path().join(name);
            std::fs::write(path("l.csv"), "name,id\na,1\nb,2\nd,3\n").unwrap();
            std::fs::write(path("r.csv"), "id,x\n2,u\n3,w\n9,y\n").unwrap();
            let both = |role, file: &str, columns, out: &str| LocalPsi {
                protocol,
                rows: RowsOutput { join: RowJoin::Inner, both: true },
                ..side(role, path(file), Some(columns), Some(path(out)))
            };
            let receiver = both(ProtocolRole::Receiver, "l.csv", &["name"], "left.csv");
            let sender = both(ProtocolRole::Sender, "r.csv", &["x"], "right.csv");
            let ((a, ma), (mb, b)) = (tokio::io::duplex(1 << 16), tokio::io::duplex(1 << 16));
            let ((from_a, to_a), (from_b, to_b)) = (tokio::io::split(ma), tokio::io::split(mb));
            let carrying = [tokio::spawn(carry(from_a, to_b, forge)), tokio::spawn(carry(from_b, to_a, false))];
            let (left, right) = tokio::join!(psi(receiver, a, Control::new()), psi(sender, b, Control::new()));
            for task in carrying {
                task.await.unwrap();
            }
            if !forge {
                assert_eq!((left.unwrap().result_rows, right.unwrap().result_rows), (Some(2), Some(2)));
                assert_eq!(std::fs::read_to_string(path("left.csv")).unwrap(), "id,name,x\n2,b,u\n3,d,w\n");
                assert_eq!(std::fs::read_to_string(path("right.csv")).unwrap(), "id,x,name\n2,u,b\n3,w,d\n");
                continue;
            }
            let Err(LocalError::Psi(error)) = right else { panic!("the sender took a forged claim") };
            assert_eq!(error.code(), "claim_forged");
            assert!(left.is_err());
            assert!(!path("left.csv").exists() && !path("right.csv").exists());
        }
    }
}
