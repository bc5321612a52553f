//! `text/1` and `text-ci/1`.

use unicode_normalization::UnicodeNormalization;

pub(super) const EXAMPLES: &[(&str, Option<&str>)] = &[
    ("  张 三 ", Some("张 三")),
    ("ＡＢＣ－１２３", Some("ABC-123")),
    ("王\u{3000}\u{3000}小明", Some("王 小明")),
    ("\u{feff}Alice\u{200b}", Some("Alice")),
    ("e\u{301}tage", Some("étage")),
    ("a\tb\r\nc", Some("a b c")),
    ("Case Stays", Some("Case Stays")),
    (" \u{3000}\t", None),
    ("", None),
];

pub(super) const EXAMPLES_CI: &[(&str, Option<&str>)] = &[
    ("Li.Lei@Example.COM ", Some("li.lei@example.com")),
    ("沪Ａ·12345", Some("沪a·12345")),
    ("ÉTAGE", Some("étage")),
    ("ΟΔΟΣ", Some("οδοσ")),
    ("  ", None),
];

/// Characters that show nothing and say nothing: they come from copying and from byte order marks.
pub(super) fn invisible(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
}

/// NFKC of the visible characters. Removal comes first: characters that become neighbours may compose.
pub(super) fn folded(raw: &str) -> impl Iterator<Item = char> + '_ {
    raw.chars().filter(|c| !invisible(*c)).nfkc()
}

/// NFKC without any white space.
pub(super) fn folded_without_space(raw: &str) -> String {
    if raw.is_ascii() {
        // Nothing to normalise: most keys, at a third of the cost.
        return raw.chars().filter(|c| !c.is_whitespace()).collect();
    }
    let visible: String = folded(raw).filter(|c| !c.is_whitespace()).collect();
    // Marks that stood behind a space may now compose with what stood before it.
    stable(visible, |text| folded(text).filter(|c| !c.is_whitespace()).collect())
}

pub(super) fn text(raw: &str) -> String {
    if raw.is_ascii() { collapsed(raw.chars(), raw.len()) } else { collapsed(folded(raw), raw.len()) }
}

/// Runs of white space become one space, none at the ends.
fn collapsed(chars: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    let mut space = false;
    for c in chars {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
        }
        space = false;
        out.push(c);
    }
    out
}

pub(super) fn text_ci(raw: &str) -> String {
    // Sigma by letter, not by its place in the word: ΟΔΟΣ and οδος, however split, are one key.
    let lower =
        |text: &str| text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect();
    stable(lower(&text(raw)), |once: &str| lower(&text(once)))
}

/// Repeats a step until nothing changes. A step that normalises again after changing characters settles
/// after one or two rounds; the bound only keeps a surprise in the Unicode tables from looping.
fn stable(mut value: String, step: impl Fn(&str) -> String) -> String {
    for _ in 0..8 {
        let next = step(&value);
        if next == value {
            break;
        }
        value = next;
    }
    value
}
