//! Codes of rules: accounts.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "account_exists",
        409,
        ["账号已存在", "本机构已有同名账号。", "换一个账号名。"],
        ["The account exists", "The organisation already has an account of this name.", "Choose another name."],
    ),
    (
        "roles_empty",
        422,
        ["未选择角色", "账号至少要有一个角色。", "选择至少一个角色。"],
        ["No role was chosen", "An account needs at least one role.", "Choose one or more."],
    ),
    (
        "node_reserved",
        422,
        ["节点账号为保留账号", "节点的角色和账号不授予个人。", "使用其他账号名和角色。"],
        [
            "The node's account is reserved",
            "The role and the account of the node are not given to persons.",
            "Use another name and other roles.",
        ],
    ),
    (
        "last_operator",
        409,
        ["至少保留一名平台运营方", "这样做之后本机构将没有可用的平台运营方。", "先增加或启用另一名运营方。"],
        [
            "One operator must remain",
            "After this the organisation would have no active operator.",
            "Add or enable another operator first.",
        ],
    ),
    (
        "operators_too_many",
        409,
        ["平台运营方数量已达上限", "本机构的运营方账号已达上限。", "先冻结不用的运营方账号。"],
        ["There are too many operators", "The organisation has as many as it may.", "Freeze one that is not used."],
    ),
    (
        "key_wrong_suite",
        422,
        ["密钥算法与本链不符", "密钥属于另一套密码算法。", "用本链的算法套件重新生成密钥。"],
        [
            "The key is of another suite",
            "The chain uses another set of algorithms.",
            "Make a key of the chain's suite.",
        ],
    ),
    (
        "key_in_use",
        409,
        ["密钥已被使用", "该公钥属于或曾经属于某个账号。", "生成新的密钥。"],
        ["The key is in use", "It belongs, or once belonged, to an account.", "Make a new key."],
    ),
];
