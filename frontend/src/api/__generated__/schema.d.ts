// Generated from backend/server/openapi.json by `npm run gen-api`. Do not edit.

export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the node works, for machines; 503 when it does not. */
        get: operations["show_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counters in the Prometheus text format. No names, no values of data. */
        get: operations["show_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who this node is, before login. */
        get: operations["show_about"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts of this organisation. */
        get: operations["list_accounts"];
        put?: never;
        /** Creates an account and its signing key, and registers the key on the ledger. */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account. */
        get: operations["show_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets the password of somebody who forgot it. */
        put: operations["reset_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{account}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Freezes or enables an account, here and on the ledger. */
        put: operations["set_account_state"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/algorithms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every algorithm: what the consortium agreed on, what this node can run, what it lets others learn. */
        get: operations["list_algorithms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Applications by and for this organisation. */
        get: operations["list_applications"];
        put?: never;
        /** Applies for data. */
        post: operations["create_application"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{application}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An application. */
        get: operations["show_application"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/applications/{application}/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answers an application: approve (makes a grant) or reject. */
        post: operations["create_review"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Blocks, newest first. */
        get: operations["list_blocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/blocks/{block}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A block, by height or hash. */
        get: operations["show_block"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain. */
        get: operations["show_chain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/chain/genesis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The genesis document: the verifiers' root of trust. */
        get: operations["show_genesis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dataset_facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the datasets that a query finds are spread over organisations, grades and themes. */
        get: operations["list_dataset_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The catalogue of the consortium; `mine=true` for one's own. */
        get: operations["list_datasets"];
        put?: never;
        /** Publishes a dataset with its first version. */
        post: operations["create_dataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dataset: columns, policy, versions, sample, usage. */
        get: operations["show_dataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/column_policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replaces the policy of the columns. */
        put: operations["set_column_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain of evidence of a dataset. */
        get: operations["show_dataset_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Freezes or enables a dataset. */
        put: operations["set_dataset_state"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/usage_limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replaces the usage limits of partners. */
        put: operations["set_usage_limits"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a version. */
        post: operations["create_dataset_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drafts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My drafts. */
        get: operations["list_drafts"];
        put?: never;
        /** Saves a new draft. */
        post: operations["create_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/drafts/{draft}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A draft. */
        get: operations["show_draft"];
        /** Saves a draft again; needs `If-Match`. */
        put: operations["update_draft"];
        post?: never;
        /** Throws a draft away. */
        delete: operations["delete_draft"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/error_codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every error code, its cause and its remedy, in Chinese and English. */
        get: operations["list_error_codes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches evidence. */
        get: operations["list_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Grants by and to this organisation. */
        get: operations["list_grants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/{grant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A grant. */
        get: operations["show_grant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/{grant}/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a grant back. */
        post: operations["create_revocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What needs me, what is going on, first steps. */
        get: operations["show_home"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/key_rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Canonical key rules this node knows. */
        get: operations["list_key_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/node": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This node: versions, chain, peers, rooms. */
        get: operations["show_node"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operation log of this node. */
        get: operations["list_operations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Members of the consortium. */
        get: operations["list_organisations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisations/{organisation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A member. */
        get: operations["show_organisation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/organisations/{organisation}/link_tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tests the link to another member: round trip and throughput in both directions, within 2 s and 16 MB, every few seconds at most. */
        post: operations["create_link_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exactly what a person is about to sign, and whether the rules would accept it. */
        post: operations["create_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/psi_estimates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a private set intersection would cost by each algorithm, and which one to take. */
        post: operations["create_psi_estimate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Searches everything. */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am. 401 when nobody. */
        get: operations["show_session"];
        put?: never;
        /** Signs in. */
        post: operations["create_session"];
        /** Signs out. */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Changes my login password; ends my other sessions. */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/source_probes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks into a file without registering it. */
        post: operations["create_source_probe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sources of this node. */
        get: operations["list_sources"];
        put?: never;
        /** Registers a source. */
        post: operations["create_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A source. */
        get: operations["show_source"];
        put?: never;
        post?: never;
        /** Forgets a source that no dataset uses; the file stays. */
        delete: operations["delete_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/{source}/key_profiles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Counts nulls, irregular values and repeats of columns of a source as a key, under chosen rules. */
        post: operations["create_key_profile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/{source}/preparations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads the whole source, profiles it and commits to its rows, so that it can be published. */
        post: operations["create_preparation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sources/{source}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Freezes or enables a source. */
        put: operations["set_source_state"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks published or joined by this organisation, or seen as a member. */
        get: operations["list_tasks"];
        put?: never;
        /** Proposes a task. */
        post: operations["create_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task: specification, verdict line by line, parties, approvals, runs, attestations, outcome. */
        get: operations["show_task"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/approvals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approves or rejects a task for this organisation. */
        post: operations["create_approval"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraws a task, or stops its run. */
        post: operations["create_cancellation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/consistency_checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Re-derives the task's digests from what this node still holds and compares them with the ledger. */
        post: operations["create_consistency_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress as server-sent events; honours `Last-Event-ID`. Ends when the task has reached a final state. */
        get: operations["stream_task_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain of evidence of a task. */
        get: operations["show_task_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/evidence_bundle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The evidence bundle of a task: `shuzheng verify` and the console's verifier check it without any server. */
        get: operations["download_evidence_bundle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The task's log on this node. */
        get: operations["show_task_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/pauses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops a run on both nodes so that it can go on later, or keeps one that was cut off from going on. */
        post: operations["create_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress now, one lane per party. */
        get: operations["show_task_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The task's report. */
        get: operations["show_task_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result, at the receiver only. */
        get: operations["show_task_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/result/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The result file, at the receiver only. */
        get: operations["download_task_result"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/resumptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on with a run that was paused here or cut off, from its last checkpoint. */
        post: operations["create_resumption"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{task}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a failed task again, or (force) makes this node try what the ledger does not permit. */
        post: operations["create_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Transactions, newest first. */
        get: operations["list_transactions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transactions/{transaction}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A transaction, decoded, with its proof. */
        get: operations["show_transaction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a file to the node's data directory. The body is the file. */
        post: operations["create_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What the login page needs before anybody is known. */
        About: {
            /** @description The organisation of this node. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Version of the software. */
            version: string;
            /** @description Chain id. */
            chain: string;
            /** @description Whom to ask. */
            contact: components["schemas"]["Contact"];
        };
        /** @description An account of this organisation. */
        Account: {
            /** @description Account name, e.g. `li.wei`; unique in the organisation. */
            username: string;
            /** @description The person's name. */
            display_name: string;
            /** @description What it may do. */
            roles: components["schemas"]["Role"][];
            /** @description Whether it may be used. */
            state: components["schemas"]["AccountState"];
            /** @description Its signing key. */
            key: components["schemas"]["AccountKey"];
            locked_until: components["schemas"]["Timestamp"] | null;
            last_login_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was created. */
            created_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Row version, also the ETag.
             */
            version: number;
        };
        /** @description A new account: its draft, its first secrets, and the operator's signature that registers its key. */
        AccountCreate: {
            /** @description The account. */
            request: components["schemas"]["AccountDraft"];
            /**
             * Format: password
             * @description First login password, at least 10 characters.
             */
            password: string;
            /**
             * Format: password
             * @description The person's own signing passphrase, typed by the person; seals the new key. At least 10 characters.
             */
            key_passphrase: string;
            /** @description The operator's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description What of a new account goes on the ledger. */
        AccountDraft: {
            /** @description 1 to 64 of a-z, 0-9, '-', '_', '.'. */
            username: string;
            /** @description The person's name. It goes on the ledger: every member of the consortium can read it. */
            display_name: string;
            /** @description What it may do; at least one. */
            roles: components["schemas"]["Role"][];
        };
        /** @description An account's signing key. */
        AccountKey: {
            /** @description Where it stands. */
            state: components["schemas"]["KeyState"];
            /** @description Public key, hex; null when there is none. */
            public_key: string | null;
            /** @description Digest of the public key, to compare by voice. */
            fingerprint: string | null;
        };
        /** @description A page of accounts. */
        AccountPage: {
            /** @description This page's items. */
            items: components["schemas"]["Account"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /**
         * @description Whether an account may be used.
         * @enum {string}
         */
        AccountState: "active" | "frozen";
        /** @description Freeze or enable. */
        AccountStateChange: {
            /** @description The new state. */
            state: components["schemas"]["AccountState"];
        };
        /** @description Which account changes to which state. */
        AccountStateChangePreview: {
            /** @description The account. */
            account: string;
            /** @description The change. */
            change: components["schemas"]["AccountStateChange"];
        };
        /** @description Freeze or enable, signed by an operator: the key is disabled or enabled on the ledger too. */
        AccountStateChangeSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["AccountStateChange"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description One aggregate over the matched rows of the side that does not receive. */
        Aggregate: {
            /** @description What is computed. */
            function: components["schemas"]["AggregateFunction"];
            /** @description Of which column; it stands among the `payload` of that party. */
            column: string;
        };
        /**
         * @description What is computed of a column.
         * @enum {string}
         */
        AggregateFunction: "sum" | "average";
        /** @description An algorithm. */
        Algorithm: {
            /** @description Name. */
            id: string;
            /** @description Version. */
            version: string;
            /** @description Title in the language asked for. */
            title: string;
            kind: components["schemas"]["TaskKind"] | null;
            /** @description Whether this node can run it. */
            state: components["schemas"]["AlgorithmState"];
            /** @description Why not, and what to do; null when it can. */
            state_reason: string | null;
            /** @description Digest of the descriptor that the consortium agreed on at genesis; null when it did not. */
            registered_digest: string | null;
            description: components["schemas"]["AlgorithmDescription"] | null;
        };
        /** @description What an algorithm costs per item, for people who want to check an estimate. */
        AlgorithmCost: {
            /**
             * Format: int32
             * @description Bits on the wire per item of the receiver.
             */
            receiver_item_bits: number;
            /**
             * Format: int32
             * @description Bits on the wire per item of the sender.
             */
            sender_item_bits: number;
            /**
             * Format: int32
             * @description Bytes on the wire whatever the sizes.
             */
            fixed_bytes: number;
            /**
             * Format: int32
             * @description Nanoseconds of one core at the slower side, per item of either side, as this node would compute.
             */
            item_ns: number;
            /**
             * Format: int32
             * @description Bytes of memory at the larger side, per item of either side.
             */
            item_memory_bytes: number;
            /**
             * Format: int32
             * @description Times that one side waits for the other.
             */
            rounds: number;
            /** @description This node computes with vector kernels. */
            vectorised: boolean;
        };
        /** @description What this node's software says of an algorithm. */
        AlgorithmDescription: {
            /** @description What it does, in words. */
            summary: string;
            /**
             * Format: int32
             * @description Fewest parties.
             */
            parties_min: number;
            /**
             * Format: int32
             * @description Most parties.
             */
            parties_max: number;
            /** @description What its receiver can be given: `rows`, `cardinality`, `aggregates`. */
            outputs: string[];
            /** @description Against whom it protects. */
            security: components["schemas"]["SecurityModel"];
            /** @description The same in words. */
            security_text: string;
            /** @description What must be hard. */
            assumptions: components["schemas"]["AlgorithmFact"][];
            /** @description What is learned beside the result. */
            leakage: components["schemas"]["AlgorithmFact"][];
            /** @description What it costs. */
            cost: components["schemas"]["AlgorithmCost"];
            /** @description Canonical CBOR of the descriptor, hex; its tagged digest is `digest`. */
            canonical: string;
            /** @description Digest of the descriptor. */
            digest: string;
        };
        /** @description An assumption or a leakage: a stable code and its words in the language asked for. */
        AlgorithmFact: {
            /** @description Stable code. */
            code: string;
            /** @description In words. */
            text: string;
        };
        /** @description Every algorithm that the consortium agreed on or that this node's software describes. */
        AlgorithmList: {
            /** @description Sorted by name and version. */
            items: components["schemas"]["Algorithm"][];
        };
        /** @description Which algorithm, in which version. */
        AlgorithmRef: {
            /** @description Name, e.g. `psi.ecdh-ristretto255`. */
            id: string;
            /** @description Version, e.g. `1`. */
            version: string;
        };
        /**
         * @description Whether this node can run an algorithm.
         * @enum {string}
         */
        AlgorithmState: "usable" | "not_in_build" | "descriptor_differs" | "not_registered";
        /** @description An application for data. */
        Application: {
            /** @description Short id. */
            id: string;
            /** @description The dataset. */
            dataset: string;
            /** @description Its title. */
            dataset_title: string;
            /** @description Who owns it. */
            owner: components["schemas"]["OrganisationRef"];
            /** @description Who applies. */
            applicant: components["schemas"]["OrganisationRef"];
            /** @description The person, `org/account`. */
            applied_by: string;
            /** @description What is asked for. */
            scope: components["schemas"]["Scope"];
            /** @description Why, in words. */
            reason: string;
            /** @description Where it stands. */
            state: components["schemas"]["ApplicationState"];
            /** @description It waits for a data owner of this organisation. */
            needs_me: boolean;
            /** @description The grant it led to. */
            grant: string | null;
            /** @description Why it was rejected. */
            rejection_reason: string | null;
            /** @description The reviewer, `org/account`. */
            reviewed_by: string | null;
            reviewed_at: components["schemas"]["Timestamp"] | null;
            /** @description When it was submitted (block time). */
            submitted_at: components["schemas"]["Timestamp"];
        };
        /** @description An application and where its latest step stands on the ledger. */
        ApplicationCommitted: {
            /** @description The application after the step. */
            application: components["schemas"]["Application"];
            /** @description The transaction. */
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description Applies for data. */
        ApplicationCreate: {
            /** @description Id; the preview (or the server) fills it in when absent. */
            id?: string | null;
            /** @description The dataset. */
            dataset: string;
            /** @description What is asked for. */
            scope: components["schemas"]["Scope"];
            /** @description Why, in words; public to the consortium. */
            reason: string;
        };
        /** @description Applies for data, signed by a requester. */
        ApplicationCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["ApplicationCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description A page of applications. */
        ApplicationPage: {
            /** @description This page's items. */
            items: components["schemas"]["Application"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /**
         * @description Where an application stands.
         * @enum {string}
         */
        ApplicationState: "submitted" | "approved" | "rejected";
        /** @description An approval. */
        Approval: {
            /** @description Who, `org/account`. */
            by: string;
            /** @description When (block time). */
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description At which height.
             */
            height: number;
        };
        /** @description Answers a proposed task. */
        ApprovalCreate: {
            /** @description Digest of the specification the person read, i.e. the task's id; 409 when it is another task's. */
            task: string;
            /** @description Yes or no. */
            decision: components["schemas"]["ApprovalDecision"];
            /** @description Why not; needed to reject. */
            reason?: string | null;
        };
        /** @description Answers a proposed task, signed by a person of a party. */
        ApprovalCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["ApprovalCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /**
         * @description Yes or no.
         * @enum {string}
         */
        ApprovalDecision: "approve" | "reject";
        /** @description What a party's node stated about a run. */
        Attestation: {
            /** @description Whose node. */
            organisation: string;
            /** @description Its role. */
            role: components["schemas"]["ProtocolRole"];
            /** @description Algorithm and version. */
            algorithm: string;
            /** @description Digest of the protocol parameters. */
            parameters: string;
            /** @description Dataset it read; null for a receiver that brings no data, as are version and commitment. */
            dataset: string | null;
            /**
             * Format: int32
             * @description Version.
             */
            version: number | null;
            /** @description Commitment re-derived from the rows that were read. */
            commitment: string | null;
            /**
             * Format: int64
             * @description Rows read.
             */
            rows: number;
            /**
             * Format: int64
             * @description Distinct keys that entered the protocol.
             */
            items: number;
            /**
             * Format: int64
             * @description Rows without a key.
             */
            nulls: number;
            /**
             * Format: int64
             * @description Rows beyond the first of their key.
             */
            duplicates: number;
            /** @description Channels, one per other member. */
            channels: components["schemas"]["ChannelView"][];
            /** @description Planted rows were found exactly where they must be; null for a party that sees no result. */
            canaries_ok: boolean | null;
            /** @description Commitment to the seed of its randomness. */
            seed_commitment: string;
            /** @description Salted commitment to the result file; the receiver alone has one. */
            result: string | null;
            /** @description Software version. */
            software: string;
            /** @description Its own clock at the start. */
            started_at: components["schemas"]["Timestamp"];
            /** @description Its own clock at the end. */
            finished_at: components["schemas"]["Timestamp"];
        };
        /** @description A text in both languages, on the wire. */
        Bilingual: {
            /** @description 中文 */
            zh_cn: string;
            /** @description English */
            en: string;
        };
        /** @description A block. */
        Block: components["schemas"]["BlockSummary"] & {
            /** @description Hash of the block before. */
            previous_hash: string;
            /** @description Root of the world state after this block. */
            state_root: string;
            /** @description Root of its transactions. */
            transactions_root: string;
            /** @description Root of its receipts. */
            receipts_root: string;
            /** @description Every header field, in canonical order. */
            header: components["schemas"]["HeaderField"][];
            /** @description Canonical CBOR of the header, hex; its tagged digest is the hash. */
            header_canonical: string;
            /**
             * Format: int32
             * @description Round of the certificate.
             */
            round: number;
            /** @description Votes. */
            certificate: components["schemas"]["CertificateSignature"][];
            /** @description Transactions. */
            transaction_list: components["schemas"]["TransactionSummary"][];
        };
        /** @description A page of blocks, newest first. */
        BlockPage: {
            /** @description This page's items. */
            items: components["schemas"]["BlockSummary"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description A block in a list. */
        BlockSummary: {
            /**
             * Format: int64
             * @description Height.
             */
            height: number;
            /** @description Hash of the header. */
            hash: string;
            /** @description Time agreed in the header. */
            time: components["schemas"]["Timestamp"];
            /** @description Who proposed it. */
            proposer: components["schemas"]["OrganisationRef"];
            /**
             * Format: int32
             * @description Transactions in it.
             */
            transactions: number;
            /**
             * Format: int32
             * @description Signatures in its certificate.
             */
            signatures: number;
            /**
             * Format: int32
             * @description Validators at that height.
             */
            validators: number;
        };
        /** @description Withdraws a task. */
        CancellationCreate: {
            /** @description The task. */
            task: string;
            /** @description Why; public to the consortium. */
            reason: string;
        };
        /** @description Withdraws a task, signed by its proposer. */
        CancellationCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["CancellationCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description A vote in a commit certificate. */
        CertificateSignature: {
            /** @description Validator. */
            validator: components["schemas"]["OrganisationRef"];
            /** @description Signature, hex. */
            signature: string;
        };
        /** @description The chain. */
        Chain: {
            /** @description Chain id. */
            id: string;
            /** @description `gm` (SM2, SM3, SM4) or `intl` (Ed25519, SHA-256, AES-GCM). */
            suite: string;
            /** @description Digest of the genesis document: compare it with the one you trust. */
            genesis: string;
            /**
             * Format: int64
             * @description Height.
             */
            height: number;
            /** @description Hash of the latest block. */
            block_hash: string;
            /** @description Its time. */
            time: components["schemas"]["Timestamp"];
            /** @description State root of the latest block. */
            state_root: string;
            /**
             * Format: int64
             * @description Transactions so far.
             */
            transactions: number;
            /**
             * Format: int64
             * @description Milliseconds between blocks, mean of the last 20 that held transactions or fewer.
             */
            block_interval_ms: number | null;
            /** @description Who votes on blocks. */
            validators: components["schemas"]["OrganisationRef"][];
            /** @description Transactions per day for the last 14 days, oldest first. */
            daily: components["schemas"]["DailyCount"][];
        };
        /** @description One channel as one end saw it. */
        ChannelView: {
            /** @description The other end. */
            peer: string;
            /** @description Transcript digest of what was sent. */
            sent: string;
            /** @description Transcript digest of what was received. */
            received: string;
            /**
             * Format: int64
             * @description Bytes sent.
             */
            sent_bytes: number;
            /**
             * Format: int64
             * @description Bytes received.
             */
            received_bytes: number;
            /**
             * Format: int64
             * @description Items the peer announced.
             */
            peer_items: number;
        };
        /** @description A column as the catalogue shows it. */
        Column: {
            /** @description Name in the source. */
            name: string;
            /** @description Logical type. */
            data_type: components["schemas"]["ColumnType"];
            /** @description What it means. */
            description?: string;
            /** @description Grade. */
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description What may be done with it; nothing when empty. */
            rules?: components["schemas"]["ColumnRule"][];
        };
        /** @description What a column is used for in a task; for the approval page. */
        ColumnFlow: {
            /** @description Whose column. */
            organisation: string;
            /** @description Dataset. */
            dataset: string;
            /** @description Column. */
            column: string;
            /** @description In which form it is used. */
            disclosure: components["schemas"]["Disclosure"];
            /** @description Organisations that come to see values of it (for matched rows only). */
            visible_to: string[];
        };
        /** @description Replaces the policy of the columns. */
        ColumnPolicySet: {
            /** @description The dataset. */
            dataset: string;
            /**
             * Format: int32
             * @description The `policy_version` these changes were made on; 409 when it is no longer the latest.
             */
            policy_version: number;
            /** @description All columns, in the same order. */
            columns: components["schemas"]["Column"][];
        };
        /** @description Replaces the policy of the columns, signed by a data owner. */
        ColumnPolicySetSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["ColumnPolicySet"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description One permission on one column. */
        ColumnRule: {
            /** @description The permitted form. */
            allow: components["schemas"]["Disclosure"];
            /** @description The organisation it is for; null: every member (that holds a grant). */
            grantee?: string | null;
            /** @description The purpose it is for; null: any. */
            purpose?: string | null;
            not_after?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description Logical type of a column.
         * @enum {string}
         */
        ColumnType: "text" | "integer" | "number" | "boolean" | "date" | "timestamp" | "binary";
        /** @description A column and the form it is asked for or granted in. */
        ColumnUse: {
            /** @description Column name. */
            column: string;
            /** @description The form. */
            disclosure: components["schemas"]["Disclosure"];
        };
        /** @description One comparison. */
        ConsistencyItem: {
            /** @description Stable name, e.g. `spec`, `input_commitment`, `transcript_sent`, `result`. */
            name: string;
            /** @description What was compared, in the language asked for. */
            label: string;
            /** @description Outcome. */
            outcome: components["schemas"]["ConsistencyOutcome"];
            /** @description Value on the ledger. */
            expected: string;
            /** @description Value re-derived here. */
            actual: string | null;
            /** @description What differs exactly, e.g. the row; null when equal. */
            detail: string | null;
        };
        /**
         * @description Outcome of one comparison.
         * @enum {string}
         */
        ConsistencyOutcome: "equal" | "differs" | "unavailable";
        /** @description Consistency check (一致性检查): digests re-derived from what this node still holds, beside the ledger's. */
        ConsistencyReport: {
            /** @description The task. */
            task: string;
            /** @description Every comparison that could be made agrees. */
            consistent: boolean;
            /** @description Comparisons. */
            items: components["schemas"]["ConsistencyItem"][];
            /** @description What this check does not show, in words. */
            not_checked: string[];
            /** @description When. */
            checked_at: components["schemas"]["Timestamp"];
        };
        /** @description The administrator of this node. */
        Contact: {
            /** @description Name or office. */
            name: string;
            /** @description Telephone number, empty when none was configured. */
            phone: string;
            /** @description Mail address, empty when none was configured. */
            email: string;
        };
        /** @description One comparison of the attestations with each other and with the ledger. */
        CrossCheck: {
            /** @description The dispute that it would raise. */
            code: string;
            /** @description What holds, in the language asked for. */
            label: string;
            /** @description It holds. */
            ok: boolean;
        };
        /** @description Transactions of one day. */
        DailyCount: {
            /** @description UTC day, `YYYY-MM-DD`. */
            day: string;
            /**
             * Format: int64
             * @description Transactions.
             */
            transactions: number;
        };
        /** @description The dataset page. */
        Dataset: components["schemas"]["DatasetSummary"] & {
            /** @description Columns with their policy. */
            column_list: components["schemas"]["Column"][];
            /**
             * Format: int32
             * @description Raised with every change of the policy; also the ETag.
             */
            policy_version: number;
            /** @description How much partners may use it; empty when nothing is limited. */
            limits: components["schemas"]["UsageLimits"][];
            /** @description What each partner has used: of all partners for the owner, of this organisation alone for others. */
            partner_usage: components["schemas"]["PartnerUsage"][];
            /** @description Versions, newest first. */
            versions: components["schemas"]["DatasetVersion"][];
            /** @description Rows invented from the column types, never from the data: how the table looks. */
            sample_rows: string[][];
            /** @description Who uses it. */
            usage: components["schemas"]["DatasetUsage"];
            /** @description The source it is read from (own datasets only). */
            source: string | null;
            /** @description Nulls, duplicates and irregular keys of the latest version, as profiled on this node (own datasets only). */
            quality: components["schemas"]["SourceColumn"][] | null;
            /** @description Account that published it, `org/account`. */
            published_by: string;
        };
        /** @description A dataset and where its latest change stands on the ledger. */
        DatasetCommitted: {
            /** @description The dataset after the change. */
            dataset: components["schemas"]["Dataset"];
            /** @description The transaction. */
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description Publishes a dataset with its first version. */
        DatasetCreate: {
            /** @description Must start with this organisation's id and a dot, e.g. `rsj.social-insurance`. */
            id: string;
            /** @description Title. */
            title: string;
            /** @description Description. */
            description?: string;
            /** @description Theme, e.g. `社会保障`. */
            theme?: string;
            /** @description Grade of the whole. */
            classification: components["schemas"]["Sensitivity"];
            /** @description Columns of the preparation in the same order, with grade and policy. */
            columns: components["schemas"]["Column"][];
            /** @description Id of the preparation that read and committed to the rows. */
            preparation: string;
        };
        /** @description Publishes a dataset, signed by a data owner. */
        DatasetCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["DatasetCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description How often each value of each facet occurs among the datasets a query finds. */
        DatasetFacets: {
            /** @description By organisation id. */
            organisations: components["schemas"]["Facet"][];
            /** @description By grade. */
            classifications: components["schemas"]["Facet"][];
            /** @description By theme. */
            themes: components["schemas"]["Facet"][];
        };
        /** @description A page of datasets. */
        DatasetPage: {
            /** @description This page's items. */
            items: components["schemas"]["DatasetSummary"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /**
         * @description Order of a list of datasets.
         * @enum {string}
         */
        DatasetSort: "updated_at" | "title" | "rows";
        /**
         * @description Whether a dataset may be used.
         * @enum {string}
         */
        DatasetState: "active" | "frozen";
        /** @description Freezes or enables a dataset. */
        DatasetStateChange: {
            /** @description The dataset. */
            dataset: string;
            /** @description The new state. */
            state: components["schemas"]["DatasetState"];
        };
        /** @description Freezes or enables a dataset, signed by a data owner. */
        DatasetStateChangeSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["DatasetStateChange"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description A dataset in a list. */
        DatasetSummary: {
            /** @description `org.name`. */
            id: string;
            /** @description Title. */
            title: string;
            /** @description Description. */
            description: string;
            /** @description Theme (主题). */
            theme: string;
            /** @description Owner. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Owned by this node's organisation. */
            mine: boolean;
            /** @description Grade of the whole (分级). */
            classification: components["schemas"]["Sensitivity"];
            /** @description Whether it may be used. */
            state: components["schemas"]["DatasetState"];
            /**
             * Format: int32
             * @description Number of columns.
             */
            columns: number;
            /**
             * Format: int64
             * @description Rows of the latest version.
             */
            rows: number;
            /**
             * Format: int32
             * @description The latest version.
             */
            version: number;
            /** @description Kinds of task that the column policy leaves room for. */
            kinds: components["schemas"]["TaskKind"][];
            /** @description First publication (block time). */
            published_at: components["schemas"]["Timestamp"];
            /** @description Latest change (block time). */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description Use of a dataset, from the ledger. */
        DatasetUsage: {
            /**
             * Format: int64
             * @description Applications for it.
             */
            applications: number;
            /**
             * Format: int64
             * @description Applications waiting for the owner.
             */
            applications_pending: number;
            /**
             * Format: int64
             * @description Grants that can be used now.
             */
            grants_active: number;
            /**
             * Format: int64
             * @description Tasks that name it.
             */
            tasks: number;
            /**
             * Format: int64
             * @description Tasks that completed.
             */
            tasks_completed: number;
            last_used_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description One own dataset in use. */
        DatasetUse: {
            /** @description The dataset. */
            dataset: components["schemas"]["DatasetSummary"];
            /**
             * Format: int64
             * @description Grants that can be used now.
             */
            grants_active: number;
            /**
             * Format: int64
             * @description Tasks completed on it.
             */
            tasks_completed: number;
        };
        /** @description One committed version of the rows. */
        DatasetVersion: {
            /**
             * Format: int32
             * @description 1, 2, …
             */
            version: number;
            /** @description Merkle root over salted rows. */
            commitment: string;
            /** @description How the commitment was made, e.g. `salted-rows/1`. */
            scheme: string;
            /**
             * Format: int64
             * @description Rows.
             */
            rows: number;
            /** @description Digest of column names and types. */
            schema_digest: string;
            /** @description When (block time). */
            published_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description At which height.
             */
            height: number;
            /** @description This node still holds the file behind it (null for other organisations' datasets). */
            held_here: boolean | null;
        };
        /** @description Adds a version. */
        DatasetVersionCreate: {
            /** @description The dataset. */
            dataset: string;
            /** @description Id of the preparation that read and committed to the rows. */
            preparation: string;
        };
        /** @description Adds a version, signed by a data owner. */
        DatasetVersionCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["DatasetVersionCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description One field that differs. */
        Difference: {
            /** @description Path of the field. */
            path: string;
            /** @description Value then; null when it was absent. */
            before: string | null;
            /** @description Value now; null when it is absent. */
            after: string | null;
        };
        /**
         * @description Whose applications.
         * @enum {string}
         */
        Direction: "mine" | "to_me";
        /**
         * @description In which form a column may be used. Without a rule a column may not be used at all.
         * @enum {string}
         */
        Disclosure: "PLAINTEXT" | "PLAINTEXT_AFTER_JOIN" | "PLAINTEXT_AS_JOIN_PAYLOAD" | "PLAINTEXT_AFTER_GROUP_BY" | "PLAINTEXT_AFTER_COMPARE" | "PLAINTEXT_AFTER_AGGREGATE" | "ENCRYPTED_ONLY";
        /** @description One point on which attestations contradict. */
        Dispute: {
            /** @description Stable code. */
            code: string;
            /** @description In words, in the language asked for. */
            explanation: string;
        };
        /** @description A draft. */
        Draft: {
            /** @description Id. */
            id: string;
            /** @description Which wizard. */
            kind: components["schemas"]["DraftKind"];
            /** @description Title for the list. */
            title: string;
            /** @description What was typed; the wizard's own business, at most 64 KiB. Never a passphrase. */
            content: Record<string, never>;
            /**
             * Format: int64
             * @description Row version, also the ETag.
             */
            version: number;
            /** @description Latest change. */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description Saves a new draft. */
        DraftCreate: {
            /** @description Which wizard. */
            kind: components["schemas"]["DraftKind"];
            /** @description Title for the list. */
            title: string;
            /** @description What was typed. */
            content: Record<string, never>;
        };
        /**
         * @description Which wizard.
         * @enum {string}
         */
        DraftKind: "dataset" | "application" | "task";
        /** @description A page of drafts, newest first. */
        DraftPage: {
            /** @description This page's items. */
            items: components["schemas"]["Draft"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description Saves a draft again; needs `If-Match`. */
        DraftUpdate: {
            /** @description Title for the list. */
            title: string;
            /** @description What was typed. */
            content: Record<string, never>;
        };
        /**
         * @description What to do with rows whose keys are equal within one side.
         * @enum {string}
         */
        DuplicateRule: "reject" | "first" | "join";
        /** @description A code on the wire. */
        ErrorCode: {
            /** @description Stable code. */
            code: string;
            /** @description Layer. */
            layer: components["schemas"]["Layer"];
            /**
             * Format: int32
             * @description HTTP status when it answers a request.
             */
            status: number;
            /** @description What happened. */
            title: components["schemas"]["Bilingual"];
            /** @description Why. */
            cause: components["schemas"]["Bilingual"];
            /** @description What to do. */
            remedy: components["schemas"]["Bilingual"];
        };
        /** @description The catalogue of codes. */
        ErrorCodeList: {
            /** @description Codes by layer. */
            items: components["schemas"]["ErrorCode"][];
        };
        /** @description What one algorithm would cost. */
        EstimateOption: {
            /** @description The algorithm; only one whose state is `usable` can be named in a task. */
            algorithm: components["schemas"]["Algorithm"];
            /** @description It is the one to take. */
            recommended: boolean;
            /**
             * Format: int64
             * @description The whole run.
             */
            time_ms: number;
            /**
             * Format: int64
             * @description Of it: computing at the slower side.
             */
            compute_ms: number;
            /**
             * Format: int64
             * @description Of it: bytes on their way.
             */
            transfer_ms: number;
            /**
             * Format: int64
             * @description Memory on this node.
             */
            memory_bytes: number;
            /**
             * Format: int64
             * @description Memory on the peer's node.
             */
            peer_memory_bytes: number;
            /**
             * Format: int64
             * @description Bytes on the wire, both directions, without released columns.
             */
            traffic_bytes: number;
            /** @description This node has memory enough. */
            fits: boolean;
        };
        /** @description The link as it was counted. */
        EstimatedLink: {
            measured_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Round trip, microseconds.
             */
            rtt_us: number;
            /**
             * Format: int64
             * @description Bytes per second in the slower direction.
             */
            bytes_per_s: number;
        };
        /** @description One side as it was counted. */
        EstimatedParty: {
            /** @description The owner. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Dataset. */
            dataset: string;
            /**
             * Format: int32
             * @description Version.
             */
            version: number;
            /**
             * Format: int64
             * @description Rows, from the ledger.
             */
            rows: number;
            /** @description It learns the result. */
            receives: boolean;
        };
        /** @description One piece of evidence: a committed transaction and what it is about. */
        EvidenceItem: {
            /** @description Transaction id. */
            transaction: string;
            /**
             * Format: int64
             * @description Height.
             */
            height: number;
            /**
             * Format: int32
             * @description Position in the block.
             */
            index: number;
            /** @description Block time. */
            time: components["schemas"]["Timestamp"];
            /** @description Ledger action, e.g. `task_approve`. */
            action: string;
            /** @description Whose account signed. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description The account, `org/account`. */
            actor: string;
            /** @description What it says, in the language asked for. */
            sentence: string;
            /** @description What the transaction carried; the digest that the signature covers. */
            digest: string;
            /** @description Accepted by the rules. A refused transaction is evidence of the attempt. */
            accepted: boolean;
            /** @description Code of the refusal. */
            code: string | null;
            /** @description Tasks it is about. */
            tasks: string[];
            /** @description Datasets it is about. */
            datasets: string[];
            /** @description Grants it is about. */
            grants: string[];
            /** @description Applications it is about. */
            applications: string[];
        };
        /** @description A page of evidence. */
        EvidencePage: {
            /** @description This page's items. */
            items: components["schemas"]["EvidenceItem"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description The chain of evidence of a task or dataset, in time: publication → grant → approvals → start → finish. */
        EvidenceTimeline: {
            /** @description The task or dataset. */
            subject: string;
            /** @description Oldest first. */
            items: components["schemas"]["EvidenceItem"][];
            /** @description What it proves, in words, in the language asked for. */
            proved: string[];
            /** @description What it does not prove. */
            not_proved: string[];
        };
        /** @description One value of a facet. */
        Facet: {
            /** @description Value to filter by. */
            value: string;
            /**
             * Format: int64
             * @description Datasets that have it.
             */
            count: number;
        };
        /** @description One field of the request that is wrong. */
        FieldError: {
            /** @description JSON pointer into the request body, or the name of a query parameter. */
            pointer: string;
            /** @description What is wrong with it. */
            message: string;
        };
        /** @description A number on the home page. */
        Figure: {
            /**
             * @description Stable name: `datasets_mine`, `datasets_catalogue`, `grants_given`, `grants_received`, `tasks_running`,
             *     `tasks_completed`, `evidence`, `members`.
             */
            name: string;
            /**
             * Format: int64
             * @description Value.
             */
            value: number;
        };
        /** @description The owner's signed permission. */
        Grant: {
            /** @description Short id. */
            id: string;
            /** @description The application it answers. */
            application: string;
            /** @description The dataset. */
            dataset: string;
            /** @description Its title. */
            dataset_title: string;
            /** @description Who gives. */
            grantor: components["schemas"]["OrganisationRef"];
            /** @description Who may use. */
            grantee: components["schemas"]["OrganisationRef"];
            /** @description What, for what, until when, how often. */
            scope: components["schemas"]["Scope"];
            /**
             * Format: int32
             * @description Tasks that consumed it so far.
             */
            used: number;
            /** @description Whether it can be used now. */
            state: components["schemas"]["GrantState"];
            /** @description Who granted, `org/account`. */
            granted_by: string;
            /** @description When (block time). */
            granted_at: components["schemas"]["Timestamp"];
            /** @description Who revoked it. */
            revoked_by: string | null;
            revoked_at: components["schemas"]["Timestamp"] | null;
            /** @description Why it was revoked. */
            revocation_reason: string | null;
        };
        /** @description A grant and where its latest step stands on the ledger. */
        GrantCommitted: {
            /** @description The grant after the step. */
            grant: components["schemas"]["Grant"];
            /** @description The transaction. */
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /**
         * @description Whose grants.
         * @enum {string}
         */
        GrantDirection: "given" | "received";
        /** @description A page of grants. */
        GrantPage: {
            /** @description This page's items. */
            items: components["schemas"]["Grant"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /**
         * @description Whether a grant can be used.
         * @enum {string}
         */
        GrantState: "active" | "expired" | "used_up" | "revoked";
        /** @description One first step. */
        GuideStep: {
            /** @description Stable name: `register_source`, `publish_dataset`, `apply_for_data`, `propose_task`, `approve_task`, `verify_evidence`. */
            name: string;
            /** @description Done by this organisation. */
            done: boolean;
        };
        /** @description One field of a header. */
        HeaderField: {
            /** @description Name. */
            name: string;
            /** @description Value; digests in hex. */
            value: string;
        };
        /** @description Whether the node works; for machines. 503 when it does not. */
        Health: {
            /** @description All rooms work. */
            healthy: boolean;
            /**
             * Format: int64
             * @description Height of the ledger.
             */
            height: number;
            /**
             * Format: int64
             * @description Blocks the read model is behind.
             */
            read_model_lag: number;
            /** @description Rooms. */
            rooms: components["schemas"]["Room"][];
        };
        /**
         * @description Kind of thing found.
         * @enum {string}
         */
        HitKind: "block" | "transaction" | "task" | "dataset" | "application" | "grant" | "organisation";
        /** @description The home page. */
        Home: {
            /**
             * Format: int64
             * @description How many things need me (may be more than are listed).
             */
            todo_count: number;
            /** @description The oldest 20 of them. */
            todos: components["schemas"]["Todo"][];
            /** @description The latest five tasks of this organisation. */
            tasks: components["schemas"]["TaskSummary"][];
            /** @description Own datasets with the latest use, at most five. */
            datasets: components["schemas"]["DatasetUse"][];
            /** @description Figures. */
            figures: components["schemas"]["Figure"][];
            /** @description First steps and whether they are done, by role. */
            guide: components["schemas"]["GuideStep"][];
        };
        /**
         * @description What columns of a source are like as a key under chosen rules. Only counts, exact, of the file as it is now:
         *     rows = nulls + distinct + duplicates.
         */
        KeyProfile: {
            /**
             * Format: int64
             * @description Rows read.
             */
            rows: number;
            /**
             * Format: int64
             * @description Rows without a key: a key column is empty or null. They never match.
             */
            nulls: number;
            /**
             * Format: int64
             * @description Rows whose key does not have the form the rules expect, even cleaned. They take part.
             */
            irregular: number;
            /**
             * Format: int64
             * @description Distinct keys.
             */
            distinct: number;
            /**
             * Format: int64
             * @description Rows beyond the first of their key.
             */
            duplicates: number;
        };
        /** @description Counts what columns of a source are like as a key, so that a person knows before proposing a task. */
        KeyProfileCreate: {
            /** @description Key columns, in order; 1 to 8. */
            columns: string[];
            /** @description Rule of each column, by id of `/v1/key_rules`; as many as columns. */
            key_rules: string[];
        };
        /** @description A canonical key rule (规范化规则). */
        KeyRule: {
            /** @description Versioned id, e.g. `id-cn/1`. */
            id: string;
            /** @description Name, in the language asked for. */
            title: string;
            /** @description What it does, in the language asked for. */
            description: string;
        };
        /** @description The key rules this node knows. */
        KeyRuleList: {
            /** @description Rules. */
            items: components["schemas"]["KeyRule"][];
        };
        /**
         * @description Where an account's signing key stands.
         * @enum {string}
         */
        KeyState: "registered" | "pending" | "disabled" | "elsewhere" | "missing";
        /**
         * @description Which layer says it.
         * @enum {string}
         */
        Layer: "desk" | "rule" | "ledger" | "party" | "protocol";
        /** @description Where an action stands on the ledger. */
        LedgerReceipt: {
            /** @description Transaction id: show it, search it, verify it. */
            transaction: string;
            /**
             * Format: int64
             * @description Height of the block that holds it.
             */
            height: number;
            /** @description Time of that block. */
            time: components["schemas"]["Timestamp"];
        };
        /** @description What a link test found. */
        LinkTest: {
            /** @description The other end. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description When, by this node's clock. */
            measured_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Shortest round trip, microseconds.
             */
            rtt_us: number;
            /**
             * Format: int64
             * @description Bytes per second from here to there.
             */
            up_bytes_per_s: number;
            /**
             * Format: int64
             * @description Bytes per second from there to here.
             */
            down_bytes_per_s: number;
            /**
             * Format: int64
             * @description Bytes sent for the test.
             */
            sent_bytes: number;
            /**
             * Format: int64
             * @description Bytes received for the test.
             */
            received_bytes: number;
            /**
             * Format: int64
             * @description How long it took.
             */
            duration_ms: number;
        };
        /** @description This node: versions, chain, peers, rooms. */
        Node: {
            /** @description The organisation it acts for. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Version of the software. */
            version: string;
            /** @description Chain id. */
            chain: string;
            /** @description Algorithm suite. */
            suite: string;
            /**
             * Format: int64
             * @description Height of the ledger.
             */
            height: number;
            /** @description Time of the latest block. */
            block_time: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description Height the read model has reached.
             */
            read_model_height: number;
            /** @description `sqlite` or `postgresql`. */
            database: string;
            /** @description Links. */
            peers: components["schemas"]["Peer"][];
            /** @description Rooms. */
            rooms: components["schemas"]["Room"][];
            /** @description Start of this process. */
            started_at: components["schemas"]["Timestamp"];
            /** @description This node's clock. */
            now: components["schemas"]["Timestamp"];
        };
        /** @description One row. */
        Operation: {
            /**
             * Format: int64
             * @description Row number.
             */
            id: number;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Operation id of the endpoint, e.g. `create_task`. */
            operation: string;
            /** @description Who; null before login. */
            actor: string | null;
            /** @description Path that was called. */
            path: string;
            /** @description Address it came from. */
            remote: string;
            /**
             * Format: int32
             * @description HTTP status.
             */
            status: number;
            /** @description Code of the problem. */
            code: string | null;
            /** @description Trace id. */
            trace_id: string;
            /**
             * Format: int64
             * @description Time taken.
             */
            duration_ms: number;
        };
        /** @description A page of the operation log, newest first. */
        OperationPage: {
            /** @description This page's items. */
            items: components["schemas"]["Operation"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description A member of the consortium and what this node knows of its node. */
        Organisation: {
            /** @description Short id. */
            id: string;
            /** @description Name as registered on the ledger. */
            name: string;
            /** @description True for the organisation of this node. */
            is_self: boolean;
            /** @description The organisation's node votes on blocks. */
            validator: boolean;
            /** @description Public key of the organisation's node, hex. */
            public_key: string;
            /** @description Digest of that key, to compare by voice. */
            key_fingerprint: string;
            /** @description `host:port` of its partner-facing port, empty when not known here. */
            address: string;
            /** @description The mesh link is up now; always true for this node itself. */
            connected: boolean;
            /**
             * Format: int64
             * @description Round-trip time of the link.
             */
            rtt_ms: number | null;
            /**
             * Format: int64
             * @description Accounts registered on the ledger.
             */
            accounts: number;
            /**
             * Format: int64
             * @description Datasets in the catalogue.
             */
            datasets: number;
            /** @description When it joined. */
            joined_at: components["schemas"]["Timestamp"];
            link_test: components["schemas"]["LinkTest"] | null;
        };
        /** @description All members (a consortium has tens, not thousands, so there is no cursor to follow). */
        OrganisationList: {
            /** @description The members, this node's first. */
            items: components["schemas"]["Organisation"][];
        };
        /** @description An organisation in a sentence. */
        OrganisationRef: {
            /** @description Short id, e.g. `rsj`. */
            id: string;
            /** @description Name as registered on the ledger, e.g. 人社局. */
            name: string;
        };
        /** @description What this node measured of a run, beside what it attested. */
        OwnRun: {
            /**
             * Format: int32
             * @description Which run.
             */
            attempt: number;
            /**
             * Format: int64
             * @description Rows whose key is not of the form that its rule expects; they take part as they are.
             */
            irregular: number | null;
            /**
             * Format: int64
             * @description Own keys that the other side holds too: at the receiver, for those who may take the result.
             */
            matched_keys: number | null;
            /** @description Stages in their order. */
            phases: components["schemas"]["PhaseTime"][];
            /**
             * Format: int64
             * @description From the start to the end on this node.
             */
            total_ms: number | null;
            /**
             * Format: int64
             * @description Frames sent.
             */
            sent_frames: number | null;
            /**
             * Format: int64
             * @description Frames received.
             */
            received_frames: number | null;
            /**
             * Format: int64
             * @description Most memory resident in the node's process from its start to the end of the run.
             */
            memory_peak_bytes: number | null;
            /**
             * Format: int32
             * @description Canaries of both sides that were found; all, or the run would have failed (receiver only).
             */
            joint_canaries_found: number | null;
            /**
             * Format: int32
             * @description Own canaries that the other side does not know and that were not found; all (receiver only).
             */
            private_canaries_absent: number | null;
            /**
             * Format: int32
             * @description The other side's own canaries that were there and matched nothing; all (receiver only).
             */
            peer_canaries_present: number | null;
        };
        /** @description What a partner has used of a dataset, from the ledger. */
        PartnerUsage: {
            /** @description The partner. */
            organisation: components["schemas"]["OrganisationRef"];
            limits: components["schemas"]["UsageLimits"] | null;
            /**
             * Format: int32
             * @description Length of the period counted: that of the limits, 30 days without.
             */
            period_days: number;
            /**
             * Format: int32
             * @description Runs in the period that ends now.
             */
            runs: number;
            /**
             * Format: int64
             * @description Keys tested in the period that ends now.
             */
            keys: number;
            /**
             * Format: int32
             * @description Runs of the last 366 days.
             */
            runs_year: number;
            last_at: components["schemas"]["Timestamp"] | null;
        };
        /** @description One party's lane. */
        PartyProgress: {
            /** @description The organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Stage id, e.g. `waiting`, `reading`, `preparing`, `exchanging`, `writing`, `attesting`, `done`. */
            stage: string;
            /**
             * Format: int32
             * @description 1-based index of the stage; 0 before the first.
             */
            stage_index: number;
            /**
             * Format: int32
             * @description Number of stages.
             */
            stages: number;
            /**
             * Format: int64
             * @description Units done in this stage.
             */
            done: number;
            /**
             * Format: int64
             * @description Units of this stage; null while unknown.
             */
            total: number | null;
            /**
             * Format: int64
             * @description Rows read.
             */
            rows: number;
            /**
             * Format: int64
             * @description Bytes sent to peers.
             */
            sent_bytes: number;
            /**
             * Format: int64
             * @description Bytes received from peers.
             */
            received_bytes: number;
            /**
             * Format: int64
             * @description Resident memory of the party's process, if it tells.
             */
            memory_bytes: number | null;
            heartbeat_at: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description Estimated time to the end.
             */
            eta_ms: number | null;
            /** @description Code of the failure, or of what cut the run off. */
            error: string | null;
        };
        /** @description A new login password. */
        PasswordChange: {
            /**
             * Format: password
             * @description The password until now.
             */
            current_password: string;
            /**
             * Format: password
             * @description The password from now on, at least 10 characters.
             */
            new_password: string;
        };
        /** @description A password set by an operator for somebody who forgot theirs. Ends that account's sessions and lock. */
        PasswordReset: {
            /**
             * Format: password
             * @description At least 10 characters.
             */
            new_password: string;
        };
        /** @description Link to a peer. */
        Peer: {
            /** @description The organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description `host:port`. */
            address: string;
            /** @description Up now. */
            connected: boolean;
            /**
             * Format: int64
             * @description Round-trip time.
             */
            rtt_ms: number | null;
            /**
             * Format: int64
             * @description Bytes sent since the start.
             */
            sent_bytes: number;
            /**
             * Format: int64
             * @description Bytes received since the start.
             */
            received_bytes: number;
        };
        /** @description How long a phase took on this node. */
        PhaseTime: {
            /** @description Stage, as in the progress. */
            phase: string;
            /**
             * Format: int64
             * @description Wall time.
             */
            took_ms: number;
        };
        /** @description Whether the rules allow a task, line by line. */
        PolicyVerdict: {
            /** @description Every line allows. */
            allowed: boolean;
            /**
             * Format: int64
             * @description Height of the ledger state it was evaluated on.
             */
            height: number;
            /** @description What each line says. */
            lines: components["schemas"]["VerdictLine"][];
        };
        /** @description A source that was read and committed to, ready to be published as a dataset or a version of one. */
        Preparation: {
            /** @description Id to publish with. */
            id: string;
            /** @description The source. */
            source: string;
            /** @description The dataset it is for. */
            dataset: string;
            /** @description Merkle root over salted rows; this goes on the ledger, the rows do not. */
            commitment: string;
            /**
             * Format: int64
             * @description Rows committed to.
             */
            rows: number;
            /** @description Columns with their profile. */
            columns: components["schemas"]["SourceColumn"][];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description Reads the whole source once, profiles it and commits to its rows, so that it can be published. */
        PreparationCreate: {
            /** @description The dataset it is for; the salt of the commitment is kept under this id. */
            dataset: string;
            /** @description Columns to publish, in order; others stay unknown to the consortium. Empty: all. */
            columns?: string[];
        };
        /** @description Exactly what will be signed. */
        Preview: {
            /** @description The request, completed: ids and salts that were absent are filled in. Send this one to the endpoint. */
            action: components["schemas"]["PreviewCreate"];
            /** @description Name of the ledger action. */
            action_name: string;
            /** @description Canonical CBOR of the action, hex: these bytes are signed (with chain id, account, nonce and expiry around them). */
            canonical: string;
            /** @description Digest of these bytes; send back as `signing.seen_digest`. */
            digest: string;
            /** @description For a task: its id, i.e. the digest of its specification. */
            task: string | null;
            /** @description The same content for people, in the language asked for. */
            lines: components["schemas"]["PreviewLine"][];
            /** @description Whether the ledger's rules would accept it now. */
            verdict: components["schemas"]["PolicyVerdict"];
            /** @description What signing this lets others learn, and what it does not, in words. */
            leakage: string[];
        };
        /** @description The `request` of one of the signing endpoints, with its name. */
        PreviewCreate: {
            /** @description `PUT /v1/accounts/{account}/state`. (A new account's key does not exist yet, so its creation has no preview.) */
            request: components["schemas"]["AccountStateChangePreview"];
            /** @enum {string} */
            operation: "account_state_change";
        } | {
            /** @description `POST /v1/datasets` */
            request: components["schemas"]["DatasetCreate"];
            /** @enum {string} */
            operation: "dataset_create";
        } | {
            /** @description `POST /v1/datasets/{dataset}/versions` */
            request: components["schemas"]["DatasetVersionCreate"];
            /** @enum {string} */
            operation: "dataset_version_create";
        } | {
            /** @description `PUT /v1/datasets/{dataset}/column_policy` */
            request: components["schemas"]["ColumnPolicySet"];
            /** @enum {string} */
            operation: "column_policy_set";
        } | {
            /** @description `PUT /v1/datasets/{dataset}/usage_limits` */
            request: components["schemas"]["UsageLimitsSet"];
            /** @enum {string} */
            operation: "usage_limits_set";
        } | {
            /** @description `PUT /v1/datasets/{dataset}/state` */
            request: components["schemas"]["DatasetStateChange"];
            /** @enum {string} */
            operation: "dataset_state_change";
        } | {
            /** @description `POST /v1/applications` */
            request: components["schemas"]["ApplicationCreate"];
            /** @enum {string} */
            operation: "application_create";
        } | {
            /** @description `POST /v1/applications/{application}/reviews` */
            request: components["schemas"]["ReviewCreate"];
            /** @enum {string} */
            operation: "review_create";
        } | {
            /** @description `POST /v1/grants/{grant}/revocations` */
            request: components["schemas"]["RevocationCreate"];
            /** @enum {string} */
            operation: "revocation_create";
        } | {
            /** @description `POST /v1/tasks` */
            request: components["schemas"]["TaskCreate"];
            /** @enum {string} */
            operation: "task_create";
        } | {
            /** @description `POST /v1/tasks/{task}/approvals` */
            request: components["schemas"]["ApprovalCreate"];
            /** @enum {string} */
            operation: "approval_create";
        } | {
            /** @description `POST /v1/tasks/{task}/cancellations` */
            request: components["schemas"]["CancellationCreate"];
            /** @enum {string} */
            operation: "cancellation_create";
        };
        /** @description One line of a preview. */
        PreviewLine: {
            /**
             * Format: int32
             * @description Lines of one group belong together; groups are numbered from 0.
             */
            group: number;
            /** @description What the group is, in words, e.g. 参与方（结果接收方）. */
            group_label: string;
            /** @description Stable name, e.g. `task_party_receiver.dataset`. */
            path: string;
            /** @description What the value is, in words. */
            label: string;
            /** @description The value as signed. */
            value: string;
        };
        /** @description What differs from the last approved run. */
        PreviousRun: {
            /** @description That task. */
            task: string;
            /** @description When it completed (block time). */
            finished_at: components["schemas"]["Timestamp"];
            /** @description Fields that differ. */
            differences: components["schemas"]["Difference"][];
        };
        /** @description What went wrong, why, and what to do about it. Served as `application/problem+json`. */
        Problem: {
            /** @description `/v1/error_codes#CODE`. */
            type: string;
            /** @description Stable machine-readable code, see `GET /v1/error_codes`. */
            code: string;
            /** @description What happened, in the language asked for. */
            title: string;
            /**
             * Format: int32
             * @description HTTP status, repeated.
             */
            status: number;
            /** @description The particulars of this occurrence. */
            detail: string;
            /** @description What the person can do. */
            remedy: string;
            /** @description Quote this when asking for help; the operation log has it. */
            trace_id: string;
            /** @description What is wrong with which field. */
            errors?: components["schemas"]["FieldError"][];
            verdict?: components["schemas"]["PolicyVerdict"] | null;
            contact?: components["schemas"]["Contact"] | null;
            /**
             * Format: int64
             * @description Seconds to wait before trying again.
             */
            retry_after_s?: number | null;
        };
        /**
         * @description Role in the protocol.
         * @enum {string}
         */
        ProtocolRole: "receiver" | "sender";
        /** @description What a private set intersection would cost, by algorithm. An upper bound of the usual, not a promise. */
        PsiEstimate: {
            /** @description Both sides. */
            parties: components["schemas"]["EstimatedParty"][];
            /** @description The link between them. */
            link: components["schemas"]["EstimatedLink"];
            /**
             * Format: int32
             * @description Threads that a run computes with on this node; the peer is taken to have as many.
             */
            threads: number;
            /**
             * Format: int64
             * @description Memory that the run may take on this node; null when the system does not say.
             */
            memory_bytes: number | null;
            /** @description Every algorithm for this kind of task, sorted by name. */
            options: components["schemas"]["EstimateOption"][];
            recommended: components["schemas"]["AlgorithmRef"] | null;
            /** @description Why: `only_usable`, `only_fits`, `least_memory`, `small_and_quick`, `fastest`, `few_against_many`. */
            reason: string | null;
            /** @description The same in words. */
            reason_text: string | null;
        };
        /** @description Asks what a private set intersection of two datasets would cost. */
        PsiEstimateCreate: {
            /** @description The two datasets; one is this organisation's. */
            parties: components["schemas"]["PsiEstimateParty"][];
            /** @description Who learns the result: the owner of one of them. */
            receiver: string;
            output?: components["schemas"]["PsiOutput"] | null;
            /**
             * Format: int64
             * @description Memory that the run may take on this node; absent: what is free now.
             */
            memory_bytes?: number | null;
        };
        /** @description One side of an estimate. */
        PsiEstimateParty: {
            /** @description Its dataset. */
            dataset: string;
            /**
             * Format: int32
             * @description The version of it; absent: the latest.
             */
            version?: number | null;
        };
        /** @description What a private set intersection gives to its receiver. */
        PsiOutput: {
            /** @description Which rows are in the result. */
            join: components["schemas"]["RowJoin"];
            /**
             * @description Whether the other side gets a file too, of its own rows and the columns that the receiver releases. The receiver
             *     learns the result first and proves to the other, key by key, what matched; it cannot claim what it does not
             *     hold, but can keep matches to itself. Needs an algorithm that gives `rows_both`, and a grant on the receiver's
             *     dataset for the other side.
             */
            both?: boolean;
            /** @enum {string} */
            kind: "rows";
        } | {
            /** @enum {string} */
            kind: "cardinality";
        } | {
            /** @description In the order of the result's columns; each once. */
            functions: components["schemas"]["Aggregate"][];
            /** @enum {string} */
            kind: "aggregates";
        };
        /** @description A refused attempt to start the task. */
        Refusal: {
            /** @description Whose node refused. */
            by: string;
            /** @description Whose node asked. */
            asked_by: string;
            /** @description Stable code of the rule that forbade it. */
            code: string;
            /** @description In words, in the language asked for. */
            explanation: string;
            /** @description When (block time when on the ledger, else this node's clock). */
            at: components["schemas"]["Timestamp"];
        };
        /**
         * @description File format of a result.
         * @enum {string}
         */
        ResultFormat: "csv" | "parquet";
        /** @description Answers an application. */
        ReviewCreate: {
            /** @description The application. */
            application: string;
            /** @description Yes or no. */
            decision: components["schemas"]["ReviewDecision"];
            terms?: components["schemas"]["Scope"] | null;
            /** @description Id of the new grant; the preview (or the server) fills it in when absent. */
            grant?: string | null;
            /** @description Why it is rejected. */
            reason?: string | null;
        };
        /** @description Answers an application, signed by a data owner. */
        ReviewCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["ReviewCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /**
         * @description Yes or no.
         * @enum {string}
         */
        ReviewDecision: "approve" | "reject";
        /** @description Takes a grant back. */
        RevocationCreate: {
            /** @description The grant. */
            grant: string;
            /** @description Why; public to the consortium. */
            reason: string;
        };
        /** @description Takes a grant back, signed by a data owner. */
        RevocationCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["RevocationCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /**
         * @description What an account may do. An account may have several.
         * @enum {string}
         */
        Role: "data_owner" | "requester" | "auditor" | "operator";
        /** @description Health of a room. */
        Room: {
            /** @description Which. */
            name: components["schemas"]["RoomName"];
            /** @description It works. */
            healthy: boolean;
            /** @description How, in the language asked for. */
            detail: string;
        };
        /**
         * @description A room of the node.
         * @enum {string}
         */
        RoomName: "ledger" | "party" | "desk";
        /**
         * @description Which of its own rows somebody's result has. The other side's rows that match nothing it never has.
         * @enum {string}
         */
        RowJoin: "inner" | "left" | "unmatched";
        /** @description One run. */
        Run: {
            /**
             * Format: int32
             * @description 1, 2, …
             */
            attempt: number;
            /** @description Session: chosen by the ledger, by no single party. */
            session: string;
            /** @description When it became ready (block time). */
            ready_at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description At which height.
             */
            height: number;
            /** @description What the nodes stated. */
            attestations: components["schemas"]["Attestation"][];
            /** @description What failed. */
            failures: components["schemas"]["RunFailure"][];
        };
        /** @description Runs a task (again). */
        RunCreate: {
            /**
             * @description `true`: tell this node to start even if the ledger does not permit it: the drill that shows that the other
             *     party's node refuses and records why. `false`: another attempt of a failed task (signed by the proposer).
             */
            force?: boolean;
            signing?: components["schemas"]["Signing"] | null;
        };
        /** @description A failure reported by a party's node. */
        RunFailure: {
            /** @description Whose node. */
            organisation: string;
            /** @description Stable code. */
            code: string;
            /** @description What it means, in the language asked for. */
            title: string;
            /** @description The cause. */
            cause: string;
            /** @description What to do. */
            remedy: string;
            /** @description The node's own particulars. */
            detail: string;
            /** @description When (block time). */
            at: components["schemas"]["Timestamp"];
        };
        /** @description A run that is cut off and may go on from its last checkpoint. */
        RunInterruption: {
            /** @description Code of what cut it off. */
            code: string;
            /** @description The same in words. */
            title: string;
            /** @description Organisations at which somebody paused it; it goes on when each of them says so. */
            paused_by: components["schemas"]["OrganisationRef"][];
            /** @description When it is given up (this node's clock). */
            until: components["schemas"]["Timestamp"];
            /** @description Whether this node can be asked to go on now. */
            can_resume: boolean;
        };
        /** @description Nothing moves: what each side does, since when. */
        RunStall: {
            /** @description Since when (this node's clock). */
            since: components["schemas"]["Timestamp"];
            /** @description What each side does. */
            sides: components["schemas"]["StalledSide"][];
        };
        /** @description What became of the request to run. */
        RunStarted: {
            /** @description The task. */
            task: components["schemas"]["TaskDetail"];
            receipt: components["schemas"]["LedgerReceipt"] | null;
            refusal: components["schemas"]["Refusal"] | null;
        };
        /**
         * @description State of a run on this node.
         * @enum {string}
         */
        RunState: "waiting" | "running" | "finished" | "failed" | "cancelled" | "interrupted";
        /** @description What is asked for, or granted: which columns in which form, for what, until when, how often. */
        Scope: {
            /** @description Columns and their form. */
            columns: components["schemas"]["ColumnUse"][];
            /** @description Purpose of use, e.g. `loan-review`. */
            purpose: string;
            /** @description Kinds of task. */
            kinds: components["schemas"]["TaskKind"][];
            /** @description Not after this time. */
            not_after: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How many tasks.
             */
            uses: number;
        };
        /** @description One thing found. */
        SearchHit: {
            /** @description Kind. */
            kind: components["schemas"]["HitKind"];
            /** @description Id to open it with. */
            id: string;
            /** @description Title. */
            title: string;
        };
        /** @description At most 20 things found. */
        SearchResult: {
            /** @description Best first. */
            items: components["schemas"]["SearchHit"][];
        };
        /**
         * @description Against whom an algorithm protects.
         * @enum {string}
         */
        SecurityModel: "semi_honest" | "malicious_privacy" | "malicious";
        /**
         * @description How sensitive a dataset or column is (数据分级, after GB/T 43697).
         * @enum {string}
         */
        Sensitivity: "public" | "internal" | "sensitive" | "core";
        /** @description Who I am here. */
        Session: {
            /** @description My account. */
            account: components["schemas"]["Account"];
            /** @description The organisation this node acts for. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Send back as `X-CSRF-Token` with every POST, PUT and DELETE. */
            csrf_token: string;
            /** @description When the session ends if unused. */
            expires_at: components["schemas"]["Timestamp"];
        };
        /** @description Name and password of an account of this node's organisation. */
        SessionCreate: {
            /** @description Account name. */
            username: string;
            /**
             * Format: password
             * @description Login password (not the signing passphrase).
             */
            password: string;
        };
        /**
         * @description Consent to sign. The passphrase opens the person's key in the party room, is used once and is never
         *     stored or logged.
         */
        Signing: {
            /**
             * Format: password
             * @description The person's own signing passphrase.
             */
            passphrase: string;
            /** @description `digest` of the preview the person saw. When given and the action to be signed differs: 409 `digest_differs`. */
            seen_digest?: string | null;
        };
        /** @description A registered source. */
        Source: {
            /** @description Short id. */
            id: string;
            /** @description A name people recognise. */
            name: string;
            /** @description Kind of file. */
            kind: components["schemas"]["SourceKind"];
            /** @description Path on the node's host. */
            path: string;
            /** @description Whether it may be read. */
            state: components["schemas"]["SourceState"];
            /** @description The file is there and readable now. */
            available: boolean;
            /** @description Columns as found when it was registered. */
            columns: components["schemas"]["SourceColumn"][];
            /**
             * Format: int64
             * @description Rows when it was registered.
             */
            rows: number | null;
            /**
             * Format: int64
             * @description Size of the file when it was registered.
             */
            bytes: number;
            /** @description Datasets published from it. */
            datasets: string[];
            /** @description When it was registered. */
            created_at: components["schemas"]["Timestamp"];
        };
        /** @description A column as found in the file. */
        SourceColumn: {
            /** @description Name in the header. */
            name: string;
            /** @description Type in the file, in Arrow's words, e.g. `Utf8`, `Int64`. */
            source_type: string;
            data_type: components["schemas"]["ColumnType"] | null;
            /**
             * Format: int64
             * @description Empty or null cells; null when not counted.
             */
            nulls: number | null;
            /**
             * Format: int64
             * @description Distinct values, estimated to about 2 %; null when not counted.
             */
            distinct: number | null;
            /**
             * Format: int64
             * @description Rows beyond the first of their key under the suggested rule; null when the column does not look like a key.
             */
            duplicates: number | null;
            /**
             * Format: int64
             * @description Rows whose value does not have the form the suggested rule expects; null when the column does not look like a key.
             */
            irregular: number | null;
            /** @description Key rule that fits the column's values, e.g. `cn-resident-id/1`; null when none does. */
            key_rule: string | null;
        };
        /** @description Registers a source. */
        SourceCreate: {
            /** @description Short id, 1 to 64 of a-z, 0-9, '-', '_', '.'. */
            id: string;
            /** @description A name people recognise. */
            name: string;
            /** @description Where the file is. */
            location: components["schemas"]["SourceLocation"];
        };
        /**
         * @description Kind of source.
         * @enum {string}
         */
        SourceKind: "csv" | "parquet";
        /** @description Where the file is: a path on the node's host, or an upload. */
        SourceLocation: {
            /** @description Kind of file. */
            kind: components["schemas"]["SourceKind"];
            /** @description Absolute path within one of the node's permitted data directories. Either this or `upload`. */
            path?: string | null;
            /** @description Id of an upload. */
            upload?: string | null;
        };
        /** @description A page of sources. */
        SourcePage: {
            /** @description This page's items. */
            items: components["schemas"]["Source"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description What is in a file, found before it is registered. */
        SourceProbe: {
            /** @description Columns in file order. */
            columns: components["schemas"]["SourceColumn"][];
            /**
             * Format: int64
             * @description Rows; null when not counted.
             */
            rows: number | null;
            /**
             * Format: int64
             * @description Size of the file.
             */
            bytes: number;
            /** @description What a person should know, e.g. rows that could not be read. */
            warnings: string[];
            /** @description Rows invented from the column types, never from the file. */
            sample_rows: string[][];
        };
        /**
         * @description Whether a source may be read.
         * @enum {string}
         */
        SourceState: "active" | "frozen";
        /** @description Freezes or enables a source. */
        SourceStateChange: {
            /** @description The new state. */
            state: components["schemas"]["SourceState"];
        };
        /** @description What a party does while nothing moves. */
        StalledSide: {
            /** @description The organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Its stage. */
            stage: string;
            /** @description What it does. */
            does: components["schemas"]["Standstill"];
        };
        /**
         * @description What a party does while nothing moves.
         * @enum {string}
         */
        Standstill: "computes" | "waits" | "silent";
        /** @description An action on a task and whether I may take it now. */
        TaskAction: {
            /** @description Which. */
            name: components["schemas"]["TaskActionName"];
            /** @description I may. */
            allowed: boolean;
            /** @description Why not, in the language asked for. */
            reason: string | null;
        };
        /**
         * @description Actions on a task.
         * @enum {string}
         */
        TaskActionName: "approve" | "cancel" | "run_again" | "force_run" | "download_result" | "consistency_check" | "clone";
        /** @description A task and where its latest step stands on the ledger. */
        TaskCommitted: {
            /** @description The task after the step. */
            task: components["schemas"]["TaskDetail"];
            /** @description The transaction. */
            receipt: components["schemas"]["LedgerReceipt"];
        };
        /** @description Proposes a private set intersection. */
        TaskCreate: {
            /** @description Kind of task. */
            kind: components["schemas"]["TaskKind"];
            /** @description Title for people. */
            title: string;
            /** @description Purpose of use; must be the grants' purpose. */
            purpose: string;
            /** @description The two parties. */
            parties: components["schemas"]["TaskPartySpec"][];
            /** @description Who learns the result: one of the parties. */
            receiver: string;
            /** @description Canonical rule per key column, in the order of `keys`, e.g. `id-cn/1`; see `GET /v1/key_rules`. */
            key_rules: string[];
            /** @description Duplicates. */
            duplicates: components["schemas"]["DuplicateRule"];
            /** @description Format of the receiver's file. */
            format: components["schemas"]["ResultFormat"];
            algorithm?: components["schemas"]["AlgorithmRef"] | null;
            /**
             * Format: int64
             * @description Fewest distinct keys that must match for the result to be released; 0, the default, for none. For rows the
             *     receiver's node enforces it: it writes no file and fails the run with `matches_below_minimum` when fewer match. For
             *     a cardinality and for aggregates the protocol does: nobody learns more than that there were fewer.
             */
            min_matches?: number | null;
            output?: components["schemas"]["PsiOutput"] | null;
            /** @description Not started after this time. */
            not_after: components["schemas"]["Timestamp"];
            /**
             * Format: int32
             * @description How many times a failed run may be tried again under the same approvals; 3 by default.
             */
            attempts_max?: number | null;
            /** @description 16 random bytes, hex; the preview (or the server) fills it in when absent. */
            salt?: string | null;
            /** @description The task this one repeats. */
            rerun_of?: string | null;
        };
        /** @description Proposes a task, signed by a requester. */
        TaskCreateSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["TaskCreate"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description The task page. */
        TaskDetail: components["schemas"]["TaskSummary"] & {
            /** @description The specification as proposed. */
            spec: components["schemas"]["TaskCreate"];
            /** @description Algorithm and version, e.g. `psi.ecdh-ristretto255/1`. */
            algorithm: string;
            /** @description What is known of it, and whether this node can run it. */
            algorithm_detail: components["schemas"]["Algorithm"];
            /** @description Canonical CBOR of the specification, hex; its tagged digest is the id. */
            canonical: string;
            /** @description Parties, in protocol order. */
            party_list: components["schemas"]["TaskParty"][];
            third: components["schemas"]["TaskThird"] | null;
            /** @description Which column is used in which form and who comes to see it. */
            flows: components["schemas"]["ColumnFlow"][];
            /** @description What each party can learn besides the result, in words. */
            leakage: string[];
            /** @description The policy verdict on the present state. */
            verdict: components["schemas"]["PolicyVerdict"];
            previous: components["schemas"]["PreviousRun"] | null;
            /** @description Runs, oldest first. */
            runs: components["schemas"]["Run"][];
            /** @description Refused attempts to start it. */
            refusals: components["schemas"]["Refusal"][];
            /** @description What differs, when disputed, in words. */
            disputes: components["schemas"]["Dispute"][];
            /** @description Who closed it, when rejected or cancelled, `org/account`. */
            closed_by: string | null;
            /** @description Why. */
            closed_reason: string | null;
            /** @description What I may do now. */
            actions: components["schemas"]["TaskAction"][];
        };
        /**
         * @description Which side of a task this organisation is on.
         * @enum {string}
         */
        TaskInvolvement: "published" | "joined" | "observed";
        /**
         * @description Kind of task.
         * @enum {string}
         */
        TaskKind: "psi";
        /** @description The log. */
        TaskLog: {
            /** @description Lines, oldest first. */
            items: components["schemas"]["TaskLogLine"][];
        };
        /** @description One line of a task's log on this node. Holds no values of the data. */
        TaskLogLine: {
            /** @description This node's clock. */
            at: components["schemas"]["Timestamp"];
            /** @description `info`, `warn` or `error`. */
            level: string;
            /**
             * Format: int32
             * @description Run.
             */
            attempt: number;
            /** @description Stage. */
            stage: string;
            /** @description What happened. */
            message: string;
        };
        /** @description A page of tasks. */
        TaskPage: {
            /** @description This page's items. */
            items: components["schemas"]["TaskSummary"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description One party of a task and what it did. */
        TaskParty: {
            /** @description The organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description This organisation. */
            is_self: boolean;
            /** @description Its role in the protocol. */
            role: components["schemas"]["ProtocolRole"];
            /** @description What it brings. */
            spec: components["schemas"]["TaskPartySpec"];
            /** @description Title of its dataset. */
            dataset_title: string;
            /** @description Commitment of that version, from the ledger. */
            commitment: string | null;
            approval: components["schemas"]["Approval"] | null;
        };
        /** @description One party of a task and what it brings. */
        TaskPartySpec: {
            /** @description The organisation, owner of the dataset. */
            organisation: string;
            /** @description Its dataset. */
            dataset: string;
            /**
             * Format: int32
             * @description The version of it; absent: the latest (the preview fills it in).
             */
            version?: number | null;
            /** @description Key columns, in order. */
            keys: string[];
            /**
             * @description Columns released to the receiver for matched rows; of the receiver's own dataset: columns it keeps. Of a result to
             *     both sides: columns that a side keeps and releases to the other.
             */
            payload?: string[];
            /**
             * @description The grant under which another uses this dataset; null for the receiver's own, unless the result goes to both. Absent: the preview fills in the
             *     one in force for this purpose that lasts longest.
             */
            grant?: string | null;
        };
        /** @description Live progress, one lane per party. */
        TaskProgress: {
            /** @description The task. */
            task: string;
            /** @description State on the ledger. */
            state: components["schemas"]["TaskState"];
            /**
             * Format: int32
             * @description Run, 0 before the first.
             */
            attempt: number;
            /** @description Session of the run. */
            session: string | null;
            /** @description State of the run on this node. */
            run: components["schemas"]["RunState"];
            /** @description Lanes; a peer's lane is what it told this node over the mesh. */
            parties: components["schemas"]["PartyProgress"][];
            /**
             * Format: int32
             * @description How often this run was resumed.
             */
            resumptions: number;
            interruption: components["schemas"]["RunInterruption"] | null;
            stall: components["schemas"]["RunStall"] | null;
            /** @description Whether the run can be paused now and go on later. */
            can_pause: boolean;
            /**
             * Format: int64
             * @description Number of this snapshot; the SSE event id.
             */
            sequence: number;
        };
        /** @description The report (任务报告): everything about the task on one page. */
        TaskReport: {
            /** @description The task. */
            task: components["schemas"]["TaskDetail"];
            /**
             * Format: int64
             * @description Milliseconds from proposal to the last approval (block times).
             */
            approval_ms: number | null;
            /**
             * Format: int64
             * @description Milliseconds from ready to completed (block times).
             */
            run_ms: number | null;
            /**
             * Format: int32
             * @description How often the latest run was resumed after it was cut off or paused; null when this node took no part in one.
             */
            resumptions: number | null;
            result: components["schemas"]["TaskResult"] | null;
            own_run: components["schemas"]["OwnRun"] | null;
            /** @description Every comparison of what the parties' nodes stated of the last run; empty until all have attested. */
            cross_checks: components["schemas"]["CrossCheck"][];
            /** @description Transactions of the task in order. */
            evidence: components["schemas"]["EvidenceItem"][];
            /** @description When the report was made. */
            made_at: components["schemas"]["Timestamp"];
        };
        /** @description The result file, known at the receiver only. */
        TaskResult: {
            /**
             * Format: int32
             * @description Run it comes from.
             */
            attempt: number;
            /** @description Format. */
            format: components["schemas"]["ResultFormat"];
            /**
             * Format: int64
             * @description Rows.
             */
            rows: number;
            /**
             * Format: int64
             * @description Size.
             */
            bytes: number;
            /** @description Columns in order. */
            columns: string[];
            /** @description Salted commitment as attested on the ledger. */
            commitment: string;
            /** @description When it was written. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Name to save it under. */
            filename: string;
        };
        /**
         * @description Order of a list of tasks.
         * @enum {string}
         */
        TaskSort: "updated_at" | "proposed_at" | "title";
        /**
         * @description Where a task stands.
         * @enum {string}
         */
        TaskState: "proposed" | "ready" | "completed" | "disputed" | "failed" | "rejected" | "cancelled";
        /** @description A task in a list. */
        TaskSummary: {
            /** @description Digest of its specification. */
            id: string;
            /** @description Title. */
            title: string;
            /** @description Kind. */
            kind: components["schemas"]["TaskKind"];
            /** @description Purpose. */
            purpose: string;
            /** @description Where it stands. */
            state: components["schemas"]["TaskState"];
            /** @description Which side this organisation is on. */
            involvement: components["schemas"]["TaskInvolvement"];
            /** @description It waits for an approval of this organisation. */
            needs_me: boolean;
            /** @description Proposer's organisation. */
            proposer: components["schemas"]["OrganisationRef"];
            /** @description The person, `org/account`. */
            proposed_by: string;
            /** @description Who takes part. */
            parties: components["schemas"]["OrganisationRef"][];
            /** @description Who learns the result. */
            receiver: components["schemas"]["OrganisationRef"];
            /**
             * Format: int32
             * @description Approvals so far.
             */
            approvals: number;
            /**
             * Format: int32
             * @description Approvals needed.
             */
            approvals_needed: number;
            /**
             * Format: int32
             * @description Runs so far.
             */
            attempts: number;
            /** @description When it was proposed (block time). */
            proposed_at: components["schemas"]["Timestamp"];
            /** @description Not started after this time. */
            not_after: components["schemas"]["Timestamp"];
            finished_at: components["schemas"]["Timestamp"] | null;
            /** @description Latest change (block time). */
            updated_at: components["schemas"]["Timestamp"];
        };
        /** @description A receiver that brings no data. */
        TaskThird: {
            /** @description The organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description This organisation. */
            is_self: boolean;
            approval: components["schemas"]["Approval"] | null;
        };
        /**
         * Format: date-time
         * @description RFC 3339, UTC, milliseconds
         */
        Timestamp: string;
        /** @description One thing that needs me. */
        Todo: {
            /** @description Why. */
            kind: components["schemas"]["TodoKind"];
            /** @description Id of the task, application or grant. */
            id: string;
            /** @description Its title. */
            title: string;
            /** @description The other organisation's name, empty when there is none. */
            from: string;
            /** @description Since when. */
            since: components["schemas"]["Timestamp"];
            due: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description Why something needs me.
         * @enum {string}
         */
        TodoKind: "task_approval" | "application_review" | "grant_expiring" | "task_disputed" | "task_failed";
        /** @description A transaction. */
        Transaction: components["schemas"]["TransactionSummary"] & {
            /** @description The signed structure, decoded. */
            decoded: Record<string, never>;
            /** @description Canonical CBOR of it, hex; its tagged digest is the id. */
            canonical: string;
            /** @description Signature, hex. */
            signature: string;
            /** @description Public key that verifies it, hex. */
            public_key: string;
            /** @description What the rules answered, in words, in the language asked for. */
            outcome: string;
            /** @description Events it caused. */
            events: string[];
            /** @description Receipt with inclusion proof, header and certificate: what the verifiers check. Null while not available. */
            proof: Record<string, never> | null;
        };
        /** @description A page of transactions, newest first. */
        TransactionPage: {
            /** @description This page's items. */
            items: components["schemas"]["TransactionSummary"][];
            /** @description Pass as `cursor` for the next page; null on the last one. */
            next_cursor: string | null;
        };
        /** @description A transaction in a list. */
        TransactionSummary: {
            /** @description Transaction id. */
            id: string;
            /**
             * Format: int64
             * @description Height.
             */
            height: number;
            /**
             * Format: int32
             * @description Position in the block.
             */
            index: number;
            /** @description Block time. */
            time: components["schemas"]["Timestamp"];
            /** @description Ledger action, e.g. `dataset_publish`. */
            action: string;
            /** @description Signer's organisation. */
            organisation: components["schemas"]["OrganisationRef"];
            /** @description Signer, `org/account`. */
            actor: string;
            /** @description Accepted by the rules. */
            accepted: boolean;
            /** @description Code of the refusal. */
            code: string | null;
        };
        /** @description A file sent to the node's data directory. */
        Upload: {
            /** @description Id to register a source with. */
            id: string;
            /** @description Name of the file as sent. */
            filename: string;
            /**
             * Format: int64
             * @description Size.
             */
            bytes: number;
        };
        /** @description Usage limits (使用限额) of one partner on one dataset, over a rolling period. Null limits nothing. */
        UsageLimits: {
            /** @description The organisation bound; null: every one that has no limits of its own. */
            partner?: string | null;
            /**
             * Format: int32
             * @description Length of the rolling period, 1 to 366 days of 24 hours.
             */
            period_days: number;
            /**
             * Format: int32
             * @description Most runs in a period; a retry is a run.
             */
            runs_max?: number | null;
            /**
             * Format: int64
             * @description Most keys tested in a period, over all runs. With an algorithm that a dishonest receiver can overfill, what it
             *     could test counts.
             */
            keys_max?: number | null;
            /**
             * Format: int64
             * @description Most keys tested by one run.
             */
            run_keys_max?: number | null;
            /**
             * Format: int64
             * @description Fewest keys that the partner must bring to a run.
             */
            run_keys_min?: number | null;
            /**
             * Format: int64
             * @description Smallest minimum of matches that a task may have.
             */
            min_matches?: number | null;
        };
        /** @description Replaces the usage limits of a dataset. */
        UsageLimitsSet: {
            /** @description The dataset. */
            dataset: string;
            /**
             * Format: int32
             * @description The `policy_version` these changes were made on; 409 when it is no longer the latest.
             */
            policy_version: number;
            /** @description All limits, each partner once; none lifts every limit. */
            limits: components["schemas"]["UsageLimits"][];
        };
        /** @description Replaces the usage limits of a dataset, signed by a data owner. */
        UsageLimitsSetSigned: {
            /** @description What is asked; the same object as in the preview. */
            request: components["schemas"]["UsageLimitsSet"];
            /** @description The person's consent. */
            signing: components["schemas"]["Signing"];
        };
        /** @description One line of a verdict. */
        VerdictLine: {
            /** @description This line allows. */
            allowed: boolean;
            /** @description Stable code, see `GET /v1/error_codes`; `allowed` when nothing is wrong. */
            code: string;
            /** @description Whose data the line is about. */
            organisation: string | null;
            /** @description The dataset concerned. */
            dataset: string | null;
            /** @description The column concerned. */
            column: string | null;
            wanted: components["schemas"]["Disclosure"] | null;
            /** @description Which rule, grant or version decided, in words, in the language asked for. */
            explanation: string;
            /** @description The smallest change that would make this line allow; null when it allows. */
            remedy: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    show_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_about: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["About"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description Part of the name. */
                q?: string;
                /** @description Only with this role. */
                role?: components["schemas"]["Role"];
                /** @description Only in this state. */
                state?: components["schemas"]["AccountState"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountCreate"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                account: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_account_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                account: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountStateChangeSigned"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_algorithms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlgorithmList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_applications: {
        parameters: {
            query?: {
                /** @description By or for this organisation; absent: both. */
                direction?: components["schemas"]["Direction"];
                /** @description Only in this state. */
                state?: components["schemas"]["ApplicationState"];
                /** @description Only for this dataset. */
                dataset?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_application: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplicationCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_application: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                application: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Application"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_review: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                application: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReviewCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApplicationCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_blocks: {
        parameters: {
            query?: {
                /** @description `true`: leave out blocks without transactions. */
                non_empty?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlockPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                block: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Block"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_chain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_genesis: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_dataset_facets: {
        parameters: {
            query?: {
                /** @description Words in id, title, description, theme or a column's name or description. */
                q?: string;
                /** @description Only of this organisation. */
                org?: string;
                /** @description Only of this grade. */
                classification?: components["schemas"]["Sensitivity"];
                /** @description Only of this theme. */
                theme?: string;
                /** @description Only with room for this kind of task. */
                kind?: components["schemas"]["TaskKind"];
                /** @description Only in this state. */
                state?: components["schemas"]["DatasetState"];
                /** @description `true`: only this organisation's own; `false`: only others'. */
                mine?: boolean;
                /** @description Order. */
                sort?: components["schemas"]["DatasetSort"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetFacets"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_datasets: {
        parameters: {
            query?: {
                /** @description Words in id, title, description, theme or a column's name or description. */
                q?: string;
                /** @description Only of this organisation. */
                org?: string;
                /** @description Only of this grade. */
                classification?: components["schemas"]["Sensitivity"];
                /** @description Only of this theme. */
                theme?: string;
                /** @description Only with room for this kind of task. */
                kind?: components["schemas"]["TaskKind"];
                /** @description Only in this state. */
                state?: components["schemas"]["DatasetState"];
                /** @description `true`: only this organisation's own; `false`: only others'. */
                mine?: boolean;
                /** @description Order. */
                sort?: components["schemas"]["DatasetSort"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_dataset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_dataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_column_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ColumnPolicySetSigned"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_dataset_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceTimeline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_dataset_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetStateChangeSigned"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_usage_limits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UsageLimitsSetSigned"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_dataset_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetVersionCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_drafts: {
        parameters: {
            query?: {
                /** @description Only of this wizard. */
                kind?: components["schemas"]["DraftKind"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_draft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftCreate"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                draft: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    update_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                draft: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftUpdate"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_draft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                draft: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_error_codes: {
        parameters: {
            query?: {
                /** @description Only of this layer. */
                layer?: components["schemas"]["Layer"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorCodeList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_evidence: {
        parameters: {
            query?: {
                /** @description About this task. */
                task?: string;
                /** @description About this dataset. */
                dataset?: string;
                /** @description Signed by an account of this organisation. */
                organisation?: string;
                /** @description Signed by this account, `org/account`. */
                actor?: string;
                /** @description Only this ledger action. */
                action?: string;
                /** @description Not before this time. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidencePage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_grants: {
        parameters: {
            query?: {
                /** @description By or to this organisation; absent: both. */
                direction?: components["schemas"]["GrantDirection"];
                /** @description Only in this state. */
                state?: components["schemas"]["GrantState"];
                /** @description Only for this dataset. */
                dataset?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_grant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                grant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_revocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                grant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevocationCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_home: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Home"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_key_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyRuleList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_node: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Node"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_operations: {
        parameters: {
            query?: {
                /** @description Only by this account. */
                actor?: string;
                /** @description Only this operation. */
                operation?: string;
                /** @description `true`: only those that failed. */
                failed?: boolean;
                /** @description Not before this time. */
                from?: string;
                /** @description Before this time. */
                to?: string;
                /** @description Only with this trace id. */
                trace_id?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_organisations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrganisationList"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_organisation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                organisation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organisation"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_link_test: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                organisation: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkTest"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewCreate"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_psi_estimate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PsiEstimateCreate"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PsiEstimate"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query: {
                /** @description A height, a hash or the start of one, an id, a word of a title. */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionCreate"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_source_probe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceLocation"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceProbe"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sources: {
        parameters: {
            query?: {
                /** @description Part of the name or path. */
                q?: string;
                /** @description Only of this kind. */
                kind?: components["schemas"]["SourceKind"];
                /** @description Only in this state. */
                state?: components["schemas"]["SourceState"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourcePage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceCreate"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_key_profile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyProfileCreate"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyProfile"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_preparation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreparationCreate"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preparation"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_source_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceStateChange"];
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                /** @description Words in the title or purpose, or the start of the id. */
                q?: string;
                /** @description Which side this organisation is on. */
                involvement?: components["schemas"]["TaskInvolvement"];
                /** @description Only of this kind. */
                kind?: components["schemas"]["TaskKind"];
                /** @description Only in this state. */
                state?: components["schemas"]["TaskState"];
                /** @description Only those that name this dataset. */
                dataset?: string;
                /** @description Only with this organisation. */
                org?: string;
                /** @description `true`: only those that wait for this organisation. */
                needs_me?: boolean;
                /** @description Order. */
                sort?: components["schemas"]["TaskSort"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_task: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDetail"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_approval: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_cancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancellationCreateSigned"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskCommitted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_consistency_check: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyReport"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stream_task_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["TaskProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceTimeline"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download_evidence_bundle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task_log: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskLog"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_pause: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskReport"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_task_result: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskResult"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    download_task_result: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_resumption: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskProgress"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                task: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunCreate"];
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunStarted"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_transactions: {
        parameters: {
            query?: {
                /** @description Only in this block. */
                height?: number;
                /** @description Only this ledger action. */
                action?: string;
                /** @description Only by accounts of this organisation. */
                organisation?: string;
                /** @description `false`: only refused ones. */
                accepted?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description 1 to 100, 20 by default. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransactionPage"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_transaction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Identifier */
                transaction: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Transaction"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_upload: {
        parameters: {
            query: {
                /** @description Its extension says the kind: `.csv` or `.parquet`. */
                filename: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Success */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description What went wrong */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
