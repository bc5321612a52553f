//! Lines of a task's log in words.

use std::collections::BTreeMap;

use backend_api::catalogue::{Language, Text};

use super::t;

/// An event in words, with its parameters.
pub fn message(language: Language, event: &str, params: &BTreeMap<String, String>) -> String {
    let text: Option<Text> = match event {
        "run_started" => Some(t("运行开始", "The run started")),
        "run_forced" => Some(t("在本节点被强制启动（演练）", "Forced to start on this node (drill)")),
        "run_refused_here" => Some(t("本节点拒绝运行", "This node refused to run")),
        "refused_peer" => Some(t("本节点拒绝了对方的请求", "This node refused the peer's request")),
        "refusal_recorded" => Some(t("拒绝已记入账本", "The refusal is on the ledger")),
        "waiting_for_peer" => Some(t("等待对方节点", "Waiting for the peer's node")),
        "input_read" => Some(t("输入已读取并核对承诺", "The input was read and its commitment checked")),
        "protocol_finished" => Some(t("协议完成", "The protocol finished")),
        "result_written" => Some(t("结果已写入本节点", "The result was written on this node")),
        "result_discarded" => Some(t("运行未完成，结果已删除", "The run did not complete; its result was removed")),
        "attested" => Some(t("运行声明已上链", "The attestation is on the ledger")),
        "attestation_resumed" => Some(t("重启后继续提交运行声明", "Attesting was resumed after a restart")),
        "attestation_not_accepted" => Some(t("运行声明未被账本接受", "The ledger did not accept the attestation")),
        "run_interrupted" => Some(t("运行中断，断点已保存", "The run was cut off; what was done is kept")),
        "run_resumed" => Some(t("运行从断点继续", "The run goes on from its checkpoint")),
        "run_paused" => Some(t("运行已暂停", "The run was paused")),
        "resume_asked" => Some(t("有人要求继续运行", "A person asked to go on")),
        "run_stalled" => Some(t("运行停滞", "The run stands still")),
        "run_moves_again" => Some(t("运行恢复进展", "The run moves again")),
        "run_failed" => Some(t("运行失败", "The run failed")),
        _ => None,
    };
    let mut said = text.map_or_else(|| event.to_owned(), |x| x.get(language).to_owned());
    if let Some(code) = params.get("code") {
        let separator = if language == Language::ZhCn { "：" } else { ": " };
        said = format!("{said}{separator}{}", super::title(language, code));
    }
    let params = super::params(language, params);
    match (params.is_empty(), language) {
        (true, _) => said,
        (false, Language::ZhCn) => format!("{said}（{params}）"),
        (false, Language::En) => format!("{said} ({params})"),
    }
}
