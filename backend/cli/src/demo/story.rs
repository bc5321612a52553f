//! The story of the first evidence, told through the public API as users would: publish, apply, grant,
//! propose, approve, intersect, verify; and what must not work does not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use backend_api::Timestamp;
use backend_api::account::{Account, AccountCreate, AccountDraft, Role};
use backend_api::algorithm::AlgorithmRef;
use backend_api::application::{
    ApplicationCommitted, ApplicationCreate, ApplicationCreateSigned, ReviewCreate, ReviewCreateSigned, ReviewDecision,
    Scope,
};
use backend_api::dataset::{Column, ColumnType, DatasetCommitted, DatasetCreate, DatasetCreateSigned, DatasetPage};
use backend_api::grant::{GrantCommitted, RevocationCreate, RevocationCreateSigned};
use backend_api::policy::{ColumnRule, ColumnUse, Disclosure, Sensitivity};
use backend_api::preview::{Preview, PreviewCreate};
use backend_api::signing::Signing;
use backend_api::source::{Preparation, PreparationCreate, Source, SourceCreate, SourceKind, SourceLocation};
use backend_api::task::{
    ApprovalCreate, ApprovalCreateSigned, ApprovalDecision, ConsistencyReport, DuplicateRule, ResultFormat, RunCreate,
    RunStarted, TaskCommitted, TaskCreate, TaskCreateSigned, TaskDetail, TaskKind, TaskPartySpec, TaskResult,
    TaskState,
};

use super::client::{Client, ClientError};
use super::consortium::{Consortium, ConsortiumError, OPERATOR, PASSPHRASE, PASSWORD};
use super::report::{Report, short};
use crate::sample::SampleFiles;

/// Purpose of use in the story.
pub const PURPOSE: &str = "贷款审批";

/// Why the story ended early.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The API said no.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A process failed.
    #[error(transparent)]
    Consortium(#[from] ConsortiumError),
    /// Something came out otherwise than it must.
    #[error("{0}")]
    Unexpected(String),
}

fn unexpected(text: impl Into<String>) -> StoryError {
    StoryError::Unexpected(text.into())
}

/// A person of the demo: organisation, account, name, role.
pub const PEOPLE: [(&str, &str, &str, Role); 6] = [
    ("rsj", "li.wei", "李伟", Role::DataOwner),
    ("hospital", "wang.fang", "王芳", Role::DataOwner),
    ("bank", "zhao.min", "赵敏", Role::DataOwner),
    ("bank", "chen.jie", "陈洁", Role::Requester),
    ("audit", "sun.lei", "孙磊", Role::Auditor),
    ("rsj", "zhou.tao", "周涛", Role::Requester),
];

/// People signed in.
pub struct Cast {
    sessions: BTreeMap<(String, String), Client>,
}

impl Cast {
    /// Somebody's session.
    pub fn get(&self, org: &str, account: &str) -> &Client {
        &self.sessions[&(org.to_owned(), account.to_owned())]
    }
}

/// Consent to sign with the demo's passphrase.
pub fn sign() -> Signing {
    Signing { passphrase: PASSPHRASE.into(), seen_digest: None }
}

fn sign_seen(digest: &str) -> Signing {
    Signing { passphrase: PASSPHRASE.into(), seen_digest: Some(digest.into()) }
}

/// A time so many days from now.
pub fn in_days(days: u64) -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(now.as_millis() as u64 + days * 86_400_000)
}

/// Operators sign in and create the people's accounts; the people sign in.
pub fn cast(consortium: &Consortium, report: &mut Report) -> Result<Cast, StoryError> {
    let mut sessions = BTreeMap::new();
    for member in &consortium.members {
        let client = Client::login(&member.url, OPERATOR, PASSWORD)?;
        sessions.insert((member.org.to_string(), OPERATOR.to_owned()), client);
    }
    for (org, account, name, role) in PEOPLE {
        let member = consortium.member(org);
        let admin = &sessions[&(org.to_owned(), OPERATOR.to_owned())];
        let what = format!("开户 create account {account} ({name})");
        report.step(member.name_zh, &what, || {
            let body = AccountCreate {
                request: AccountDraft { username: account.into(), display_name: name.into(), roles: vec![role] },
                password: PASSWORD.into(),
                key_passphrase: PASSPHRASE.into(),
                signing: sign(),
            };
            let made: Account = admin.post("/v1/accounts", &body)?;
            let key = made.key.fingerprint.unwrap_or_default();
            Ok::<_, StoryError>(((), format!("key {}", short(&key))))
        })?;
        let client = Client::login(&member.url, account, PASSWORD)?;
        sessions.insert((org.to_owned(), account.to_owned()), client);
    }
    Ok(Cast { sessions })
}

