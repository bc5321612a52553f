//! Codes of rules: datasets and their policies.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "dataset_id_prefix",
        422,
        ["数据集标识前缀有误", "数据集标识须以本机构标识加点开头。", "改为“机构标识.名称”。"],
        [
            "The dataset's id has the wrong prefix",
            "It must start with the owner's id and a dot.",
            "Use `organisation.name`.",
        ],
    ),
    (
        "dataset_exists",
        409,
        ["数据集已存在", "已有同名数据集。", "换一个标识，或为已有数据集发布新版本。"],
        ["The dataset exists", "A dataset of this id was published.", "Choose another id, or add a version to it."],
    ),
    (
        "dataset_unknown",
        404,
        ["数据集不存在", "目录中没有该数据集。", "核对数据集标识。"],
        ["There is no such dataset", "The catalogue has none of this id.", "Check the id."],
    ),
    (
        "dataset_frozen",
        409,
        ["数据集已冻结", "数据提供方暂停了该数据集的使用。", "联系数据提供方，或改用其他数据集。"],
        ["The dataset is frozen", "Its owner has stopped its use for now.", "Ask the owner, or use another dataset."],
    ),
    (
        "not_dataset_owner",
        403,
        ["不是该数据集的提供方", "只有数据所属机构可以这样做。", "请数据提供方办理。"],
        ["The dataset belongs to another organisation", "Only its owner may do this.", "Ask the owner."],
    ),
    (
        "columns_count",
        422,
        ["列数超出范围", "数据集的列数过少或过多。", "调整要发布的列。"],
        [
            "The number of columns is out of bounds",
            "A dataset has too few or too many columns.",
            "Choose other columns to publish.",
        ],
    ),
    (
        "column_repeated",
        422,
        ["列名重复", "同一数据集中有两个同名的列。", "改名或去掉其一。"],
        ["A column stands twice", "Two columns have the same name.", "Rename or remove one."],
    ),
    (
        "column_rules_too_many",
        422,
        ["列规则过多", "该列的规则条数超过上限。", "合并规则。"],
        ["A column has too many rules", "It has more than allowed.", "Merge some of them."],
    ),
    (
        "column_rule_repeated",
        422,
        ["列规则重复", "同一列对同一对象、用途和形式有两条规则。", "删除其一。"],
        ["A column's rule stands twice", "Two rules name the same grantee, purpose and use.", "Remove one."],
    ),
    (
        "commitment_scheme_unknown",
        422,
        ["数据承诺方案未知", "承诺使用了规则不认识的方案。", "升级节点软件后重新准备数据。"],
        [
            "The commitment scheme is unknown",
            "These rules do not know it.",
            "Update the node and prepare the data again.",
        ],
    ),
    (
        "schema_changed",
        409,
        ["新版本的结构与数据集不同", "列名、类型或顺序变了，不能作为新版本发布。", "恢复原结构，或发布为新的数据集。"],
        [
            "The schema has changed",
            "A new version must have the dataset's columns, types and order.",
            "Restore the schema, or publish a new dataset.",
        ],
    ),
    (
        "version_not_next",
        409,
        ["版本号不连续", "期间已有人发布了新版本。", "刷新后重新发布。"],
        ["The version is not the next one", "Somebody published a version in between.", "Reload and publish again."],
    ),
    (
        "versions_too_many",
        409,
        ["版本数已达上限", "该数据集的版本数已达上限。", "发布为新的数据集。"],
        ["There are too many versions", "The dataset has as many as it may.", "Publish a new dataset."],
    ),
    (
        "policy_version_not_next",
        409,
        ["列策略已被他人修改", "所依据的策略版本不是最新。", "刷新查看最新策略，再作修改。"],
        [
            "The policy was changed in between",
            "The version it was made on is not the latest.",
            "Reload the policy and change that.",
        ],
    ),
    (
        "usage_limits_too_many",
        422,
        ["使用限额条目过多", "一个数据集的使用限额条目数已达上限。", "合并为对所有伙伴的一条限额。"],
        ["There are too many limits", "A dataset has as many entries as it may.", "Use one limit for all partners."],
    ),
    (
        "usage_limits_order",
        422,
        ["使用限额的次序不对", "限额须按伙伴排序，每个伙伴一条。", "去掉重复的伙伴，用控制台重新提交。"],
        [
            "The limits are not in order",
            "They must be sorted by partner, each partner once.",
            "Remove the repeated partner and send again from the console.",
        ],
    ),
    (
        "usage_limit_out_of_range",
        422,
        ["使用限额无效", "周期须为 1 至 366 天，至少有一项限额，且最少键数不大于最多键数。", "修改标出的限额。"],
        [
            "A limit is not possible",
            "A period has 1 to 366 days, something must be limited, and the fewest keys are not more than the most.",
            "Change the limit named.",
        ],
    ),
    (
        "columns_changed",
        422,
        ["列与数据集不符", "策略须按原顺序列出数据集的所有列及其类型。", "刷新后只修改规则和分级。"],
        [
            "The columns differ from the dataset's",
            "A policy must name all columns with their types in their order.",
            "Reload and change rules and grades only.",
        ],
    ),
];
