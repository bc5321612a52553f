//! Bringing keys into one form, so that equal things are equal bytes on both sides.
//!
//! A rule has a name and a version (`id-cn/1`). The name stands in the task that everybody signs; a rule
//! never changes under its name, because two parties with different rules would lose matches in silence.
//! Every rule is total (it never fails), deterministic, and idempotent: its own output is unchanged by it.
//!
//! A value that does not have the form a rule expects is *irregular*: it takes part in what form it has,
//! is counted, and shown before anybody approves. A value with nothing in it is null, and a null never
//! matches anything, another null included.

mod date;
mod digits;
mod id_cn;
mod key;
mod phone_cn;
mod text;

pub use key::{KeyForm, KeyRule, KeyRuleError};

/// A value under a rule.
#[derive(Clone, PartialEq, Eq)]
pub enum Canonical {
    /// Nothing: absent, or nothing but spaces.
    Null,
    /// In the form that the rule expects.
    Regular(String),
    /// In some other form.
    Irregular(String),
}

impl Canonical {
    /// The canonical text, unless null.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Regular(text) | Self::Irregular(text) => Some(text),
        }
    }
}

impl std::fmt::Debug for Canonical {
    // A key may be a person's number: it does not belong into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Regular(_) => "Regular",
            Self::Irregular(_) => "Irregular",
        })
    }
}

/// The rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// `text/1`: Unicode NFKC (full-width forms become ordinary ones), invisible characters removed (byte
    /// order mark, zero-width space, word joiner), runs of white space become one space, none at the ends.
    /// Capital letters stay. Always regular.
    Text,
    /// `text-ci/1`: `text/1`, then lower case: codes, e-mail addresses, number plates.
    TextCi,
    /// `digits/1`: NFKC; spaces, dashes, dots, slashes, commas and underscores removed; leading zeros stay.
    /// Regular when only digits are left.
    Digits,
    /// `id-cn/1`: resident identity number (GB 11643). NFKC, all spaces removed, `x` becomes `X`. Regular
    /// are 18 places with a right check character, and 15 digits. A 15-digit number is **not** turned into
    /// one of 18: it stays what it is and does not match it.
    IdCn,
    /// `id-cn-18/1`: `id-cn/1`, then a number of 15 digits becomes the one of 18 that replaced it (century
    /// 19 inserted, check character added). Choose it knowingly: the 15-digit numbers were not all unique.
    IdCn18,
    /// `phone-cn/1`: NFKC; spaces, dashes, dots and brackets removed; a prefix `+86`, `0086` or `86` removed
    /// where a Chinese number follows. Regular are mobile numbers (11 digits from 13 to 19) and fixed ones
    /// with area code (0 and 9 to 11 digits).
    PhoneCn,
    /// `date/1`: a day of the calendar as `YYYY-MM-DD`. Read are `2024-1-2`, `2024/01/02`, `2024.1.2`,
    /// `20240102`, `2024年1月2日`, each also with a time of midnight behind it. Day-first and month-first
    /// forms are ambiguous and stay irregular.
    Date,
}

impl Rule {
    /// All rules.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::TextCi, Self::Digits, Self::IdCn, Self::IdCn18, Self::PhoneCn, Self::Date];

