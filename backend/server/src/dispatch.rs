//! From HTTP to a handler and back. Everything that holds for every endpoint happens here, once: trace id,
//! language, session, roles, CSRF, idempotency, the operation log, problem documents, headers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use actix_web::http::Method as HttpMethod;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use backend_api::catalogue::{DeskCode, Language};
use backend_api::endpoint::{Endpoint, Method};
use backend_api::openapi::{CSRF_HEADER, IDEMPOTENCY_HEADER, SESSION_COOKIE};
use backend_db::local::idempotency::{self, Claim, Key};
use backend_db::local::operation::{self, NewOperation};
use subtle::ConstantTimeEq as _;

use crate::answer::{Answer, Content, Produces};
use crate::authz::{self, Allow};
use crate::call::{Call, Caller, Input, RawBody};
use crate::desk::{Desk, now_ms, signed};
use crate::fault::Fault;
use crate::fingerprint::Fingerprint;
use crate::http::{self, header};
use crate::{security, session};

/// Longest idempotency key.
const KEY_BYTES_MAX: usize = 128;
/// A claim whose request has not ended after this long belongs to a process that died.
const IN_FLIGHT_MS: i64 = 10 * 60 * 1000;

/// Codes after which nobody knows whether the change happened.
const UNKNOWN_OUTCOMES: [&str; 2] = ["ledger_timed_out", "read_model_behind"];

type Running = Pin<Box<dyn Future<Output = Result<Answer, Fault>> + Send>>;
type Run = Box<dyn Fn(Call, Request) -> Running + Send + Sync>;

/// What of a request only the endpoint's types can read.
pub(crate) struct Request {
    query: String,
    body: RawBody,
    content_type: String,
    wants_csv: bool,
}

/// A mounted endpoint.
pub(crate) struct Route {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    status: u16,
    allow: Allow,
    spool: bool,
    run: Run,
}

/// All mounted endpoints.
#[derive(Default)]
pub(crate) struct Routes(pub(crate) Vec<Arc<Route>>);

impl Routes {
    /// Binds a handler of exactly the declared types.
    pub(crate) fn mount<E, F, Fut, Out>(&mut self, handler: F)
    where
        E: Endpoint,
        E::Body: Input,
        F: Fn(Call, E::Query, <E::Body as Input>::Value) -> Fut + Send + Sync + Clone + 'static,
        Fut: Future<Output = Result<Out, Fault>> + Send + 'static,
        Out: Produces<E::Reply> + 'static,
    {
        let allow = authz::allow(E::ID).unwrap_or_else(|| panic!("{} is missing from the table in authz.rs", E::ID));
        let run: Run = Box::new(move |call, request| {
            let handler = handler.clone();
            Box::pin(async move {
                let query: E::Query = read_query(&request.query)?;
                let body = <E::Body as Input>::read(request.body, &request.content_type)?;
                handler(call, query, body).await?.answer(request.wants_csv)
            })
        });
        let (id, method, path, status) = (E::ID, E::METHOD, E::PATH, E::STATUS);
        let spool = <E::Body as Input>::SPOOL;
        self.0.push(Arc::new(Route { id, method, path, status, allow, spool, run }));
    }
}

fn read_query<Q: serde::de::DeserializeOwned>(query: &str) -> Result<Q, Fault> {
    web::Query::<Q>::from_query(query)
        .map(web::Query::into_inner)
        .map_err(|e| Fault::field(DeskCode::BadRequest, "query", e.to_string()))
}

/// Adds every route and the console to an application.
pub(crate) fn configure(routes: &Routes, cfg: &mut web::ServiceConfig) {
    let mut paths: Vec<&'static str> = routes.0.iter().map(|r| r.path).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        let mut resource = web::resource(path);
        for route in routes.0.iter().filter(|r| r.path == path) {
            let route = route.clone();
            let method = match route.method {
                Method::Get => HttpMethod::GET,
                Method::Post => HttpMethod::POST,
                Method::Put => HttpMethod::PUT,
                Method::Delete => HttpMethod::DELETE,
            };
            resource = resource.route(web::method(method).to(
                move |req: HttpRequest, payload: web::Payload, desk: web::Data<Desk>| {
                    handle(route.clone(), desk.into_inner(), req, payload)
                },
            ));
        }
        cfg.service(resource.default_service(web::to(|req: HttpRequest, desk: web::Data<Desk>| async move {
            refuse(&req, &desk, DeskCode::MethodNotAllowed)
        })));
    }
    cfg.default_service(web::to(|req: HttpRequest, desk: web::Data<Desk>| async move {
        let api = req.path() == "/v1" || req.path().starts_with("/v1/");
        if api {
            return refuse(&req, &desk, DeskCode::NoSuchEndpoint);
        }
        let mut response = if *req.method() == HttpMethod::GET || *req.method() == HttpMethod::HEAD {
            crate::console::serve(&req)
        } else {
            HttpResponse::MethodNotAllowed().finish()
        };
        security::add_headers(response.headers_mut());
        response
    }));
}

