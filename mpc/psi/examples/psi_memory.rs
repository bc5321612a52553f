//! Both sides of ECDH in one process over a memory channel: time, traffic, memory.
//!
//! `cargo run -p mpc-psi --example psi_memory -- LOG2_ITEMS [THREADS] [PAYLOAD_BYTES]` prints a JSON line for each side.
//! Time and memory are of both sides together.

mod measured;

use measured::{Before, Failure, arena, set};
use mpc_core::CommittedSeed;
use mpc_net::{ChannelConfig, memory};
use mpc_psi::ecdh::{Control, Params, RunConfig, SessionId, run_receiver, run_sender};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1).map(|arg| arg.parse::<u64>());
    let log2 = args.next().transpose()?.unwrap_or(16);
    let threads = args.next().transpose()?.unwrap_or(2) as usize;
    let payload_bytes = args.next().transpose()?.unwrap_or(0) as usize;
    let n = 1u64 << log2;
    let params = Params { payload: payload_bytes > 0, ..Params::default() };
    let config = RunConfig { threads, ..RunConfig::new(SessionId([1; 32]), [2; 32], params) };
    let payload = arena(n as usize, payload_bytes);
    let (a, b) = memory::channels(ChannelConfig::default());
    let (receiver, sender) = (set(0, n), set(n / 2, n));
    let before = [Before::now(), Before::now()];
    let (other, seeds) = (config.clone(), (CommittedSeed::generate()?, CommittedSeed::generate()?));
    let sending = tokio::spawn(async move { run_sender(b, other, sender, payload, seeds.1, &Control::new()).await });
    let received = run_receiver(a, config, receiver, seeds.0, &Control::new()).await?;
    let sent = sending.await??;
    let reports = [("receiver, both", &received.report), ("sender, both", &sent.report)];
    for (before, (side, report)) in before.into_iter().zip(reports) {
        let more: [(&str, &dyn std::fmt::Display); 2] = [("threads", &threads), ("payload_bytes", &payload_bytes)];
        before.after(report).print("psi-ecdh-memory", side, (n, n), &more);
    }
    assert_eq!(received.matches.len() as u64, n - n / 2);
    Ok(())
}