/// A column for publication: name, meaning, grade and rules.
type ColumnPlan = (&'static str, &'static str, Sensitivity, Vec<ColumnRule>);

fn rule(allow: Disclosure, grantee: Option<&str>) -> ColumnRule {
    ColumnRule { allow, grantee: grantee.map(str::to_owned), purpose: Some(PURPOSE.into()), not_after: None }
}

fn publish(
    client: &Client,
    file: &Path,
    id: &str,
    title: &str,
    theme: &str,
    plan: &[ColumnPlan],
) -> Result<(DatasetCommitted, String), StoryError> {
    let source = id.split_once('.').map_or(id, |(_, name)| name);
    let location = SourceLocation { kind: SourceKind::Csv, path: Some(file.display().to_string()), upload: None };
    let body = SourceCreate { id: source.into(), name: title.into(), location };
    let made: Source = client.post("/v1/sources", &body)?;
    let columns: Vec<String> = plan.iter().map(|p| p.0.to_owned()).collect();
    let body = PreparationCreate { dataset: id.into(), columns };
    let prepared: Preparation = client.post(&format!("/v1/sources/{}/preparations", made.id), &body)?;
    let columns = plan
        .iter()
        .map(|(name, meaning, sensitivity, rules)| {
            let found = prepared.columns.iter().find(|c| c.name == *name);
            let data_type = found.and_then(|c| c.data_type).unwrap_or(ColumnType::Text);
            Ok(Column {
                name: (*name).into(),
                data_type,
                description: (*meaning).into(),
                sensitivity: *sensitivity,
                rules: rules.clone(),
            })
        })
        .collect::<Result<Vec<_>, StoryError>>()?;
    let request = DatasetCreate {
        id: id.into(),
        title: title.into(),
        description: format!("{title}(演示数据,全部为虚构)"),
        theme: theme.into(),
        classification: Sensitivity::Sensitive,
        columns,
        preparation: prepared.id,
    };
    let preview: Preview = client.post("/v1/previews", &PreviewCreate::DatasetCreate(request.clone()))?;
    let body = DatasetCreateSigned { request, signing: sign_seen(&preview.digest) };
    let committed: DatasetCommitted = client.post("/v1/datasets", &body)?;
    let evidence = format!(
        "{} rows, root {}, tx {}, block {}",
        prepared.rows,
        short(&prepared.commitment),
        short(&committed.receipt.transaction),
        committed.receipt.height
    );
    Ok((committed, evidence))
}

/// The owners publish.
pub fn publish_all(cast: &Cast, files: &SampleFiles, report: &mut Report) -> Result<(), StoryError> {
    use Disclosure::{PlaintextAfterAggregate, PlaintextAfterJoin, PlaintextAsJoinPayload};
    use Sensitivity::{Internal, Sensitive};
    let key = |grantee| vec![rule(PlaintextAfterJoin, grantee)];
    report.step("人社局", "发布数据集 publish 社会保险参保信息 (100,000 rows)", || {
        let bank = Some("bank");
        let plan = [
            ("id_no", "居民身份证号码", Sensitive, key(bank)),
            ("name", "姓名", Sensitive, vec![]),
            ("employer", "参保单位", Internal, vec![rule(PlaintextAsJoinPayload, bank)]),
            ("district", "参保地区", Internal, vec![]),
            ("insured_months", "累计参保月数", Internal, vec![rule(PlaintextAsJoinPayload, bank)]),
            ("monthly_base", "月缴费基数(元)", Sensitive, vec![rule(PlaintextAfterAggregate, None)]),
        ];
        let client = cast.get("rsj", "li.wei");
        publish(client, &files.insurance, "rsj.social-insurance", "社会保险参保信息", "社会保障", &plan)
    })?;
    report.step("银行", "发布数据集 publish 贷款申请 (80,000 rows)", || {
        let plan = [
            ("id_no", "居民身份证号码", Sensitive, key(Some("rsj"))),
            ("customer", "客户姓名", Sensitive, vec![]),
            ("phone", "手机号码", Sensitive, vec![]),
            ("product", "贷款产品", Internal, vec![]),
            ("amount", "申请金额(元)", Internal, vec![]),
            ("applied_on", "申请日期", Internal, vec![]),
        ];
        let client = cast.get("bank", "zhao.min");
        publish(client, &files.loans, "bank.loan-applications", "贷款申请", "金融信贷", &plan)
    })?;
    report.step("医院", "发布数据集 publish 门诊记录 (60,000 rows)", || {
        let plan = [
            ("id_no", "居民身份证号码", Sensitive, vec![]),
            ("phone", "手机号码", Sensitive, vec![]),
            ("department", "科室", Internal, vec![]),
            ("visit_date", "就诊日期", Internal, vec![]),
            ("fee", "费用(元)", Internal, vec![rule(PlaintextAfterAggregate, None)]),
        ];
        let client = cast.get("hospital", "wang.fang");
        publish(client, &files.visits, "hospital.visits", "门诊记录", "医疗卫生", &plan)
    })?;
    Ok(())
}

