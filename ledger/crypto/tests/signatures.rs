//! Both verification paths of SM2 accept exactly the signatures of the standard.

use std::sync::Arc;

use ledger_crypto::{KeyError, PublicKey, Signature, SignatureError, SigningKey, SuiteId, Verifier, verify};
use proptest::prelude::*;

const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    hex::decode(text).expect("hex").try_into().expect("the length")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(SuiteId::Gm, &[seed.max(1); 32]).expect("in range")
}

/// The stock path and the table path, which must give the same answer.
fn both(key: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
    let verifier = Verifier::new(SuiteId::Gm, 2);
    verifier.preload(key);
    let table = verifier.verify(key, message, signature);
    assert_eq!(verifier.stats().by_table, 1);
    assert_eq!(verify(SuiteId::Gm, key, message, signature), table, "the paths disagree on {signature}");
    table
}

/// a + b mod n on big-endian numbers below n.
fn add_mod_n(a: [u8; 32], b: [u8; 32], subtract: bool) -> [u8; 32] {
    use sm2::elliptic_curve::PrimeField;
    let scalar = |x: [u8; 32]| sm2::Scalar::from_repr(x.into()).expect("below n");
    let sum = if subtract { scalar(a) - scalar(b) } else { scalar(a) + scalar(b) };
    sum.to_repr().into()
}

fn joined(r: [u8; 32], s: [u8; 32]) -> Signature {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&r);
    bytes[32..].copy_from_slice(&s);
    Signature(bytes)
}

#[test]
fn the_example_of_gm_t_0003_5_verifies_on_both_paths() {
    let public = PublicKey::from_bytes(
        SuiteId::Gm,
        &unhex::<65>(
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
             ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
        ),
    )
    .expect("a point");
    let signature = Signature(unhex(
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
         b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    ));
    assert_eq!(both(&public, b"message digest", &signature), Ok(()));
    assert_eq!(both(&public, b"message digesT", &signature), Err(SignatureError::Mismatch));
}

#[test]
fn numbers_out_of_range_are_refused_before_any_arithmetic() {
    let key = key(3);
    let public = key.public_key();
    let good = key.sign(b"m").0;
    let (r, s): ([u8; 32], [u8; 32]) = (good[..32].try_into().expect("32"), good[32..].try_into().expect("32"));
    let n = unhex(ORDER);
    let zero = [0; 32];
    let bad = [
        joined(zero, s),
        joined(r, zero),
        joined(n, s),
        joined(r, n),
        joined([0xff; 32], s),
        joined(r, [0xff; 32]),
        joined(zero, zero),
        // t = r + s = n
        joined(r, add_mod_n(zero, r, true)),
    ];
    for signature in bad {
        assert_eq!(both(&public, b"m", &signature), Err(SignatureError::Malformed), "{signature}");
    }
}

#[test]
fn every_flipped_bit_of_a_signature_is_refused() {
    let key = key(5);
    let public = key.public_key();
    let good = key.sign(b"approve");
    assert_eq!(both(&public, b"approve", &good), Ok(()));
    let verifier = Verifier::new(SuiteId::Gm, 1);
    verifier.preload(&public);
    for bit in 0..512 {
        let mut bad = good;
        bad.0[bit / 8] ^= 1 << (bit % 8);
        assert!(verifier.verify(&public, b"approve", &bad).is_err(), "table path, bit {bit}");
        assert!(verify(SuiteId::Gm, &public, b"approve", &bad).is_err(), "stock path, bit {bit}");
    }
}

#[test]
fn a_sum_at_infinity_is_refused() {
    // With r = e and s = -r·d/(1+d) the point [s]G + [r+s]P is infinity, whose "x = 0" would satisfy r = e + x.
    use sm2::elliptic_curve::{PrimeField, ops::Reduce};
    use sm3::Digest;
    let secret = [9; 32];
    let key = SigningKey::from_bytes(SuiteId::Gm, &secret).expect("in range");
    let public = key.public_key();
    let z = {
        let mut h = sm3::Sm3::new();
        h.update([0, 128]);
        h.update("1234567812345678");
        h.update(
            hex::decode(concat!(
                "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
                "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
                "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
                "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
            ))
            .expect("hex"),
        );
        h.update(&public.as_bytes()[1..]);
        h.finalize()
    };
    let e: [u8; 32] = sm3::Sm3::new().chain_update(z).chain_update(b"forged").finalize().into();
    let r = sm2::Scalar::reduce(&sm2::FieldBytes::from(e));
    let d = sm2::Scalar::from_repr(secret.into()).expect("below n");
    let s = -(r * d) * (d + sm2::Scalar::ONE).invert().expect("d is not n - 1");
    let forged = joined(r.to_repr().into(), s.to_repr().into());
    assert_eq!(both(&public, b"forged", &forged), Err(SignatureError::Mismatch));
}

