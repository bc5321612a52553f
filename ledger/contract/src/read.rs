//! Typed reads of the world state.

use std::collections::BTreeSet;

use ledger_types::algorithm::Registration;
use ledger_types::block::ValidatorSet;
use ledger_types::cbor;
use ledger_types::id::{AccountId, AccountRef, ApplicationId, DatasetId, GrantId, OrgId, TaskId};
use ledger_types::object::{Account, Application, Dataset, Grant, NonceWindow, Organisation, Parameters};
use ledger_types::task::{AlgorithmRef, Task};
use ledger_types::usage::Usage;
use ledger_types::{Digest, PublicKey, SuiteId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{StateError, StateRead, state_key};

/// The object under a key.
pub fn object<T: Serialize + DeserializeOwned>(
    state: &(impl StateRead + ?Sized),
    key: &[u8],
) -> Result<Option<T>, StateError> {
    let Some(bytes) = state.get(key)? else { return Ok(None) };
    cbor::from_bytes(&bytes)
        .map(Some)
        .map_err(|source| StateError::Corrupt { key: String::from_utf8_lossy(key).into_owned(), source })
}

/// Settings of the chain.
pub fn parameters(state: &(impl StateRead + ?Sized)) -> Result<Option<Parameters>, StateError> {
    object(state, &state_key::parameters())
}

/// Validators of the next block.
pub fn validators(state: &(impl StateRead + ?Sized)) -> Result<Option<ValidatorSet>, StateError> {
    object(state, &state_key::validators())
}

/// Hash of the genesis document.
pub fn genesis(state: &(impl StateRead + ?Sized)) -> Result<Option<Digest>, StateError> {
    object(state, &state_key::genesis())
}

/// An algorithm that tasks may name.
pub fn algorithm(
    state: &(impl StateRead + ?Sized),
    algorithm: &AlgorithmRef,
) -> Result<Option<Registration>, StateError> {
    let found: Option<Registration> = object(state, &state_key::algorithm(algorithm))?;
    Ok(found.filter(|r| &r.reference() == algorithm))
}

/// A member.
pub fn organisation(state: &(impl StateRead + ?Sized), id: &OrgId) -> Result<Option<Organisation>, StateError> {
    object(state, &state_key::organisation(id))
}

/// Active operators of a member.
pub fn operators(state: &(impl StateRead + ?Sized), org: &OrgId) -> Result<BTreeSet<AccountId>, StateError> {
    Ok(object(state, &state_key::operators(org))?.unwrap_or_default())
}

/// An account.
pub fn account(state: &(impl StateRead + ?Sized), id: &AccountRef) -> Result<Option<Account>, StateError> {
    object(state, &state_key::account(id))
}

/// The nonces that an account has used; an empty window when none.
pub fn nonces(state: &(impl StateRead + ?Sized), id: &AccountRef) -> Result<NonceWindow, StateError> {
    Ok(object(state, &state_key::nonces(id))?.unwrap_or_default())
}

/// The account that a key belongs or once belonged to.
pub fn key_owner(
    state: &(impl StateRead + ?Sized),
    suite: SuiteId,
    key: &PublicKey,
) -> Result<Option<AccountRef>, StateError> {
    object(state, &state_key::key_owner(&key.fingerprint(suite)))
}

/// A dataset.
pub fn dataset(state: &(impl StateRead + ?Sized), id: &DatasetId) -> Result<Option<Dataset>, StateError> {
    object(state, &state_key::dataset(id))
}

/// What an organisation has used of a dataset.
pub fn usage(
    state: &(impl StateRead + ?Sized),
    dataset: &DatasetId,
    partner: &OrgId,
) -> Result<Option<Usage>, StateError> {
    object(state, &state_key::usage(dataset, partner))
}

/// An application.
pub fn application(state: &(impl StateRead + ?Sized), id: &ApplicationId) -> Result<Option<Application>, StateError> {
    object(state, &state_key::application(id))
}

/// A grant.
pub fn grant(state: &(impl StateRead + ?Sized), id: &GrantId) -> Result<Option<Grant>, StateError> {
    object(state, &state_key::grant(id))
}

/// A task.
pub fn task(state: &(impl StateRead + ?Sized), id: &TaskId) -> Result<Option<Task>, StateError> {
    object(state, &state_key::task(id))
}