/// The bank finds the data, applies; the owner grants. Returns the grant's id.
pub fn apply_and_grant(cast: &Cast, report: &mut Report) -> Result<String, StoryError> {
    let requester = cast.get("bank", "chen.jie");
    report.step("银行", "检索目录 search the catalogue for 参保", || {
        let page: DatasetPage = eventually("the dataset in the bank's catalogue", || {
            let page: DatasetPage = requester.get("/v1/datasets?q=%E5%8F%82%E4%BF%9D")?;
            Ok((!page.items.is_empty()).then_some(page))
        })?;
        let ids: Vec<&str> = page.items.iter().map(|d| d.id.as_str()).collect();
        Ok::<_, StoryError>(((), format!("found {}", ids.join(", "))))
    })?;
    let column = |name: &str, disclosure| ColumnUse { column: name.into(), disclosure };
    let application = report.step("银行", "提交用数申请 apply for three columns", || {
        let request = ApplicationCreate {
            id: None,
            dataset: "rsj.social-insurance".into(),
            scope: Scope {
                columns: vec![
                    column("id_no", Disclosure::PlaintextAfterJoin),
                    column("employer", Disclosure::PlaintextAsJoinPayload),
                    column("insured_months", Disclosure::PlaintextAsJoinPayload),
                ],
                purpose: PURPOSE.into(),
                kinds: vec![TaskKind::Psi],
                not_after: in_days(90),
                uses: 5,
            },
            reason: "核验贷款申请人的参保情况".into(),
        };
        let preview: Preview = requester.post("/v1/previews", &PreviewCreate::ApplicationCreate(request.clone()))?;
        let request = match preview.action {
            PreviewCreate::ApplicationCreate(completed) => completed,
            _ => request,
        };
        let body = ApplicationCreateSigned { request, signing: sign_seen(&preview.digest) };
        let made: ApplicationCommitted = requester.post("/v1/applications", &body)?;
        let evidence = format!("tx {}, block {}", short(&made.receipt.transaction), made.receipt.height);
        Ok::<_, StoryError>((made.application.id, evidence))
    })?;
    let owner = cast.get("rsj", "li.wei");
    let grant = report.step("人社局", "审核并授权 review and grant: 3 columns, 5 uses, 90 days", || {
        let path = format!("/v1/applications/{application}");
        eventually("the application at the owner", || seen(owner.get::<serde_json::Value>(&path)))?;
        let request = ReviewCreate {
            application: application.clone(),
            decision: ReviewDecision::Approve,
            terms: None,
            grant: None,
            reason: None,
        };
        let body = ReviewCreateSigned { request, signing: sign() };
        let path = format!("/v1/applications/{application}/reviews");
        let made: ApplicationCommitted = owner.post(&path, &body)?;
        let grant = made.application.grant.ok_or_else(|| unexpected("the review made no grant"))?;
        let evidence = format!("grant {grant}, tx {}, block {}", short(&made.receipt.transaction), made.receipt.height);
        Ok::<_, StoryError>((grant, evidence))
    })?;
    // The bank's own replica may be a block behind.
    eventually("the grant at the bank", || seen(requester.get::<serde_json::Value>(&format!("/v1/grants/{grant}"))))?;
    Ok(grant)
}

