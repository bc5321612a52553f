//! A passphrase on its way from a person to a key file.

use std::fmt;

use zeroize::Zeroizing;

use super::CustodyError;

/// A passphrase. It neither prints nor serialises and is wiped when dropped.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    pub(super) fn check_length(&self, least: usize) -> Result<(), CustodyError> {
        if self.0.chars().count() < least { Err(CustodyError::PassphraseTooShort { least }) } else { Ok(()) }
    }
}

impl From<String> for Passphrase {
    fn from(s: String) -> Self {
        Self(Zeroizing::new(s))
    }
}

impl From<&str> for Passphrase {
    fn from(s: &str) -> Self {
        Self(Zeroizing::new(s.to_owned()))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_does_not_print() {
        assert_eq!(format!("{:?}", Passphrase::from("correct horse")), "Passphrase");
    }
}
