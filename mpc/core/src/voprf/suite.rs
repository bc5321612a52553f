//! The suite ristretto255-SHA512 of RFC 9497 §4.1 in its three modes.

use curve25519_dalek::scalar::Scalar;

use crate::group_kernel::GroupKernel;
use crate::hash_to_group::{HashDomain, expand_message_xmd};

mod sealed {
    pub trait Sealed {}
}

/// A mode of the protocol (RFC 9497 §3.1). Keys and messages of one mode do not fit another.
pub trait Mode: sealed::Sealed + Send + Sync + 'static {
    /// The mode's number in every hash.
    const ID: u8;
}

macro_rules! modes {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name;
        impl sealed::Sealed for $name {}
        impl Mode for $name {
            const ID: u8 = $id;
        })*
    };
}

modes! {
    /// Nothing is proven: a server may answer each client with another key.
    Oprf = 0;
    /// The server proves that it used the key of its public key.
    Voprf = 1;
    /// As [`Voprf`], with a public info that both choose and that goes into the function.
    Poprf = 2;
}

/// Hash functions of a mode.
pub(super) struct Suite {
    /// "OPRFV1-" ‖ mode ‖ "-ristretto255-SHA512"
    context: Vec<u8>,
    /// `HashToScalar` under its usual tag, up to the reduction.
    scalars: HashDomain,
    /// Hashing to the group.
    pub(super) domain: HashDomain,
}

impl Suite {
    pub(super) fn of<M: Mode>() -> Self {
        let context = [&b"OPRFV1-"[..], &[M::ID], b"-ristretto255-SHA512"].concat();
        let domain = HashDomain::new(&[b"HashToGroup-", context.as_slice()].concat());
        let scalars = HashDomain::new(&[b"HashToScalar-", context.as_slice()].concat());
        Self { context, scalars, domain }
    }

    /// A tag of this mode.
    pub(super) fn tag(&self, prefix: &[u8]) -> Vec<u8> {
        [prefix, &self.context].concat()
    }

    /// `HashToScalar` of one message.
    pub(super) fn scalar(&self, message: &[u8]) -> Scalar {
        let uniform = self.scalars.expand_all(GroupKernel::portable(), &[message]);
        Scalar::from_bytes_mod_order_wide(&uniform[0])
    }

    /// `HashToScalar` of many messages, in order.
    pub(super) fn scalars<T: AsRef<[u8]>>(&self, messages: &[T]) -> Vec<Scalar> {
        let uniform = self.scalars.expand_all(GroupKernel::best(), messages);
        uniform.iter().map(Scalar::from_bytes_mod_order_wide).collect()
    }
}

/// `HashToScalar` under a given tag: 64 bytes of the expander, little-endian, modulo the group order.
pub(super) fn scalar_under(tag: &[u8], message: &[u8]) -> Scalar {
    let bytes = expand_message_xmd(message, tag, 64).expect("64 bytes are within what the expander gives");
    let wide: [u8; 64] = bytes.try_into().expect("the expander gives what it was asked for");
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// Appends `len(part) ‖ part` with two bytes of length. Only for parts of fixed or checked length.
pub(super) fn push_framed(out: &mut Vec<u8>, part: &[u8]) {
    out.extend_from_slice(&(part.len() as u16).to_be_bytes());
    out.extend_from_slice(part);
}
