//! SM3 (GB/T 32905-2016) of many messages: sixteen at a time in the lanes of AVX-512, one after another elsewhere. What
//! transcripts hash their leaves with, and datasets their rows.

#[cfg(target_arch = "x86_64")]
mod x86;

use sm3::{Digest, Sm3};

use crate::cpu::Kernel;

/// Messages that are hashed at a time.
pub const LANES: usize = 16;
/// Bytes of a block.
#[cfg(target_arch = "x86_64")]
const BLOCK_BYTES: usize = 64;
/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 32;
/// Fewer messages than this are hashed sooner one after another: a block of all lanes costs as much as about so many.
#[cfg(target_arch = "x86_64")]
const GROUP_MIN: usize = 4;

/// The digests of messages of any lengths, in their order. Fastest for a multiple of [`LANES`] messages of as many blocks.
pub fn sm3_each<M: AsRef<[u8]>>(messages: &[M]) -> Vec<[u8; DIGEST_BYTES]> {
    sm3_each_with(Kernel::chosen(), messages)
}

fn sm3_each_with<M: AsRef<[u8]>>(kernel: Kernel, messages: &[M]) -> Vec<[u8; DIGEST_BYTES]> {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => by_groups(detected, messages),
        _ => messages.iter().map(|message| Sm3::digest(message).into()).collect(),
    }
}

#[cfg(target_arch = "x86_64")]
fn by_groups<M: AsRef<[u8]>>(detected: crate::cpu::Vaes, messages: &[M]) -> Vec<[u8; DIGEST_BYTES]> {
    let bytes = |i: &usize| messages[*i].as_ref();
    // The lanes of a group wait for its longest message: messages of as many blocks go together.
    let mut order: Vec<usize> = (0..messages.len()).collect();
    order.sort_by_key(|i| blocks(bytes(i).len()));
    let mut out = vec![[0; DIGEST_BYTES]; messages.len()];
    for group in order.chunks(LANES) {
        if group.len() < GROUP_MIN {
            group.iter().for_each(|i| out[*i] = Sm3::digest(bytes(i)).into());
            continue;
        }
        let lanes = std::array::from_fn(|lane| group.get(lane).map_or(&[][..], bytes));
        for (i, digest) in group.iter().zip(x86::digests(detected, &lanes)) {
            out[*i] = digest;
        }
    }
    out
}

/// Blocks of a message of `len` bytes with its padding: a one bit, zeros, eight bytes of length (§5.2).
#[cfg(target_arch = "x86_64")]
fn blocks(len: usize) -> usize {
    len / BLOCK_BYTES + 1 + usize::from(len % BLOCK_BYTES > BLOCK_BYTES - 9)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<M: AsRef<[u8]>>(messages: &[M]) {
        let expected: Vec<[u8; 32]> = messages.iter().map(|message| Sm3::digest(message).into()).collect();
        for kernel in Kernel::available() {
            assert_eq!(sm3_each_with(kernel, messages), expected, "{kernel:?}: {} messages", messages.len());
        }
    }

    fn check_length<const N: usize>(count: usize) {
        let byte = |i: usize, j: usize| ((i * 7919 + j * 31 + i * j + (j >> 6) * 5) % 251) as u8;
        let messages: Vec<[u8; N]> = (0..count).map(|i| std::array::from_fn(|j| byte(i, j))).collect();
        check(&messages);
    }

    #[test]
    fn every_kernel_gives_the_digests_of_single_messages() {
        for count in [0, 1, 3, 4, 15, 16, 17, 32, 50] {
            check_length::<0>(count);
            check_length::<33>(count);
            check_length::<55>(count);
            check_length::<56>(count);
            check_length::<64>(count);
            check_length::<65>(count);
            check_length::<128>(count);
            check_length::<4096>(count);
        }
    }

    #[test]
    fn every_length_beside_every_other_gives_its_own_digest() {
        let messages: Vec<Vec<u8>> = (0..300).map(|n| (0..n).map(|j| (n * 3 + j) as u8).collect()).collect();
        check(&messages);
        let falling: Vec<&Vec<u8>> = messages.iter().rev().collect();
        check(&falling);
    }

    proptest! {
        #[test]
        fn messages_of_any_lengths_keep_their_places(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..400), 0..70),
        ) {
            check(&messages);
        }
    }

    #[test]
    fn all_lanes_give_the_digest_of_the_standard() {
        // GB/T 32905-2016, examples 1 and 2: "abc", and "abcd" sixteen times.
        for (message, digest) in [
            (b"abc".to_vec(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (b"abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
        ] {
            let expected = hex::decode(digest).unwrap();
            for kernel in Kernel::available() {
                let digests = sm3_each_with(kernel, &[&message; LANES]);
                assert!(digests.len() == LANES && digests.iter().all(|digest| digest[..] == expected));
            }
        }
    }

    #[test]
    fn bits_of_every_value_pass_through_every_lane() {
        let mut messages = [[0u8; 64]; LANES];
        for (lane, message) in messages.iter_mut().enumerate() {
            message[lane * 4] = 0xff;
            message[63 - lane] ^= 0x81;
        }
        check(&messages);
    }
}
