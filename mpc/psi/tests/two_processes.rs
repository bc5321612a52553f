//! The two sides as two processes over TCP: this program starts itself again as the sender.
//!
//! Without the test harness, so that the second process is a plain program.

mod side;

use std::process::{Command, Stdio};

use mpc_net::{Channel, ChannelConfig};
use mpc_psi::ItemSet;
use mpc_psi::ecdh::{Control, Params, run_receiver, run_sender};
use side::{arena, config, items};
use tokio::net::{TcpListener, TcpStream};

const PARAMS: Params = Params {
    chunk_items: 512,
    statistical_bits: 40,
    joint_canaries: 4,
    private_canaries: 4,
    payload: true,
    returns: mpc_psi::run::Returns::Nothing,
};

fn keys(range: std::ops::Range<u32>) -> ItemSet {
    items(range.map(|i| format!("客户 {i}")))
}

fn payload(i: u32) -> String {
    format!("余额 {}", i * 7)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}

/// The other process: connects to the port it was given, and prints what it can attest.
fn sender(address: &str) {
    runtime().block_on(async {
        let stream = TcpStream::connect(address).await.expect("the receiver listens");
        let seed = mpc_core::CommittedSeed::generate().expect("randomness");
        let channel = Channel::new(stream, ChannelConfig::default());
        let payloads = arena((1_000..4_000).map(payload));
        let outcome = run_sender(channel, config(PARAMS), keys(1_000..4_000), payloads, seed, &Control::new()).await;
        let report = outcome.expect("the run succeeds").report;
        println!("{} {} {}", report.sent, report.received, hex::encode(report.agreement.digest));
    });
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [role, address] = args.as_slice()
        && role == "sender"
    {
        return sender(address);
    }
    // Cargo may ask for a list of tests or pass a filter; there is one test here.
    let name = "two_processes_intersect_over_tcp";
    if args.iter().any(|arg| arg == "--list") {
        println!("{name}: test");
        return;
    }
    let (outcome, process) = runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let process = Command::new(std::env::current_exe().expect("this program"))
            .args(["sender", &address])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let (stream, _) = listener.accept().await.expect("the sender connects");
        let seed = mpc_core::CommittedSeed::generate().expect("randomness");
        let channel = Channel::new(stream, ChannelConfig::default());
        let outcome = run_receiver(channel, config(PARAMS), keys(0..2_000), seed, &Control::new()).await;
        (outcome.expect("the run succeeds"), process)
    });
    let output = process.wait_with_output().expect("the sender ends");
    assert!(output.status.success());
    let got: Vec<(usize, Vec<u8>)> = outcome.matches.iter().map(|(i, bytes)| (i, bytes.to_vec())).collect();
    let expected: Vec<(usize, Vec<u8>)> = (1_000..2_000).map(|i| (i as usize, payload(i).into_bytes())).collect();
    assert_eq!(got, expected);
    let report = outcome.report;
    let ours = format!("{} {} {}\n", report.received, report.sent, hex::encode(report.agreement.digest));
    assert_eq!(String::from_utf8_lossy(&output.stdout), ours, "both processes attest the same");
    println!("test {name} ... ok");
}
