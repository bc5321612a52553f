//! Codes of the ledger room (`ledger_client::LedgerError`).

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "ledger_busy",
        503,
        ["账本队列已满", "等待上链的交易过多。没有提交任何东西。", "稍后重试。"],
        ["The ledger's queue is full", "Too many transactions are waiting. Nothing was submitted.", "Try again later."],
    ),
    (
        "ledger_timed_out",
        503,
        [
            "账本未在时限内确认",
            "交易已提交，但没有在时限内上链；可能仍会上链。多半是在线的验证节点不足三分之二。",
            "稍后查看是否已经生效，再决定是否重新提交；检查各节点是否在线。",
        ],
        [
            "The ledger did not confirm in time",
            "The transaction was submitted but not committed in time; it may still be. Mostly fewer than two thirds of the validators are up.",
            "See later whether it took effect before submitting again, and whether the nodes are up.",
        ],
    ),
    (
        "ledger_not_available",
        404,
        [
            "本节点没有该高度的数据",
            "该高度尚未同步到本节点，或历史已按设置清理。",
            "稍后重试，或查询保留全部历史的节点。",
        ],
        [
            "This node does not have that height",
            "It has not been synchronised yet, or its history was pruned.",
            "Try later, or ask a node that keeps all history.",
        ],
    ),
    (
        "ledger_failed",
        503,
        ["账本暂不可用", "本节点的账本存储或共识引擎出错。", "联系平台运营方查看节点日志。"],
        [
            "The ledger is not available",
            "This node's ledger store or engine failed.",
            "Ask your operator to look at the node's log.",
        ],
    ),
];
