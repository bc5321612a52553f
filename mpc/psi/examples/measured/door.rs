//! Connections between processes of an example: TCP with TLS 1.3, the certificate made on the spot and given to the other
//! side on its command line; or TCP alone.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::Failure;

/// A connection.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Duplex for S {}

/// Where others connect to.
pub struct Door {
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    /// Address and certificate, for [`connect`].
    pub words: String,
}

impl Door {
    /// Opens one; a plain one has no TLS.
    pub async fn open(plain: bool) -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        if plain {
            return Ok(Self { listener, acceptor: None, words: address.to_string() });
        }
        let made = rcgen::generate_simple_self_signed(["psi".to_owned()])?;
        let certificate = made.cert.der().to_vec();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let words = format!("{address} {}", hex::encode(&certificate));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(certificate)], key)?;
        Ok(Self { listener, acceptor: Some(TlsAcceptor::from(Arc::new(config))), words })
    }

    /// The next one who connects.
    pub async fn accept(&self) -> Result<Box<dyn Duplex>, Failure> {
        let (stream, _) = self.listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(match &self.acceptor {
            None => Box::new(stream),
            Some(acceptor) => Box::new(acceptor.accept(stream).await?),
        })
    }
}

/// Connects to a door.
pub async fn connect(words: &str) -> Result<Box<dyn Duplex>, Failure> {
    let (address, certificate) = match words.split_once(' ') {
        None => (words, None),
        Some((address, certificate)) => (address, Some(hex::decode(certificate)?)),
    };
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let Some(certificate) = certificate else { return Ok(Box::new(stream)) };
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate))?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    Ok(Box::new(connector.connect(ServerName::try_from("psi")?, stream).await?))
}