#[test]
fn bytes_that_are_no_point_are_no_key() {
    let good = key(7).public_key();
    let mut off_curve = good.as_bytes().to_vec();
    off_curve[64] ^= 1;
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &off_curve), Err(KeyError::NotOnCurve));
    let mut compressed_tag = good.as_bytes().to_vec();
    compressed_tag[0] = 2;
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &compressed_tag), Err(KeyError::NotOnCurve));
    let mut hybrid_tag = good.as_bytes().to_vec();
    hybrid_tag[0] = 6 | (hybrid_tag[64] & 1);
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &hybrid_tag), Err(KeyError::NotOnCurve));
    let mut zero = vec![0; 65];
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &zero), Err(KeyError::NotOnCurve));
    zero[0] = 4;
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &zero), Err(KeyError::NotOnCurve));
    let mut beyond_p = vec![0xff; 65];
    beyond_p[0] = 4;
    assert_eq!(PublicKey::from_bytes(SuiteId::Gm, &beyond_p), Err(KeyError::NotOnCurve));
    assert!(matches!(PublicKey::from_bytes(SuiteId::Gm, &[4; 33]), Err(KeyError::Length { .. })));
    // The Ed25519 point of order 1 verifies rubbish; it is weak and refused.
    let mut weak = [0; 32];
    weak[0] = 1;
    assert_eq!(PublicKey::from_bytes(SuiteId::Intl, &weak), Err(KeyError::NotOnCurve));
    assert!(serde_json::from_value::<PublicKey>(hex::encode(off_curve).into()).is_err(), "serde checks as well");
    let read: PublicKey = serde_json::from_value(good.to_string().into()).expect("a point");
    assert_eq!(read, good);
}

#[test]
fn a_key_of_the_other_suite_is_refused() {
    let ed = SigningKey::generate(SuiteId::Intl).expect("random bytes");
    let signature = ed.sign(b"m");
    let wrong = SignatureError::WrongSuite { expected: SuiteId::Gm };
    assert_eq!(verify(SuiteId::Gm, &ed.public_key(), b"m", &signature), Err(wrong));
    assert_eq!(Verifier::new(SuiteId::Gm, 4).verify(&ed.public_key(), b"m", &signature), Err(wrong));
    assert_eq!(verify(SuiteId::Intl, &ed.public_key(), b"m", &signature), Ok(()));
    let verifier = Verifier::new(SuiteId::Intl, 4);
    for _ in 0..4 {
        assert_eq!(verifier.verify(&ed.public_key(), b"m", &signature), Ok(()));
        assert_eq!(verifier.verify(&ed.public_key(), b"n", &signature), Err(SignatureError::Mismatch));
    }
}

#[test]
fn a_key_gets_its_table_at_its_second_good_signature() {
    let verifier = Verifier::new(SuiteId::Gm, 2);
    let key_a = key(11);
    let public = key_a.public_key();
    let (good, bad) = (key_a.sign(b"m"), key_a.sign(b"other"));
    for _ in 0..3 {
        assert!(verifier.verify(&public, b"m", &bad).is_err());
    }
    assert_eq!(verifier.stats().tables, 0, "rubbish buys no table");
    assert_eq!(verifier.verify(&public, b"m", &good), Ok(()));
    assert_eq!(verifier.stats().tables, 0);
    assert_eq!(verifier.verify(&public, b"m", &good), Ok(()));
    assert_eq!(verifier.stats().tables, 1);
    assert_eq!(verifier.verify(&public, b"m", &good), Ok(()));
    assert_eq!(verifier.stats().by_table, 1);
    assert_eq!(verifier.stats().by_stock, 5);
    for seed in 12..16 {
        verifier.preload(&key(seed).public_key());
    }
    assert_eq!(verifier.stats().tables, 2, "the least recently used tables leave");
    assert_eq!(verifier.verify(&public, b"m", &good), Ok(()), "a key without its table still verifies");
}

#[test]
fn a_verifier_is_shared_between_threads() {
    let verifier = Arc::new(Verifier::new(SuiteId::Gm, 2));
    let keys: Vec<_> = (20..24).map(key).collect();
    let signed: Vec<_> = keys.iter().map(|k| (k.public_key(), k.sign(b"m"))).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (public, signature) in signed.iter().cycle().take(24) {
                    assert_eq!(verifier.verify(public, b"m", signature), Ok(()));
                    assert!(verifier.verify(public, b"n", signature).is_err());
                }
            });
        }
    });
}

#[test]
fn a_secret_key_does_not_print() {
    let key = key(31);
    let secret = hex::encode(*key.to_bytes());
    assert!(!format!("{key:?}").contains(&secret[..8]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn both_paths_accept_what_a_key_signed(
        secret in prop::array::uniform32(1..0xfe_u8),
        message in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let key = SigningKey::from_bytes(SuiteId::Gm, &secret).expect("in range");
        prop_assert_eq!(both(&key.public_key(), &message, &key.sign(&message)), Ok(()));
    }

    #[test]
    fn both_paths_agree_on_arbitrary_numbers(
        seed in 1..4_u8,
        r in prop::array::uniform32(any::<u8>()),
        s in prop::array::uniform32(any::<u8>()),
        keep in any::<[bool; 2]>(),
    ) {
        // Half of the cases keep r or s of a good signature.
        let key = key(seed);
        let good = key.sign(b"m").0;
        let mut bytes = joined(r, s);
        if keep[0] { bytes.0[..32].copy_from_slice(&good[..32]); }
        if keep[1] { bytes.0[32..].copy_from_slice(&good[32..]); }
        prop_assert_eq!(both(&key.public_key(), b"m", &bytes).is_ok(), keep == [true, true]);
    }

    #[test]
    fn small_and_boundary_scalars_sign_and_verify(low in 1..40_u8, high in 2..40_u8, message in any::<[u8; 4]>()) {
        // Keys next to 0 and to n make the exceptional cases of point addition likely.
        let mut small = [0; 32];
        small[31] = low;
        let mut large: [u8; 32] = unhex(ORDER);
        large[31] -= high.min(0x22);
        for secret in [small, large] {
            let key = SigningKey::from_bytes(SuiteId::Gm, &secret).expect("in range");
            prop_assert_eq!(both(&key.public_key(), &message, &key.sign(&message)), Ok(()));
        }
    }
}
