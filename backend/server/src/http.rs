//! Bodies in, answers out: the part of dispatching that is HTTP alone.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use backend_api::catalogue::{DeskCode, Language};
use backend_api::endpoint::Method;
use backend_api::openapi::SESSION_COOKIE;
use futures::StreamExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::answer::{Answer, Content, CookieChange};
use crate::call::Spooled;
use crate::desk::Desk;
use crate::fault::Fault;
use crate::security;

/// Most bytes of a JSON body.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Server-sent events: a comment after this long without an event keeps proxies from closing.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A header as text.
pub(crate) fn header<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    req.headers().get(name).and_then(|v| v.to_str().ok())
}

/// A body in memory.
pub(crate) async fn collect(mut payload: web::Payload) -> Result<bytes::Bytes, Fault> {
    let mut body = bytes::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|e| Fault::from(DeskCode::BadRequest).detail(e.to_string()))?;
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Fault::from(DeskCode::TooLarge).with("bytes_max", BODY_BYTES_MAX));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// A body in a file of its own.
pub(crate) async fn spool(desk: &Desk, mut payload: web::Payload) -> Result<Spooled, Fault> {
    let path = desk.party.upload_dir().join(format!(".{}.part", uuid::Uuid::now_v7().simple()));
    let mut file = tokio::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .await
        .map_err(Fault::internal)?;
    let mut spooled = Spooled { path, bytes: 0 };
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|e| Fault::from(DeskCode::BadRequest).detail(e.to_string()))?;
        spooled.bytes += chunk.len() as u64;
        if spooled.bytes > desk.config.upload_bytes_max {
            return Err(Fault::from(DeskCode::TooLarge).with("bytes_max", desk.config.upload_bytes_max));
        }
        file.write_all(&chunk).await.map_err(Fault::internal)?;
    }
    file.flush().await.map_err(Fault::internal)?;
    Ok(spooled)
}

/// A problem document.
pub(crate) fn problem(desk: &Desk, fault: &Fault, language: Language, trace_id: &str) -> HttpResponse {
    let document = fault.problem(language, trace_id, &desk.config.contact());
    let status = StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if let Some(s) = fault.retry_after_s {
        response.insert_header((header::RETRY_AFTER, s.to_string()));
    }
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut response = response
        .content_type("application/problem+json")
        .insert_header((header::CONTENT_LANGUAGE, language.tag()))
        .body(body);
    security::add_headers(response.headers_mut());
    response
}

/// An answer; `method` and `status` are the endpoint's.
pub(crate) async fn respond(
    method: Method,
    status: u16,
    desk: &Desk,
    req: &HttpRequest,
    answer: Answer,
    language: Language,
) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status.unwrap_or(status)).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_LANGUAGE, language.tag()));
    response.insert_header((header::VARY, "accept-language, accept, cookie"));
    if let Some(etag) = &answer.etag {
        if method == Method::Get && header(req, "if-none-match") == Some(etag) {
            return HttpResponse::NotModified().insert_header((header::ETAG, etag.clone())).finish();
        }
        response.insert_header((header::ETAG, etag.clone()));
    }
    if let Some(change) = answer.cookie {
        response.insert_header((header::SET_COOKIE, cookie(change, desk.config.https)));
    }
    match answer.content {
        Content::Empty => response.finish(),
        Content::Bytes { content_type, body, filename } => {
            if let Some(name) = filename {
                attachment(&mut response, &name);
            }
            response.content_type(content_type.as_ref()).body(body)
        }
        Content::File { path, filename } => file(response, &path, &filename).await,
        Content::Events(events) => {
            let stream = async_stream::stream! {
                let mut events = events;
                yield Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"retry: 2000\n\n"));
                loop {
                    match tokio::time::timeout(KEEP_ALIVE, events.next()).await {
                        Ok(Some(e)) => yield Ok(format!("id: {}\nevent: progress\ndata: {}\n\n", e.id, e.data).into()),
                        Ok(None) => break,
                        Err(_) => yield Ok(bytes::Bytes::from_static(b": still here\n\n")),
                    }
                }
            };
            response.content_type("text/event-stream").streaming(Box::pin(stream))
        }
    }
}

/// RFC 6266 with the RFC 5987 form for names beyond ASCII.
fn attachment(response: &mut HttpResponseBuilder, name: &str) {
    let mut encoded = String::new();
    for b in name.bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') {
            encoded.push(char::from(b));
        } else {
            encoded.push_str(&format!("%{b:02X}"));
        }
    }
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{encoded}")));
}

async fn file(mut response: HttpResponseBuilder, path: &std::path::Path, filename: &str) -> HttpResponse {
    let opened = async {
        let file = tokio::fs::File::open(path).await?;
        let bytes = file.metadata().await?.len();
        Ok::<_, std::io::Error>((file, bytes))
    };
    let (mut file, bytes) = match opened.await {
        Ok(opened) => opened,
        Err(e) => {
            tracing::error!("a file that should be there cannot be read: {e}");
            return HttpResponse::InternalServerError().finish();
        }
    };
    attachment(&mut response, filename);
    let stream = async_stream::stream! {
        let mut buffer = vec![0u8; 64 * 1024];
        loop {
            match file.read(&mut buffer).await {
                Ok(0) => break,
                Ok(n) => yield Ok(bytes::Bytes::copy_from_slice(&buffer[..n])),
                Err(e) => { yield Err(e); break }
            }
        }
    };
    response.content_type("application/octet-stream").no_chunking(bytes).streaming(Box::pin(stream))
}

fn cookie(change: CookieChange, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    match change {
        CookieChange::Set(token) => format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"),
        CookieChange::Clear => format!("{SESSION_COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}"),
    }
}
