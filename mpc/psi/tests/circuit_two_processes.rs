//! The two sides of circuit-PSI as two processes over TCP with TLS 1.3: this program starts itself again as the sender.
//!
//! Without the test harness, so that the second process is a plain program.

#[path = "circuit/sides.rs"]
mod sides;

use std::process::{Command, Stdio};
use std::sync::Arc;

use mpc_net::{Channel, ChannelConfig};
use mpc_psi::ItemSet;
use mpc_psi::circuit::{AggregateResult, Aggregates, run_receiver, run_sender};
use mpc_psi::run::Control;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use sides::{columns, config, items, sums};
use tokio::net::{TcpListener, TcpStream};

fn asked() -> Aggregates {
    sums(&[true], true, 100)
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("客户 {i}")))
}

/// Every seventh has none.
fn balance(i: u32) -> Option<i64> {
    (!i.is_multiple_of(7)).then_some(i64::from(i) * 100 - 120_000)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The other process: connects to the port it was given, trusts the certificate it was given, and prints what it can
/// attest.
fn sender(address: &str, certificate: &str) {
    runtime().block_on(async {
        let mut roots = RootCertStore::empty();
        let certificate = hex::decode(certificate).expect("the receiver gives a certificate");
        roots.add(CertificateDer::from(certificate)).expect("a certificate");
        let client = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3 is there")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.expect("the receiver listens");
        let name = ServerName::try_from("receiver").expect("a name");
        let connector = tokio_rustls::TlsConnector::from(Arc::new(client));
        let stream = connector.connect(name, stream).await.expect("the receiver has the key of its certificate");
        let seed = mpc_core::CommittedSeed::generate().expect("randomness");
        let channel = Channel::new(stream, ChannelConfig::default());
        let balances = columns(&[(1_000..4_000).map(balance).collect()], &[true]);
        let keys = keys(1_000..4_000);
        let outcome = run_sender(channel, config(), asked(), keys, balances, seed, &Control::new()).await;
        let report = outcome.expect("the run succeeds").report;
        println!("{} {} {}", report.sent, report.received, hex::encode(report.agreement.digest));
    });
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [role, address, certificate] = args.as_slice()
        && role == "sender"
    {
        return sender(address, certificate);
    }
    // Cargo may ask for a list of tests or pass a filter; there is one test here.
    let name = "two_processes_aggregate_over_tls";
    if args.iter().any(|arg| arg == "--list") {
        println!("{name}: test");
        return;
    }
    let made = rcgen::generate_simple_self_signed(["receiver".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let server = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3 is there")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("the key fits the certificate");
    let (outcome, process) = runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let process = Command::new(std::env::current_exe().expect("this program"))
            .args(["sender", &address, &hex::encode(&certificate)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let (stream, _) = listener.accept().await.expect("the sender connects");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
        let stream = acceptor.accept(stream).await.expect("the sender speaks TLS");
        let seed = mpc_core::CommittedSeed::generate().expect("randomness");
        let channel = Channel::new(stream, ChannelConfig::default());
        let outcome = run_receiver(channel, config(), asked(), keys(0..2_000), seed, &Control::new()).await;
        (outcome.expect("the run succeeds"), process)
    });
    let output = process.wait_with_output().expect("the sender ends");
    assert!(output.status.success());
    let balances: Vec<i64> = (1_000..2_000).filter_map(balance).collect();
    let expected = AggregateResult::Values {
        count: Some(1_000),
        sums: vec![balances.iter().map(|balance| i128::from(*balance)).sum()],
        non_nulls: vec![Some(balances.len() as u64)],
    };
    assert_eq!(outcome.result, expected);
    let report = outcome.report;
    let ours = format!("{} {} {}\n", report.received, report.sent, hex::encode(report.agreement.digest));
    assert_eq!(String::from_utf8_lossy(&output.stdout), ours, "both processes attest the same");
    println!("test {name} ... ok");
}
