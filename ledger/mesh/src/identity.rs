//! Who a TLS certificate belongs to. The certificate is made new at each start, its key never leaves the
//! process's memory; an X.509 extension carries the organisation's id and its suite signature over the
//! certificate's public key (SubjectPublicKeyInfo), bound to the chain:
//!
//! `extension = OCTET STRING( CBOR { chain, org, signature } )`,
//! `signature = sign(organisation key, preimage(TlsIdentity, chain, CBOR { org, spki }))`.
//!
//! Nothing else in the certificate is trusted: not its names, dates or own signature. The TLS handshake
//! proves possession of the certificate's key. The statement does not expire by itself: it is as good as
//! the memory of the process that holds the TLS key, and a peer stops being accepted when it is taken off
//! the list.

use ledger_crypto::{PublicKey, Signature, SigningKey, SuiteId};
use ledger_types::cbor;
use ledger_types::id::{ChainId, OrgId};
use ledger_types::preimage::{Tag, preimage};
use rcgen::{CertificateParams, CustomExtension, DnType, KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::error::{IdentityError, MeshError};

/// Object identifier of the extension: under the UUID arc (X.667), a number drawn at random once.
pub const IDENTITY_OID: [u64; 3] = [2, 25, 7_105_486_913_022_847_561];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    chain: ChainId,
    org: OrgId,
    signature: Signature,
}

#[derive(Serialize)]
struct Statement<'a> {
    org: &'a OrgId,
    spki: &'a serde_bytes::Bytes,
}

/// This process's certificate and its key.
pub(crate) struct LocalIdentity {
    pub certificate: CertificateDer<'static>,
    pub key: PrivateKeyDer<'static>,
}

/// Makes a certificate with a new key and has the organisation sign for it.
pub(crate) fn make(chain: &ChainId, org: &OrgId, key: &SigningKey) -> Result<LocalIdentity, MeshError> {
    let wrong = |e: rcgen::Error| MeshError::Identity(e.to_string());
    let tls_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(wrong)?;
    let spki = tls_key.subject_public_key_info();
    let signature = key.sign(&signed_bytes(chain, org, &spki));
    let content = cbor::to_bytes(&Extension { chain: chain.clone(), org: org.clone(), signature });
    let mut params = CertificateParams::new(Vec::new()).map_err(wrong)?;
    params.distinguished_name = Default::default();
    params.distinguished_name.push(DnType::CommonName, org.as_str());
    params.custom_extensions = vec![CustomExtension::from_oid_content(&IDENTITY_OID, octet_string(&content))];
    let certificate = params.self_signed(&tls_key).map_err(wrong)?.der().clone();
    Ok(LocalIdentity { certificate, key: PrivatePkcs8KeyDer::from(tls_key.serialize_der()).into() })
}

/// Reads the organisation out of a certificate and checks its signature under the key that `key_of` knows.
///
/// # Errors
/// Every reason a certificate is not accepted has its own [`IdentityError`].
pub fn verify<'k>(
    certificate: &[u8],
    chain: &ChainId,
    suite: SuiteId,
    key_of: impl FnOnce(&OrgId) -> Option<&'k PublicKey>,
) -> Result<OrgId, IdentityError> {
    let malformed = |what: &str| IdentityError::Malformed(what.to_owned());
    let (rest, parsed) = X509Certificate::from_der(certificate).map_err(|e| IdentityError::Malformed(e.to_string()))?;
    if !rest.is_empty() {
        return Err(malformed("bytes behind the certificate"));
    }
    let oid = x509_parser::der_parser::Oid::from(&IDENTITY_OID).map_err(|_| malformed("object identifier"))?;
    let mut found = parsed.extensions().iter().filter(|e| e.oid == oid);
    let extension = found.next().ok_or(IdentityError::NoIdentity)?;
    if found.next().is_some() {
        return Err(malformed("two identities"));
    }
    let content = read_octet_string(extension.value).ok_or_else(|| malformed("identity extension"))?;
    let claim: Extension = cbor::from_bytes(content).map_err(|e| IdentityError::Malformed(e.to_string()))?;
    if claim.chain != *chain {
        return Err(IdentityError::WrongChain { expected: chain.clone(), found: claim.chain });
    }
    let key = key_of(&claim.org).ok_or_else(|| IdentityError::UnknownOrg(claim.org.clone()))?;
    let message = signed_bytes(chain, &claim.org, parsed.public_key().raw);
    match ledger_crypto::verify(suite, key, &message, &claim.signature) {
        Ok(()) => Ok(claim.org),
        Err(_) => Err(IdentityError::WrongKey(claim.org)),
    }
}

fn signed_bytes(chain: &ChainId, org: &OrgId, spki: &[u8]) -> Vec<u8> {
    let statement = Statement { org, spki: serde_bytes::Bytes::new(spki) };
    preimage(Tag::TlsIdentity, chain, &cbor::to_bytes(&statement))
}

