//! Usage limits: what the verdict says of them, and that nobody gets past them.

#[path = "world/mod.rs"]
mod world;

use ledger_contract::policy::{self, LineCode, Verdict, VerdictLine};
use ledger_contract::{RuleCode, read};
use ledger_types::action::{Action, ApplicationSubmit, TaskPropose};
use ledger_types::object::{Grantee, Scope};
use ledger_types::task::{AlgorithmRef, PSI_RR22, PSI_RR22_VERSION, TaskKind, TaskSpec, TaskStatus};
use ledger_types::usage::{DAY_MS, UsageLimits, limits_of};
use proptest::prelude::*;
use world::*;

const DAY: u64 = DAY_MS;

/// A grant that never stands in the way.
fn world() -> World {
    let mut w = World::with_datasets();
    let wide = Scope { uses: 1_000, not_after_ms: START_MS + 360 * DAY, ..scope() };
    w.must("bank/requester", Action::ApplicationSubmit(ApplicationSubmit { scope: wide.clone(), ..apply("a1") }));
    w.must("rsj/owner", approve("a1", "g1", wide));
    w
}

fn task(salt: u8, rr22: bool) -> TaskSpec {
    let mut s = spec(salt);
    s.not_after_ms = START_MS + 300 * DAY;
    s.attempts_max = 5;
    if rr22 {
        s.algorithm = AlgorithmRef { id: PSI_RR22.into(), version: PSI_RR22_VERSION.into() };
    }
    s
}

fn ask(w: &World, spec: &TaskSpec) -> Verdict {
    policy::evaluate(&w.state, w.block.suite, &w.block.chain, w.block.time_ms, spec).unwrap()
}

fn lines(v: &Verdict) -> Vec<&VerdictLine> {
    v.lines.iter().filter(|l| l.params.contains_key("partner")).collect()
}

fn line<'v>(v: &'v Verdict, code: &str) -> &'v VerdictLine {
    v.lines.iter().find(|l| l.code.as_str() == code).unwrap_or_else(|| panic!("no line {code} in {v:#?}"))
}

/// A task that becomes ready.
fn run(w: &mut World, spec: TaskSpec) -> ledger_types::id::TaskId {
    let id = w.propose(spec);
    w.must("bank/requester", task_approve(id));
    w.must("rsj/owner", task_approve(id));
    id
}

#[test]
fn the_verdict_says_of_each_limit_what_is_left_after_this_task() {
    let mut w = world();
    assert!(lines(&ask(&w, &task(1, false))).is_empty(), "no limit, no line");
    w.must("rsj/owner", set_limits(2, vec![UsageLimits { min_matches: Some(0), ..limits("bank") }]));
    run(&mut w, task(1, false));
    let verdict = ask(&w, &task(2, false));
    assert!(verdict.allowed);
    let names: Vec<_> = lines(&verdict).iter().map(|l| l.code.as_str()).collect();
    let expected =
        ["input_large_enough", "input_within_limit", "min_matches_enough", "limit_runs_left", "limit_keys_left"];
    assert_eq!(names, expected);
    let runs = line(&verdict, "limit_runs_left");
    assert_eq!((&runs.params["in_period"][..], &runs.params["left"][..], &runs.params["most"][..]), ("2", "2", "4"));
    assert_eq!((&runs.params["partner"][..], &runs.params["period_days"][..]), ("bank", "30"));
    let keys = line(&verdict, "limit_keys_left");
    assert_eq!(
        (&keys.params["in_period"][..], &keys.params["left"][..], &keys.params["keys_tested"][..]),
        ("2000", "2000", "1000")
    );
    // With an algorithm that a cheating receiver can overfill, what it can test counts.
    let keys = ask(&w, &task(2, true));
    assert_eq!(line(&keys, "limit_keys_left").params["in_period"], "2488");
}

