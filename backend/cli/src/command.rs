//! The command line.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use ledger_types::id::{AccountId, ChainId, OrgId};
use ledger_types::{Digest, SuiteId, cbor};

use crate::demo::{self, DemoOptions};
use crate::init::{self, NewOrganisation};
use crate::sample::{self, SampleSize};
use crate::{bench, doctor, node, try_psi, verify};

/// 数证 Shuzheng: privacy-computing data sharing with on-chain evidence. One organisation, one node, one binary.
#[derive(Debug, Parser)]
#[command(name = "shuzheng", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run this organisation's node: console and API, party, ledger replica.
    Node(node::NodeArgs),
    /// Found a consortium: make keys, the genesis document, a node's directory.
    #[command(subcommand)]
    Init(InitCommand),
    /// Four organisations on this machine, the whole story, console left up.
    Demo(DemoArgs),
    /// Check what a node needs: configuration, keys, clock, disk, ports, peers, versions.
    Doctor(doctor::DoctorArgs),
    /// Verify an evidence bundle offline. Exit code 0: everything holds; 1: it does not.
    Verify(verify::VerifyArgs),
    /// Run an engine on your own files, between two processes, without a ledger.
    #[command(subcommand)]
    Try(TryCommand),
    /// Reproduce rows of docs/benchmarks.md.
    Bench(bench::BenchArgs),
    /// Write the invented sample data.
    Sample(SampleArgs),
    /// Print the OpenAPI document of the API.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum InitCommand {
    /// Make an organisation's keys and its public member card (member.json).
    Organisation(InitOrganisation),
    /// Make the genesis document from the members' cards; print its hash for all to compare.
    Genesis(InitGenesis),
    /// Write node.toml and the genesis document into an organisation's directory.
    Join(InitJoin),
}

