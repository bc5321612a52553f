use backend_api::catalogue::Language;
use backend_api::endpoint::NoQuery;
use backend_api::task::{KeyRule, KeyRuleList};
use mpc_party::KeyRule as Rule;

use crate::call::Call;
use crate::fault::Fault;

pub(crate) async fn key_rules(call: Call, _: NoQuery, (): ()) -> Result<KeyRuleList, Fault> {
    let rule = |r: &Rule| {
        let (zh, en) = r.summary();
        let text = match call.language {
            Language::ZhCn => zh,
            Language::En => en,
        };
        let (title, description) = text.split_once([':', '：']).unwrap_or((text, text));
        KeyRule { id: r.name().to_owned(), title: title.trim().to_owned(), description: description.trim().to_owned() }
    };
    Ok(KeyRuleList { items: Rule::ALL.iter().map(rule).collect() })
}
