//! Cross-check with the OpenSSL on this machine (3.0 or later, with SM2): what we sign it accepts, what it
//! signs we accept. OpenSSL is a build requirement of the project on Debian; without it these tests fail
//! and say so.

use std::path::Path;
use std::process::{Command, Stdio};

use ledger_crypto::{PublicKey, Signature, SigningKey, SuiteId, verify};

const USER_ID: &str = "distid:1234567812345678";

fn openssl(dir: &Path, arguments: &[&str]) -> (bool, Vec<u8>) {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(dir)
        .stdin(Stdio::null())
        .output()
        .expect("the openssl command line tool is installed");
    (output.status.success(), output.stdout)
}

/// SEC 1 private key of the curve 1.2.156.10197.1.301, in DER (RFC 5915).
fn sec1_der(key: &SigningKey) -> Vec<u8> {
    let oid = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
    let mut body = vec![0x02, 0x01, 0x01, 0x04, 0x20];
    body.extend_from_slice(&*key.to_bytes());
    body.extend_from_slice(&[0xa0, oid.len() as u8]);
    body.extend_from_slice(&oid);
    body.extend_from_slice(&[0xa1, 68, 0x03, 66, 0x00]);
    body.extend_from_slice(key.public_key().as_bytes());
    let mut der = vec![0x30, body.len() as u8];
    der.extend_from_slice(&body);
    der
}

/// SEQUENCE { INTEGER r, INTEGER s }
fn to_der(signature: &Signature) -> Vec<u8> {
    let mut body = Vec::new();
    for half in signature.0.chunks(32) {
        let start = half.iter().position(|b| *b != 0).unwrap_or(31);
        let padded = half[start] >= 0x80;
        body.extend_from_slice(&[0x02, (32 - start + usize::from(padded)) as u8]);
        if padded {
            body.push(0);
        }
        body.extend_from_slice(&half[start..]);
    }
    let mut der = vec![0x30, body.len() as u8];
    der.extend_from_slice(&body);
    der
}

fn from_der(der: &[u8]) -> Signature {
    assert_eq!((der[0], usize::from(der[1])), (0x30, der.len() - 2));
    let (mut out, mut rest) = ([0; 64], &der[2..]);
    for half in out.chunks_mut(32) {
        assert_eq!(rest[0], 0x02);
        let (number, tail) = rest[2..].split_at(usize::from(rest[1]));
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        half[32 - number.len()..].copy_from_slice(number);
        rest = tail;
    }
    Signature(out)
}

struct Room {
    dir: tempfile::TempDir,
    key: SigningKey,
}

impl Room {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let key = SigningKey::generate(SuiteId::Gm).expect("random bytes");
        std::fs::write(dir.path().join("key.der"), sec1_der(&key)).expect("written");
        let made = openssl(dir.path(), &["pkey", "-inform", "DER", "-in", "key.der", "-out", "key.pem"]);
        assert!(made.0, "OpenSSL reads our key");
        let made = openssl(dir.path(), &["pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem"]);
        assert!(made.0);
        Self { dir, key }
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.dir.path().join(name), bytes).expect("written");
    }

    fn openssl_accepts(&self) -> bool {
        openssl(
            self.dir.path(),
            &[
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "pub.pem",
                "-rawin",
                "-digest",
                "sm3",
                "-in",
                "message",
                "-sigfile",
                "signature",
                "-pkeyopt",
                USER_ID,
            ],
        )
        .0
    }
}

#[test]
fn openssl_accepts_our_signatures_and_refuses_them_for_another_message() {
    let room = Room::new();
    for message in [&b""[..], b"abc", &[0xa5; 1000]] {
        room.write("message", message);
        room.write("signature", &to_der(&room.key.sign(message)));
        assert!(room.openssl_accepts(), "{} bytes", message.len());
    }
    room.write("message", b"another");
    assert!(!room.openssl_accepts());
}

#[test]
fn we_accept_the_signatures_of_openssl() {
    let room = Room::new();
    let public: PublicKey = room.key.public_key();
    for message in [&b""[..], b"abc", &[0x5a; 1000]] {
        room.write("message", message);
        let made = openssl(
            room.dir.path(),
            &[
                "pkeyutl",
                "-sign",
                "-inkey",
                "key.pem",
                "-rawin",
                "-digest",
                "sm3",
                "-in",
                "message",
                "-out",
                "signature",
                "-pkeyopt",
                USER_ID,
            ],
        );
        assert!(made.0, "OpenSSL signs");
        let signature = from_der(&std::fs::read(room.dir.path().join("signature")).expect("a signature"));
        assert_eq!(verify(SuiteId::Gm, &public, message, &signature), Ok(()));
        assert!(verify(SuiteId::Gm, &public, b"another", &signature).is_err());
    }
}

#[test]
fn openssl_gives_the_same_sm3() {
    let dir = tempfile::tempdir().expect("a directory");
    for length in [0, 1, 55, 56, 63, 64, 65, 1000] {
        let data: Vec<u8> = (0..length).map(|i| (i * 7) as u8).collect();
        std::fs::write(dir.path().join("data"), &data).expect("written");
        let (done, digest) = openssl(dir.path(), &["dgst", "-sm3", "-binary", "data"]);
        assert!(done);
        assert_eq!(SuiteId::Gm.hash(&[&data]).as_bytes()[..], digest[..], "{length} bytes");
    }
}
