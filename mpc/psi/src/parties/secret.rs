//! Keys that members share, and the pseudorandom function under them.

use mpc_core::{FixedKeyAes, Gf128};
use sm3::{Digest, Sm3};
use zeroize::{Zeroize, Zeroizing};

/// AES-128 under a secret key, which is overwritten when dropped.
pub(crate) struct SecretAes(FixedKeyAes);

impl SecretAes {
    /// The function of one purpose under a common secret.
    pub(crate) fn derive(secret: &[u8; 32], purpose: &[u8], number: u8) -> Self {
        let digest = Zeroizing::new(<[u8; 32]>::from(
            Sm3::new()
                .chain_update(b"shuzheng/psi/parties/key/1")
                .chain_update(secret)
                .chain_update([purpose.len() as u8])
                .chain_update(purpose)
                .chain_update([number])
                .finalize(),
        ));
        let mut key = Zeroizing::new([0; 16]);
        key.copy_from_slice(&digest[..16]);
        Self(FixedKeyAes::new(*key))
    }
}

impl Drop for SecretAes {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Blocks that go through the cipher at a time.
const BLOCK: usize = 256;

/// sums\[i\] ← sums\[i\] + AES_k(keys\[i\]).
pub(crate) fn add_prf(aes: &SecretAes, keys: &[Gf128], sums: &mut [Gf128]) {
    let mut room = [Gf128::ZERO; BLOCK];
    for (keys, sums) in keys.chunks(BLOCK).zip(sums.chunks_mut(BLOCK)) {
        let room = &mut room[..keys.len()];
        room.copy_from_slice(keys);
        aes.0.permute(room);
        for (sum, value) in sums.iter_mut().zip(room.iter()) {
            *sum ^= *value;
        }
    }
    room.zeroize();
}
