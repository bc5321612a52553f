//! `shuzheng doctor`: what a node needs, checked one by one, each with what to do about it.

use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use ledger_crypto::keyfile::{self, KeyFile};

use crate::config::NodeConfig;
use crate::demo::client;
use crate::init;
use crate::node::node_passphrase;

/// Arguments.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// The node's configuration.
    #[arg(long, default_value = "node.toml")]
    config: PathBuf,
}

/// Result of one check.
enum Finding {
    Good(String),
    Warning(String, String),
    Bad(String, String),
}

use Finding::{Bad, Good, Warning};

/// Runs the checks; the exit code is 1 when one is bad.
pub fn run(args: &DoctorArgs) -> ExitCode {
    let mut bad = 0;
    let mut tell = |what: &str, finding: Finding| match finding {
        Good(text) => println!("ok    {what}: {text}"),
        Warning(text, remedy) => println!("warn  {what}: {text}\n        → {remedy}"),
        Bad(text, remedy) => {
            bad += 1;
            println!("BAD   {what}: {text}\n        → {remedy}");
        }
    };
    tell("版本 version", Good(format!("shuzheng {}", env!("CARGO_PKG_VERSION"))));
    tell("时钟 clock", clock());
    match NodeConfig::load(&args.config) {
        Err(e) => tell(
            "配置 configuration",
            Bad(e.to_string(), "run `shuzheng init join`, or name the file with --config".into()),
        ),
        Ok((config, dir)) => {
            tell("配置 configuration", Good(args.config.display().to_string()));
            tell("磁盘 disk", disk(&dir));
            tell("创世文件 genesis", genesis(&config, &dir));
            tell("节点密钥 node key", key(&config, &dir));
            for (what, finding) in ports(&config) {
                tell(&what, finding);
            }
            for peer in &config.mesh.peers {
                tell(&format!("伙伴 peer {}", peer.org), reachable(&peer.address));
            }
        }
    }
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn clock() -> Finding {
    // Blocks are refused when a proposer's clock is more than 5 s ahead; a wildly wrong clock is visible alone.
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(d) if d.as_secs() > 1_767_225_600 => Good(format!("{} (UTC)", backend_api::Timestamp(d.as_millis() as u64))),
        _ => Bad("the clock is before 2026".into(), "set the clock; use NTP (chrony)".into()),
    }
}

fn disk(dir: &Path) -> Finding {
    // `df` is the one portable way without unsafe code.
    let out = std::process::Command::new("df").args(["-Pk", "--"]).arg(dir).output();
    let free_kib = out.ok().and_then(|o| {
        let text = String::from_utf8_lossy(&o.stdout).into_owned();
        text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    match free_kib {
        None => Warning("free space is unknown".into(), "check with `df`".into()),
        Some(kib) if kib < 1 << 20 => Bad(
            format!("{} MiB free", kib >> 10),
            "free at least 1 GiB; a node stops safely when the disk is full".into(),
        ),
        Some(kib) if kib < 10 << 20 => Warning(format!("{} GiB free", kib >> 20), "plan for at least 10 GiB".into()),
        Some(kib) => Good(format!("{} GiB free", kib >> 20)),
    }
}

fn genesis(config: &NodeConfig, dir: &Path) -> Finding {
    let remedy = "get the genesis document from another member and run `shuzheng init join`";
    match init::read_genesis(&dir.join("genesis.cbor")) {
        Err(e) => Bad(e.to_string(), remedy.into()),
        Ok((g, hash)) if g.organisations.iter().any(|o| o.id == config.org) => Good(format!(
            "chain {}, suite {}, {} members, hash {hash}",
            g.chain,
            g.suite.as_str(),
            g.organisations.len()
        )),
        Ok((g, _)) => Bad(format!("{} is no member of chain {}", config.org, g.chain), remedy.into()),
    }
}

fn key(config: &NodeConfig, dir: &Path) -> Finding {
    let path = init::key_path(dir, "node");
    let file: KeyFile = match std::fs::read(&path)
        .map_err(|e| e.to_string())
        .and_then(|b| serde_json::from_slice(&b).map_err(|e| e.to_string()))
    {
        Ok(file) => file,
        Err(e) => {
            return Bad(
                format!("{}: {e}", path.display()),
                "restore it from your backup; without it the organisation needs a new membership".into(),
            );
        }
    };
    let passphrase = match node_passphrase(config, dir) {
        Ok(p) => p,
        Err(e) => {
            return Bad(e.to_string(), "set SHUZHENG_NODE_PASSPHRASE or write the passphrase file (mode 0600)".into());
        }
    };
    let key = match keyfile::open(&file, &passphrase) {
        Ok(key) => key,
        Err(e) => return Bad(e.to_string(), "check the passphrase".into()),
    };
    match init::read_genesis(&dir.join("genesis.cbor")) {
        Ok((g, _)) if g.organisations.iter().any(|o| o.id == config.org && o.node_key == key.public_key()) => {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).map(|m| m.permissions().mode() & 0o777).unwrap_or(0);
            if mode & 0o077 == 0 {
                Good("opens, and is the one in the genesis document".into())
            } else {
                Warning(format!("{} has mode {mode:o}", path.display()), format!("chmod 600 {}", path.display()))
            }
        }
        _ => Bad("is not the key in the genesis document".into(), "restore the right key file".into()),
    }
}

fn ports(config: &NodeConfig) -> Vec<(String, Finding)> {
    let running = client::healthy(&format!("http://{}", config.desk.listen));
    [("控制台端口 console port", config.desk.listen), ("伙伴端口 partner port", config.mesh.listen)]
        .into_iter()
        .map(|(what, address)| {
            let finding = match TcpListener::bind(address) {
                Ok(_) if running => Warning(
                    format!("{address} is free although a node answers"),
                    "is another configuration running?".into(),
                ),
                Ok(_) => Good(format!("{address} is free")),
                Err(_) if running => Good(format!("{address} is served by the running node")),
                Err(e) => Bad(format!("{address}: {e}"), "stop what uses it, or change the configuration".into()),
            };
            (what.to_owned(), finding)
        })
        .collect()
}

fn reachable(address: &str) -> Finding {
    let remedy = "is that node running, and does the firewall let this port through?";
    let Some(resolved) = address.to_socket_addrs().ok().and_then(|mut a| a.next()) else {
        return Bad(format!("{address} cannot be resolved"), "check the address in node.toml".into());
    };
    match TcpStream::connect_timeout(&resolved, Duration::from_secs(3)) {
        Ok(_) => Good(format!("{address} accepts connections")),
        Err(e) => Warning(format!("{address}: {e}"), remedy.into()),
    }
}
