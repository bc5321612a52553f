//! RR22 between two processes on this machine, over TCP with TLS 1.3: time, traffic and memory of each side.
//!
//! `cargo run -p mpc-psi --example psi_rr22 -- LOG2_ITEMS [--sender LOG2_ITEMS] [--threads N] [--payload BYTES]
//! [--semi-honest] [--low] [--plain] [--buckets ITEMS] [--memory]` prints one JSON line per side. `--plain` leaves TLS out;
//! `--memory` runs both sides in this process over a memory channel.

mod measured;

use measured::{Args, Before, Failure, Measured, arena, set, two_sides};
use mpc_core::CommittedSeed;
use mpc_net::Channel;
use mpc_psi::ItemSet;
use mpc_psi::rr22::{Form, Security, Variant, run_receiver, run_sender};
use mpc_psi::run::{BUCKET_ITEMS, Control, Params, RunConfig, SessionId};

#[derive(Clone, Copy)]
struct Settings {
    receiver: u64,
    sender: u64,
    threads: usize,
    payload: usize,
    variant: Variant,
    bucket_items: u32,
}

impl Settings {
    fn read(args: &Args) -> Result<Self, Failure> {
        let log2 = args.first(20)?;
        Ok(Self {
            receiver: 1 << log2,
            sender: 1 << args.number("--sender", log2.into())?,
            threads: args.number("--threads", 1)? as usize,
            payload: args.number("--payload", 0)? as usize,
            variant: Variant {
                form: if args.flag("--low") { Form::Low } else { Form::Fast },
                security: if args.flag("--semi-honest") { Security::SemiHonest } else { Security::Malicious },
            },
            bucket_items: args.number("--buckets", BUCKET_ITEMS.into())? as u32,
        })
    }

    fn config(&self) -> RunConfig {
        let params = Params { payload: self.payload > 0, ..Params::default() };
        let config = RunConfig::new(SessionId([1; 32]), [2; 32], params);
        RunConfig { threads: self.threads, bucket_items: self.bucket_items, ..config }
    }

    /// Half of the smaller set is in both.
    fn common(&self) -> u64 {
        self.receiver.min(self.sender) / 2
    }
}

async fn receiver(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let before = Before::now();
    let seed = CommittedSeed::generate()?;
    let outcome = run_receiver(settings.variant, channel, settings.config(), items, seed, &Control::new()).await?;
    let measured = before.after(&outcome.report);
    assert_eq!(outcome.matches.len() as u64, settings.common());
    Ok(measured)
}

async fn sender(settings: Settings, channel: Channel, items: ItemSet) -> Result<Measured, Failure> {
    let payload = arena(items.len(), settings.payload);
    let before = Before::now();
    let seed = CommittedSeed::generate()?;
    let config = settings.config();
    let outcome = run_sender(settings.variant, channel, config, items, payload, seed, &Control::new()).await?;
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
            let Variant { form, security } = settings.variant;
            let more: [(&str, &dyn std::fmt::Display); 4] = [
                ("form", &format!("\"{form:?}\"")),
                ("security", &format!("\"{security:?}\"")),
                ("threads", &settings.threads),
                ("payload_bytes", &settings.payload),
            ];
            measured.print("psi-rr22", side, sizes, &more);
        },
    )
    .await
}
