//! Codes of the party room (`mpc_party`): keys, sources, runs.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // Keys.
    (
        "signing_key_missing",
        409,
        [
            "本节点没有您的签名密钥",
            "该账号的私钥不在本节点，不能在此签名。",
            "请平台运营方为您建立密钥，或到保存密钥的节点办理。",
        ],
        [
            "This node holds no key of yours",
            "The account's key is not here, so it cannot sign.",
            "Ask your operator for a key, or sign where the key is.",
        ],
    ),
    (
        "signing_key_exists",
        409,
        ["已有该账号的密钥", "本节点已经保存该账号的私钥。", "换一个账号名，或由运营方处理旧密钥。"],
        [
            "The account has a key here",
            "This node already holds a key of that account.",
            "Choose another name, or let your operator deal with the old key.",
        ],
    ),
    (
        "account_reserved",
        422,
        ["保留账号", "该账号名留给节点自身使用。", "换一个账号名。"],
        ["The name is reserved", "It belongs to the node itself.", "Choose another name."],
    ),
    (
        "passphrase_too_short",
        422,
        ["签名口令太短", "签名口令的字符数不足。", "设置更长的签名口令。"],
        ["The signing passphrase is too short", "It has too few characters to protect a key.", "Choose a longer one."],
    ),
    (
        "passphrase_wrong",
        422,
        ["签名口令不正确", "签名口令打不开您的私钥；它与登录口令不同。没有签署任何东西。", "重新输入签名口令。"],
        [
            "The signing passphrase is wrong",
            "It does not open your key; it is not the login password. Nothing was signed.",
            "Type the signing passphrase again.",
        ],
    ),
    (
        "key_file_unusable",
        500,
        ["密钥文件不可用", "密钥文件损坏或格式不受支持。", "请运营方从备份恢复密钥文件。"],
        [
            "The key file is unusable",
            "It is damaged or of an unknown form.",
            "Ask your operator to restore it from a backup.",
        ],
    ),
    (
        "key_unusable",
        500,
        ["密钥不可用", "密钥无法生成或不合法。", "请运营方查看节点日志。"],
        [
            "The key is unusable",
            "It could not be made or is not valid.",
            "Ask your operator to look at the node's log.",
        ],
    ),
    (
        "storage_failed",
        503,
        ["节点存储出错", "磁盘已满、没有权限或损坏。", "请运营方检查磁盘空间和权限，然后重试。"],
        [
            "The node's storage failed",
            "The disk is full, forbidden or damaged.",
            "Ask your operator to check space and permissions, then try again.",
        ],
    ),
    (
        "random_failed",
        503,
        ["系统随机数不可用", "操作系统没有给出随机数，不能安全地继续。", "请运营方检查主机。"],
        [
            "There is no randomness",
            "The operating system gave none, so nothing can go on safely.",
            "Ask your operator to check the host.",
        ],
    ),
    (
        "shutting_down",
        503,
        ["节点正在停止", "计算室正在停止或有线程异常退出。", "节点启动后重试。"],
        [
            "The node is shutting down",
            "The party room is stopping, or a thread of it died.",
            "Try again when it is up.",
        ],
    ),
    // Sources.
    (
        "source_unknown",
        404,
        ["数据源不存在", "没有该标识的数据源。", "核对标识。"],
        ["There is no such source", "None has this id.", "Check the id."],
    ),
    (
        "source_exists",
        409,
        ["数据源已存在", "该标识已被使用。", "换一个标识。"],
        ["The source exists", "Its id is taken.", "Choose another id."],
    ),
    (
        "source_in_use",
        409,
        ["数据源仍在使用", "已有数据集由它发布。", "改为冻结该数据源。"],
        ["The source is in use", "Datasets were published from it.", "Freeze it instead."],
    ),
    (
        "source_frozen",
        409,
        ["数据源已冻结", "数据提供方暂停了该数据源的读取。", "启用数据源后重试。"],
        ["The source is frozen", "Its owner stopped it from being read.", "Enable it and try again."],
    ),
    (
        "source_not_readable",
        422,
        ["文件无法读取", "文件不存在，或节点没有读取权限。", "核对路径和权限。"],
        ["The file cannot be read", "It does not exist, or the node may not read it.", "Check path and permissions."],
    ),
    (
        "source_encoding",
        422,
        ["文件不是 UTF-8 编码", "文件多半由 Excel 另存为 GBK 或 UTF-16。", "转换为 UTF-8 后重试；详情给出了命令。"],
        [
            "The file is not UTF-8",
            "It was probably saved by Excel as GBK or UTF-16.",
            "Convert it to UTF-8; the detail gives the command.",
        ],
    ),
    (
        "source_no_header",
        422,
        ["文件没有表头", "第一行必须是列名。", "加上表头行。"],
        ["The file has no header", "Its first line must name the columns.", "Add a header line."],
    ),
    (
        "source_header",
        422,
        ["表头有误", "有的列没有名字，或与其他列同名。", "改正表头。"],
        ["The header is wrong", "A column has no name, or another's.", "Correct the header."],
    ),
    (
        "source_too_many_columns",
        422,
        ["列过多", "文件的列数超过上限。", "只保留需要的列。"],
        ["There are too many columns", "The file has more than are supported.", "Keep the columns you need."],
    ),
    (
        "source_fields",
        422,
        ["有的行字段数不对", "某行的字段数与表头不同，多半是逗号或引号没有转义。", "改正详情中指出的行。"],
        [
            "A line has the wrong number of fields",
            "Mostly an unquoted comma or quotation mark.",
            "Correct the line that the detail names.",
        ],
    ),
    (
        "source_no_column",
        422,
        ["文件中没有该列", "所选的列在文件中找不到。", "核对列名；文件可能被替换。"],
        [
            "The file has no such column",
            "A chosen column is not in it.",
            "Check the name; the file may have been replaced.",
        ],
    ),
    (
        "source_unsupported_column",
        422,
        ["列类型不受支持", "该列的类型不能共享。", "不选该列，或先转换为文本。"],
        ["The column's type is not supported", "It cannot be shared.", "Leave the column out, or convert it to text."],
    ),
    (
        "source_damaged",
        422,
        ["文件损坏或类型不符", "文件内容与所选类型不符，或已损坏。", "核对文件类型，或重新导出。"],
        [
            "The file is damaged or of another kind",
            "Its content does not fit the stated kind.",
            "Check the kind, or export it again.",
        ],
    ),
    (
        "cancelled",
        409,
        ["已停止", "有人停止了该操作。", "需要时重新开始。"],
        ["It was stopped", "Somebody stopped it.", "Start again if needed."],
    ),
    (
        "preparation_unknown",
        404,
        ["数据准备记录不存在", "没有该编号的数据准备，可能已过期或已发布。", "重新准备数据。"],
        ["There is no such preparation", "It may have expired or been published.", "Prepare the data again."],
    ),
    (
        "columns_empty",
        422,
        ["没有选择列", "至少选择一列发布。", "选择要发布的列。"],
        ["No column was chosen", "At least one is needed.", "Choose columns to publish."],
    ),
    (
        "row_unknown",
        404,
        ["没有该行", "行号超出该版本的行数。", "核对行号。"],
        ["There is no such row", "Its number lies beyond the version's rows.", "Check the number."],
    ),
    // Runs: may it start.
    (
        "not_running",
        409,
        ["任务未在本节点运行", "没有正在运行的任务可以停止。", "刷新查看任务状态。"],
        ["The task is not running here", "There is nothing to stop.", "Reload and look at its state."],
    ),
    (
        "not_interrupted",
        409,
        ["运行没有中断", "本节点上没有可以继续的中断运行。", "刷新查看任务状态；失败的任务可以重新运行。"],
        [
            "The run is not interrupted",
            "There is nothing on this node that could go on.",
            "Reload and look at its state; a failed task can be run again.",
        ],
    ),
    (
        "pause_impossible",
        409,
        [
            "现在不能暂停",
            "没有断点，且发送方的标签已发出：此时中断就无法继续。",
            "等待运行结束或到达下一个断点；必要时撤回任务。",
        ],
        [
            "It cannot be paused now",
            "There is no checkpoint and tags have left the sender: cut off here, the run could not go on.",
            "Wait for its end or for the next checkpoint; cancel the task if you must.",
        ],
    ),
    (
        "paused_elsewhere",
        409,
        ["已由其他参与方暂停", "暂停运行的一方才能让它继续。", "请该机构的人员继续运行，或撤回任务。"],
        [
            "Paused by another party",
            "Only the party that paused a run goes on with it.",
            "Ask the person there to resume, or cancel the task.",
        ],
    ),
    (
        "already_running",
        409,
        ["任务正在本节点运行", "同一任务已经在运行。", "等待运行结束。"],
        ["The task is running here", "It was started already.", "Wait until it ends."],
    ),
    (
        "task_not_ready",
        409,
        ["任务尚未就绪", "账本上的任务还没有得到所有参与方的批准，或已经结束。节点拒绝运行。", "等待全部审批完成。"],
        [
            "The task is not ready",
            "On the ledger it lacks approvals or has ended. The node refused to run it.",
            "Wait for every approval.",
        ],
    ),
    (
        "session_mismatch",
        409,
        ["会话与账本不符", "请求的会话不是账本给出的会话，节点拒绝运行。", "刷新后重试；反复出现请检查对方节点。"],
        [
            "The session is not the ledger's",
            "The node refused a session that the ledger did not give.",
            "Reload and try again; examine the peer's node if it goes on.",
        ],
    ),
    (
        "peer_not_a_party",
        409,
        ["对方不是任务参与方", "请求运行的机构不是参与方，节点拒绝。", "检查对方节点。"],
        [
            "The peer is no party of the task",
            "The node refused an organisation that takes no part.",
            "Examine the peer's node.",
        ],
    ),
    (
        "replica_behind",
        409,
        ["本节点账本副本落后", "副本还没有到任务就绪的高度。", "等待同步后重试。"],
        [
            "The replica is behind",
            "It has not reached the height at which the task became ready.",
            "Wait until it has caught up and try again.",
        ],
    ),
    (
        "policy_refused",
        409,
        [
            "策略现在不允许",
            "运行前节点在自己的账本副本上重新核对策略，结论是不允许。",
            "查看任务的逐条结论，重新申请授权或调整列策略。",
        ],
        [
            "Policy forbids it now",
            "Before running, the node evaluated policy on its own replica, and it does not allow the task.",
            "Read the verdict line by line; apply for a grant or change the policy.",
        ],
    ),
    (
        "algorithm_unsupported",
        409,
        ["本节点没有该算法", "节点软件不含任务要求的算法版本。", "升级节点软件。"],
        [
            "This node does not have the algorithm",
            "Its software lacks the version that the task names.",
            "Update the node.",
        ],
    ),
    (
        "algorithm_unfit",
        409,
        [
            "算法不适用于该任务",
            "任务指定的算法不能给出任务要求的输出，或不支持这么多参与方。",
            "换一个“算法”页上列明支持的算法。",
        ],
        [
            "The algorithm does not fit the task",
            "It cannot give the output that the task asks for, or not to so many parties.",
            "Name one that the page of algorithms says can.",
        ],
    ),
    (
        "algorithm_descriptor_differs",
        409,
        [
            "算法描述与账本不一致",
            "本节点软件对该算法的描述（安全模型、泄露、开销）与联盟创世时约定的摘要不同，节点拒绝运行。",
            "请各方运营方把节点软件升级到同一版本，再新建任务。",
        ],
        [
            "The algorithm is described otherwise on the ledger",
            "This node's description of it does not have the digest that the consortium agreed on at genesis. The node \
             refused to run it.",
            "Have all nodes run the same version of the software, then make a new task.",
        ],
    ),
    (
        "matches_below_minimum",
        409,
        [
            "匹配数低于最小交集门槛",
            "匹配的键少于任务书约定的最小数量；接收方节点没有写出结果文件，也没有给出实际数量。",
            "核对双方的键列和规范化规则；确有必要时，双方同意后以更低的门槛新建任务。",
        ],
        [
            "Fewer keys matched than the minimum",
            "The task asks for more matches. The receiver's node wrote no result file and tells nobody how many there were.",
            "Compare key columns and rules of both sides; if it must be, agree on a lower minimum in a new task.",
        ],
    ),
    (
        "link_test_too_soon",
        429,
        ["链路刚刚测试过", "为不占用双方带宽，每条链路每隔几秒才能测试一次。", "稍候再测，或使用上一次的结果。"],
        [
            "The link was tested a moment ago",
            "A link can be tested every few seconds only, so that tests take no bandwidth from tasks.",
            "Wait a moment, or use the last result.",
        ],
    ),
    (
        "link_test_refused",
        409,
        [
            "对方节点暂不接受链路测试",
            "对方节点刚刚为本机构测试过，或其软件不支持链路测试。",
            "稍候再测；反复出现请联系对方运营方。",
        ],
        [
            "The peer does not take part in a link test now",
            "Its node did so a moment ago, or its software does not know the test.",
            "Wait a moment; ask the peer's operator if it goes on.",
        ],
    ),
    (
        "link_test_failed",
        409,
        [
            "链路测试没有完成",
            "链路太慢，2 秒内连最小的数据块也没有往返，或测试途中连接中断。",
            "检查网络和对方节点后再测。",
        ],
        [
            "The link test was not completed",
            "The link is too slow for even the smallest block within 2 s, or it was lost.",
            "Check the network and the peer's node, then test again.",
        ],
    ),
    (
        "spec_unusable",
        409,
        ["任务书无法执行", "任务书通过了账本规则，但本节点无法照此运行。", "按详情修改后重新发起。"],
        [
            "The specification cannot be run",
            "It passed the ledger's rules, but this node cannot run it as it stands.",
            "Change what the detail says and propose again.",
        ],
    ),
    (
        "rows_missing",
        409,
        ["本节点没有该版本的数据", "该版本不是在本节点准备的，或准备记录已丢失。", "在本节点重新准备并发布新版本。"],
        [
            "This node does not hold the rows",
            "The version was not prepared here, or its record is lost.",
            "Prepare the data on this node and publish a new version.",
        ],
    ),
    (
        "dataset_changed",
        409,
        [
            "数据与已发布版本不一致",
            "文件在发布之后被改动，节点拒绝用它运行。",
            "恢复文件，或发布新版本后重新发起任务。",
        ],
        [
            "The data differ from the published version",
            "The file was changed after publication; the node refused to use it.",
            "Restore the file, or publish a new version and propose again.",
        ],
    ),
    (
        "duplicate_keys",
        409,
        ["匹配键重复", "任务不允许重复键，而数据中有重复。", "去重后发布新版本，或在任务中选择其他重复处理方式。"],
        [
            "Keys repeat",
            "The task does not allow duplicates, and there are some.",
            "Remove them and publish a new version, or choose another rule for duplicates.",
        ],
    ),
    (
        "too_many_rows",
        409,
        ["行数超过上限", "数据行数超过协议可处理的上限。", "拆分数据后再运行。"],
        ["There are too many rows", "The protocol takes fewer.", "Split the data."],
    ),
    (
        "node_busy",
        409,
        ["节点正忙", "本节点同时运行的任务已达上限。", "稍后重新运行。"],
        ["The node is busy", "It runs as many tasks as it may.", "Run again later."],
    ),
    (
        "session_already_run",
        409,
        ["该会话已运行过", "同一会话不会运行两次。", "以新的尝试重新运行。"],
        ["The session was already run", "A session never runs twice.", "Run the task again as a new attempt."],
    ),
    (
        "begun_elsewhere",
        409,
        [
            "多方任务由另一机构的节点发起运行",
            "参与者多于两方时，由任务书中第一个参与方的节点呼叫其他各方。",
            "请该机构运行，或等待其节点自动开始。",
        ],
        [
            "The run begins at another node",
            "Of more than two members, the node of the first party of the specification calls all others.",
            "Ask that organisation to run it, or wait until its node does.",
        ],
    ),
    // Runs: how they end.
    (
        "peer_refused",
        409,
        ["对方节点拒绝运行", "对方节点核对后拒绝，代码见参数。", "与对方联系，按其代码处理。"],
        [
            "The peer refused",
            "The other party's node checked and said no; its code is among the parameters.",
            "Talk to that party.",
        ],
    ),
    (
        "peer_failed",
        409,
        ["对方节点运行失败", "对方节点报告失败，代码见参数。", "与对方联系，排除原因后重新运行。"],
        [
            "The peer failed",
            "The other party's node reported a failure; its code is among the parameters.",
            "Talk to that party, then run again.",
        ],
    ),
    (
        "peer_unreachable",
        409,
        ["无法连接对方节点", "在时限内没有连上对方节点。", "检查网络和对方节点后重新运行。"],
        [
            "The peer cannot be reached",
            "There was no connection in time.",
            "Check the network and the peer's node, then run again.",
        ],
    ),
    (
        "peer_lost",
        409,
        ["与对方节点的连接中断", "运行中途连接断开；没有给出任何结果。", "对方节点恢复后重新运行。"],
        [
            "The connection to the peer was lost",
            "It ended in the middle of the run; nothing was released.",
            "Run again when the peer is back.",
        ],
    ),
    (
        "peer_stalled",
        409,
        ["对方节点长时间没有进展", "连接还在，但对方太久没有进展。", "请对方检查节点负载后重新运行。"],
        [
            "The peer made no progress",
            "It is connected but did nothing for too long.",
            "Ask the peer to look at its node, then run again.",
        ],
    ),
    (
        "protocol_violated",
        409,
        [
            "对方不遵守协议",
            "收到的消息不符合协议，运行已终止；没有给出任何结果。",
            "双方核对软件版本；反复出现请检查对方节点。",
        ],
        [
            "The peer did not follow the protocol",
            "A message did not fit, so the run ended; nothing was released.",
            "Compare software versions; examine the peer's node if it goes on.",
        ],
    ),
    (
        "cancelled_at_node",
        409,
        ["已在节点停止", "有人在本节点停止了运行。", "需要时重新运行。"],
        ["Stopped at this node", "A person stopped the run here.", "Run again if needed."],
    ),
    (
        "run_paused",
        409,
        ["已在本节点暂停", "有人在本节点暂停了运行，断点已保存。", "在期限内继续运行；逾期则判为失败。"],
        [
            "Paused at this node",
            "A person paused the run here; what was done is kept.",
            "Resume it in time; after that it fails.",
        ],
    ),
    (
        "run_paused_by_peer",
        409,
        ["对方暂停了运行", "对方节点的人员暂停了运行，断点已保存。", "请对方继续运行。"],
        [
            "Paused by the other party",
            "A person at the other node paused the run; what was done is kept.",
            "Ask them to resume.",
        ],
    ),
    (
        "resume_expired",
        409,
        ["中断后未能按时继续", "运行中断后，在期限内没有继续。", "确认两个节点都在线，然后重新运行。"],
        [
            "It did not go on in time",
            "The run was cut off, and nobody went on with it in time.",
            "See that both nodes are up, then run again.",
        ],
    ),
    (
        "resume_impossible",
        409,
        ["中断后无法继续", "中断处没有双方共同的断点，或继续的次数已用完；没有给出任何结果。", "重新运行。"],
        [
            "It cannot go on",
            "There is no checkpoint of both sides where it was cut off, or it was resumed as often as it may; nothing was \
             released.",
            "Run again.",
        ],
    ),
    (
        "run_stalled",
        409,
        ["运行停滞", "双方一段时间没有进展，也没有数据往来。", "查看进度页上各方在做什么；检查网络与对方节点。"],
        [
            "The run stands still",
            "Neither side has made progress for a while, and no byte has moved.",
            "See on the progress page what each side does; check the link and the other node.",
        ],
    ),
    (
        "task_closed",
        409,
        ["任务已在账本上关闭", "运行期间任务被撤回或关闭。", "需要时重新发起任务。"],
        [
            "The task was closed on the ledger",
            "It was withdrawn or closed while it ran.",
            "Propose it again if needed.",
        ],
    ),
    (
        "node_restarted",
        409,
        ["节点在运行中重启", "运行没有完成；没有给出任何结果。", "重新运行。"],
        ["The node was stopped while the task ran", "The run did not finish; nothing was released.", "Run again."],
    ),
    (
        "payload_malformed",
        409,
        ["对方的列类型不符", "匹配行携带的列不是已发布的类型。", "请对方检查数据源。"],
        [
            "A column of the peer has another type",
            "What came for a matched row is not of the published type.",
            "Ask the peer to check its source.",
        ],
    ),
];
