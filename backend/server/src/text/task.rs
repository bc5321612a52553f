//! What people must know of a task before they approve it, and of a check after it.

use backend_api::catalogue::{Language, Text};
use ledger_types::task::{PsiOutput, RowJoin, RowsOutput, TaskKind, TaskSpec};

use super::{algorithm, fill, t};

fn of_rows(rows: &RowsOutput, releases: bool, returns: bool) -> Vec<Text> {
    let mut texts: Vec<Text> = vec![t(
        "{receiver} 得知自己的哪些键也在 {others} 的数据中，以及对方的条目总数。",
        "{receiver} learns which of its own keys {others} also holds, and how many items the other side has.",
    )];
    if releases {
        texts.push(t(
            "对匹配的行，{receiver} 还得到这些列的值：{columns}。",
            "For matched rows {receiver} also learns the values of these columns: {columns}.",
        ));
    }
    if rows.both {
        texts.push(t(
            "{others} 也得到结果，得知自己的哪些键也在 {receiver} 的数据中：{receiver} 逐键证明匹配。{receiver} \
             不能谎报自己不持有的键，但可以隐瞒部分匹配而不被察觉。",
            "{others} is given a result too and learns which of its own keys {receiver} holds: {receiver} proves them one by \
             one. It cannot claim a key that it does not hold, but it can keep matches to itself unnoticed.",
        ));
        if returns {
            texts.push(t(
                "对已证明的匹配，{others} 还得到 {receiver} 的这些列的值：{returned}。",
                "For proven matches {others} also learns the values of these columns of {receiver}: {returned}.",
            ));
        }
    }
    match rows.join {
        RowJoin::Inner => {}
        RowJoin::Left if rows.both => texts.push(t(
            "各方的结果包含自己的全部行；不匹配的行在对方的列上为空。",
            "Each side's result has all its own rows; those that match nothing are empty in the other side's columns.",
        )),
        RowJoin::Unmatched if rows.both => texts.push(t(
            "各方的结果只包含自己不匹配的行；匹配的是哪些，由此同样可知。",
            "Each side's result has only its own rows that match nothing; which ones match follows from it.",
        )),
        RowJoin::Left => texts.push(t(
            "结果包含 {receiver} 的全部行；不匹配的行在对方的列上为空。",
            "The result has all rows of {receiver}; those that match nothing are empty in the other side's columns.",
        )),
        RowJoin::Unmatched => texts.push(t(
            "结果只包含 {receiver} 不匹配的行；匹配的是哪些，由此同样可知。",
            "The result has only the rows of {receiver} that match nothing; which ones match follows from it.",
        )),
    }
    texts
}

fn of_third(releases: bool) -> Vec<Text> {
    let mut texts = vec![t(
        "{receiver} 不提供数据，得知 {others} 各方的条目总数和共有的键的数量，但看不到没有作为携带列放出的键。",
        "{receiver} brings no data. It learns how many items each of {others} has and how many keys they share, but no key \
         that is not released like another column.",
    )];
    if releases {
        texts.push(t(
            "对各方共有的键，{receiver} 得到这些列的值：{columns}。",
            "For keys that all of them hold, {receiver} gets the values of these columns: {columns}.",
        ));
    }
    texts
}

