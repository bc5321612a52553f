//! Drafts of the wizards.

mod create;
mod delete;
mod list;
mod show;
mod update;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use list::list;
pub(super) use show::show;
pub(super) use update::update;

use backend_api::Timestamp;
use backend_api::catalogue::DeskCode;
use backend_api::draft::{Draft, DraftKind};
use backend_db::local::draft::Draft as Row;

use crate::desk::unsigned;
use crate::fault::Fault;

/// Longest content of a draft.
const CONTENT_BYTES_MAX: usize = 64 * 1024;
/// Longest title in characters.
const TITLE_CHARS_MAX: usize = 200;
/// Drafts one account may have.
const DRAFTS_MAX: i64 = 200;

fn draft(row: Row) -> Result<Draft, Fault> {
    let kind = [DraftKind::Dataset, DraftKind::Application, DraftKind::Task];
    let kind = kind.into_iter().find(|k| k.as_str() == row.kind);
    Ok(Draft {
        kind: kind.ok_or_else(|| Fault::internal(format!("a draft has kind {:?}", row.kind)))?,
        id: row.id,
        title: row.title,
        content: serde_json::from_str(&row.content).map_err(Fault::internal)?,
        version: unsigned(row.version),
        updated_at: Timestamp(unsigned(row.updated_ms)),
    })
}

/// Checks title and content; the content as text.
fn checked(title: &str, content: &serde_json::Value) -> Result<String, Fault> {
    if title.chars().count() > TITLE_CHARS_MAX {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "/title",
            (format!("最多 {TITLE_CHARS_MAX} 个字符"), format!("at most {TITLE_CHARS_MAX} characters")),
        ));
    }
    let text = content.to_string();
    if text.len() > CONTENT_BYTES_MAX {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "/content",
            (format!("最多 {CONTENT_BYTES_MAX} 字节"), format!("at most {CONTENT_BYTES_MAX} bytes")),
        ));
    }
    if holds_secret(content) {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            "/content",
            ("草稿不保存口令", "a draft never holds a passphrase or password"),
        ));
    }
    Ok(text)
}

// A wizard's mistake must not put a passphrase into the database.
fn holds_secret(v: &serde_json::Value) -> bool {
    match v {
        serde_json::Value::Object(fields) => fields.iter().any(|(name, v)| {
            let name = name.to_lowercase();
            name.contains("passphrase") || name.contains("password") || holds_secret(v)
        }),
        serde_json::Value::Array(items) => items.iter().any(holds_secret),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_with_a_passphrase_is_refused_however_deep_it_lies() {
        let content = serde_json::json!({"steps": [{"signing": {"Passphrase": "x"}}]});
        assert!(checked("t", &content).is_err());
        assert!(checked("t", &serde_json::json!({"purpose": "loan"})).is_ok());
        assert!(checked(&"t".repeat(201), &serde_json::json!({})).is_err());
    }
}
