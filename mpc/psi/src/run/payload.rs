//! Columns of matched rows, sealed so that only a match opens them.

use aes_gcm::aead::AeadInPlace;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};

use super::tag::SealKey;

/// Length prefix inside the sealed payload.
const LENGTH_BYTES: usize = 4;
/// AES-GCM's own tag.
const AUTH_BYTES: usize = 16;

/// Where the sender's payloads come from: bytes per item, all padded to one width on the wire.
///
/// What the bytes mean is between the two parties (for several rows of one key, encode them all).
pub trait PayloadSource: Send + Sync {
    /// The longest payload there is; becomes public.
    fn bytes_max(&self) -> u32;

    /// Appends the payload of an item, by its position in the item set.
    fn append(&self, item: usize, out: &mut Vec<u8>);
}

/// Payloads in memory: one buffer and where each ends.
#[derive(Default)]
pub struct PayloadArena {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    longest: usize,
}

impl PayloadArena {
    /// An empty arena.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the payload of the next item.
    pub fn push(&mut self, payload: &[u8]) {
        self.bytes.extend_from_slice(payload);
        self.ends.push(self.bytes.len());
        self.longest = self.longest.max(payload.len());
    }

    /// How many payloads.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl PayloadSource for PayloadArena {
    fn bytes_max(&self) -> u32 {
        u32::try_from(self.longest).unwrap_or(u32::MAX)
    }

    fn append(&self, item: usize, out: &mut Vec<u8>) {
        if let Some(end) = self.ends.get(item) {
            let start = item.checked_sub(1).map_or(0, |before| self.ends[before]);
            out.extend_from_slice(&self.bytes[start..*end]);
        }
    }
}

impl Drop for PayloadArena {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.bytes);
    }
}

impl std::fmt::Debug for PayloadArena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PayloadArena({} payloads)", self.ends.len())
    }
}

/// Bytes of a sealed payload of the given width.
pub(crate) fn sealed_bytes(width: u32) -> usize {
    width as usize + LENGTH_BYTES + AUTH_BYTES
}

/// Nonces: a key belongs to one item of one session and seals one payload in each direction.
const FORWARD: [u8; 12] = [0; 12];
const BACK: [u8; 12] = [1; 12];

/// Seals `plain`, padded to `width`, appending to `out`. The key belongs to one item of one session and
/// seals nothing else in this direction, so the nonce may be constant. `false` when `plain` is wider than `width`.
pub(crate) fn seal(key: &SealKey, context: &[u8; 32], plain: &[u8], width: u32, out: &mut Vec<u8>) -> bool {
    seal_under(&FORWARD, key, context, plain, width, out)
}

/// The same for what the receiver gives back.
pub(crate) fn seal_returned(key: &SealKey, context: &[u8; 32], plain: &[u8], width: u32, out: &mut Vec<u8>) -> bool {
    seal_under(&BACK, key, context, plain, width, out)
}

fn seal_under(
    nonce: &[u8; 12],
    key: &SealKey,
    context: &[u8; 32],
    plain: &[u8],
    width: u32,
    out: &mut Vec<u8>,
) -> bool {
    let Some(len) = u32::try_from(plain.len()).ok().filter(|len| *len <= width) else {
        return false;
    };
    let start = out.len();
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(plain);
    out.resize(start + LENGTH_BYTES + width as usize, 0);
    let tag = Aes256Gcm::new(key.into())
        .encrypt_in_place_detached(Nonce::from_slice(nonce), context, &mut out[start..])
        .expect("a frame is far below the 64 GiB that AES-GCM takes");
    out.extend_from_slice(&tag);
    true
}

/// Opens a sealed payload of the given width and appends it to `out`; gives its length, or `None` when it
/// was not sealed under this key.
pub(crate) fn open(key: &SealKey, context: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    open_under(&FORWARD, key, context, sealed, out)
}

/// The same for what the receiver gave back.
pub(crate) fn open_returned(key: &SealKey, context: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    open_under(&BACK, key, context, sealed, out)
}

fn open_under(nonce: &[u8; 12], key: &SealKey, context: &[u8; 32], sealed: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let (body, tag) = sealed.split_at_checked(sealed.len().checked_sub(AUTH_BYTES)?)?;
    let mut body = zeroize::Zeroizing::new(body.to_vec());
    Aes256Gcm::new(key.into())
        .decrypt_in_place_detached(Nonce::from_slice(nonce), context, &mut body, Tag::from_slice(tag))
        .ok()?;
    let (len, padded) = body.split_first_chunk::<LENGTH_BYTES>()?;
    let plain = padded.get(..u32::from_be_bytes(*len) as usize)?;
    out.extend_from_slice(plain);
    Some(plain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_opens_under_its_key_and_context_only_and_all_have_one_width() {
        let (key, context) = ([7u8; 32], [1u8; 32]);
        for plain in [b"".as_slice(), b"a", b"exactly ten"] {
            let mut sealed = vec![];
            assert!(seal(&key, &context, plain, 11, &mut sealed));
            assert_eq!(sealed.len(), sealed_bytes(11));
            let mut out = vec![];
            assert_eq!(open(&key, &context, &sealed, &mut out), Some(plain.len()));
            assert_eq!(out, plain);
            assert_eq!(open(&[8; 32], &context, &sealed, &mut out), None);
            assert_eq!(open(&key, &[2; 32], &sealed, &mut out), None);
            for i in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[i] ^= 1;
                assert_eq!(open(&key, &context, &changed, &mut out), None);
            }
            assert_eq!(open(&key, &context, &sealed[..10], &mut out), None);
            // What goes one way does not open the other way.
            assert_eq!(open_returned(&key, &context, &sealed, &mut out), None);
            let mut back = vec![];
            assert!(seal_returned(&key, &context, plain, 11, &mut back) && back != sealed);
            out.clear();
            assert_eq!((open_returned(&key, &context, &back, &mut out), &*out), (Some(plain.len()), plain));
            assert_eq!(open(&key, &context, &back, &mut out), None);
        }
        assert!(!seal(&key, &context, b"twelve bytes", 11, &mut vec![]));
    }

    #[test]
    fn an_arena_gives_back_what_was_pushed() {
        let mut arena = PayloadArena::new();
        for payload in ["", "abc", "de", ""] {
            arena.push(payload.as_bytes());
        }
        let get = |i| {
            let mut out = vec![];
            arena.append(i, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!((0..5).map(get).collect::<Vec<_>>(), ["", "abc", "de", "", ""]);
        assert_eq!(arena.bytes_max(), 3);
    }
}
