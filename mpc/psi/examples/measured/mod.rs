//! What the examples have in common: settings on the command line, inputs, both sides as two processes, and the figures of
//! each side as a line of JSON.
#![allow(dead_code, reason = "no example uses all of it")]

pub mod door;

use std::fmt::Display;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use mpc_net::{Channel, ChannelConfig, memory};
use mpc_psi::run::{PayloadArena, PayloadSource, PhaseTime, RunReport};
use mpc_psi::{Item, ItemSet};

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The command line.
pub struct Args(Vec<String>);

impl Args {
    pub fn of_this_process() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The number that stands first.
    pub fn first(&self, default: u32) -> Result<u32, Failure> {
        Ok(self.0.first().filter(|arg| !arg.starts_with("--")).map_or(Ok(default), |arg| arg.parse())?)
    }

    /// The number after a name.
    pub fn number(&self, name: &str, default: u64) -> Result<u64, Failure> {
        match self.after(name) {
            None => Ok(default),
            Some(rest) => Ok(rest.first().ok_or("a number is missing")?.parse()?),
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        self.after(name).is_some()
    }

    /// Everything after a name.
    pub fn after(&self, name: &str) -> Option<&[String]> {
        let at = self.0.iter().position(|arg| arg == name)?;
        Some(&self.0[at + 1..])
    }

    /// This program again, with more said to it.
    pub fn again(&self) -> Result<Command, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(&self.0);
        Ok(command)
    }
}

/// Consecutive numbers.
pub fn set(from: u64, n: u64) -> ItemSet {
    ItemSet::new((from..from + n).map(|i| Item::new(&i.to_be_bytes())).collect()).expect("numbers are distinct")
}

/// So many bytes for each row; none for no bytes.
pub fn arena(rows: usize, bytes: usize) -> Option<Arc<dyn PayloadSource>> {
    let mut arena = PayloadArena::new();
    (0..rows).for_each(|i| arena.push(&vec![i as u8; bytes]));
    (bytes > 0).then(|| Arc::new(arena) as Arc<dyn PayloadSource>)
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

/// What was there before the run: inputs are made, nothing is computed.
pub struct Before {
    start: Instant,
    cpu_s: f64,
    rss_bytes: u64,
}

impl Before {
    pub fn now() -> Self {
        Self { start: Instant::now(), cpu_s: cpu_s(), rss_bytes: peak_rss_bytes() }
    }

    /// After a run over one link.
    pub fn after(self, report: &RunReport) -> Measured {
        self.after_links(&[report.traffic.sent_bytes + report.traffic.received_bytes], &report.phases)
    }

    /// After a run over several links.
    pub fn after_links(self, wire_bytes: &[u64], phases: &[PhaseTime]) -> Measured {
        let phases = phases.iter().map(|p| format!("\"{}\":{:.3}", p.phase, p.took.as_secs_f64()));
        Measured {
            wall_s: self.start.elapsed().as_secs_f64(),
            cpu_s: cpu_s() - self.cpu_s,
            wire_bytes: wire_bytes.to_vec(),
            rss_before_bytes: self.rss_bytes,
            peak_rss_bytes: peak_rss_bytes(),
            phases: phases.collect::<Vec<_>>().join(","),
        }
    }
}

/// The figures of a side.
pub struct Measured {
    wall_s: f64,
    cpu_s: f64,
    /// Both directions, link by link.
    wire_bytes: Vec<u64>,
    rss_before_bytes: u64,
    peak_rss_bytes: u64,
    phases: String,
}

impl Measured {
    /// Prints one line of JSON. Everything "per item" is per own item, or per item of the peer where there are no own
    /// ones; memory per item is what the run adds to its inputs.
    pub fn print(&self, name: &str, side: &str, (own, peer): (u64, u64), more: &[(&str, &dyn Display)]) {
        let items = if own > 0 { own } else { peer }.max(1) as f64;
        let wire: u64 = self.wire_bytes.iter().sum();
        let links: Vec<String> =
            self.wire_bytes.iter().map(|bytes| format!("{:.1}", *bytes as f64 * 8.0 / items)).collect();
        let added = self.peak_rss_bytes.saturating_sub(self.rss_before_bytes);
        let more: String = more.iter().map(|(name, value)| format!("\"{name}\":{value},")).collect();
        println!(
            "{{\"name\":\"{name}\",\"side\":\"{side}\",\"own_items\":{own},\"peer_items\":{peer},{more}\
             \"wall_s\":{:.3},\"wall_ns_per_item\":{:.0},\"cpu_s\":{:.2},\"cpu_ns_per_item\":{:.0},\
             \"items_per_s_and_core\":{:.0},\"bytes_on_wire\":{wire},\"bytes_per_item\":{:.2},\
             \"bits_per_item_and_link\":[{}],\"rss_before_bytes\":{},\"peak_rss_bytes\":{},\
             \"peak_bytes_per_item\":{:.0},\"phases_s\":{{{}}}}}",
            self.wall_s,
            self.wall_s * 1e9 / items,
            self.cpu_s,
            self.cpu_s * 1e9 / items,
            // Time is counted in hundredths of a second.
            items / self.cpu_s.max(0.01),
            wire as f64 / items,
            links.join(","),
            self.rss_before_bytes,
            self.peak_rss_bytes,
            added as f64 / items,
            self.phases,
        );
    }
}

/// Runs two sides: the receiver in this process, the sender in another one of the same program; with `--memory` both here
/// over a memory channel, with `--plain` without TLS. Inputs are made before the sides meet.
pub async fn two_sides<A, B, R, S>(
    args: &Args,
    (receiver_input, receiver): (impl FnOnce() -> A, impl FnOnce(Channel, A) -> R),
    (sender_input, sender): (impl FnOnce() -> B, impl FnOnce(Channel, B) -> S),
    print: impl Fn(&str, &Measured),
) -> Result<(), Failure>
where
    R: Future<Output = Result<Measured, Failure>>,
    S: Future<Output = Result<Measured, Failure>> + Send + 'static,
{
    let limits = ChannelConfig::default();
    if let Some(words) = args.after("--connect") {
        let input = sender_input();
        let stream = door::connect(words.first().ok_or("nowhere to connect to")?).await?;
        print("sender", &sender(Channel::new(stream, limits), input).await?);
        return Ok(());
    }
    let input = receiver_input();
    if args.flag("--memory") {
        let (a, b) = memory::channels(limits);
        let sending = tokio::spawn(sender(b, sender_input()));
        let measured = receiver(a, input).await?;
        sending.await??;
        // Time and memory are of both.
        print("both", &measured);
        return Ok(());
    }
    let door = door::Door::open(args.flag("--plain")).await?;
    let process = args.again()?.args(["--connect", &door.words]).stdout(Stdio::inherit()).spawn()?;
    let channel = Channel::new(door.accept().await?, limits);
    print("receiver", &receiver(channel, input).await?);
    if process.wait_with_output()?.status.success() { Ok(()) } else { Err("the sender failed".into()) }
}
