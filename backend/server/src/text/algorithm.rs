//! Algorithms in words. The codes are those of the descriptors in `ledger_types::algorithm`.

use backend_api::catalogue::{Language, Text};
use ledger_types::algorithm::SecurityModel;
use mpc_party::engine::Unusable;
use mpc_party::estimate::Reason;

use super::t;

/// Title and summary of an algorithm; `None` when nobody wrote any.
fn words(id: &str) -> Option<(Text, Text)> {
    match id {
        "psi.circuit-gf128" => Some((
            t("隐私求交汇总（电路 PSI）", "Numbers over an intersection (circuit-PSI)"),
            t(
                "只给出匹配的个数、发送方列的合计或平均，不给出哪些键匹配；匹配数不足下限时只告知“不足”。每个键约二十微秒。",
                "Gives the number of matches, sums or averages of the sender's columns, and not which keys match; below the \
                 minimum it tells only that there were too few. About twenty microseconds per key.",
            ),
        )),
        "psi.ecdh-ristretto255" => Some((
            t("ECDH 隐私求交（Ristretto255）", "ECDH intersection (Ristretto255)"),
            t(
                "双方轮流用各自的密钥遮盖键，再比较遮盖后的标签。传输量小、假设经典，计算较慢：适合小数据集和慢链路。",
                "Both sides blind keys with secrets of their own and compare the blinded tags. Few bytes and classic \
                 assumptions, but slow to compute: for small datasets and slow links.",
            ),
        )),
        "psi.rr22-gf128" => Some((
            t("RR22 隐私求交（VOLE）", "RR22 intersection (VOLE)"),
            t(
                "用不经意线性求值和键值编码生成标签，几乎只用对称密码运算，每个键不到一微秒：适合大数据集。",
                "Makes the tags by oblivious linear evaluation and an encoding of keys, nearly all of it with symmetric \
                 cryptography, in less than a microsecond per key: for large datasets.",
            ),
        )),
        "psi.rr22-low-gf128" => Some((
            t("RR22 低流量隐私求交（VOLE）", "RR22 intersection, low traffic (VOLE)"),
            t(
                "RR22 的低流量形式：接收方的编码表每个值只有一半长，传输少三成，计算多一倍：适合慢链路上的大数据集。",
                "RR22 with values of half the length in the receiver's table: a third fewer bytes, twice the computing: for \
                 large datasets over slow links.",
            ),
        )),
        "psi.star-opprf" => Some((
            t("多方隐私求交（OPPRF 星形）", "Intersection of several parties (star of OPPRFs)"),
            t(
                "三至八方求共有的键：接收方与每个发送方各做一次可编程不经意伪随机函数，发送方之间用随机份额互相抵消，因此只在部分机构之间共有的键不会显露。",
                "The keys that three to eight parties all hold: the receiver runs one oblivious programmable PRF with every sender, and random shares among the senders cancel out only where all agree, so that a key which only some of them share does not show.",
            ),
        )),
        "psi.delegated-prf" => Some((
            t("第三方接收的隐私求交（共享密钥）", "Intersection for a third (shared key)"),
            t(
                "数据方用共同的密钥把键变成标签，结果只交给不提供数据的第三方，由它比较标签。快而省流量；但第三方一旦与任何一个数据方串通，就能逐个试出其余各方的键。",
                "The parties with data turn keys into tags under a key of theirs; only a third that brings no data gets the result, by comparing tags. Quick and light. But a third that colludes with any one of the parties can try out the keys of all the others.",
            ),
        )),
        "psi.unbalanced-voprf" => Some((
            t("非平衡隐私求交（VOPRF）", "Unbalanced intersection (VOPRF)"),
            t(
                "数据多的一方按数据版本计算一次并由对方下载保存，之后每次查询只与数据少的一方的条目数有关，不到一秒：\
                 适合少量键反复对大数据集求交。首次运行较慢。",
                "The side with many rows computes once per version of its data, and the other side downloads and keeps \
                 that; every later run costs as much as the few keys it asks for, less than a second. For few keys \
                 against a large dataset, again and again; the first run is slow.",
            ),
        )),
        _ => None,
    }
}

/// Title; the name itself when nobody wrote one.
pub fn title(language: Language, id: &str) -> String {
    words(id).map_or_else(|| id.to_owned(), |(title, _)| title.get(language).to_owned())
}

