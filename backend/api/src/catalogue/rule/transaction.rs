//! Codes of rules: what a transaction must be before anybody asks what it does.

use crate::catalogue::Row;

pub(super) const ROWS: &[Row] = &[
    // Admission.
    (
        "tx_too_large",
        413,
        ["交易过大", "交易的字节数超过本链上限，多半是列或说明过多。", "精简说明，或把列拆成几个数据集。"],
        [
            "The transaction is too large",
            "It has more bytes than the chain allows, mostly because of very many columns or long texts.",
            "Shorten the texts or split the dataset.",
        ],
    ),
    (
        "tx_malformed",
        422,
        ["交易无法解析", "提交的字节不是一笔交易。", "检查客户端版本；控制台出现此错误请联系运营方。"],
        [
            "The bytes are no transaction",
            "What was submitted cannot be decoded as a transaction.",
            "Check the version of the client, or tell your operator.",
        ],
    ),
    (
        "tx_not_canonical",
        422,
        ["交易编码不规范", "字节能解析，但不是唯一的规范编码，可能被改动过。", "用规范编码重新生成并签名。"],
        [
            "The transaction is not in canonical form",
            "The bytes decode, but they are not the one canonical encoding.",
            "Encode it canonically and sign again.",
        ],
    ),
    (
        "tx_version_unsupported",
        422,
        ["交易版本不受支持", "交易结构的版本本链规则不认识。", "升级客户端或节点。"],
        [
            "The transaction version is not supported",
            "These rules do not know this version of the structure.",
            "Update the client or the node.",
        ],
    ),
    (
        "rules_unsupported",
        503,
        ["规则版本不受支持", "区块要求的规则版本比本节点软件新。", "请运营方升级节点。"],
        [
            "The version of the rules is not supported",
            "The block asks for rules that this software does not have.",
            "Ask your operator to update the node.",
        ],
    ),
    (
        "wrong_chain",
        422,
        ["交易属于另一条链", "交易里的链标识与本链不同，不能重放。", "连接正确的节点后重新签名。"],
        [
            "The transaction is for another chain",
            "Its chain id differs, so it cannot be replayed here.",
            "Connect to the right node and sign again.",
        ],
    ),
    (
        "tx_expired",
        409,
        ["交易已过有效高度", "等待太久，交易在有效高度之前没有执行。没有产生任何改变。", "重新提交。"],
        [
            "The transaction has expired",
            "The last height at which it may run has passed. Nothing changed.",
            "Submit it again.",
        ],
    ),
    (
        "tx_valid_until_too_far",
        422,
        ["交易有效期过长", "交易声明的有效高度超过本链允许的跨度。", "缩短有效期后重新签名。"],
        [
            "The transaction would stay valid too long",
            "Its last height lies farther ahead than the chain allows.",
            "Sign again with a nearer height.",
        ],
    ),
    (
        "organisation_unknown",
        404,
        ["机构不存在", "联盟中没有该机构。", "核对机构标识。"],
        ["There is no such organisation", "No member has this id.", "Check the id of the organisation."],
    ),
    (
        "organisation_frozen",
        409,
        ["机构已冻结", "该机构目前不参与联盟业务。", "联系联盟运营方。"],
        ["The organisation is frozen", "It does not take part at present.", "Ask the operator of the consortium."],
    ),
    (
        "account_unknown",
        404,
        ["账号未在账本登记", "账本上没有该账号，它不能签名。", "请本机构平台运营方登记账号。"],
        [
            "The account is not on the ledger",
            "No account has this id, so it cannot sign.",
            "Ask your operator to register it.",
        ],
    ),
    (
        "wrong_signature",
        422,
        ["签名无效", "签名不是该账号当前密钥对这笔交易所作。", "用当前密钥重新签名；密钥可能已更换。"],
        [
            "The signature is wrong",
            "It was not made by the account's present key over this transaction.",
            "Sign again with the present key; it may have been replaced.",
        ],
    ),
    (
        "nonce_stale",
        409,
        ["交易序号过旧", "序号低于该账号的接受窗口，视为重放。", "重新提交，系统会使用新序号。"],
        [
            "The nonce is too old",
            "It lies below the account's window and counts as a replay.",
            "Submit again; a new nonce will be used.",
        ],
    ),
    (
        "nonce_used",
        409,
        ["交易序号已用过", "同一序号的交易已经执行，重放被拒绝。", "查看是否已经办理成功；否则重新提交。"],
        [
            "The nonce was used before",
            "A transaction with this nonce was executed; a replay is refused.",
            "See whether it already succeeded; otherwise submit again.",
        ],
    ),
    (
        "nonce_too_far_ahead",
        409,
        ["交易序号跳得太远", "序号比该账号用过的最大序号大得太多。", "检查密钥是否在别处使用；重新提交。"],
        [
            "The nonce is too far ahead",
            "It lies too far above the account's highest.",
            "Check whether the key is used elsewhere, then submit again.",
        ],
    ),
    // Who, and how it is written.
    (
        "role_missing",
        403,
        ["账号没有所需角色", "账本规则要求的角色，该账号没有。", "请有该角色的同事办理，或请运营方调整角色。"],
        [
            "The account lacks the role",
            "The ledger's rules ask for a role that this account does not have.",
            "Ask a colleague who has it, or ask your operator.",
        ],
    ),
    (
        "text_empty",
        422,
        ["必填文字为空", "该处必须写明内容。", "填写后重试。"],
        ["A text is empty", "Something must be said here.", "Fill it in and try again."],
    ),
    (
        "text_too_long",
        422,
        ["文字过长", "文字超过允许的长度。", "精简后重试。"],
        ["A text is too long", "It has more characters than allowed.", "Shorten it and try again."],
    ),
    (
        "text_forbidden_character",
        422,
        ["文字含有不允许的字符", "含有控制字符，或会隐藏、颠倒文字的字符。", "删除这些字符；从别处粘贴时容易带入。"],
        [
            "A text has a forbidden character",
            "It holds a control character or one that hides or reorders text.",
            "Remove it; it often comes with pasted text.",
        ],
    ),
    (
        "code_malformed",
        422,
        ["代码格式有误", "代码须为较短的小写下划线形式。", "检查客户端；控制台出现此错误请联系运营方。"],
        ["A code is malformed", "Codes must be short and snake_case.", "Check the client, or tell your operator."],
    ),
    (
        "nothing_changes",
        409,
        ["没有任何变化", "所要求的内容与现状相同。", "无需再办；需要别的改动请修改后提交。"],
        [
            "Nothing would change",
            "Everything is already as asked.",
            "Nothing is left to do; change something if you meant another outcome.",
        ],
    ),
];
