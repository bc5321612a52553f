//! The first state, from the genesis document.

use std::collections::{BTreeMap, BTreeSet};

use ledger_types::PublicKey;
use ledger_types::algorithm::Registration;
use ledger_types::block::{Genesis, ValidatorSet};
use ledger_types::id::{AccountId, AccountRef, OrgId};
use ledger_types::object::{Account, NODE_ACCOUNT, Organisation, Parameters, Role, Status, node_account};

use crate::effect::Effect;
use crate::{Rejection, limits, state_key, text};

/// The version of the rules in this crate; a block says which version executed it.
pub const RULES_VERSION: u32 = 1;

/// A genesis document on which no consortium can start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Another version of the document.
    #[error("genesis document version {0} is not supported; this software writes version 1")]
    Version(u8),
    /// Other rules than these.
    #[error("rules version {0} is not supported; this software has version {RULES_VERSION}")]
    Rules(u32),
    /// A number of entries out of bounds.
    #[error("{what}: {found}, allowed are 1 to {max}")]
    Count {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// Most.
        max: usize,
    },
    /// An organisation stands twice.
    #[error("organisation {0} is listed twice")]
    OrganisationRepeated(OrgId),
    /// An account stands twice.
    #[error("account {0} is listed twice")]
    AccountRepeated(AccountRef),
    /// An account of nobody.
    #[error("account {0} belongs to no listed organisation")]
    AccountWithoutOrganisation(AccountRef),
    /// Node accounts follow from the organisations.
    #[error("account {0} is the node's; it is made from node_key and must not be listed")]
    NodeAccountListed(AccountRef),
    /// Only the node has the role.
    #[error("account {0} must not have the role node")]
    NodeRole(AccountRef),
    /// An account that can do nothing.
    #[error("account {0} has no role")]
    NoRole(AccountRef),
    /// First keys have version 1.
    #[error("account {0} must start with key_version 1")]
    KeyVersion(AccountRef),
    /// A key of the other suite.
    #[error("the key of {0} belongs to another suite")]
    KeySuite(String),
    /// Two share a key.
    #[error("{first} and {second} have the same key")]
    KeyShared {
        /// One.
        first: AccountRef,
        /// The other.
        second: AccountRef,
    },
    /// Nobody could register accounts.
    #[error("organisation {0} has no active operator")]
    NoOperator(OrgId),
    /// Too many of them.
    #[error("organisation {0} has more than {max} operators", max = limits::OPERATORS_MAX)]
    Operators(OrgId),
    /// Unsorted, repeated, without power, or with more power than can be counted.
    #[error("the validator set is not sorted, repeats an organisation, or a power is 0 or too large")]
    Validators,
    /// A validator that is no active member, or votes with another key.
    #[error("validator {0} must be an active organisation and vote with its node_key")]
    Validator(OrgId),
    /// Settings under which no block could be made.
    #[error("parameter {0} is out of range")]
    Parameter(&'static str),
    /// An algorithm whose name is not `family.name`, in small letters, digits, `-`, `_` and `.`.
    #[error("algorithm {0:?} has a name or version that is not proper")]
    Algorithm(String),
    /// The algorithms are not sorted, or one stands twice.
    #[error("the algorithms are not sorted by name and version, or one is listed twice")]
    Algorithms,
    /// A text out of bounds.
    #[error("{of}: {rejection}")]
    Text {
        /// Whose.
        of: String,
        /// What is wrong.
        rejection: Rejection,
    },
}

/// Checks the document and gives the first state, sorted by key.
pub fn genesis_writes(genesis: &Genesis) -> Result<Vec<(Vec<u8>, Vec<u8>)>, GenesisError> {
    if genesis.v != 1 {
        return Err(GenesisError::Version(genesis.v));
    }
    if genesis.rules != RULES_VERSION {
        return Err(GenesisError::Rules(genesis.rules));
    }
    check_parameters(&genesis.parameters)?;
    let organisations = check_organisations(genesis)?;
    let accounts = check_accounts(genesis, &organisations)?;
    check_validators(&genesis.validators, &organisations)?;
    check_algorithms(&genesis.algorithms)?;

    let mut effect = Effect::default();
    effect.put(state_key::parameters(), &genesis.parameters);
    effect.put(state_key::validators(), &genesis.validators);
    effect.put(state_key::genesis(), &genesis.hash());
    for algorithm in &genesis.algorithms {
        effect.put(state_key::algorithm(&algorithm.reference()), algorithm);
    }
    for org in &genesis.organisations {
        effect.put(state_key::organisation(&org.id), org);
        let operators: BTreeSet<&AccountId> =
            accounts.values().filter(|a| a.id.org == org.id && is_operator(a)).map(|a| &a.id.account).collect();
        effect.put(state_key::operators(&org.id), &operators);
    }
    for account in accounts.values() {
        effect.put_account(account);
        effect.put(state_key::key_owner(&account.key.fingerprint(genesis.suite)), &account.id);
    }
    effect.writes.sort();
    Ok(effect.writes)
}

fn is_operator(a: &Account) -> bool {
    a.status == Status::Active && a.roles.contains(&Role::Operator)
}

