//! `phone-cn/1`.

use super::Canonical;
use super::digits::{separator, without};

pub(super) const EXAMPLES: &[(&str, Option<&str>)] = &[
    ("+86 138-0013-8000", Some("13800138000")),
    ("0086 13800138000", Some("13800138000")),
    ("8613800138000", Some("13800138000")),
    ("１３８ ００１３ ８０００", Some("13800138000")),
    ("(010) 6655-1234", Some("01066551234")),
    ("+86 (0755) 8888 1234", Some("075588881234")),
    ("+1 212 555 0100", Some("+12125550100")),
    ("+86+8613800138000", Some("+86+8613800138000")),
    ("--", None),
];

pub(super) fn phone_cn(raw: &str) -> Canonical {
    let text = without(raw, |c| separator(c) || matches!(c, '(' | ')' | '[' | ']'));
    // A prefix is taken off only from a number of known form; so the result is stable.
    let national = ["+86", "0086", "86"].iter().filter_map(|prefix| text.strip_prefix(prefix)).find(|rest| known(rest));
    match national {
        Some(number) => Canonical::Regular(number.to_owned()),
        None if known(&text) => Canonical::Regular(text),
        None => Canonical::Irregular(text),
    }
}

fn known(number: &str) -> bool {
    let bytes = number.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    match bytes {
        [b'1', b'3'..=b'9', ..] => bytes.len() == 11,
        // Not 00: that is the international prefix.
        [b'0', b'1'..=b'9', ..] => (10..=12).contains(&bytes.len()),
        _ => false,
    }
}
