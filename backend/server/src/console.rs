//! The embedded console.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../frontend/dist"]
struct Dist;

const NOT_BUILT_IN: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Shuzheng</title>\
    <body><h1>数证 Shuzheng</h1><p>控制台没有编译进本程序；接口在 <code>/v1</code>。先在 <code>frontend</code> 目录执行 \
    <code>npm ci &amp;&amp; npm run build</code>，再编译。</p><p>The console was not built into this binary; the API is at \
    <code>/v1</code>.</p></body></html>";

/// A file of the console; every path that is not one is a page of the console, whose router reads the URL.
pub fn serve(req: &HttpRequest) -> HttpResponse {
    let path = req.path().trim_start_matches('/');
    let (name, file) = match Dist::get(path).filter(|_| !path.is_empty()) {
        Some(file) => (path, file),
        // A missing script must not be answered with a page.
        None if path.starts_with("assets/") => return HttpResponse::NotFound().finish(),
        None => match Dist::get("index.html") {
            Some(file) => ("index.html", file),
            None => return HttpResponse::Ok().content_type("text/html; charset=utf-8").body(NOT_BUILT_IN),
        },
    };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let known = req.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str());
    // Names under assets/ carry a digest of their content.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, cache));
    if known {
        return response.finish();
    }
    let media = mime_guess::from_path(name).first_or_octet_stream();
    let media = if media.type_() == "text" { format!("{media}; charset=utf-8") } else { media.to_string() };
    response.content_type(media).body(file.data.into_owned())
}
