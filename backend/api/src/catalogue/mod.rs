//! Every error code of every layer: what it means, why it happens, what to do, in Chinese and English.
//! The enums that own the codes live in their layers; tests of `backend/server` hold the catalogue complete.

mod desk;
mod ledger;
mod party;
mod protocol;
mod rule;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which layer says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The API and console.
    Desk,
    /// The consortium's rules.
    Rule,
    /// Consensus, storage, transport of transactions.
    Ledger,
    /// The party room: keys, sources, task runner.
    Party,
    /// A protocol between parties.
    Protocol,
}

/// Languages of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文
    ZhCn,
    /// English
    En,
}

impl Language {
    /// The better of the two for an `Accept-Language` header; Chinese when it names neither.
    pub fn from_header(header: Option<&str>) -> Self {
        let mut best = (Self::ZhCn, -1.0_f32);
        for part in header.unwrap_or_default().split(',') {
            let mut fields = part.split(';');
            let tag = fields.next().unwrap_or_default().trim().to_ascii_lowercase();
            let q = fields.find_map(|f| f.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let language = match tag.split('-').next() {
                Some("zh") => Self::ZhCn,
                Some("en") => Self::En,
                _ => continue,
            };
            if q > best.1 {
                best = (language, q);
            }
        }
        best.0
    }

    /// Tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// 中文
    pub zh: &'static str,
    /// English
    pub en: &'static str,
}

impl Text {
    /// In one language.
    pub fn get(&self, language: Language) -> &'static str {
        match language {
            Language::ZhCn => self.zh,
            Language::En => self.en,
        }
    }
}

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// Layer.
    pub layer: Layer,
    /// HTTP status when it answers a request.
    pub status: u16,
    /// What happened.
    pub title: Text,
    /// Why.
    pub cause: Text,
    /// What to do.
    pub remedy: Text,
}

/// One row of a layer's table: code, status, then title, cause, remedy in Chinese and in English.
type Row = (&'static str, u16, [&'static str; 3], [&'static str; 3]);

fn tables(layer: Layer) -> &'static [&'static [Row]] {
    match layer {
        Layer::Desk => &[desk::ROWS],
        Layer::Rule => rule::ROWS,
        Layer::Ledger => &[ledger::ROWS],
        Layer::Party => &[party::ROWS],
        Layer::Protocol => &[protocol::ROWS],
    }
}

/// Every code.
pub fn entries() -> impl Iterator<Item = Entry> {
    [Layer::Desk, Layer::Rule, Layer::Ledger, Layer::Party, Layer::Protocol].into_iter().flat_map(|layer| {
        tables(layer).iter().copied().flatten().map(move |(code, status, zh, en)| Entry {
            code,
            layer,
            status: *status,
            title: Text { zh: zh[0], en: en[0] },
            cause: Text { zh: zh[1], en: en[1] },
            remedy: Text { zh: zh[2], en: en[2] },
        })
    })
}

/// One code.
pub fn find(code: &str) -> Option<Entry> {
    entries().find(|e| e.code == code)
}

pub use desk::DeskCode;

/// Filter of the list of codes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErrorCodeQuery {
    /// Only of this layer.
    pub layer: Option<Layer>,
}

/// A text in both languages, on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bilingual {
    /// 中文
    pub zh_cn: String,
    /// English
    pub en: String,
}

impl From<Text> for Bilingual {
    fn from(t: Text) -> Self {
        Self { zh_cn: t.zh.to_owned(), en: t.en.to_owned() }
    }
}

/// A code on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorCode {
    /// Stable code.
    pub code: String,
    /// Layer.
    pub layer: Layer,
    /// HTTP status when it answers a request.
    pub status: u16,
    /// What happened.
    pub title: Bilingual,
    /// Why.
    pub cause: Bilingual,
    /// What to do.
    pub remedy: Bilingual,
}

impl From<Entry> for ErrorCode {
    fn from(e: Entry) -> Self {
        Self {
            code: e.code.to_owned(),
            layer: e.layer,
            status: e.status,
            title: e.title.into(),
            cause: e.cause.into(),
            remedy: e.remedy.into(),
        }
    }
}

/// The catalogue of codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorCodeList {
    /// Codes by layer.
    pub items: Vec<ErrorCode>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_is_unique_and_says_something_in_both_languages() {
        let mut seen = BTreeSet::new();
        for e in entries() {
            assert!(seen.insert(e.code), "{} twice", e.code);
            assert!((400..600).contains(&e.status), "{}", e.code);
            for t in [e.title, e.cause, e.remedy] {
                assert!(!t.zh.is_ascii(), "{}: {:?} is not Chinese", e.code, t.zh);
                assert!(t.en.len() > 3 && t.en.is_ascii(), "{}: {:?} is not English", e.code, t.en);
            }
        }
    }

    #[test]
    fn the_language_with_the_higher_weight_wins_and_chinese_is_the_default() {
        assert_eq!(Language::from_header(None), Language::ZhCn);
        assert_eq!(Language::from_header(Some("fr")), Language::ZhCn);
        assert_eq!(Language::from_header(Some("en-GB,en;q=0.9,zh;q=0.8")), Language::En);
        assert_eq!(Language::from_header(Some("en;q=0.5, zh-CN")), Language::ZhCn);
    }
}
