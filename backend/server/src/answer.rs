//! What handlers give back, before it becomes HTTP.

use std::borrow::Cow;
use std::path::PathBuf;

use backend_api::endpoint::{Events, File, Json, JsonOrCsv, LedgerJson, Nothing, Payload, Text};
use futures::stream::BoxStream;
use serde::Serialize;

use crate::csv;
use crate::fault::Fault;

/// Change of the session cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CookieChange {
    /// Set to this token.
    Set(String),
    /// Forget it.
    Clear,
}

/// One server-sent event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub id: u64,
    /// JSON.
    pub data: String,
}

/// The content of an answer.
pub enum Content {
    /// None.
    Empty,
    /// In memory.
    Bytes {
        /// Media type.
        content_type: Cow<'static, str>,
        /// Bytes.
        body: Vec<u8>,
        /// Name to save it under.
        filename: Option<String>,
    },
    /// A file of this node.
    File {
        /// Where.
        path: PathBuf,
        /// Name to save it under.
        filename: String,
    },
    /// Server-sent events.
    Events(BoxStream<'static, Event>),
}

/// An answer.
pub struct Answer {
    /// Content.
    pub content: Content,
    /// Version of the resource.
    pub etag: Option<String>,
    /// Change of the session cookie.
    pub cookie: Option<CookieChange>,
    /// Status, when not the endpoint's.
    pub status: Option<u16>,
}

impl Answer {
    fn of(content: Content) -> Self {
        Self { content, etag: None, cookie: None, status: None }
    }

    fn json(value: &impl Serialize) -> Result<Self, Fault> {
        let body = serde_json::to_vec(value).map_err(Fault::internal)?;
        Ok(Self::of(Content::Bytes { content_type: "application/json".into(), body, filename: None }))
    }
}

/// A value that is a declared reply.
pub trait Produces<R: Payload> {
    /// The answer.
    fn answer(self, wants_csv: bool) -> Result<Answer, Fault>;
}

impl<T: Serialize + 'static> Produces<Json<T>> for T
where
    Json<T>: Payload,
{
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Answer::json(&self)
    }
}

/// A value with its version, a cookie, or another status than usual.
pub struct With<T> {
    /// The value.
    pub value: T,
    /// Version.
    pub etag: Option<String>,
    /// Cookie.
    pub cookie: Option<CookieChange>,
    /// Status.
    pub status: Option<u16>,
}

impl<T> With<T> {
    /// With a version.
    pub fn etag(value: T, version: impl std::fmt::Display) -> Self {
        Self { value, etag: Some(format!("\"{version}\"")), cookie: None, status: None }
    }

    /// With a cookie.
    pub fn cookie(value: T, cookie: CookieChange) -> Self {
        Self { value, etag: None, cookie: Some(cookie), status: None }
    }
}

impl<T: Serialize + 'static> Produces<Json<T>> for With<T>
where
    Json<T>: Payload,
{
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Ok(Answer { etag: self.etag, cookie: self.cookie, status: self.status, ..Answer::json(&self.value)? })
    }
}

impl<T: Serialize + 'static> Produces<JsonOrCsv<T>> for T
where
    JsonOrCsv<T>: Payload,
{
    fn answer(self, wants_csv: bool) -> Result<Answer, Fault> {
        if !wants_csv {
            return Answer::json(&self);
        }
        let page = serde_json::to_value(&self).map_err(Fault::internal)?;
        let (body, filename) = (csv::from_page(&page), Some("list.csv".to_owned()));
        Ok(Answer::of(Content::Bytes { content_type: "text/csv; charset=utf-8".into(), body, filename }))
    }
}

impl Produces<Nothing> for () {
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Ok(Answer::of(Content::Empty))
    }
}

impl Produces<Nothing> for With<()> {
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Ok(Answer { cookie: self.cookie, ..Answer::of(Content::Empty) })
    }
}

impl Produces<Text> for String {
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        let body = self.into_bytes();
        Ok(Answer::of(Content::Bytes {
            content_type: "text/plain; version=0.0.4; charset=utf-8".into(),
            body,
            filename: None,
        }))
    }
}

/// A JSON document to save.
pub struct Document {
    /// Its bytes.
    pub json: Vec<u8>,
    /// Name to save it under.
    pub filename: String,
}

impl Produces<LedgerJson> for Document {
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        let (body, filename) = (self.json, Some(self.filename));
        Ok(Answer::of(Content::Bytes { content_type: "application/json".into(), body, filename }))
    }
}

/// A file of this node.
pub struct NodeFile {
    /// Where.
    pub path: PathBuf,
    /// Name to save it under.
    pub filename: String,
}

impl Produces<File> for NodeFile {
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Ok(Answer::of(Content::File { path: self.path, filename: self.filename }))
    }
}

/// Events.
pub struct EventStream(pub BoxStream<'static, Event>);

impl<T: 'static> Produces<Events<T>> for EventStream
where
    Events<T>: Payload,
{
    fn answer(self, _: bool) -> Result<Answer, Fault> {
        Ok(Answer::of(Content::Events(self.0)))
    }
}
