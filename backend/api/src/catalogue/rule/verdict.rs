//! Codes of rules: lines of a verdict.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "limit_input_too_small",
        422,
        [
            "数据行数少于限额要求",
            "对极少数键求交会探查到个人，数据提供方要求不少于规定行数。",
            "使用更大的数据集版本，或请数据提供方放宽限额。",
        ],
        [
            "The receiver brings too few rows",
            "A tiny set asks about individuals; the owner asks for more rows.",
            "Use a larger version, or ask the owner to change the limit.",
        ],
    ),
    (
        "limit_input_too_large",
        422,
        [
            "单次检验的键数超过限额",
            "本任务可检验的键数多于数据提供方允许的单次键数。",
            "使用更小的数据集版本，换用可检验键数不超过行数的算法，或请数据提供方放宽限额。",
        ],
        [
            "The task tests too many keys",
            "It could test more keys than the owner allows for one run.",
            "Use a smaller version or an algorithm without slack, or ask the owner to change the limit.",
        ],
    ),
    (
        "limit_min_matches_too_low",
        422,
        ["最小交集门槛低于要求", "数据提供方要求更高的最小交集门槛。", "提高任务的最小交集门槛。"],
        [
            "The minimum of matches is too low",
            "The owner asks for a higher one.",
            "Raise the task's minimum of matches.",
        ],
    ),
    (
        "limit_runs_used_up",
        409,
        [
            "周期内的运行次数已用完",
            "本周期内对该数据集的运行次数（含重试）已达限额。",
            "等到给出的时间再发起，或请数据提供方放宽限额。",
        ],
        [
            "The runs of the period are used up",
            "As many runs, retries included, were made on the dataset as the owner allows.",
            "Wait until the time given, or ask the owner to change the limit.",
        ],
    ),
    (
        "limit_keys_used_up",
        409,
        [
            "周期内可检验的键数已用完",
            "本周期内对该数据集检验的键数将超过限额。",
            "等到给出的时间再发起，使用更小的数据集版本，或请数据提供方放宽限额。",
        ],
        [
            "The keys of the period are used up",
            "The task would test more keys against the dataset than the owner allows.",
            "Wait until the time given, use a smaller version, or ask the owner to change the limit.",
        ],
    ),
    (
        "grant_missing",
        422,
        ["缺少授权", "使用该方数据需要授权，任务没有写明。", "先申请数据，再在任务中选择授权。"],
        [
            "A grant is missing",
            "The party's data need one and the task names none.",
            "Apply for the data, then choose the grant in the task.",
        ],
    ),
    (
        "grant_other_dataset",
        422,
        ["授权对应另一数据集", "所选授权不是该数据集的授权。", "选择该数据集的授权。"],
        ["The grant is for another dataset", "It does not speak of this one.", "Choose a grant for this dataset."],
    ),
    (
        "grant_other_grantee",
        422,
        ["授权对象不是结果接收方", "授权给了其他机构。", "由被授权机构作为接收方，或重新申请。"],
        [
            "The grant is for another organisation",
            "Its grantee is not the receiver.",
            "Let the grantee be the receiver, or apply anew.",
        ],
    ),
    (
        "grant_expired",
        409,
        ["授权已过期", "授权的截止时间已过。", "重新申请。"],
        ["The grant has expired", "Its time is over.", "Apply again."],
    ),
    (
        "grant_used_up",
        409,
        ["授权次数已用完", "授权的使用次数已经用完。", "重新申请。"],
        ["The grant is used up", "It was used as often as it may.", "Apply again."],
    ),
    (
        "purpose_not_granted",
        422,
        ["用途不在授权内", "任务的用途与授权的用途不同。", "改用授权的用途，或按新用途申请。"],
        [
            "The purpose is not granted",
            "The grant is for another purpose.",
            "Use that purpose, or apply for the new one.",
        ],
    ),
    (
        "kind_not_granted",
        422,
        ["任务种类不在授权内", "授权不包含该任务种类。", "按该任务种类申请。"],
        ["The kind of task is not granted", "The grant does not cover it.", "Apply for this kind of task."],
    ),
    (
        "key_not_granted",
        422,
        ["授权不允许作为匹配键", "授权没有允许该列用作匹配键。", "换用已授权的列，或申请该列。"],
        [
            "The grant does not let the column be a key",
            "It does not name this use of the column.",
            "Use another column, or apply for it.",
        ],
    ),
    (
        "key_forbidden",
        422,
        ["列策略不允许作为匹配键", "数据提供方的列策略不允许。", "换用其他列，或请数据提供方调整策略。"],
        [
            "The policy does not let the column be a key",
            "The owner's column policy forbids it.",
            "Use another column, or ask the owner to change the policy.",
        ],
    ),
    (
        "payload_not_granted",
        422,
        ["授权不允许携带该列", "授权没有允许对匹配行给出该列。", "去掉该列，或申请该列。"],
        [
            "The grant does not let the column be released",
            "It does not name this use of the column.",
            "Leave the column out, or apply for it.",
        ],
    ),
    (
        "payload_forbidden",
        422,
        ["列策略不允许携带该列", "数据提供方的列策略不允许对匹配行给出该列。", "去掉该列，或请数据提供方调整策略。"],
        [
            "The policy does not let the column be released",
            "The owner's column policy forbids it.",
            "Leave the column out, or ask the owner to change the policy.",
        ],
    ),
];
