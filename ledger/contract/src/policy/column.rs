//! What the rules of one column permit.

use ledger_types::id::{OrgId, TimeMs};
use ledger_types::object::{Column, ColumnRule, Disclosure, Grantee};
use ledger_types::task::PsiOutput;

/// Whether one use includes another. `PLAINTEXT` includes all: otherwise a key is no payload, and what may be shown as an
/// aggregate may not be shown for matched rows. A key whose matches are shown may also be matched without showing them.
pub fn covers(have: Disclosure, need: Disclosure) -> bool {
    have == need
        || have == Disclosure::Plaintext
        || (have, need) == (Disclosure::PlaintextAfterJoin, Disclosure::EncryptedOnly)
}

/// What becomes of a releasing party's key columns and of its payload columns. A third does not see the keys.
pub fn disclosures(output: &PsiOutput, third: bool) -> (Disclosure, Disclosure) {
    match output {
        PsiOutput::Rows(_) if third => (Disclosure::EncryptedOnly, Disclosure::PlaintextAsJoinPayload),
        PsiOutput::Rows(_) => (Disclosure::PlaintextAfterJoin, Disclosure::PlaintextAsJoinPayload),
        PsiOutput::Cardinality | PsiOutput::Aggregates(_) => {
            (Disclosure::EncryptedOnly, Disclosure::PlaintextAfterAggregate)
        }
    }
}

/// Until when (inclusive) the column's rules permit a use; `TimeMs::MAX` without end, `None` when they do
/// not permit it at `now_ms`.
pub fn permitted_until(
    column: &Column,
    grantee: &OrgId,
    purpose: &str,
    need: Disclosure,
    now_ms: TimeMs,
) -> Option<TimeMs> {
    let speaks_of = |r: &ColumnRule| match &r.grantee {
        Grantee::Any => true,
        Grantee::Org(org) => org == grantee,
    };
    column
        .rules
        .iter()
        .filter(|r| speaks_of(r) && r.purpose.as_deref().is_none_or(|p| p == purpose) && covers(r.allow, need))
        .map(|r| r.not_after_ms.unwrap_or(TimeMs::MAX))
        .filter(|until| now_ms <= *until)
        .max()
}

/// The name of a use as it is encoded.
pub fn disclosure_name(d: Disclosure) -> &'static str {
    match d {
        Disclosure::Plaintext => "PLAINTEXT",
        Disclosure::PlaintextAfterJoin => "PLAINTEXT_AFTER_JOIN",
        Disclosure::PlaintextAsJoinPayload => "PLAINTEXT_AS_JOIN_PAYLOAD",
        Disclosure::PlaintextAfterGroupBy => "PLAINTEXT_AFTER_GROUP_BY",
        Disclosure::PlaintextAfterCompare => "PLAINTEXT_AFTER_COMPARE",
        Disclosure::PlaintextAfterAggregate => "PLAINTEXT_AFTER_AGGREGATE",
        Disclosure::EncryptedOnly => "ENCRYPTED_ONLY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger_types::object::{ColumnType, Sensitivity};

    const ALL: [Disclosure; 7] = [
        Disclosure::Plaintext,
        Disclosure::PlaintextAfterJoin,
        Disclosure::PlaintextAsJoinPayload,
        Disclosure::PlaintextAfterGroupBy,
        Disclosure::PlaintextAfterCompare,
        Disclosure::PlaintextAfterAggregate,
        Disclosure::EncryptedOnly,
    ];

    fn column(rules: Vec<ColumnRule>) -> Column {
        Column {
            name: "c".into(),
            data_type: ColumnType::Text,
            description: String::new(),
            sensitivity: Sensitivity::Internal,
            rules,
        }
    }

    fn rule(org: Option<&str>, purpose: Option<&str>, allow: Disclosure, until: Option<TimeMs>) -> ColumnRule {
        let grantee = org.map_or(Grantee::Any, |o| Grantee::Org(OrgId::new(o).unwrap()));
        ColumnRule { grantee, purpose: purpose.map(str::to_owned), allow, not_after_ms: until }
    }

    #[test]
    fn names_are_the_encoded_ones() {
        for d in ALL {
            assert_eq!(serde_json::to_string(&d).unwrap(), format!("\"{}\"", disclosure_name(d)));
        }
    }

    #[test]
    fn a_column_without_a_rule_permits_nothing() {
        let bank = OrgId::new("bank").unwrap();
        for need in ALL {
            assert_eq!(permitted_until(&column(vec![]), &bank, "p", need, 0), None);
        }
    }

    #[test]
    fn plaintext_covers_all_a_shown_key_covers_a_hidden_one_and_nothing_else_covers_another() {
        for have in ALL {
            for need in ALL {
                let hidden_key = have == Disclosure::PlaintextAfterJoin && need == Disclosure::EncryptedOnly;
                assert_eq!(covers(have, need), have == need || have == Disclosure::Plaintext || hidden_key);
            }
        }
    }

    #[test]
    fn grantee_purpose_and_time_must_all_fit() {
        let bank = OrgId::new("bank").unwrap();
        let join = Disclosure::PlaintextAfterJoin;
        let c = column(vec![rule(Some("bank"), Some("loan"), join, Some(100))]);
        assert_eq!(permitted_until(&c, &bank, "loan", join, 100), Some(100));
        assert_eq!(permitted_until(&c, &bank, "loan", join, 101), None);
        assert_eq!(permitted_until(&c, &bank, "other", join, 1), None);
        assert_eq!(permitted_until(&c, &OrgId::new("other").unwrap(), "loan", join, 1), None);
        assert_eq!(permitted_until(&c, &bank, "loan", Disclosure::PlaintextAsJoinPayload, 1), None);
        let c = column(vec![rule(Some("bank"), None, join, Some(100)), rule(None, None, join, None)]);
        assert_eq!(permitted_until(&c, &bank, "any", join, 500), Some(TimeMs::MAX));
    }
}