/// What it does.
pub fn summary(language: Language, id: &str) -> String {
    words(id).map_or_else(String::new, |(_, summary)| summary.get(language).to_owned())
}

/// Against whom it protects.
pub fn security(language: Language, model: SecurityModel) -> String {
    let text = match model {
        SecurityModel::SemiHonest => t(
            "半诚实：双方遵守协议时，谁也看不到额外信息。",
            "Semi-honest: nobody sees anything more as long as both sides follow the protocol.",
        ),
        SecurityModel::MaliciousPrivacy => t(
            "恶意方隐私：一方违反协议也得不到额外信息，但违反协议的发送方可以让匹配丢失而不被发现。",
            "Private against malicious parties: deviating gains no information, but a deviating sender can make matches \
             go missing unnoticed.",
        ),
        SecurityModel::Malicious => t(
            "恶意安全：一方违反协议得不到额外信息，所做的一切都等同于它换了一份自己的输入，否则运行中止。",
            "Malicious: deviating gains no information, and whatever a party does amounts to another input of its own, \
             or ends the run.",
        ),
    };
    text.get(language).to_owned()
}

fn fact_text(code: &str) -> Option<Text> {
    Some(match code {
        "ccr_hash_aes" => t(
            "以固定密钥的 AES 构造的相关性稳健散列（CCR）",
            "A correlation-robust hash (CCR) made of AES with a fixed key",
        ),
        "cdh_ristretto255" => t(
            "Ristretto255 群上的计算性 Diffie-Hellman 问题困难（基础不经意传输）",
            "Computational Diffie-Hellman is hard in Ristretto255 (base oblivious transfers)",
        ),
        "ddh_ristretto255" => {
            t("Ristretto255 群上的判定性 Diffie-Hellman 问题困难", "Decisional Diffie-Hellman is hard in Ristretto255")
        }
        "one_more_gap_dh_ristretto255" => t(
            "Ristretto255 群上的“多一次”间隙 Diffie-Hellman 问题困难",
            "One-more gap Diffie-Hellman is hard in Ristretto255",
        ),
        "dual_lpn_exconv" => t(
            "对偶 LPN 问题（扩展卷积码、规则噪声）困难；这是较新的假设",
            "Dual LPN (expand-convolute code, regular noise) is hard; a younger assumption",
        ),
        "dual_lpn_exconv_gf64" => t(
            "64 位子域上的对偶 LPN 问题（扩展卷积码、规则噪声）困难；这是较新的假设",
            "Dual LPN over a field of 64 bits (expand-convolute code, regular noise) is hard; a younger assumption",
        ),
        "extraction_2_40_unreviewed" => t(
            "注意：针对恶意参与方的安全性为统计安全 2^-40，由我们自行论证，尚无论文证明或独立评审；需要有论文证明的恶意安全时，请选择快速形式",
            "Mind: security against malicious parties is statistical, 2^-40, by an argument of our own that no paper proves and nobody has reviewed independently; take the fast form where proven security is required",
        ),
        "third_colludes_with_no_party" => t(
            "注意：接收结果的第三方不与任何数据方串通：只要有一个数据方把共享密钥交给它，它就能离线试出其他各方的全部键",
            "Mind: the third that receives the result colludes with none of the parties: if only one of them hands over the shared key, the third can test guesses of all the others' keys offline, without limit",
        ),
        "third_counts_overlaps" => t(
            "第三方还得知任意几方之间共有多少个键（包括不属于全部各方的）",
            "The third also learns how many keys any of the parties share, including keys that not all of them hold",
        ),
        "random_oracle" => t("散列函数视为随机预言机", "Hash functions behave as random oracles"),
        "set_sizes" => t("各方得知彼此的条目总数", "Every side learns how many items the others have"),
        "deviating_receiver_evades_minimum" => t(
            "违反协议的接收方可以绕过匹配数下限、得到它所选位置的合计；这会在事后重放中暴露，但不能被当场阻止",
            "A receiver that deviates can evade the minimum of matches and get sums over places of its choice; a replay \
             shows it afterwards, nothing prevents it",
        ),
        "minimum_reached" => {
            t("发送方得知匹配数是否达到下限", "The sender learns whether the minimum of matches was reached")
        }
        "receiver_chooses_guesses" => t(
            "接收方可以往自己的集合里放入猜测的键来试探；次数以它公布的条目数为限，因此授权限定次数和用途",
            "The receiver can test guesses by putting them into its own set, up to the number of items it announced; \
             which is why a grant limits uses and purpose",
        ),
        "receiver_slack_1_35" => t(
            "不诚实的接收方最多可以多试探约 35% 的键（编码的余量）",
            "A dishonest receiver can test up to about 35 % more keys than it announced (slack of the encoding)",
        ),
        "epoch_key_opens_all" => t(
            "在同一数据版本的密钥轮换之前，谁得到发送方的密钥，谁就能对对方保存的下载内容逐一猜测键",
            "Until the key of a data version is changed, whoever gets the sender's key can test guesses of any key \
             against what the receiver has downloaded",
        ),
        "sender_slack_1_13" => t(
            "不诚实的发送方最多可以在过滤器里多放约 13% 的键",
            "A dishonest sender can put up to about 13 % more keys into the filter than it announced",
        ),
        "repeated_runs_compare" => t(
            "两次输入只差一个键的运行，能看出这个键是否匹配",
            "Two runs over inputs that differ by one key show whether that key matches",
        ),
        "stops_early" => t(
            "没有公平性：一方可以在得到结果后停止；任务会在账本上明确失败",
            "No fairness: a party may stop once it has what it wants; the task then fails visibly on the ledger",
        ),
        _ => return None,
    })
}