#[test]
fn a_limit_that_forbids_names_the_smallest_that_would_do_and_when_time_would_do() {
    let mut w = world();
    let tight = UsageLimits { runs_max: Some(1), ..limits("bank") };
    w.must("rsj/owner", set_limits(2, vec![tight.clone()]));
    let ready_at = w.block.time_ms + 600;
    let id = run(&mut w, task(1, false));
    assert_eq!(w.task(id).run().unwrap().ready_at_ms, ready_at);
    let denied = ask(&w, &task(2, false));
    let line = denied.first_denial().unwrap().clone();
    assert_eq!(line.code, LineCode::Forbids(RuleCode::LimitRunsUsedUp));
    assert_eq!(line.params["free_at_ms"], (ready_at + 30 * DAY).to_string());
    let refused = w.refused("bank/requester", Action::TaskPropose(TaskPropose { spec: task(2, false) }));
    assert_eq!((refused.code, &refused.params["line"][..]), (RuleCode::PolicyDenied, "limit_runs_used_up"));

    // The smallest change is enough, and nothing smaller is.
    let enough = line.smallest_limits.unwrap();
    assert_eq!(enough.limits, UsageLimits { runs_max: Some(2), ..tight.clone() });
    w.must("rsj/owner", set_limits(3, vec![enough.limits]));
    assert!(ask(&w, &task(2, false)).allowed);
    w.must("rsj/owner", set_limits(4, vec![tight]));
    // Time is enough too, and not a millisecond before.
    let at = |ms| policy::evaluate(&w.state, w.block.suite, &w.block.chain, ms, &task(2, false)).unwrap();
    assert!(!at(ready_at + 30 * DAY - 1).allowed);
    assert!(at(ready_at + 30 * DAY).allowed);
}

#[test]
fn sizes_and_minimum_of_matches_are_compared_without_any_memory() {
    let min_matches = |s: &mut TaskSpec, n| {
        let TaskKind::Psi(psi) = &mut s.kind;
        psi.min_matches = n;
    };
    let mut few = task(1, false);
    min_matches(&mut few, 9);
    let cases: [(UsageLimits, TaskSpec, Option<RuleCode>); 8] = [
        (UsageLimits { run_keys_min: Some(1_000), ..limits("bank") }, task(1, false), None),
        (
            UsageLimits { run_keys_min: Some(1_001), ..limits("bank") },
            task(1, false),
            Some(RuleCode::LimitInputTooSmall),
        ),
        (UsageLimits { run_keys_max: Some(1_000), ..limits("bank") }, task(1, false), None),
        (UsageLimits { run_keys_max: Some(999), ..limits("bank") }, task(1, false), Some(RuleCode::LimitInputTooLarge)),
        // 1000 rows are 1488 unknowns of the linear system that a cheating receiver can fill.
        (
            UsageLimits { run_keys_max: Some(1_487), ..limits("bank") },
            task(1, true),
            Some(RuleCode::LimitInputTooLarge),
        ),
        (UsageLimits { run_keys_max: Some(1_488), ..limits("bank") }, task(1, true), None),
        (UsageLimits { min_matches: Some(9), ..limits("bank") }, few.clone(), None),
        (UsageLimits { min_matches: Some(10), ..limits("bank") }, few, Some(RuleCode::LimitMinMatchesTooLow)),
    ];
    for (limits, spec, expected) in cases {
        let mut w = world();
        w.must("rsj/owner", set_limits(2, vec![limits]));
        let denial = ask(&w, &spec).first_denial().cloned();
        assert_eq!(denial.as_ref().map(|l| l.code), expected.map(LineCode::Forbids), "{denial:?}");
        if let Some(line) = denial {
            w.must("rsj/owner", set_limits(3, vec![line.smallest_limits.unwrap().limits]));
            assert!(ask(&w, &spec).allowed);
        }
    }
}