/// What each party can learn besides the result; `name` gives an organisation's name.
pub fn leakage(language: Language, spec: &TaskSpec, name: impl Fn(&str) -> String) -> Vec<String> {
    let receiver = name(spec.receiver.as_str());
    let others: Vec<String> =
        spec.parties.iter().filter(|p| p.org != spec.receiver).map(|p| name(p.org.as_str())).collect();
    let released: Vec<String> = spec
        .parties
        .iter()
        .filter(|p| p.org != spec.receiver)
        .flat_map(|p| p.payload.iter().map(|c| format!("{}.{c}", p.dataset)))
        .collect();
    let returned: Vec<String> = spec
        .parties
        .iter()
        .filter(|p| p.org == spec.receiver && spec.released_to(&p.org).is_some())
        .flat_map(|p| p.payload.iter().map(|c| format!("{}.{c}", p.dataset)))
        .collect();
    let returned_text = returned.join(", ");
    let others_count = others.len();
    let others = others.join(", ");
    let released_text = released.join(", ");
    let TaskKind::Psi(psi) = &spec.kind;
    let min_matches = psi.min_matches.to_string();
    let values = [
        ("min_matches", min_matches.as_str()),
        ("receiver", receiver.as_str()),
        ("others", others.as_str()),
        ("columns", released_text.as_str()),
        ("returned", returned_text.as_str()),
    ];
    let third = spec.third().is_some();
    let mut texts = match &psi.output {
        PsiOutput::Rows(_) if third => of_third(!released.is_empty()),
        PsiOutput::Rows(rows) => of_rows(rows, !released.is_empty(), !returned.is_empty()),
        PsiOutput::Cardinality => vec![t(
            "{receiver} 只得知自己与 {others} 共有多少个键，不得知是哪些；还得知对方的条目总数。",
            "{receiver} learns only how many keys it shares with {others}, not which; and how many items the other side has.",
        )],
        PsiOutput::Aggregates(_) => vec![t(
            "{receiver} 只得知匹配行在这些列上的聚合值：{columns}；不得知哪些行匹配，也看不到任何一行的值。还得知对方的条目总数。",
            "{receiver} learns only aggregates over the matched rows of these columns: {columns}; neither which rows match \
             nor the value of any row. It also learns how many items the other side has.",
        )],
    };
    if third {
        texts.push(t(
            "{others} 得知彼此的条目总数；不得知哪些匹配、匹配多少，也得不到结果。",
            "{others} learn how many items each of them has; neither which match nor how many, and get no result.",
        ));
    } else if psi.output.to_both() {
        texts.push(t("{others} 得知 {receiver} 的条目总数。", "{others} learns how many items {receiver} has."));
    } else if others_count > 1 {
        texts.push(t(
            "{others} 得知所有各方的条目总数；不得知哪些匹配、匹配多少。只被其中几方共有的键，谁也不会得知。",
            "{others} learn how many items each party has; neither which match nor how many. Keys that only some of the \
             parties share show to nobody.",
        ));
    } else {
        texts.push(t(
            "{others} 得知 {receiver} 的条目总数；不得知哪些匹配、匹配多少。",
            "{others} learns how many items {receiver} has; neither which of them match nor how many.",
        ));
    }
    texts.push(t(
        "不匹配的行以及没有列出的列，任何一方都不出本节点。原始数据不上账本。",
        "Rows that do not match, and columns that are not listed, leave neither node. No data go on the ledger.",
    ));
    if psi.min_matches > 0 {
        texts.push(if psi.output.gives_rows() {
            t(
                "匹配的键少于 {min_matches} 个时，{receiver} 的节点不写出结果，任务失败；由此各方只得知匹配数低于这个门槛。该门槛由 \
                 {receiver} 的节点执行。",
                "When fewer than {min_matches} keys match, {receiver}'s node writes no result and the task fails; all learn \
                 from it that there were fewer, and no more. {receiver}'s own node enforces this.",
            )
        } else {
            t(
                "匹配的键少于 {min_matches} 个时，协议不给出结果；{receiver} 只得知匹配数低于这个门槛。该门槛在密文中比较，由协议执行。",
                "When fewer than {min_matches} keys match, the protocol gives no result: {receiver} learns only that there \
                 were fewer. The comparison is made inside the protocol, which enforces it.",
            )
        });
    }
    let mut out: Vec<String> = texts.into_iter().map(|x| fill(x.get(language), &values)).collect();
    match ledger_types::algorithm::find(&spec.algorithm) {
        Some(d) => {
            let stop = match language {
                Language::ZhCn => "。",
                Language::En => ".",
            };
            let further = crate::view::algorithm::further_leakage(&d);
            out.extend(further.map(|c| format!("{}{stop}", algorithm::fact(language, c))));
            out.push(algorithm::security(language, d.security));
            let assumed: Vec<String> = d.assumptions.iter().map(|c| algorithm::fact(language, c)).collect();
            out.push(match language {
                Language::ZhCn => format!("假设：{}。", assumed.join("；")),
                Language::En => format!("Assumed: {}.", assumed.join("; ")),
            });
        }
        None => out.push(
            t(
                "本节点软件不认识这个算法，说不出它还会让人得知什么；本节点会拒绝运行它。",
                "This node's software does not know the algorithm and cannot say what else it lets others learn; this \
                 node will refuse to run it.",
            )
            .get(language)
            .to_owned(),
        ),
    }
    out
}

/// Names of the comparisons of a consistency check.
pub fn check(language: Language, check: &str) -> String {
    let text = match check {
        "task_digest" => t("任务书的摘要", "Digest of the specification"),
        "input_commitment" => t("声明的输入承诺与已发布版本", "Attested input against the published version"),
        "input_rows" => t("声明的输入行数与已发布版本", "Attested number of rows against the published version"),
        "attestation_missing" => t("运行声明", "Attestation"),
        "transcript_sent" => t("一方发出的内容与另一方收到的内容", "What one end sent against what the other received"),
        "transcript_bytes" => t("双方统计的字节数", "Bytes as counted by both ends"),
        "items_announced" => t("宣布的条目数与声明使用的条目数", "Items announced against items stated as used"),
        "parameters" => t("协议参数", "Protocol parameters"),
        "seed_commitment" => t("随机种子承诺", "Commitment to the seed"),
        "own_record" => t("本节点的运行记录", "This node's record of the run"),
        "own_dataset" => t("本节点现有数据与已发布版本", "The data this node holds against the published version"),
        "own_attestation" => {
            t("本节点保存的声明与账本上的声明", "The attestation kept here against the one on the ledger")
        }
        "own_seed" => t("本节点保存的随机种子与其承诺", "The seed kept here against its commitment"),
        "own_transcript_sent" => t("本节点记录的发出内容", "What this node recorded as sent"),
        "own_transcript_received" => t("本节点记录的收到内容", "What this node recorded as received"),
        "result_file" => t("结果文件的摘要", "Digest of the result file"),
        "result_commitment" => t("结果承诺", "Commitment to the result"),
        other => return other.to_owned(),
    };
    text.get(language).to_owned()
}

/// What a consistency check does not show.
pub fn not_checked(language: Language) -> Vec<String> {
    [
        t(
            "对方节点现在持有的数据：只能由对方在其节点上检查。",
            "What the other party's node holds now: only that party can check it, on its own node.",
        ),
        t(
            "数据在发布之前是否真实：承诺只固定发布时的内容。",
            "Whether the data were true before they were published: a commitment fixes what was published.",
        ),
    ]
    .map(|x| x.get(language).to_owned())
    .into()
}
