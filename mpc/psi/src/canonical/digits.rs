//! `digits/1`.

use super::Canonical;
use super::text::folded_without_space;

pub(super) const EXAMPLES: &[(&str, Option<&str>)] = &[
    ("６２２２ 0212 3456-7890", Some("6222021234567890")),
    ("007", Some("007")),
    ("1,234.56", Some("123456")),
    ("12/34_56", Some("123456")),
    ("A-12", Some("A12")),
    (" - ", None),
];

pub(super) fn separator(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '.' | '/' | ',' | '_' | '·')
}

pub(super) fn digits(raw: &str) -> Canonical {
    let text = without(raw, separator);
    if text.bytes().all(|byte| byte.is_ascii_digit()) { Canonical::Regular(text) } else { Canonical::Irregular(text) }
}

/// Folded, without white space and without the characters named.
pub(super) fn without(raw: &str, unwanted: impl Fn(char) -> bool) -> String {
    let mut text = folded_without_space(raw);
    // Again until stable: removing a separator can bring a mark to its letter.
    for _ in 0..8 {
        let next = folded_without_space(&text.chars().filter(|c| !unwanted(*c)).collect::<String>());
        if next == text {
            break;
        }
        text = next;
    }
    text
}