// `None` while this node does not know of it yet.
fn seen<T>(answer: Result<T, ClientError>) -> Result<Option<T>, StoryError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(ClientError::Problem { problem, .. }) if problem.status == 404 => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// The code and column of the first policy line that forbids a proposal; an error when it was accepted.
pub fn denial(requester: &Client, request: TaskCreate) -> Result<(String, Option<String>), StoryError> {
    match propose(requester, request) {
        Err(StoryError::Client(ClientError::Problem { problem, .. })) if problem.code == "policy_denied" => {
            let line = problem.verdict.and_then(|v| v.lines.into_iter().find(|l| !l.allowed));
            let line = line.ok_or_else(|| unexpected("policy_denied without the line that forbids"))?;
            Ok((line.code, line.column))
        }
        Err(e) => Err(e),
        Ok((task, _)) => Err(unexpected(format!("task {task} was accepted against the policy"))),
    }
}

/// The intersection of the story: the bank learns which applicants are insured, where and for how long.
pub fn psi_request(grant: &str, payload: &[&str]) -> TaskCreate {
    TaskCreate {
        kind: TaskKind::Psi,
        title: "贷款申请人参保核验".into(),
        purpose: PURPOSE.into(),
        parties: vec![
            TaskPartySpec {
                organisation: "bank".into(),
                dataset: "bank.loan-applications".into(),
                version: None,
                keys: vec!["id_no".into()],
                payload: vec!["product".into(), "amount".into()],
                grant: None,
            },
            TaskPartySpec {
                organisation: "rsj".into(),
                dataset: "rsj.social-insurance".into(),
                version: None,
                keys: vec!["id_no".into()],
                payload: payload.iter().map(|s| (*s).to_owned()).collect(),
                grant: Some(grant.into()),
            },
        ],
        receiver: "bank".into(),
        key_rules: vec!["id-cn/1".into()],
        duplicates: DuplicateRule::First,
        format: ResultFormat::Csv,
        algorithm: None,
        min_matches: None,
        output: None,
        not_after: in_days(7),
        attempts_max: Some(3),
        salt: None,
        rerun_of: None,
    }
}

/// Proposes a task and returns its id.
pub fn propose(requester: &Client, request: TaskCreate) -> Result<(String, String), StoryError> {
    let preview: Preview = requester.post("/v1/previews", &PreviewCreate::TaskCreate(request.clone()))?;
    let request = match preview.action {
        PreviewCreate::TaskCreate(completed) => completed,
        _ => request,
    };
    let body = TaskCreateSigned { request, signing: sign_seen(&preview.digest) };
    let made: TaskCommitted = requester.post("/v1/tasks", &body)?;
    let lines = preview.verdict.lines.iter().filter(|l| l.allowed).count();
    let evidence = format!(
        "task {}, {} of {} policy lines allow, block {}",
        short(&made.task.summary.id),
        lines,
        preview.verdict.lines.len(),
        made.receipt.height
    );
    Ok((made.task.summary.id, evidence))
}

/// One party's approver approves what it sees.
pub fn approve(client: &Client, task: &str) -> Result<((), String), StoryError> {
    eventually("the task at the approver", || seen(client.get::<TaskDetail>(&format!("/v1/tasks/{task}"))))?;
    let request = ApprovalCreate { task: task.into(), decision: ApprovalDecision::Approve, reason: None };
    let preview: Preview = client.post("/v1/previews", &PreviewCreate::ApprovalCreate(request.clone()))?;
    let body = ApprovalCreateSigned { request, signing: sign_seen(&preview.digest) };
    let made: TaskCommitted = client.post(&format!("/v1/tasks/{task}/approvals"), &body)?;
    Ok(((), format!("tx {}, block {}", short(&made.receipt.transaction), made.receipt.height)))
}

/// Waits until a task is in a final state.
pub fn finished(client: &Client, task: &str, at_most: Duration) -> Result<TaskDetail, StoryError> {
    let until = Instant::now() + at_most;
    loop {
        let detail: TaskDetail = client.get(&format!("/v1/tasks/{task}"))?;
        match detail.summary.state {
            TaskState::Proposed | TaskState::Ready if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(200));
            }
            TaskState::Proposed | TaskState::Ready => {
                return Err(unexpected(format!("task {task} is not finished after {} s", at_most.as_secs())));
            }
            _ => return Ok(detail),
        }
    }
}

