//! The protocols of PSI between two processes on this machine, files to file.

use std::io::Write;
use std::path::Path;

use super::row::Row;
use super::{BenchError, several};
use crate::try_psi::{self, Duplicates, ProtocolName, TryPsiArgs};

// Protocol, elements per second and core that are wanted, bits per item on the wire that are allowed at 2^20.
const PROTOCOLS: [(ProtocolName, Option<f64>, f64); 7] = [
    (ProtocolName::Ecdh, Some(70_000.0), 610.0),
    (ProtocolName::Rr22, None, 305.0),
    (ProtocolName::Rr22SemiHonest, None, 260.0),
    // 128 bits of a tag alone leave 37 of 165: the target is that of the semi-honest form.
    (ProtocolName::Rr22Low, None, 210.0),
    (ProtocolName::Rr22LowSemiHonest, None, 165.0),
    // At 2^18: 110 bytes and 20 µs an item.
    (ProtocolName::Cardinality, None, 880.0),
    (ProtocolName::Sum, None, 880.0),
];

pub(super) fn run(quick: bool, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let sizes: &[u32] = if quick { &[10] } else { &[16, 18, 20] };
    let dir = std::env::temp_dir().join(format!("shuzheng-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir).map_err(|source| BenchError::Io { what: dir.display().to_string(), source })?;
    let outcome = all(&dir, sizes, print);
    let outcome = outcome.and_then(|()| unbalanced(&dir, if quick { 10_000 } else { 10_000_000 }, print));
    // A left-over directory is not worth failing for.
    let _ = std::fs::remove_dir_all(&dir);
    outcome
}

fn all(dir: &Path, sizes: &[u32], print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let mut two_party_s = None;
    for protocol in &PROTOCOLS {
        for log2 in sizes.iter().filter(|log2| **log2 <= largest(protocol.0)) {
            let took = one(dir, protocol, *log2, print)?;
            // The sizes ascend: what stays is the largest.
            if protocol.0 == ProtocolName::Rr22 {
                two_party_s = Some((*log2, took));
            }
        }
    }
    match two_party_s {
        Some((log2, took)) => several::run(log2, Some(took), print),
        None => Ok(()),
    }
}

// Circuit-PSI costs twenty times as much as the others.
fn largest(protocol: ProtocolName) -> u32 {
    if matches!(protocol, ProtocolName::Cardinality | ProtocolName::Sum) { 18 } else { 20 }
}

// As the peer's script does: 16 hexadecimal digits, half of each side common.
fn write_ids(path: &Path, n: u64, common: u64, own_from: u64) -> Result<(), BenchError> {
    let io = |source| BenchError::Io { what: path.display().to_string(), source };
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).map_err(io)?);
    writeln!(out, "id,amount").map_err(io)?;
    // A bijection of 64-bit integers (odd multiplier), so that no two are equal and the order tells nothing.
    let id = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    for i in (0..common).chain(own_from..own_from + n - common) {
        writeln!(out, "{:016x},{}", id(i), i % 10_000).map_err(io)?;
    }
    out.flush().map_err(io)
}

