//! Lines of a policy verdict in words.

use backend_api::catalogue::{Language, Text};
use ledger_contract::RuleCode;
use ledger_contract::policy::{
    AllowCode, LineCode, SmallestGrant, SmallestLimits, SmallestRule, VerdictLine, disclosure_name,
};
use ledger_types::object::Grantee;

use super::t;

/// What allows, in words.
pub fn allows(code: AllowCode) -> Text {
    match code {
        AllowCode::DeadlineAhead => t("任务期限未过", "The task's deadline lies ahead"),
        AllowCode::OrganisationActive => t("参与方是联盟的有效成员", "The party is an active member"),
        AllowCode::DatasetActive => t("数据集可用，且有该版本", "The dataset is in use and has this version"),
        AllowCode::OwnData => t("结果接收方使用自己的数据", "The receiver uses its own data"),
        AllowCode::GrantGiven => {
            t("数据提供方已就该数据集授权给结果接收方", "The owner gave the receiver a grant for this dataset")
        }
        AllowCode::GrantInForce => t("授权未过期、未撤销", "The grant has neither expired nor been revoked"),
        AllowCode::GrantUsesLeft => t("授权还有可用次数", "The grant has uses left"),
        AllowCode::GrantUseTaken => t("本任务已计入授权的一次使用", "This task has taken its use of the grant"),
        AllowCode::PurposeGranted => t("用途在授权之内", "The grant is for this purpose"),
        AllowCode::KindGranted => t("任务种类在授权之内", "The grant covers this kind of task"),
        AllowCode::KeyGranted => t("授权允许该列作为匹配键", "The grant lets the column be a key"),
        AllowCode::KeyPermitted => t("列策略允许该列作为匹配键", "The column's policy lets it be a key"),
        AllowCode::PayloadGranted => {
            t("授权允许对匹配行给出该列", "The grant lets the column be released for matched rows")
        }
        AllowCode::PayloadPermitted => {
            t("列策略允许对匹配行给出该列", "The column's policy lets it be released for matched rows")
        }
        AllowCode::InputLargeEnough => {
            t("接收方的数据行数不少于限额要求", "The receiver brings as many rows as the owner asks for")
        }
        AllowCode::InputWithinLimit => t("单次检验的键数在限额之内", "The task tests no more keys than one run may"),
        AllowCode::MinMatchesEnough => {
            t("最小交集门槛不低于数据提供方的要求", "The minimum of matches is at least the owner's")
        }
        AllowCode::LimitRunsLeft => t("周期内的运行次数在限额之内", "The runs of the period stay within the limit"),
        AllowCode::LimitKeysLeft => {
            t("周期内检验的键数在限额之内", "The keys tested in the period stay within the limit")
        }
    }
}

/// A line in words, with its parameters.
pub fn explanation(language: Language, line: &VerdictLine) -> String {
    let title = match line.code {
        LineCode::Allows(code) => allows(code).get(language).to_owned(),
        LineCode::Forbids(code) => super::title(language, code.as_str()),
    };
    let params = super::params(language, &line.params);
    match (params.is_empty(), language) {
        (true, _) => title,
        (false, Language::ZhCn) => format!("{title}（{params}）"),
        (false, Language::En) => format!("{title} ({params})"),
    }
}

/// The smallest change that would make a line allow.
pub fn remedy(language: Language, line: &VerdictLine) -> Option<String> {
    let LineCode::Forbids(code) = line.code else { return None };
    if let Some(grant) = &line.smallest_grant {
        return Some(smallest_grant(language, grant));
    }
    if let Some(rule) = &line.smallest_rule {
        return Some(smallest_rule(language, rule));
    }
    if let Some(limits) = &line.smallest_limits {
        return Some(smallest_limits(language, code, limits, line));
    }
    backend_api::catalogue::find(code.as_str()).map(|e| e.remedy.get(language).to_owned())
}

fn smallest_limits(language: Language, code: RuleCode, s: &SmallestLimits, line: &VerdictLine) -> String {
    let (name, value) = match code {
        RuleCode::LimitInputTooSmall => ("run_keys_min", s.limits.run_keys_min),
        RuleCode::LimitInputTooLarge => ("run_keys_max", s.limits.run_keys_max),
        RuleCode::LimitMinMatchesTooLow => ("min_matches", s.limits.min_matches),
        RuleCode::LimitRunsUsedUp => ("runs_max", s.limits.runs_max.map(u64::from)),
        _ => ("keys_max", s.limits.keys_max),
    };
    let partner = match &s.limits.partner {
        Grantee::Any => "*",
        Grantee::Org(org) => org.as_str(),
    };
    let name = super::param(language, name);
    let value = value.unwrap_or_default().to_string();
    let values = [("dataset", s.dataset.as_str()), ("partner", partner), ("name", &name), ("value", &value)];
    let template = t(
        "最小的足够改动：数据集 {dataset} 对 {partner} 的限额“{name}”改为 {value}",
        "The smallest change that would do: on {dataset}, for {partner}, \u{201c}{name}\u{201d} becomes {value}",
    );
    let mut out = super::fill(template.get(language), &values);
    if let Some(at) = line.params.get("free_at_ms") {
        let or = t("；或等到 {at}", "; or wait until {at}");
        out.push_str(&super::fill(or.get(language), &[("at", &super::value("free_at_ms", at))]));
    }
    out
}

fn smallest_grant(language: Language, g: &SmallestGrant) -> String {
    let columns: Vec<String> =
        g.scope.columns.iter().map(|u| format!("{} {}", u.column, disclosure_name(u.disclosure))).collect();
    let values = [
        ("dataset", g.dataset.as_str()),
        ("grantee", g.grantee.as_str()),
        ("purpose", g.scope.purpose.as_str()),
        ("columns", &columns.join(", ")),
    ];
    let template = t(
        "最小的足够授权：数据集 {dataset}，授权给 {grantee}，用途 {purpose}，列 {columns}，至少一次",
        "The smallest grant that would do: dataset {dataset}, to {grantee}, for {purpose}, columns {columns}, one use",
    );
    super::fill(template.get(language), &values)
}

fn smallest_rule(language: Language, r: &SmallestRule) -> String {
    let any = t("任何成员", "every member").get(language);
    let grantee = match &r.rule.grantee {
        Grantee::Any => any,
        Grantee::Org(org) => org.as_str(),
    };
    let purpose = r.rule.purpose.as_deref().unwrap_or(t("任何用途", "any purpose").get(language));
    let values = [
        ("dataset", r.dataset.as_str()),
        ("column", r.column.as_str()),
        ("grantee", grantee),
        ("purpose", purpose),
        ("allow", disclosure_name(r.rule.allow)),
    ];
    let template = t(
        "最小的足够规则：数据集 {dataset} 的列 {column} 允许 {grantee} 为 {purpose} 以 {allow} 使用",
        "The smallest rule that would do: column {column} of {dataset} allows {allow} to {grantee} for {purpose}",
    );
    super::fill(template.get(language), &values)
}