#[derive(Debug, Args)]
struct InitOrganisation {
    /// The organisation's directory.
    #[arg(long)]
    dir: PathBuf,
    /// Identifier, e.g. `rsj`.
    #[arg(long)]
    id: OrgId,
    /// Chinese name.
    #[arg(long)]
    name_zh: String,
    /// English name.
    #[arg(long)]
    name_en: String,
    /// Where partners reach this node, `host:port`.
    #[arg(long)]
    mesh_address: String,
    /// Account name of the first operator.
    #[arg(long, default_value = "admin")]
    operator: AccountId,
    /// Passphrase of the node key.
    #[arg(long, env = "SHUZHENG_NODE_PASSPHRASE", hide_env_values = true)]
    node_passphrase: String,
    /// Passphrase of the operator's signing key.
    #[arg(long, env = "SHUZHENG_OPERATOR_PASSPHRASE", hide_env_values = true)]
    operator_passphrase: String,
    /// Crypto suite of the chain.
    #[arg(long, value_enum, default_value = "gm")]
    suite: Suite,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Suite {
    /// SM2, SM3, SM4.
    Gm,
    /// Ed25519, SHA-256, AES-GCM.
    Intl,
}

impl From<Suite> for SuiteId {
    fn from(s: Suite) -> Self {
        match s {
            Suite::Gm => Self::Gm,
            Suite::Intl => Self::Intl,
        }
    }
}

#[derive(Debug, Args)]
struct InitGenesis {
    /// Name of the chain.
    #[arg(long)]
    chain: ChainId,
    /// Crypto suite.
    #[arg(long, value_enum, default_value = "gm")]
    suite: Suite,
    /// Time of founding in milliseconds since 1970, agreed by all.
    #[arg(long)]
    time_ms: u64,
    /// Where to write it.
    #[arg(long, default_value = "genesis.cbor")]
    out: PathBuf,
    /// The members' cards.
    #[arg(required = true)]
    members: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct InitJoin {
    /// The organisation's directory (made by `init organisation`).
    #[arg(long)]
    dir: PathBuf,
    /// The genesis document.
    #[arg(long)]
    genesis: PathBuf,
    /// Console and API.
    #[arg(long, default_value = "127.0.0.1:8080")]
    desk: SocketAddr,
    /// Partner-facing port.
    #[arg(long, default_value = "0.0.0.0:9100")]
    mesh: SocketAddr,
    /// All members' cards, one's own included.
    #[arg(required = true)]
    members: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Directory of the demo; emptied first.
    #[arg(long, default_value = "demo-data")]
    dir: PathBuf,
    /// First of four console ports.
    #[arg(long, default_value_t = 8080)]
    desk_port: u16,
    /// First of four mesh ports.
    #[arg(long, default_value_t = 9100)]
    mesh_port: u16,
    /// A few dozen rows instead of 100,000 × 80,000.
    #[arg(long)]
    small: bool,
    /// End after the story.
    #[arg(long)]
    exit: bool,
    /// Record every frame that leaves a node, before encryption, in each node's `frames.tap`.
    #[arg(long)]
    record_frames: bool,
}

#[derive(Debug, Subcommand)]
enum TryCommand {
    /// Private set intersection of two CSV or Parquet files.
    Psi(try_psi::TryPsiArgs),
}

#[derive(Debug, Args)]
struct SampleArgs {
    /// Where to write.
    #[arg(long, default_value = "samples/small")]
    out: PathBuf,
    /// The demo's size instead of the small one.
    #[arg(long)]
    demo: bool,
    /// Seed.
    #[arg(long, default_value_t = sample::SEED)]
    seed: u64,
}

/// What a command may end with.
pub type CommandError = Box<dyn Error>;

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<ExitCode, CommandError> {
        match self.command {
            Command::Node(args) => node::run(args).map(|()| ExitCode::SUCCESS).map_err(Into::into),
            Command::Init(command) => command.run(),
            Command::Demo(a) => {
                let options = DemoOptions {
                    dir: a.dir,
                    desk_port: a.desk_port,
                    mesh_port: a.mesh_port,
                    small: a.small,
                    exit: a.exit,
                    record_frames: a.record_frames,
                };
                demo::run(&options)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Doctor(args) => Ok(doctor::run(&args)),
            Command::Verify(args) => Ok(verify::run(&args)?),
            Command::Try(TryCommand::Psi(args)) => try_psi::run(&args).map(|()| ExitCode::SUCCESS).map_err(Into::into),
            Command::Bench(args) => bench::run(&args).map(|()| ExitCode::SUCCESS).map_err(Into::into),
            Command::Sample(a) => {
                let size = if a.demo { SampleSize::DEMO } else { SampleSize::SMALL };
                let files = sample::write(&a.out, a.seed, size)?;
                for f in [files.insurance, files.loans, files.visits] {
                    println!("{}", f.display());
                }
                Ok(ExitCode::SUCCESS)
            }
            Command::Openapi => {
                println!("{}", backend_server::openapi_json());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl InitCommand {
    fn run(self) -> Result<ExitCode, CommandError> {
        match self {
            Self::Organisation(a) => {
                let new = NewOrganisation {
                    id: a.id,
                    name_zh: a.name_zh,
                    name_en: a.name_en,
                    mesh_address: a.mesh_address,
                    operator: a.operator,
                    operator_name: "平台管理员".into(),
                    node_passphrase: &a.node_passphrase,
                    operator_passphrase: &a.operator_passphrase,
                    suite: a.suite.into(),
                };
                init::organisation(&a.dir, &new)?;
                println!(
                    "Keys are in {}. Give {} to the other members.",
                    a.dir.join("keys").display(),
                    a.dir.join("member.json").display()
                );
            }
            Self::Genesis(a) => {
                let cards = a.members.iter().map(|p| init::read_card(p)).collect::<Result<Vec<_>, _>>()?;
                let genesis = init::genesis(a.chain, a.suite.into(), a.time_ms, &cards)?;
                std::fs::write(&a.out, cbor::to_bytes(&genesis))?;
                println!("{}\nCompare this hash with the other members by telephone before joining.", genesis.hash());
            }
            Self::Join(a) => {
                let own = init::read_card(&a.dir.join("member.json"))?;
                let cards = a.members.iter().map(|p| init::read_card(p)).collect::<Result<Vec<_>, _>>()?;
                let (genesis, hash): (_, Digest) = init::read_genesis(&a.genesis)?;
                let path = init::join(&a.dir, &own.organisation.id, &genesis, &cards, a.desk, a.mesh)?;
                println!("genesis {hash}\nStart with: shuzheng node --config {}", path.display());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
