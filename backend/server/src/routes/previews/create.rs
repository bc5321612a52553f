use backend_api::endpoint::NoQuery;
use backend_api::preview::{Preview, PreviewCreate, PreviewLine};

use crate::call::Call;
use crate::fault::Fault;
use crate::{actions, sign, text};

pub(crate) async fn create(call: Call, _: NoQuery, mut body: PreviewCreate) -> Result<Preview, Fault> {
    let desk = &call.desk;
    let caller = call.caller()?;
    actions::complete(desk, &mut body).await?;
    let action = actions::action(desk, &caller.account, &body)?;
    let preview = desk.party.preview(&action)?;
    let refused = sign::check(desk, &caller.account, &action).err();
    // What could not be decided is an error; what the rules forbid is part of the preview.
    if let Some(fault) = refused.as_ref().filter(|f| f.internal.is_some()) {
        return Err(fault.clone());
    }
    let mut lines = Vec::new();
    for (group, line) in preview.lines.iter().enumerate() {
        let label = text::preview::group(call.language, line.code);
        let entry = |path: String, name: String, value: String| PreviewLine {
            group: group as u32,
            group_label: label.clone(),
            path,
            label: name,
            value,
        };
        if line.params.is_empty() {
            lines.push(entry(line.code.to_owned(), label.clone(), String::new()));
        }
        for (name, value) in &line.params {
            let path = format!("{}.{name}", line.code);
            lines.push(entry(path, text::param(call.language, name), text::value(name, value)));
        }
    }
    let leakage = match sign::spec_of(desk, &action)? {
        Some(spec) => text::task::leakage(call.language, &spec, |o| desk.org_name(o, call.language)),
        None => Vec::new(),
    };
    Ok(Preview {
        action: body,
        action_name: preview.action.to_owned(),
        canonical: preview.canonical,
        digest: preview.digest.to_string(),
        task: preview.object.map(|o| o.id),
        lines,
        verdict: sign::verdict(desk, call.language, &action, refused.as_ref())?,
        leakage,
    })
}