/// An assumption or leakage; the code itself when nobody wrote words.
pub fn fact(language: Language, code: &str) -> String {
    fact_text(code).map_or_else(|| code.to_owned(), |text| text.get(language).to_owned())
}

/// Why an algorithm cannot be used here.
pub fn unusable(language: Language, why: Unusable) -> String {
    let text = match why {
        Unusable::NotRegistered => t(
            "联盟创世时没有登记这个算法；任务不能使用它。",
            "The consortium did not register it at genesis; no task can name it.",
        ),
        Unusable::NotInBuild => t(
            "本节点软件不含这个算法的引擎；升级节点软件后可用。",
            "This node's software does not have its engine; update the node to use it.",
        ),
        Unusable::DescriptorDiffers => t(
            "本节点软件对它的描述与账本上登记的摘要不同；各方应使用同一版本的软件。",
            "This node's software describes it otherwise than the ledger; all sides should run the same version.",
        ),
    };
    text.get(language).to_owned()
}

/// Why one is recommended.
pub fn reason(language: Language, reason: Reason) -> String {
    let text = match reason {
        Reason::OnlyUsable => t("本节点目前只能运行这一种。", "It is the only one that this node can run now."),
        Reason::OnlyFits => {
            t("只有它的内存需求在本节点的可用内存之内。", "Only this one fits into this node's free memory.")
        }
        Reason::LeastMemory => t(
            "没有一种能在可用内存内完成；它需要的内存最少。请释放内存或缩小数据。",
            "None fits into the free memory; this one needs the least. Free memory or use less data.",
        ),
        Reason::SmallAndQuick => t(
            "数据不大，几秒内即可完成；其中它传输的字节最少。",
            "The data are small enough to be done within seconds; of those that are, it moves the fewest bytes.",
        ),
        Reason::FewAgainstMany => t(
            "一方的数据比另一方多得多：首次运行后，对同一版本的再次运行只需它原来时间的很小一部分。",
            "One side has far more rows than the other: after the first run, further ones on the same version take a \
             small part of its time.",
        ),
        Reason::Fastest => t("以现在的数据量和链路，它最快完成。", "With these sizes and this link it is done first."),
    };
    text.get(language).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::algorithm::builtin;

    #[test]
    fn every_builtin_and_each_of_its_codes_has_words_in_both_languages() {
        for d in builtin() {
            let (title, summary) = words(&d.id).unwrap_or_else(|| panic!("{} has no title", d.id));
            let facts = d.assumptions.iter().chain(&d.leakage);
            let facts = facts.map(|c| fact_text(c).unwrap_or_else(|| panic!("{c} has no words")));
            for text in facts.chain([title, summary]) {
                assert!(!text.zh.is_ascii() && text.en.is_ascii(), "{text:?}");
            }
        }
    }
}
