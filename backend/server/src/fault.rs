//! Everything that can go wrong in a handler, and its one mapping to a problem document.

use std::collections::BTreeMap;

use backend_api::Problem;
use backend_api::catalogue::{self, DeskCode, Language};
use backend_api::policy::PolicyVerdict;
use backend_api::problem::{Contact, FieldError};
use backend_db::DbError;
use ledger_client::LedgerError;
use ledger_contract::{RuleError, StateError};
use ledger_types::id::IdError;
use mpc_party::PartyError;
use mpc_party::task::LinkTestError;

use crate::text;

/// Words in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    zh: String,
    en: String,
}

impl<A: Into<String>, B: Into<String>> From<(A, B)> for Says {
    fn from((zh, en): (A, B)) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What a reader of JSON or of a query says is English whatever the language.
impl From<String> for Says {
    fn from(text: String) -> Self {
        Self { zh: text.clone(), en: text }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// JSON pointer into the body, or the name of a query parameter.
    pub pointer: String,
    /// What is wrong.
    pub says: Says,
}

impl Complaint {
    fn document(&self, language: Language) -> FieldError {
        let message = match language {
            Language::ZhCn => self.says.zh.clone(),
            Language::En => self.says.en.clone(),
        };
        FieldError { pointer: self.pointer.clone(), message }
    }
}

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Stable code, from the catalogue.
    pub code: String,
    /// Particulars in words; made of the parameters when empty.
    pub detail: String,
    /// Parameters by name.
    pub params: BTreeMap<String, String>,
    /// What is wrong with which field.
    pub errors: Vec<Complaint>,
    /// The policy verdict, when a rule refused.
    pub verdict: Option<Box<PolicyVerdict>>,
    /// Tell the person whom to ask.
    pub with_contact: bool,
    /// Seconds to wait before trying again.
    pub retry_after_s: Option<u64>,
    /// For the log only: what the person need not see.
    pub internal: Option<String>,
}

impl Fault {
    /// With a code of any layer.
    pub fn with_code(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: String::new(),
            params: BTreeMap::new(),
            errors: Vec::new(),
            verdict: None,
            with_contact: false,
            retry_after_s: None,
            internal: None,
        }
    }

    /// Something unexpected; the words go to the log.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        Self { internal: Some(what.to_string()), ..DeskCode::Internal.into() }
    }

    /// A field of the body, by JSON pointer, or a query parameter, by name.
    pub fn field(code: DeskCode, pointer: impl Into<String>, says: impl Into<Says>) -> Self {
        Self { errors: vec![Complaint { pointer: pointer.into(), says: says.into() }], ..code.into() }
    }

    /// With particulars in words.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// With a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// HTTP status; a code that the catalogue does not know is our mistake.
    pub fn status(&self) -> u16 {
        catalogue::find(&self.code).map_or(500, |e| e.status)
    }

    /// The document.
    pub fn problem(&self, language: Language, trace_id: &str, contact: &Contact) -> Problem {
        let entry = catalogue::find(&self.code).unwrap_or_else(|| {
            catalogue::find(DeskCode::Internal.as_str()).expect("the catalogue is made of the enum")
        });
        let params = text::params(language, &self.params);
        // Particulars come from the layers in English; in Chinese the cause stands before them.
        let particulars = match (self.detail.is_empty(), params.is_empty()) {
            (true, _) => params,
            (false, true) => self.detail.clone(),
            (false, false) => format!("{}; {params}", self.detail),
        };
        let cause = entry.cause.get(language);
        let detail = match (particulars.is_empty(), language) {
            (true, _) => cause.to_owned(),
            (false, Language::ZhCn) => format!("{cause}（{particulars}）"),
            (false, Language::En) => format!("{cause} ({particulars})"),
        };
        Problem {
            kind: format!("/v1/error_codes#{}", self.code),
            code: self.code.clone(),
            title: entry.title.get(language).to_owned(),
            status: self.status(),
            detail,
            remedy: entry.remedy.get(language).to_owned(),
            trace_id: trace_id.to_owned(),
            errors: self.errors.iter().map(|e| e.document(language)).collect(),
            verdict: self.verdict.as_deref().cloned(),
            contact: self.with_contact.then(|| contact.clone()),
            retry_after_s: self.retry_after_s,
        }
    }
}

impl From<DeskCode> for Fault {
    fn from(code: DeskCode) -> Self {
        Self::with_code(code.as_str())
    }
}

impl From<DbError> for Fault {
    fn from(e: DbError) -> Self {
        if e.is_unique_violation() {
            return DeskCode::AlreadyExists.into();
        }
        Self { internal: Some(e.to_string()), ..DeskCode::DatabaseUnavailable.into() }
    }
}

impl From<IdError> for Fault {
    fn from(e: IdError) -> Self {
        Fault::from(DeskCode::BadRequest).detail(e.to_string())
    }
}

impl From<StateError> for Fault {
    fn from(e: StateError) -> Self {
        Self { internal: Some(e.to_string()), ..Self::with_code("ledger_failed") }
    }
}

impl From<RuleError> for Fault {
    fn from(e: RuleError) -> Self {
        match e {
            RuleError::Rejected(r) => Self { params: r.params, ..Self::with_code(r.code.as_str()) },
            RuleError::State(e) => e.into(),
        }
    }
}

impl From<LedgerError> for Fault {
    fn from(e: LedgerError) -> Self {
        match e {
            LedgerError::Refused { code, params } => Self { params, ..Self::with_code(code) },
            LedgerError::Busy => Self { retry_after_s: Some(1), ..Self::with_code("ledger_busy") },
            LedgerError::TimedOut(_) => Self::with_code("ledger_timed_out"),
            LedgerError::NotAvailable(height) => Self::with_code("ledger_not_available").with("height", height),
            LedgerError::Internal(what) => Self { internal: Some(what), ..Self::with_code("ledger_failed") },
        }
    }
}

impl From<PartyError> for Fault {
    fn from(e: PartyError) -> Self {
        if let PartyError::Ledger(e) = e {
            return e.into();
        }
        let retry_after_s = match &e {
            PartyError::Link(LinkTestError::TooSoon { seconds }) => Some(*seconds),
            _ => None,
        };
        let fault = Self { params: e.params(), retry_after_s, ..Self::with_code(e.code()) };
        match fault.status() {
            500.. => Self { internal: Some(e.to_string()), ..fault },
            // The room's errors never hold a value of the data.
            _ => fault.detail(e.to_string()),
        }
    }
}
