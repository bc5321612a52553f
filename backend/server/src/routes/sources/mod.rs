//! Data sources, uploads, preparations.

mod create;
mod delete;
mod key_profile;
mod key_rules;
mod list;
mod prepare;
mod probe;
mod set_state;
mod show;
mod upload;

pub(super) use create::create;
pub(super) use delete::delete;
pub(super) use key_profile::key_profile;
pub(super) use key_rules::key_rules;
pub(super) use list::list;
pub(super) use prepare::prepare;
pub(super) use probe::probe;
pub(super) use set_state::set_state;
pub(super) use show::show;
pub(super) use upload::upload;

use std::collections::BTreeMap;
use std::path::PathBuf;

use backend_api::catalogue::DeskCode;
use backend_api::source::SourceLocation;
use mpc_party::source::SourceLocation as PartyLocation;

use crate::desk::Desk;
use crate::fault::Fault;
use crate::view;

/// Datasets that were published from each source: preparations whose commitment is on the ledger.
fn published(desk: &Desk) -> Result<BTreeMap<String, Vec<String>>, Fault> {
    let view = desk.ledger.view();
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for p in desk.party.preparations()? {
        let dataset = ledger_contract::read::dataset(view.as_ref(), &p.dataset)?;
        let on_ledger = dataset.is_some_and(|d| d.versions.iter().any(|v| v.commitment.root == p.commitment.root));
        let datasets = out.entry(p.source.to_string()).or_default();
        if on_ledger && !datasets.contains(&p.dataset.to_string()) {
            datasets.push(p.dataset.to_string());
        }
    }
    Ok(out)
}

/// Where the file is; the party room checks whether it may be read.
fn location(desk: &Desk, pointer: &str, l: &SourceLocation) -> Result<PartyLocation, Fault> {
    let path = match (&l.path, &l.upload) {
        (Some(path), None) => PathBuf::from(path),
        // The id is a plain file name that we made; anything else is not one of ours.
        (None, Some(id)) if id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.') && !id.starts_with('.') => {
            desk.party.upload_dir().join(id)
        }
        (None, Some(_)) => {
            return Err(Fault::field(
                DeskCode::BadRequest,
                format!("{pointer}/upload"),
                ("不是上传文件的标识", "not an upload"),
            ));
        }
        _ => {
            return Err(Fault::field(
                DeskCode::InvalidValue,
                pointer,
                ("path 与 upload 二选一", "either path or upload"),
            ));
        }
    };
    if !path.is_absolute() {
        return Err(Fault::field(
            DeskCode::InvalidValue,
            format!("{pointer}/path"),
            ("须为绝对路径", "must be absolute"),
        ));
    }
    Ok(PartyLocation { kind: view::source::party_kind(l.kind), path })
}
