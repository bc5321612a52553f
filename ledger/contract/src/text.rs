//! Texts that people will read, often just before they sign: bounded, and without characters that make a
//! screen show something other than what is there.

use crate::error::Rejection;
use crate::{RuleCode, limits};

/// A line that must not be empty.
pub(crate) fn line(field: &str, s: &str, chars_max: usize) -> Result<(), Rejection> {
    if s.trim().is_empty() {
        return Err(Rejection::new(RuleCode::TextEmpty).with("field", field));
    }
    check(field, s, chars_max, false)
}

/// Lines that must not be empty.
pub(crate) fn prose(field: &str, s: &str, chars_max: usize) -> Result<(), Rejection> {
    if s.trim().is_empty() {
        return Err(Rejection::new(RuleCode::TextEmpty).with("field", field));
    }
    check(field, s, chars_max, true)
}

/// Lines that may be empty.
pub(crate) fn optional_prose(field: &str, s: &str, chars_max: usize) -> Result<(), Rejection> {
    check(field, s, chars_max, true)
}

/// A stable code: `a-z`, `0-9` and `_`, starting with a letter.
pub(crate) fn code(s: &str) -> Result<(), Rejection> {
    let ok = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let first = s.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if first && s.len() <= limits::CODE_CHARS_MAX && s.bytes().all(ok) {
        return Ok(());
    }
    Err(Rejection::new(RuleCode::CodeMalformed).with("chars_max", limits::CODE_CHARS_MAX))
}

fn check(field: &str, s: &str, chars_max: usize, multi_line: bool) -> Result<(), Rejection> {
    let chars = s.chars().count();
    if chars > chars_max {
        return Err(Rejection::new(RuleCode::TextTooLong)
            .with("field", field)
            .with("chars", chars)
            .with("chars_max", chars_max));
    }
    let layout = |c: char| multi_line && matches!(c, '\n' | '\t');
    match s.chars().find(|c| misleads(*c) && !layout(*c)) {
        None => Ok(()),
        Some(c) => Err(Rejection::new(RuleCode::TextForbiddenCharacter)
            .with("field", field)
            .with("character", format!("U+{:04X}", u32::from(c)))),
    }
}

// Control characters, and those that reorder or hide text (UAX #9 explicit formatting, zero width, BOM).
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_counted_in_characters() {
        assert!(line("title", &"数".repeat(128), 128).is_ok());
        assert_eq!(line("title", &"数".repeat(129), 128).unwrap_err().code, RuleCode::TextTooLong);
    }

    #[test]
    fn what_hides_or_reorders_text_is_refused() {
        for bad in ["a\u{202E}b", "a\u{200B}b", "a\0b", "a\nb", "\u{FEFF}a", "a\u{2066}b"] {
            assert_eq!(line("title", bad, 9).unwrap_err().code, RuleCode::TextForbiddenCharacter, "{bad:?}");
        }
        assert!(prose("reason", "first\n\tsecond", 99).is_ok());
        assert_eq!(prose("reason", "a\rb", 99).unwrap_err().code, RuleCode::TextForbiddenCharacter);
    }

    #[test]
    fn blank_is_empty() {
        assert_eq!(line("title", " \u{3000}", 9).unwrap_err().code, RuleCode::TextEmpty);
        assert_eq!(prose("reason", "\n", 9).unwrap_err().code, RuleCode::TextEmpty);
        assert!(optional_prose("description", "", 9).is_ok());
    }

    #[test]
    fn a_code_is_snake_case() {
        assert!(code("peer_lost").is_ok());
        for bad in ["", "Peer", "1a", "a-b", "a b", &"a".repeat(65)] {
            assert_eq!(code(bad).unwrap_err().code, RuleCode::CodeMalformed, "{bad}");
        }
    }
}
