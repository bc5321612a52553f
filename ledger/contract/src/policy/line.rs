//! One line of a verdict.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use ledger_types::id::{DatasetId, OrgId};
use ledger_types::object::{ColumnRule, Scope};
use ledger_types::usage::UsageLimits;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::RuleCode;

/// A name that no line has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no line of a policy verdict has the code {0:?}")]
pub struct UnknownLineCode(pub String);

/// What allowed something, by its stable name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowCode {
    /// The deadline of the task has not passed.
    DeadlineAhead,
    /// The party's organisation is an active member.
    OrganisationActive,
    /// The dataset is in use and has this version.
    DatasetActive,
    /// The receiver uses its own data.
    OwnData,
    /// The owner gave the receiver a grant for this dataset.
    GrantGiven,
    /// It has neither expired nor been revoked.
    GrantInForce,
    /// It has uses left.
    GrantUsesLeft,
    /// This task took its use when it became ready.
    GrantUseTaken,
    /// It is for this purpose.
    PurposeGranted,
    /// It covers this kind of task.
    KindGranted,
    /// It lets the column be used as a key.
    KeyGranted,
    /// The column's policy lets it be used as a key.
    KeyPermitted,
    /// The grant lets the column be released for matched rows.
    PayloadGranted,
    /// The column's policy lets it be released for matched rows.
    PayloadPermitted,
    /// The partner brings as many rows as the owner asks for.
    InputLargeEnough,
    /// The task tests no more keys than one run may.
    InputWithinLimit,
    /// The minimum of matches is at least the owner's.
    MinMatchesEnough,
    /// The partner has runs left in the period, or this run is one that is counted already.
    LimitRunsLeft,
    /// The partner has keys left in the period, this task's included.
    LimitKeysLeft,
}

impl AllowCode {
    /// All of them, for the catalogue of codes.
    pub const ALL: &'static [Self] = &[
        Self::DeadlineAhead,
        Self::OrganisationActive,
        Self::DatasetActive,
        Self::OwnData,
        Self::GrantGiven,
        Self::GrantInForce,
        Self::GrantUsesLeft,
        Self::GrantUseTaken,
        Self::PurposeGranted,
        Self::KindGranted,
        Self::KeyGranted,
        Self::KeyPermitted,
        Self::PayloadGranted,
        Self::PayloadPermitted,
        Self::InputLargeEnough,
        Self::InputWithinLimit,
        Self::MinMatchesEnough,
        Self::LimitRunsLeft,
        Self::LimitKeysLeft,
    ];

    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeadlineAhead => "deadline_ahead",
            Self::OrganisationActive => "organisation_active",
            Self::DatasetActive => "dataset_active",
            Self::OwnData => "own_data",
            Self::GrantGiven => "grant_given",
            Self::GrantInForce => "grant_in_force",
            Self::GrantUsesLeft => "grant_uses_left",
            Self::GrantUseTaken => "grant_use_taken",
            Self::PurposeGranted => "purpose_granted",
            Self::KindGranted => "kind_granted",
            Self::KeyGranted => "key_granted",
            Self::KeyPermitted => "key_permitted",
            Self::PayloadGranted => "payload_granted",
            Self::PayloadPermitted => "payload_permitted",
            Self::InputLargeEnough => "input_large_enough",
            Self::InputWithinLimit => "input_within_limit",
            Self::MinMatchesEnough => "min_matches_enough",
            Self::LimitRunsLeft => "limit_runs_left",
            Self::LimitKeysLeft => "limit_keys_left",
        }
    }
}

/// What a line says. Encoded as its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineCode {
    /// Yes, because.
    Allows(AllowCode),
    /// No, because.
    Forbids(RuleCode),
}

impl LineCode {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allows(c) => c.as_str(),
            Self::Forbids(c) => c.as_str(),
        }
    }
}

impl fmt::Display for LineCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LineCode {
    type Err = UnknownLineCode;
    fn from_str(s: &str) -> Result<Self, UnknownLineCode> {
        if let Some(c) = AllowCode::ALL.iter().find(|c| c.as_str() == s) {
            return Ok(Self::Allows(*c));
        }
        s.parse().map(Self::Forbids).map_err(|_| UnknownLineCode(s.to_owned()))
    }
}

impl Serialize for LineCode {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LineCode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The smallest grant under which a party's part of the task would be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallestGrant {
    /// On which dataset.
    pub dataset: DatasetId,
    /// To whom.
    pub grantee: OrgId,
    /// What.
    pub scope: Scope,
}

/// The smallest rule that would have to be in a column's policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallestRule {
    /// On which dataset.
    pub dataset: DatasetId,
    /// On which column.
    pub column: String,
    /// The rule.
    pub rule: ColumnRule,
}

/// The smallest change of a partner's limits under which the task would be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallestLimits {
    /// On which dataset.
    pub dataset: DatasetId,
    /// The limits that would be enough.
    pub limits: UsageLimits,
}

/// One line of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// Whether it allows.
    pub allowed: bool,
    /// What it says.
    pub code: LineCode,
    /// Of what: `org`, `dataset`, `version`, `column`, `grant`, …
    pub params: BTreeMap<String, String>,
    /// The grant that would be enough, when one is missing or too narrow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_grant: Option<SmallestGrant>,
    /// The rule that would be enough, when the column's policy forbids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_rule: Option<SmallestRule>,
    /// The limits that would be enough, when the partner's forbid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_limits: Option<SmallestLimits>,
}

impl VerdictLine {
    pub(super) fn allows(code: AllowCode) -> Self {
        Self::new(true, LineCode::Allows(code))
    }

    pub(super) fn forbids(code: RuleCode) -> Self {
        Self::new(false, LineCode::Forbids(code))
    }

    fn new(allowed: bool, code: LineCode) -> Self {
        Self {
            allowed,
            code,
            params: BTreeMap::new(),
            smallest_grant: None,
            smallest_rule: None,
            smallest_limits: None,
        }
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lines_that_allow_differ_from_rule_codes_and_read_back() {
        for c in AllowCode::ALL {
            assert!(c.as_str().parse::<RuleCode>().is_err(), "{}", c.as_str());
            assert_eq!(c.as_str().parse(), Ok(LineCode::Allows(*c)));
        }
        for c in RuleCode::ALL {
            assert_eq!(c.as_str().parse(), Ok(LineCode::Forbids(*c)));
        }
    }
}
