//! Keys, signatures, previews, sources and openings through the room's face.

mod kit;

use std::collections::BTreeSet;
use std::time::Duration;

use kit::{BANK, RSJ, World, org};
use ledger_client::Ledger as _;
use ledger_contract::read;
use ledger_types::action::{AccountKeyRotate, AccountRegister, Action, DatasetStatusSet};
use ledger_types::cbor;
use ledger_types::id::{AccountId, AccountRef, DatasetId};
use ledger_types::object::{Role, Status};
use mpc_party::PartyError;
use mpc_party::connector::{ConnectorError, EncodingGuess, SourceKind};
use mpc_party::dataset::CommittedColumn;
use mpc_party::source::{SourceId, SourceLocation};

fn account(name: &str) -> AccountId {
    AccountId::new(name).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_person_signs_with_the_own_passphrase_and_nonces_never_repeat() {
    let mut world = World::start().await;
    let room = world.room(BANK).clone();
    let li = account("li.wei");
    let key = room.create_account_key(li.clone(), "correct horse".into()).await.unwrap();
    let register = AccountRegister {
        account: li.clone(),
        display_name: "李伟".into(),
        roles: [Role::Requester, Role::DataOwner].into(),
        key,
    };
    world.must(BANK, Action::AccountRegister(register)).await;
    let dataset = world.publish(BANK, "a", "id\n1\n").await;
    let set = |status| Action::DatasetStatusSet(DatasetStatusSet { dataset: dataset.clone(), status });
    let wait = Some(Duration::from_secs(5));

    let wrong = room.submit(li.clone(), "wrong horse".into(), set(Status::Frozen), wait).await.unwrap_err();
    assert_eq!(wrong.code(), "passphrase_wrong");
    for status in [Status::Frozen, Status::Active] {
        room.submit(li.clone(), "correct horse".into(), set(status), wait).await.unwrap().applied().unwrap();
    }
    // A rule's refusal is told with its code.
    let again = room.submit(li.clone(), "correct horse".into(), set(Status::Active), wait).await.unwrap().applied();
    assert_eq!(again.unwrap_err().code(), "nothing_changes");
    // After a restart the counter goes on.
    world.kill_node(BANK).await;
    world.start_node(BANK).await;
    let room = world.room(BANK).clone();
    room.submit(li.clone(), "correct horse".into(), set(Status::Frozen), wait).await.unwrap().applied().unwrap();
    let nonces: Vec<u64> = world
        .ledger
        .blocks()
        .iter()
        .flat_map(|b| &b.txs)
        .map(|t| t.decode().unwrap())
        .filter(|t| t.sender == AccountRef { org: org(BANK), account: li.clone() })
        .map(|t| t.nonce)
        .collect();
    assert_eq!(nonces.iter().collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(room.account_keys().unwrap()[0].public_key, key);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_preview_shows_exactly_the_bytes_that_are_signed() {
    let world = World::start().await;
    let key = world.room(BANK).create_account_key(account("li.wei"), "correct horse".into()).await.unwrap();
    let action = Action::AccountKeyRotate(AccountKeyRotate { account: account("li.wei"), key });
    let preview = world.room(BANK).preview(&action).unwrap();
    assert_eq!(preview.canonical, hex::encode(cbor::to_bytes(&action)));
    assert_eq!(preview.lines[0].params["key"], key.to_string());
    let other = Action::AccountKeyRotate(AccountKeyRotate { account: account("li.wen"), key });
    assert_ne!(world.room(BANK).preview(&other).unwrap().digest, preview.digest);

    // An approval shows the specification that its digest stands for.
    let bank = world.publish(BANK, "a", "id,amount\n1,2\n").await;
    let rsj = world.publish(RSJ, "b", "id,employer\n1,x\n").await;
    let grant = world.grant(&rsj, "b").await;
    let task = world.propose(&bank, &rsj, &grant, &kit::TaskShape::default()).await;
    let approve = Action::TaskApprove(ledger_types::action::TaskApprove { task });
    let preview = world.room(RSJ).preview(&approve).unwrap();
    let object = preview.object.unwrap();
    assert_eq!(object.id, task.to_string());
    assert_eq!(object.canonical, hex::encode(cbor::to_bytes(&world.task(&task).spec)));
    let sender = preview.lines.iter().find(|l| l.code == "task_party_sender").unwrap();
    assert_eq!((sender.params["payload"].as_str(), sender.params["grant"].as_str()), ("employer", "grant-b"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sources_are_profiled_and_what_is_wrong_with_a_file_is_said_with_a_remedy() {
    let world = World::start().await;
    let room = world.room(BANK);
    let file = |name: &str, bytes: &[u8]| {
        let path = world.data_dir(BANK).join(name);
        std::fs::write(&path, bytes).unwrap();
        SourceLocation { kind: SourceKind::Csv, path }
    };
    let good = "\u{feff}身份证号,\"电话 号码\",金额,备注\n11010519491231002X,013800138000,12.5,\"多行\n文本\"\n,,,\n";
    let probe = room.probe(file("数据 [1]*.csv", good.as_bytes())).await.unwrap();
    assert_eq!(probe.rows, 2);
    let names: Vec<_> = probe.columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["身份证号", "电话 号码", "金额", "备注"]);
    use ledger_types::object::ColumnType::{Number, Text};
    let types: Vec<_> = probe.columns.iter().map(|c| c.data_type.unwrap()).collect();
    assert_eq!(types, [Text, Text, Number, Text]);
    assert_eq!(probe.columns[0].key.as_ref().unwrap().rule, "id-cn/1");
    assert!(!serde_json::to_string(&probe).unwrap().contains("11010519491231002X"), "a probe shows a value");
    assert_eq!(probe.mock_rows.len(), 5);

    let gbk = [b"id,name\n1,".as_slice(), &[0xc0, 0xee, 0xce, 0xb0], b"\n"].concat();
    match room.probe(file("gbk.csv", &gbk)).await {
        Err(PartyError::Connector(e @ ConnectorError::Encoding { line: 2, guess: EncodingGuess::Gb18030, .. })) => {
            assert!(e.to_string().contains("iconv -f GB18030"), "{e}");
        }
        other => panic!("{other:?}"),
    }
    let code =
        async |name: &str, text: &str| room.probe(file(name, text.as_bytes())).await.unwrap_err().code().to_owned();
    assert_eq!(code("empty.csv", "").await, "source_no_header");
    assert_eq!(code("twice.csv", "a,a\n1,2\n").await, "source_header");
    match room.probe(file("fields.csv", b"a,b\n1,2\n3,4,13800138000\n")).await {
        Err(PartyError::Connector(e @ ConnectorError::Fields { record: 2, expected: 2 })) => {
            assert!(!e.to_string().contains("13800138000"));
        }
        other => panic!("{other:?}"),
    }
    let outside = SourceLocation { kind: SourceKind::Csv, path: world.dir.path().join("bank-port") };
    assert!(matches!(room.probe(outside).await, Err(PartyError::PathNotPermitted)));
    let parquet = SourceLocation { kind: SourceKind::Parquet, ..file("not.parquet", b"PAR1 no") };
    assert_eq!(room.probe(parquet).await.unwrap_err().code(), "source_damaged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_published_row_can_be_opened_and_a_source_in_use_is_not_forgotten() {
    let world = World::start().await;
    let text: String = (0..5_000).map(|i| format!("{i},v{i}\n")).collect();
    let dataset = world.publish(BANK, "a", &format!("id,x\n{text}")).await;
    let room = world.room(BANK);
    let prepared = room.preparations().unwrap().pop().unwrap();
    let published = read::dataset(world.ledger.view().as_ref(), &dataset).unwrap().unwrap();
    let (root, genesis) = (published.versions[0].commitment.root, world.ledger.genesis());
    assert_eq!((prepared.commitment.root, prepared.commitment.rows), (root, 5_000));
    let opening = room.open_row(&prepared.id(), 4_321).await.unwrap();
    assert!(opening.verify(genesis.suite, &genesis.chain, &root));
    assert_eq!(opening.row, b"\x82\x19\x10\xe1\x65v4321");
    let mut other = opening.clone();
    other.row[6] ^= 1;
    assert!(!other.verify(genesis.suite, &genesis.chain, &root));
    assert!(matches!(room.open_row(&prepared.id(), 5_000).await, Err(PartyError::NoRow(5_000))));

    let id = SourceId::new("a").unwrap();
    assert!(matches!(room.remove_source(&id), Err(PartyError::SourceInUse { .. })));
    let location = room.source(&id).unwrap().location;
    let spare = SourceId::new("spare").unwrap();
    room.register_source(spare.clone(), "备用".into(), location.clone()).await.unwrap();
    assert!(matches!(
        room.register_source(spare.clone(), "备用".into(), location).await,
        Err(PartyError::SourceExists(_))
    ));
    // Only some columns, in another order: another commitment.
    let some = DatasetId::new("bank.some").unwrap();
    let part = room.prepare_dataset(&spare, some, vec!["x".into()]).await.unwrap();
    let text = ledger_types::object::ColumnType::Text;
    assert_eq!(part.columns, [CommittedColumn { name: "x".into(), data_type: text }]);
    assert_ne!(part.commitment.root, root);
    room.remove_source(&spare).unwrap();
    assert!(matches!(room.source(&spare), Err(PartyError::NoSource(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn chosen_key_columns_are_counted_under_chosen_rules() {
    let world = World::start().await;
    world.publish(BANK, "a", "plate,born,x\n京A·1,1990-01-02,1\n 京a·1,1990/1/2,2\n京A·1,,3\n京B·2,someday,4\n").await;
    let room = world.room(BANK);
    let (id, names) = (SourceId::new("a").unwrap(), |n: &[&str]| n.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
    let both = names(&["plate", "born"]);
    let counts = room.profile_key(&id, both.clone(), &names(&["text-ci/1", "date/1"])).await.unwrap();
    let found = (counts.rows, counts.nulls, counts.irregular, counts.items, counts.duplicates);
    assert_eq!(found, (4, 1, 1, 2, 1));
    let code = async |columns: Vec<String>, rules: &[&str]| {
        room.profile_key(&id, columns, &names(rules)).await.unwrap_err().code().to_owned()
    };
    assert_eq!(code(both.clone(), &["text/1"]).await, "key_columns_count");
    assert_eq!(code(both, &["text/1", "text/9"]).await, "key_rule_unknown");
    assert_eq!(code(names(&["none"]), &["text/1"]).await, "source_no_column");
}
