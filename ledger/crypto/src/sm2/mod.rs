//! SM2 signatures over the recommended curve sm2p256v1: GM/T 0003.2 (algorithm) and GM/T 0003.5 (curve),
//! hash SM3, user id `1234567812345678` (GM/T 0009 §10).
//!
//! The arithmetic is that of the `sm2` crate. [`verify_stock`] is its verification; [`table`] is ours on
//! top of its field, with per-key tables, for public data only.

mod jacobian;
mod sign;
pub(crate) mod table;

use ::sm2::dsa::signature::Verifier as _;
use ::sm2::dsa::{self, VerifyingKey};
use ::sm2::elliptic_curve::ops::Reduce as _;
use ::sm2::{FieldBytes, Scalar};
use sm3::{Digest as _, Sm3};

use crate::SignatureError;

pub(crate) use sign::SigningKey;

/// The default user id of GM/T 0009.
const USER_ID: &str = "1234567812345678";

/// `a ‖ b ‖ x_G ‖ y_G` of GM/T 0003.5.
const CURVE_HEX: &str = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc\
                         28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93\
                         32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7\
                         bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0";

/// Z_A = SM3(ENTL ‖ ID ‖ a ‖ b ‖ x_G ‖ y_G ‖ x_A ‖ y_A), GM/T 0003.2 §5.5.
fn z_value(point: &[u8; 65]) -> [u8; 32] {
    let curve = hex::decode(CURVE_HEX).expect("the constant is hex");
    let mut h = Sm3::new();
    h.update((USER_ID.len() as u16 * 8).to_be_bytes());
    h.update(USER_ID);
    h.update(curve);
    h.update(&point[1..]);
    h.finalize().into()
}

/// e = SM3(Z_A ‖ M) as an integer modulo n, GM/T 0003.2 §6.1 A1, A2.
fn message_scalar(z: &[u8; 32], message: &[u8]) -> Scalar {
    let mut h = Sm3::new();
    h.update(z);
    h.update(message);
    Scalar::reduce(&FieldBytes::from(<[u8; 32]>::from(h.finalize())))
}

/// Uncompressed, on the curve, not the point at infinity.
pub(crate) fn point_is_valid(bytes: &[u8]) -> bool {
    bytes.len() == 65 && bytes[0] == 4 && ::sm2::PublicKey::from_sec1_bytes(bytes).is_ok()
}

/// Verification by the `sm2` crate alone.
pub(crate) fn verify_stock(key: &[u8], message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
    let key = VerifyingKey::from_sec1_bytes(USER_ID, key).map_err(|_| SignatureError::Mismatch)?;
    let signature = dsa::Signature::from_slice(signature).map_err(|_| SignatureError::Malformed)?;
    let (r, s) = signature.split_scalars();
    if bool::from((*r + *s).is_zero()) {
        return Err(SignatureError::Malformed);
    }
    key.verify(message, &signature).map_err(|_| SignatureError::Mismatch)
}
