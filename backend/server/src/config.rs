//! Settings of the desk.

use std::net::SocketAddr;
use std::time::Duration;

use backend_api::problem::Contact;
use serde::Deserialize;

/// Settings of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskConfig {
    /// Address of the inward-facing port: console and API.
    pub listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Largest upload.
    #[serde(default = "upload_bytes_max")]
    pub upload_bytes_max: u64,
    /// Whom to ask; shown to people who cannot log in.
    pub contact: ContactConfig,
    /// The console is reached over HTTPS (by a proxy in front): session cookies are marked `Secure`.
    #[serde(default)]
    pub https: bool,
    /// Origins besides the desk's own whose pages may call it, e.g. `https://desk.rsj.example` of a proxy.
    #[serde(default)]
    pub origins: Vec<String>,
    /// How long a signing request waits for its transaction to be committed.
    #[serde(default = "commit_wait_s")]
    pub commit_wait_s: u64,
    /// Throw the read model away at start and replay the ledger.
    #[serde(default)]
    pub rebuild: bool,
    /// Worker threads of the HTTP server.
    #[serde(default = "workers")]
    pub workers: usize,
}

/// The administrator of this node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactConfig {
    /// Name or office.
    pub name: String,
    /// Telephone number.
    #[serde(default)]
    pub phone: String,
    /// Mail address.
    #[serde(default)]
    pub email: String,
}

fn upload_bytes_max() -> u64 {
    512 * 1024 * 1024
}

fn commit_wait_s() -> u64 {
    30
}

fn workers() -> usize {
    2
}

impl DeskConfig {
    /// Defaults for everything but the addresses.
    pub fn new(listen: SocketAddr, database: impl Into<String>) -> Self {
        Self {
            listen,
            database: database.into(),
            upload_bytes_max: upload_bytes_max(),
            contact: ContactConfig::default(),
            https: false,
            origins: Vec::new(),
            commit_wait_s: commit_wait_s(),
            rebuild: false,
            workers: workers(),
        }
    }

    pub(crate) fn commit_wait(&self) -> Duration {
        Duration::from_secs(self.commit_wait_s)
    }

    pub(crate) fn contact(&self) -> Contact {
        Contact {
            name: self.contact.name.clone(),
            phone: self.contact.phone.clone(),
            email: self.contact.email.clone(),
        }
    }
}