fn trace_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

fn language(req: &HttpRequest) -> Language {
    Language::from_header(header(req, "accept-language"))
}

fn refuse(req: &HttpRequest, desk: &Desk, code: DeskCode) -> HttpResponse {
    http::problem(desk, &code.into(), language(req), &trace_id())
}

async fn handle(route: Arc<Route>, desk: Arc<Desk>, req: HttpRequest, payload: web::Payload) -> HttpResponse {
    let started = Instant::now();
    let at_ms = now_ms();
    let (trace_id, language) = (trace_id(), language(&req));
    let remote = req.peer_addr().map(|a| a.ip().to_string()).unwrap_or_default();
    let mut actor = None;
    let outcome = answer(&route, &desk, &req, payload, language, &trace_id, &mut actor).await;
    let (response, code) = match outcome {
        Ok(answer) => (http::respond(route.method, route.status, &desk, &req, answer, language).await, None),
        Err(fault) => {
            if let Some(internal) = &fault.internal {
                tracing::error!(%trace_id, operation = route.id, code = %fault.code, "{internal}");
            }
            (http::problem(&desk, &fault, language, &trace_id), Some(fault.code))
        }
    };
    let took = started.elapsed();
    desk.metrics.request(route.id, response.status().as_u16(), took);
    // Everything that changes or takes something away is logged, whatever came of it.
    if route.method != Method::Get || route.id.starts_with("download_") {
        let row = NewOperation {
            at_ms: signed(at_ms),
            operation: route.id.to_owned(),
            actor,
            path: req.path().chars().take(300).collect(),
            remote,
            status: i32::from(response.status().as_u16()),
            code,
            trace_id: trace_id.clone(),
            duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        };
        if let Err(fault) = desk.write("log_operation", move |c| operation::insert(c, &row)).await {
            tracing::error!(%trace_id, operation = route.id, "operation not logged: {:?}", fault.internal);
        }
    }
    let mut response = response;
    security::add_headers(response.headers_mut());
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(HeaderName::from_static("x-trace-id"), value);
    }
    response
}

async fn answer(
    route: &Arc<Route>,
    desk: &Arc<Desk>,
    req: &HttpRequest,
    payload: web::Payload,
    language: Language,
    trace_id: &str,
    actor: &mut Option<String>,
) -> Result<Answer, Fault> {
    let changes = route.method != Method::Get;
    if changes && !security::same_origin(req.headers(), &desk.config.origins) {
        return Err(DeskCode::CsrfRefused.into());
    }
    let caller = match (route.allow, req.cookie(SESSION_COOKIE)) {
        (Allow::Open, _) | (_, None) => None,
        (_, Some(cookie)) => session::caller(desk, cookie.value()).await?,
    };
    *actor = caller.as_ref().map(|c| c.username.clone());
    if route.allow != Allow::Open {
        let Some(caller) = &caller else { return Err(DeskCode::NotLoggedIn.into()) };
        if changes {
            let token = header(req, CSRF_HEADER).unwrap_or_default();
            if !bool::from(token.as_bytes().ct_eq(caller.csrf_token.as_bytes())) {
                return Err(DeskCode::CsrfRefused.into());
            }
        }
        if !route.allow.permits(&caller.roles) {
            return Err(DeskCode::Forbidden.into());
        }
    }
    let parameter = req.match_info().iter().next().map(|(_, v)| v.to_owned()).unwrap_or_default();
    let call = Call {
        desk: desk.clone(),
        caller: caller.clone(),
        parameter,
        language,
        if_match: header(req, "if-match").map(str::to_owned),
        last_event_id: header(req, "last-event-id").and_then(|v| v.parse().ok()),
    };
    let body = if route.spool {
        RawBody::Spooled(http::spool(desk, payload).await?)
    } else {
        RawBody::Bytes(http::collect(payload).await?)
    };
    let request = Request {
        query: req.query_string().to_owned(),
        body,
        content_type: header(req, "content-type").unwrap_or_default().to_owned(),
        wants_csv: header(req, "accept").is_some_and(|a| a.to_ascii_lowercase().contains("text/csv")),
    };
    let key = header(req, IDEMPOTENCY_HEADER).filter(|_| route.method == Method::Post).map(str::to_owned);
    let (route, path, trace_id) = (route.clone(), req.path().to_owned(), trace_id.to_owned());
    // On the node's runtime, and to its end even when the caller hangs up in the middle.
    let work = async move {
        match (key, caller) {
            (Some(key), Some(caller)) => once(&route, caller, &path, key, &trace_id, call, request).await,
            _ => (route.run)(call, request).await,
        }
    };
    desk.runtime.spawn(work).await.map_err(|e| Fault::internal(format!("the handler ended early: {e}")))?
}

