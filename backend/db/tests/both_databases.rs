//! Every query on both databases: SQLite always, PostgreSQL when `SHUZHENG_TEST_PG` holds an address
//! (`deploy/postgres-for-tests.sh start DIR` prints one; `make test` sets it). Each test gets a schema of its own.

use backend_db::local::idempotency::{self, Answer, Claim, Key};
use backend_db::local::{draft, login, operation, session};
use backend_db::read::{self, account, application, block, dataset, grant, organisation, task, transaction};
use backend_db::{Database, DatabaseKind, DbError};

struct Fixture {
    db: Database,
    _dir: tempfile::TempDir,
}

/// The databases of one test, each empty.
fn databases(test: &str) -> Vec<Fixture> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let db = Database::open(&format!("sqlite:{}", dir.path().join("desk.db").display())).expect("SQLite opens");
    assert_eq!(db.kind(), DatabaseKind::Sqlite);
    let mut all = vec![Fixture { db, _dir: dir }];
    if let Ok(address) = std::env::var("SHUZHENG_TEST_PG") {
        let schema = format!("t{}_{test}", std::process::id());
        execute(&address, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"));
        let db = Database::open(&format!("{address}?options=-csearch_path%3D{schema}")).expect("PostgreSQL opens");
        assert_eq!(db.kind(), DatabaseKind::Postgres);
        all.push(Fixture { db, _dir: tempfile::tempdir().expect("a temporary directory can be made") });
    }
    all
}

fn execute(address: &str, sql: &str) {
    use diesel::Connection as _;
    use diesel::connection::SimpleConnection as _;
    let mut c = diesel::PgConnection::establish(address).expect("SHUZHENG_TEST_PG answers");
    c.batch_execute(sql).expect("statement runs");
}

fn dataset_row(id: &str, title: &str, rows: i64, updated: i64) -> dataset::Dataset {
    dataset::Dataset {
        id: id.into(),
        owner: id.split('.').next().expect("split gives at least one part").into(),
        title: title.into(),
        theme: "社会保障".into(),
        sensitivity: "sensitive".into(),
        active: true,
        kinds: "psi".into(),
        row_count: rows,
        version: 1,
        column_count: 3,
        published_ms: updated,
        updated_ms: updated,
        search: format!("{id} {title} 100% a_b").to_lowercase(),
        object: vec![1, 2, 3],
    }
}

#[test]
fn a_fifth_failure_in_a_row_locks_and_a_success_forgets() {
    for f in databases("lock") {
        let fail = |now| f.db.write("fail", |c| login::failed(c, "li.wei", now, 5, 900_000)).expect("counted");
        for n in 1..=4 {
            assert_eq!(fail(n).locked_until_ms, None);
        }
        assert_eq!(fail(5).locked_until_ms, Some(900_005));
        f.db.write("ok", |c| {
            login::insert(
                c,
                &login::Login {
                    username: "li.wei".into(),
                    display_name: "李伟".into(),
                    password_hash: "x".into(),
                    frozen: false,
                    last_login_ms: None,
                    created_ms: 0,
                    version: 1,
                },
            )?;
            login::succeeded(c, "li.wei", 9)
        })
        .expect("noted");
        assert_eq!(f.db.read("failures", |c| login::failures(c, "li.wei")).expect("read"), None);
        let row = f.db.read("find", |c| login::find(c, "li.wei")).expect("read").expect("exists");
        assert_eq!((row.last_login_ms, row.display_name.as_str()), (Some(9), "李伟"));
        // Old failures of whatever name do not pile up.
        f.db.write("old", |c| login::failed(c, "nobody", 0, 5, 10)).expect("counted");
        f.db.write("new", |c| login::failed(c, "li.wei", 100, 5, 10)).expect("counted");
        assert_eq!(f.db.read("all", login::all_failures).expect("read").len(), 1);
    }
}

