//! `shuzheng verify`: an evidence bundle, offline. Says in plain words what it checked and what it cannot know.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use ledger_contract::evidence;
use ledger_types::Digest;
use ledger_types::verify::{Check, CheckId, CheckStatus, Report, Unknown, Verdict};

/// Arguments.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The bundle, as downloaded from a task's evidence page.
    bundle: PathBuf,
    /// Hash of your consortium's genesis document, from a source other than the bundle's.
    #[arg(long)]
    genesis: Option<Digest>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// List every single check.
    #[arg(long)]
    all: bool,
}

/// A file that cannot be verified because it cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct ReadError {
    path: PathBuf,
    source: std::io::Error,
}

/// A report in words.
pub struct Checked(pub Report);

/// Verifies a file.
pub fn file(path: &Path, genesis: Option<Digest>) -> Result<Checked, ReadError> {
    let bytes = std::fs::read(path).map_err(|source| ReadError { path: path.to_owned(), source })?;
    Ok(Checked(evidence::verify_bundle(&bytes, genesis)))
}

/// Runs the command.
pub fn run(args: &VerifyArgs) -> Result<ExitCode, ReadError> {
    let checked = file(&args.bundle, args.genesis)?;
    if args.json {
        let json = serde_json::to_string_pretty(&checked.0).expect("a report is plain data");
        println!("{json}");
    } else {
        print!("{}", if args.all { checked.full_text() } else { checked.text() });
    }
    Ok(if checked.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Checked {
    /// Whether no check failed.
    pub fn holds(&self) -> bool {
        self.0.verdict == Verdict::Verified
    }

    /// One line.
    pub fn summary(&self) -> String {
        let count = |s| self.0.checks.iter().filter(|c| c.status == s).count();
        match self.0.failed().next() {
            None => format!(
                "VERIFIED: {} checks, {} signatures, {} transactions, {} blocks",
                count(CheckStatus::Ok),
                self.0.facts.signatures,
                self.0.facts.transactions,
                self.0.facts.blocks
            ),
            Some(first) => format!(
                "FAILED: {} at {} ({})",
                words(first.id).1,
                first.subject,
                first.code.as_deref().unwrap_or("no code")
            ),
        }
    }

    /// Grouped by kind of check.
    pub fn text(&self) -> String {
        self.render(false)
    }

    /// With every check.
    pub fn full_text(&self) -> String {
        self.render(true)
    }

    fn render(&self, every: bool) -> String {
        let mut out = String::new();
        let facts = &self.0.facts;
        let mut fact = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                line(&mut out, format_args!("{name}: {value}"));
            }
        };
        fact("链 chain", facts.chain.as_ref().map(ToString::to_string));
        fact("创世摘要 genesis", facts.genesis.as_ref().map(ToString::to_string));
        fact("任务 task", facts.task.as_ref().map(ToString::to_string));
        fact("标题 title", facts.title.clone());
        fact("结论 outcome", facts.outcome.map(|o| format!("{o:?}")));
        fact("区块 as of block", facts.height.map(|h| h.to_string()));
        fact("时间 block time", facts.time_ms.map(|t| backend_api::Timestamp(t).to_string()));
        line(&mut out, format_args!("\n已核验 What was checked:"));
        for id in CheckId::ALL {
            let of: Vec<&Check> = self.0.checks.iter().filter(|c| c.id == id).collect();
            if of.is_empty() {
                continue;
            }
            let worst = of.iter().map(|c| c.status).max_by_key(|s| severity(*s)).unwrap_or(CheckStatus::NotChecked);
            let (zh, en) = words(id);
            line(&mut out, format_args!("  {}  {zh}  {en} ({})", mark(worst), of.len()));
            for c in of.iter().filter(|c| every || c.status == CheckStatus::Failed) {
                let params: Vec<String> = c.params.iter().map(|(k, v)| format!("{k}={v}")).collect();
                let code = c.code.as_deref().unwrap_or("");
                line(&mut out, format_args!("        {} {} {code} {}", mark(c.status), c.subject, params.join(" ")));
            }
        }
        line(&mut out, format_args!("\n无法得知 What this cannot know:"));
        for unknown in &self.0.cannot_know {
            let (zh, en) = unknown_words(*unknown);
            line(&mut out, format_args!("  ·  {zh}\n     {en}"));
        }
        line(&mut out, format_args!("\n{}", self.summary()));
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).and_then(|()| out.write_str("\n")).expect("writing to a string does not fail");
}

fn severity(s: CheckStatus) -> u8 {
    match s {
        CheckStatus::Ok => 0,
        CheckStatus::NotChecked => 1,
        CheckStatus::Failed => 2,
    }
}

