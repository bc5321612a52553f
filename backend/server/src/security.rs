//! Headers that every answer carries, and where requests may come from.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// Everything from this origin alone; styles also inline, because the component library sets them.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; \
    manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds the headers.
pub fn add_headers(headers: &mut HeaderMap) {
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let cache = HeaderName::from_static("cache-control");
    if !headers.contains_key(&cache) {
        headers.insert(cache, HeaderValue::from_static("no-store"));
    }
}

/// Whether a changing request comes from the desk's own pages (or from no browser at all). Browsers send
/// `Origin` with every POST, PUT and DELETE; programs send none.
pub fn same_origin(headers: &HeaderMap, allowed: &[String]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match text("origin") {
        None => text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none")),
        Some(origin) if allowed.iter().any(|a| a == origin) => true,
        Some(origin) => {
            let authority = origin.split_once("://").map(|(_, a)| a);
            authority.is_some() && authority == text("host")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_from_a_foreign_page_is_refused() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            let mut h = HeaderMap::new();
            for (n, v) in pairs {
                h.insert(HeaderName::from_static(n), HeaderValue::from_static(v));
            }
            h
        };
        let allowed = ["https://desk.example".to_owned()];
        let ok = |pairs: &[(&'static str, &'static str)]| same_origin(&headers(pairs), &allowed);
        assert!(ok(&[("host", "127.0.0.1:8080")]));
        assert!(ok(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")]));
        assert!(ok(&[("host", "x"), ("origin", "https://desk.example")]));
        assert!(!ok(&[("host", "127.0.0.1:8080"), ("origin", "http://evil.example")]));
        assert!(!ok(&[("host", "127.0.0.1:8080"), ("origin", "null")]));
        assert!(!ok(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")]));
    }
}
