//! Three parties: a star, and two data parties with a third that alone learns the result. A process each on this
//! machine; the items are made up, so that nothing but the protocol is measured.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use clap::{Args, ValueEnum};
use mpc_core::CommittedSeed;
use mpc_net::{Channel, ChannelConfig};
use mpc_psi::run::{Control, Params, RunConfig, RunReport, SessionId};
use mpc_psi::{Item, ItemSet, delegated, star};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::BenchError;
use super::row::{Row, cpu_seconds};
use crate::try_psi::{dial, peak_rss_bytes};

const PARTIES: usize = 3;

/// One party of such a run, which this command starts as a process of its own.
#[derive(Debug, Clone, Args)]
pub(super) struct PartyArgs {
    /// Its place: 0 is the one that learns the result.
    #[arg(long, hide = true)]
    party: Option<usize>,
    /// Which protocol.
    #[arg(long, hide = true, value_enum, default_value = "star")]
    several: Several,
    /// Where the parties listen, in the order of their places.
    #[arg(long = "address", hide = true)]
    addresses: Vec<SocketAddr>,
    /// Items of each, a power of two.
    #[arg(long, hide = true, default_value_t = 10)]
    log2: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Several {
    Star,
    Delegated,
}

/// What a party prints.
#[derive(Serialize, Deserialize)]
struct Figures {
    matched: u64,
    wall_s: f64,
    cpu_s: f64,
    bytes: u64,
    peak_rss_bytes: u64,
}

/// Prints a row for each protocol. `two_party_s` is what RR22 took between two parties of as many items.
pub(super) fn run(log2: u32, two_party_s: Option<f64>, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    for several in [Several::Star, Several::Delegated] {
        let figures = processes(several, log2)?;
        let n = 1u64 << log2;
        if figures[0].matched != n / 2 {
            return Err(BenchError::Failed(format!("{} matches instead of {}", figures[0].matched, n / 2)));
        }
        let name = several.to_possible_value().expect("no variant is hidden");
        let wall = figures.iter().map(|f| f.wall_s).fold(0.0, f64::max);
        let cpu = figures.iter().map(|f| f.cpu_s).sum();
        let mut row = Row::per_second(format!("psi-{}-{PARTIES}-2^{log2}", name.get_name()), n, wall, cpu);
        // Every byte was counted at both of its ends.
        row.bytes_on_wire = Some(figures.iter().map(|f| f.bytes).sum::<u64>() / 2);
        row.peak_rss_bytes = figures.iter().map(|f| f.peak_rss_bytes).max();
        (row.rate, row.unit) = (wall, "s");
        print(match two_party_s.filter(|_| several == Several::Star) {
            Some(two) => row.at_most(3.0 * two),
            None => row,
        });
    }
    Ok(())
}

fn io(what: &str) -> impl FnOnce(std::io::Error) -> BenchError {
    move |source| BenchError::Io { what: what.to_owned(), source }
}

fn failed(error: impl std::fmt::Display) -> BenchError {
    BenchError::Failed(error.to_string())
}

fn processes(several: Several, log2: u32) -> Result<Vec<Figures>, BenchError> {
    let program = std::env::current_exe().map_err(io("find my own program"))?;
    // Held until all ports are chosen, so that no two are the same.
    let free = || std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let held = (0..PARTIES).map(|_| free()).collect::<Result<Vec<_>, _>>().map_err(io("find a free port"))?;
    let addresses = held.iter().map(|l| l.local_addr()).collect::<Result<Vec<_>, _>>().map_err(io("a free port"))?;
    drop(held);
    let start = |party: usize| {
        let name = several.to_possible_value().expect("no variant is hidden");
        let mut command = Command::new(&program);
        command.args(["bench", "psi", "--party", &party.to_string(), "--several", name.get_name()]);
        command.args(["--log2", &log2.to_string()]);
        addresses.iter().for_each(|address| {
            command.args(["--address", &address.to_string()]);
        });
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(io("start a party"))
    };
    let children = (0..PARTIES).map(start).collect::<Result<Vec<Child>, _>>()?;
    let outputs: Vec<_> = children.into_iter().map(Child::wait_with_output).collect();
    let figures = outputs.into_iter().map(|output| {
        let output = output.map_err(io("wait for a party"))?;
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim()));
        }
        serde_json::from_slice(&output.stdout).map_err(failed)
    });
    figures.collect()
}

