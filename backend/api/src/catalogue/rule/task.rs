//! Codes of rules: tasks, from proposal to attestation.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "task_version_unsupported",
        422,
        ["任务书版本不受支持", "规则不认识该版本的任务书。", "升级客户端或节点。"],
        [
            "The version of the specification is not supported",
            "These rules do not know it.",
            "Update the client or the node.",
        ],
    ),
    (
        "algorithm_unknown",
        422,
        ["算法未登记", "联盟创世时没有约定该算法的这一版本，或它不适用于该任务种类。", "从“算法”页中选择。"],
        [
            "The algorithm is not registered",
            "The consortium did not agree on it in this version, or it does not fit the kind of task.",
            "Choose one from the page of algorithms.",
        ],
    ),
    (
        "min_matches_too_large",
        422,
        ["最小交集门槛过大", "门槛大于行数较少一方的行数，交集不可能达到。", "把门槛降到较小一方的行数以内。"],
        [
            "The minimum of matches is too large",
            "No intersection has more keys than the smaller dataset has rows.",
            "Choose one that is not above the rows of the smaller side.",
        ],
    ),
    (
        "min_group_too_small",
        422,
        ["最小分组过小", "对少数几行求和或求平均等于公开这些行的值。", "把最小交集门槛提高到规定的下限以上。"],
        [
            "The minimum group is too small",
            "A sum or an average over a few rows gives their values away.",
            "Raise the minimum of matches to the least that the rules ask for.",
        ],
    ),
    (
        "aggregates_count",
        422,
        ["聚合函数的数量不符", "没有聚合函数、有重复，或超过上限。", "列出需要的聚合函数，每个一次。"],
        [
            "The number of aggregates does not fit",
            "There is none, one stands twice, or there are too many.",
            "List the aggregates that are needed, each once.",
        ],
    ),
    (
        "output_columns",
        422,
        [
            "列与输出不符",
            "只输出基数时不携带任何列；输出聚合时，对方携带的列恰好是被聚合的列，接收方不携带列。",
            "调整携带列或输出。",
        ],
        [
            "The columns do not fit the output",
            "A cardinality takes no columns along; aggregates take along exactly the other side's columns that they are of.",
            "Change the columns or the output.",
        ],
    ),
    (
        "parties_count",
        422,
        ["参与方数量不符", "隐私求交的数据方为二至八方；只统计人数或聚合值时恰为两方。", "调整参与方或输出。"],
        [
            "The number of parties does not fit",
            "An intersection has two to eight parties with data; for a cardinality or aggregates exactly two.",
            "Change the parties or the output.",
        ],
    ),
    (
        "parties_repeated",
        422,
        ["参与方重复", "同一机构出现两次。", "每方选择不同机构。"],
        ["An organisation stands twice", "Parties must be different organisations.", "Choose different ones."],
    ),
    (
        "receiver_not_party",
        422,
        [
            "结果接收方不是数据方",
            "不提供数据的第三方只能接收全部数据方共有的行，不能接收统计值或未匹配的行。",
            "从数据方中选择接收方，或改为输出匹配行。",
        ],
        [
            "The receiver brings no data",
            "A third that brings no data can get the rows that all parties hold, and no other output.",
            "Choose the receiver among the parties, or rows that match as the output.",
        ],
    ),
    (
        "not_a_party",
        403,
        ["不是任务的参与方", "只有数据方和结果接收方可以这样做。", "请参与方办理。"],
        [
            "Your organisation takes no part in the task",
            "Only those that bring data or receive the result may do this.",
            "Ask one of them.",
        ],
    ),
    (
        "key_columns_count",
        422,
        ["匹配键数量不符", "键列数超出范围，或与规范化规则数不同。", "各方键列数与规则数须一致。"],
        [
            "The number of key columns does not fit",
            "It is out of bounds or differs from the number of key rules.",
            "Give every party as many key columns as there are rules.",
        ],
    ),
    (
        "key_rule_unknown",
        422,
        ["规范化规则未知", "没有该名称和版本的规范化规则。", "从规则列表中选择。"],
        ["The key rule is unknown", "There is no rule of this name and version.", "Choose one of the list."],
    ),
    (
        "payload_columns_too_many",
        422,
        ["携带列过多", "某一参与方的携带列超过上限。", "减少携带列。"],
        ["There are too many payload columns", "A party has more than allowed.", "Choose fewer."],
    ),
    (
        "task_column_repeated",
        422,
        ["任务中列重复", "同一列在一方的键列和携带列中出现两次。", "删除重复的列。"],
        ["A column stands twice in the task", "A party names it twice among keys and payload.", "Remove one."],
    ),
    (
        "attempts_out_of_range",
        422,
        ["重试次数超出范围", "允许的运行次数须在范围内。", "调整次数。"],
        ["The number of attempts is out of bounds", "It must be within the permitted range.", "Choose another number."],
    ),
    (
        "salt_length",
        422,
        ["随机盐长度不符", "任务书的随机盐须为 16 字节。", "重新预览以生成。"],
        ["The salt has the wrong length", "A specification's salt has 16 bytes.", "Preview again to make one."],
    ),
    (
        "deadline_passed",
        409,
        ["任务期限已过", "任务的最晚开始时间已过。", "以新的期限重新发起任务。"],
        ["The deadline has passed", "The task may no longer be started.", "Propose it again with a later deadline."],
    ),
    (
        "deadline_too_far",
        422,
        ["任务期限过远", "最晚开始时间超过允许的跨度。", "选择较近的时间。"],
        ["The deadline is too far ahead", "It lies beyond the permitted span.", "Choose a nearer time."],
    ),
    (
        "dataset_not_of_party",
        422,
        ["数据集不属于该参与方", "参与方只能提供本机构的数据集。", "为各方选择其自己的数据集。"],
        ["The dataset is not the party's", "A party brings its own data only.", "Choose a dataset of that party."],
    ),
    (
        "dataset_version_unknown",
        404,
        ["数据集版本不存在", "该数据集没有这个版本。", "选择已发布的版本。"],
        ["There is no such version", "The dataset has none of this number.", "Choose a published version."],
    ),
    (
        "grant_on_own_data",
        422,
        ["自有数据无需授权", "结果接收方使用自己的数据，不需要授权。", "去掉该方的授权编号。"],
        ["A grant on one's own data", "The receiver needs none for its own dataset.", "Leave the grant out."],
    ),
    (
        "task_exists",
        409,
        ["任务已存在", "内容完全相同的任务已经发起。", "打开已有任务，或重新预览后再发起。"],
        [
            "The task exists",
            "One with exactly this specification was proposed.",
            "Open it, or preview again for a new one.",
        ],
    ),
    (
        "task_unknown",
        404,
        ["任务不存在", "账本上没有该摘要的任务。", "核对任务编号。"],
        ["There is no such task", "No task has this digest.", "Check the id."],
    ),
    (
        "rerun_unknown",
        404,
        ["所重复的任务不存在", "任务书引用的原任务不在账本上。", "去掉引用，或选择已有任务。"],
        [
            "The repeated task does not exist",
            "The task that this one repeats is not on the ledger.",
            "Leave the reference out.",
        ],
    ),
    (
        "policy_denied",
        422,
        ["策略不允许该任务", "至少有一条策略或授权不允许；参数给出第一条。", "查看逐条结论，按提示申请授权或调整列。"],
        [
            "Policy does not permit the task",
            "At least one rule or grant forbids it; the parameters name the first.",
            "Read the verdict line by line and follow its hints.",
        ],
    ),
    (
        "task_status_wrong",
        409,
        ["任务当前状态不允许", "任务所处阶段与该操作不符，可能刚刚改变。", "刷新查看任务状态。"],
        [
            "The task's state does not allow this",
            "It stands where this cannot be done; it may have changed just now.",
            "Reload and look at its state.",
        ],
    ),
    (
        "already_approved",
        409,
        ["本机构已审批", "本机构已经批准过该任务。", "无需再次审批。"],
        ["Already approved", "Your organisation has approved the task.", "Nothing is left to do."],
    ),
    (
        "proposer_only",
        403,
        ["仅限发起人", "只有发起任务的账号可以这样做。", "请发起人办理。"],
        ["Only the proposer may do this", "It is left to the account that proposed the task.", "Ask that person."],
    ),
    (
        "attempts_used_up",
        409,
        ["运行次数已用完", "任务书允许的运行次数已经用完。", "排除原因后重新发起任务。"],
        [
            "All attempts are used up",
            "The task was run as often as its specification allows.",
            "Remove the cause and propose the task again.",
        ],
    ),
    (
        "session_wrong",
        409,
        ["会话不符", "会话不是该任务最近一次运行的会话。", "刷新后查看最近一次运行。"],
        ["The session is not the latest", "It is not that of the task's latest run.", "Look at the latest run."],
    ),
    (
        "already_attested",
        409,
        ["已提交运行声明", "本节点已就该次运行作出声明。", "无需处理。"],
        ["Already attested", "The node has attested this run.", "Nothing is left to do."],
    ),
    (
        "already_reported",
        409,
        ["已报告运行失败", "本节点已报告该次运行失败。", "无需处理。"],
        ["Already reported", "The node has reported this run as failed.", "Nothing is left to do."],
    ),
    (
        "attestation_foreign",
        422,
        ["声明代表了其他机构", "运行声明只能代表本机构。", "检查节点软件。"],
        [
            "The attestation speaks for another organisation",
            "A node attests for its own organisation only.",
            "Check the node's software.",
        ],
    ),
    (
        "attestation_role",
        422,
        ["声明的角色不符", "声明中的协议角色与任务书不同。", "检查节点软件。"],
        [
            "The attestation has another role",
            "The specification gives the party another role.",
            "Check the node's software.",
        ],
    ),
    (
        "attestation_input",
        422,
        ["声明的输入不符", "声明的数据集或版本与任务书不同。", "检查节点软件。"],
        [
            "The attestation has another input",
            "It names another dataset or version than the specification.",
            "Check the node's software.",
        ],
    ),
    (
        "attestation_channels",
        422,
        ["声明的通道不符", "声明须描述与其他每一方的一条通道。", "检查节点软件。"],
        [
            "The attestation's channels do not fit",
            "It must describe one channel to each other party.",
            "Check the node's software.",
        ],
    ),
    (
        "attestation_times",
        422,
        ["声明的时间不符", "声明的结束时间早于开始时间。", "检查节点时钟。"],
        ["The attestation's times do not fit", "It ends before it starts.", "Check the node's clock."],
    ),
];