#[test]
fn a_session_ends_at_its_time_and_with_the_others_of_its_account() {
    for f in databases("session") {
        let s = |t: &str, expires| session::Session {
            token_digest: t.into(),
            username: "a".into(),
            csrf_token: "c".into(),
            created_ms: 0,
            last_seen_ms: 0,
            expires_ms: expires,
        };
        f.db.write("in", |c| {
            session::insert(c, &s("t1", 10))?;
            session::insert(c, &s("t2", 100))
        })
        .expect("written");
        let find = |t: &str, now| f.db.read("find", |c| session::find(c, t, now)).expect("read").is_some();
        assert!(find("t1", 9) && !find("t1", 10) && find("t2", 10));
        f.db.write("touch", |c| session::touch(c, "t1", 9, 50)).expect("written");
        assert!(find("t1", 49));
        assert_eq!(f.db.write("end", |c| session::delete_of(c, "a", Some("t2"))).expect("written"), 1);
        assert!(!find("t1", 1) && find("t2", 1));
    }
}

#[test]
fn the_first_answer_is_given_again_and_another_body_is_not_answered() {
    for f in databases("idempotency") {
        let key = Key { username: "a", operation: "create_task", key: "k1" };
        let claim_of = |key, body: &str, now| {
            idempotency::claim(&f.db, key, body, |found| found == body, now, 60_000).expect("claimed")
        };
        let claim = |body: &str, now| claim_of(key, body, now);
        assert_eq!(claim("b1", 0), Claim::New);
        assert_eq!(claim("b1", 1), Claim::InFlight);
        assert_eq!(claim("b2", 1), Claim::OtherBody);
        let answer = Answer { status: 201, content_type: "application/json".into(), etag: None, body: b"{}".to_vec() };
        f.db.write("finish", |c| idempotency::finish(c, key, &answer)).expect("kept");
        assert_eq!(claim("b1", 2), Claim::Answered(answer));
        let other = Key { username: "b", ..key };
        assert_eq!(claim_of(other, "b9", 2), Claim::New);
        f.db.write("release", |c| idempotency::release(c, other)).expect("released");
        assert_eq!(claim_of(other, "b9", 2), Claim::New);
        // The process that claimed died: after a minute the key is free again. After a day every answer is forgotten.
        assert_eq!(claim_of(other, "b9", 60_003), Claim::New);
        assert_eq!(claim("b2", idempotency::KEEP_MS + 1), Claim::New);
    }
}

#[test]
fn a_draft_is_private_and_a_lost_update_is_refused() {
    for f in databases("draft") {
        let d = |id: &str, at| draft::Draft {
            id: id.into(),
            username: "a".into(),
            kind: "task".into(),
            title: "t".into(),
            content: "{}".into(),
            version: 1,
            created_ms: at,
            updated_ms: at,
        };
        f.db.write("in", |c| (0..5).try_for_each(|i| draft::insert(c, &d(&format!("d{i}"), i / 2)))).expect("written");
        assert!(f.db.read("find", |c| draft::find(c, "b", "d1")).expect("read").is_none());
        let update = |v| f.db.write("update", |c| draft::update(c, "a", "d1", v, "new", "[]", 1)).expect("written");
        assert!(update(1));
        assert!(!update(1));
        // Pages cover everything once although times repeat.
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let rows = f.db.read("list", |c| draft::list(c, "a", Some("task"), after.clone(), 2)).expect("read");
            let Some(last) = rows.last() else { break };
            after = Some((last.updated_ms, last.id.clone()));
            seen.extend(rows.iter().map(|r| r.id.clone()));
        }
        assert_eq!(seen, ["d4", "d1", "d2", "d3", "d0"]);
        assert!(f.db.write("delete", |c| draft::delete(c, "a", "d0")).expect("written"));
        assert_eq!(f.db.read("count", |c| draft::count(c, "a")).expect("read"), 4);
    }
}

