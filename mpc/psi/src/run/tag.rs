//! Tags: truncated outputs of a pseudorandom function.

/// A tag in the upper bytes of an integer, zeros below.
pub(crate) type Tag = u128;

/// The key that seals the payload of an item.
pub(crate) type SealKey = [u8; 32];

/// A tag from its bytes on the wire (at most 16).
pub(crate) fn read(bytes: &[u8]) -> Tag {
    let mut wide = [0u8; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    Tag::from_be_bytes(wide)
}

/// The bytes of a tag on the wire.
pub(crate) fn write(tag: Tag, tag_bytes: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&tag.to_be_bytes()[..tag_bytes]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_survive_the_wire() {
        let mut bytes = Vec::new();
        let tag = read(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        write(tag, 9, &mut bytes);
        assert_eq!(bytes, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(read(&bytes), tag);
    }
}
