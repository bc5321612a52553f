//! Secret keys on disk: Argon2id (RFC 9106) over a passphrase, then the suite's authenticated encryption.
//!
//! The header (format, version, suite, public key, Argon2id parameters, salt, nonce) is authenticated as
//! associated data, so that no field can be changed without the file refusing to open.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{PublicKey, SigningKey, SuiteId, aead, fixed};

/// The `format` field of every key file.
pub const FORMAT: &str = "shuzheng-key";
/// The version written.
pub const VERSION: u32 = 1;

/// Argon2id parameters of new files: 64 MiB, 3 passes, 1 lane (RFC 9106 §4, second recommendation with less memory
/// parallelism).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Parameters of a file that we are ready to spend memory and time on, and below which we do not believe it ours.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const MEMORY_KIB_MIN: u32 = 8 * 1024;
const PASSES_MAX: u32 = 16;
const LANES_MAX: u32 = 16;

/// A secret key under a passphrase, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// Suite of the key and of the encryption.
    pub suite: SuiteId,
    /// The public half, readable without the passphrase.
    pub public_key: PublicKey,
    /// How the passphrase became a key.
    pub kdf: Kdf,
    /// 12 bytes, hex.
    pub nonce: Hex,
    /// The secret bytes and the tag, hex.
    pub sealed: Hex,
}

/// Argon2id parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kdf {
    /// Always `argon2id`.
    pub name: String,
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Number of passes.
    pub passes: u32,
    /// Degree of parallelism.
    pub lanes: u32,
    /// 16 bytes, hex.
    pub salt: Hex,
}

/// Bytes as lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hex(pub Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        fixed::serialize(&self.0, s)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        fixed::deserialize(d, "bytes", |b| Ok::<_, std::convert::Infallible>(Self(b.to_vec())))
    }
}

/// Why a key file could not be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Not a key file of a version that this program reads.
    #[error("this is not a version {VERSION} key file")]
    UnknownFormat,
    /// Key derivation parameters that are absurdly small or large.
    #[error("the key file asks for key derivation parameters outside the accepted range")]
    Parameters,
    /// Wrong passphrase, or the file was changed.
    #[error("wrong passphrase, or the key file was changed")]
    WrongPassphrase,
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The operating system gave no random bytes.
    #[error("the operating system's random generator failed")]
    Random,
}

/// Encrypts a secret key under a passphrase.
pub fn seal(key: &SigningKey, passphrase: &str) -> Result<KeyFile, KeyFileError> {
    if passphrase.is_empty() {
        return Err(KeyFileError::EmptyPassphrase);
    }
    let (mut salt, mut nonce) = ([0; 16], [0; aead::NONCE_BYTES]);
    getrandom::fill(&mut salt).map_err(|_| KeyFileError::Random)?;
    getrandom::fill(&mut nonce).map_err(|_| KeyFileError::Random)?;
    let kdf =
        Kdf { name: "argon2id".into(), memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt: Hex(salt.to_vec()) };
    let mut file = KeyFile {
        format: FORMAT.into(),
        version: VERSION,
        suite: key.suite(),
        public_key: key.public_key(),
        kdf,
        nonce: Hex(nonce.to_vec()),
        sealed: Hex(Vec::new()),
    };
    let cipher_key = derive(&file, passphrase)?;
    let sealed = aead::seal(file.suite, &cipher_key, &nonce, &header(&file), key.to_bytes().as_slice());
    file.sealed = Hex(sealed.map_err(|_| KeyFileError::Parameters)?);
    Ok(file)
}

/// Opens a key file. A wrong passphrase and a changed file cannot be told apart.
pub fn open(file: &KeyFile, passphrase: &str) -> Result<SigningKey, KeyFileError> {
    if file.format != FORMAT || file.version != VERSION || file.kdf.name != "argon2id" {
        return Err(KeyFileError::UnknownFormat);
    }
    let nonce: [u8; aead::NONCE_BYTES] = file.nonce.0.as_slice().try_into().map_err(|_| KeyFileError::UnknownFormat)?;
    let cipher_key = derive(file, passphrase)?;
    let secret = aead::open(file.suite, &cipher_key, &nonce, &header(file), &file.sealed.0)
        .map(Zeroizing::new)
        .map_err(|_| KeyFileError::WrongPassphrase)?;
    let secret: &[u8; 32] = secret.as_slice().try_into().map_err(|_| KeyFileError::UnknownFormat)?;
    let key = SigningKey::from_bytes(file.suite, secret).map_err(|_| KeyFileError::UnknownFormat)?;
    if key.public_key() == file.public_key { Ok(key) } else { Err(KeyFileError::WrongPassphrase) }
}

fn derive(file: &KeyFile, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let Kdf { memory_kib, passes, lanes, salt, .. } = &file.kdf;
    let accepted = (MEMORY_KIB_MIN..=MEMORY_KIB_MAX).contains(memory_kib)
        && (1..=PASSES_MAX).contains(passes)
        && (1..=LANES_MAX).contains(lanes)
        && salt.0.len() == 16;
    if !accepted {
        return Err(KeyFileError::Parameters);
    }
    let mut out = Zeroizing::new(vec![0; aead::key_bytes(file.suite)]);
    let params =
        argon2::Params::new(*memory_kib, *passes, *lanes, Some(out.len())).map_err(|_| KeyFileError::Parameters)?;
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt.0, &mut out)
        .map_err(|_| KeyFileError::Parameters)?;
    Ok(out)
}

/// Everything of the file except the sealed bytes, without ambiguity: fields are joined by newlines, and none
/// can contain one.
fn header(file: &KeyFile) -> Vec<u8> {
    let Kdf { name, memory_kib, passes, lanes, salt } = &file.kdf;
    format!(
        "{}\n{}\n{}\n{}\n{name}\n{memory_kib}\n{passes}\n{lanes}\n{}\n{}",
        FORMAT,
        file.version,
        file.suite,
        file.public_key,
        hex::encode(&salt.0),
        hex::encode(&file.nonce.0)
    )
    .into_bytes()
}
