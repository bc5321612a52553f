//! The OpenAPI 3.1 document, made of the endpoints.

use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr,
    Required, Schema,
};

use crate::Problem;
use crate::endpoint::{self, Description, Method};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "shuzheng_session";
/// Header that carries the CSRF token.
pub const CSRF_HEADER: &str = "X-CSRF-Token";
/// Header that makes a POST safe to repeat.
pub const IDEMPOTENCY_HEADER: &str = "Idempotency-Key";

/// Endpoints that need no session.
pub const OPEN: [&str; 5] = ["show_about", "show_health", "show_metrics", "create_session", "list_error_codes"];

/// The document.
pub fn document() -> OpenApi {
    let mut schemas: Vec<(String, RefOr<Schema>)> =
        vec![(Problem::name().into_owned(), <Problem as utoipa::PartialSchema>::schema())];
    Problem::schemas(&mut schemas);
    query_enums(&mut schemas);
    let mut paths = PathsBuilder::new();
    for mut e in endpoint::all() {
        for shape in [&mut e.body, &mut e.reply].into_iter().flatten() {
            schemas.append(&mut shape.schemas);
        }
        let method = match e.method {
            Method::Get => HttpMethod::Get,
            Method::Post => HttpMethod::Post,
            Method::Put => HttpMethod::Put,
            Method::Delete => HttpMethod::Delete,
        };
        paths = paths.path(e.path, PathItem::new(method, operation(&e)));
    }
    schemas.sort_by(|a, b| a.0.cmp(&b.0));
    schemas.dedup_by(|a, b| a.0 == b.0);
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Shuzheng (数证) desk")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "One organisation's front desk: catalogue, applications, grants, tasks, evidence, ledger. \
                     docs/api-design.md says how the pieces behave.",
                ))
                .license(Some(LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
                .build(),
        )
        .paths(paths)
        .components(Some(
            ComponentsBuilder::new().schemas_from_iter(schemas).security_scheme("session", cookie).build(),
        ))
        .build()
}

/// Enumerations that appear in query parameters only.
fn query_enums(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    fn add<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
    }
    add::<crate::dataset::DatasetSort>(schemas);
    add::<crate::task::TaskSort>(schemas);
    add::<crate::application::Direction>(schemas);
    add::<crate::grant::GrantDirection>(schemas);
    add::<crate::catalogue::Layer>(schemas);
}

fn header(name: &str, required: bool, description: &str) -> Parameter {
    text_parameter(name, ParameterIn::Header, required, description)
}

fn text_parameter(name: &str, place: ParameterIn, required: bool, description: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(if required { Required::True } else { Required::False })
        .description(Some(description))
        .schema(Some(Object::builder().schema_type(Type::String).build()))
        .build()
}

fn operation(e: &Description) -> utoipa::openapi::path::Operation {
    let open = OPEN.contains(&e.id);
    let doc = e.doc.iter().map(|l| l.trim()).collect::<Vec<_>>().join(" ");
    let mut op = OperationBuilder::new().operation_id(Some(e.id)).tag(e.tag).summary(Some(doc));
    for name in e.path_parameters() {
        op = op.parameter(text_parameter(name, ParameterIn::Path, true, "Identifier"));
    }
    for p in &e.query {
        op = op.parameter(p.clone());
    }
    if e.method != Method::Get && !open {
        op = op.parameter(header(CSRF_HEADER, true, "`csrf_token` of the session"));
    }
    if e.method == Method::Post && e.id != "create_session" {
        op = op.parameter(header(
            IDEMPOTENCY_HEADER,
            false,
            "Repeating a POST with the same key and body gives the first answer",
        ));
    }
    if e.id == "update_draft" {
        op = op.parameter(header("If-Match", true, "ETag of the version the change was made on"));
    }
    if e.id == "stream_task_progress" {
        op = op.parameter(header("Last-Event-ID", false, "Continue after this event"));
    }
    if let Some(body) = &e.body {
        let mut b = RequestBodyBuilder::new().required(Some(Required::True));
        for (media, schema) in &body.content {
            b = b.content(*media, ContentBuilder::new().schema(Some(schema.clone())).build());
        }
        op = op.request_body(Some(b.build()));
    }
    let mut ok = ResponseBuilder::new().description(if e.reply.is_some() { "Success" } else { "Done" });
    for (media, schema) in e.reply.iter().flat_map(|r| &r.content) {
        ok = ok.content(*media, ContentBuilder::new().schema(Some(schema.clone())).build());
    }
    op = op.response(e.status.to_string(), ok.build());
    let problem = ContentBuilder::new().schema(Some(RefOr::<Schema>::Ref(Ref::from_schema_name("Problem")))).build();
    op = op.response(
        "default",
        ResponseBuilder::new().description("What went wrong").content("application/problem+json", problem).build(),
    );
    if !open {
        op = op.security(SecurityRequirement::new("session", std::iter::empty::<String>()));
    }
    op.build()
}

/// The document as it is committed: pretty JSON with a final newline.
pub fn document_json() -> String {
    let mut s = document().to_pretty_json().expect("the document is plain data");
    s.push('\n');
    s
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reference_in_the_document_resolves() {
        let text = document_json();
        let doc: serde_json::Value = serde_json::from_str(&text).expect("just written");
        let have: BTreeSet<&str> =
            doc["components"]["schemas"].as_object().expect("an object").keys().map(String::as_str).collect();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().expect("split gives at least one part");
            assert!(have.contains(name), "{name} is referred to but not defined");
        }
        assert_eq!(doc["openapi"], "3.1.0");
    }

    #[test]
    fn operation_ids_and_method_path_pairs_are_unique() {
        let all = endpoint::all();
        let ids: BTreeSet<_> = all.iter().map(|e| e.id).collect();
        let routes: BTreeSet<_> = all.iter().map(|e| (e.method, e.path)).collect();
        assert_eq!((ids.len(), routes.len()), (all.len(), all.len()));
    }

    #[test]
    fn paths_are_plural_snake_case_nouns_under_v1() {
        for e in endpoint::all() {
            let known = ["/health", "/metrics"].contains(&e.path);
            assert!(known || e.path.starts_with("/v1/"), "{}", e.path);
            assert!(e.path.chars().all(|c| c.is_ascii_lowercase() || "/_{}1".contains(c)), "{}", e.path);
        }
    }
}