// DER (X.690 §8.1): tag 4, then the shortest length form. Our contents are below 64 KiB.
fn octet_string(content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).expect("an identity is a few hundred bytes").to_be_bytes();
    let mut out = vec![4];
    match content.len() {
        0..=127 => out.push(len[1]),
        128..=255 => out.extend_from_slice(&[0x81, len[1]]),
        _ => out.extend_from_slice(&[0x82, len[0], len[1]]),
    }
    out.extend_from_slice(content);
    out
}

fn read_octet_string(der: &[u8]) -> Option<&[u8]> {
    let content = match der {
        [4, n @ 0..=127, rest @ ..] if usize::from(*n) == rest.len() => rest,
        [4, 0x81, n @ 128..=255, rest @ ..] if usize::from(*n) == rest.len() => rest,
        [4, 0x82, hi @ 1..=255, lo, rest @ ..] if usize::from(u16::from_be_bytes([*hi, *lo])) == rest.len() => rest,
        _ => return None,
    };
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug<T: std::str::FromStr<Err = ledger_types::id::IdError>>(s: &str) -> T {
        s.parse().expect("a slug")
    }

    fn key(suite: SuiteId) -> SigningKey {
        SigningKey::generate(suite).expect("the OS has randomness")
    }

    #[test]
    fn only_the_listed_key_of_the_named_organisation_is_accepted() {
        let (chain, org): (ChainId, OrgId) = (slug("main"), slug("rsj"));
        for suite in [SuiteId::Gm, SuiteId::Intl] {
            let (key, other) = (key(suite), key(suite));
            let local = make(&chain, &org, &key).expect("a certificate");
            let der = local.certificate.as_ref();
            let (listed, wrong) = (key.public_key(), other.public_key());
            assert_eq!(verify(der, &chain, suite, |_| Some(&listed)), Ok(org.clone()));
            assert_eq!(verify(der, &chain, suite, |_| Some(&wrong)), Err(IdentityError::WrongKey(org.clone())));
            assert_eq!(verify(der, &chain, suite, |_| None), Err(IdentityError::UnknownOrg(org.clone())));
            let elsewhere: ChainId = slug("test");
            assert!(matches!(verify(der, &elsewhere, suite, |_| Some(&listed)), Err(IdentityError::WrongChain { .. })));
        }
    }

    #[test]
    fn an_identity_moved_to_another_certificate_is_refused() {
        let (chain, org): (ChainId, OrgId) = (slug("main"), slug("rsj"));
        let key = SigningKey::generate(SuiteId::Gm).expect("the OS has randomness");
        let thief = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let honest = make(&chain, &org, &key).expect("a certificate");
        let (_, parsed) = X509Certificate::from_der(&honest.certificate).expect("our certificate");
        let oid = x509_parser::der_parser::Oid::from(&IDENTITY_OID).expect("our oid");
        let stolen = parsed.extensions().iter().find(|e| e.oid == oid).expect("our extension").value.to_vec();
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.custom_extensions = vec![CustomExtension::from_oid_content(&IDENTITY_OID, stolen)];
        let forged = params.self_signed(&thief).expect("a certificate");
        let listed = key.public_key();
        assert_eq!(verify(forged.der(), &chain, SuiteId::Gm, |_| Some(&listed)), Err(IdentityError::WrongKey(org)));
    }

    #[test]
    fn a_damaged_certificate_is_refused_without_a_panic() {
        let (chain, org): (ChainId, OrgId) = (slug("main"), slug("rsj"));
        let key = SigningKey::generate(SuiteId::Intl).expect("the OS has randomness");
        let listed = key.public_key();
        let der = make(&chain, &org, &key).expect("a certificate").certificate.to_vec();
        for cut in 0..der.len() {
            assert!(verify(&der[..cut], &chain, SuiteId::Intl, |_| Some(&listed)).is_err());
        }
        let plain = CertificateParams::new(Vec::new()).expect("no names");
        let plain = plain.self_signed(&KeyPair::generate().expect("a key")).expect("a certificate");
        assert_eq!(verify(plain.der(), &chain, SuiteId::Intl, |_| Some(&listed)), Err(IdentityError::NoIdentity));
    }

    #[test]
    fn octet_strings_of_every_length_form_round_trip() {
        for n in [0usize, 1, 127, 128, 255, 256, 70_00] {
            let content = vec![7u8; n];
            assert_eq!(read_octet_string(&octet_string(&content)), Some(&content[..]));
        }
        assert_eq!(read_octet_string(&[4, 0x81, 5, 1, 2, 3, 4, 5]), None);
        assert_eq!(read_octet_string(&[4, 3, 1]), None);
    }
}
