//! A star of several parties, or a delegated run of two data parties, between processes on this machine over TCP with TLS
//! 1.3: time, traffic and memory of each party.
//!
//! `cargo run -p mpc-psi --example psi_star -- LOG2_ITEMS [--sender LOG2_ITEMS] [--parties N] [--threads N]
//! [--payload BYTES] [--delegated] [--plain]` prints one JSON line per party. Every party holds 2^LOG2_ITEMS items, all but
//! the leader 2^(that of `--sender`); half of the smaller number are common to all.

mod measured;

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use measured::door::{self, Door};
use measured::{Args, Before, Failure, Measured, arena};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, RunConfig, SessionId};
use mpc_psi::{Item, ItemSet, delegated, star};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Clone, Copy)]
struct Settings {
    leader: u64,
    sender: u64,
    parties: usize,
    threads: usize,
    payload: usize,
    delegated: bool,
    plain: bool,
}

impl Settings {
    fn read(args: &Args) -> Result<Self, Failure> {
        let (log2, delegated) = (args.first(20)?, args.flag("--delegated"));
        Ok(Self {
            leader: if delegated { 0 } else { 1 << log2 },
            sender: 1 << args.number("--sender", log2.into())?,
            parties: args.number("--parties", 3)? as usize,
            threads: args.number("--threads", 1)? as usize,
            payload: args.number("--payload", 0)? as usize,
            delegated,
            plain: args.flag("--plain"),
        })
    }

    fn common(&self) -> u64 {
        if self.delegated { self.sender / 2 } else { self.leader.min(self.sender) / 2 }
    }

    /// What a party brings: what is common to all, the rest its own.
    fn set(&self, party: u64, items: u64) -> ItemSet {
        let own = (1 + party) << 40;
        let items = (0..self.common()).chain(own..own + items - self.common());
        ItemSet::new(items.map(|i| Item::new(&i.to_be_bytes())).collect()).expect("numbers are distinct")
    }

    fn config(&self) -> RunConfig {
        let params = Params { payload: self.payload > 0, ..Params::default() };
        RunConfig { threads: self.threads, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) }
    }

    /// Items of the peer are those of one link.
    fn print(&self, party: &str, sizes: (u64, u64), measured: &Measured) {
        let name = if self.delegated { "psi-delegated" } else { "psi-star" };
        let more: [(&str, &dyn std::fmt::Display); 3] =
            [("parties", &self.parties), ("threads", &self.threads), ("payload_bytes", &self.payload)];
        measured.print(name, party, sizes, &more);
    }
}

async fn accept(door: &Door) -> Result<(usize, Channel), Failure> {
    let mut stream = door.accept().await?;
    let place = stream.read_u8().await?;
    Ok((usize::from(place), Channel::new(stream, ChannelConfig::default())))
}

async fn connect(words: &str, place: usize) -> Result<Channel, Failure> {
    let mut stream = door::connect(words).await?;
    stream.write_u8(place as u8).await?;
    stream.flush().await?;
    Ok(Channel::new(stream, ChannelConfig::default()))
}

/// A member: connects to those before it, and lets those after it in.
async fn member(settings: Settings, place: usize, center: &str, before: &[String]) -> Result<(), Failure> {
    let members = settings.parties - 1;
    let items = settings.set(1 + place as u64, settings.sender);
    let payload = arena(items.len(), settings.payload);
    let mut others = Vec::new();
    for (other, words) in before.iter().enumerate() {
        others.push((other, connect(words, place).await?));
    }
    let door = Door::open(settings.plain).await?;
    println!("{}", door.words);
    while others.len() < members - 1 {
        others.push(accept(&door).await?);
    }
    let (center, seed, control) = (connect(center, place).await?, CommittedSeed::generate()?, Control::new());
    let (config, n) = (settings.config(), items.len() as u64);
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
    let measured = before.after_links(&bytes, &report.phases);
    settings.print(&format!("sender {place}"), (settings.sender, settings.leader), &measured);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args = Args::of_this_process();
    let settings = Settings::read(&args)?;
    if let Some([place, center, before @ ..]) = args.after("--member") {
        return member(settings, place.parse()?, center, before).await;
    }
    let members = settings.parties - 1;
    let items = (!settings.delegated).then(|| settings.set(0, settings.leader));
    let door = Door::open(settings.plain).await?;
    let mut doors: Vec<String> = Vec::new();
    let mut processes: Vec<(Child, BufReader<ChildStdout>)> = Vec::new();
    for place in 0..members {
        let mut process = args
            .again()?
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
    let before = Before::now();
    let (found, reports) = match items {
        None => {
            let done = delegated::run_third(channels, settings.config(), seed, &control).await?;
            (done.rows.len(), done.reports)
        }
        Some(items) => {
            let done = star::run_leader(channels, settings.config(), items, seed, &control).await?;
            (done.matches.len(), done.reports)
        }
    };
    let bytes: Vec<u64> = reports.iter().map(|r| r.traffic.sent_bytes + r.traffic.received_bytes).collect();
    let phases = reports.first().map_or(&[][..], |report| &report.phases);
    let measured = before.after_links(&bytes, phases);
    assert_eq!(found as u64, settings.common());
    let sizes = (settings.leader, settings.sender);
    settings.print(if settings.delegated { "third" } else { "leader" }, sizes, &measured);
    for (mut process, output) in processes {
        output.lines().map_while(Result::ok).for_each(|line| println!("{line}"));
        if !process.wait()?.success() {
            return Err("a member failed".into());
        }
    }
    Ok(())
}
