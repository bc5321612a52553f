//! SM3 (GB/T 32905-2016) of many messages of one length: sixteen at a time in the lanes of AVX-512, one after another
//! elsewhere. What transcripts hash their leaves with.

#[cfg(target_arch = "x86_64")]
mod x86;

use sm3::{Digest, Sm3};

use crate::cpu::Kernel;

/// Messages that are hashed at a time.
pub const LANES: usize = 16;
/// Bytes of a block.
const BLOCK_BYTES: usize = 64;
/// Bytes of a digest.
pub const DIGEST_BYTES: usize = 32;

/// The digests of messages of `N` bytes, a multiple of 64. Fastest for a multiple of [`LANES`] messages.
pub fn sm3_each<const N: usize>(messages: &[[u8; N]]) -> Vec<[u8; DIGEST_BYTES]> {
    sm3_each_with(Kernel::chosen(), messages)
}

fn sm3_each_with<const N: usize>(kernel: Kernel, messages: &[[u8; N]]) -> Vec<[u8; DIGEST_BYTES]> {
    const { assert!(N.is_multiple_of(BLOCK_BYTES), "messages are whole blocks") }
    let mut out = Vec::with_capacity(messages.len());
    let rest = match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Vaes(detected) => {
            let (groups, rest) = messages.as_chunks::<LANES>();
            groups.iter().for_each(|group| out.extend(x86::digests(detected, group)));
            rest
        }
        _ => messages,
    };
    out.extend(rest.iter().map(|message| <[u8; DIGEST_BYTES]>::from(Sm3::digest(message))));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const N: usize>(count: usize) {
        let messages: Vec<[u8; N]> = (0..count)
            .map(|i| std::array::from_fn(|j| ((i * 7919 + j * 31 + i * j + (j >> 6) * 5) % 251) as u8))
            .collect();
        let expected: Vec<[u8; 32]> = messages.iter().map(|message| Sm3::digest(message).into()).collect();
        for kernel in Kernel::available() {
            assert_eq!(sm3_each_with(kernel, &messages), expected, "{kernel:?}: {count} of {N} bytes");
        }
    }

    #[test]
    fn every_kernel_gives_the_digests_of_single_messages() {
        for count in [0, 1, 15, 16, 17, 32, 50] {
            check::<0>(count);
            check::<64>(count);
            check::<128>(count);
            check::<4096>(count);
        }
    }

    #[test]
    fn all_lanes_give_the_digest_of_the_standard() {
        // GB/T 32905-2016, example 2: "abcd" sixteen times.
        let message: [u8; 64] = *b"abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";
        let expected = hex::decode("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732").unwrap();
        for kernel in Kernel::available() {
            assert!(sm3_each_with(kernel, &[message; LANES]).iter().all(|digest| digest[..] == expected));
        }
    }

    #[test]
    fn bits_of_every_value_pass_through_every_lane() {
        let mut messages = [[0u8; 64]; LANES];
        for (lane, message) in messages.iter_mut().enumerate() {
            message[lane * 4] = 0xff;
            message[63 - lane] ^= 0x81;
        }
        let expected: Vec<[u8; 32]> = messages.iter().map(|message| Sm3::digest(message).into()).collect();
        for kernel in Kernel::available() {
            assert_eq!(sm3_each_with(kernel, &messages), expected);
        }
    }
}
