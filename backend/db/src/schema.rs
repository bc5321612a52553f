//! Tables as the migrations make them.

diesel::table! {
    logins (username) {
        username -> Text,
        display_name -> Text,
        password_hash -> Text,
        frozen -> Bool,
        last_login_ms -> Nullable<BigInt>,
        created_ms -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    login_failures (username) {
        username -> Text,
        failures -> Integer,
        last_ms -> BigInt,
        locked_until_ms -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (token_digest) {
        token_digest -> Text,
        username -> Text,
        csrf_token -> Text,
        created_ms -> BigInt,
        last_seen_ms -> BigInt,
        expires_ms -> BigInt,
    }
}

diesel::table! {
    idempotency_keys (username, operation, idempotency_key) {
        username -> Text,
        operation -> Text,
        idempotency_key -> Text,
        body_digest -> Text,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        etag -> Nullable<Text>,
        body -> Nullable<Binary>,
        created_ms -> BigInt,
    }
}

diesel::table! {
    drafts (id) {
        id -> Text,
        username -> Text,
        kind -> Text,
        title -> Text,
        content -> Text,
        version -> BigInt,
        created_ms -> BigInt,
        updated_ms -> BigInt,
    }
}

diesel::table! {
    operations (id) {
        id -> BigInt,
        at_ms -> BigInt,
        operation -> Text,
        actor -> Nullable<Text>,
        path -> Text,
        remote -> Text,
        status -> Integer,
        code -> Nullable<Text>,
        trace_id -> Text,
        duration_ms -> BigInt,
    }
}

diesel::table! {
    projection (id) {
        id -> Integer,
        genesis -> Text,
        height -> BigInt,
        block_hash -> Text,
    }
}

diesel::table! {
    blocks (height) {
        height -> BigInt,
        hash -> Text,
        time_ms -> BigInt,
        proposer -> Text,
        tx_count -> Integer,
        signatures -> Integer,
        validators -> Integer,
    }
}

diesel::table! {
    transactions (seq) {
        seq -> BigInt,
        id -> Text,
        height -> BigInt,
        idx -> Integer,
        time_ms -> BigInt,
        action -> Text,
        org -> Text,
        actor -> Text,
        accepted -> Bool,
        code -> Nullable<Text>,
    }
}

diesel::table! {
    transaction_topics (kind, topic, seq) {
        kind -> Text,
        topic -> Text,
        seq -> BigInt,
    }
}

diesel::table! {
    organisations (id) {
        id -> Text,
        name_zh -> Text,
        name_en -> Text,
        active -> Bool,
        validator -> Bool,
        node_key -> Text,
        joined_ms -> BigInt,
    }
}

diesel::table! {
    accounts (id) {
        id -> Text,
        org -> Text,
        account -> Text,
        display_name -> Text,
        roles -> Text,
        active -> Bool,
        public_key -> Text,
        registered_ms -> BigInt,
        updated_ms -> BigInt,
    }
}

diesel::table! {
    datasets (id) {
        id -> Text,
        owner -> Text,
        title -> Text,
        theme -> Text,
        sensitivity -> Text,
        active -> Bool,
        kinds -> Text,
        row_count -> BigInt,
        version -> Integer,
        column_count -> Integer,
        published_ms -> BigInt,
        updated_ms -> BigInt,
        search -> Text,
        object -> Binary,
    }
}

diesel::table! {
    applications (id) {
        id -> Text,
        dataset -> Text,
        owner -> Text,
        applicant -> Text,
        status -> Text,
        submitted_ms -> BigInt,
        updated_ms -> BigInt,
        object -> Binary,
    }
}

diesel::table! {
    grants (id) {
        id -> Text,
        dataset -> Text,
        application -> Text,
        grantor -> Text,
        grantee -> Text,
        revoked -> Bool,
        used -> Integer,
        uses -> Integer,
        not_after_ms -> BigInt,
        granted_ms -> BigInt,
        object -> Binary,
    }
}

diesel::table! {
    tasks (id) {
        id -> Text,
        title -> Text,
        kind -> Text,
        status -> Text,
        proposer -> Text,
        receiver -> Text,
        proposed_ms -> BigInt,
        updated_ms -> BigInt,
        not_after_ms -> BigInt,
        finished_ms -> Nullable<BigInt>,
        search -> Text,
        object -> Binary,
    }
}

diesel::table! {
    task_parties (task, org) {
        task -> Text,
        org -> Text,
        dataset -> Text,
        approved -> Bool,
    }
}

diesel::allow_tables_to_appear_in_same_query!(transactions, transaction_topics, tasks, task_parties);
