//! The two forms of the protocol: what stands in the receiver's table, and which correlation hides it.

use mpc_core::okvs;
use mpc_core::silent::Layout;
use mpc_core::vole::Security;

/// What is spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Time: small bins, values of 128 bits.
    Fast,
    /// Traffic: large bins, values of 64 bits over a subfield VOLE.
    Low,
}

/// A form with a kind of security: what an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Variant {
    /// What is spared.
    pub form: Form,
    /// What the other side is trusted with.
    pub security: Security,
}

impl Variant {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self { form: Form::Fast, security: Security::Malicious },
        Self { form: Form::Fast, security: Security::SemiHonest },
        Self { form: Form::Low, security: Security::Malicious },
        Self { form: Form::Low, security: Security::SemiHonest },
    ];

    /// The low-traffic form.
    pub fn low(security: Security) -> Self {
        Self { form: Form::Low, security }
    }

    /// The identifier with version, as in headers.
    pub fn id(self) -> &'static str {
        match (self.form, self.security) {
            (Form::Fast, Security::Malicious) => super::PROTOCOL,
            (Form::Fast, Security::SemiHonest) => super::PROTOCOL_SEMI_HONEST,
            (Form::Low, Security::Malicious) => super::PROTOCOL_LOW,
            (Form::Low, Security::SemiHonest) => super::PROTOCOL_LOW_SEMI_HONEST,
        }
    }
}

/// The fast form.
impl From<Security> for Variant {
    fn from(security: Security) -> Self {
        Self { form: Form::Fast, security }
    }
}

/// Something of one form or of the other.
#[derive(Debug, Clone)]
pub(crate) enum Of<F, L> {
    /// Of the fast form.
    Fast(F),
    /// Of the low-traffic form.
    Low(L),
}

/// The same done to what is of either form, with results of one type.
macro_rules! same {
    ($of:expr, $x:pat => $body:expr) => {
        match $of {
            $crate::rr22::form::Of::Fast($x) => $body,
            $crate::rr22::form::Of::Low($x) => $body,
        }
    };
}

/// The same done to what is of either form, with results that are again of that form.
macro_rules! each {
    ($of:expr, $x:pat => $body:expr) => {
        match $of {
            $crate::rr22::form::Of::Fast($x) => $crate::rr22::form::Of::Fast($body),
            $crate::rr22::form::Of::Low($x) => $crate::rr22::form::Of::Low($body),
        }
    };
}

pub(crate) use {each, same};

/// Sizes of the table and of the correlation of a bucket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape<D, N> {
    /// The receiver's table.
    pub(crate) table: okvs::Params<D>,
    /// The correlation that hides it.
    pub(crate) vole: Layout<N>,
}
