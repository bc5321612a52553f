//! Every endpoint × every persona: who is let in, who is told to log in, who is refused.

mod kit;

use backend_api::account::Role;
use backend_api::endpoint::{self, Method};
use backend_server::authz::{self, Allow};
use kit::{BANK, World};

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_lets_in_whom_the_table_says_and_nobody_else() {
    let world = World::start().await;
    let personas = [
        (Role::DataOwner, world.person(BANK, "owner", &["data_owner"]).await),
        (Role::Requester, world.person(BANK, "requester", &["requester"]).await),
        (Role::Auditor, world.person(BANK, "auditor", &["auditor"]).await),
        (Role::Operator, world.login(BANK, "admin").await),
    ];
    let nobody = world.anonymous(BANK);
    for e in endpoint::all() {
        // Ends the session that the other calls need; it has a test of its own.
        if matches!(e.id, "delete_session" | "stream_task_progress") {
            continue;
        }
        let allow = authz::allow(e.id).expect("in the table");
        let path = e.path_parameters().fold(e.path.to_owned(), |p, name| p.replace(&format!("{{{name}}}"), "00"));
        let (method, body) = (e.method.as_str(), (e.method != Method::Get).then(|| b"{}".to_vec()));
        let answer = nobody.call_with(method, &path, body.clone(), &[]).await;
        match allow {
            Allow::Open => assert_ne!(answer.status, 401, "{}: {}", e.id, answer.text()),
            _ => assert_eq!((answer.status, answer.code().as_str()), (401, "not_logged_in"), "{}", e.id),
        }
        for (role, client) in &personas {
            let answer = client.call_with(method, &path, body.clone(), &[]).await;
            if allow.permits(&[*role]) {
                let code = if answer.status >= 400 { answer.code() } else { String::new() };
                let refused = matches!(code.as_str(), "forbidden" | "not_logged_in" | "csrf_refused");
                assert!(!refused, "{} by {role:?}: {}", e.id, answer.text());
                assert!(answer.status < 500 || e.id == "show_health", "{} by {role:?}: {}", e.id, answer.text());
            } else {
                assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{} by {role:?}", e.id);
            }
        }
        // A change without the session's token is refused, whoever asks.
        if e.method != Method::Get && allow != Allow::Open {
            let answer = personas[0].1.call_with(method, &path, body, &[("x-csrf-token", "wrong")]).await;
            assert_eq!((answer.status, answer.code().as_str()), (403, "csrf_refused"), "{}", e.id);
        }
    }
    world.stop().await;
}