#[test]
fn the_operation_log_is_found_by_each_filter() {
    for f in databases("operation") {
        f.db.write("in", |c| {
            for i in 0..6_i64 {
                operation::insert(
                    c,
                    &operation::NewOperation {
                        at_ms: i,
                        operation: if i % 2 == 0 { "create_task" } else { "create_session" }.into(),
                        actor: (i > 2).then(|| "li.wei".into()),
                        path: "/v1/x".into(),
                        remote: "127.0.0.1".into(),
                        status: if i == 5 { 409 } else { 201 },
                        code: (i == 5).then(|| "state_conflict".into()),
                        trace_id: format!("trace{i}"),
                        duration_ms: 1,
                    },
                )?;
            }
            Ok(())
        })
        .expect("written");
        let list = |filter: operation::Filter, before, limit| {
            let rows = f.db.read("list", |c| operation::list(c, filter, before, limit)).expect("read");
            rows.into_iter().map(|r| r.at_ms).collect::<Vec<_>>()
        };
        let any = operation::Filter::default;
        assert_eq!(list(any(), None, 2), [5, 4]);
        assert_eq!(list(any(), Some(5), 2), [3, 2], "rows are numbered from 1");
        assert_eq!(list(operation::Filter { actor: Some("li.wei".into()), ..any() }, None, 9), [5, 4, 3]);
        assert_eq!(list(operation::Filter { failed: Some(true), ..any() }, None, 9), [5]);
        assert_eq!(list(operation::Filter { operation: Some("create_task".into()), ..any() }, None, 9), [4, 2, 0]);
        assert_eq!(list(operation::Filter { from_ms: Some(1), to_ms: Some(3), ..any() }, None, 9), [2, 1]);
        assert_eq!(list(operation::Filter { trace_id: Some("trace3".into()), ..any() }, None, 9), [3]);
    }
}

#[test]
fn the_catalogue_is_searched_sorted_and_paged() {
    for f in databases("catalogue") {
        f.db.write("in", |c| {
            dataset::put(c, dataset_row("rsj.social", "社保参保", 300, 1))?;
            dataset::put(c, dataset_row("yy.visits", "就诊记录", 200, 2))?;
            dataset::put(c, dataset_row("yh.loans", "贷款", 100, 2))
        })
        .expect("written");
        let list = |filter: dataset::Filter, sort, after| {
            let rows = f.db.read("list", |c| dataset::list(c, filter, sort, after, 2)).expect("read");
            rows.into_iter().map(|r| r.id).collect::<Vec<_>>()
        };
        let words = |w: &[&str]| dataset::Filter {
            words: w.iter().map(ToString::to_string).collect(),
            ..dataset::Filter::default()
        };
        assert_eq!(list(words(&["社保"]), dataset::Sort::Updated, None), ["rsj.social"]);
        assert_eq!(list(words(&["YY", "记录"]), dataset::Sort::Updated, None), ["yy.visits"]);
        assert_eq!(list(words(&["yy", "社保"]), dataset::Sort::Updated, None), Vec::<String>::new());
        // Wildcards of LIKE are plain characters.
        assert_eq!(list(words(&["%参"]), dataset::Sort::Updated, None), Vec::<String>::new());
        assert_eq!(list(words(&["100%", "a_b", "贷"]), dataset::Sort::Updated, None), ["yh.loans"]);
        assert_eq!(list(words(&["a!b"]), dataset::Sort::Updated, None), Vec::<String>::new());
        assert_eq!(list(words(&[]), dataset::Sort::Updated, None), ["yh.loans", "yy.visits"]);
        let after = Some(dataset::After::Number(2, "yy.visits".into()));
        assert_eq!(list(words(&[]), dataset::Sort::Updated, after), ["rsj.social"]);
        assert_eq!(list(words(&[]), dataset::Sort::Rows, None), ["rsj.social", "yy.visits"]);
        let titles = list(words(&[]), dataset::Sort::Title, None);
        let second = f.db.read("find", |c| dataset::find(c, &titles[1])).expect("read").expect("exists");
        let rest = list(words(&[]), dataset::Sort::Title, Some(dataset::After::Text(second.title, second.id)));
        assert_eq!(titles.len() + rest.len(), 3);
        // A change keeps the first publication.
        f.db.write("again", |c| dataset::put(c, dataset_row("rsj.social", "社保参保", 400, 9))).expect("written");
        let row = f.db.read("find", |c| dataset::find(c, "rsj.social")).expect("read").expect("exists");
        assert_eq!((row.published_ms, row.updated_ms, row.row_count), (1, 9, 400));
        assert_eq!(f.db.read("facets", |c| dataset::facets(c, words(&["记录"]))).expect("read").len(), 1);
    }
}

