//! Signing, GM/T 0003.2 §6.1, with the nonce of RFC 6979 over HMAC-SM3.
//!
//! The `sm2` crate's own signing key is not wiped when dropped, and gives up where the standard says
//! "return to A3"; so the few steps are here, on its constant-time arithmetic.

use ::sm2::elliptic_curve::point::AffineCoordinates as _;
use ::sm2::elliptic_curve::sec1::ToSec1Point as _;
use ::sm2::elliptic_curve::{Curve as _, Group as _, PrimeField as _, ops::Reduce as _};
use ::sm2::{FieldBytes, NonZeroScalar, ProjectivePoint, Scalar, Sm2, U256};
use sm3::Sm3;
use zeroize::{Zeroize as _, Zeroizing};

use super::{message_scalar, z_value};

/// A secret scalar with what signing needs of it; wiped when dropped.
pub(crate) struct SigningKey {
    d: NonZeroScalar,
    /// (1 + d)^-1
    inverse: NonZeroScalar,
    public: [u8; 65],
    z: [u8; 32],
}

impl SigningKey {
    /// `None` unless the big-endian number is in 1..n-2.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let d = NonZeroScalar::try_from(bytes.as_slice()).ok()?;
        let inverse = NonZeroScalar::new((*d + Scalar::ONE).invert().into_option()?).into_option()?;
        let point = ProjectivePoint::mul_by_generator(&d).to_affine().to_sec1_point(false);
        let public: [u8; 65] = point.as_bytes().try_into().ok()?;
        Some(Self { d, inverse, public, z: z_value(&public) })
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.d.to_repr().into())
    }

    pub(crate) fn public_bytes(&self) -> &[u8; 65] {
        &self.public
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let e = message_scalar(&self.z, message);
        let d = self.to_bytes();
        let mut nonces = rfc6979::KGenerator::<Sm3, U256>::new(d.as_slice(), &e.to_bytes(), &[], Sm2::ORDER.as_ref());
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            // A3
            nonces.fill_next_k(bytes.as_mut_slice());
            let Some(mut k) = Scalar::from_repr(FieldBytes::from(*bytes)).into_option() else { continue };
            let signature = self.sign_with(&e, &k);
            k.zeroize();
            if let Some(signature) = signature {
                return signature;
            }
        }
    }

    /// A4 to A7; `None` where the standard says to return to A3 (probability 2^-255).
    fn sign_with(&self, e: &Scalar, k: &Scalar) -> Option<[u8; 64]> {
        let x1 = ProjectivePoint::mul_by_generator(k).to_affine().x();
        let r = e + &Scalar::reduce(&x1);
        let s = *self.inverse * (*k - r * *self.d);
        if bool::from(r.is_zero() | (r + k).is_zero() | s.is_zero()) {
            return None;
        }
        let mut out = [0; 64];
        out[..32].copy_from_slice(&r.to_repr());
        out[32..].copy_from_slice(&s.to_repr());
        Some(out)
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.d.zeroize();
        self.inverse.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex_text: &str) -> [u8; 32] {
        hex::decode(hex_text.replace(' ', "")).expect("hex").try_into().expect("32 bytes")
    }

    /// GM/T 0003.5-2012 (GB/T 32918.5-2017) Annex A.2, every intermediate value.
    #[test]
    fn the_signature_example_of_the_standard_is_reproduced() {
        let key = SigningKey::from_bytes(&bytes("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"))
            .expect("in range");
        assert_eq!(
            hex::encode_upper(key.public),
            "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020\
             CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
        );
        assert_eq!(key.z, bytes("B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"));
        let e = message_scalar(&key.z, b"message digest");
        assert_eq!(e.to_bytes()[..], bytes("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"));
        let k = bytes("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
        let k = Scalar::from_repr(FieldBytes::from(k)).expect("in range");
        let signature = key.sign_with(&e, &k).expect("no exceptional case");
        assert_eq!(
            hex::encode_upper(signature),
            "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3\
             B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
        );
        assert_eq!(super::super::verify_stock(&key.public, b"message digest", &signature), Ok(()));
    }

    #[test]
    fn a_scalar_out_of_range_is_no_key() {
        let n = bytes("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
        let minus = |k: u8| {
            let mut b = n;
            b[31] -= k;
            b
        };
        assert!(SigningKey::from_bytes(&[0; 32]).is_none());
        assert!(SigningKey::from_bytes(&n).is_none());
        assert!(SigningKey::from_bytes(&minus(1)).is_none(), "1 + d has no inverse");
        assert!(SigningKey::from_bytes(&minus(2)).is_some());
        assert!(SigningKey::from_bytes(&[0xff; 32]).is_none());
    }
}