    /// Name with version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text/1",
            Self::TextCi => "text-ci/1",
            Self::Digits => "digits/1",
            Self::IdCn => "id-cn/1",
            Self::IdCn18 => "id-cn-18/1",
            Self::PhoneCn => "phone-cn/1",
            Self::Date => "date/1",
        }
    }

    /// What it does, in one sentence, Chinese and English.
    pub fn summary(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => {
                ("文本:全角转半角,合并空白,区分大小写", "Text: full-width folded, white space collapsed, case kept")
            }
            Self::TextCi => ("文本:同 text/1,不区分大小写", "Text: as text/1, case ignored"),
            Self::Digits => ("数字串:去掉空格和分隔符,保留前导零", "Digits: separators removed, leading zeros kept"),
            Self::IdCn => (
                "居民身份证号:去空格,x 转大写;15 位不转换为 18 位",
                "Resident identity number: spaces removed, x upper-case; 15 digits stay 15",
            ),
            Self::IdCn18 => (
                "居民身份证号:同 id-cn/1,并将 15 位升为 18 位",
                "Resident identity number: as id-cn/1, and 15 digits become 18",
            ),
            Self::PhoneCn => {
                ("电话号码:去掉 +86、空格和横线", "Chinese telephone number: +86, spaces and dashes removed")
            }
            Self::Date => ("日期:统一为 YYYY-MM-DD", "Calendar day as YYYY-MM-DD"),
        }
    }

    /// Values as they are met and what the rule makes of them (`None`: null).
    pub fn examples(self) -> &'static [(&'static str, Option<&'static str>)] {
        match self {
            Self::Text => text::EXAMPLES,
            Self::TextCi => text::EXAMPLES_CI,
            Self::Digits => digits::EXAMPLES,
            Self::IdCn => id_cn::EXAMPLES,
            Self::IdCn18 => id_cn::EXAMPLES_18,
            Self::PhoneCn => phone_cn::EXAMPLES,
            Self::Date => date::EXAMPLES,
        }
    }

    /// Applies the rule.
    pub fn apply(self, raw: &str) -> Canonical {
        let canonical = match self {
            Self::Text => Canonical::Regular(text::text(raw)),
            Self::TextCi => Canonical::Regular(text::text_ci(raw)),
            Self::Digits => digits::digits(raw),
            Self::IdCn => id_cn::id_cn(raw),
            Self::IdCn18 => id_cn::id_cn_18(raw),
            Self::PhoneCn => phone_cn::phone_cn(raw),
            Self::Date => date::date(raw),
        };
        match canonical.text() {
            Some("") => Canonical::Null,
            _ => canonical,
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// No rule has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key rule is called {0:?}")]
pub struct UnknownRule(pub String);

impl std::str::FromStr for Rule {
    type Err = UnknownRule;
    fn from_str(name: &str) -> Result<Self, UnknownRule> {
        Self::ALL.into_iter().find(|rule| rule.name() == name).ok_or_else(|| UnknownRule(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_read_back_and_are_distinct() {
        for rule in Rule::ALL {
            assert_eq!(rule.name().parse(), Ok(rule));
            assert!(!rule.summary().0.is_empty() && !rule.summary().1.is_empty());
        }
        assert_eq!("text/2".parse::<Rule>(), Err(UnknownRule("text/2".into())));
    }

    #[test]
    fn examples_come_out_as_they_are_documented() {
        for rule in Rule::ALL {
            assert!(rule.examples().len() >= 5, "{rule} has too few examples");
            for (raw, expected) in rule.examples() {
                assert_eq!(rule.apply(raw).text(), *expected, "{rule} on {raw:?}");
            }
        }
    }

    #[test]
    fn debug_prints_no_value() {
        assert_eq!(format!("{:?}", Rule::Text.apply("110105194912310021")), "Regular");
    }

    /// Values as dirty as they come: any text, and mixtures of what the rules look at.
    fn dirty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<char>().prop_map(String::from),
            "[0-9０-９xXｘ]{1,18}",
            prop::sample::select(vec![
                " ",
                "\u{3000}",
                "\u{a0}",
                "\t",
                "\u{feff}",
                "\u{200b}",
                "-",
                "—",
                "+86",
                "0086",
                "86",
                "年",
                "月",
                "日",
                "/",
                ".",
                "T",
                "00:00:00",
                "ﬁ",
                "Å",
                "e\u{301}",
                "\u{a8}",
                "İ",
                "Σ",
                "ß",
                "１",
                "13800138000",
                "110105194912310",
                "11010519491231002x",
                "2024",
                "1990",
                "02",
                "29",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]
        #[test]
        fn every_rule_is_idempotent_and_keeps_its_verdict(raw in dirty()) {
            for rule in Rule::ALL {
                let once = rule.apply(&raw);
                if let Some(text) = once.text() {
                    prop_assert!(!text.is_empty());
                    let twice = rule.apply(text);
                    prop_assert!(twice == once, "{rule}: {:?} became {:?} and then {:?}", raw, text, twice.text());
                }
            }
        }
    }
}
