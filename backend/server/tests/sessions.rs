//! Logging in and out, locking, freezing, and what protects a session.

mod kit;

use kit::{BANK, PASSPHRASE, PASSWORD, World};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_passwords_lock_a_name_known_or_not_and_name_the_administrator() {
    let world = World::start().await;
    let nobody = world.anonymous(BANK);
    for name in ["admin", "no.such.person"] {
        for n in 1..=5 {
            let body = json!({"username": name, "password": "not this one"});
            let answer = nobody.post("/v1/session", body).await;
            let expected = if n < 5 { (401, "wrong_credentials") } else { (403, "account_locked") };
            assert_eq!((answer.status, answer.code().as_str()), expected, "{name} {n}");
            assert_eq!(answer.json()["contact"]["name"], "王主任");
        }
    }
    // The right password does not help while the lock lasts.
    let answer = nobody.post("/v1/session", json!({"username": "admin", "password": PASSWORD})).await;
    assert_eq!(answer.code(), "account_locked");
    assert!(answer.json()["retry_after_s"].as_u64().is_some_and(|s| s > 0 && s <= 900));
    assert!(!answer.header("retry-after").is_empty());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_protected_and_ends_when_told() {
    let world = World::start().await;
    let admin = world.login(BANK, "admin").await;
    assert_eq!(admin.get("/v1/session").await.json()["account"]["username"], "admin");

    // From another site's page.
    let headers = [("origin", "http://evil.example")];
    let answer = admin.call_with("DELETE", "/v1/session", None, &headers).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "csrf_refused"));
    // Text that is no JSON cannot be smuggled in by a form.
    let headers = [("content-type", "text/plain")];
    let answer = admin.call_with("PUT", "/v1/session/password", Some(b"{}".to_vec()), &headers).await;
    assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported_media"));

    // Headers of every answer.
    let answer = admin.get("/v1/session").await;
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.header("x-trace-id").is_empty());

    // A new password ends other sessions, not this one.
    let other = world.login(BANK, "admin").await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    let answer = admin.put("/v1/session/password", change(PASSWORD, "short")).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid_value"));
    let answer = admin.put("/v1/session/password", change("not this one", "another password")).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "wrong_credentials"));
    assert_eq!(admin.put("/v1/session/password", change(PASSWORD, "another password")).await.status, 204);
    assert_eq!(other.get("/v1/session").await.status, 401);
    assert_eq!(admin.get("/v1/session").await.status, 200);

    let answer = admin.call("DELETE", "/v1/session", None).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(admin.get("/v1/session").await.status, 401);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_account_is_out_at_once_and_its_key_is_disabled_on_the_ledger() {
    let world = World::start().await;
    let li = world.person(BANK, "li.wei", &["requester"]).await;
    let admin = world.login(BANK, "admin").await;
    let state =
        |state: &str, passphrase: &str| json!({"request": {"state": state}, "signing": {"passphrase": passphrase}});
    let answer = admin.put("/v1/accounts/li.wei/state", state("frozen", "wrong passphrase")).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "passphrase_wrong"));
    let answer = admin.put("/v1/accounts/li.wei/state", state("frozen", PASSPHRASE)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["state"], "frozen");
    assert_eq!(answer.json()["key"]["state"], "disabled");
    assert_eq!(li.get("/v1/session").await.status, 401);
    let login = json!({"username": "li.wei", "password": PASSWORD});
    let answer = world.anonymous(BANK).post("/v1/session", login).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "account_frozen"));
    assert_eq!(admin.put("/v1/accounts/li.wei/state", state("active", PASSPHRASE)).await.status, 200);
    let reset = json!({"new_password": "a third password"});
    assert_eq!(admin.put("/v1/accounts/li.wei/password", reset).await.status, 204);
    let login = json!({"username": "li.wei", "password": "a third password"});
    assert_eq!(world.anonymous(BANK).post("/v1/session", login).await.status, 200);
    // The last operator cannot lock everybody out.
    let answer = admin.put("/v1/accounts/admin/state", state("frozen", PASSPHRASE)).await;
    assert_eq!(answer.code(), "last_operator");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_creation_ended_early_is_finished_with_the_same_passphrase_only() {
    let world = World::start().await;
    let admin = world.login(BANK, "admin").await;
    let body = |own: &str, operators: &str| {
        json!({
            "request": {"username": "li.wei", "display_name": "李伟", "roles": ["requester"]},
            "password": PASSWORD, "key_passphrase": own, "signing": {"passphrase": operators},
        })
    };
    // The operator mistypes after the key was made.
    let answer = admin.post("/v1/accounts", body(PASSPHRASE, "not the operator's")).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "passphrase_wrong"));
    let answer = admin.post("/v1/accounts", body("another passphrase", PASSPHRASE)).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "passphrase_wrong"));
    let answer = admin.post("/v1/accounts", body(PASSPHRASE, PASSPHRASE)).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(admin.post("/v1/accounts", body(PASSPHRASE, PASSPHRASE)).await.code(), "already_exists");
    let page = admin.get("/v1/accounts?role=requester&q=li").await.json();
    assert_eq!(page["items"][0]["key"]["state"], "registered");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_stands_in_the_operation_log_with_the_trace_id_of_the_answer() {
    let world = World::start().await;
    let admin = world.login(BANK, "admin").await;
    let refused = admin.put("/v1/accounts/nobody/password", json!({"new_password": "long enough a password"})).await;
    assert_eq!(refused.status, 404);
    let trace = refused.json()["trace_id"].as_str().unwrap().to_owned();
    assert_eq!(refused.header("x-trace-id"), trace);
    let log = admin.get(&format!("/v1/operations?trace_id={trace}")).await.json();
    let row = &log["items"][0];
    assert_eq!((&row["operation"], &row["actor"]), (&json!("reset_password"), &json!("admin")));
    assert_eq!((&row["status"], &row["code"]), (&json!(404), &json!("not_found")));
    assert!(!admin.get("/v1/operations").await.text().contains("long enough"));
    let csv = admin.call_with("GET", "/v1/operations", None, &[("accept", "text/csv")]).await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.body.starts_with("\u{feff}id,at,operation".as_bytes()), "{}", csv.text());
    world.stop().await;
}
