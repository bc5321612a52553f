//! Login passwords: Argon2id with the parameters that OWASP's password storage cheat sheet gives first
//! (19 MiB, two passes, one lane).

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use backend_api::catalogue::DeskCode;
use rand_core::OsRng;
use tokio::sync::Semaphore;

use crate::fault::Fault;

/// Fewest characters of a password.
pub const CHARS_MIN: usize = 10;
/// Most bytes of a password; hashing longer ones would be work without use.
const BYTES_MAX: usize = 512;
/// Hashes made at once: each takes 19 MiB and a core.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// What an unknown name is checked against, so that it takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Result<String, Fault> {
    let salt = SaltString::generate(&mut OsRng);
    argon2().hash_password(password.as_bytes(), &salt).map(|h| h.to_string()).map_err(Fault::internal)
}

/// What is wrong with a password or passphrase that is too short.
pub fn too_short() -> (String, String) {
    (format!("至少 {CHARS_MIN} 个字符"), format!("{CHARS_MIN} characters or more"))
}

/// Hashes a new password.
pub async fn hash(password: String, pointer: &str) -> Result<String, Fault> {
    if password.chars().count() < CHARS_MIN || password.len() > BYTES_MAX {
        return Err(Fault::field(DeskCode::InvalidValue, pointer, too_short()));
    }
    let _permit = AT_ONCE.acquire().await.map_err(Fault::internal)?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(Fault::internal)?
}

/// Whether a password is the one that was hashed; without a hash: no, after the same time.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Fault> {
    if password.len() > BYTES_MAX {
        return Ok(false);
    }
    let _permit = AT_ONCE.acquire().await.map_err(Fault::internal)?;
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let parsed = PasswordHash::new(&hash).map_err(Fault::internal)?;
        Ok(argon2().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
    .map_err(Fault::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let h = hash("correct horse".into(), "/password").await.expect("hashed");
        assert!(h.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse".into(), Some(h.clone())).await.expect("checked"));
        assert!(!verify("correct horsf".into(), Some(h)).await.expect("checked"));
        assert!(!verify("nobody's password".into(), None).await.expect("checked"));
        assert!(hash("short".into(), "/password").await.is_err_and(|f| f.code == "invalid_value"));
    }
}
