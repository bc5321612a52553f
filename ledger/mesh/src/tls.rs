//! TLS 1.3 only, both sides authenticated by [`identity`](crate::identity), no resumption (a ticket would
//! let a peer in without showing its certificate again).

use std::collections::BTreeMap;
use std::sync::Arc;

use ledger_crypto::{PublicKey, SuiteId};
use ledger_types::id::{ChainId, OrgId};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, OtherError, PeerIncompatible,
    ServerConfig, SignatureScheme,
};

use crate::error::{IdentityError, LinkError, MeshError};
use crate::identity::{self, LocalIdentity};

/// Protocol name in the TLS handshake (ALPN).
const ALPN: &[u8] = b"shuzheng-mesh/1";

/// Who may connect.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub chain: ChainId,
    pub suite: SuiteId,
    pub keys: BTreeMap<OrgId, PublicKey>,
}

impl Listed {
    pub(crate) fn identify(&self, certificate: &[u8]) -> Result<OrgId, IdentityError> {
        identity::verify(certificate, &self.chain, self.suite, |org| self.keys.get(org))
    }
}

#[derive(Debug)]
struct IdentityVerifier {
    listed: Arc<Listed>,
    expected: Option<OrgId>,
    provider: Arc<CryptoProvider>,
}

impl IdentityVerifier {
    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        let found = self.listed.identify(certificate).map_err(refuse)?;
        match &self.expected {
            Some(expected) if *expected != found => {
                Err(refuse(IdentityError::AnotherOrg { expected: expected.clone(), found }))
            }
            _ => Ok(()),
        }
    }

    fn tls13(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }
}

fn refuse(e: IdentityError) -> rustls::Error {
    rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(e))))
}

fn no_tls12() -> rustls::Error {
    rustls::Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered)
}

impl ServerCertVerifier for IdentityVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.check(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.tls13(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for IdentityVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.check(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(no_tls12())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.tls13(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn wrong(e: rustls::Error) -> MeshError {
    MeshError::Identity(e.to_string())
}

/// The accepting side: any listed organisation.
pub(crate) fn server(local: &LocalIdentity, listed: Arc<Listed>) -> Result<Arc<ServerConfig>, MeshError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(IdentityVerifier { listed, expected: None, provider: provider.clone() });
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(wrong)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![local.certificate.clone()], local.key.clone_key())
        .map_err(wrong)?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(Arc::new(config))
}

/// The dialling side: exactly the organisation that was dialled.
pub(crate) fn client(
    local: &LocalIdentity,
    listed: Arc<Listed>,
    expected: OrgId,
) -> Result<Arc<ClientConfig>, MeshError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(IdentityVerifier { listed, expected: Some(expected), provider: provider.clone() });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(wrong)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(vec![local.certificate.clone()], local.key.clone_key())
        .map_err(wrong)?;
    config.resumption = Resumption::disabled();
    config.enable_sni = false;
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(Arc::new(config))
}

/// Server names play no part: the organisation's key does. TLS wants one, it is not sent.
pub(crate) fn server_name() -> ServerName<'static> {
    ServerName::try_from("mesh.shuzheng.invalid").expect("a valid DNS name")
}

/// What a failure of the TLS library means for the link.
pub(crate) fn link_error(e: &rustls::Error) -> LinkError {
    match e {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => {
            match inner.downcast_ref::<IdentityError>() {
                Some(identity) => LinkError::Identity(identity.clone()),
                None => LinkError::Tls(e.to_string()),
            }
        }
        rustls::Error::NoCertificatesPresented => LinkError::Identity(IdentityError::Missing),
        rustls::Error::AlertReceived(alert) => LinkError::RefusedByPeer(format!("{alert:?}")),
        other => LinkError::Tls(other.to_string()),
    }
}