#[test]
fn a_ready_run_is_counted_once_and_a_retry_again() {
    let mut w = world();
    w.must("rsj/owner", set_limits(2, vec![UsageLimits { runs_max: Some(2), keys_max: None, ..limits("bank") }]));
    let id = run(&mut w, task(1, false));
    // The nodes ask again before they run: the run they are about to make is not counted twice.
    assert_eq!(line(&ask(&w, &task(1, false)), "limit_runs_left").params["in_period"], "1");
    let session = w.session(id);
    w.must("rsj/node", task_fail(id, session));
    assert_eq!(line(&ask(&w, &task(1, false)), "limit_runs_left").params["in_period"], "2");
    w.must("bank/requester", task_retry(id));
    let session = w.session(id);
    w.must("rsj/node", task_fail(id, session));
    assert_eq!(w.code("bank/requester", task_retry(id)), RuleCode::LimitRunsUsedUp);
    let usage = read::usage(&w.state, &dataset_id("rsj.insured"), &org("bank")).unwrap().unwrap();
    assert_eq!(usage.entries.iter().map(|e| (e.runs, e.keys)).collect::<Vec<_>>(), [(1, 1000), (1, 1000)]);
    // The bank's own dataset is used by nobody.
    assert_eq!(read::usage(&w.state, &dataset_id("bank.clients"), &org("bank")).unwrap(), None);
}

#[test]
fn an_owner_that_lowers_a_limit_stops_a_run_that_has_not_begun() {
    let mut w = world();
    run(&mut w, task(1, false));
    let id = run(&mut w, task(2, false));
    // What was used before there was a limit counts when there is one.
    w.must("rsj/owner", set_limits(2, vec![UsageLimits { runs_max: Some(1), ..limits("bank") }]));
    assert_eq!(w.task(id).status, TaskStatus::Ready);
    let denial = ask(&w, &task(2, false));
    assert_eq!(denial.first_denial().unwrap().code, LineCode::Forbids(RuleCode::LimitRunsUsedUp));
}

#[test]
fn two_tasks_cannot_take_the_same_last_keys_even_in_one_block() {
    let mut w = world();
    w.must("rsj/owner", set_limits(2, vec![UsageLimits { keys_max: Some(1_999), runs_max: None, ..limits("bank") }]));
    let ids = [w.propose(task(1, false)), w.propose(task(2, false))];
    for id in ids {
        w.must("bank/requester", task_approve(id));
    }
    let txs: Vec<_> = ids
        .into_iter()
        .map(|id| {
            let tx = w.tx("rsj/owner", task_approve(id));
            w.sign(&tx)
        })
        .collect();
    let receipts = w.commit(&txs).unwrap();
    assert_eq!(receipts.iter().map(|r| r.applied()).collect::<Vec<_>>(), [true, false]);
    assert_eq!((w.task(ids[0]).status, w.task(ids[1]).status), (TaskStatus::Ready, TaskStatus::Proposed));
}

/// One thing that somebody does.
#[derive(Debug, Clone)]
enum Move {
    Propose(u8),
    Approve(u8),
    Fail(u8),
    Retry(u8),
    Close(u8),
    Limits { any: bool, runs: Option<u32>, keys: Option<u64>, days: u16 },
    Lift,
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let task = 0..8u8;
    let one = prop_oneof![
        3 => task.clone().prop_map(Move::Propose),
        6 => task.clone().prop_map(Move::Approve),
        3 => task.clone().prop_map(Move::Fail),
        3 => task.clone().prop_map(Move::Retry),
        1 => task.prop_map(Move::Close),
        2 => (any::<bool>(), prop::option::of(0..6u32), prop::option::of(0..8_000u64), 1..8u16)
            .prop_map(|(any, runs, keys, days)| Move::Limits { any, runs, keys, days }),
        1 => Just(Move::Lift),
        2 => (0..3 * DAY).prop_map(Move::Wait),
    ];
    prop::collection::vec(one, 1..60)
}

/// What the bank has done, as the test counts it: when, and with how many keys.
type Told = Vec<(u64, u64)>;

