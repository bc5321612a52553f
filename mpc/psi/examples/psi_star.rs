//! A star of several parties, or a delegated run of two data parties, between processes on this machine over TCP with TLS
//! 1.3: time, traffic and memory of each party.
//!
//! `cargo run -p mpc-psi --example psi_star -- LOG2_ITEMS [--parties N] [--threads N] [--payload BYTES] [--delegated]`
//! prints one JSON line per party. Every party holds 2^LOG2_ITEMS items; half of them are common to all.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, RunConfig, SessionId};
use mpc_psi::{Item, ItemSet, delegated, star};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy)]
struct Settings {
    log2: u32,
    parties: usize,
    threads: usize,
    payload: usize,
    delegated: bool,
}

fn settings(args: &[String]) -> Result<Settings, Failure> {
    let option = |name: &str, default: usize| -> Result<usize, Failure> {
        match args.iter().position(|arg| arg == name) {
            Some(at) => Ok(args.get(at + 1).ok_or("a number is missing")?.parse()?),
            None => Ok(default),
        }
    };
    Ok(Settings {
        log2: args.first().map_or(Ok(20), |arg| arg.parse())?,
        parties: option("--parties", 3)?,
        threads: option("--threads", 1)?,
        payload: option("--payload", 0)?,
        delegated: args.iter().any(|arg| arg == "--delegated"),
    })
}

/// User and system time of this process in seconds, from `/proc/self/stat` (100 ticks a second).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|field| field.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// What a party brings: half of it is common to all, the rest its own.
fn set(settings: &Settings, party: u64) -> ItemSet {
    let half = 1u64 << (settings.log2 - 1);
    let own = (1 + party) << 40;
    let items = (0..half).chain(own..own + half).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

fn config(settings: &Settings) -> RunConfig {
    let params = Params { payload: settings.payload > 0, ..Params::default() };
    RunConfig { threads: settings.threads, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) }
}

fn arena(settings: &Settings, rows: usize) -> Option<Arc<dyn PayloadSource>> {
    let mut arena = PayloadArena::new();
    (0..rows).for_each(|i| arena.push(&vec![i as u8; settings.payload]));
    (settings.payload > 0).then(|| Arc::new(arena) as Arc<dyn PayloadSource>)
}

/// What was there before the run.
struct Before {
    start: Instant,
    cpu: f64,
    rss: u64,
}

impl Before {
    fn now() -> Self {
        Self { start: Instant::now(), cpu: cpu_s(), rss: peak_rss_bytes() }
    }

    fn print(&self, settings: &Settings, party: &str, bytes: &[u64]) {
        let (wall_s, cpu_s, peak) = (self.start.elapsed().as_secs_f64(), cpu_s() - self.cpu, peak_rss_bytes());
        let n = 1u64 << settings.log2;
        let bits: Vec<String> = bytes.iter().map(|bytes| format!("{:.1}", *bytes as f64 * 8.0 / n as f64)).collect();
        println!(
            "{{\"name\":\"{}\",\"party\":\"{party}\",\"parties\":{},\"n\":{n},\"threads\":{},\"payload_bytes\":{},\
             \"wall_s\":{wall_s:.3},\"cpu_s\":{cpu_s:.2},\"items_per_s\":{:.0},\"bytes_on_wire\":{},\
             \"bits_per_item_and_link\":[{}],\"peak_bytes_per_item_of_the_run\":{:.0}}}",
            if settings.delegated { "psi-delegated" } else { "psi-star" },
            settings.parties,
            settings.threads,
            settings.payload,
            n as f64 / wall_s,
            bytes.iter().sum::<u64>(),
            bits.join(","),
            peak.saturating_sub(self.rss) as f64 / n as f64,
        );
    }
}

mod tls {
    //! TLS 1.3 with certificates made on the spot.

    use std::sync::Arc;

    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
    use rustls::{ClientConfig, RootCertStore, ServerConfig};
    use tokio::net::{TcpListener, TcpStream};

    use super::Failure;

    pub struct Door {
        pub listener: TcpListener,
        pub acceptor: tokio_rustls::TlsAcceptor,
        /// Address and certificate.
        pub words: String,
    }

