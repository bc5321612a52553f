//! Every endpoint of the desk: method, path, what it takes and what it gives. The server binds a handler of
//! exactly these types to each, and the OpenAPI document is made of the same list.

use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, ToSchema};

use crate::account::*;
use crate::algorithm::*;
use crate::application::*;
use crate::catalogue::{ErrorCodeList, ErrorCodeQuery};
use crate::dataset::*;
use crate::draft::*;
use crate::evidence::*;
use crate::grant::*;
use crate::home::*;
use crate::ledger::*;
use crate::node::*;
use crate::operation::*;
use crate::organisation::*;
use crate::preview::*;
use crate::session::*;
use crate::source::*;
use crate::task::*;

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates; takes an `Idempotency-Key`.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// As in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Components and schemas of one body or reply.
pub struct Shape {
    /// Media types and their schema.
    pub content: Vec<(&'static str, RefOr<Schema>)>,
    /// Named schemas it refers to.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

/// What an endpoint takes or gives.
pub trait Payload: 'static {
    /// Its media types and schemas; `None` when there is no body.
    fn shape() -> Option<Shape>;
}

fn named<T: ToSchema>(media: &'static [&'static str]) -> Shape {
    let reference = RefOr::Ref(Ref::from_schema_name(T::name()));
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    Shape { content: media.iter().map(|m| (*m, reference.clone())).collect(), schemas }
}

fn binary() -> RefOr<Schema> {
    use utoipa::openapi::schema::{KnownFormat, Object, SchemaFormat, Type};
    Object::builder()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
        .build()
        .into()
}

/// No body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nothing;
impl Payload for Nothing {
    fn shape() -> Option<Shape> {
        None
    }
}

/// A JSON document.
#[derive(Debug, Clone, PartialEq)]
pub struct Json<T>(pub T);
impl<T: ToSchema + 'static> Payload for Json<T> {
    fn shape() -> Option<Shape> {
        Some(named::<T>(&["application/json"]))
    }
}

/// A list: JSON, or CSV by `Accept: text/csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonOrCsv<T>(pub T);
impl<T: ToSchema + 'static> Payload for JsonOrCsv<T> {
    fn shape() -> Option<Shape> {
        let mut shape = named::<T>(&["application/json"]);
        shape.content.push(("text/csv", binary()));
        Some(shape)
    }
}

/// Server-sent events whose data are JSON documents; the event id is their sequence number.
#[derive(Debug, Clone, PartialEq)]
pub struct Events<T>(pub std::marker::PhantomData<T>);
impl<T: ToSchema + 'static> Payload for Events<T> {
    fn shape() -> Option<Shape> {
        Some(named::<T>(&["text/event-stream"]))
    }
}

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File;
impl Payload for File {
    fn shape() -> Option<Shape> {
        Some(Shape { content: vec![("application/octet-stream", binary())], schemas: Vec::new() })
    }
}

/// Text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text;
impl Payload for Text {
    fn shape() -> Option<Shape> {
        use utoipa::openapi::schema::{Object, Type};
        let schema = Object::builder().schema_type(Type::String).build().into();
        Some(Shape { content: vec![("text/plain", schema)], schemas: Vec::new() })
    }
}

/// An evidence bundle or genesis document: JSON whose structure `ledger_types` defines.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerJson(pub serde_json::Value);
impl Payload for LedgerJson {
    fn shape() -> Option<Shape> {
        use utoipa::openapi::schema::{Object, Type};
        let schema = Object::builder().schema_type(Type::Object).build().into();
        Some(Shape { content: vec![("application/json", schema)], schemas: Vec::new() })
    }
}

/// No query parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}
impl IntoParams for NoQuery {
    fn into_params(_: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>) -> Vec<Parameter> {
        Vec::new()
    }
}

/// An endpoint.
pub trait Endpoint: 'static {
    /// Operation id, `verb_resource`.
    const ID: &'static str;
    /// Method.
    const METHOD: Method;
    /// Path with `{parameters}`.
    const PATH: &'static str;
    /// Group in the document.
    const TAG: &'static str;
    /// Status of success.
    const STATUS: u16;
    /// Documentation.
    const DOC: &'static [&'static str];
    /// Query parameters.
    type Query: DeserializeOwned + IntoParams + Send;
    /// Body.
    type Body: Payload;
    /// Reply.
    type Reply: Payload;
}