/// Polls until there is something; other nodes see a block a moment after the first.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>, StoryError>) -> Result<T, StoryError> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > until {
            return Err(unexpected(format!("{what}: not there after 30 s")));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Proposal, approvals, run. Returns the task's id.
pub fn intersect(cast: &Cast, grant: &str, report: &mut Report) -> Result<String, StoryError> {
    let requester = cast.get("bank", "chen.jie");
    report.step("银行", "越权试探 ask for monthly_base, which policy forbids: refused", || {
        let (code, column) = denial(requester, psi_request(grant, &["monthly_base"]))?;
        if column.as_deref() != Some("monthly_base") {
            return Err(unexpected(format!("denied for another reason: {code} {column:?}")));
        }
        Ok(((), format!("policy_denied: {code}, column monthly_base")))
    })?;
    run_task(cast, psi_request(grant, &["employer", "insured_months"]), report)
}

/// An algorithm of this build in its first version.
pub fn algorithm(id: &str) -> AlgorithmRef {
    AlgorithmRef { id: id.into(), version: "1".into() }
}

/// Proposal, approvals and run of one task of the bank with 人社局. Returns the task's id.
pub fn run_task(cast: &Cast, request: TaskCreate, report: &mut Report) -> Result<String, StoryError> {
    let requester = cast.get("bank", "chen.jie");
    let task = report
        .step("银行", "发起隐私求交任务 propose PSI on 身份证号", || propose(requester, request))?;
    report.step("银行", "审批并签名 approve (SM2)", || approve(cast.get("bank", "zhao.min"), &task))?;
    report.step("人社局", "审批并签名 approve (SM2)", || approve(cast.get("rsj", "li.wei"), &task))?;
    report.step("两方", "隐私求交 private set intersection, both nodes attest", || {
        let detail = finished(requester, &task, Duration::from_secs(300))?;
        if detail.summary.state != TaskState::Completed {
            return Err(unexpected(format!("the task ended as {:?}: {:?}", detail.summary.state, detail.runs)));
        }
        let run = detail.runs.last().ok_or_else(|| unexpected("completed without a run"))?;
        let bytes: u64 = run.attestations.iter().flat_map(|a| &a.channels).map(|c| c.sent_bytes).sum();
        let items: Vec<String> = run.attestations.iter().map(|a| a.items.to_string()).collect();
        let (session, items, algorithm) = (short(&run.session), items.join(" × "), &detail.algorithm);
        Ok(((), format!("{algorithm}, session {session}, items {items}, {bytes} bytes both ways")))
    })?;
    Ok(task)
}

/// The receiver downloads the result; it must equal a plaintext join of the two files.
pub fn check_result(cast: &Cast, files: &SampleFiles, task: &str, report: &mut Report) -> Result<(), StoryError> {
    report.step("银行", "下载结果 download, compared with a plaintext join of both files", || {
        let client = cast.get("bank", "chen.jie");
        let result: TaskResult = client.get(&format!("/v1/tasks/{task}/result"))?;
        let bytes = client.download(&format!("/v1/tasks/{task}/result/file"))?;
        let rows: Vec<Vec<String>> = csv_rows(&bytes).into_iter().skip(1).collect();
        let want = plaintext_join(files)?;
        let count = rows.len();
        let got: BTreeSet<Vec<String>> = rows.into_iter().collect();
        if got != want || count != want.len() || result.rows != count as u64 {
            return Err(unexpected(format!("{count} result rows, {} by the plaintext join", want.len())));
        }
        Ok(((), format!("{} rows, equal; columns {}", result.rows, result.columns.join(","))))
    })?;
    report.step("人社局", "对方无法下载 the sender has no result to download", || {
        match cast.get("rsj", "li.wei").get::<TaskResult>(&format!("/v1/tasks/{task}/result")) {
            Err(e) if e.code().is_some() => Ok(((), e.code().unwrap_or_default().to_owned())),
            Err(e) => Err(e.into()),
            Ok(_) => Err(unexpected("the sender can read the receiver's result")),
        }
    })
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    text.lines().map(|l| l.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect()).collect()
}

// An independent statement of what `id-cn/1` and the rule `first` mean for these files.
fn canonical(id: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        'Ｘ' | 'x' | 'ｘ' => 'X',
        other => other,
    };
    let id: String = id.trim().chars().map(narrow).collect();
    (!id.is_empty()).then_some(id)
}

