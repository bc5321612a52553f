//! Circuit-PSI between two processes on this machine, over TCP with TLS 1.3: time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_circuit -- LOG2_ITEMS [--sender LOG2_ITEMS] [--threads N] [--sums N] [--plain]
//! [--memory]` prints one JSON line per side. `--plain` leaves TLS out; `--memory` runs both sides in this process over a
//! memory channel.

mod measured;

use std::sync::Arc;

use measured::{Args, Before, Failure, Measured, set, two_sides};
use mpc_core::CommittedSeed;
use mpc_net::Channel;
use mpc_psi::ItemSet;
use mpc_psi::circuit::{AggregateResult, Aggregates, CANARIES, Column, Function, run_receiver, run_sender};
use mpc_psi::run::{BUCKET_ITEMS, Control, Params, RunConfig, SessionId};

#[derive(Clone, Copy)]
struct Settings {
    receiver: u64,
    sender: u64,
    threads: usize,
    sums: usize,
    transfers: u32,
}

impl Settings {
    fn read(args: &Args) -> Result<Self, Failure> {
        let log2 = args.first(18)?;
        Ok(Self {
            receiver: 1 << log2,
            sender: 1 << args.number("--sender", log2.into())?,
            threads: args.number("--threads", 1)? as usize,
            sums: args.number("--sums", 1)? as usize,
            transfers: args.number("--transfers", BUCKET_ITEMS.into())? as u32,
        })
    }

    fn config(&self) -> RunConfig {
        let params = Params { joint_canaries: CANARIES, private_canaries: CANARIES, ..Params::default() };
        let config = RunConfig::new(SessionId([1; 32]), [2; 32], params);
        RunConfig { threads: self.threads, bucket_items: self.transfers, ..config }
    }

    fn aggregates(&self) -> Aggregates {
        let functions = (0..self.sums).map(|column| Function { column, nullable: false }).collect();
        Aggregates { functions, count: true, min_group: 10 }
    }

    /// Half of the smaller set is in both: the sender's first ones.
    fn common(&self) -> u64 {
        self.receiver.min(self.sender) / 2
    }
}

async fn receiver(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let before = Before::now();
    let (config, asked, seed) = (settings.config(), settings.aggregates(), CommittedSeed::generate()?);
    let outcome = run_receiver(channel, config, asked, items, seed, &Control::new()).await?;
    let measured = before.after(&outcome.report);
    let (common, half) = (settings.common(), i128::from(settings.common()));
    let sums = vec![half * (half - 1) / 2; settings.sums];
    let non_nulls = vec![Some(common); settings.sums];
    assert_eq!(outcome.result, AggregateResult::Values { count: Some(common), sums, non_nulls });
    Ok(measured)
}

async fn sender(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let columns = (0..settings.sums).map(|_| Column::new((0..items.len() as i64).collect())).collect();
    let before = Before::now();
    let (config, asked, seed) = (settings.config(), settings.aggregates(), CommittedSeed::generate()?);
    let outcome = run_sender(channel, config, asked, items, Arc::new(columns), seed, &Control::new()).await?;
    Ok(before.after(&outcome.report))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let args = Args::of_this_process();
    let settings = Settings::read(&args)?;
    let (mine, theirs) = (settings.receiver, settings.sender);
    two_sides(
        &args,
        (|| set(0, mine), |channel, items| receiver(settings, channel, items)),
        (|| set(mine - settings.common(), theirs), |channel, items| sender(settings, channel, items)),
        |side, measured| {
            let sizes = if side == "sender" { (theirs, mine) } else { (mine, theirs) };
            measured.print("psi-circuit", side, sizes, &[("threads", &settings.threads), ("sums", &settings.sums)]);
        },
    )
    .await
}
