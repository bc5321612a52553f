//! Two processes over TLS 1.3, one of which is killed in the middle: started again, both go on from what is on disk.
//!
//! Without the test harness, so that the sides are plain programs that this one starts.

mod keeping;
mod side;

use std::io::BufReader;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keeping::FileStore;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::rr22::Security;
use mpc_psi::run::{CheckpointStore as _, Control, Params, PsiError, Resumption, RunConfig, RunReport};
use mpc_psi::{ItemSet, Protocol, resume_receiver, resume_sender, run_receiver, run_sender};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use side::{arena, config, items, seed};
use tokio::net::{TcpListener, TcpStream};

const PROTOCOL: Protocol = Protocol::Rr22(Security::Malicious);

fn settings() -> RunConfig {
    let params = Params { chunk_items: 64, payload: true, ..Params::default() };
    RunConfig { bucket_items: 500, checkpoint_buckets: 2, ..config(params) }
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("客户 {i}")))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn print(report: Result<RunReport, PsiError>, matches: usize) {
    match report {
        Ok(report) => {
            let (sent, received) = (report.sent.to_string(), report.received.to_string());
            println!("ok {sent} {received} {} {matches}", report.resumed);
        }
        Err(error) => println!("error {}", error.code()),
    }
}

/// `receiver DIR CERTIFICATE KEY SLOW`, `sender DIR CERTIFICATE ADDRESS SLOW`: a fresh run, or what is in the directory goes
/// on. Slow ones wait at every report of progress, so that they are caught in the middle.
async fn one_side(args: &[String]) {
    let [role, dir, certificate, more, slow] = args else { panic!("five arguments") };
    let store = Arc::new(FileStore(dir.into()));
    let number = u32::from(store.last().expect("the directory") > 0);
    let slow: bool = slow.parse().expect("true or false");
    let control = Control::new().keeping(store).on_progress(move |_| {
        if slow {
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    let certificate = CertificateDer::from(hex::decode(certificate).expect("hex"));
    if role == "receiver" {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(hex::decode(more).expect("hex")));
        let server = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3 is there")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("the key fits the certificate");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("{}", listener.local_addr().expect("an address"));
        let (stream, _) = listener.accept().await.expect("the sender connects");
        let stream = tokio_rustls::TlsAcceptor::from(Arc::new(server)).accept(stream).await.expect("TLS");
        let channel = Channel::new(stream, ChannelConfig::default());
        let again = Resumption { number, seed: mpc_core::CommittedSeed::generate().expect("randomness") };
        let outcome = match number {
            0 => run_receiver(PROTOCOL, channel, settings(), keys(0..4_000), seed(1), &control).await,
            _ => resume_receiver(PROTOCOL, channel, settings(), keys(0..4_000), seed(1), again, &control).await,
        };
        let right = outcome.as_ref().map_or(0, |outcome| {
            let expected = (1_000..4_000).map(|i| (i as usize, format!("余额 {i}").into_bytes()));
            assert!(outcome.matches.iter().map(|(i, row)| (i, row.to_vec())).eq(expected), "another result");
            outcome.matches.len()
        });
        print(outcome.map(|outcome| outcome.report), right);
    } else {
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("a certificate");
        let config = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3 is there")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(more).await.expect("the receiver listens");
        let name = ServerName::try_from("receiver").expect("a name");
        let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("TLS");
        let channel = Channel::new(stream, ChannelConfig::default());
        let payloads = arena((1_000..5_000).map(|i| format!("余额 {i}")));
        let again = Resumption { number, seed: mpc_core::CommittedSeed::generate().expect("randomness") };
        let outcome = match number {
            0 => run_sender(PROTOCOL, channel, settings(), keys(1_000..5_000), payloads, seed(2), &control).await,
            _ => {
                resume_sender(PROTOCOL, channel, settings(), keys(1_000..5_000), payloads, seed(2), again, &control)
                    .await
            }
        };
        print(outcome.map(|outcome| outcome.report), 0);
    }
}

/// Starts both sides; gives the processes with what they print.
fn start(
    dirs: &[std::path::PathBuf; 2],
    certificate: &str,
    key: &str,
    slow: bool,
) -> [(Child, BufReader<std::process::ChildStdout>); 2] {
    let spawn = |role: &str, dir: &Path, more: &str| {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args([role, &dir.display().to_string(), certificate, more, &slow.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("another process");
        let out = BufReader::new(process.stdout.take().expect("piped"));
        (process, out)
    };
    let mut receiver = spawn("receiver", &dirs[0], key);
    let address = line(&mut receiver.1);
    let sender = spawn("sender", &dirs[1], &address);
    [receiver, sender]
}

fn line(out: &mut impl std::io::BufRead) -> String {
    let mut line = String::new();
    out.read_line(&mut line).expect("readable");
    line.trim().to_owned()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.len() == 5 {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        return runtime.block_on(one_side(&args));
    }
    let name = "a_killed_process_goes_on_from_its_checkpoint";
    // Cargo may ask for a list of tests or pass a filter; there is one test here.
    if args.iter().any(|arg| arg == "--list") {
        println!("{name}: test");
        return;
    }
    let made = rcgen::generate_simple_self_signed(["receiver".to_owned()]).expect("a certificate");
    let (certificate, key) = (hex::encode(made.cert.der()), hex::encode(made.signing_key.serialize_der()));
    for killed in [0, 1] {
        let base = std::env::temp_dir().join(format!("rr22-resume-{}-{killed}", std::process::id()));
        let dirs = ["receiver", "sender"].map(|role| base.join(role));
        dirs.iter().for_each(|dir| std::fs::create_dir_all(dir).expect("a directory"));
        let mut first = start(&dirs, &certificate, &key, true);
        let until = Instant::now() + Duration::from_secs(60);
        while !dirs.iter().all(|dir| FileStore(dir.clone()).path(1).exists()) {
            assert!(Instant::now() < until, "no checkpoint");
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL: no farewell.
        first[killed].0.kill().expect("it runs");
        first[killed].0.wait().expect("it ends");
        let other = line(&mut first[1 - killed].1);
        assert!(other.starts_with("error channel_") || other == "error peer_lost", "{other}");
        first[1 - killed].0.wait().expect("it ends");

        let mut second = start(&dirs, &certificate, &key, false);
        let [receiver, sender] = [0, 1].map(|side: usize| line(&mut second[side].1));
        second.iter_mut().for_each(|(process, _)| assert!(process.wait().expect("it ends").success()));
        let receiver: Vec<&str> = receiver.split(' ').collect();
        let sender: Vec<&str> = sender.split(' ').collect();
        assert_eq!((receiver[0], sender[0]), ("ok", "ok"), "{receiver:?} {sender:?}");
        assert_eq!((receiver[1], receiver[2]), (sender[2], sender[1]), "both processes attest the same");
        assert_eq!((receiver[3], sender[3], receiver[4]), ("1", "1", "3000"));
        std::fs::remove_dir_all(base).expect("its own directory");
    }
    println!("test {name} ... ok");
}
