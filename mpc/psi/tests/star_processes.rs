//! Three parties of a star as three processes over TCP with TLS 1.3: this program starts itself again as each sender.
//!
//! Without the test harness, so that the other processes are plain programs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, RunConfig, SessionId};
use mpc_psi::star::{run_leader, run_sender};
use mpc_psi::{Item, ItemSet};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};

const NAME: &str = "party";

fn settings() -> RunConfig {
    let params = Params { chunk_items: 512, payload: true, ..Params::default() };
    RunConfig { threads: 1, bucket_items: 1_500, ..RunConfig::new(SessionId([0x5e; 32]), [0xb1; 32], params) }
}

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    ItemSet::new(range.map(|i| Item::new(format!("客户 {i}").as_bytes())).collect()).expect("keys are distinct")
}

/// What a sender brings.
fn set_of(place: usize) -> std::ops::Range<u32> {
    if place == 0 { 1_000..4_000 } else { 500..1_800 }
}

fn payload(place: usize, i: u32) -> String {
    format!("余额 {place}/{}", i * 7)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// Somewhere to connect to: an address and the certificate behind it.
struct Door {
    listener: TcpListener,
    acceptor: tokio_rustls::TlsAcceptor,
    words: String,
}

impl Door {
    async fn open() -> Self {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).expect("a certificate");
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let server = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("TLS 1.3 is there")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("the key fits the certificate");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let words = format!("{} {}", listener.local_addr().expect("an address"), hex::encode(&certificate));
        Self { listener, acceptor: tokio_rustls::TlsAcceptor::from(Arc::new(server)), words }
    }

    /// The next one who connects says its place first.
    async fn accept(&self) -> (usize, Channel) {
        use tokio::io::AsyncReadExt;
        let (stream, _) = self.listener.accept().await.expect("somebody connects");
        let mut stream = self.acceptor.accept(stream).await.expect("it speaks TLS");
        let place = stream.read_u8().await.expect("it says its place");
        (usize::from(place), Channel::new(stream, ChannelConfig::default()))
    }
}

async fn connect(words: &str, place: usize) -> Channel {
    use tokio::io::AsyncWriteExt;
    let (address, certificate) = words.split_once(' ').expect("an address and a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(hex::decode(certificate).expect("hexadecimal"))).expect("a certificate");
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3 is there")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("somebody listens");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let name = ServerName::try_from(NAME).expect("a name");
    let mut stream = connector.connect(name, stream).await.expect("it has the key of its certificate");
    stream.write_u8(place as u8).await.expect("it reads");
    stream.flush().await.expect("it reads");
    Channel::new(stream, ChannelConfig::default())
}

/// A process of a sender. The first one opens a door for the second and says where it is.
fn sender(place: usize, leader: &str, other: &str) {
    runtime().block_on(async {
        let other = if place == 0 {
            let door = Door::open().await;
            println!("{}", door.words);
            door.accept().await
        } else {
            (0, connect(other, place).await)
        };
        let leader = connect(leader, place).await;
        let mut arena = PayloadArena::new();
        set_of(place).for_each(|i| arena.push(payload(place, i).as_bytes()));
        let payload: Arc<dyn PayloadSource> = Arc::new(arena);
        let seed = CommittedSeed::generate().expect("randomness");
        let (keys, control) = (keys(set_of(place)), Control::new());
        let outcome = run_sender(place, leader, vec![other], settings(), keys, Some(payload), seed, &control).await;
        let outcome = outcome.expect("the run succeeds");
        let (report, pair) = (&outcome.report, &outcome.others[0]);
        let digest = hex::encode(report.agreement.digest);
        println!("{} {} {digest} {} {}", report.sent, report.received, pair.sent, pair.received);
    });
}

fn start(args: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let program = std::env::current_exe().expect("this program");
    let mut process = Command::new(program).args(args).stdout(Stdio::piped()).spawn().expect("another process");
    let output = BufReader::new(process.stdout.take().expect("its output"));
    (process, output)
}

fn line(output: &mut BufReader<std::process::ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("it says something");
    line.trim().to_owned()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [role, place, leader, other] = args.as_slice()
        && role == "sender"
    {
        return sender(place.parse().expect("a place"), leader, other);
    }
    // Cargo may ask for a list of tests or pass a filter; there is one test here.
    let name = "three_processes_intersect_over_tls";
    if args.iter().any(|arg| arg == "--list") {
        println!("{name}: test");
        return;
    }
    let (outcome, words) = runtime().block_on(async {
        let door = Door::open().await;
        let (first, mut of_first) = start(&["sender", "0", &door.words, ""]);
        let at = line(&mut of_first);
        let (second, mut of_second) = start(&["sender", "1", &door.words, &at]);
        let mut channels = vec![door.accept().await, door.accept().await];
        channels.sort_by_key(|(place, _)| *place);
        let channels = channels.into_iter().map(|(_, channel)| channel).collect();
        let seed = CommittedSeed::generate().expect("randomness");
        let outcome = run_leader(channels, settings(), keys(0..2_000), seed, &Control::new()).await;
        let outcome = outcome.expect("the run succeeds");
        let words = [line(&mut of_first), line(&mut of_second)];
        for mut process in [first, second] {
            assert!(process.wait().expect("it ends").success());
        }
        (outcome, words)
    });
    let got: Vec<(usize, Vec<Vec<u8>>)> =
        outcome.matches.iter().map(|row| (row.item(), row.payloads().map(<[u8]>::to_vec).collect())).collect();
    let expected: Vec<(usize, Vec<Vec<u8>>)> =
        (1_000..1_800).map(|i| (i as usize, (0..2).map(|place| payload(place, i).into_bytes()).collect())).collect();
    assert_eq!(got, expected);
    let said: Vec<Vec<&str>> = words.iter().map(|words| words.split(' ').collect()).collect();
    for (report, said) in outcome.reports.iter().zip(&said) {
        let ours = [report.received.to_string(), report.sent.to_string(), hex::encode(report.agreement.digest)];
        assert_eq!(said[..3], ours, "the leader and a sender attest the same");
    }
    assert_eq!((said[0][3], said[0][4]), (said[1][4], said[1][3]), "both senders attest the same");
    println!("test {name} ... ok");
}
