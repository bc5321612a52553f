//! Codes of rules: applications and grants.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "own_dataset",
        409,
        ["无需申请本机构的数据", "该数据集就是本机构的。", "直接在任务中使用。"],
        [
            "It is your own dataset",
            "An organisation needs no application for its own data.",
            "Use it in a task directly.",
        ],
    ),
    (
        "application_exists",
        409,
        ["申请编号已存在", "已有同编号的申请。", "重新提交，系统会生成新编号。"],
        ["The application exists", "Its id is taken.", "Submit again with a new id."],
    ),
    (
        "application_unknown",
        404,
        ["申请不存在", "没有该编号的申请。", "核对编号。"],
        ["There is no such application", "None has this id.", "Check the id."],
    ),
    (
        "application_closed",
        409,
        ["申请已办结", "该申请已被批准或驳回。", "刷新查看结果；需要时重新申请。"],
        [
            "The application was already answered",
            "It was approved or rejected.",
            "Reload to see the answer; apply anew if needed.",
        ],
    ),
    (
        "column_unknown",
        422,
        ["列不存在", "数据集中没有该列。", "核对列名；数据集可能有了变化。"],
        ["There is no such column", "The dataset has none of this name.", "Check the name."],
    ),
    (
        "scope_columns_count",
        422,
        ["申请的列数超出范围", "范围内没有列，或列过多。", "调整所选的列。"],
        [
            "The number of columns in the scope is out of bounds",
            "The scope names no column, or too many.",
            "Choose other columns.",
        ],
    ),
    (
        "scope_column_repeated",
        422,
        ["范围内列重复", "同一列的同一用法出现两次。", "删除重复项。"],
        ["A column use stands twice in the scope", "The same use of the same column is named twice.", "Remove one."],
    ),
    (
        "scope_kinds_empty",
        422,
        ["未选择任务种类", "范围内没有任何任务种类。", "选择至少一种。"],
        ["No kind of task was chosen", "The scope names none.", "Choose one or more."],
    ),
    (
        "scope_uses_out_of_range",
        422,
        ["使用次数超出范围", "使用次数须在允许范围内。", "调整次数。"],
        ["The number of uses is out of bounds", "It must be within the permitted range.", "Choose another number."],
    ),
    (
        "scope_expiry_past",
        422,
        ["截止时间已过", "范围的截止时间在过去。", "选择将来的时间。"],
        ["The scope ends in the past", "Its end lies before the present block time.", "Choose a time in the future."],
    ),
    (
        "scope_expiry_too_far",
        422,
        ["截止时间过远", "范围的截止时间超过允许的跨度。", "选择较近的时间。"],
        ["The scope ends too far in the future", "Its end lies beyond the permitted span.", "Choose a nearer time."],
    ),
    (
        "grant_exists",
        409,
        ["授权编号已存在", "已有同编号的授权。", "重新提交，系统会生成新编号。"],
        ["The grant exists", "Its id is taken.", "Submit again with a new id."],
    ),
    (
        "grant_wider_columns",
        422,
        ["授权的列超出申请", "授权给出了没有申请的列或用法。", "只授予申请过的列和用法。"],
        [
            "The grant is wider than the application: columns",
            "It gives a use that was not applied for.",
            "Grant only what was applied for.",
        ],
    ),
    (
        "grant_other_purpose",
        422,
        ["授权用途与申请不同", "授权的用途须与申请一致。", "改为申请的用途，或请对方重新申请。"],
        [
            "The grant is for another purpose",
            "It must be for the purpose of the application.",
            "Use that purpose, or ask for a new application.",
        ],
    ),
    (
        "grant_wider_kinds",
        422,
        ["授权的任务种类超出申请", "授权给出了没有申请的任务种类。", "只授予申请过的种类。"],
        [
            "The grant is wider than the application: kinds of task",
            "It gives a kind that was not applied for.",
            "Grant only what was applied for.",
        ],
    ),
    (
        "grant_wider_expiry",
        422,
        ["授权期限超出申请", "授权的截止时间晚于申请。", "缩短期限。"],
        ["The grant is wider than the application: time", "It lasts longer than was applied for.", "Shorten it."],
    ),
    (
        "grant_wider_uses",
        422,
        ["授权次数超出申请", "授权的使用次数多于申请。", "减少次数。"],
        ["The grant is wider than the application: uses", "It gives more uses than were applied for.", "Give fewer."],
    ),
    (
        "grant_beyond_policy",
        422,
        ["授权超出列策略", "列策略不允许该机构为此用途这样使用该列。", "先调整列策略，或缩小授权。"],
        [
            "The grant goes beyond the column's policy",
            "The policy does not permit this use to this organisation for this purpose.",
            "Change the policy first, or grant less.",
        ],
    ),
    (
        "grant_outlasts_policy",
        422,
        ["授权期限超出列策略", "授权的截止时间晚于列策略允许的时间。", "缩短授权期限，或延长列策略。"],
        [
            "The grant outlasts the column's policy",
            "It ends later than the policy permits the use.",
            "Shorten the grant, or extend the policy.",
        ],
    ),
    (
        "not_grantor",
        403,
        ["不是授权方", "该授权由其他机构作出。", "请授权机构办理。"],
        ["The grant was given by another organisation", "Only its grantor may do this.", "Ask the grantor."],
    ),
    (
        "grant_unknown",
        404,
        ["授权不存在", "没有该编号的授权。", "核对编号，或先申请数据。"],
        ["There is no such grant", "None has this id.", "Check the id, or apply for the data."],
    ),
    (
        "grant_revoked",
        409,
        ["授权已撤销", "数据提供方收回了该授权。", "重新申请，或与数据提供方沟通。"],
        ["The grant was revoked", "The owner took it back.", "Apply again, or talk to the owner."],
    ),
];
