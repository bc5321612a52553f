//! A whole task between two nodes of a running consortium: large files published, proposal, both approvals, the run with
//! its commitments re-derived, both attestations on the ledger, the result file.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use backend_api::task::{TaskDetail, TaskState};

use super::BenchError;
use super::row::Row;
use crate::demo::consortium::{Consortium, Member};
use crate::demo::report::Report;
use crate::demo::story;
use crate::sample::SampleFiles;

const GIB: u64 = 1 << 30;
/// Longest run that is waited for.
const RUN_MAX: Duration = Duration::from_secs(3_600);

pub(super) fn run(rows: u64, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let dir = std::env::temp_dir().join(format!("shuzheng-bench-task-{}", std::process::id()));
    let outcome = one(&dir, rows, print);
    // A left-over directory is not worth failing for.
    let _ = std::fs::remove_dir_all(&dir);
    outcome
}

fn one(dir: &Path, rows: u64, print: &mut impl FnMut(Row)) -> Result<(), BenchError> {
    let failed = |e: &dyn std::fmt::Display| BenchError::Failed(e.to_string());
    let data = dir.join("data");
    let files =
        write_files(&data, rows).map_err(|source| BenchError::Io { what: data.display().to_string(), source })?;
    let binary = std::env::current_exe().map_err(|source| BenchError::Io { what: "shuzheng".into(), source })?;
    let mut report = Report::to_stderr();
    let mut consortium = Consortium::found(dir, &binary, 18_780, 18_790, |config| {
        config.party.source_dirs.push(data.clone());
    })
    .map_err(|e| failed(&e))?;
    consortium.start().map_err(|e| failed(&e))?;
    let cast = story::cast(&consortium, &mut report).map_err(|e| failed(&e))?;
    story::publish_all(&cast, &files, &mut report).map_err(|e| failed(&e))?;
    let grant = story::apply_and_grant(&cast, &mut report).map_err(|e| failed(&e))?;
    for (name, payload) in [("keys-only", &[][..]), ("two-columns", &["employer", "insured_months"][..])] {
        let started = Instant::now();
        let mut request = story::psi_request(&grant, payload);
        request.algorithm = Some(story::algorithm("psi.rr22-gf128"));
        let requester = cast.get("bank", "chen.jie");
        let (task, _) = story::propose(requester, request).map_err(|e| failed(&e))?;
        story::approve(cast.get("bank", "zhao.min"), &task).map_err(|e| failed(&e))?;
        story::approve(cast.get("rsj", "li.wei"), &task).map_err(|e| failed(&e))?;
        let detail = story::finished(requester, &task, RUN_MAX).map_err(|e| failed(&e))?;
        let wall = started.elapsed().as_secs_f64();
        if detail.summary.state != TaskState::Completed {
            return Err(BenchError::Failed(format!("the task ended as {:?}", detail.summary.state)));
        }
        let members = [consortium.member("bank"), consortium.member("rsj")];
        let mut row = Row::per_second(format!("task-psi-{name}"), rows, wall, 0.0);
        row.bytes_on_wire = Some(sent_bytes(&detail));
        (row.rate, row.unit) = (wall, "s");
        print(row.at_most(40.0));
        let peak = members.into_iter().filter_map(peak_rss_bytes).max().unwrap_or_default();
        let mut row = Row::per_second(format!("task-psi-{name}-memory"), rows, wall, 0.0);
        row.peak_rss_bytes = Some(peak);
        (row.rate, row.unit) = (peak as f64, "B");
        print(row.at_most((4 * GIB) as f64));
    }
    Ok(())
}

fn sent_bytes(detail: &TaskDetail) -> u64 {
    let attestations = detail.runs.last().map(|run| run.attestations.as_slice()).unwrap_or_default();
    attestations.iter().flat_map(|a| &a.channels).map(|c| c.sent_bytes).sum()
}

/// Largest resident set of a node so far.
fn peak_rss_bytes(member: &Member) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", member.pid()?)).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}

/// Two files of `rows` rows with the demo's columns, half of the keys in common, and a small third one.
fn write_files(dir: &Path, rows: u64) -> std::io::Result<SampleFiles> {
    std::fs::create_dir_all(dir)?;
    let files = SampleFiles {
        insurance: dir.join("rsj-social-insurance.csv"),
        loans: dir.join("bank-loan-applications.csv"),
        visits: dir.join("hospital-visits.csv"),
    };
    // Odd, so that no two serials give one number; 11 digits after the region.
    let id = |i: u64| format!("110101{:011}X", i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 100_000_000_000);
    let write = |path: &Path, header: &str, from: u64, n: u64, row: &dyn Fn(u64) -> String| {
        let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path)?);
        writeln!(out, "{header}")?;
        for i in from..from + n {
            writeln!(out, "{},{}", id(i), row(i))?;
        }
        out.flush()
    };
    write(&files.insurance, "id_no,name,employer,district,insured_months,monthly_base", 0, rows, &|i| {
        format!("姓名{},公司{},滨江区,{},{}", i % 1_000, i % 5_000, i % 420, 4_000 + i % 9_000)
    })?;
    write(&files.loans, "id_no,customer,phone,product,amount,applied_on", rows / 2, rows, &|i| {
        format!("姓名{},1380000{:04},消费贷,{},2026-05-{:02}", i % 1_000, i % 10_000, i % 500_000, 1 + i % 28)
    })?;
    write(&files.visits, "id_no,phone,department,visit_date,fee", 0, 1_000, &|i| {
        format!("1380000{:04},内科,2026-05-{:02},{}", i % 10_000, 1 + i % 28, i % 3_000)
    })?;
    Ok(files)
}
