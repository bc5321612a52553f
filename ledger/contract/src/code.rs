//! Every refusal by its stable name. Names are part of receipts, of the API and of translations: a name is
//! never changed and never reused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A name that is no rule code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule has the code {0:?}")]
pub struct UnknownRuleCode(pub String);

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// Why a rule said no.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RuleCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl RuleCode {
            /// All of them, for the catalogue of codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means, in English, for catalogues and logs.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc,)+).trim_ascii_start(),)+ }
            }
        }
    };
}

codes! {
    // Admission: a transaction with one of these is in no valid block.
    /// The transaction has more bytes than the chain allows.
    TxTooLarge = "tx_too_large";
    /// The bytes are no transaction.
    TxMalformed = "tx_malformed";
    /// The bytes are a transaction, but not its one canonical encoding.
    TxNotCanonical = "tx_not_canonical";
    /// The transaction has a version that these rules do not know.
    TxVersionUnsupported = "tx_version_unsupported";
    /// The block asks for another version of the rules than this software has.
    RulesUnsupported = "rules_unsupported";
    /// The transaction is for another chain.
    WrongChain = "wrong_chain";
    /// The last height at which the transaction may be executed has passed.
    TxExpired = "tx_expired";
    /// The transaction would stay valid for longer than the chain allows.
    TxValidUntilTooFar = "tx_valid_until_too_far";
    /// No member has this id.
    OrganisationUnknown = "organisation_unknown";
    /// The member is frozen.
    OrganisationFrozen = "organisation_frozen";
    /// No account has this id.
    AccountUnknown = "account_unknown";
    /// The account is frozen.
    AccountFrozen = "account_frozen";
    /// The signature was not made by the account's present key over this transaction.
    WrongSignature = "wrong_signature";
    /// The nonce lies below the window of the account's latest nonces.
    NonceStale = "nonce_stale";
    /// The nonce was used before.
    NonceUsed = "nonce_used";
    /// The nonce lies too far above the account's highest.
    NonceTooFarAhead = "nonce_too_far_ahead";

    // Who, and how it is written.
    /// The account has none of the roles that may do this.
    RoleMissing = "role_missing";
    /// A text that must say something is empty.
    TextEmpty = "text_empty";
    /// A text is longer than allowed.
    TextTooLong = "text_too_long";
    /// A text contains a control character, or one that hides or reorders text.
    TextForbiddenCharacter = "text_forbidden_character";
    /// A code must be snake_case and short.
    CodeMalformed = "code_malformed";
    /// Everything is already as asked.
    NothingChanges = "nothing_changes";

    // Accounts.
    /// The organisation already has an account of this name.
    AccountExists = "account_exists";
    /// An account must have at least one role.
    RolesEmpty = "roles_empty";
    /// The role and the account of the node are not given to persons.
    NodeReserved = "node_reserved";
    /// An organisation must keep at least one active operator.
    LastOperator = "last_operator";
    /// The organisation has as many operators as it may.
    OperatorsTooMany = "operators_too_many";
    /// The key belongs to another suite than the chain.
    KeyWrongSuite = "key_wrong_suite";
    /// The key belongs, or once belonged, to an account.
    KeyInUse = "key_in_use";

    // Catalogue.
    /// A dataset's id must start with its owner's id and a dot.
    DatasetIdPrefix = "dataset_id_prefix";
    /// A dataset of this id exists.
    DatasetExists = "dataset_exists";
    /// No dataset has this id.
    DatasetUnknown = "dataset_unknown";
    /// The dataset is frozen.
    DatasetFrozen = "dataset_frozen";
    /// The dataset belongs to another organisation.
    NotDatasetOwner = "not_dataset_owner";
    /// The number of columns is out of bounds.
    ColumnsCount = "columns_count";
    /// Two columns have the same name.
    ColumnRepeated = "column_repeated";
    /// A column has more rules than allowed.
    ColumnRulesTooMany = "column_rules_too_many";
    /// A column has two rules for the same grantee, purpose and use.
    ColumnRuleRepeated = "column_rule_repeated";
    /// The commitment uses a scheme that these rules do not know.
    CommitmentSchemeUnknown = "commitment_scheme_unknown";
    /// A new version must have the schema of the dataset.
    SchemaChanged = "schema_changed";
    /// The version must be the latest one plus one.
    VersionNotNext = "version_not_next";
    /// The dataset has as many versions as it may.
    VersionsTooMany = "versions_too_many";
    /// The policy version must be the present one plus one.
    PolicyVersionNotNext = "policy_version_not_next";
    /// A policy must name the dataset's columns, with their types, in their order.
    ColumnsChanged = "columns_changed";

    /// A dataset has more entries of usage limits than allowed.
    UsageLimitsTooMany = "usage_limits_too_many";
    /// Usage limits must be sorted by partner, each partner once.
    UsageLimitsOrder = "usage_limits_order";
    /// A usage limit is out of bounds, contradicts another, or limits nothing.
    UsageLimitOutOfRange = "usage_limit_out_of_range";

    // Applications and grants.
    /// An organisation needs no application for its own data.
    OwnDataset = "own_dataset";
    /// An application of this id exists.
    ApplicationExists = "application_exists";
    /// No application has this id.
    ApplicationUnknown = "application_unknown";
    /// The application was already answered.
    ApplicationClosed = "application_closed";
    /// The dataset has no such column.
    ColumnUnknown = "column_unknown";
    /// The number of columns in the scope is out of bounds.
    ScopeColumnsCount = "scope_columns_count";
    /// The scope names the same use of the same column twice.
    ScopeColumnRepeated = "scope_column_repeated";
    /// The scope names no kind of task.
    ScopeKindsEmpty = "scope_kinds_empty";
    /// The number of uses is out of bounds.
    ScopeUsesOutOfRange = "scope_uses_out_of_range";
    /// The scope ends in the past.
    ScopeExpiryPast = "scope_expiry_past";
    /// The scope ends too far in the future.
    ScopeExpiryTooFar = "scope_expiry_too_far";
    /// A grant of this id exists.
    GrantExists = "grant_exists";
    /// The grant gives a use of a column that was not applied for.
    GrantWiderColumns = "grant_wider_columns";
    /// The grant is for another purpose than the application.
    GrantOtherPurpose = "grant_other_purpose";
    /// The grant gives a kind of task that was not applied for.
    GrantWiderKinds = "grant_wider_kinds";
    /// The grant lasts longer than was applied for.
    GrantWiderExpiry = "grant_wider_expiry";
    /// The grant gives more uses than were applied for.
    GrantWiderUses = "grant_wider_uses";
    /// The grant gives a use that the column's policy does not permit to this organisation for this purpose.
    GrantBeyondPolicy = "grant_beyond_policy";
    /// The grant lasts longer than the column's policy permits the use.
    GrantOutlastsPolicy = "grant_outlasts_policy";
    /// The grant was given by another organisation.
    NotGrantor = "not_grantor";
    /// No grant has this id.
    GrantUnknown = "grant_unknown";
    /// The grant was revoked.
    GrantRevoked = "grant_revoked";

    // Tasks.
    /// The task's specification has a version that these rules do not know.
    TaskVersionUnsupported = "task_version_unsupported";
    /// The consortium has not agreed on this algorithm in this version, or it does not fit the kind of task.
    AlgorithmUnknown = "algorithm_unknown";
    /// The minimum of matches is more than the smaller dataset has rows.
    MinMatchesTooLarge = "min_matches_too_large";
    /// A sum or average needs a larger minimum of matches.
    MinGroupTooSmall = "min_group_too_small";
    /// There is no aggregate, one stands twice, or there are too many.
    AggregatesCount = "aggregates_count";
    /// A column does not fit what the task gives: one that nobody aggregates, or one that is not there to be aggregated.
    OutputColumns = "output_columns";
    /// The number of parties does not fit the kind of task.
    PartiesCount = "parties_count";
    /// An organisation stands twice among the parties.
    PartiesRepeated = "parties_repeated";
    /// The receiver is none of the parties, and the output is not one that a third can get.
    ReceiverNotParty = "receiver_not_party";
    /// The sender's organisation neither brings data nor receives.
    NotAParty = "not_a_party";
    /// The number of key columns is out of bounds, or differs from the number of key rules.
    KeyColumnsCount = "key_columns_count";
    /// A key rule is not known.
    KeyRuleUnknown = "key_rule_unknown";
    /// A party has more payload columns than allowed.
    PayloadColumnsTooMany = "payload_columns_too_many";
    /// A column stands twice among a party's keys and payload.
    TaskColumnRepeated = "task_column_repeated";
    /// The number of attempts is out of bounds.
    AttemptsOutOfRange = "attempts_out_of_range";
    /// The salt has the wrong length.
    SaltLength = "salt_length";
    /// The deadline of the task has passed.
    DeadlinePassed = "deadline_passed";
    /// The deadline lies too far in the future.
    DeadlineTooFar = "deadline_too_far";
    /// A party's dataset belongs to another organisation.
    DatasetNotOfParty = "dataset_not_of_party";
    /// The dataset has no such version.
    DatasetVersionUnknown = "dataset_version_unknown";
    /// The receiver needs no grant for its own data.
    GrantOnOwnData = "grant_on_own_data";
    /// A task with exactly this specification exists.
    TaskExists = "task_exists";
    /// No task has this digest.
    TaskUnknown = "task_unknown";
    /// The task that this one repeats does not exist.
    RerunUnknown = "rerun_unknown";
    /// Policy does not permit the task; the parameters give the first line that forbids it.
    PolicyDenied = "policy_denied";
    /// The task does not stand where this can be done.
    TaskStatusWrong = "task_status_wrong";
    /// The organisation has already approved the task.
    AlreadyApproved = "already_approved";
    /// Only the account that proposed the task may do this.
    ProposerOnly = "proposer_only";
    /// The task has been run as often as its specification allows.
    AttemptsUsedUp = "attempts_used_up";
    /// The session is not that of the task's latest run.
    SessionWrong = "session_wrong";
    /// The node has already attested this run.
    AlreadyAttested = "already_attested";
    /// The node has already reported this run as failed.
    AlreadyReported = "already_reported";
    /// The attestation speaks for another organisation.
    AttestationForeign = "attestation_foreign";
    /// The attestation names another role than the specification gives the party.
    AttestationRole = "attestation_role";
    /// The attestation names another dataset or version than the specification.
    AttestationInput = "attestation_input";
    /// The attestation must describe exactly one channel to each other party.
    AttestationChannels = "attestation_channels";
    /// The attestation ends before it starts.
    AttestationTimes = "attestation_times";

    // Lines of a policy verdict, as the reason why an approval or retry is refused.
    /// The party's data need a grant and the task names none.
    GrantMissing = "grant_missing";
    /// The grant is for another dataset.
    GrantOtherDataset = "grant_other_dataset";
    /// The grant is for another organisation than the receiver.
    GrantOtherGrantee = "grant_other_grantee";
    /// The grant has expired.
    GrantExpired = "grant_expired";
    /// The grant has been used as often as it may.
    GrantUsedUp = "grant_used_up";
    /// The grant is for another purpose.
    PurposeNotGranted = "purpose_not_granted";
    /// The grant does not cover this kind of task.
    KindNotGranted = "kind_not_granted";
    /// The grant does not let the column be used as a key.
    KeyNotGranted = "key_not_granted";
    /// The column's policy does not let it be used as a key.
    KeyForbidden = "key_forbidden";
    /// The grant does not let the column be released for matched rows.
    PayloadNotGranted = "payload_not_granted";
    /// The column's policy does not let it be released for matched rows.
    PayloadForbidden = "payload_forbidden";
    /// The partner's dataset has fewer rows than a task must bring.
    LimitInputTooSmall = "limit_input_too_small";
    /// The task would test more keys than one run may.
    LimitInputTooLarge = "limit_input_too_large";
    /// The task would release results from fewer matches than the owner permits.
    LimitMinMatchesTooLow = "limit_min_matches_too_low";
    /// The partner has run as many tasks on the dataset within the period as it may.
    LimitRunsUsedUp = "limit_runs_used_up";
    /// The partner would test more keys against the dataset within the period than it may.
    LimitKeysUsedUp = "limit_keys_used_up";
}

impl fmt::Display for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RuleCode {
    type Err = UnknownRuleCode;
    fn from_str(s: &str) -> Result<Self, UnknownRuleCode> {
        Self::ALL.iter().copied().find(|c| c.as_str() == s).ok_or_else(|| UnknownRuleCode(s.to_owned()))
    }
}

impl Serialize for RuleCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for RuleCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_its_own_snake_case_name_and_reads_back() {
        let mut names = BTreeSet::new();
        for code in RuleCode::ALL {
            let name = code.as_str();
            assert!(crate::text::code(name).is_ok(), "{name}");
            assert!(names.insert(name), "{name} twice");
            assert_eq!(name.parse(), Ok(*code));
            assert!(code.meaning().ends_with('.'), "{name}: {}", code.meaning());
        }
        assert!("no_such_rule".parse::<RuleCode>().is_err());
    }
}
