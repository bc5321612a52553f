//! Every key of the world state. Keys are text, so that people and other languages can write them; names
//! are slugs and digests are hex, so a `/` never occurs inside a part and no two objects share a key.

use ledger_types::Digest;
use ledger_types::id::{AccountRef, ApplicationId, DatasetId, GrantId, OrgId, TaskId};
use ledger_types::task::AlgorithmRef;

/// Settings: `Parameters`.
pub fn parameters() -> Vec<u8> {
    b"chain/parameters".to_vec()
}

/// Validators of the next block: `ValidatorSet`.
pub fn validators() -> Vec<u8> {
    b"chain/validators".to_vec()
}

/// Hash of the genesis document: `Digest`.
pub fn genesis() -> Vec<u8> {
    b"chain/genesis".to_vec()
}

/// An algorithm that tasks may name: `Registration`. Neither name nor version of a registered one has a `/`.
pub fn algorithm(id: &AlgorithmRef) -> Vec<u8> {
    format!("algorithm/{}/{}", id.id, id.version).into_bytes()
}

/// A member: `Organisation`.
pub fn organisation(id: &OrgId) -> Vec<u8> {
    format!("org/{id}").into_bytes()
}

/// Active operators of a member: `BTreeSet<AccountId>`.
pub fn operators(org: &OrgId) -> Vec<u8> {
    format!("operators/{org}").into_bytes()
}

/// An account: `Account`.
pub fn account(id: &AccountRef) -> Vec<u8> {
    format!("account/{id}").into_bytes()
}

/// Nonces an account has used: `NonceWindow`.
pub fn nonces(id: &AccountRef) -> Vec<u8> {
    format!("nonce/{id}").into_bytes()
}

/// The account that a key belongs or once belonged to: `AccountRef`, under the key's fingerprint.
pub fn key_owner(fingerprint: &Digest) -> Vec<u8> {
    format!("key/{fingerprint}").into_bytes()
}

/// A dataset: `Dataset`.
pub fn dataset(id: &DatasetId) -> Vec<u8> {
    format!("dataset/{id}").into_bytes()
}

/// What an organisation has used of a dataset: `Usage`.
pub fn usage(dataset: &DatasetId, partner: &OrgId) -> Vec<u8> {
    format!("usage/{dataset}/{partner}").into_bytes()
}

/// An application: `Application`.
pub fn application(id: &ApplicationId) -> Vec<u8> {
    format!("application/{id}").into_bytes()
}

/// A grant: `Grant`.
pub fn grant(id: &GrantId) -> Vec<u8> {
    format!("grant/{id}").into_bytes()
}

/// A task: `Task`.
pub fn task(id: &TaskId) -> Vec<u8> {
    format!("task/{id}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::id::AccountId;

    #[test]
    fn keys_are_what_the_documents_say() {
        let org = OrgId::new("rsj").unwrap();
        let id = AccountRef { org: org.clone(), account: AccountId::new("li.wei").unwrap() };
        let text = |k: Vec<u8>| String::from_utf8(k).unwrap();
        let ecdh = AlgorithmRef { id: "psi.ecdh-ristretto255".into(), version: "1".into() };
        assert_eq!(text(algorithm(&ecdh)), "algorithm/psi.ecdh-ristretto255/1");
        assert_eq!(text(organisation(&org)), "org/rsj");
        assert_eq!(text(operators(&org)), "operators/rsj");
        assert_eq!(text(account(&id)), "account/rsj/li.wei");
        assert_eq!(text(nonces(&id)), "nonce/rsj/li.wei");
        assert_eq!(text(key_owner(&Digest::ZERO)), format!("key/{}", "00".repeat(32)));
        assert_eq!(text(dataset(&DatasetId::new("rsj.d").unwrap())), "dataset/rsj.d");
        assert_eq!(text(usage(&DatasetId::new("rsj.d").unwrap(), &org)), "usage/rsj.d/rsj");
        assert_eq!(text(application(&ApplicationId::new("a").unwrap())), "application/a");
        assert_eq!(text(grant(&GrantId::new("g").unwrap())), "grant/g");
        assert_eq!(text(task(&TaskId(Digest::ZERO))), format!("task/{}", "00".repeat(32)));
        assert_eq!(text(parameters()), "chain/parameters");
        assert_eq!(text(validators()), "chain/validators");
        assert_eq!(text(genesis()), "chain/genesis");
    }
}
