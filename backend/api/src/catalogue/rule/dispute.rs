//! Codes of rules: what differs between the attestations of a disputed run.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "attestation_missing",
        409,
        ["缺少运行声明", "有一方没有提交运行声明。", "请该方检查其节点。"],
        ["An attestation is missing", "A party has not attested the run.", "Ask that party to look at its node."],
    ),
    (
        "algorithm_differs",
        409,
        ["算法与任务书不一致", "某方运行的算法或版本与任务书不同。", "不要使用该结果；请该方升级或恢复其节点软件。"],
        [
            "The algorithm differs",
            "A party ran another algorithm or version than the specification.",
            "Do not use the result; that party must put its software right.",
        ],
    ),
    (
        "parameters_differ",
        409,
        ["协议参数不一致", "双方协商的协议参数摘要不同。", "不要使用该结果；双方核对软件版本后重新运行。"],
        [
            "The protocol parameters differ",
            "The parties state different digests of what they negotiated.",
            "Do not use the result; compare software versions and run again.",
        ],
    ),
    (
        "transcript_differs",
        409,
        [
            "通信记录不一致",
            "一方发出的内容与另一方收到的内容摘要不同。",
            "不要使用该结果；双方检查网络与节点后重新运行。",
        ],
        [
            "The transcripts differ",
            "What one end sent is not what the other received.",
            "Do not use the result; check network and nodes and run again.",
        ],
    ),
    (
        "bytes_differ",
        409,
        ["通信字节数不一致", "一方发出的字节数与另一方收到的不同。", "不要使用该结果；双方检查网络与节点后重新运行。"],
        [
            "The numbers of bytes differ",
            "One end sent another number of bytes than the other received.",
            "Do not use the result; check network and nodes and run again.",
        ],
    ),
    (
        "items_differ",
        409,
        ["条目数不一致", "一方宣布的条目数与其声明使用的不同。", "不要使用该结果；请该方检查数据与节点。"],
        [
            "The numbers of items differ",
            "A party announced another number of items than it says it used.",
            "Do not use the result; that party must check its data and node.",
        ],
    ),
    (
        "seed_commitment_differs",
        409,
        ["随机种子承诺不一致", "对方收到的种子承诺与本方声明的不同。", "不要使用该结果；双方检查节点后重新运行。"],
        [
            "The seed commitments differ",
            "The peer received another commitment than its owner states.",
            "Do not use the result; check both nodes and run again.",
        ],
    ),
    (
        "input_commitment_differs",
        409,
        [
            "输入数据与已发布版本不一致",
            "某方读到的数据不是任务约定的版本。",
            "不要使用该结果；请该方恢复数据，或发布新版本后重新发起任务。",
        ],
        [
            "The input is not the published version",
            "The rows that a party read are not those it committed to.",
            "Do not use the result; that party must restore the data or publish a new version.",
        ],
    ),
    (
        "row_count_differs",
        409,
        ["输入行数与已发布版本不一致", "某方读到的行数与发布的版本不同。", "不要使用该结果；请该方检查数据源。"],
        [
            "The number of rows is not that of the published version",
            "A party read another number of rows than it committed to.",
            "Do not use the result; that party must check its source.",
        ],
    ),
    (
        "canary_failed",
        409,
        [
            "哨兵行核对失败",
            "预埋的哨兵行没有按应有的方式出现，结果可能缺行或多行。",
            "不要使用该结果；双方检查节点后重新运行。",
        ],
        [
            "A canary failed",
            "A planted row was not found where it must be, or was found where it must not be: the result may lack rows or have extra ones.",
            "Do not use the result; check both nodes and run again.",
        ],
    ),
    (
        "canary_missing",
        409,
        ["没有哨兵行结论", "结果接收方没有说明哨兵行是否正确。", "不要使用该结果；请接收方检查节点软件。"],
        [
            "The canaries are not accounted for",
            "The receiver does not say whether they were right.",
            "Do not use the result; the receiver must check its software.",
        ],
    ),
    (
        "result_missing",
        404,
        [
            "没有结果",
            "结果接收方没有结果或没有对结果作出承诺；或本节点不持有该任务的结果。",
            "任务完成后在接收方查看；已完成仍无结果时请运营方检查节点。",
        ],
        [
            "There is no result",
            "The receiver has none or did not commit to it, or this node does not hold it.",
            "Look at the receiver's node after completion; if it is completed, ask your operator.",
        ],
    ),
    (
        "result_unexpected",
        409,
        ["非接收方出现结果", "不应得到结果的一方声明持有结果。", "停止合作并检查该方节点。"],
        [
            "A party has a result that it must not have",
            "An organisation that is not the receiver states a result.",
            "Stop and have that party's node examined.",
        ],
    ),
];
