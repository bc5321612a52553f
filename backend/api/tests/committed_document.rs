//! The committed OpenAPI document is the one the code makes. To bring it up to date:
//! `SHUZHENG_UPDATE_OPENAPI=1 cargo test -p backend-api --test committed_document`.

use std::path::Path;

#[test]
fn the_committed_openapi_document_is_the_one_the_endpoints_make() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/openapi.json");
    let made = backend_api::openapi::document_json();
    if std::env::var_os("SHUZHENG_UPDATE_OPENAPI").is_some() {
        std::fs::write(&path, &made).expect("the source tree can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("backend/server/openapi.json is committed");
    assert!(committed == made, "openapi.json is out of date; see the head of this file for the command");
}
