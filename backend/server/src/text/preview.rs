//! Preview lines in words.

use backend_api::catalogue::{Language, Text};

use super::t;

/// What a group of lines is.
pub fn group(language: Language, code: &str) -> String {
    let text: Text = match code {
        "account_register" => t("登记账号", "Register an account"),
        "account_update" => t("变更账号", "Change an account"),
        "account_key_rotate" => t("更换密钥", "Replace a key"),
        "dataset_publish" => t("发布数据集", "Publish a dataset"),
        "dataset_version_add" => t("发布数据集新版本", "Add a version"),
        "dataset_policy_set" => t("修改列策略", "Change the column policy"),
        "dataset_limits_set" => t("修改使用限额", "Change the usage limits"),
        "usage_limits" => t("使用限额", "Usage limits"),
        "usage_limits_none" => t("取消所有使用限额", "No limits any more"),
        "dataset_status_set" => t("冻结或启用数据集", "Freeze or enable a dataset"),
        "commitment" | "dataset_commitment" => t("数据承诺", "Commitment to the rows"),
        "column" => t("列", "Column"),
        "column_rule" => t("列规则：允许", "Rule of the column: allowed"),
        "column_closed" => t("列规则：不允许任何使用", "Rule of the column: no use at all"),
        "application_submit" => t("申请使用数据", "Apply for data"),
        "application_approve" => t("批准申请并授权", "Approve the application and grant"),
        "application_reject" => t("驳回申请", "Reject the application"),
        "scope" => t("范围", "Scope"),
        "scope_column" => t("范围内的列", "Column in the scope"),
        "grant_revoke" => t("撤销授权", "Revoke the grant"),
        "task_propose" => t("发起任务", "Propose the task"),
        "task_approve" => t("批准任务", "Approve the task"),
        "task_reject" => t("拒绝任务", "Reject the task"),
        "task_cancel" => t("撤回任务", "Withdraw the task"),
        "task_retry" => t("再次运行任务", "Run the task again"),
        "task_summary" => t("任务书", "Specification"),
        "task_receiver" => t("唯一的结果接收方", "The only receiver of the result"),
        "task_receiver_first" => t(
            "先得到结果、并向对方逐键证明匹配的一方",
            "Learns the result first and proves to the other side, key by key, what matched",
        ),
        "task_psi" => t("隐私求交", "Private set intersection"),
        "task_output_rows" => t("输出：匹配的行", "Output: rows of the join"),
        "task_output_rows_both" => t("输出：匹配的行，双方各得一份", "Output: rows of the join, a file for each side"),
        "task_output_cardinality" => t("输出：只有交集的基数", "Output: the cardinality alone"),
        "task_output_aggregate" => t("输出：只有聚合值", "Output: an aggregate alone"),
        "task_party_receiver" => t("参与方（得到结果）", "Party (learns the result)"),
        "task_party_sender" => t("参与方（不得到结果）", "Party (learns no result)"),
        other => return other.to_owned(),
    };
    text.get(language).to_owned()
}
