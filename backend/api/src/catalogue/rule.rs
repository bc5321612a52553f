//! Codes of the consortium's rules (`ledger_contract::RuleCode`).

use super::Row;

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
    // Accounts.
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
    // Catalogue.
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
    // Applications and grants.
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
    // Tasks.
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
    // Lines of a verdict.
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
    // What differs between the attestations of a disputed run.
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