fn check_parameters(p: &Parameters) -> Result<(), GenesisError> {
    let bad = |name| Err(GenesisError::Parameter(name));
    if p.valid_until_span_max == 0 {
        return bad("valid_until_span_max");
    }
    if p.tx_bytes_max < 1024 {
        return bad("tx_bytes_max");
    }
    if p.block_txs_max == 0 {
        return bad("block_txs_max");
    }
    // A block must have room for its header and the largest transaction.
    if u64::from(p.block_bytes_max) < u64::from(p.tx_bytes_max) + 4096 {
        return bad("block_bytes_max");
    }
    if p.clock_drift_max_ms == 0 {
        return bad("clock_drift_max_ms");
    }
    Ok(())
}

fn check_organisations(genesis: &Genesis) -> Result<BTreeMap<&OrgId, &Organisation>, GenesisError> {
    count("organisations", genesis.organisations.len(), limits::GENESIS_ORGANISATIONS_MAX)?;
    let mut out = BTreeMap::new();
    for org in &genesis.organisations {
        for (field, name) in [("name_zh", &org.name_zh), ("name_en", &org.name_en)] {
            text::line(field, name, limits::NAME_CHARS_MAX)
                .map_err(|rejection| GenesisError::Text { of: org.id.to_string(), rejection })?;
        }
        if out.insert(&org.id, org).is_some() {
            return Err(GenesisError::OrganisationRepeated(org.id.clone()));
        }
    }
    Ok(out)
}

fn check_accounts(
    genesis: &Genesis,
    organisations: &BTreeMap<&OrgId, &Organisation>,
) -> Result<BTreeMap<AccountRef, Account>, GenesisError> {
    count("accounts", genesis.accounts.len(), limits::GENESIS_ACCOUNTS_MAX)?;
    let mut out = BTreeMap::new();
    for a in &genesis.accounts {
        let id = || a.id.clone();
        if !organisations.contains_key(&a.id.org) {
            return Err(GenesisError::AccountWithoutOrganisation(id()));
        }
        if a.id.account.as_str() == NODE_ACCOUNT {
            return Err(GenesisError::NodeAccountListed(id()));
        }
        if a.roles.contains(&Role::Node) {
            return Err(GenesisError::NodeRole(id()));
        }
        if a.roles.is_empty() {
            return Err(GenesisError::NoRole(id()));
        }
        if a.key_version != 1 {
            return Err(GenesisError::KeyVersion(id()));
        }
        text::line("display_name", &a.display_name, limits::NAME_CHARS_MAX)
            .map_err(|rejection| GenesisError::Text { of: a.id.to_string(), rejection })?;
        if out.insert(id(), a.clone()).is_some() {
            return Err(GenesisError::AccountRepeated(id()));
        }
    }
    for org in organisations.values() {
        match out.values().filter(|a| a.id.org == org.id && is_operator(a)).count() {
            0 => return Err(GenesisError::NoOperator(org.id.clone())),
            n if n > limits::OPERATORS_MAX => return Err(GenesisError::Operators(org.id.clone())),
            _ => {}
        }
        out.insert(node_account(&org.id), node_of(org));
    }
    check_keys(genesis, &out)?;
    Ok(out)
}

fn node_of(org: &Organisation) -> Account {
    Account {
        id: node_account(&org.id),
        display_name: format!("{} (node)", org.id),
        roles: [Role::Node].into(),
        key: org.node_key,
        key_version: 1,
        status: Status::Active,
    }
}

// One key, one account: a signature must not leave open who signed.
fn check_keys(genesis: &Genesis, accounts: &BTreeMap<AccountRef, Account>) -> Result<(), GenesisError> {
    let mut owners: BTreeMap<PublicKey, &AccountRef> = BTreeMap::new();
    for a in accounts.values() {
        if a.key.suite() != genesis.suite {
            return Err(GenesisError::KeySuite(a.id.to_string()));
        }
        if let Some(first) = owners.insert(a.key, &a.id) {
            return Err(GenesisError::KeyShared { first: first.clone(), second: a.id.clone() });
        }
    }
    Ok(())
}

fn check_validators(set: &ValidatorSet, organisations: &BTreeMap<&OrgId, &Organisation>) -> Result<(), GenesisError> {
    let power = set.0.iter().try_fold(0u64, |sum, v| sum.checked_add(v.power));
    if power.is_none() || ValidatorSet::new(set.0.clone()).as_ref() != Some(set) {
        return Err(GenesisError::Validators);
    }
    for v in &set.0 {
        let member = organisations.get(&v.org).is_some_and(|o| o.node_key == v.key && o.status == Status::Active);
        if !member {
            return Err(GenesisError::Validator(v.org.clone()));
        }
    }
    Ok(())
}

// Their content is not judged: a node that describes an algorithm otherwise refuses to run it, and one that does not know
// it at all may still keep the ledger.
fn check_algorithms(algorithms: &[Registration]) -> Result<(), GenesisError> {
    count("algorithms", algorithms.len(), limits::GENESIS_ALGORITHMS_MAX)?;
    let proper = |s: &str| {
        let part = |p: &str| {
            p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_')) && !p.is_empty()
        };
        s.len() <= limits::ALGORITHM_NAME_BYTES_MAX && s.split('.').all(part)
    };
    for a in algorithms {
        if !proper(&a.id) || !a.id.contains('.') || !proper(&a.version) {
            return Err(GenesisError::Algorithm(format!("{}/{}", a.id, a.version)));
        }
    }
    if !algorithms.windows(2).all(|w| w[0].reference() < w[1].reference()) {
        return Err(GenesisError::Algorithms);
    }
    Ok(())
}

fn count(what: &'static str, found: usize, max: usize) -> Result<(), GenesisError> {
    if found == 0 || found > max { Err(GenesisError::Count { what, found, max }) } else { Ok(()) }
}
