//! Unbalanced PSI between two processes on this machine, over TCP with TLS 1.3: the first run, which makes the epoch and
//! downloads its set-up, and runs after it. Time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_unbalanced -- [--receiver 1000] [--sender 10000000] [--threads 2] [--payload BYTES]
//! [--runs 4]` prints one JSON line per side and run.

mod tls;

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, RunConfig, RunReport, SessionId};
use mpc_psi::unbalanced::{run_receiver, run_sender};
use mpc_psi::{Item, ItemSet};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy)]
struct Settings {
    receiver: u64,
    sender: u64,
    threads: usize,
    payload: usize,
    runs: u8,
}

fn settings(args: &[String]) -> Result<Settings, Failure> {
    let option = |name: &str, default: u64| -> Result<u64, Failure> {
        match args.iter().position(|arg| arg == name) {
            Some(at) => Ok(args.get(at + 1).ok_or("a number is missing")?.parse()?),
            None => Ok(default),
        }
    };
    Ok(Settings {
        receiver: option("--receiver", 1_000)?,
        sender: option("--sender", 10_000_000)?,
        threads: option("--threads", 2)? as usize,
        payload: option("--payload", 0)? as usize,
        runs: option("--runs", 4)? as u8,
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

/// Numbers are distinct, and half of the receiver's are the sender's.
fn set(from: u64, n: u64) -> Result<ItemSet, Failure> {
    Ok(ItemSet::new((from..from + n).map(|i| Item::new(&i.to_be_bytes())).collect())?)
}

fn config(settings: &Settings, run: u8, dir: &Path) -> RunConfig {
    let params = Params { payload: settings.payload > 0, ..Params::default() };
    let config = RunConfig::new(SessionId([run; 32]), [2; 32], params);
    RunConfig { threads: settings.threads, scope: [3; 32], keep: Some(dir.to_owned()), ..config }
}

fn print(side: &str, settings: &Settings, run: u8, report: &RunReport, start: Instant, cpu: f64) {
    let phases: Vec<String> =
        report.phases.iter().map(|p| format!("\"{}\":{:.3}", p.phase, p.took.as_secs_f64())).collect();
    println!(
        "{{\"name\":\"psi-unbalanced\",\"side\":\"{side}\",\"run\":{run},\"receiver_items\":{},\"sender_items\":{},\
         \"threads\":{},\"payload_bytes\":{},\"matched\":{},\"wall_s\":{:.3},\"cpu_s\":{:.2},\"sent_bytes\":{},\
         \"received_bytes\":{},\"peak_rss_bytes\":{},\"phases_s\":{{{}}}}}",
        settings.receiver,
        settings.sender,
        settings.threads,
        settings.payload,
        report.matched.unwrap_or(0),
        start.elapsed().as_secs_f64(),
        cpu_s() - cpu,
        report.traffic.sent_bytes,
        report.traffic.received_bytes,
        peak_rss_bytes(),
        phases.join(",")
    );
}

async fn sender(settings: Settings, address: SocketAddr, certificate: Vec<u8>, dir: &Path) -> Result<(), Failure> {
    let items = set(settings.receiver / 2, settings.sender)?;
    let payload = (settings.payload > 0).then(|| {
        let mut arena = PayloadArena::new();
        (0..items.len()).for_each(|i| arena.push(&vec![i as u8; settings.payload]));
        Arc::new(arena) as Arc<dyn PayloadSource>
    });
    for run in 0..settings.runs {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let channel = Channel::new(tls::connect(stream, certificate.clone()).await?, ChannelConfig::default());
        let (start, cpu, seed) = (Instant::now(), cpu_s(), CommittedSeed::generate()?);
        let config = config(&settings, run, dir);
        let outcome = run_sender(channel, config, items.clone(), payload.clone(), seed, &Control::new()).await?;
        print("sender", &settings, run, &outcome.report, start, cpu);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let settings = settings(&args)?;
    let dir = tempfile::tempdir()?;
    if let Some(at) = args.iter().position(|arg| arg == "--connect") {
        let address = args.get(at + 1).ok_or("an address is missing")?.parse()?;
        let certificate = hex::decode(args.get(at + 2).ok_or("a certificate is missing")?)?;
        return sender(settings, address, certificate, dir.path()).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let (server, certificate) = tls::server()?;
    let process = Command::new(std::env::current_exe()?)
        .args(&args)
        .args(["--connect", &listener.local_addr()?.to_string(), &hex::encode(certificate)])
        .stdout(Stdio::inherit())
        .spawn()?;
    let items = set(0, settings.receiver)?;
    for run in 0..settings.runs {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let stream = tokio_rustls::TlsAcceptor::from(server.clone()).accept(stream).await?;
        let channel = Channel::new(stream, ChannelConfig::default());
        let (start, cpu, seed) = (Instant::now(), cpu_s(), CommittedSeed::generate()?);
        let config = config(&settings, run, dir.path());
        let outcome = run_receiver(channel, config, items.clone(), seed, &Control::new()).await?;
        print("receiver", &settings, run, &outcome.report, start, cpu);
    }
    let output = process.wait_with_output()?;
    if output.status.success() { Ok(()) } else { Err("the sender failed".into()) }
}
