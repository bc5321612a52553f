//! RR22 between two processes on this machine, over TCP with TLS 1.3: time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_rr22 -- LOG2_ITEMS [--threads N] [--payload BYTES] [--semi-honest] [--low]
//! [--plain] [--buckets ITEMS] [--memory]` prints one JSON line per side. `--plain` leaves TLS out; `--memory` runs both sides in
//! this process over a memory channel.

mod tls;

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig, memory};
use mpc_psi::rr22::{Form, Security, Variant, run_receiver, run_sender};
use mpc_psi::run::{Control, Params, PayloadArena, PayloadSource, RunConfig, RunReport, SessionId};
use mpc_psi::{Item, ItemSet};
use tokio::net::{TcpListener, TcpStream};

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy)]
struct Settings {
    log2: u32,
    threads: usize,
    payload: usize,
    variant: Variant,
    plain: bool,
    bucket_items: u32,
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
        log2: args.first().map_or(Ok(20), |arg| arg.parse())?,
        threads: option("--threads", 1)? as usize,
        payload: option("--payload", 0)? as usize,
        variant: Variant {
            form: if flag("--low") { Form::Low } else { Form::Fast },
            security: if flag("--semi-honest") { Security::SemiHonest } else { Security::Malicious },
        },
        plain: flag("--plain"),
        bucket_items: option("--buckets", u64::from(mpc_psi::run::BUCKET_ITEMS))? as u32,
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
    let params = Params { payload: settings.payload > 0, ..Params::default() };
    let config = RunConfig::new(SessionId([1; 32]), [2; 32], params);
    RunConfig { threads: settings.threads, bucket_items: settings.bucket_items, ..config }
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
    let traffic = report.traffic;
    let bytes = traffic.sent_bytes + traffic.received_bytes;
    let phases: Vec<String> =
        report.phases.iter().map(|p| format!("\"{}\":{:.3}", p.phase, p.took.as_secs_f64())).collect();
    let peak = peak_rss_bytes();
    println!(
        "{{\"name\":\"psi-rr22\",\"form\":\"{:?}\",\"security\":\"{:?}\",\"side\":\"{side}\",\"n\":{n},\"threads\":{},\
         \"payload_bytes\":{},\"matched\":{:?},\"wall_s\":{wall_s:.3},\"cpu_s\":{cpu_s:.2},\"cpu_ns_per_item\":{:.0},\
         \"items_per_s_and_core\":{:.0},\"bytes_on_wire\":{bytes},\"bits_per_item\":{:.1},\
         \"rss_before_bytes\":{rss_before},\"peak_rss_bytes\":{peak},\"peak_bytes_per_item_of_the_run\":{:.0},\
         \"phases_s\":{{{}}}}}",
        settings.variant.form,
        settings.variant.security,
        settings.threads,
        settings.payload,
        report.matched.unwrap_or(0),
        cpu_s * 1e9 / n as f64,
        n as f64 / cpu_s,
        bytes as f64 * 8.0 / n as f64,
        peak.saturating_sub(*rss_before) as f64 / n as f64,
        phases.join(",")
    );
}

async fn receiver(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let (rss_before, start, cpu) = (peak_rss_bytes(), Instant::now(), cpu_s());
    let seed = CommittedSeed::generate()?;
    let n = items.len() as u64;
    let outcome = run_receiver(settings.variant, channel, config(&settings), items, seed, &Control::new()).await?;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), cpu_s() - cpu);
    assert_eq!(outcome.matches.len() as u64, n - n / 2);
    Ok(Measured { report: outcome.report, wall_s, cpu_s, rss_before })
}

async fn sender(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let payload = (settings.payload > 0).then(|| {
        let mut arena = PayloadArena::new();
        (0..items.len()).for_each(|i| arena.push(&vec![i as u8; settings.payload]));
        Arc::new(arena) as Arc<dyn PayloadSource>
    });
    let (rss_before, start, cpu) = (peak_rss_bytes(), Instant::now(), cpu_s());
    let seed = CommittedSeed::generate()?;
    let outcome =
        run_sender(settings.variant, channel, config(&settings), items, payload, seed, &Control::new()).await?;
    let (wall_s, cpu_s) = (start.elapsed().as_secs_f64(), cpu_s() - cpu);
    Ok(Measured { report: outcome.report, wall_s, cpu_s, rss_before })
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
