//! Authenticated encryption of the suite: SM4-GCM (RFC 8998) or AES-256-GCM, 12-byte nonce, 16-byte tag.
//!
//! A nonce must never be used twice with one key; callers draw keys or nonces so that it cannot happen.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, Nonce};

use crate::SuiteId;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 12;
/// Bytes that a sealed text is longer than the plain one.
pub const TAG_BYTES: usize = 16;

/// GCM (NIST SP 800-38D) over SM4; the mode is the generic one of the `aes-gcm` crate.
type Sm4Gcm = AesGcm<sm4::Sm4, U12>;

/// Why sealing or opening failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AeadError {
    /// A key of another length than the suite's.
    #[error("a {suite} cipher key has {expected} bytes, found {found}")]
    KeyLength {
        /// The suite asked for.
        suite: SuiteId,
        /// Bytes wanted.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Wrong key, nonce or associated data, or changed bytes.
    #[error("the sealed bytes do not open with this key")]
    NotAuthentic,
    /// More plain text than GCM allows under one nonce.
    #[error("the text is too long for one nonce")]
    TooLong,
}

/// Bytes of a cipher key: 16 for SM4, 32 for AES-256.
pub fn key_bytes(suite: SuiteId) -> usize {
    match suite {
        SuiteId::Gm => 16,
        SuiteId::Intl => 32,
    }
}

fn bad_key(suite: SuiteId, key: &[u8]) -> AeadError {
    AeadError::KeyLength { suite, expected: key_bytes(suite), found: key.len() }
}

/// Encrypts `plain`; the result is the cipher text followed by the tag.
pub fn seal(
    suite: SuiteId,
    key: &[u8],
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, AeadError> {
    let payload = Payload { msg: plain, aad };
    let nonce = Nonce::from_slice(nonce);
    match suite {
        SuiteId::Gm => Sm4Gcm::new_from_slice(key).map_err(|_| bad_key(suite, key))?.encrypt(nonce, payload),
        SuiteId::Intl => Aes256Gcm::new_from_slice(key).map_err(|_| bad_key(suite, key))?.encrypt(nonce, payload),
    }
    .map_err(|_| AeadError::TooLong)
}

/// Decrypts what [`seal`] made, or refuses.
pub fn open(
    suite: SuiteId,
    key: &[u8],
    nonce: &[u8; NONCE_BYTES],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, AeadError> {
    let payload = Payload { msg: sealed, aad };
    let nonce = Nonce::from_slice(nonce);
    match suite {
        SuiteId::Gm => Sm4Gcm::new_from_slice(key).map_err(|_| bad_key(suite, key))?.decrypt(nonce, payload),
        SuiteId::Intl => Aes256Gcm::new_from_slice(key).map_err(|_| bad_key(suite, key))?.decrypt(nonce, payload),
    }
    .map_err(|_| AeadError::NotAuthentic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(s: &str) -> Vec<u8> {
        hex::decode(s).expect("hex")
    }

    #[test]
    fn sm4_gcm_gives_the_vector_of_rfc_8998() {
        // RFC 8998 Appendix A.1.
        let key = unhex("0123456789ABCDEFFEDCBA9876543210");
        let nonce: [u8; 12] = unhex("00001234567800000000ABCD").try_into().expect("12 bytes");
        let aad = unhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain = unhex(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD\
             EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let sealed = seal(SuiteId::Gm, &key, &nonce, &aad, &plain).expect("seals");
        assert_eq!(
            hex::encode_upper(&sealed),
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735\
             D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D\
             83DE3541E4C2B58177E065A9BF7B62EC"
        );
        assert_eq!(open(SuiteId::Gm, &key, &nonce, &aad, &sealed), Ok(plain));
    }

    #[test]
    fn aes_256_gcm_gives_a_vector_of_the_gcm_specification() {
        // McGrew, Viega, The Galois/Counter Mode of Operation, test case 14.
        let sealed = seal(SuiteId::Intl, &[0; 32], &[0; 12], b"", &[0; 16]).expect("seals");
        assert_eq!(hex::encode(sealed), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            let key = vec![7; key_bytes(suite)];
            let nonce = [9; 12];
            let sealed = seal(suite, &key, &nonce, b"for", b"secret").expect("seals");
            for bit in 0..sealed.len() * 8 {
                let mut bad = sealed.clone();
                bad[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(open(suite, &key, &nonce, b"for", &bad), Err(AeadError::NotAuthentic));
            }
            assert_eq!(open(suite, &key, &nonce, b"far", &sealed), Err(AeadError::NotAuthentic));
            assert_eq!(open(suite, &key, &[8; 12], b"for", &sealed), Err(AeadError::NotAuthentic));
            assert_eq!(open(suite, &key, &nonce, b"for", &sealed[..10]), Err(AeadError::NotAuthentic));
            assert!(matches!(open(suite, &key[1..], &nonce, b"for", &sealed), Err(AeadError::KeyLength { .. })));
        }
    }
}
