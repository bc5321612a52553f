//! The way of one task through two desks, as people and programs would go it: publish, apply, grant, propose,
//! approve, intersect, take the result, look at the evidence; and what is refused on the way.

mod kit;

use kit::{BANK, Client, PASSPHRASE, RSJ, World, eventually, signing};
use serde_json::{Value, json};

const LATER: &str = "2099-01-01T00:00:00.000Z";

async fn ok(client: &Client, method: &str, path: &str, body: Value) -> Value {
    let answer = client.call(method, path, Some(body)).await;
    assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text());
    answer.json()
}

/// Previews a request, then sends exactly what was shown, signed.
async fn signed(client: &Client, method: &str, path: &str, operation: &str, request: Value) -> Value {
    let preview = ok(client, "POST", "/v1/previews", json!({"operation": operation, "request": request})).await;
    assert_eq!(preview["verdict"]["allowed"], true, "{}", preview["verdict"]);
    assert!(!preview["lines"].as_array().unwrap().is_empty());
    let digest = preview["digest"].as_str();
    ok(client, method, path, json!({"request": preview["action"]["request"], "signing": signing(digest)})).await
}

async fn publish(world: &World, o: &str, owner: &Client, name: &str, csv: &str, key: &str, payload: &[&str]) {
    let path = world.data_dir(o).join(format!("{name}.csv"));
    std::fs::write(&path, csv).unwrap();
    let location = json!({"kind": "csv", "path": path.to_str().unwrap()});
    let probe = ok(owner, "POST", "/v1/source_probes", location.clone()).await;
    assert_eq!(probe["columns"][0]["name"], key);
    ok(owner, "POST", "/v1/sources", json!({"id": name, "name": "样例", "location": location})).await;
    let dataset = format!("{o}.{name}");
    let prepared = ok(owner, "POST", &format!("/v1/sources/{name}/preparations"), json!({"dataset": dataset})).await;
    let rule = |allow: &str| json!([{"allow": allow, "grantee": null, "purpose": "loan-review", "not_after": null}]);
    let columns: Vec<Value> = prepared["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            let column = c["name"].as_str().unwrap();
            let rules = if column == key {
                rule("PLAINTEXT_AFTER_JOIN")
            } else if payload.contains(&column) {
                rule("PLAINTEXT_AS_JOIN_PAYLOAD")
            } else {
                json!([])
            };
            json!({"name": column, "data_type": c["data_type"], "description": "", "sensitivity": "sensitive", "rules": rules})
        })
        .collect();
    let request = json!({
        "id": dataset, "title": format!("数据集 {name}"), "description": "样例", "theme": "社会保障",
        "classification": "sensitive", "columns": columns, "preparation": prepared["id"],
    });
    let made = signed(owner, "POST", "/v1/datasets", "dataset_create", request).await;
    assert_eq!(made["dataset"]["versions"][0]["commitment"], prepared["commitment"]);
    assert_eq!(made["dataset"]["versions"][0]["held_here"], true);
    assert_eq!(made["dataset"]["source"], name);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_goes_from_catalogue_to_verified_result_and_each_refusal_has_its_code() {
    let mut world = World::start().await;
    let owner = world.person(RSJ, "li.wei", &["data_owner"]).await;
    let both = world.person(BANK, "zhao.min", &["requester", "data_owner"]).await;
    let auditor = world.person(BANK, "sun.li", &["auditor"]).await;

    publish(
        &world,
        RSJ,
        &owner,
        "social",
        "id,employer,secret\nA1,甲厂,s1\nA2,乙厂,s2\nA3,丙厂,s3\n",
        "id",
        &["employer"],
    )
    .await;
    publish(&world, BANK, &both, "loans", "id,amount\nA2,20\nA3,30\nA9,90\n", "id", &["amount"]).await;

    // The catalogue finds it by a word of a column, shows policy and invented rows, and never the data.
    let found = eventually("the catalogue at the bank", || async {
        let page = both.get("/v1/datasets?q=EMPLOYER&mine=false&kind=psi&sort=title").await.json();
        (page["items"].as_array().unwrap().len() == 1).then_some(page)
    })
    .await;
    assert_eq!(found["items"][0]["organisation"]["name"], "人社局");
    let facets = both.get("/v1/dataset_facets").await.json();
    assert_eq!(facets["organisations"].as_array().unwrap().len(), 2);
    let dataset = both.get("/v1/datasets/rsj.social").await;
    let etag = dataset.header("etag");
    assert!(!etag.is_empty());
    assert!(!dataset.text().contains("甲厂") && !dataset.text().contains("A1"));
    let cached = both.call_with("GET", "/v1/datasets/rsj.social", None, &[("if-none-match", &etag)]).await;
    assert_eq!(cached.status, 304);

    // The owner limits the bank to one run; the bank sees what binds it, and nobody but the owner may change it.
    let limit = json!({"partner": "bank", "period_days": 30, "runs_max": 1, "run_keys_min": 3});
    let request = json!({"dataset": "rsj.social", "policy_version": 1, "limits": [limit]});
    let path = "/v1/datasets/rsj.social/usage_limits";
    let answer = both.put(path, json!({"request": request, "signing": signing(None)})).await;
    assert_eq!(answer.code(), "not_dataset_owner", "{}", answer.text());
    let made = signed(&owner, "PUT", path, "usage_limits_set", request.clone()).await;
    assert_eq!((&made["dataset"]["policy_version"], &made["dataset"]["limits"][0]["runs_max"]), (&json!(2), &json!(1)));
    assert_eq!(made["dataset"]["partner_usage"][0]["runs"], 0);
    let again = owner.put(path, json!({"request": request, "signing": signing(None)})).await;
    assert_eq!((again.status, again.code().as_str()), (409, "policy_version_not_next"));

    // An application that asks for more than the policy permits is told so before it is granted.
    let scope = |columns: Value, uses: u32| json!({"columns": columns, "purpose": "loan-review", "kinds": ["psi"], "not_after": LATER, "uses": uses});
    let wanted = json!([
        {"column": "id", "disclosure": "PLAINTEXT_AFTER_JOIN"},
        {"column": "employer", "disclosure": "PLAINTEXT_AS_JOIN_PAYLOAD"},
    ]);
    let soon = "2027-01-01T00:00:00Z";
    let mut asked = scope(wanted.clone(), 2);
    asked["not_after"] = json!(soon);
    let request = json!({"dataset": "rsj.social", "scope": asked, "reason": "核对贷款申请人"});
    let made = signed(&both, "POST", "/v1/applications", "application_create", request).await;
    let application = made["application"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made["application"]["state"], "submitted");
    let waiting = eventually("the application at the owner", || async {
        let page = owner.get("/v1/applications?direction=to_me&state=submitted").await.json();
        page["items"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(waiting["needs_me"], true);
    let home = owner.get("/v1/home").await.json();
    assert!(home["todos"].as_array().unwrap().iter().any(|t| t["kind"] == "application_review"));

    // Who did not read what would be signed signs nothing.
    let review = json!({"application": application, "decision": "approve"});
    let path = format!("/v1/applications/{application}/reviews");
    let answer = owner.post(&path, json!({"request": review, "signing": signing(Some("00"))})).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "digest_differs"));
    let made = signed(&owner, "POST", &path, "review_create", review).await;
    let grant = made["application"]["grant"].as_str().unwrap().to_owned();
    let answer = owner
        .post(&path, json!({"request": {"application": application, "decision": "approve"}, "signing": signing(None)}))
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "application_closed"));

    // A column outside the policy: the proposal is refused, line by line, without a transaction.
    let spec = |payload: Value| {
        json!({
            "kind": "psi", "title": "贷款核对", "purpose": "loan-review", "receiver": "bank",
            "parties": [
                {"organisation": "bank", "dataset": "bank.loans", "keys": ["id"], "payload": ["amount"]},
                {"organisation": "rsj", "dataset": "rsj.social", "keys": ["id"], "payload": payload, "grant": grant},
            ],
            "key_rules": ["text/1"], "duplicates": "first", "format": "csv", "not_after": soon,
        })
    };
    eventually("the grant at the bank", || async {
        (both.get(&format!("/v1/grants/{grant}")).await.status == 200).then_some(())
    })
    .await;
    let answer = both.post("/v1/tasks", json!({"request": spec(json!(["secret"])), "signing": signing(None)})).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "policy_denied"), "{}", answer.text());
    let lines = answer.json()["verdict"]["lines"].clone();
    let denied = lines.as_array().unwrap().iter().find(|l| l["allowed"] == false).unwrap().clone();
    assert_eq!((&denied["column"], &denied["code"]), (&json!("secret"), &json!("payload_not_granted")));
    assert!(denied["remedy"].as_str().unwrap().contains("secret"));

    let made = signed(&both, "POST", "/v1/tasks", "task_create", spec(json!(["employer"]))).await;
    let task = made["task"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made["task"]["state"], "proposed");
    assert_eq!(made["task"]["flows"].as_array().unwrap().len(), 4);
    // Nobody named an algorithm: the recommended one was taken, and everybody sees which.
    let named = json!({"id": "psi.ecdh-ristretto255", "version": "1"});
    assert_eq!((&made["task"]["spec"]["algorithm"], &made["task"]["spec"]["min_matches"]), (&named, &json!(0)));
    let detail = &made["task"]["algorithm_detail"];
    assert_eq!((&detail["id"], &detail["state"]), (&named["id"], &json!("usable")));
    assert_eq!(detail["registered_digest"], detail["description"]["digest"]);

    // Approving another digest than the task's is refused; a requester of the data's owner may not approve.
    let approvals = format!("/v1/tasks/{task}/approvals");
    let other = "00".repeat(32);
    let answer = both
        .post(&approvals, json!({"request": {"task": other, "decision": "approve"}, "signing": signing(None)}))
        .await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "digest_differs"));
    // Forced to start before everybody approved: the other side's node refuses and says why.
    let runs = format!("/v1/tasks/{task}/runs");
    let forced = both.post(&runs, json!({"force": true})).await;
    assert!(forced.status == 201 || forced.status == 409, "{}", forced.text());
    if forced.status == 201 {
        assert_eq!(forced.json()["refusal"]["code"], "task_not_ready");
        assert_eq!(forced.json()["refusal"]["by"], "rsj");
    }

    let approve = json!({"task": task, "decision": "approve"});
    eventually("the task at the owner", || async {
        (owner.get(&format!("/v1/tasks/{task}")).await.status == 200).then_some(())
    })
    .await;
    let todo = owner.get("/v1/tasks?needs_me=true").await.json();
    assert_eq!(todo["items"][0]["id"], task);
    signed(&both, "POST", &approvals, "approval_create", approve.clone()).await;
    let events = {
        let (both, task) = (both.clone(), task.clone());
        tokio::spawn(async move { both.get(&format!("/v1/tasks/{task}/events")).await })
    };
    signed(&owner, "POST", &approvals, "approval_create", approve).await;

    let detail = eventually("the task to complete", || async {
        let detail = both.get(&format!("/v1/tasks/{task}")).await.json();
        assert!(!matches!(detail["state"].as_str(), Some("failed" | "disputed")), "{detail}");
        (detail["state"] == "completed").then_some(detail)
    })
    .await;
    assert_eq!(detail["runs"][0]["attestations"].as_array().unwrap().len(), 2);
    let stream = events.await.unwrap();
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let last = stream.text().lines().filter_map(|l| l.strip_prefix("data: ").map(str::to_owned)).next_back().unwrap();
    let last: Value = serde_json::from_str(&last).unwrap();
    assert_eq!(last["state"], "completed", "the stream ends with the final state");

    // The result is at the receiver, and there alone; an auditor does not see it.
    let result = both.get(&format!("/v1/tasks/{task}/result")).await.json();
    assert_eq!(result["rows"], 2);
    let file = both.get(&format!("/v1/tasks/{task}/result/file")).await;
    let lines: Vec<String> = file.text().trim_start_matches('\u{feff}').lines().map(str::to_owned).collect();
    assert_eq!(lines, ["id,amount,employer", "A2,20,乙厂", "A3,30,丙厂"]);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let answer = owner.get(&format!("/v1/tasks/{task}/result")).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "not_receiver"));
    assert_eq!(auditor.get(&format!("/v1/tasks/{task}/result/file")).await.code(), "forbidden");

    // The report: what was compared, what this node measured, and who may know how many matched.
    let report = both.get(&format!("/v1/tasks/{task}/report")).await.json();
    let checks = report["cross_checks"].as_array().unwrap();
    assert!(checks.len() > 10 && checks.iter().all(|c| c["ok"] == true), "{checks:?}");
    let own = &report["own_run"];
    assert_eq!((&own["matched_keys"], &own["joint_canaries_found"]), (&json!(2), &json!(4)));
    assert!(own["phases"].as_array().unwrap().iter().any(|p| p["phase"] == "matching"), "{own}");
    for other in [&owner, &auditor] {
        let report = other.get(&format!("/v1/tasks/{task}/report")).await.json();
        assert_eq!(report["own_run"]["matched_keys"], Value::Null);
        assert_eq!(report["cross_checks"], json!(checks));
    }

    // The one run is used up: what is used is told on the dataset's page, and the next proposal says what would do.
    let used = owner.get("/v1/datasets/rsj.social").await.json();
    let bank = &used["partner_usage"][0];
    assert_eq!((&bank["organisation"]["id"], &bank["runs"], &bank["keys"]), (&json!("bank"), &json!(1), &json!(3)));
    let request = json!({"request": spec(json!(["employer"])), "signing": signing(None)});
    let answer = both.post("/v1/tasks", request).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "policy_denied"), "{}", answer.text());
    let lines = answer.json()["verdict"]["lines"].clone();
    let denied = lines.as_array().unwrap().iter().find(|l| l["allowed"] == false).unwrap().clone();
    assert_eq!(denied["code"], "limit_runs_used_up");
    assert!(denied["remedy"].as_str().unwrap().contains("周期内最多运行次数"), "{denied}");

    // Evidence: the chain from application to completion, found by anybody of the consortium, and the explorer.
    let timeline = auditor.get(&format!("/v1/tasks/{task}/evidence")).await.json();
    let actions: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().map(|i| i["action"].as_str().unwrap()).collect();
    for action in ["application_submit", "application_review", "task_propose", "task_approve", "task_attest"] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    let search = auditor.get(&format!("/v1/evidence?task={task}&actor=rsj%2Fli.wei")).await.json();
    assert_eq!(search["items"].as_array().unwrap().len(), 1);
    let tx = search["items"][0]["transaction"].as_str().unwrap();
    let shown = auditor.get(&format!("/v1/transactions/{tx}")).await.json();
    assert_eq!(shown["decoded"]["action"]["task_approve"]["task"], task);
    assert!(shown["proof"]["certificate"].is_object());
    let height = shown["height"].as_u64().unwrap();
    let block = auditor.get(&format!("/v1/blocks/{height}")).await.json();
    assert_eq!(block["transaction_list"][0]["id"], tx);
    let hash = block["hash"].as_str().unwrap();
    assert_eq!(auditor.get(&format!("/v1/blocks/{hash}")).await.json()["height"], height);
    let hits = auditor.get(&format!("/v1/search?q={}", &task[..10])).await.json();
    assert_eq!((&hits["items"][0]["kind"], &hits["items"][0]["id"]), (&json!("task"), &json!(task)));
    assert_eq!(auditor.get("/v1/chain").await.json()["validators"].as_array().unwrap().len(), 2);

    // The consistency check agrees; after one byte of the owner's file changed it names what differs.
    let checks = format!("/v1/tasks/{task}/consistency_checks");
    let check = ok(&owner, "POST", &checks, json!({})).await;
    assert_eq!(check["consistent"], true, "{check}");
    let path = world.data_dir(RSJ).join("social.csv");
    std::fs::write(&path, std::fs::read_to_string(&path).unwrap().replace("甲厂", "丁厂")).unwrap();
    let check = ok(&owner, "POST", &checks, json!({})).await;
    assert_eq!(check["consistent"], false);
    assert!(check["items"].as_array().unwrap().iter().any(|i| i["name"] == "own_dataset" && i["outcome"] == "differs"));

    // A grant taken back stops the next task at its proposal.
    let grants = format!("/v1/grants/{grant}");
    let request = json!({"grant": grant, "reason": "合作结束"});
    let made = signed(&owner, "POST", &format!("{grants}/revocations"), "revocation_create", request).await;
    assert_eq!(made["grant"]["state"], "revoked");
    let answer = both.post("/v1/tasks", json!({"request": spec(json!([])), "signing": signing(None)})).await;
    assert_eq!(answer.code(), "policy_denied");
    assert!(answer.text().contains("grant_revoked"));

    // The read model is the ledger's shadow: thrown away and replayed it says the same.
    let pages = ["/v1/tasks", "/v1/datasets", "/v1/grants", "/v1/applications", "/v1/evidence?limit=100", "/v1/blocks"];
    let mut before = Vec::new();
    for page in pages {
        before.push(owner.get(page).await.json());
    }
    world.restart_desk(RSJ, true).await;
    let owner = Client { base: world.base(RSJ), ..owner };
    eventually("the read model", || async {
        (owner.get("/v1/node").await.json()["read_model_height"] == owner.get("/v1/chain").await.json()["height"])
            .then_some(())
    })
    .await;
    for (page, before) in pages.iter().zip(before) {
        assert_eq!(owner.get(page).await.json(), before, "{page}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn algorithms_are_listed_estimated_and_named_and_links_are_tested() {
    let world = World::start().await;
    let both = world.person(BANK, "zhao.min", &["requester", "data_owner"]).await;
    let owner = world.person(RSJ, "li.wei", &["data_owner"]).await;
    publish(&world, RSJ, &owner, "social", "id,employer\nA1,x\nA2,y\n", "id", &["employer"]).await;
    publish(&world, BANK, &both, "loans", "id,amount\nA2,20\nA3,30\nA9,90\n", "id", &["amount"]).await;
    eventually("the catalogue at the bank", || async {
        (both.get("/v1/datasets/rsj.social").await.status == 200).then_some(())
    })
    .await;

    // What the consortium agreed on, whether this node can run it, what it lets others learn, in both languages.
    let listed = both.get("/v1/algorithms").await.json();
    let items = listed["items"].as_array().unwrap();
    let ids: Vec<&str> = items.iter().map(|a| a["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "psi.circuit-gf128",
            "psi.delegated-prf",
            "psi.ecdh-ristretto255",
            "psi.rr22-gf128",
            "psi.rr22-low-gf128",
            "psi.star-opprf",
            "psi.unbalanced-voprf"
        ]
    );
    for a in items {
        assert_eq!(a["registered_digest"], a["description"]["digest"], "{a}");
        assert_eq!(a["state"] == "usable", a["state_reason"].is_null(), "{a}");
        assert!(!a["description"]["leakage"].as_array().unwrap().is_empty());
    }
    assert_eq!(items[0]["state"], "usable");
    let english = Client { language: "en", ..both.clone() }.get("/v1/algorithms").await.json();
    assert!(english["items"][0]["description"]["security_text"].as_str().unwrap().is_ascii());

    // A link that nobody measured is assumed, and said to be.
    let ask =
        json!({"parties": [{"dataset": "bank.loans"}, {"dataset": "rsj.social", "version": 1}], "receiver": "bank"});
    let assumed = ok(&both, "POST", "/v1/psi_estimates", ask.clone()).await;
    assert_eq!((&assumed["link"]["measured_at"], &assumed["link"]["bytes_per_s"]), (&json!(null), &json!(12_500_000)));
    let rows: Vec<u64> = assumed["parties"].as_array().unwrap().iter().map(|p| p["rows"].as_u64().unwrap()).collect();
    assert_eq!(rows, [3, 2]);
    let options = assumed["options"].as_array().unwrap();
    assert_eq!(options.len(), 4);
    let chosen: Vec<&Value> = options.iter().filter(|o| o["recommended"] == true).collect();
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0]["algorithm"]["id"], assumed["recommended"]["id"]);
    assert_eq!(chosen[0]["algorithm"]["state"], "usable");
    assert!(!assumed["reason_text"].as_str().unwrap().is_empty());

    // Measured, by whoever may; the next estimate uses it, and the list of members shows it.
    let members = both.get("/v1/organisations").await.json();
    let rsj = |members: &Value| members["items"].as_array().unwrap().iter().find(|o| o["id"] == "rsj").unwrap().clone();
    assert_eq!(rsj(&members)["link_test"], json!(null));
    let path = "/v1/organisations/rsj/link_tests";
    let test = eventually("the link", || async {
        let answer = both.call("POST", path, None).await;
        (answer.status == 201).then(|| answer.json())
    })
    .await;
    assert!(test["sent_bytes"].as_u64().unwrap() + test["received_bytes"].as_u64().unwrap() <= 16 << 20);
    let again = both.call("POST", path, None).await;
    assert_eq!((again.status, again.code().as_str()), (429, "link_test_too_soon"));
    assert!(!again.header("retry-after").is_empty());
    for nobody in ["bank", "hospital"] {
        let answer = both.call("POST", &format!("/v1/organisations/{nobody}/link_tests"), None).await;
        assert_eq!(answer.status, 404, "{nobody}");
    }
    assert_eq!(rsj(&both.get("/v1/organisations").await.json())["link_test"], test);
    let measured = ok(&both, "POST", "/v1/psi_estimates", ask.clone()).await;
    assert_eq!(measured["link"]["measured_at"], test["measured_at"]);
    assert_eq!(measured["link"]["rtt_us"], test["rtt_us"]);

    // Less memory than any needs: it is said, and still one is named.
    let mut tight = ask.clone();
    tight["memory_bytes"] = json!(1);
    let tight = ok(&both, "POST", "/v1/psi_estimates", tight).await;
    assert!(tight["options"].as_array().unwrap().iter().all(|o| o["fits"] == false));

    let asked = |change: fn(&mut Value)| {
        let mut body = ask.clone();
        change(&mut body);
        body
    };
    for (body, code) in [
        (asked(|b| b["parties"] = json!([{"dataset": "bank.loans"}])), "parties_count"),
        (asked(|b| b["parties"][0] = json!({"dataset": "rsj.social"})), "parties_repeated"),
        (asked(|b| b["parties"][1]["dataset"] = json!("rsj.none")), "dataset_unknown"),
        (asked(|b| b["parties"][1]["version"] = json!(9)), "dataset_version_unknown"),
        (asked(|b| b["receiver"] = json!("nobody")), "organisation_unknown"),
    ] {
        let answer = both.post("/v1/psi_estimates", body.clone()).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.text());
    }

    // A task that names an algorithm nobody agreed on, or a minimum that nothing can reach, is refused by the rules.
    let task = |change: fn(&mut Value)| {
        let mut request = json!({
            "kind": "psi", "title": "核对", "purpose": "loan-review", "receiver": "bank",
            "parties": [
                {"organisation": "bank", "dataset": "bank.loans", "keys": ["id"], "payload": []},
                {"organisation": "rsj", "dataset": "rsj.social", "keys": ["id"], "payload": [], "grant": "g-none"},
            ],
            "key_rules": ["text/1"], "duplicates": "first", "format": "csv", "not_after": "2027-01-01T00:00:00Z",
        });
        change(&mut request);
        json!({"request": request, "signing": signing(None)})
    };
    for (body, code) in [
        (task(|r| r["algorithm"] = json!({"id": "psi.kkrt16", "version": "1"})), "algorithm_unknown"),
        (task(|r| r["algorithm"] = json!({"id": "psi.rr22-gf128", "version": "7"})), "algorithm_unknown"),
        (task(|r| r["min_matches"] = json!(3)), "min_matches_too_large"),
        (task(|r| r["min_matches"] = json!(2)), "policy_denied"),
        (task(|r| r["algorithm"] = json!({"id": "psi.rr22-gf128", "version": "1"})), "policy_denied"),
    ] {
        let answer = both.post("/v1/tasks", body).await;
        assert_eq!((answer.status, answer.code().as_str()), (422, code), "{}", answer.text());
    }
    // What is signed says the minimum and the digest of the algorithm; what others learn from the minimum is said too.
    let mut request = task(|r| r["min_matches"] = json!(2))["request"].clone();
    request["title"] = json!("预览");
    let preview = ok(&both, "POST", "/v1/previews", json!({"operation": "task_create", "request": request})).await;
    let line = |path: &str| {
        let lines = preview["lines"].as_array().unwrap();
        lines.iter().find(|l| l["path"] == path).unwrap_or_else(|| panic!("{path}: {lines:?}"))["value"].clone()
    };
    assert_eq!(line("task_psi.min_matches"), "2");
    let named = items.iter().find(|a| a["id"] == line("task_summary.algorithm")).expect("a listed algorithm");
    assert_eq!(line("task_summary.algorithm_digest"), named["registered_digest"]);
    assert!(preview["leakage"].as_array().unwrap().iter().any(|l| l.as_str().unwrap().contains("少于 2 个")));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_post_is_carried_out_once_and_lists_page_without_gaps() {
    let world = World::start().await;
    let owner = world.person(BANK, "li.wei", &["data_owner"]).await;
    let body = json!({"kind": "task", "title": "草稿", "content": {"purpose": "x"}}).to_string().into_bytes();
    let headers = [("idempotency-key", "key-1")];
    let first = owner.call_with("POST", "/v1/drafts", Some(body.clone()), &headers).await;
    let again = owner.call_with("POST", "/v1/drafts", Some(body), &headers).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!((first.json(), first.header("etag")), (again.json(), again.header("etag")));
    let other = json!({"kind": "task", "title": "另一个", "content": {}}).to_string().into_bytes();
    let answer = owner.call_with("POST", "/v1/drafts", Some(other), &headers).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "idempotency_mismatch"));

    for n in 0..6 {
        ok(&owner, "POST", "/v1/drafts", json!({"kind": "dataset", "title": format!("{n}"), "content": {}})).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/drafts?limit=3".to_owned());
    loop {
        let page = owner.get(&path).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/drafts?limit=3&cursor={cursor}");
    }
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (7, 7));
    let cursor = owner.get("/v1/drafts?limit=3").await.json()["next_cursor"].as_str().unwrap().to_owned();
    let answer = owner.get(&format!("/v1/drafts?kind=task&cursor={cursor}")).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "bad_cursor"));

    let database = if std::env::var_os("SHUZHENG_TEST_PG").is_some() { "postgresql" } else { "sqlite" };
    assert_eq!(owner.get("/v1/node").await.json()["database"], database);

    // A lost update is refused, a draft never holds a passphrase, another person's draft does not exist.
    let draft = owner.get("/v1/drafts?kind=task").await.json()["items"][0].clone();
    let path = format!("/v1/drafts/{}", draft["id"].as_str().unwrap());
    let change = |title: &str| Some(json!({"title": title, "content": {}}).to_string().into_bytes());
    assert_eq!(owner.call_with("PUT", &path, change("a"), &[]).await.code(), "version_required");
    assert_eq!(owner.call_with("PUT", &path, change("a"), &[("if-match", "\"1\"")]).await.status, 200);
    let lost = owner.call_with("PUT", &path, change("b"), &[("if-match", "\"1\"")]).await;
    assert_eq!((lost.status, lost.code().as_str()), (412, "version_differs"));
    let secret = json!({"kind": "task", "title": "x", "content": {"signing": {"passphrase": PASSPHRASE}}});
    assert_eq!(owner.post("/v1/drafts", secret).await.code(), "invalid_value");
    let stranger = world.person(BANK, "wang", &["requester"]).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_outcome_is_unknown_is_not_made_twice_by_a_repetition() {
    use std::sync::atomic::Ordering::SeqCst;
    let world = World::start().await;
    let both = world.person(BANK, "zhao.min", &["requester", "data_owner"]).await;
    let owner = world.person(RSJ, "li.wei", &["data_owner"]).await;
    publish(&world, RSJ, &owner, "social", "id,employer\nA1,x\n", "id", &["employer"]).await;
    eventually("the catalogue at the bank", || async {
        (both.get("/v1/datasets/rsj.social").await.status == 200).then_some(())
    })
    .await;
    let scope = json!({
        "columns": [{"column": "id", "disclosure": "PLAINTEXT_AFTER_JOIN"}], "purpose": "loan-review",
        "kinds": ["psi"], "not_after": "2027-01-01T00:00:00Z", "uses": 1,
    });
    let body = json!({"request": {"dataset": "rsj.social", "scope": scope, "reason": "x"}, "signing": signing(None)});
    let body = Some(body.to_string().into_bytes());
    let headers = [("idempotency-key", "once")];
    world.ledger.silent.store(true, SeqCst);
    let first = both.call_with("POST", "/v1/applications", body.clone(), &headers).await;
    assert_eq!((first.status, first.code().as_str()), (503, "ledger_timed_out"), "{}", first.text());
    world.ledger.silent.store(false, SeqCst);
    let again = both.call_with("POST", "/v1/applications", body, &headers).await;
    assert_eq!((again.status, again.code().as_str()), (503, "ledger_timed_out"));
    assert_eq!(again.header("content-type"), "application/problem+json");
    let made = eventually("the one application", || async {
        let items = both.get("/v1/applications?direction=mine").await.json()["items"].as_array().unwrap().len();
        (items > 0).then_some(items)
    })
    .await;
    assert_eq!(made, 1);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_become_sources_and_paths_outside_the_data_directories_are_refused() {
    let world = World::start().await;
    let owner = world.person(BANK, "li.wei", &["data_owner"]).await;
    let headers = [("content-type", "application/octet-stream")];
    let file = b"id,name\n1,x\n".to_vec();
    let sent = owner.call_with("POST", "/v1/uploads?filename=..%2F..%2Fa.csv", Some(file), &headers).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    assert_eq!(sent.json()["filename"], "a.csv");
    let upload = sent.json()["id"].as_str().unwrap().to_owned();
    let body = json!({"id": "mine", "name": "上传", "location": {"kind": "csv", "upload": upload}});
    let made = ok(&owner, "POST", "/v1/sources", body).await;
    assert_eq!((&made["rows"], &made["available"]), (&json!(1), &json!(true)));
    let answer = owner.call_with("POST", "/v1/uploads?filename=a.exe", Some(b"x".to_vec()), &headers).await;
    assert_eq!(answer.code(), "invalid_value");
    for (location, code) in [
        (json!({"kind": "csv", "path": "/etc/passwd"}), "path_not_permitted"),
        (json!({"kind": "csv", "upload": "../../etc/passwd"}), "bad_request"),
        (json!({"kind": "csv", "path": "relative.csv"}), "invalid_value"),
        (json!({"kind": "csv"}), "invalid_value"),
    ] {
        let answer = owner.post("/v1/source_probes", location.clone()).await;
        assert_eq!(answer.code(), code, "{location}: {}", answer.text());
    }
    ok(&owner, "PUT", "/v1/sources/mine/state", json!({"state": "frozen"})).await;
    let answer = owner.post("/v1/sources/mine/preparations", json!({"dataset": "bank.mine"})).await;
    assert_eq!(answer.code(), "source_frozen");
    assert_eq!(owner.call("DELETE", "/v1/sources/mine", None).await.status, 204);
    assert_eq!(owner.get("/v1/sources/mine").await.code(), "source_unknown");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_profile_counts_chosen_columns_under_chosen_rules_for_those_who_may_read_the_source() {
    let world = World::start().await;
    let owner = world.person(BANK, "li.wei", &["data_owner"]).await;
    let requester = world.person(BANK, "zhao.min", &["requester"]).await;
    let auditor = world.person(BANK, "sun.li", &["auditor"]).await;
    let abroad = world.person(RSJ, "wang.fang", &["data_owner", "requester"]).await;
    let path = world.data_dir(BANK).join("cars.csv");
    let csv = "plate,born,secret\n京A·1,1990-01-02,s1\n 京a·1,1990/1/2,s2\n京A·1,,s3\n京B·2,someday,s4\n";
    std::fs::write(&path, csv).unwrap();
    let location = json!({"kind": "csv", "path": path.to_str().unwrap()});
    ok(&owner, "POST", "/v1/sources", json!({"id": "cars", "name": "车辆", "location": location})).await;

    let ask = |columns: &[&str], rules: &[&str]| json!({"columns": columns, "key_rules": rules});
    let both = ask(&["plate", "born"], &["text-ci/1", "date/1"]);
    let counts = json!({"rows": 4, "nulls": 1, "irregular": 1, "distinct": 2, "duplicates": 1});
    // Exactly these: no value of the file comes along.
    assert_eq!(ok(&owner, "POST", "/v1/sources/cars/key_profiles", both.clone()).await, counts);
    // Who proposes a task has to choose what it does with duplicates, without being the owner of the data.
    assert_eq!(ok(&requester, "POST", "/v1/sources/cars/key_profiles", both.clone()).await, counts);
    // Another rule, another answer: case counts.
    let exact = ok(&owner, "POST", "/v1/sources/cars/key_profiles", ask(&["plate"], &["text/1"])).await;
    assert_eq!(exact, json!({"rows": 4, "nulls": 0, "irregular": 0, "distinct": 3, "duplicates": 1}));

    for (body, status, code) in [
        (ask(&["plate", "born"], &["text/1"]), 422, "key_columns_count"),
        (ask(&[], &[]), 422, "key_columns_count"),
        (ask(&["plate"; 9], &["text/1"; 9]), 422, "key_columns_count"),
        (ask(&["none"], &["text/1"]), 422, "source_no_column"),
        (ask(&["plate"], &["text/9"]), 422, "key_rule_unknown"),
        (json!({"columns": ["plate"]}), 400, "bad_request"),
    ] {
        let answer = requester.post("/v1/sources/cars/key_profiles", body.clone()).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}: {}", answer.text());
        assert!(!answer.text().contains("s1") && !answer.text().contains("京"), "{}", answer.text());
    }
    let answer = auditor.post("/v1/sources/cars/key_profiles", both.clone()).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"));
    // A source belongs to its node; at another it does not exist.
    let answer = abroad.post("/v1/sources/cars/key_profiles", both.clone()).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "source_unknown"));
    ok(&owner, "PUT", "/v1/sources/cars/state", json!({"state": "frozen"})).await;
    let answer = owner.post("/v1/sources/cars/key_profiles", both).await;
    assert_eq!((answer.status, answer.code().as_str()), (409, "source_frozen"));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_come_in_the_language_asked_for_and_unknown_paths_are_told_apart() {
    let world = World::start().await;
    let mut client = world.anonymous(BANK);
    assert_eq!(client.get("/v1/session").await.json()["title"], "尚未登录");
    client.language = "en-GB,en;q=0.9";
    let answer = client.get("/v1/session").await;
    assert_eq!(answer.json()["title"], "You are not logged in");
    assert_eq!(answer.header("content-language"), "en");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(client.get("/v1/nothing").await.code(), "no_such_endpoint");
    let answer = client.call("PUT", "/v1/tasks", Some(json!({}))).await;
    assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"));
    let answer = client.post("/v1/session", json!({"username": "a", "password": "b", "typo": 1})).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "bad_request"));
    let huge = vec![b' '; 2 << 20];
    let answer = client.call_with("POST", "/v1/session", Some(huge), &[]).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    // Pages of the console belong to its router; its scripts must not be answered with a page.
    let page = client.get("/catalogue/rsj.social").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(client.get("/assets/none.js").await.status, 404);
    assert_eq!(client.get("/health").await.json()["healthy"], true);
    assert!(client.get("/metrics").await.text().contains("shuzheng_ledger_height 0"));
    assert!(client.get("/v1/error_codes?layer=rule").await.json()["items"].as_array().unwrap().len() > 100);
    world.stop().await;
}
