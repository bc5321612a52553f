//! Both sides of a run in one process over a memory channel: time, traffic, memory.
//!
//! `cargo run -p mpc-psi --example psi_memory -- LOG2_ITEMS [THREADS] [PAYLOAD_BYTES]` prints one JSON line.
//! Processor time and peak memory are of both sides together.

use std::sync::Arc;
use std::time::Instant;

use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, memory};
use mpc_psi::ecdh::{Control, Params, PayloadArena, PayloadSource, RunConfig, SessionId, run_receiver, run_sender};
use mpc_psi::{Item, ItemSet};

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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let log2 = args.next().transpose()?.unwrap_or(16);
    let threads = args.next().transpose()?.unwrap_or(2) as usize;
    let payload_bytes = args.next().transpose()?.unwrap_or(0) as usize;
    let n = 1u64 << log2;
    let params = Params { payload: payload_bytes > 0, ..Params::default() };
    let config = RunConfig { threads, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) };
    let payload = (payload_bytes > 0).then(|| {
        let mut arena = PayloadArena::new();
        (0..n).for_each(|i| arena.push(&vec![i as u8; payload_bytes]));
        Arc::new(arena) as Arc<dyn PayloadSource>
    });
    let (a, b) = memory::channels(ChannelConfig::default());
    let (receiver, sender) = (set(0, n), set(n / 2, n));
    let before = peak_rss_bytes();
    let (start, cpu) = (Instant::now(), cpu_s());
    let (other, seeds) = (config.clone(), (CommittedSeed::generate()?, CommittedSeed::generate()?));
    let sending = tokio::spawn(async move { run_sender(b, other, sender, payload, seeds.1, &Control::new()).await });
    let received = run_receiver(a, config, receiver, seeds.0, &Control::new()).await?;
    let sent = sending.await??;
    let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_s() - cpu);
    assert_eq!(received.matches.len() as u64, n - n / 2);
    let traffic = received.report.traffic;
    let bytes = traffic.sent_bytes + traffic.received_bytes;
    let phases = |phases: &[mpc_psi::ecdh::PhaseTime]| {
        let text: Vec<String> = phases.iter().map(|p| format!("\"{}\":{:.3}", p.phase, p.took.as_secs_f64())).collect();
        text.join(",")
    };
    println!(
        "{{\"name\":\"psi-ecdh-memory\",\"n\":{n},\"threads\":{threads},\"payload_bytes\":{payload_bytes},\
         \"wall_s\":{wall:.3},\"cpu_s\":{cpu:.3},\"cpu_us_per_item_and_side\":{:.2},\"items_per_s_and_core\":{:.0},\
         \"bytes_on_wire\":{bytes},\"bits_per_item\":{:.1},\"rss_before_bytes\":{before},\"peak_rss_bytes\":{},\
         \"receiver_s\":{{{}}},\"sender_s\":{{{}}}}}",
        cpu * 1e6 / (2.0 * n as f64),
        2.0 * n as f64 / cpu,
        bytes as f64 * 8.0 / n as f64,
        peak_rss_bytes(),
        phases(&received.report.phases),
        phases(&sent.report.phases),
    );
    Ok(())
}
