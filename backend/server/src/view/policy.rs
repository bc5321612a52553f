//! Column policy, scopes and verdicts, in both directions.

use backend_api::Timestamp;
use backend_api::application::Scope;
use backend_api::catalogue::Language;
use backend_api::policy::{ColumnRule, ColumnUse, Disclosure, PolicyVerdict, Sensitivity, VerdictLine};
use backend_api::task::TaskKind;
use ledger_contract::policy as rules;
use ledger_types::id::Height;
use ledger_types::object as ledger;
use ledger_types::object::Grantee;

use crate::call::parse;
use crate::fault::Fault;
use crate::text;

macro_rules! same_variants {
    ($($(#[$doc:meta])* $to_api:ident $(/ $to_ledger:ident)?: $ledger:ty => $api:ty { $($variant:ident),+ $(,)? })+) => {$(
        same_variants!(@one $(#[$doc])* $to_api: $ledger => $api { $($variant),+ });
        same_variants!(@back $(#[$doc])* $($to_ledger)?: $ledger => $api { $($variant),+ });
    )+};
    (@one $(#[$doc:meta])* $to_api:ident: $ledger:ty => $api:ty { $($variant:ident),+ }) => {
        $(#[$doc])* pub fn $to_api(v: $ledger) -> $api {
            match v { $(<$ledger>::$variant => <$api>::$variant,)+ }
        }
    };
    (@back $(#[$doc:meta])*: $ledger:ty => $api:ty { $($variant:ident),+ }) => {};
    (@back $(#[$doc:meta])* $to_ledger:ident: $ledger:ty => $api:ty { $($variant:ident),+ }) => {
        $(#[$doc])* pub fn $to_ledger(v: $api) -> $ledger {
            match v { $(<$api>::$variant => <$ledger>::$variant,)+ }
        }
    };
}
pub(crate) use same_variants;

same_variants! {
    /// The form of a use.
    disclosure / ledger_disclosure: ledger::Disclosure => Disclosure {
        Plaintext, PlaintextAfterJoin, PlaintextAsJoinPayload, PlaintextAfterGroupBy, PlaintextAfterCompare,
        PlaintextAfterAggregate, EncryptedOnly
    }
    /// A grade.
    sensitivity / ledger_sensitivity: ledger::Sensitivity => Sensitivity { Public, Internal, Sensitive, Core }
    /// A kind of task.
    kind / ledger_kind: ledger::TaskKindName => TaskKind { Psi }
}

/// A column's rule.
pub fn rule(r: &ledger::ColumnRule) -> ColumnRule {
    ColumnRule {
        allow: disclosure(r.allow),
        grantee: match &r.grantee {
            Grantee::Any => None,
            Grantee::Org(org) => Some(org.to_string()),
        },
        purpose: r.purpose.clone(),
        not_after: r.not_after_ms.map(Timestamp),
    }
}

/// A column's rule for the ledger.
pub fn ledger_rule(pointer: &str, r: &ColumnRule) -> Result<ledger::ColumnRule, Fault> {
    Ok(ledger::ColumnRule {
        grantee: match &r.grantee {
            None => Grantee::Any,
            Some(org) => Grantee::Org(parse(&format!("{pointer}/grantee"), org)?),
        },
        purpose: r.purpose.clone().filter(|p| !p.is_empty()),
        allow: ledger_disclosure(r.allow),
        not_after_ms: r.not_after.map(|t| t.0),
    })
}

/// A scope.
pub fn scope(s: &ledger::Scope) -> Scope {
    Scope {
        columns: s
            .columns
            .iter()
            .map(|u| ColumnUse { column: u.column.clone(), disclosure: disclosure(u.disclosure) })
            .collect(),
        purpose: s.purpose.clone(),
        kinds: s.kinds.iter().map(|k| kind(*k)).collect(),
        not_after: Timestamp(s.not_after_ms),
        uses: s.uses,
    }
}

/// A scope for the ledger; columns in one order, whatever order they were chosen in.
pub fn ledger_scope(s: &Scope) -> ledger::Scope {
    let mut columns: Vec<ledger::ColumnUse> = s
        .columns
        .iter()
        .map(|u| ledger::ColumnUse { column: u.column.clone(), disclosure: ledger_disclosure(u.disclosure) })
        .collect();
    columns.sort();
    ledger::Scope {
        columns,
        purpose: s.purpose.clone(),
        kinds: s.kinds.iter().map(|k| ledger_kind(*k)).collect(),
        not_after_ms: s.not_after.0,
        uses: s.uses,
    }
}

/// A verdict line by line.
pub fn verdict(language: Language, height: Height, v: &rules::Verdict) -> PolicyVerdict {
    PolicyVerdict { allowed: v.allowed, height, lines: v.lines.iter().map(|l| line(language, l)).collect() }
}

fn line(language: Language, l: &rules::VerdictLine) -> VerdictLine {
    let wanted = match l.code.as_str() {
        "key_granted" | "key_permitted" | "key_not_granted" | "key_forbidden" => Some(Disclosure::PlaintextAfterJoin),
        "payload_granted" | "payload_permitted" | "payload_not_granted" | "payload_forbidden" => {
            Some(Disclosure::PlaintextAsJoinPayload)
        }
        _ => None,
    };
    VerdictLine {
        allowed: l.allowed,
        code: l.code.as_str().to_owned(),
        organisation: l.params.get("org").cloned(),
        dataset: l.params.get("dataset").cloned(),
        column: l.params.get("column").cloned(),
        wanted,
        explanation: text::verdict::explanation(language, l),
        remedy: text::verdict::remedy(language, l),
    }
}

/// A rule's refusal as a verdict of one line.
pub fn refusal(language: Language, height: Height, fault: &Fault) -> PolicyVerdict {
    let params = text::params(language, &fault.params);
    let title = text::title(language, &fault.code);
    let explanation = match (params.is_empty(), language) {
        (true, _) => title,
        (false, Language::ZhCn) => format!("{title}（{params}）"),
        (false, Language::En) => format!("{title} ({params})"),
    };
    let remedy = backend_api::catalogue::find(&fault.code).map(|e| e.remedy.get(language).to_owned());
    PolicyVerdict {
        allowed: false,
        height,
        lines: vec![VerdictLine {
            allowed: false,
            code: fault.code.clone(),
            organisation: fault.params.get("org").cloned(),
            dataset: fault.params.get("dataset").cloned(),
            column: fault.params.get("column").cloned(),
            wanted: None,
            explanation,
            remedy,
        }],
    }
}

/// The verdict of an action that the rules accept and that has no policy of its own.
pub fn accepted(language: Language, height: Height) -> PolicyVerdict {
    let explanation = match language {
        Language::ZhCn => "账本规则会接受这项操作",
        Language::En => "The ledger's rules would accept this",
    };
    PolicyVerdict {
        allowed: true,
        height,
        lines: vec![VerdictLine {
            allowed: true,
            code: "allowed".to_owned(),
            organisation: None,
            dataset: None,
            column: None,
            wanted: None,
            explanation: explanation.to_owned(),
            remedy: None,
        }],
    }
}