/// Prints the rows of one size, gives the seconds of the protocol alone.
fn one(
    dir: &Path,
    (protocol, per_core, bits): &(ProtocolName, Option<f64>, f64),
    log2: u32,
    print: &mut impl FnMut(Row),
) -> Result<f64, BenchError> {
    let name = protocol.name();
    let n = 1u64 << log2;
    let (left, right, out) = (dir.join("left.csv"), dir.join("right.csv"), dir.join("out.csv"));
    write_ids(&left, n, n / 2, 1 << 40)?;
    write_ids(&right, n, n / 2, 1 << 41)?;
    let args = TryPsiArgs {
        left,
        right,
        keys: vec!["id".into()],
        rules: vec!["text/1".into()],
        protocol: *protocol,
        join: crate::try_psi::JoinName::Inner,
        duplicates: Duplicates::First,
        payload: if *protocol == ProtocolName::Sum { vec!["amount".into()] } else { vec![] },
        min_group: 1,
        out,
        out_right: None,
        returned: vec![],
        threads: 1,
        keep: None,
        json: false,
        side: None,
        peer: None,
    };
    let (receiver, sender) = try_psi::run_both(&args).map_err(|e| BenchError::Failed(e.to_string()))?;
    if receiver.matched != Some(n / 2) {
        return Err(BenchError::Failed(format!("{:?} matches instead of {}", receiver.matched, n / 2)));
    }
    let wall = receiver.wall_s.max(sender.wall_s);
    let mut row = Row::per_second(format!("psi-{name}-2^{log2}"), n, wall, receiver.cpu_s + sender.cpu_s);
    row.bytes_on_wire = Some(receiver.sent_bytes + sender.sent_bytes);
    row.peak_rss_bytes = Some(receiver.peak_rss_bytes.max(sender.peak_rss_bytes));
    print(row);
    let mut core = Row::per_second(
        format!("psi-{name}-2^{log2}-per-core"),
        n,
        receiver.cpu_s.max(sender.cpu_s),
        receiver.cpu_s.max(sender.cpu_s),
    );
    core.unit = "1/s/core";
    print(if let Some(target) = per_core { core.at_least(*target) } else { core });
    let wire = (receiver.sent_bytes + sender.sent_bytes) as f64 * 8.0 / n as f64;
    let mut row = Row::per_second(format!("psi-{name}-2^{log2}-wire"), n, wall, receiver.cpu_s + sender.cpu_s);
    (row.rate, row.unit) = (wire, "bit/item");
    print(if log2 == largest(*protocol) { row.at_most(*bits) } else { row });
    if log2 == 18 && *protocol == ProtocolName::Sum {
        let mut row = Row::per_second(format!("psi-{name}-2^{log2}-item"), n, wall, receiver.cpu_s + sender.cpu_s);
        (row.rate, row.unit) = (wall * 1e6 / n as f64, "us/item");
        print(row.at_most(20.0));
    }
    if log2 == 20 && *protocol == ProtocolName::Rr22 {
        let mut row = Row::per_second(format!("psi-{name}-2^{log2}-wall"), n, wall, receiver.cpu_s + sender.cpu_s);
        (row.rate, row.unit) = (wall, "s");
        print(row.at_most(1.5));
    }
    // The part without files of the side that did not wait for the other's.
    Ok(receiver.protocol_s.min(sender.protocol_s))
}

// 1,000 keys against many: the run that makes and downloads the set-up, then one from what was kept. Times are those of the
// protocol, since reading ten million lines would hide them.
fn unbalanced(dir: &Path, n: u64, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    const ASKED: u64 = 1_000;
    let (left, right, out) = (dir.join("few.csv"), dir.join("many.csv"), dir.join("out.csv"));
    write_ids(&left, ASKED, ASKED / 2, 1 << 40)?;
    write_ids(&right, n, ASKED / 2, 1 << 41)?;
    let args = TryPsiArgs {
        left,
        right,
        keys: vec!["id".into()],
        rules: vec!["text/1".into()],
        protocol: ProtocolName::Unbalanced,
        duplicates: Duplicates::First,
        join: crate::try_psi::JoinName::Inner,
        payload: vec![],
        min_group: 1,
        out,
        out_right: None,
        returned: vec![],
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        keep: Some(dir.join("kept")),
        json: false,
        side: None,
        peer: None,
    };
    for which in ["set-up", "online"] {
        let (receiver, sender) = try_psi::run_both(&args).map_err(|e| BenchError::Failed(e.to_string()))?;
        if receiver.matched != Some(ASKED / 2) {
            return Err(BenchError::Failed(format!("{:?} matches instead of {}", receiver.matched, ASKED / 2)));
        }
        let name = format!("psi-unbalanced-{ASKED}-against-{n}-{which}");
        // Which side waits for the other's file does not count: the later part is the sender's.
        let wall = receiver.protocol_s.min(sender.protocol_s);
        let mut row = Row::per_second(name, n, wall, receiver.cpu_s + sender.cpu_s);
        row.bytes_on_wire = Some(receiver.sent_bytes + sender.sent_bytes);
        row.peak_rss_bytes = Some(receiver.peak_rss_bytes.max(sender.peak_rss_bytes));
        (row.rate, row.unit) = (wall, "s");
        print(if which == "online" && n == 10_000_000 { row.at_most(0.5) } else { row });
    }
    Ok(())
}