/// An endpoint as data.
pub struct Description {
    /// Operation id.
    pub id: &'static str,
    /// Method.
    pub method: Method,
    /// Path.
    pub path: &'static str,
    /// Group.
    pub tag: &'static str,
    /// Status of success.
    pub status: u16,
    /// Documentation lines.
    pub doc: &'static [&'static str],
    /// Query parameters.
    pub query: Vec<Parameter>,
    /// Body.
    pub body: Option<Shape>,
    /// Reply.
    pub reply: Option<Shape>,
}

impl Description {
    /// Of a declared endpoint.
    pub fn of<E: Endpoint>() -> Self {
        Self {
            id: E::ID,
            method: E::METHOD,
            path: E::PATH,
            tag: E::TAG,
            status: E::STATUS,
            doc: E::DOC,
            query: E::Query::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query)),
            body: E::Body::shape(),
            reply: E::Reply::shape(),
        }
    }

    /// Names in braces of the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }
}

macro_rules! endpoints {
    ($($(#[doc = $doc:literal])+
       $name:ident = $id:literal $tag:literal $method:ident $path:literal ($query:ty) ($body:ty) $status:literal $reply:ty;)*) => {
        $($(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Endpoint for $name {
            const ID: &'static str = $id;
            const METHOD: Method = Method::$method;
            const PATH: &'static str = $path;
            const TAG: &'static str = $tag;
            const STATUS: u16 = $status;
            const DOC: &'static [&'static str] = &[$($doc),+];
            type Query = $query;
            type Body = $body;
            type Reply = $reply;
        })*

        /// Every endpoint.
        pub fn all() -> Vec<Description> {
            vec![$(Description::of::<$name>()),*]
        }
    };
}

endpoints! {
    /// Who this node is, before login.
    ShowAbout = "show_about" "node" Get "/v1/about" (NoQuery) (Nothing) 200 Json<About>;
    /// Whether the node works, for machines; 503 when it does not.
    ShowHealth = "show_health" "node" Get "/health" (NoQuery) (Nothing) 200 Json<Health>;
    /// Counters in the Prometheus text format. No names, no values of data.
    ShowMetrics = "show_metrics" "node" Get "/metrics" (NoQuery) (Nothing) 200 Text;
    /// This node: versions, chain, peers, rooms.
    ShowNode = "show_node" "node" Get "/v1/node" (NoQuery) (Nothing) 200 Json<Node>;

    /// Signs in.
    CreateSession = "create_session" "session" Post "/v1/session" (NoQuery) (Json<SessionCreate>) 200 Json<Session>;
    /// Who I am. 401 when nobody.
    ShowSession = "show_session" "session" Get "/v1/session" (NoQuery) (Nothing) 200 Json<Session>;
    /// Signs out.
    DeleteSession = "delete_session" "session" Delete "/v1/session" (NoQuery) (Nothing) 204 Nothing;
    /// Changes my login password; ends my other sessions.
    ChangePassword = "change_password" "session" Put "/v1/session/password" (NoQuery) (Json<PasswordChange>) 204 Nothing;

    /// What needs me, what is going on, first steps.
    ShowHome = "show_home" "home" Get "/v1/home" (NoQuery) (Nothing) 200 Json<Home>;
    /// Searches everything.
    Search = "search" "home" Get "/v1/search" (SearchQuery) (Nothing) 200 Json<SearchResult>;

    /// Accounts of this organisation.
    ListAccounts = "list_accounts" "accounts" Get "/v1/accounts" (AccountQuery) (Nothing) 200 JsonOrCsv<AccountPage>;
    /// Creates an account and its signing key, and registers the key on the ledger.
    CreateAccount = "create_account" "accounts" Post "/v1/accounts" (NoQuery) (Json<AccountCreate>) 201 Json<Account>;
    /// An account.
    ShowAccount = "show_account" "accounts" Get "/v1/accounts/{account}" (NoQuery) (Nothing) 200 Json<Account>;
    /// Freezes or enables an account, here and on the ledger.
    SetAccountState = "set_account_state" "accounts" Put "/v1/accounts/{account}/state" (NoQuery) (Json<AccountStateChangeSigned>) 200 Json<Account>;
    /// Sets the password of somebody who forgot it.
    ResetPassword = "reset_password" "accounts" Put "/v1/accounts/{account}/password" (NoQuery) (Json<PasswordReset>) 204 Nothing;

    /// Members of the consortium.
    ListOrganisations = "list_organisations" "organisations" Get "/v1/organisations" (NoQuery) (Nothing) 200 Json<OrganisationList>;
    /// A member.
    ShowOrganisation = "show_organisation" "organisations" Get "/v1/organisations/{organisation}" (NoQuery) (Nothing) 200 Json<Organisation>;

    /// Tests the link to another member: round trip and throughput in both directions, within 2 s and 16 MB, every few
    /// seconds at most.
    CreateLinkTest = "create_link_test" "organisations" Post "/v1/organisations/{organisation}/link_tests" (NoQuery) (Nothing) 201 Json<LinkTest>;

    /// Sends a file to the node's data directory. The body is the file.
    CreateUpload = "create_upload" "sources" Post "/v1/uploads" (UploadQuery) (File) 201 Json<Upload>;
    /// Looks into a file without registering it.
    CreateSourceProbe = "create_source_probe" "sources" Post "/v1/source_probes" (NoQuery) (Json<SourceLocation>) 200 Json<SourceProbe>;
    /// Sources of this node.
    ListSources = "list_sources" "sources" Get "/v1/sources" (SourceQuery) (Nothing) 200 JsonOrCsv<SourcePage>;
    /// Registers a source.
    CreateSource = "create_source" "sources" Post "/v1/sources" (NoQuery) (Json<SourceCreate>) 201 Json<Source>;
    /// A source.
    ShowSource = "show_source" "sources" Get "/v1/sources/{source}" (NoQuery) (Nothing) 200 Json<Source>;
    /// Forgets a source that no dataset uses; the file stays.
    DeleteSource = "delete_source" "sources" Delete "/v1/sources/{source}" (NoQuery) (Nothing) 204 Nothing;
    /// Freezes or enables a source.
    SetSourceState = "set_source_state" "sources" Put "/v1/sources/{source}/state" (NoQuery) (Json<SourceStateChange>) 200 Json<Source>;
    /// Reads the whole source, profiles it and commits to its rows, so that it can be published.
    CreatePreparation = "create_preparation" "sources" Post "/v1/sources/{source}/preparations" (NoQuery) (Json<PreparationCreate>) 201 Json<Preparation>;
    /// Counts nulls, irregular values and repeats of columns of a source as a key, under chosen rules.
    CreateKeyProfile = "create_key_profile" "sources" Post "/v1/sources/{source}/key_profiles" (NoQuery) (Json<KeyProfileCreate>) 200 Json<KeyProfile>;
    /// Canonical key rules this node knows.
    ListKeyRules = "list_key_rules" "sources" Get "/v1/key_rules" (NoQuery) (Nothing) 200 Json<KeyRuleList>;

    /// The catalogue of the consortium; `mine=true` for one's own.
    ListDatasets = "list_datasets" "datasets" Get "/v1/datasets" (DatasetQuery) (Nothing) 200 JsonOrCsv<DatasetPage>;
    /// How the datasets that a query finds are spread over organisations, grades and themes.
    ListDatasetFacets = "list_dataset_facets" "datasets" Get "/v1/dataset_facets" (DatasetQuery) (Nothing) 200 Json<DatasetFacets>;
    /// Publishes a dataset with its first version.
    CreateDataset = "create_dataset" "datasets" Post "/v1/datasets" (NoQuery) (Json<DatasetCreateSigned>) 201 Json<DatasetCommitted>;
    /// A dataset: columns, policy, versions, sample, usage.
    ShowDataset = "show_dataset" "datasets" Get "/v1/datasets/{dataset}" (NoQuery) (Nothing) 200 Json<Dataset>;
    /// Adds a version.
    CreateDatasetVersion = "create_dataset_version" "datasets" Post "/v1/datasets/{dataset}/versions" (NoQuery) (Json<DatasetVersionCreateSigned>) 201 Json<DatasetCommitted>;
    /// Replaces the policy of the columns.
    SetColumnPolicy = "set_column_policy" "datasets" Put "/v1/datasets/{dataset}/column_policy" (NoQuery) (Json<ColumnPolicySetSigned>) 200 Json<DatasetCommitted>;
    /// Replaces the usage limits of partners.
    SetUsageLimits = "set_usage_limits" "datasets" Put "/v1/datasets/{dataset}/usage_limits" (NoQuery) (Json<UsageLimitsSetSigned>) 200 Json<DatasetCommitted>;
    /// Freezes or enables a dataset.
    SetDatasetState = "set_dataset_state" "datasets" Put "/v1/datasets/{dataset}/state" (NoQuery) (Json<DatasetStateChangeSigned>) 200 Json<DatasetCommitted>;
    /// The chain of evidence of a dataset.
    ShowDatasetEvidence = "show_dataset_evidence" "evidence" Get "/v1/datasets/{dataset}/evidence" (NoQuery) (Nothing) 200 Json<EvidenceTimeline>;

    /// Applications by and for this organisation.
    ListApplications = "list_applications" "applications" Get "/v1/applications" (ApplicationQuery) (Nothing) 200 JsonOrCsv<ApplicationPage>;
    /// Applies for data.
    CreateApplication = "create_application" "applications" Post "/v1/applications" (NoQuery) (Json<ApplicationCreateSigned>) 201 Json<ApplicationCommitted>;
    /// An application.
    ShowApplication = "show_application" "applications" Get "/v1/applications/{application}" (NoQuery) (Nothing) 200 Json<Application>;
    /// Answers an application: approve (makes a grant) or reject.
    CreateReview = "create_review" "applications" Post "/v1/applications/{application}/reviews" (NoQuery) (Json<ReviewCreateSigned>) 201 Json<ApplicationCommitted>;

    /// Grants by and to this organisation.
    ListGrants = "list_grants" "grants" Get "/v1/grants" (GrantQuery) (Nothing) 200 JsonOrCsv<GrantPage>;
    /// A grant.
    ShowGrant = "show_grant" "grants" Get "/v1/grants/{grant}" (NoQuery) (Nothing) 200 Json<Grant>;
    /// Takes a grant back.
    CreateRevocation = "create_revocation" "grants" Post "/v1/grants/{grant}/revocations" (NoQuery) (Json<RevocationCreateSigned>) 201 Json<GrantCommitted>;

    /// Every algorithm: what the consortium agreed on, what this node can run, what it lets others learn.
    ListAlgorithms = "list_algorithms" "algorithms" Get "/v1/algorithms" (NoQuery) (Nothing) 200 Json<AlgorithmList>;
    /// What a private set intersection would cost by each algorithm, and which one to take.
    CreatePsiEstimate = "create_psi_estimate" "algorithms" Post "/v1/psi_estimates" (NoQuery) (Json<PsiEstimateCreate>) 200 Json<PsiEstimate>;

    /// Exactly what a person is about to sign, and whether the rules would accept it.
    CreatePreview = "create_preview" "tasks" Post "/v1/previews" (NoQuery) (Json<PreviewCreate>) 200 Json<Preview>;
    /// Tasks published or joined by this organisation, or seen as a member.
    ListTasks = "list_tasks" "tasks" Get "/v1/tasks" (TaskQuery) (Nothing) 200 JsonOrCsv<TaskPage>;
    /// Proposes a task.
    CreateTask = "create_task" "tasks" Post "/v1/tasks" (NoQuery) (Json<TaskCreateSigned>) 201 Json<TaskCommitted>;
    /// A task: specification, verdict line by line, parties, approvals, runs, attestations, outcome.
    ShowTask = "show_task" "tasks" Get "/v1/tasks/{task}" (NoQuery) (Nothing) 200 Json<TaskDetail>;
    /// Approves or rejects a task for this organisation.
    CreateApproval = "create_approval" "tasks" Post "/v1/tasks/{task}/approvals" (NoQuery) (Json<ApprovalCreateSigned>) 201 Json<TaskCommitted>;
    /// Withdraws a task, or stops its run.
    CreateCancellation = "create_cancellation" "tasks" Post "/v1/tasks/{task}/cancellations" (NoQuery) (Json<CancellationCreateSigned>) 201 Json<TaskCommitted>;
    /// Runs a failed task again, or (force) makes this node try what the ledger does not permit.
    CreateRun = "create_run" "tasks" Post "/v1/tasks/{task}/runs" (NoQuery) (Json<RunCreate>) 201 Json<RunStarted>;
    /// Stops a run on both nodes so that it can go on later, or keeps one that was cut off from going on.
    CreatePause = "create_pause" "tasks" Post "/v1/tasks/{task}/pauses" (NoQuery) (Nothing) 201 Json<TaskProgress>;
    /// Goes on with a run that was paused here or cut off, from its last checkpoint.
    CreateResumption = "create_resumption" "tasks" Post "/v1/tasks/{task}/resumptions" (NoQuery) (Nothing) 201 Json<TaskProgress>;
    /// Progress now, one lane per party.
    ShowTaskProgress = "show_task_progress" "tasks" Get "/v1/tasks/{task}/progress" (NoQuery) (Nothing) 200 Json<TaskProgress>;
    /// Progress as server-sent events; honours `Last-Event-ID`. Ends when the task has reached a final state.
    StreamTaskProgress = "stream_task_progress" "tasks" Get "/v1/tasks/{task}/events" (NoQuery) (Nothing) 200 Events<TaskProgress>;
    /// The task's log on this node.
    ShowTaskLog = "show_task_log" "tasks" Get "/v1/tasks/{task}/log" (NoQuery) (Nothing) 200 Json<TaskLog>;
    /// The task's report.
    ShowTaskReport = "show_task_report" "tasks" Get "/v1/tasks/{task}/report" (NoQuery) (Nothing) 200 Json<TaskReport>;
    /// The result, at the receiver only.
    ShowTaskResult = "show_task_result" "tasks" Get "/v1/tasks/{task}/result" (NoQuery) (Nothing) 200 Json<TaskResult>;
    /// The result file, at the receiver only.
    DownloadTaskResult = "download_task_result" "tasks" Get "/v1/tasks/{task}/result/file" (NoQuery) (Nothing) 200 File;
    /// Re-derives the task's digests from what this node still holds and compares them with the ledger.
    CreateConsistencyCheck = "create_consistency_check" "tasks" Post "/v1/tasks/{task}/consistency_checks" (NoQuery) (Nothing) 201 Json<ConsistencyReport>;
    /// The chain of evidence of a task.
    ShowTaskEvidence = "show_task_evidence" "evidence" Get "/v1/tasks/{task}/evidence" (NoQuery) (Nothing) 200 Json<EvidenceTimeline>;
    /// The evidence bundle of a task: `shuzheng verify` and the console's verifier check it without any server.
    DownloadEvidenceBundle = "download_evidence_bundle" "evidence" Get "/v1/tasks/{task}/evidence_bundle" (NoQuery) (Nothing) 200 LedgerJson;

    /// Searches evidence.
    ListEvidence = "list_evidence" "evidence" Get "/v1/evidence" (EvidenceQuery) (Nothing) 200 JsonOrCsv<EvidencePage>;

    /// The chain.
    ShowChain = "show_chain" "ledger" Get "/v1/chain" (NoQuery) (Nothing) 200 Json<Chain>;
    /// The genesis document: the verifiers' root of trust.
    ShowGenesis = "show_genesis" "ledger" Get "/v1/chain/genesis" (NoQuery) (Nothing) 200 LedgerJson;
    /// Blocks, newest first.
    ListBlocks = "list_blocks" "ledger" Get "/v1/blocks" (BlockQuery) (Nothing) 200 Json<BlockPage>;
    /// A block, by height or hash.
    ShowBlock = "show_block" "ledger" Get "/v1/blocks/{block}" (NoQuery) (Nothing) 200 Json<Block>;
    /// Transactions, newest first.
    ListTransactions = "list_transactions" "ledger" Get "/v1/transactions" (TransactionQuery) (Nothing) 200 JsonOrCsv<TransactionPage>;
    /// A transaction, decoded, with its proof.
    ShowTransaction = "show_transaction" "ledger" Get "/v1/transactions/{transaction}" (NoQuery) (Nothing) 200 Json<Transaction>;

    /// My drafts.
    ListDrafts = "list_drafts" "drafts" Get "/v1/drafts" (DraftQuery) (Nothing) 200 Json<DraftPage>;
    /// Saves a new draft.
    CreateDraft = "create_draft" "drafts" Post "/v1/drafts" (NoQuery) (Json<DraftCreate>) 201 Json<Draft>;
    /// A draft.
    ShowDraft = "show_draft" "drafts" Get "/v1/drafts/{draft}" (NoQuery) (Nothing) 200 Json<Draft>;
    /// Saves a draft again; needs `If-Match`.
    UpdateDraft = "update_draft" "drafts" Put "/v1/drafts/{draft}" (NoQuery) (Json<DraftUpdate>) 200 Json<Draft>;
    /// Throws a draft away.
    DeleteDraft = "delete_draft" "drafts" Delete "/v1/drafts/{draft}" (NoQuery) (Nothing) 204 Nothing;

    /// The operation log of this node.
    ListOperations = "list_operations" "operations" Get "/v1/operations" (OperationQuery) (Nothing) 200 JsonOrCsv<OperationPage>;
    /// Every error code, its cause and its remedy, in Chinese and English.
    ListErrorCodes = "list_error_codes" "node" Get "/v1/error_codes" (ErrorCodeQuery) (Nothing) 200 Json<ErrorCodeList>;
}
