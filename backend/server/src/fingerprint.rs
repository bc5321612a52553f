//! What the database keeps of a request body to know a repetition of it. Bodies hold passphrases, and whoever gets the
//! database must not be able to guess them there: an ordinary digest of the whole body would tell a right guess.
//!
//! A fingerprint has two parts. A digest of the body without its secret fields, which is good for as long as the row.
//! And a keyed digest of the whole body under a random key that this process alone has: as long as the process lives, a
//! body that differs in a secret is another body; after a restart the secrets are no longer compared, so that a caller
//! that lost the answer to the restart still gets it.

use std::sync::OnceLock;

use ledger_crypto::SuiteId;
use rand_core::{OsRng, RngCore as _};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::fault::Fault;

/// Fields of any body that are secret, wherever they stand in it.
const SECRET_FIELDS: [&str; 5] = ["passphrase", "password", "key_passphrase", "new_password", "current_password"];

struct Process {
    id: [u8; 8],
    key: [u8; 32],
}

impl Process {
    fn generate() -> Result<Self, Fault> {
        let mut new = Self { id: [0; 8], key: [0; 32] };
        OsRng.try_fill_bytes(&mut new.id).map_err(Fault::internal)?;
        OsRng.try_fill_bytes(&mut new.key).map_err(Fault::internal)?;
        Ok(new)
    }

    fn this() -> Result<&'static Self, Fault> {
        static THIS: OnceLock<Process> = OnceLock::new();
        match THIS.get() {
            Some(process) => Ok(process),
            None => {
                let new = Self::generate()?;
                Ok(THIS.get_or_init(|| new))
            }
        }
    }
}

/// The fingerprint of a body.
pub(crate) struct Fingerprint {
    public: String,
    process: String,
    keyed: String,
}

impl Fingerprint {
    /// Of a body in memory.
    pub(crate) fn of(body: &[u8]) -> Result<Self, Fault> {
        Ok(Self::under(Process::this()?, body))
    }

    fn under(process: &Process, body: &[u8]) -> Self {
        let suite = SuiteId::Gm;
        // Keyed twice, so that no digest can be continued with a longer body.
        let inner = suite.hash(&[b"shuzheng/body/inner/1\0", &process.key, body]);
        let keyed = suite.hash(&[b"shuzheng/body/outer/1\0", &process.key, &inner.0]).to_string();
        let public = match serde_json::from_slice::<Value>(body) {
            Ok(mut json) => {
                remove_secrets(&mut json);
                suite.hash(&[b"shuzheng/body/public/1\0", json.to_string().as_bytes()]).to_string()
            }
            Err(_) if body.is_empty() => "empty".to_owned(),
            // No endpoint takes it, and nobody knows where a secret may be in it.
            Err(_) => keyed.clone(),
        };
        Self { public, process: hex::encode(process.id), keyed }
    }

    /// What the database keeps.
    pub(crate) fn stored(&self) -> String {
        format!("{}:{}:{}", self.public, self.process, self.keyed)
    }

    /// Whether a stored fingerprint is of the same body, as far as it can still be known.
    pub(crate) fn is_same(&self, stored: &str) -> bool {
        let mut parts = stored.splitn(3, ':');
        let (Some(public), Some(process), Some(keyed)) = (parts.next(), parts.next(), parts.next()) else {
            return false;
        };
        let same_keyed = bool::from(keyed.as_bytes().ct_eq(self.keyed.as_bytes()));
        public == self.public && (process != self.process || same_keyed)
    }
}

fn remove_secrets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !SECRET_FIELDS.contains(&name.as_str()));
            fields.values_mut().for_each(remove_secrets);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(title: &str, passphrase: &str) -> Vec<u8> {
        serde_json::json!({"request": {"title": title}, "signing": {"seen_digest": "0", "passphrase": passphrase}})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn a_body_is_the_same_only_as_itself_and_a_restart_forgets_the_secrets_alone() {
        let (process, restarted) = (Process::generate().unwrap(), Process::generate().unwrap());
        let stored = Fingerprint::under(&process, &body("a", "correct horse")).stored();
        let same = |process: &Process, title, passphrase| {
            Fingerprint::under(process, &body(title, passphrase)).is_same(&stored)
        };
        assert!(same(&process, "a", "correct horse"));
        assert!(!same(&process, "a", "wrong horse"));
        assert!(!same(&process, "b", "correct horse"));
        assert!(same(&restarted, "a", "correct horse"));
        assert!(!same(&restarted, "b", "correct horse"));
        assert!(!Fingerprint::under(&process, b"").is_same(&stored));
        assert!(!Fingerprint::under(&process, b"{}").is_same("0123"));
    }

    #[test]
    fn without_the_key_of_the_process_a_right_guess_looks_like_a_wrong_one() {
        let (process, guesser) = (Process::generate().unwrap(), Process::generate().unwrap());
        let stored = Fingerprint::under(&process, &body("a", "correct horse"));
        let right = Fingerprint::under(&guesser, &body("a", "correct horse"));
        let wrong = Fingerprint::under(&guesser, &body("a", "wrong horse"));
        // The part that can be made again without the key does not depend on the guess.
        assert_eq!((&right.public, &wrong.public), (&stored.public, &stored.public));
        assert!(right.keyed != stored.keyed && wrong.keyed != stored.keyed);
        // What is no JSON has no such part at all.
        let other = |p: &Process| Fingerprint::under(p, b"passphrase=x").public;
        assert_ne!(other(&process), other(&guesser));
    }

    #[test]
    fn every_field_that_the_api_declares_secret_is_known_here() {
        let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        let mut secret = std::collections::BTreeSet::new();
        let mut open = vec![&document["components"]["schemas"]];
        while let Some(value) = open.pop() {
            if let Some(properties) = value["properties"].as_object() {
                let is_secret = |(name, schema): &(&String, &Value)| {
                    schema["format"] == "password" || name.contains("password") || name.contains("passphrase")
                };
                secret.extend(properties.iter().filter(is_secret).map(|(name, _)| name.clone()));
            }
            match value {
                Value::Object(fields) => open.extend(fields.values()),
                Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
        assert!(secret.len() >= 4, "{secret:?}");
        let unknown: Vec<_> = secret.iter().filter(|name| !SECRET_FIELDS.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