/// Runs a POST at most once per key and body; repetitions get the first answer.
async fn once(
    route: &Route,
    caller: Caller,
    path: &str,
    key: String,
    trace_id: &str,
    call: Call,
    request: Request,
) -> Result<Answer, Fault> {
    if key.is_empty() || key.len() > KEY_BYTES_MAX || !key.bytes().all(|b| b.is_ascii_graphic()) {
        let message = (
            format!("1 至 {KEY_BYTES_MAX} 个可见 ASCII 字符"),
            format!("1 to {KEY_BYTES_MAX} visible ASCII characters"),
        );
        return Err(Fault::field(DeskCode::BadRequest, IDEMPOTENCY_HEADER, message));
    }
    let (stored, fingerprint) = match &request.body {
        RawBody::Bytes(bytes) => {
            let fingerprint = Fingerprint::of(bytes)?;
            (fingerprint.stored(), Some(fingerprint))
        }
        RawBody::Spooled(file) => (format!("upload:{}", file.bytes), None),
    };
    let (desk, language) = (call.desk.clone(), call.language);
    let db = desk.db.clone();
    let operation = format!("{} {path}", route.id);
    let (username, op, k) = (caller.username.clone(), operation.clone(), key.clone());
    let claim = tokio::task::spawn_blocking(move || {
        let key = Key { username: &username, operation: &op, key: &k };
        let is_same = |found: &str| fingerprint.as_ref().map_or(found == stored, |f| f.is_same(found));
        idempotency::claim(&db, key, &stored, is_same, signed(now_ms()), IN_FLIGHT_MS)
    })
    .await
    .map_err(Fault::internal)??;
    match claim {
        Claim::New => {}
        Claim::InFlight => return Err(DeskCode::IdempotencyInFlight.into()),
        Claim::OtherBody => return Err(DeskCode::IdempotencyMismatch.into()),
        Claim::Answered(a) => {
            let content = Content::Bytes { content_type: a.content_type.into(), body: a.body, filename: None };
            return Ok(Answer { content, etag: a.etag, cookie: None, status: Some(a.status) });
        }
    }
    let outcome = (route.run)(call, request).await;
    let kept = match &outcome {
        Ok(Answer { content: Content::Bytes { content_type, body, .. }, etag, status, .. }) => {
            Some(idempotency::Answer {
                status: status.unwrap_or(route.status),
                content_type: content_type.to_string(),
                etag: etag.clone(),
                body: body.clone(),
            })
        }
        // It may have happened: a repetition must not do it again. It gets the same answer, and the person looks.
        Err(fault) if UNKNOWN_OUTCOMES.contains(&fault.code.as_str()) => {
            let problem = fault.problem(language, trace_id, &desk.config.contact());
            Some(idempotency::Answer {
                status: problem.status,
                content_type: "application/problem+json".to_owned(),
                etag: None,
                body: serde_json::to_vec(&problem).unwrap_or_default(),
            })
        }
        // Nothing happened: the caller may try again with the same key.
        _ => None,
    };
    desk.write("finish_idempotency_key", move |c| {
        let key = Key { username: &caller.username, operation: &operation, key: &key };
        match &kept {
            Some(answer) => idempotency::finish(c, key, answer),
            None => idempotency::release(c, key),
        }
    })
    .await?;
    outcome
}
