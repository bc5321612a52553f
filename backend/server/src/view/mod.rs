//! From rows and ledger objects to what the API shows.

pub mod account;
pub mod algorithm;
pub mod application;
pub mod dataset;
pub mod evidence;
pub mod grant;
pub mod ledger;
pub mod party;
pub mod policy;
pub mod report;
pub mod source;
pub mod task;
pub mod usage;

use ledger_types::cbor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// The object in a row of the read model.
pub fn object<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    cbor::from_bytes(bytes).map_err(|e| Fault::internal(format!("the read model holds a damaged object: {e}")))
}

/// The name of a value as it is encoded: unit variants of the ledger's enums are snake_case words.
pub fn encoded_name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(s)) => s,
        Ok(serde_json::Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}
