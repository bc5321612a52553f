//! One request as a handler sees it: who calls, in which language, with which parameter. No HTTP types.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use backend_api::account::Role;
use backend_api::catalogue::{DeskCode, Language};
use backend_api::endpoint::{File, Json, Nothing, Payload};
use ledger_types::id::AccountRef;
use serde::de::DeserializeOwned;

use crate::desk::Desk;
use crate::fault::Fault;

/// Who calls.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Account name.
    pub username: String,
    /// The account, seen from the consortium.
    pub account: AccountRef,
    /// Its roles on the ledger now.
    pub roles: Vec<Role>,
    /// Digest of the session's token.
    pub session: String,
    /// CSRF token of the session.
    pub csrf_token: String,
    /// End of the session.
    pub expires_ms: u64,
}

/// One request.
pub struct Call {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Who calls; nobody on open endpoints.
    pub caller: Option<Caller>,
    /// The parameter in the path.
    pub parameter: String,
    /// Language of texts.
    pub language: Language,
    /// Version the change was made on.
    pub if_match: Option<String>,
    /// Last event a stream's reader has seen.
    pub last_event_id: Option<u64>,
}

impl Call {
    /// Who calls.
    pub fn caller(&self) -> Result<&Caller, Fault> {
        self.caller.as_ref().ok_or_else(|| DeskCode::NotLoggedIn.into())
    }

    /// The parameter in the path as an identifier.
    pub fn id<T: FromStr>(&self) -> Result<T, Fault> {
        parse("path", &self.parameter)
    }

    /// The identifier in the body must be the one in the path.
    pub fn same_id(&self, pointer: &str, in_body: &str) -> Result<(), Fault> {
        if in_body == self.parameter {
            return Ok(());
        }
        let named = &self.parameter;
        Err(Fault::field(
            DeskCode::DigestDiffers,
            pointer,
            (format!("路径中是 {named}"), format!("the path names {named}")),
        ))
    }
}

/// Reads an identifier from a field.
pub fn parse<T: FromStr>(pointer: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| {
        let says = (format!("{text:?} 不是这类标识"), format!("{text:?} is not an identifier of this kind"));
        Fault::field(DeskCode::BadRequest, pointer, says)
    })
}

/// A file that came with a request, in a place of its own until somebody keeps it.
#[derive(Debug)]
pub struct Spooled {
    /// Where.
    pub path: PathBuf,
    /// Size.
    pub bytes: u64,
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // Already moved when it was kept.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The body as it came.
pub enum RawBody {
    /// In memory.
    Bytes(bytes::Bytes),
    /// In a file.
    Spooled(Spooled),
}

/// How a declared body becomes the handler's argument.
pub trait Input: Payload {
    /// The argument.
    type Value: Send;
    /// The body goes to a file instead of memory.
    const SPOOL: bool = false;
    /// Reads it.
    fn read(body: RawBody, content_type: &str) -> Result<Self::Value, Fault>;
}

impl Input for Nothing {
    type Value = ();
    fn read(_: RawBody, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}

impl<T: DeserializeOwned + Send + 'static> Input for Json<T>
where
    Self: Payload,
{
    type Value = T;
    fn read(body: RawBody, content_type: &str) -> Result<T, Fault> {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(DeskCode::UnsupportedMedia.into());
        }
        let RawBody::Bytes(bytes) = body else { return Err(Fault::internal("a JSON body was spooled")) };
        serde_json::from_slice(&bytes).map_err(|e| Fault::field(DeskCode::BadRequest, "", e.to_string()))
    }
}

impl Input for File {
    type Value = Spooled;
    const SPOOL: bool = true;
    fn read(body: RawBody, _: &str) -> Result<Spooled, Fault> {
        match body {
            RawBody::Spooled(s) => Ok(s),
            RawBody::Bytes(_) => Err(Fault::internal("a file body was not spooled")),
        }
    }
}
