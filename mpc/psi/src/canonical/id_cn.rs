//! `id-cn/1` and `id-cn-18/1`: resident identity numbers of GB 11643.

use super::Canonical;
use super::text::folded_without_space;

pub(super) const EXAMPLES: &[(&str, Option<&str>)] = &[
    ("11010519491231002x", Some("11010519491231002X")),
    (" 110105 19491231 002X ", Some("11010519491231002X")),
    ("１１０１０５１９４９１２３１００２Ｘ", Some("11010519491231002X")),
    ("\u{feff}440524188001010014", Some("440524188001010014")),
    ("110105491231002", Some("110105491231002")),
    ("e12345678", Some("E12345678")),
    ("\u{3000}", None),
];

pub(super) const EXAMPLES_18: &[(&str, Option<&str>)] = &[
    ("110105491231002", Some("11010519491231002X")),
    ("11010519491231002x", Some("11010519491231002X")),
    (" 110105 491231 002 ", Some("11010519491231002X")),
    ("1101054912310", Some("1101054912310")),
    ("", None),
];

/// Weights of the first 17 places, ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check character by the weighted sum modulo 11.
const CHECKS: [u8; 11] = *b"10X98765432";

pub(super) fn id_cn(raw: &str) -> Canonical {
    let mut text = folded_without_space(raw);
    text.make_ascii_uppercase();
    let bytes = text.as_bytes();
    let regular = match bytes.len() {
        18 => bytes[..17].iter().all(u8::is_ascii_digit) && bytes[17] == check(&bytes[..17]),
        15 => bytes.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if regular { Canonical::Regular(text) } else { Canonical::Irregular(text) }
}

pub(super) fn id_cn_18(raw: &str) -> Canonical {
    match id_cn(raw) {
        Canonical::Regular(old) if old.len() == 15 => {
            let mut new = format!("{}19{}", &old[..6], &old[6..]);
            new.push(char::from(check(new.as_bytes())));
            Canonical::Regular(new)
        }
        other => other,
    }
}

/// Check character of 17 digits.
fn check(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[sum as usize % 11]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_check_character_is_irregular_and_a_right_one_regular() {
        // The example of GB 11643-1999.
        assert!(matches!(id_cn("11010519491231002X"), Canonical::Regular(_)));
        for last in b"0123456789" {
            let text = format!("11010519491231002{}", char::from(*last));
            assert!(matches!(id_cn(&text), Canonical::Irregular(_)), "{text}");
        }
    }

    #[test]
    fn fifteen_digits_are_converted_only_by_the_rule_that_says_so() {
        assert_eq!(id_cn("110105491231002").text(), Some("110105491231002"));
        assert_eq!(id_cn_18("110105491231002").text(), Some("11010519491231002X"));
        assert!(matches!(id_cn_18("110105491231002"), Canonical::Regular(_)));
    }
}
