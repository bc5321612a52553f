//! Evidence in sentences.

use backend_api::catalogue::{Language, Text};

use super::{fill, t};

/// What a ledger action says; `{who}` did it, `{what}` is what it is about.
fn template(action: &str) -> Option<Text> {
    Some(match action {
        "account_register" => t("{who} 登记了账号 {what}", "{who} registered account {what}"),
        "account_update" => t("{who} 变更了账号 {what} 的角色或状态", "{who} changed roles or state of account {what}"),
        "account_key_rotate" => t("{who} 更换了账号 {what} 的密钥", "{who} replaced the key of account {what}"),
        "dataset_publish" => t("{who} 发布了数据集 {what}", "{who} published dataset {what}"),
        "dataset_version_add" => t("{who} 为数据集 {what} 发布了新版本", "{who} added a version to dataset {what}"),
        "dataset_policy_set" => {
            t("{who} 修改了数据集 {what} 的列策略", "{who} changed the column policy of dataset {what}")
        }
        "dataset_limits_set" => {
            t("{who} 修改了数据集 {what} 的使用限额", "{who} changed the usage limits of dataset {what}")
        }
        "dataset_status_set" => t("{who} 冻结或启用了数据集 {what}", "{who} froze or enabled dataset {what}"),
        "application_submit" => t("{who} 申请使用数据，申请 {what}", "{who} applied for data, application {what}"),
        "application_review" => t("{who} 审批了申请 {what}", "{who} answered application {what}"),
        "grant_revoke" => t("{who} 撤销了授权 {what}", "{who} revoked grant {what}"),
        "task_propose" => t("{who} 发起了任务 {what}", "{who} proposed task {what}"),
        "task_approve" => t("{who} 代表本机构批准了任务 {what}", "{who} approved task {what} for its organisation"),
        "task_reject" => t("{who} 代表本机构拒绝了任务 {what}", "{who} rejected task {what} for its organisation"),
        "task_cancel" => t("{who} 撤回了任务 {what}", "{who} withdrew task {what}"),
        "task_retry" => t("{who} 让任务 {what} 再次运行", "{who} started another run of task {what}"),
        "task_attest" => {
            t("{who} 的节点就任务 {what} 的运行作出声明", "the node of {who} attested its run of task {what}")
        }
        "task_fail" => {
            t("{who} 的节点报告任务 {what} 运行失败", "the node of {who} reported that its run of task {what} failed")
        }
        "task_refuse" => t("{who} 的节点拒绝运行任务 {what}", "the node of {who} refused to run task {what}"),
        _ => return None,
    })
}

/// A transaction in a sentence.
pub fn sentence(language: Language, action: &str, who: &str, what: &str, refused: Option<&str>) -> String {
    let said = match template(action) {
        Some(text) => fill(text.get(language), &[("who", who), ("what", what)]),
        None => format!("{who}: {action} {what}"),
    };
    match (refused, language) {
        (None, _) => said,
        (Some(code), Language::ZhCn) => format!("{said}；被规则拒绝：{}", super::title(language, code)),
        (Some(code), Language::En) => format!("{said}; refused by a rule: {}", super::title(language, code)),
    }
}

/// What a task's chain of evidence proves.
pub fn proved(language: Language, completed: bool) -> Vec<String> {
    let always = [
        t(
            "每一步都由所列账号的密钥签名，并由超过三分之二的验证节点写入账本；顺序和时间不可事后改动。",
            "Each step was signed with the key of the account named, and more than two thirds of the validators put it \
             on the ledger; order and times cannot be changed afterwards.",
        ),
        t(
            "任务只在全部参与方批准、授权和列策略允许之后才变为就绪。",
            "The task became ready only after every party had approved and grants and column policy allowed it.",
        ),
    ];
    let at_end = t(
        "各方声明所用的数据就是已发布的版本，双方的通信记录摘要一致，结果承诺由接收方作出。",
        "The parties state that they used the published versions, that both ends saw the same conversation, and the \
         receiver committed to the result.",
    );
    always.iter().chain(completed.then_some(&at_end)).map(|text| text.get(language).to_owned()).collect()
}

/// What it does not prove.
pub fn not_proved(language: Language) -> Vec<String> {
    [
        t(
            "摘要证明的是各方报告了什么，不能证明某个节点如实计算，也不能证明原始数据真实。",
            "A digest proves what was reported, not that a node computed honestly, nor that the data were true.",
        ),
        t(
            "结果接收方得到结果之后如何使用，账本看不到。",
            "What the receiver does with the result afterwards, the ledger cannot see.",
        ),
    ]
    .map(|text| text.get(language).to_owned())
    .into()
}

/// What a dataset's chain of evidence proves.
pub fn dataset_proved(language: Language) -> Vec<String> {
    [
        t(
            "每次发布、策略变更、申请、授权、撤销和使用都由所列账号签名并写入账本，没有事后改动。",
            "Every publication, change of policy, application, grant, revocation and use was signed by the account named \
             and put on the ledger; none was changed afterwards.",
        ),
        t(
            "每个版本的承诺把其全部行固定下来：任何一行的改动都会使一致性检查失败。",
            "Each version's commitment fixes all of its rows: a change of any row makes the consistency check fail.",
        ),
    ]
    .map(|text| text.get(language).to_owned())
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::action::{Action, TaskClose};
    use ledger_types::{Digest, id::TaskId};

    #[test]
    fn every_action_has_a_sentence_in_both_languages() {
        // The names are the ledger's; the match in ledger_types::action is exhaustive, this list is held to it by count.
        let names = [
            "account_register",
            "account_update",
            "account_key_rotate",
            "dataset_publish",
            "dataset_version_add",
            "dataset_policy_set",
            "dataset_limits_set",
            "dataset_status_set",
            "application_submit",
            "application_review",
            "grant_revoke",
            "task_propose",
            "task_approve",
            "task_reject",
            "task_cancel",
            "task_retry",
            "task_attest",
            "task_fail",
            "task_refuse",
        ];
        for name in names {
            assert!(template(name).is_some(), "{name}");
            assert!(sentence(Language::ZhCn, name, "李伟", "x", None).contains("李伟"));
            assert!(sentence(Language::En, name, "Li Wei", "x", Some("role_missing")).contains("refused by a rule"));
        }
        let close = TaskClose { task: TaskId(Digest::ZERO), reason: String::new() };
        assert!(names.contains(&Action::TaskReject(close).name()));
    }
}