/// Runs one party to its end and prints its figures. `false` when this is not what the arguments ask for.
pub(super) fn party(args: &PartyArgs) -> Result<bool, BenchError> {
    let Some(party) = args.party else { return Ok(false) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io("start threads"))?;
    let figures = runtime.block_on(measured(party, args))?;
    println!("{}", serde_json::to_string(&figures).expect("figures are plain data"));
    Ok(true)
}

async fn measured(party: usize, args: &PartyArgs) -> Result<Figures, BenchError> {
    let items = items(party, args.log2);
    let mut channels = channels(party, &args.addresses).await?;
    let config = RunConfig { threads: 1, ..RunConfig::new(SessionId([1; 32]), [2; 32], Params::default()) };
    let (seed, control) = (CommittedSeed::generate().map_err(failed)?, Control::new());
    let (start, cpu, announced) = (Instant::now(), cpu_seconds(), items.len() as u64);
    let (matched, reports): (usize, Vec<RunReport>) = match (party.checked_sub(1), args.several) {
        (None, Several::Star) => {
            let done = star::run_leader(channels, config, items, seed, &control).await.map_err(failed)?;
            (done.matches.len(), done.reports)
        }
        (None, Several::Delegated) => {
            let done = delegated::run_third(channels, config, seed, &control).await.map_err(failed)?;
            (done.rows.len(), done.reports)
        }
        (Some(place), several) => {
            let first = channels.remove(0);
            let others = channels.into_iter().enumerate().map(|(i, c)| (i + usize::from(i >= place), c)).collect();
            let (report, traffic): (RunReport, Vec<_>) = match several {
                Several::Star => {
                    let run = star::run_sender(place, first, others, config, items, None, seed, &control);
                    let done = run.await.map_err(failed)?;
                    (done.report, done.others.into_iter().map(|pair| pair.traffic).collect())
                }
                Several::Delegated => {
                    let run =
                        delegated::run_data_party(place, first, others, config, items, announced, None, seed, &control);
                    let done = run.await.map_err(failed)?;
                    (done.report, done.others.into_iter().map(|pair| pair.traffic).collect())
                }
            };
            let beside: u64 = traffic.iter().map(|t| t.sent_bytes + t.received_bytes).sum();
            return Ok(figures(0, start, cpu, &[report], beside));
        }
    };
    Ok(figures(matched as u64, start, cpu, &reports, 0))
}

fn figures(matched: u64, start: Instant, cpu: f64, reports: &[RunReport], beside: u64) -> Figures {
    let bytes: u64 = reports.iter().map(|r| r.traffic.sent_bytes + r.traffic.received_bytes).sum();
    Figures {
        matched,
        wall_s: start.elapsed().as_secs_f64(),
        cpu_s: cpu_seconds() - cpu,
        bytes: bytes + beside,
        peak_rss_bytes: peak_rss_bytes(),
    }
}

/// Half of each party's items are common to all, the rest its own.
fn items(party: usize, log2: u32) -> ItemSet {
    let half = 1u64 << (log2 - 1);
    let own = (1 + party as u64) << 40;
    let items = (0..half).chain(own..own + half).map(|i| Item::new(&i.to_be_bytes()));
    ItemSet::new(items.collect()).expect("numbers are distinct")
}

/// The channels to all others, in the order of their places. Each party calls those before it.
async fn channels(party: usize, addresses: &[SocketAddr]) -> Result<Vec<Channel>, BenchError> {
    let own = addresses.get(party).ok_or_else(|| failed("an address for every party"))?;
    let listener = TcpListener::bind(own).await.map_err(io("listen"))?;
    let mut streams: Vec<(usize, TcpStream)> = Vec::new();
    for (place, address) in addresses.iter().enumerate().take(party) {
        let mut stream = dial(*address).await.map_err(failed)?;
        stream.write_u8(party as u8).await.map_err(io("greet"))?;
        streams.push((place, stream));
    }
    while streams.len() + 1 < addresses.len() {
        let (mut stream, _) = listener.accept().await.map_err(io("accept"))?;
        streams.push((usize::from(stream.read_u8().await.map_err(io("greeting"))?), stream));
    }
    streams.sort_by_key(|(place, _)| *place);
    let channel = |(_, stream): (usize, TcpStream)| {
        stream.set_nodelay(true).map_err(io("socket"))?;
        Ok(Channel::new(stream, ChannelConfig::default()))
    };
    streams.into_iter().map(channel).collect()
}