#[test]
fn applications_and_grants_are_listed_by_side_and_state() {
    for f in databases("grants") {
        let application = |id: &str, status: &str, at| application::Application {
            id: id.into(),
            dataset: "rsj.social".into(),
            owner: "rsj".into(),
            applicant: "yh".into(),
            status: status.into(),
            submitted_ms: at,
            updated_ms: at,
            object: vec![],
        };
        let grant = |id: &str, revoked, used, not_after| grant::Grant {
            id: id.into(),
            dataset: "rsj.social".into(),
            application: "a".into(),
            grantor: "rsj".into(),
            grantee: "yh".into(),
            revoked,
            used,
            uses: 2,
            not_after_ms: not_after,
            granted_ms: 1,
            object: vec![],
        };
        f.db.write("in", |c| {
            application::put(c, &application("a1", "submitted", 1))?;
            application::put(c, &application("a2", "submitted", 2))?;
            application::put(c, &application("a2", "approved", 2))?;
            grant::put(c, &grant("active", false, 0, 100))?;
            grant::put(c, &grant("last-use", false, 1, 1000))?;
            grant::put(c, &grant("used-up", false, 2, 1000))?;
            grant::put(c, &grant("expired", false, 0, 9))?;
            grant::put(c, &grant("revoked", true, 0, 1000))
        })
        .expect("written");
        let ids = |filter: application::Filter| {
            let rows = f.db.read("list", |c| application::list(c, filter, None, 9)).expect("read");
            rows.into_iter().map(|r| r.id).collect::<Vec<_>>()
        };
        let any = application::Filter::default;
        assert_eq!(ids(application::Filter { involving: Some("yh".into()), ..any() }), ["a2", "a1"]);
        assert_eq!(ids(application::Filter { owner: Some("yh".into()), ..any() }), Vec::<String>::new());
        assert_eq!(ids(application::Filter { status: Some("submitted".into()), ..any() }), ["a1"]);
        assert_eq!(f.db.read("counts", |c| application::counts_for(c, "rsj.social")).expect("read"), (2, 1));
        for (state, id) in
            [(grant::State::UsedUp, "used-up"), (grant::State::Expired, "expired"), (grant::State::Revoked, "revoked")]
        {
            let filter = grant::Filter { state: Some((state, 10)), ..grant::Filter::default() };
            let rows = f.db.read("list", |c| grant::list(c, filter, None, 9)).expect("read");
            assert_eq!(rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), [id]);
            assert_eq!(rows[0].state(10), state, "the list and the row agree");
        }
        let expiring = f.db.read("expiring", |c| grant::expiring(c, "yh", 10, 200, 9)).expect("read");
        assert_eq!(expiring.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["active", "last-use"]);
    }
}

