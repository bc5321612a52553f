//! Codes of the desk itself.

use super::Row;

macro_rules! desk_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $status:literal, [$($zh:literal),+ $(,)?], [$($en:literal),+ $(,)?];)*) => {
        /// What the desk itself can refuse with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DeskCode {
            $($(#[doc = $doc])+ $name,)*
        }

        impl DeskCode {
            /// Stable code.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// HTTP status.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }

        pub(super) const ROWS: &[Row] = &[$(($code, $status, [$($zh),+], [$($en),+]),)*];
    };
}

desk_codes! {
    /// The request could not be read.
    BadRequest = "bad_request", 400,
        ["请求格式有误", "请求体、参数或标识不符合接口的要求。", "按 errors 中指出的字段改正后重试。"],
        ["The request is malformed", "The body, a parameter or an identifier does not have the form the API expects.", "Correct the fields named in errors and try again."];
    /// A cursor that this list did not give.
    BadCursor = "bad_cursor", 400,
        ["翻页位置无效", "cursor 不是本列表在相同筛选条件下给出的。", "去掉 cursor，从第一页重新开始。"],
        ["The page cursor is not valid", "The cursor was not given by this list with the same filters.", "Leave the cursor out and start from the first page."];
    /// Nobody is logged in.
    NotLoggedIn = "not_logged_in", 401,
        ["尚未登录", "会话不存在或已经过期。", "重新登录。"],
        ["You are not logged in", "There is no session, or it has expired.", "Log in again."];
    /// Wrong name or password.
    WrongCredentials = "wrong_credentials", 401,
        ["账号或口令不正确", "账号不存在，或者口令不对。连续 5 次失败后账号将锁定 15 分钟。", "核对后重试；忘记口令请联系本机构的平台运营方重置。"],
        ["The name or the password is wrong", "There is no such account, or the password does not match. After five failures in a row the account is locked for 15 minutes.", "Check both and try again, or ask your operator to reset the password."];
    /// Too many failures.
    AccountLocked = "account_locked", 403,
        ["账号已锁定", "连续 5 次登录失败，账号锁定 15 分钟。", "等待锁定结束，或联系管理员重置口令；联系方式见 contact。"],
        ["The account is locked", "Five logins in a row failed, so the account is locked for 15 minutes.", "Wait until the lock ends, or ask the administrator named in contact to reset the password."];
    /// Frozen by an operator.
    AccountFrozen = "account_frozen", 403,
        ["账号已冻结", "平台运营方冻结了该账号。", "联系管理员启用账号；联系方式见 contact。"],
        ["The account is frozen", "An operator froze this account.", "Ask the administrator named in contact to enable it."];
    /// The CSRF token is missing or wrong.
    CsrfRefused = "csrf_refused", 403,
        ["请求来源校验未通过", "缺少 X-CSRF-Token，或与当前会话不符；也可能是在别的页面重新登录过。", "刷新页面后重试。"],
        ["The request did not prove where it comes from", "X-CSRF-Token is missing or does not belong to this session; you may have logged in again elsewhere.", "Reload the page and try again."];
    /// The role may not do this.
    Forbidden = "forbidden", 403,
        ["当前角色无权执行此操作", "该操作需要的角色，当前账号没有。", "请具备该角色的同事办理，或请平台运营方调整角色。"],
        ["Your role may not do this", "The operation needs a role that this account does not have.", "Ask a colleague who has the role, or ask your operator."];
    /// Not the receiver.
    NotReceiver = "not_receiver", 403,
        ["结果仅结果接收方可见", "任务没有约定本机构得到结果，本节点没有结果。", "请到结果接收方的控制台下载。"],
        ["Only the receiver has the result", "The task gives this organisation no result; this node has none.", "Download it at the receiver's console."];
    /// No such thing, or not for you.
    NotFound = "not_found", 404,
        ["未找到", "该对象不存在，或当前账号不可知悉。", "核对标识；对象可能刚刚提交，请稍后刷新。"],
        ["Not found", "There is no such object, or this account may not know of it.", "Check the identifier; if it was submitted just now, reload in a moment."];
    /// No such endpoint.
    NoSuchEndpoint = "no_such_endpoint", 404,
        ["接口不存在", "该路径没有对应的接口。", "对照接口文档核对路径和版本。"],
        ["No such endpoint", "No endpoint has this path.", "Compare path and version with the API document."];
    /// The method does not fit the path.
    MethodNotAllowed = "method_not_allowed", 405,
        ["不支持的请求方法", "该路径存在，但不支持这种请求方法。", "对照接口文档核对请求方法。"],
        ["The method is not supported here", "The path exists, but not with this method.", "Compare the method with the API document."];
    /// Something with this id exists.
    AlreadyExists = "already_exists", 409,
        ["已存在同名对象", "该标识已被使用。", "换一个标识，或直接使用已有对象。"],
        ["It already exists", "The identifier is taken.", "Choose another identifier, or use what exists."];
    /// The state does not allow it.
    StateConflict = "state_conflict", 409,
        ["当前状态不允许此操作", "对象的状态与该操作不相容，可能刚被他人改变。", "刷新查看最新状态后再决定。"],
        ["The present state does not allow this", "The object is in a state that the operation does not fit; somebody may have changed it just now.", "Reload, look at its state and decide again."];
    /// What would be signed is not what was shown.
    DigestDiffers = "digest_differs", 409,
        ["待签内容与所见内容不一致", "签署前看到的摘要与现在要签的内容不同：内容在此期间被改动。没有签署任何东西。", "重新预览，核对差异后再签。"],
        ["What would be signed is not what you saw", "The digest you saw differs from the digest of what would be signed: it changed in between. Nothing was signed.", "Preview again, compare, and sign what you then see."];
    /// Same key, first call not finished.
    IdempotencyInFlight = "idempotency_in_flight", 409,
        ["相同请求正在处理", "同一 Idempotency-Key 的上一次请求还没有结束。", "稍候用同一个键重试，会得到第一次的结果。"],
        ["The same request is being handled", "The first request with this Idempotency-Key has not ended yet.", "Wait and repeat with the same key: you will get the first answer."];
    /// Lost update.
    VersionDiffers = "version_differs", 412,
        ["内容已被他人修改", "If-Match 给出的版本不是最新版本。", "重新载入最新内容，再作修改。"],
        ["Somebody changed it in between", "The version in If-Match is not the latest.", "Load the latest version and change that."];
    /// Too large.
    TooLarge = "too_large", 413,
        ["内容过大", "请求体或上传文件超过本节点的上限。", "大文件请放到节点的数据目录，再以路径登记数据源。"],
        ["It is too large", "The body or the uploaded file exceeds this node's limit.", "Put large files into a data directory of the node and register the source by path."];
    /// Wrong content type.
    UnsupportedMedia = "unsupported_media", 415,
        ["不支持的内容类型", "请求体的 Content-Type 不是该接口接受的类型。", "JSON 接口请用 application/json。"],
        ["The content type is not supported", "The body's Content-Type is not one that this endpoint takes.", "Use application/json for JSON endpoints."];
    /// Well formed, but the values are not acceptable.
    InvalidValue = "invalid_value", 422,
        ["填写内容不符合要求", "请求可以读懂，但其中的值不满足约束。", "按 errors 中指出的字段改正后重试。"],
        ["A value is not acceptable", "The request can be read, but a value breaks a constraint.", "Correct the fields named in errors and try again."];
    /// Same key, other body.
    IdempotencyMismatch = "idempotency_mismatch", 422,
        ["同一幂等键用于不同内容", "该 Idempotency-Key 已用于另一个内容不同的请求。", "每个新请求使用新的键。"],
        ["The idempotency key was used for something else", "This Idempotency-Key belongs to a request with another body.", "Use a new key for each new request."];
    /// The path is outside the permitted directories.
    PathNotPermitted = "path_not_permitted", 422,
        ["该路径不在允许的数据目录内", "节点配置只允许读取指定目录下的文件。", "把文件放入允许的目录，或请运营方调整节点配置。"],
        ["The path is outside the permitted directories", "The node's configuration permits files below certain directories only.", "Move the file there, or ask your operator to change the configuration."];
    /// If-Match is missing.
    VersionRequired = "version_required", 428,
        ["缺少版本条件", "该修改需要 If-Match，以免覆盖他人的修改。", "先读取对象，用其 ETag 作为 If-Match。"],
        ["The version is missing", "This change needs If-Match, so that nobody's work is overwritten.", "Read the object first and send its ETag as If-Match."];
    /// Too many event streams.
    TooManyStreams = "too_many_streams", 429,
        ["实时连接过多", "该账号打开的实时进度连接已达上限。", "关闭不用的页面后重试。"],
        ["Too many live connections", "This account has as many progress streams open as it may.", "Close pages you do not need and try again."];
    /// A bug or a broken disk.
    Internal = "internal", 500,
        ["节点内部错误", "发生了意料之外的错误，详情已写入节点日志。", "把 trace_id 告诉平台运营方。"],
        ["Internal error of the node", "Something unexpected happened; the node's log has the particulars.", "Give the trace_id to your operator."];
    /// The database is away.
    DatabaseUnavailable = "database_unavailable", 503,
        ["数据库暂不可用", "本节点的数据库没有响应。", "稍后重试；持续出现请联系平台运营方。"],
        ["The database is not available", "This node's database does not answer.", "Try again later; if it goes on, tell your operator."];
    /// The read model has not caught up.
    ReadModelBehind = "read_model_behind", 503,
        ["查询视图尚未追上账本", "交易已上链，本节点的查询视图仍在更新。", "稍候刷新。"],
        ["The read model is behind the ledger", "The transaction is on the ledger; this node's view is still being brought up to date.", "Reload in a moment."];
}
