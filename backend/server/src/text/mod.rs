//! Words for people, in Chinese and English. Codes and parameters come from the layers; the words are here and in
//! `backend_api::catalogue`.

pub mod algorithm;
pub mod evidence;
pub mod log;
pub mod preview;
pub mod report;
pub mod task;
pub mod verdict;

use std::collections::BTreeMap;

use backend_api::catalogue::{Language, Text};

/// Shorthand for a text in both languages.
pub(crate) const fn t(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

/// Names of parameters.
const PARAMS: &[(&str, Text)] = &[
    ("account", t("账号", "account")),
    ("actor", t("操作人", "by")),
    ("algorithm", t("算法", "algorithm")),
    ("algorithm_digest", t("算法描述的摘要", "digest of the algorithm's descriptor")),
    ("algorithm_version", t("算法版本", "algorithm version")),
    ("application", t("申请", "application")),
    ("asked_by", t("请求方", "asked by")),
    ("attempt", t("第几次运行", "attempt")),
    ("attempts_max", t("最多重试次数", "attempts at most")),
    ("bytes", t("字节", "bytes")),
    ("bytes_max", t("上限字节", "bytes at most")),
    ("chain", t("链", "chain")),
    ("checkpoint", t("断点", "checkpoint")),
    ("code", t("代码", "code")),
    ("column", t("列", "column")),
    ("columns", t("列", "columns")),
    ("commitment", t("数据承诺", "commitment")),
    ("count", t("数量", "count")),
    ("dataset", t("数据集", "dataset")),
    ("description", t("说明", "description")),
    ("detail", t("详情", "detail")),
    ("disclosure", t("使用形式", "form of use")),
    ("display_name", t("姓名", "name")),
    ("does", t("状态", "does")),
    ("duplicates", t("重复键处理", "duplicates")),
    ("expected", t("应为", "expected")),
    ("first", t("首个行号", "first row")),
    ("format", t("结果格式", "format")),
    ("found", t("实际", "found")),
    ("function", t("聚合函数", "function")),
    ("grant", t("授权", "grant")),
    ("granted", t("授权用途", "granted purpose")),
    ("grantee", t("被授权方", "grantee")),
    ("grantor", t("授权方", "grantor")),
    ("height", t("高度", "height")),
    ("items", t("条目", "items")),
    ("join", t("连接方式", "join")),
    ("key", t("公钥", "public key")),
    ("key_rules", t("规范化规则", "key rules")),
    ("keys", t("匹配键", "keys")),
    ("kind", t("任务种类", "kind of task")),
    ("kinds", t("任务种类", "kinds of task")),
    ("line", t("条目", "line")),
    ("max", t("上限", "at most")),
    ("min_matches", t("最小交集门槛", "fewest matches")),
    ("nonce", t("序号", "nonce")),
    ("not_after_ms", t("截止时间", "not after")),
    ("now_ms", t("当前时间", "now")),
    ("number", t("第几次继续", "resumption")),
    ("org", t("机构", "organisation")),
    ("owner", t("所属机构", "owner")),
    ("payload", t("携带列", "payload")),
    ("peer", t("对方", "peer")),
    ("peer_code", t("对方代码", "peer's code")),
    ("phase", t("阶段", "phase")),
    ("policy_version", t("策略版本", "policy version")),
    ("protocol_code", t("协议代码", "protocol code")),
    ("purpose", t("用途", "purpose")),
    ("reason", t("理由", "reason")),
    ("reason_code", t("原因代码", "code")),
    ("receiver", t("结果接收方", "receiver")),
    ("rerun_of", t("重复的任务", "repeats")),
    ("role", t("角色", "role")),
    ("roles", t("角色", "roles")),
    ("root", t("数据承诺", "commitment")),
    ("rows", t("行数", "rows")),
    ("rule", t("规则", "rule")),
    ("salt", t("随机盐", "salt")),
    ("schema", t("结构摘要", "schema digest")),
    ("scheme", t("承诺方案", "scheme")),
    ("seconds", t("秒", "seconds")),
    ("sensitivity", t("分级", "grade")),
    ("session", t("会话", "session")),
    ("source", t("数据源", "source")),
    ("status", t("状态", "status")),
    ("task", t("任务", "task")),
    ("theme", t("主题", "theme")),
    ("title", t("标题", "title")),
    ("tx", t("交易", "transaction")),
    ("type", t("类型", "type")),
    ("until_ms", t("至", "until")),
    ("used", t("已用次数", "used")),
    ("uses", t("使用次数", "uses")),
    ("valid_until", t("有效高度", "valid until")),
    ("version", t("版本", "version")),
    ("what", t("差异", "what")),
    ("partner", t("伙伴", "partner")),
    ("period_days", t("周期（天）", "period (days)")),
    ("keys_tested", t("可检验的键数", "keys it can test")),
    ("in_period", t("周期内合计（含本次）", "in the period, this one included")),
    ("left", t("剩余", "left")),
    ("most", t("限额", "limit")),
    ("fewest", t("不少于", "at least")),
    ("free_at_ms", t("何时可再发起", "possible again at")),
    ("runs_max", t("周期内最多运行次数", "runs in a period at most")),
    ("keys_max", t("周期内最多检验键数", "keys in a period at most")),
    ("run_keys_max", t("单次最多检验键数", "keys of a run at most")),
    ("run_keys_min", t("单次最少行数", "rows of a run at least")),
    ("field", t("字段", "field")),
];

/// The name of a parameter; the parameter itself when nobody named it.
pub fn param(language: Language, name: &str) -> String {
    PARAMS.iter().find(|(n, _)| *n == name).map_or_else(|| name.to_owned(), |(_, text)| text.get(language).to_owned())
}

/// A parameter's value: times in words, everything else as it is.
pub fn value(name: &str, value: &str) -> String {
    match value.parse() {
        Ok(ms) if name.ends_with("_ms") => backend_api::Timestamp(ms).to_string(),
        _ => value.to_owned(),
    }
}

/// Parameters in a line.
pub fn params(language: Language, params: &BTreeMap<String, String>) -> String {
    let (colon, comma) = match language {
        Language::ZhCn => ("：", "；"),
        Language::En => (": ", "; "),
    };
    let one = |(name, v): (&String, &String)| format!("{}{colon}{}", param(language, name), value(name, v));
    params.iter().map(one).collect::<Vec<_>>().join(comma)
}

/// Fills `{name}` places.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = template.to_owned();
    for (name, value) in values {
        out = out.replace(&format!("{{{name}}}"), value);
    }
    out
}

/// The title of any code of the catalogue; the code itself when it is not in it (a peer's newer software).
pub fn title(language: Language, code: &str) -> String {
    backend_api::catalogue::find(code).map_or_else(|| code.to_owned(), |e| e.title.get(language).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_read_as_a_sentence_in_both_languages() {
        let p = [("dataset", "rsj.social"), ("not_after_ms", "1767225600123"), ("odd", "x")];
        let p = p.map(|(n, v)| (n.to_owned(), v.to_owned())).into();
        let zh = "数据集：rsj.social；截止时间：2026-01-01T00:00:00.123Z；odd：x";
        assert_eq!(params(Language::ZhCn, &p), zh);
        assert!(params(Language::En, &p).starts_with("dataset: rsj.social; not after: 2026"));
    }
}