    pub async fn open() -> Result<Door, Failure> {
        let made = rcgen::generate_simple_self_signed(["psi".to_owned()])?;
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate.clone())], key)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let words = format!("{} {}", listener.local_addr()?, hex::encode(certificate));
        Ok(Door { listener, acceptor: tokio_rustls::TlsAcceptor::from(Arc::new(config)), words })
    }

    pub async fn connect(words: &str) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let (address, certificate) = words.split_once(' ').ok_or("an address and a certificate")?;
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(hex::decode(certificate)?))?;
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        Ok(connector.connect(ServerName::try_from("psi")?, stream).await?)
    }
}

async fn accept(door: &tls::Door) -> Result<(usize, Channel), Failure> {
    let (stream, _): (TcpStream, _) = door.listener.accept().await?;
    stream.set_nodelay(true)?;
    let mut stream = door.acceptor.accept(stream).await?;
    let place = stream.read_u8().await?;
    Ok((usize::from(place), Channel::new(stream, ChannelConfig::default())))
}

async fn connect(words: &str, place: usize) -> Result<Channel, Failure> {
    let mut stream = tls::connect(words).await?;
    stream.write_u8(place as u8).await?;
    stream.flush().await?;
    Ok(Channel::new(stream, ChannelConfig::default()))
}

/// A member: connects to those before it, and lets those after it in.
async fn member(settings: Settings, place: usize, center: &str, before: &[String]) -> Result<(), Failure> {
    let members = settings.parties - 1;
    let items = set(&settings, 1 + place as u64);
    let payload = arena(&settings, items.len());
    let mut others = Vec::new();
    for (other, words) in before.iter().enumerate() {
        others.push((other, connect(words, place).await?));
    }
    let door = tls::open().await?;
    println!("{}", door.words);
    while others.len() < members - 1 {
        others.push(accept(&door).await?);
    }
    let (center, seed, control) = (connect(center, place).await?, CommittedSeed::generate()?, Control::new());
    let (config, n) = (config(&settings), items.len() as u64);
    let before = Before::now();
    let (report, pairs) = if settings.delegated {
        let done = delegated::run_data_party(place, center, others, config, items, n, payload, seed, &control).await?;
        (done.report, done.others)
    } else {
        let done = star::run_sender(place, center, others, config, items, payload, seed, &control).await?;
        (done.report, done.others)
    };
    let traffic = std::iter::once(&report.traffic).chain(pairs.iter().map(|pair| &pair.traffic));
    let bytes: Vec<u64> = traffic.map(|traffic| traffic.sent_bytes + traffic.received_bytes).collect();
    before.print(&settings, &format!("member {place}"), &bytes);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let settings = settings(&args)?;
    if let Some(at) = args.iter().position(|arg| arg == "--member") {
        let place = args.get(at + 1).ok_or("a place is missing")?.parse()?;
        let center = args.get(at + 2).ok_or("the centre is missing")?;
        return member(settings, place, center, &args[at + 3..]).await;
    }
    let members = settings.parties - 1;
    let items = set(&settings, 0);
    let door = tls::open().await?;
    let mut doors: Vec<String> = Vec::new();
    let mut processes: Vec<(Child, BufReader<std::process::ChildStdout>)> = Vec::new();
    for place in 0..members {
        let mut process = Command::new(std::env::current_exe()?)
            .args(&args)
            .args(["--member", &place.to_string(), &door.words])
            .args(&doors)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("no output")?);
        let mut words = String::new();
        output.read_line(&mut words)?;
        doors.push(words.trim().to_owned());
        processes.push((process, output));
    }
    let mut channels = Vec::new();
    for _ in 0..members {
        channels.push(accept(&door).await?);
    }
    channels.sort_by_key(|(place, _)| *place);
    let channels = channels.into_iter().map(|(_, channel)| channel).collect();
    let (seed, control) = (CommittedSeed::generate()?, Control::new());
    let half = 1usize << (settings.log2 - 1);
    let before = Before::now();
    let reports = if settings.delegated {
        drop(items);
        let done = delegated::run_third(channels, config(&settings), seed, &control).await?;
        assert_eq!(done.rows.len(), half);
        done.reports
    } else {
        let done = star::run_leader(channels, config(&settings), items, seed, &control).await?;
        assert_eq!(done.matches.len(), half);
        done.reports
    };
    let bytes: Vec<u64> = reports.iter().map(|r| r.traffic.sent_bytes + r.traffic.received_bytes).collect();
    before.print(&settings, if settings.delegated { "third" } else { "leader" }, &bytes);
    for (mut process, output) in processes {
        output.lines().map_while(Result::ok).for_each(|line| println!("{line}"));
        if !process.wait()?.success() {
            return Err("a member failed".into());
        }
    }
    Ok(())
}
