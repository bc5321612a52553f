//! Unbalanced PSI between two processes on this machine, over TCP with TLS 1.3: the first run, which makes the epoch and
//! downloads its set-up, and runs after it. Time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_unbalanced -- [--receiver 1000] [--sender 10000000] [--threads 2] [--payload BYTES]
//! [--runs 4] [--plain]` prints one JSON line per side and run.

mod measured;

use std::path::Path;
use std::process::Stdio;

use measured::door::{self, Door};
use measured::{Args, Before, Failure, Measured, arena, set};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, RunConfig, SessionId};
use mpc_psi::unbalanced::{run_receiver, run_sender};

#[derive(Clone, Copy)]
struct Settings {
    receiver: u64,
    sender: u64,
    threads: usize,
    payload: usize,
    runs: u8,
}

impl Settings {
    fn read(args: &Args) -> Result<Self, Failure> {
        Ok(Self {
            receiver: args.number("--receiver", 1_000)?,
            sender: args.number("--sender", 10_000_000)?,
            threads: args.number("--threads", 2)? as usize,
            payload: args.number("--payload", 0)? as usize,
            runs: args.number("--runs", 4)? as u8,
        })
    }

    fn config(&self, run: u8, dir: &Path) -> RunConfig {
        let params = Params { payload: self.payload > 0, ..Params::default() };
        let config = RunConfig::new(SessionId([run; 32]), [2; 32], params);
        RunConfig { threads: self.threads, scope: [3; 32], keep: Some(dir.to_owned()), ..config }
    }

    fn print(&self, side: &str, run: u8, measured: &Measured) {
        let sizes = if side == "sender" { (self.sender, self.receiver) } else { (self.receiver, self.sender) };
        let more: [(&str, &dyn std::fmt::Display); 3] =
            [("run", &run), ("threads", &self.threads), ("payload_bytes", &self.payload)];
        measured.print("psi-unbalanced", side, sizes, &more);
    }
}

async fn sender(settings: Settings, words: &str, dir: &Path) -> Result<(), Failure> {
    // Half of the receiver's items are the sender's.
    let items = set(settings.receiver / 2, settings.sender);
    let payload = arena(items.len(), settings.payload);
    for run in 0..settings.runs {
        let channel = Channel::new(door::connect(words).await?, ChannelConfig::default());
        let before = Before::now();
        let (config, seed) = (settings.config(run, dir), CommittedSeed::generate()?);
        let outcome = run_sender(channel, config, items.clone(), payload.clone(), seed, &Control::new()).await?;
        settings.print("sender", run, &before.after(&outcome.report));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args = Args::of_this_process();
    let settings = Settings::read(&args)?;
    let dir = tempfile::tempdir()?;
    if let Some(words) = args.after("--connect") {
        return sender(settings, words.first().ok_or("nowhere to connect to")?, dir.path()).await;
    }
    let door = Door::open(args.flag("--plain")).await?;
    let process = args.again()?.args(["--connect", &door.words]).stdout(Stdio::inherit()).spawn()?;
    let items = set(0, settings.receiver);
    for run in 0..settings.runs {
        let channel = Channel::new(door.accept().await?, ChannelConfig::default());
        let before = Before::now();
        let (config, seed) = (settings.config(run, dir.path()), CommittedSeed::generate()?);
        let outcome = run_receiver(channel, config, items.clone(), seed, &Control::new()).await?;
        settings.print("receiver", run, &before.after(&outcome.report));
        assert_eq!(outcome.matches.len() as u64, settings.receiver - settings.receiver / 2);
    }
    if process.wait_with_output()?.status.success() { Ok(()) } else { Err("the sender failed".into()) }
}