fn mark(s: CheckStatus) -> &'static str {
    match s {
        CheckStatus::Ok => "ok  ",
        CheckStatus::NotChecked => "skip",
        CheckStatus::Failed => "FAIL",
    }
}

/// What a check means, in Chinese and English.
fn words(id: CheckId) -> (&'static str, &'static str) {
    match id {
        CheckId::BundleForm => ("证据包格式规范", "the document is a bundle in canonical form"),
        CheckId::BundleOrder => ("内容完整且有序", "blocks, transactions and states are complete and in order"),
        CheckId::GenesisDocument => ("创世文件有效", "the genesis document is proper"),
        CheckId::GenesisAnchor => ("创世文件与您信任的一致", "the genesis document is the one you trust"),
        CheckId::GenesisFirstBlock => ("首块接续创世文件", "block 1 follows on the genesis document"),
        CheckId::BlockChain => ("区块属于本链并相互衔接", "blocks belong to this chain and fit each other"),
        CheckId::BlockValidators => ("区块由创世共识节点负责", "blocks name the validators of the genesis document"),
        CheckId::BlockCertificate => {
            ("超过三分之二共识节点签名", "more than two thirds of the validators signed each block")
        }
        CheckId::TxIncluded => ("交易在区块中", "each transaction lies in its block"),
        CheckId::ReceiptIncluded => ("回执在区块中", "each receipt lies in its block"),
        CheckId::TxValid => ("交易属于本链且未过期", "each transaction is for this chain and was in time"),
        CheckId::TxSignature => ("交易由发起人密钥签名", "each transaction is signed by its sender's key"),
        CheckId::StateIncluded => ("对象在世界状态中", "each object has this value in the world state"),
        CheckId::TaskDigest => ("任务摘要由任务书算出", "the specification gives the task's digest"),
        CheckId::TaskApprovals => ("各方均已签名批准", "a person of every party signed exactly this task"),
        CheckId::TaskGrants => ("授权覆盖任务且当时有效", "the grants cover the task and were valid"),
        CheckId::TaskLimits => ("未超出使用限额", "no usage limit was exceeded"),
        CheckId::TaskSession => ("会话由链上状态产生", "the session follows from task, block and attempt"),
        CheckId::TaskInputs => {
            ("各方使用已承诺的数据版本", "each party attests the dataset version it had committed to")
        }
        CheckId::TaskAttestations => ("各方背书相互一致", "the parties' attestations agree"),
        CheckId::TaskOutcome => ("账本结论成立", "the ledger's conclusion follows"),
        CheckId::TaskState => ("任务状态与交易一致", "the task's state is what the transactions lead to"),
        CheckId::PolicyReplay => ("规则重放得到相同回执", "the rules, applied again, give the same receipts"),
    }
}

fn unknown_words(unknown: Unknown) -> (&'static str, &'static str) {
    match unknown {
        Unknown::DataTruth => {
            ("数据是否真实:摘要只证明各方报告了什么", "whether the data are true: digests show what was reported")
        }
        Unknown::ComputationHonesty => (
            "各节点是否如实计算:只知双方说法一致、金丝雀检验通过",
            "whether each node computed honestly: both ends agree and canaries were found",
        ),
        Unknown::KeyCustody => ("签名时密钥实际由谁掌握", "who really held a key when it signed"),
        Unknown::ClockTruth => ("区块时间是共识节点的时钟", "block times are the validators' clocks"),
        Unknown::Later => ("证据包最后一个区块之后发生的事", "what happened after the last block of the bundle"),
        Unknown::GenesisOrigin => (
            "创世文件是否属于您的联盟:请与其他渠道获得的摘要比对(--genesis)",
            "whether this genesis document is your consortium's: compare its hash (--genesis)",
        ),
        Unknown::ValidatorCollusion => {
            ("是否有超过三分之一的共识节点合谋", "whether more than a third of the validators conspire")
        }
        Unknown::Omissions => (
            "是否遗漏了交易:缺少任务在最后区块的状态",
            "whether transactions were left out: the task's final state is missing",
        ),
        Unknown::Rules => ("规则未被重放", "the rules were not applied again"),
    }
}

/// Changes one hexadecimal digit in the middle of the text: the smallest forgery.
pub fn flip_one_digit(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let middle = bytes.len() / 2;
    if let Some(i) = (middle..bytes.len()).find(|i| bytes[*i].is_ascii_digit()) {
        bytes[i] = if bytes[i] == b'0' { b'1' } else { b'0' };
    }
    String::from_utf8(bytes).expect("a digit was replaced by a digit")
}