/// Plays the moves; after each, every new run must stay within the limits that were in force.
fn play(moves: Vec<Move>) -> (usize, usize) {
    let mut w = world();
    let mut told: Told = Vec::new();
    let mut refused = 0;
    let rr22 = |salt: u8| salt % 2 == 1;
    let id = |w: &World, salt: u8| task(salt, rr22(salt)).id(w.block.suite, &w.block.chain);
    for one in moves {
        let dataset = read::dataset(&w.state, &dataset_id("rsj.insured")).unwrap().unwrap();
        let (version, now_ms) = (dataset.policy_version + 1, w.block.time_ms);
        let session = |w: &World, t| read::task(&w.state, &id(w, t)).unwrap().and_then(|t| t.run().map(|r| r.session));
        let acts: Vec<(&str, Action)> = match one {
            Move::Propose(t) => {
                vec![("bank/requester", Action::TaskPropose(TaskPropose { spec: task(t, rr22(t)) }))]
            }
            Move::Approve(t) => {
                vec![("bank/requester", task_approve(id(&w, t))), ("rsj/owner", task_approve(id(&w, t)))]
            }
            Move::Fail(t) => match session(&w, t) {
                Some(s) => vec![("rsj/node", task_fail(id(&w, t), s))],
                None => continue,
            },
            Move::Retry(t) => vec![("bank/requester", task_retry(id(&w, t)))],
            Move::Close(t) => vec![("rsj/owner", task_reject(id(&w, t)))],
            Move::Limits { any, runs, keys, days } => {
                let partner = if any { Grantee::Any } else { Grantee::Org(org("bank")) };
                let new = UsageLimits {
                    partner,
                    period_days: days,
                    runs_max: runs,
                    keys_max: keys,
                    run_keys_max: None,
                    run_keys_min: Some(1),
                    min_matches: None,
                };
                vec![("rsj/owner", set_limits(version, vec![new]))]
            }
            Move::Lift => vec![("rsj/owner", set_limits(version, vec![]))],
            Move::Wait(ms) => {
                w.wait_ms(ms);
                continue;
            }
        };
        // The limits before the block are those of its runs: no block here both changes limits and starts a run.
        let limits = limits_of(&dataset.limits, &org("bank")).cloned();
        let txs: Vec<_> = acts
            .into_iter()
            .map(|(who, action)| {
                let tx = w.tx(who, action);
                w.sign(&tx)
            })
            .collect();
        for receipt in w.commit(&txs).unwrap() {
            refused += usize::from(!receipt.applied());
            let ready = receipt.events.iter().find(|e| e.kind == ledger_types::receipt::EventKind::TaskReady);
            let Some(event) = ready else { continue };
            let salt = w.task(event.task.unwrap()).spec.salt[0];
            told.push((now_ms, if rr22(salt) { 1_488 } else { 1_000 }));
            if let Some(l) = &limits {
                let window = told.iter().filter(|(at, _)| now_ms - at < l.period_ms());
                let (runs, keys) = window.fold((0u32, 0u64), |(r, k), (_, keys)| (r + 1, k + keys));
                assert!(l.runs_max.is_none_or(|max| runs <= max), "{runs} runs within {l:?}");
                assert!(l.keys_max.is_none_or(|max| keys <= max), "{keys} keys within {l:?}");
            }
        }
    }
    // The ledger's own count is the test's.
    let usage = read::usage(&w.state, &dataset_id("rsj.insured"), &org("bank")).unwrap();
    let counted: Told = usage.iter().flat_map(|u| &u.entries).map(|e| (e.at_ms, e.keys)).collect();
    assert_eq!(counted, told);
    (told.len(), refused)
}

// Otherwise the property could hold because nothing ever runs, or nothing is ever refused.
#[test]
fn random_moves_run_tasks_and_are_refused() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut runs, mut refused) = (0, 0);
    for _ in 0..30 {
        let (r, n) = play(moves().new_tree(&mut runner).unwrap().current());
        runs += r;
        refused += n;
    }
    assert!(runs > 30 && refused > 30, "{runs} runs, {refused} refusals");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_sequence_of_moves_gets_past_a_limit(moves in moves()) {
        play(moves);
    }
}
