//! Circuit-PSI between two processes on this machine, over TCP with TLS 1.3: time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_circuit -- LOG2_ITEMS [--threads N] [--sums N] [--plain] [--memory]` prints one JSON
//! line per side. `--plain` leaves TLS out; `--memory` runs both sides in this process over a memory channel.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, memory};
use mpc_psi::circuit::{AggregateResult, Aggregates, CANARIES, Column, Function, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, RunConfig, RunReport, SessionId};
use mpc_psi::{Item, ItemSet};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy)]
struct Settings {
    log2: u32,
    threads: usize,
    sums: usize,
    transfers: u32,
    plain: bool,
    memory: bool,
}

fn settings(args: &[String]) -> Result<Settings, Failure> {
    let option = |name: &str, default: u64| -> Result<u64, Failure> {
        match args.iter().position(|arg| arg == name) {
            Some(at) => Ok(args.get(at + 1).ok_or("a number is missing")?.parse()?),
            None => Ok(default),
        }
    };
    let flag = |name: &str| args.iter().any(|arg| arg == name);
    Ok(Settings {
        log2: args.first().map_or(Ok(18), |arg| arg.parse())?,
        threads: option("--threads", 1)? as usize,
        sums: option("--sums", 1)? as usize,
        transfers: option("--transfers", u64::from(mpc_psi::run::BUCKET_ITEMS))? as u32,
        plain: flag("--plain"),
        memory: flag("--memory"),
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

fn set(from: u64, n: u64) -> ItemSet {
    ItemSet::new((from..from + n).map(|i| Item::new(&i.to_be_bytes())).collect()).expect("numbers are distinct")
}

fn config(settings: &Settings) -> RunConfig {
    let params = Params { joint_canaries: CANARIES, private_canaries: CANARIES, ..Params::default() };
    let config = RunConfig::new(SessionId([1; 32]), [2; 32], params);
    RunConfig { threads: settings.threads, bucket_items: settings.transfers, ..config }
}

fn aggregates(settings: &Settings) -> Aggregates {
    let functions = (0..settings.sums).map(|column| Function { column, nullable: false }).collect();
    Aggregates { functions, count: true, min_group: 10 }
}

struct Measured {
    report: RunReport,
    wall_s: f64,
    cpu_s: f64,
    rss_before: u64,
}

fn print(side: &str, settings: &Settings, measured: &Measured) {
    let Measured { report, wall_s, cpu_s, rss_before } = measured;
    let n = 1u64 << settings.log2;
    let bytes = report.traffic.sent_bytes + report.traffic.received_bytes;
    let phases: Vec<String> =
        report.phases.iter().map(|p| format!("\"{}\":{:.3}", p.phase, p.took.as_secs_f64())).collect();
    let peak = peak_rss_bytes();
    println!(
        "{{\"name\":\"psi-circuit\",\"side\":\"{side}\",\"n\":{n},\"threads\":{},\"sums\":{},\"wall_s\":{wall_s:.3},\
         \"wall_us_per_item\":{:.2},\"cpu_s\":{cpu_s:.2},\"cpu_us_per_item\":{:.2},\"bytes_on_wire\":{bytes},\
         \"bytes_per_item\":{:.1},\"peak_rss_bytes\":{peak},\"peak_bytes_of_the_run\":{},\"phases_s\":{{{}}}}}",
        settings.threads,
        settings.sums,
        wall_s * 1e6 / n as f64,
        cpu_s * 1e6 / n as f64,
        bytes as f64 / n as f64,
        peak.saturating_sub(*rss_before),
        phases.join(",")
    );
}

async fn receiver(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let (rss_before, start, cpu) = (peak_rss_bytes(), Instant::now(), cpu_s());
    let n = items.len() as u64;
    let (config, asked, seed) = (config(&settings), aggregates(&settings), CommittedSeed::generate()?);
    let outcome = run_receiver(channel, config, asked, items, seed, &Control::new()).await?;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), cpu_s() - cpu);
    let half = i128::from(n / 2);
    let sums = vec![half * (half - 1) / 2; settings.sums];
    let non_nulls = vec![Some(n / 2); settings.sums];
    assert_eq!(outcome.result, AggregateResult::Values { count: Some(n / 2), sums, non_nulls });
    Ok(Measured { report: outcome.report, wall_s, cpu_s, rss_before })
}

async fn sender(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let columns = (0..settings.sums).map(|_| Column::new((0..items.len() as i64).collect())).collect();
    let (rss_before, start, cpu) = (peak_rss_bytes(), Instant::now(), cpu_s());
    let (config, asked, seed) = (config(&settings), aggregates(&settings), CommittedSeed::generate()?);
    let outcome = run_sender(channel, config, asked, items, Arc::new(columns), seed, &Control::new()).await?;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), cpu_s() - cpu);
    Ok(Measured { report: outcome.report, wall_s, cpu_s, rss_before })
}

mod tls {
    //! TLS 1.3 with a certificate made on the spot, which the other side gets from the command line.

    use std::sync::Arc;

    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
    use rustls::{ClientConfig, RootCertStore, ServerConfig};
    use tokio::net::TcpStream;

    use super::Failure;

    pub fn server() -> Result<(Arc<ServerConfig>, Vec<u8>), Failure> {
        let made = rcgen::generate_simple_self_signed(["psi".to_owned()])?;
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate.clone())], key)?;
        Ok((Arc::new(config), certificate))
    }

    pub async fn connect(
        stream: TcpStream,
        certificate: Vec<u8>,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        Ok(connector.connect(ServerName::try_from("psi")?, stream).await?)
    }
}

async fn other_process(settings: Settings, address: SocketAddr, certificate: Vec<u8>) -> Result<(), Failure> {
    let items = set((1u64 << settings.log2) / 2, 1 << settings.log2);
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let channel = if settings.plain {
        Channel::new(stream, ChannelConfig::default())
    } else {
        Channel::new(tls::connect(stream, certificate).await?, ChannelConfig::default())
    };
    print("sender", &settings, &sender(settings, channel, items).await?);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let settings = settings(&args)?;
    let n = 1u64 << settings.log2;
    if let Some(at) = args.iter().position(|arg| arg == "--sender") {
        let address = args.get(at + 1).ok_or("an address is missing")?.parse()?;
        let certificate = hex::decode(args.get(at + 2).ok_or("a certificate is missing")?)?;
        return other_process(settings, address, certificate).await;
    }
    if settings.memory {
        let (a, b) = memory::channels(ChannelConfig::default());
        let (mine, theirs) = (set(0, n), set(n / 2, n));
        let sending = tokio::spawn(sender(settings, b, theirs));
        let measured = receiver(settings, a, mine).await?;
        sending.await??;
        print("both", &settings, &measured);
        return Ok(());
    }
    let items = set(0, n);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (server, certificate) = tls::server()?;
    let process = Command::new(std::env::current_exe()?)
        .args(&args)
        .args(["--sender", &listener.local_addr()?.to_string(), &hex::encode(certificate)])
        .stdout(Stdio::inherit())
        .spawn()?;
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    let channel = if settings.plain {
        Channel::new(stream, ChannelConfig::default())
    } else {
        let stream = tokio_rustls::TlsAcceptor::from(server).accept(stream).await?;
        Channel::new(stream, ChannelConfig::default())
    };
    let measured = receiver(settings, channel, items).await?;
    print("receiver", &settings, &measured);
    let output = process.wait_with_output()?;
    if output.status.success() { Ok(()) } else { Err("the sender failed".into()) }
}