#[test]
fn tasks_are_listed_by_side_and_by_whom_they_wait_for() {
    for f in databases("tasks") {
        let row = |id: &str, proposer: &str, status: &str| task::Task {
            id: id.into(),
            title: format!("Task {id}"),
            kind: "psi".into(),
            status: status.into(),
            proposer: proposer.into(),
            receiver: "yh".into(),
            proposed_ms: 1,
            updated_ms: 1,
            not_after_ms: 100,
            finished_ms: (status == "completed").then_some(50),
            search: format!("task {id}"),
            object: vec![],
        };
        let parties =
            |id: &str, approved: bool| {
                [("yh", "yh.loans", true), ("rsj", "rsj.social", approved)].map(|(org, dataset, approved)| {
                    task::Party { task: id.into(), org: org.into(), dataset: dataset.into(), approved }
                })
            };
        f.db.write("in", |c| {
            task::put(c, &row("aa", "yh", "proposed"), &parties("aa", false))?;
            task::put(c, &row("ab", "rsj", "completed"), &parties("ab", true))
        })
        .expect("written");
        let ids = |filter: task::Filter| {
            let rows = f.db.read("list", |c| task::list(c, filter, task::Sort::Updated, None, 9)).expect("read");
            rows.into_iter().map(|r| r.id).collect::<Vec<_>>()
        };
        let any = task::Filter::default;
        let side = |side| ids(task::Filter { side: Some(side), ..any() });
        assert_eq!(side(task::Side::Published("yh".into())), ["aa"]);
        assert_eq!(side(task::Side::Joined("yh".into())), ["ab"]);
        assert_eq!(side(task::Side::Observed("sj".into())), ["aa", "ab"]);
        assert_eq!(side(task::Side::Involved("rsj".into())), ["aa", "ab"]);
        assert_eq!(ids(task::Filter { waits_for: Some(("rsj".into(), 100)), ..any() }), ["aa"]);
        assert_eq!(ids(task::Filter { waits_for: Some(("rsj".into(), 101)), ..any() }), Vec::<String>::new());
        assert_eq!(ids(task::Filter { waits_for: Some(("yh".into(), 1)), ..any() }), Vec::<String>::new());
        assert_eq!(
            ids(task::Filter { dataset: Some("rsj.social".into()), status: Some("completed".into()), ..any() }),
            ["ab"]
        );
        assert_eq!(f.db.read("usage", |c| task::usage_of(c, "rsj.social")).expect("read"), (2, 1, Some(50)));
        assert_eq!(f.db.read("prefix", |c| task::starting_with(c, "ab", 9)).expect("read").len(), 1);
    }
}

