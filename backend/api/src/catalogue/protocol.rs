//! Codes of the protocols (`mpc_psi`, `mpc_net`); they appear as `protocol_code` of a failed run.

use super::Row;

/// Remedies that repeat.
const RUN_AGAIN: [&str; 2] = ["排除原因后重新运行。", "Remove the cause and run again."];
const COMPARE: [&str; 2] =
    ["双方核对软件版本和任务书后重新运行。", "Compare software and specification on both sides, then run again."];
const SUSPECT: [&str; 2] = [
    "不要使用任何结果；检查对方节点，必要时停止合作。",
    "Use no result; have the peer's node examined before going on.",
];

pub(super) const ROWS: &[Row] = &[
    (
        "channel_closed",
        409,
        ["通道已关闭", "对方关闭了通道。", RUN_AGAIN[0]],
        ["The channel was closed", "The peer closed it.", RUN_AGAIN[1]],
    ),
    (
        "channel_truncated",
        409,
        ["通道在帧中间中断", "连接在一帧中间结束。", RUN_AGAIN[0]],
        ["The channel ended within a frame", "The connection broke off.", RUN_AGAIN[1]],
    ),
    (
        "frame_too_large",
        409,
        ["收到的帧过大", "对方发来的帧超过上限。", SUSPECT[0]],
        ["A frame is too large", "The peer sent more than a frame may hold.", SUSPECT[1]],
    ),
    (
        "send_too_large",
        409,
        ["要发送的帧过大", "本方一帧超过上限。", COMPARE[0]],
        ["A frame to send is too large", "It exceeds the limit on this side.", COMPARE[1]],
    ),
    (
        "too_much_received",
        409,
        ["收到的数据过多", "对方发送的总量超过约定上限。", SUSPECT[0]],
        ["Too much was received", "The peer sent more in all than agreed.", SUSPECT[1]],
    ),
    (
        "recorder_failed",
        409,
        ["通信记录写入失败", "记录通信的文件无法写入。", "检查磁盘空间后重新运行。"],
        [
            "The recorder failed",
            "The file that records the traffic cannot be written.",
            "Check disk space and run again.",
        ],
    ),
    (
        "peer_aborted",
        409,
        ["对方中止了协议", "对方发来中止消息。", RUN_AGAIN[0]],
        ["The peer aborted", "It sent a message that ends the protocol.", RUN_AGAIN[1]],
    ),
    (
        "bad_setting",
        409,
        ["协议设置有误", "本方的协议设置不合要求。", COMPARE[0]],
        ["A setting is wrong", "A setting of this side is not acceptable.", COMPARE[1]],
    ),
    (
        "items_not_distinct",
        409,
        ["本方条目重复", "进入协议的键必须互不相同。", COMPARE[0]],
        ["Items repeat", "Keys that enter the protocol must be distinct.", COMPARE[1]],
    ),
    (
        "own_payload_too_long",
        409,
        ["本方携带内容过长", "一行的携带列超过上限。", "减少携带列后重新发起。"],
        ["A payload is too long", "One row's payload exceeds the limit.", "Choose fewer payload columns."],
    ),
    (
        "payload_missing",
        409,
        ["缺少携带内容", "携带内容与条目数不符。", COMPARE[0]],
        ["A payload is missing", "There are not as many payloads as items.", COMPARE[1]],
    ),
    (
        "wrong_protocol",
        409,
        ["协议或版本不同", "双方软件的协议版本不同。", COMPARE[0]],
        ["The protocols differ", "The two sides speak different versions.", COMPARE[1]],
    ),
    (
        "wrong_session",
        409,
        ["会话不同", "双方的会话标识不同。", RUN_AGAIN[0]],
        ["The sessions differ", "The two sides name different sessions.", RUN_AGAIN[1]],
    ),
    (
        "wrong_binding",
        409,
        ["通道绑定不符", "通道没有绑定到约定的任务和参与方。", SUSPECT[0]],
        ["The binding differs", "The channel is not bound to the agreed task and parties.", SUSPECT[1]],
    ),
    (
        "same_role",
        409,
        ["双方角色相同", "双方都以同一角色运行。", COMPARE[0]],
        ["Both sides have the same role", "One must receive and one must send.", COMPARE[1]],
    ),
    (
        "parameter_mismatch",
        409,
        ["参数不一致", "双方的协议参数不同。", COMPARE[0]],
        ["The parameters differ", "The two sides propose different ones.", COMPARE[1]],
    ),
    (
        "peer_set_too_large",
        409,
        ["对方条目过多", "对方宣布的条目数超过上限。", COMPARE[0]],
        ["The peer's set is too large", "It announced more items than allowed.", COMPARE[1]],
    ),
    (
        "peer_set_too_small",
        409,
        [
            "对方条目过少",
            "对方宣布的条目数少于数据提供方的限额要求。",
            "由对方使用条目更多的数据版本，或由数据提供方放宽限额。",
        ],
        [
            "The peer's set is too small",
            "It announced fewer items than the owner's limit asks for.",
            "The peer uses a version with more keys, or the owner changes the limit.",
        ],
    ),
    (
        "payload_too_wide",
        409,
        ["对方携带内容过宽", "对方的携带内容超过上限。", COMPARE[0]],
        ["The peer's payload is too wide", "It exceeds the limit.", COMPARE[1]],
    ),
    (
        "unexpected_payload",
        409,
        ["意外的携带内容", "对方发来没有约定的携带内容。", SUSPECT[0]],
        ["An unexpected payload", "The peer sent what was not agreed.", SUSPECT[1]],
    ),
    (
        "unexpected_message",
        409,
        ["意外的消息", "消息与协议阶段不符。", COMPARE[0]],
        ["An unexpected message", "It does not fit the stage of the protocol.", COMPARE[1]],
    ),
    (
        "malformed_message",
        409,
        ["消息格式有误", "收到的消息无法解析。", COMPARE[0]],
        ["A malformed message", "It cannot be decoded.", COMPARE[1]],
    ),
    (
        "chunk_size",
        409,
        ["分块大小不符", "收到的分块大小不合要求。", COMPARE[0]],
        ["A chunk has the wrong size", "It does not fit the protocol.", COMPARE[1]],
    ),
    (
        "wrong_offset",
        409,
        ["分块位置不符", "收到的分块不连续。", COMPARE[0]],
        ["A chunk has the wrong place", "The chunks do not follow each other.", COMPARE[1]],
    ),
    (
        "wrong_count",
        409,
        ["数量不符", "收到的条目数与宣布的不同。", SUSPECT[0]],
        ["A count differs", "The peer sent another number of items than it announced.", SUSPECT[1]],
    ),
    (
        "bad_point",
        409,
        ["收到无效的群元素", "对方发来的不是合法的群元素。", SUSPECT[0]],
        ["An invalid group element", "What the peer sent is no element of the group.", SUSPECT[1]],
    ),
    (
        "duplicate_point",
        409,
        ["收到重复的群元素", "对方发来重复的元素。", SUSPECT[0]],
        ["A repeated group element", "The peer sent one twice.", SUSPECT[1]],
    ),
    (
        "reflected_point",
        409,
        ["收到本方的群元素", "对方把本方的元素当作自己的发回。", SUSPECT[0]],
        ["A reflected group element", "The peer sent ours back as its own.", SUSPECT[1]],
    ),
    (
        "duplicate_tag",
        409,
        ["收到重复的标签", "对方发来重复的标签。", SUSPECT[0]],
        ["A repeated tag", "The peer sent one twice.", SUSPECT[1]],
    ),
    (
        "tag_collision",
        409,
        ["标签碰撞", "两个不同的键得到同一标签，概率可以忽略。", RUN_AGAIN[0]],
        ["Tags collide", "Two different keys gave one tag, which practically never happens.", RUN_AGAIN[1]],
    ),
    (
        "payload_forged",
        409,
        ["携带内容被伪造", "匹配行的携带内容无法用约定的密钥打开。", SUSPECT[0]],
        ["A payload is forged", "A matched row's payload does not open.", SUSPECT[1]],
    ),
    (
        "wrong_opening",
        409,
        ["承诺的打开值不符", "对方打开的随机数不是其承诺的随机数。", SUSPECT[0]],
        ["A commitment was opened wrongly", "The random value shown is not the one committed to.", SUSPECT[1]],
    ),
    (
        "wrong_bucket",
        409,
        ["分桶序号不符", "对方发来的消息属于另一个分桶。", SUSPECT[0]],
        [
            "Another bucket's message",
            "The peer's message belongs to another bucket than the one under way.",
            SUSPECT[1],
        ],
    ),
    (
        "bucket_overflow",
        409,
        ["分桶溢出", "某个分桶的键数超过上限，概率可以忽略。", RUN_AGAIN[0]],
        ["A bucket overflowed", "More keys than a bucket holds, which practically never happens.", RUN_AGAIN[1]],
    ),
    (
        "vole_inconsistent",
        409,
        ["一致性校验失败", "对方在 VOLE 预处理中偏离了协议。", SUSPECT[0]],
        ["The consistency check failed", "The peer deviated from the protocol while VOLE was set up.", SUSPECT[1]],
    ),
    (
        "wrong_question",
        409,
        ["双方要求的汇总不同", "对方认为要计算的是另一组汇总。", SUSPECT[0]],
        ["The sides ask for different numbers", "The peer believes that other aggregates are asked for.", SUSPECT[1]],
    ),
    (
        "sum_overflow",
        409,
        ["合计可能溢出", "某一列的绝对值之和达到 2^63，合计可能溢出。", "请减少行数，或换用较大的计量单位。"],
        [
            "A sum could overflow",
            "The absolute values of a column sum to 2^63 or more, so that a sum could overflow.",
            "Use fewer rows or a larger unit.",
        ],
    ),
    (
        "unexpected_nulls",
        409,
        ["列中有空值", "约定不含空值的列中有空值。", RUN_AGAIN[0]],
        ["A column has nulls", "A column that was agreed to have no nulls has some.", RUN_AGAIN[1]],
    ),
    (
        "release_forged",
        409,
        ["结果无法打开", "发送方给出的结果份额无法打开。", SUSPECT[0]],
        ["The result cannot be opened", "The shares that the sender released cannot be opened.", SUSPECT[1]],
    ),
    (
        "encode_failed",
        409,
        ["编码失败", "键值存储无法编码，概率可以忽略。", RUN_AGAIN[0]],
        [
            "The keys could not be encoded",
            "The oblivious store has no solution, which practically never happens.",
            RUN_AGAIN[1],
        ],
    ),
    (
        "query_limit",
        409,
        ["查询次数超限", "一次运行要查询的条目超过了该密钥允许的次数。", "减少接收方的条目，或改用其他算法。"],
        [
            "Too many questions",
            "A run asks more than its key may answer.",
            "Bring fewer rows to the receiver's side, or choose another algorithm.",
        ],
    ),
    (
        "bad_proof",
        409,
        ["应答的证明不成立", "对方的应答不是用所公布的密钥计算的。", SUSPECT[0]],
        ["A proof does not hold", "The answers were not made with the key that the peer published.", SUSPECT[1]],
    ),
    (
        "setup_digest",
        409,
        ["下载内容与公布的摘要不符", "收到的预计算数据不是发送方公布的那一份。", SUSPECT[0]],
        ["The download is not what was announced", "Its digest is another one than the sender's.", SUSPECT[1]],
    ),
    (
        "setup_malformed",
        409,
        ["预计算数据格式不正确", "发送方的预计算数据格式或条数不对。", SUSPECT[0]],
        ["The set-up is malformed", "What the sender computed has another form or number of rows.", SUSPECT[1]],
    ),
    (
        "setup_rows",
        409,
        ["本方预计算丢失或多出条目", "自检发现预计算数据与输入不一致，未使用。", RUN_AGAIN[0]],
        ["The own set-up lost or gained rows", "A check of this side found it; it was not used.", RUN_AGAIN[1]],
    ),
    (
        "keep_failed",
        409,
        ["无法读写保留目录", "供以后运行使用的文件无法读取或写入。", "检查节点数据目录的空间和权限后重新运行。"],
        [
            "What is kept cannot be read or written",
            "The files for later runs cannot be used.",
            "Check space and permissions of the node's data directory and run again.",
        ],
    ),
    (
        "canary_lost",
        409,
        ["哨兵行丢失", "必须匹配的哨兵行没有匹配，结果会缺行。", SUSPECT[0]],
        ["A canary was lost", "A planted row that must match did not: rows would be missing.", SUSPECT[1]],
    ),
    (
        "canary_forged",
        409,
        ["哨兵行被伪造", "不应匹配的哨兵行匹配了。", SUSPECT[0]],
        ["A canary was forged", "A planted row that must not match did.", SUSPECT[1]],
    ),
    (
        "canary_payload",
        409,
        ["哨兵行携带内容不符", "哨兵行的携带内容不是约定的内容。", SUSPECT[0]],
        ["A canary's payload is wrong", "It is not what was planted.", SUSPECT[1]],
    ),
    (
        "peer_canary_lost",
        409,
        ["对方的哨兵行丢失", "对方报告其哨兵行没有匹配。", SUSPECT[0]],
        ["The peer lost a canary", "It reports that a planted row did not match.", SUSPECT[1]],
    ),
    (
        "peer_canary_matched",
        409,
        ["对方不应匹配的哨兵行匹配了", "对方报告其不应匹配的哨兵行匹配了。", SUSPECT[0]],
        ["The peer matched a canary it must not", "It reports that a planted row matched.", SUSPECT[1]],
    ),
    (
        "claim_forged",
        409,
        ["匹配证明不成立", "对方声称匹配的一项没有有效证明：它并不持有该键，或消息被改动。", SUSPECT[0]],
        [
            "A claimed match is not proven",
            "The peer claims a match without a valid proof: it does not hold the key, or the message was changed.",
            SUSPECT[1],
        ],
    ),
    (
        "claim_repeated",
        409,
        ["匹配被重复声明", "对方把同一项匹配声明了两次，或次序有误。", SUSPECT[0]],
        ["A match was claimed again", "The peer claims one match twice, or out of order.", SUSPECT[1]],
    ),
    (
        "claim_out_of_range",
        409,
        ["声明了不存在的匹配", "对方声明的位置上没有发送过标签。", SUSPECT[0]],
        ["A claim of nothing", "The peer claims a tag that was never sent.", SUSPECT[1]],
    ),
    (
        "too_many_claims",
        409,
        ["声明的匹配过多", "对方声明的匹配数超过较小一方的条目数。", SUSPECT[0]],
        ["Too many claims", "The peer claims more matches than the smaller side has items.", SUSPECT[1]],
    ),
    (
        "roster_mismatch",
        409,
        ["各方得到的参与方信息不一致", "另一方收到的各方声明与我方收到的不同。", SUSPECT[0]],
        [
            "The parties were told different things",
            "Another party received other declarations of the parties.",
            SUSPECT[1],
        ],
    ),
    (
        "confirm_count",
        409,
        ["结束核对的数量不符", "双方统计的数量不同。", SUSPECT[0]],
        ["The final counts differ", "The two sides counted differently.", SUSPECT[1]],
    ),
    (
        "confirm_transcript",
        409,
        ["结束核对的通信摘要不符", "双方的通信摘要不同。", SUSPECT[0]],
        ["The final transcripts differ", "The two sides saw different conversations.", SUSPECT[1]],
    ),
    (
        "paused",
        409,
        ["运行已暂停", "有人暂停了这次运行，检查点已保留。", "需要时点“继续”；超过保留时间则记为失败。"],
        ["The run is paused", "Somebody paused it; its checkpoint is kept.", "Resume it; past its time it fails."],
    ),
    (
        "checkpoint_store",
        500,
        ["检查点无法保存或读取", "本方磁盘上的检查点无法写入或读取。", "检查磁盘空间和权限后重新运行。"],
        [
            "A checkpoint cannot be kept or read",
            "This side's disk did not take or give it.",
            "Check space and permissions, then run again.",
        ],
    ),
    (
        "checkpoint_damaged",
        409,
        ["检查点已损坏", "保存的检查点与运行不符或被改动。", "重新运行任务。"],
        ["A checkpoint is damaged", "What was kept does not fit the run or was changed.", "Run the task again."],
    ),
    (
        "checkpoint_differs",
        409,
        ["双方的检查点不一致", "对方保留的检查点与本方不同。", SUSPECT[0]],
        ["The checkpoints differ", "The other side kept another one than this side.", SUSPECT[1]],
    ),
    (
        "nothing_to_resume",
        409,
        ["没有可继续的检查点", "这次运行没有保留检查点，或该协议不能中途继续。", "重新运行任务。"],
        [
            "There is nothing to resume",
            "The run kept no checkpoint, or its protocol cannot go on half way.",
            "Run the task again.",
        ],
    ),
    (
        "too_many_resumptions",
        409,
        ["继续的次数已达上限", "同一次运行最多继续八次，因为每次继续都让接收方多试一批键。", "重新运行任务。"],
        [
            "It was resumed too often",
            "A run goes on at most eight times, because each time lets the receiver test another batch of keys.",
            "Run the task again.",
        ],
    ),
    (
        "worker_lost",
        409,
        ["计算线程异常退出", "本方一个计算线程异常退出。", "重新运行；反复出现请查看节点日志。"],
        [
            "A worker was lost",
            "A computing thread of this side died.",
            "Run again; look at the node's log if it goes on.",
        ],
    ),
];
