//! Keys of one or several columns.

use super::{Canonical, Rule, UnknownRule};

/// Most columns of a key.
pub const COLUMNS_MAX: usize = 16;

/// The rules of a key, one per column, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRule(Vec<Rule>);

/// Why rules make no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRuleError {
    /// A name that no rule has.
    #[error(transparent)]
    Unknown(#[from] UnknownRule),
    /// No column, or too many.
    #[error("a key has 1 to {COLUMNS_MAX} columns, not {0}")]
    Columns(usize),
}

/// What a row's key is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// A column is null: the row matches nothing.
    Null,
    /// Every column is in the form its rule expects.
    Regular,
    /// Some column is not.
    Irregular,
}

impl KeyRule {
    /// A key of the given rules.
    ///
    /// # Errors
    /// When there are none or too many.
    pub fn new(rules: Vec<Rule>) -> Result<Self, KeyRuleError> {
        if (1..=COLUMNS_MAX).contains(&rules.len()) { Ok(Self(rules)) } else { Err(KeyRuleError::Columns(rules.len())) }
    }

    /// A key of rules by name, as they stand in a task.
    ///
    /// # Errors
    /// When a name is unknown, or there are no or too many columns.
    pub fn from_names<T: AsRef<str>>(names: &[T]) -> Result<Self, KeyRuleError> {
        Self::new(names.iter().map(|name| name.as_ref().parse()).collect::<Result<_, _>>()?)
    }

    /// Its rules.
    pub fn rules(&self) -> &[Rule] {
        &self.0
    }

    /// Writes the canonical bytes of a key into `out`, which is cleared first: per column its length (u32,
    /// big endian) and its text. The lengths make it injective: ("ab", "c") and ("a", "bc") differ.
    /// `None` in `values`, or fewer values than columns, is null.
    pub fn encode(&self, values: &[Option<&str>], out: &mut Vec<u8>) -> KeyForm {
        out.clear();
        let mut form = KeyForm::Regular;
        for (i, rule) in self.0.iter().enumerate() {
            let canonical = values.get(i).copied().flatten().map_or(Canonical::Null, |raw| rule.apply(raw));
            let text = match &canonical {
                Canonical::Null => {
                    out.clear();
                    return KeyForm::Null;
                }
                Canonical::Regular(text) => text,
                Canonical::Irregular(text) => {
                    form = KeyForm::Irregular;
                    text
                }
            };
            // A value longer than 4 GiB does not fit a column of any source.
            out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
            out.extend_from_slice(text.as_bytes());
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(rule: &KeyRule, values: &[&str]) -> (KeyForm, Vec<u8>) {
        let mut out = vec![];
        let values: Vec<_> = values.iter().map(|value| Some(*value)).collect();
        (rule.encode(&values, &mut out), out)
    }

    #[test]
    fn a_null_column_makes_the_key_null() {
        let rule = KeyRule::from_names(&["text/1", "phone-cn/1"]).unwrap();
        let mut out = vec![1];
        for values in
            [&[Some("a"), None][..], &[None, Some("13800138000")], &[Some("a"), Some(" - ")], &[Some("a")], &[]]
        {
            assert_eq!(rule.encode(values, &mut out), KeyForm::Null);
            assert!(out.is_empty());
        }
        assert_eq!(encode(&rule, &["a", "13800138000"]).0, KeyForm::Regular);
        assert_eq!(encode(&rule, &["a", "x"]).0, KeyForm::Irregular);
    }

    #[test]
    fn a_key_has_at_least_one_column_and_known_rules() {
        assert_eq!(KeyRule::from_names::<&str>(&[]), Err(KeyRuleError::Columns(0)));
        assert_eq!(KeyRule::from_names(&["text/1"; 17]), Err(KeyRuleError::Columns(17)));
        assert!(matches!(KeyRule::from_names(&["id/1"]), Err(KeyRuleError::Unknown(_))));
    }

    proptest! {
        #[test]
        fn composite_keys_are_equal_only_when_every_column_is(
            a in prop::collection::vec("[ab]{1,3}", 3), b in prop::collection::vec("[ab]{1,3}", 3)
        ) {
            let rule = KeyRule::new(vec![Rule::Text; 3]).unwrap();
            let a: Vec<&str> = a.iter().map(String::as_str).collect();
            let b: Vec<&str> = b.iter().map(String::as_str).collect();
            prop_assert_eq!(encode(&rule, &a).1 == encode(&rule, &b).1, a == b);
        }
    }
}
