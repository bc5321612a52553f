//! A key file opens with its passphrase and nothing else, and not after any change.

use ledger_crypto::keyfile::{self, KeyFile, KeyFileError};
use ledger_crypto::{SigningKey, SuiteId};
use serde_json::{Value, json};

#[test]
fn a_key_file_gives_back_the_same_key_in_both_suites() {
    for suite in [SuiteId::Gm, SuiteId::Intl] {
        let key = SigningKey::generate(suite).expect("random bytes");
        let text = serde_json::to_string(&keyfile::seal(&key, "正确的 passphrase").expect("sealed")).expect("json");
        assert!(!text.contains(&hex::encode(*key.to_bytes())), "the secret is not in the file");
        let file: KeyFile = serde_json::from_str(&text).expect("the same");
        let opened = keyfile::open(&file, "正确的 passphrase").expect("opens");
        assert_eq!(opened.public_key(), key.public_key());
        assert_eq!(opened.sign(b"m"), key.sign(b"m"));
        assert_eq!(keyfile::open(&file, "wrong").err(), Some(KeyFileError::WrongPassphrase));
    }
}

#[test]
fn an_empty_passphrase_is_refused() {
    let key = SigningKey::generate(SuiteId::Gm).expect("random bytes");
    assert_eq!(keyfile::seal(&key, "").err(), Some(KeyFileError::EmptyPassphrase));
}

#[test]
fn each_changed_field_is_refused() {
    let key = SigningKey::generate(SuiteId::Gm).expect("random bytes");
    let other = SigningKey::generate(SuiteId::Gm).expect("random bytes");
    let good = serde_json::to_value(keyfile::seal(&key, "p").expect("sealed")).expect("json");
    let flip = |pointer: &str, at: usize| {
        let text = good.pointer(pointer).and_then(Value::as_str).expect("hex").to_owned();
        let digit = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
        json!(format!("{}{digit}{}", &text[..at], &text[at + 1..]))
    };
    let sealed_length = good["sealed"].as_str().expect("hex").len();
    let changes = [
        ("/format", json!("shuzheng-kez"), KeyFileError::UnknownFormat),
        ("/version", json!(2), KeyFileError::UnknownFormat),
        ("/suite", json!("intl"), KeyFileError::WrongPassphrase),
        ("/public_key", json!(other.public_key().to_string()), KeyFileError::WrongPassphrase),
        ("/kdf/name", json!("argon2i"), KeyFileError::UnknownFormat),
        ("/kdf/memory_kib", json!(65_537), KeyFileError::WrongPassphrase),
        ("/kdf/memory_kib", json!(u32::MAX), KeyFileError::Parameters),
        ("/kdf/memory_kib", json!(8), KeyFileError::Parameters),
        ("/kdf/passes", json!(2), KeyFileError::WrongPassphrase),
        ("/kdf/passes", json!(0), KeyFileError::Parameters),
        ("/kdf/lanes", json!(2), KeyFileError::WrongPassphrase),
        ("/kdf/lanes", json!(1000), KeyFileError::Parameters),
        ("/kdf/salt", flip("/kdf/salt", 3), KeyFileError::WrongPassphrase),
        ("/kdf/salt", json!("00"), KeyFileError::Parameters),
        ("/nonce", flip("/nonce", 0), KeyFileError::WrongPassphrase),
        ("/nonce", json!(""), KeyFileError::UnknownFormat),
        ("/sealed", flip("/sealed", 0), KeyFileError::WrongPassphrase),
        ("/sealed", flip("/sealed", sealed_length - 1), KeyFileError::WrongPassphrase),
        ("/sealed", json!(""), KeyFileError::WrongPassphrase),
    ];
    for (pointer, value, expected) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("a field") = value.clone();
        let bad: KeyFile = serde_json::from_value(bad).expect("still a key file in form");
        assert_eq!(keyfile::open(&bad, "p").err(), Some(expected), "{pointer} = {value}");
    }
    let mut extra = good.clone();
    extra["comment"] = json!("x");
    assert!(serde_json::from_value::<KeyFile>(extra).is_err(), "an unknown field");
}