fn plaintext_join(files: &SampleFiles) -> Result<BTreeSet<Vec<String>>, StoryError> {
    let read = |path: &Path| {
        std::fs::read(path).map(|b| csv_rows(&b)).map_err(|e| unexpected(format!("{}: {e}", path.display())))
    };
    let mut insured: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in read(&files.insurance)?.into_iter().skip(1) {
        if let Some(id) = canonical(&row[0]) {
            insured.entry(id).or_insert((row[2].clone(), row[4].clone()));
        }
    }
    let mut seen = BTreeSet::new();
    let mut out = BTreeSet::new();
    for row in read(&files.loans)?.into_iter().skip(1) {
        let Some(id) = canonical(&row[0]) else { continue };
        if !seen.insert(id.clone()) {
            continue;
        }
        if let Some((employer, months)) = insured.get(&id) {
            out.insert(vec![row[0].clone(), row[3].clone(), row[4].clone(), employer.clone(), months.clone()]);
        }
    }
    Ok(out)
}

/// Both parties recompute what they reported.
pub fn consistency(cast: &Cast, task: &str, report: &mut Report) -> Result<(), StoryError> {
    for (org, account, name) in [("bank", "chen.jie", "银行"), ("rsj", "li.wei", "人社局")] {
        report.step(name, "一致性检查 consistency check", || {
            let path = format!("/v1/tasks/{task}/consistency_checks");
            let found: ConsistencyReport = cast.get(org, account).post(&path, &serde_json::Value::Null)?;
            if !found.consistent {
                return Err(unexpected(format!("{name}: inconsistent: {:?}", found.items)));
            }
            Ok(((), format!("{} digests recomputed, all equal", found.items.len())))
        })?;
    }
    Ok(())
}

/// A task that lacks an approval does not run, even when one side's node is told to force it.
pub fn fail_closed(cast: &Cast, grant: &str, report: &mut Report) -> Result<(), StoryError> {
    let requester = cast.get("bank", "chen.jie");
    let task = report.step("银行", "第二个任务 propose another PSI; 人社局 does not approve", || {
        let (task, evidence) = propose(requester, psi_request(grant, &["employer"]))?;
        approve(cast.get("bank", "zhao.min"), &task)?;
        Ok::<_, StoryError>((task, evidence))
    })?;
    report.step("银行", "强制运行 the bank's desk is told to force it: 人社局's node refuses", || {
        let body = RunCreate { force: true, signing: None };
        let path = format!("/v1/tasks/{task}/runs");
        let started: RunStarted = requester.post(&path, &body)?;
        let refused = started.refusal.ok_or_else(|| unexpected("the forced run was not refused"))?;
        if refused.by != "rsj" {
            return Err(unexpected(format!("refused by {} and not by the partner", refused.by)));
        }
        let refusal = eventually("the refusal on the ledger", || {
            let detail: TaskDetail = requester.get(&format!("/v1/tasks/{task}"))?;
            Ok(detail.refusals.into_iter().find(|r| r.by == "rsj"))
        })?;
        Ok::<_, StoryError>((
            (),
            format!("{}; on the ledger: refused by {} ({})", refused.code, refusal.by, refusal.code),
        ))
    })
}

/// A revoked grant opens nothing.
pub fn revoke(cast: &Cast, grant: &str, report: &mut Report) -> Result<(), StoryError> {
    report.step("人社局", "撤销授权 revoke the grant", || {
        let request = RevocationCreate { grant: grant.into(), reason: "演示结束,收回授权".into() };
        let body = RevocationCreateSigned { request, signing: sign() };
        let made: GrantCommitted = cast.get("rsj", "li.wei").post(&format!("/v1/grants/{grant}/revocations"), &body)?;
        Ok::<_, StoryError>(((), format!("tx {}, block {}", short(&made.receipt.transaction), made.receipt.height)))
    })?;
    report.step("银行", "撤销后再次发起 propose again: refused", || {
        let requester = cast.get("bank", "chen.jie");
        let (code, _) = denial(requester, psi_request(grant, &["employer"]))?;
        if code != "grant_revoked" {
            return Err(unexpected(format!("denied for another reason: {code}")));
        }
        Ok(((), format!("policy_denied: {code}")))
    })
}