#[test]
fn blocks_and_evidence_are_found_and_the_read_model_can_be_thrown_away() {
    for f in databases("blocks") {
        f.db.write("in", |c| {
            for h in 1..=3_i64 {
                block::insert(
                    c,
                    &block::Block {
                        height: h,
                        hash: format!("{h:064x}"),
                        time_ms: h,
                        proposer: "rsj".into(),
                        tx_count: i32::from(h == 2) * 2500,
                        signatures: 3,
                        validators: 4,
                    },
                )?;
            }
            let rows: Vec<_> = (0..2500_u32)
                .map(|i| transaction::Transaction {
                    seq: transaction::seq(2, i),
                    id: format!("{i:064x}"),
                    height: 2,
                    idx: i as i32,
                    time_ms: 2,
                    action: "task_approve".into(),
                    org: "rsj".into(),
                    actor: "rsj/li.wei".into(),
                    accepted: i != 7,
                    code: (i == 7).then(|| "already_approved".into()),
                })
                .collect();
            let about = |i: u32, kind: &str, topic: &str| transaction::Topic {
                kind: kind.into(),
                topic: topic.into(),
                seq: transaction::seq(2, i),
            };
            transaction::insert(c, &rows, &[about(3, "task", "t"), about(3, "dataset", "d"), about(5, "task", "t")])?;
            organisation::put(
                c,
                &organisation::Organisation {
                    id: "rsj".into(),
                    name_zh: "人社局".into(),
                    name_en: "HRSS".into(),
                    active: true,
                    validator: true,
                    node_key: "00".into(),
                    joined_ms: 0,
                },
            )?;
            account::put(
                c,
                account::Account {
                    id: "rsj/li.wei".into(),
                    org: "rsj".into(),
                    account: "li.wei".into(),
                    display_name: "李伟".into(),
                    roles: "data_owner".into(),
                    active: true,
                    public_key: "00".into(),
                    registered_ms: 5,
                    updated_ms: 5,
                },
            )?;
            read::set_progress(c, &read::Progress { genesis: "g".into(), height: 3, block_hash: "h".into() })
        })
        .expect("written");
        let heights = |non_empty, before| {
            let rows = f.db.read("blocks", |c| block::list(c, non_empty, before, 9)).expect("read");
            rows.into_iter().map(|b| b.height).collect::<Vec<_>>()
        };
        assert_eq!(
            (heights(false, None), heights(true, None), heights(false, Some(3))),
            (vec![3, 2, 1], vec![2], vec![2, 1])
        );
        let list = |filter: transaction::Filter, order, after, limit| {
            let rows = f.db.read("txs", |c| transaction::list(c, filter, order, after, limit)).expect("read");
            rows.into_iter().map(|t| t.idx).collect::<Vec<_>>()
        };
        use transaction::Order::{NewestFirst, OldestFirst};
        let any = transaction::Filter::default;
        let topic = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(list(any(), NewestFirst, None, 2), [2499, 2498]);
        assert_eq!(list(any(), OldestFirst, Some(transaction::seq(2, 8)), 2), [9, 10]);
        assert_eq!(
            list(transaction::Filter { topics: vec![topic("task", "t")], ..any() }, OldestFirst, None, 9),
            [3, 5]
        );
        let both = vec![topic("task", "t"), topic("dataset", "d")];
        assert_eq!(list(transaction::Filter { topics: both, ..any() }, OldestFirst, None, 9), [3]);
        assert_eq!(list(transaction::Filter { accepted: Some(false), ..any() }, OldestFirst, None, 9), [7]);
        assert_eq!(f.db.read("count", transaction::count).expect("read"), 2500);
        assert_eq!(
            f.db.read("topics", |c| transaction::topics_of(c, &[transaction::seq(2, 3)])).expect("read").len(),
            2
        );
        // A second block of the same height is refused, and the whole transaction with it.
        let again = f.db.write("again", |c| {
            read::set_progress(c, &read::Progress { genesis: "g".into(), height: 9, block_hash: "x".into() })?;
            block::insert(
                c,
                &block::Block {
                    height: 3,
                    hash: "other".into(),
                    time_ms: 0,
                    proposer: "x".into(),
                    tx_count: 0,
                    signatures: 0,
                    validators: 0,
                },
            )
        });
        assert!(again.is_err_and(|e| e.is_unique_violation()));
        assert_eq!(f.db.read("progress", read::progress).expect("read").map(|p| p.height), Some(3));
        f.db.write("clear", read::clear).expect("cleared");
        assert_eq!(f.db.read("progress", read::progress).expect("read"), None);
        assert_eq!(heights(false, None), Vec::<i64>::new());
    }
}

#[test]
fn a_database_of_a_newer_software_is_refused() {
    for f in databases("newer") {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let path = dir.path().join("x.db");
        let address = format!("sqlite:{}", path.display());
        drop(Database::open(&address).expect("opens"));
        {
            use diesel::connection::SimpleConnection as _;
            let mut c = <diesel::SqliteConnection as diesel::Connection>::establish(path.to_str().expect("UTF-8"))
                .expect("opens");
            c.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')").expect("runs");
        }
        assert!(matches!(Database::open(&address), Err(DbError::SchemaNewer { .. })));
        drop(f);
    }
    assert!(matches!(Database::open("mysql://user:secret@host/db"), Err(DbError::Address(s)) if s == "mysql"));
}
