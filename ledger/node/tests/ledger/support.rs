use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use ledger_crypto::{Digest, SuiteId};
use ledger_node::local::Founding;
use ledger_node::{Engine, LedgerNode, NodeConfig};
use ledger_types::action::{AccountUpdate, Action, ApplicationSubmit, DatasetPublish};
use ledger_types::id::{AccountRef, ApplicationId, DatasetId};
use ledger_types::object::{
    Column, ColumnType, ColumnUse, DatasetCommitment, Disclosure, Role, Scope, Sensitivity, Status, TaskKindName,
};
use ledger_types::tx::SignedTx;

/// Longest wait for something that must happen; nothing is said about how fast it is.
pub const PATIENCE: Duration = Duration::from_secs(120);

pub fn person(founding: &Founding, org: &str, n: usize) -> AccountRef {
    founding.people().filter(|p| p.org.as_str() == org).nth(n - 1).expect("enough people").clone()
}

pub async fn solo(founding: &Founding, dir: &Path) -> LedgerNode {
    LedgerNode::start(solo_config(founding, dir)).await.expect("it starts")
}

pub fn solo_config(founding: &Founding, dir: &Path) -> NodeConfig {
    let org = founding.orgs[0].clone();
    let key = founding.node_key(&org).expect("a member").clone();
    let mut config = NodeConfig::new(dir, founding.genesis.clone(), org, key, Engine::Solo);
    config.pacing.block_interval = Duration::from_millis(10);
    config
}

pub fn alone(suite: SuiteId) -> Founding {
    Founding::new(suite, &["a"], 4).expect("one member")
}

pub fn dataset(name: &str) -> DatasetId {
    DatasetId::new(name).expect("a slug")
}

pub fn publish(founding: &Founding, who: &AccountRef, nonce: u64, id: &DatasetId) -> SignedTx {
    let column = Column {
        name: "id".to_owned(),
        data_type: ColumnType::Text,
        description: "公民身份号码".to_owned(),
        sensitivity: Sensitivity::Sensitive,
        rules: vec![],
    };
    let action = Action::DatasetPublish(DatasetPublish {
        dataset: id.clone(),
        title: "参保人员".to_owned(),
        description: String::new(),
        theme: "社会保障".to_owned(),
        sensitivity: Sensitivity::Sensitive,
        columns: vec![column],
        commitment: DatasetCommitment {
            scheme: "salted-rows/1".to_owned(),
            root: Digest([1; 32]),
            rows: 3,
            schema: Digest([2; 32]),
        },
    });
    founding.sign(who, nonce, late(founding), action).expect("it has a key")
}

pub fn apply(founding: &Founding, who: &AccountRef, nonce: u64, id: &DatasetId) -> SignedTx {
    let action = Action::ApplicationSubmit(ApplicationSubmit {
        application: ApplicationId::new(format!("{}.{}.{nonce}", who.org, who.account)).expect("a slug"),
        dataset: id.clone(),
        scope: Scope {
            columns: vec![ColumnUse { column: "id".to_owned(), disclosure: Disclosure::PlaintextAfterJoin }],
            purpose: "loan-review".to_owned(),
            kinds: [TaskKindName::Psi].into(),
            not_after_ms: founding.genesis.time_ms + 86_400_000,
            uses: 1,
        },
        reason: "a test".to_owned(),
    });
    founding.sign(who, nonce, late(founding), action).expect("it has a key")
}

/// A last height that a chain just founded accepts, and that no test reaches.
fn late(founding: &Founding) -> u64 {
    founding.genesis.parameters.valid_until_span_max
}

/// The operator of an organisation freezes or enables one of its people, in turn.
pub fn toggle(founding: &Founding, org: &str, nonce: u64) -> SignedTx {
    let action = Action::AccountUpdate(AccountUpdate {
        account: person(founding, org, 2).account,
        roles: [Role::Requester].into(),
        status: if nonce.is_multiple_of(2) { Status::Active } else { Status::Frozen },
    });
    founding.sign(&person(founding, org, 1), nonce, late(founding), action).expect("it has a key")
}

/// Looks again and again until it is so.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "still waiting for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
