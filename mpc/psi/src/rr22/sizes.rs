//! How large everything is. Follows from the headers alone, so that no size tells anything of an item.

use mpc_core::okvs::{self, Field};
use mpc_core::vole::{self, Security};

use crate::run::{Header, PsiError, RunConfig};

/// Sizes of a run, equal on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Sizes {
    /// Kind of security.
    pub(crate) security: Security,
    /// How many buckets.
    pub(crate) buckets: u32,
    /// Entries of the receiver that a bucket takes.
    pub(crate) receiver_max: usize,
    /// Tags of every bucket.
    pub(crate) sender_max: usize,
    /// The receiver's table of every bucket.
    pub(crate) table: okvs::Params<Field>,
    /// The VOLE of every bucket.
    pub(crate) vole: vole::Layout,
    /// Bits of a tag.
    pub(crate) tag_bits: u32,
}

impl Sizes {
    pub(crate) fn of(
        security: Security,
        bucket_items: u32,
        receiver: &Header,
        sender: &Header,
    ) -> Result<Self, PsiError> {
        let bits = receiver.params.statistical_bits;
        let buckets = receiver.total().max(sender.total()).div_ceil(u64::from(bucket_items)).max(1);
        let capacity = |total| capacity(total, buckets);
        let (receiver_max, sender_max) = (capacity(receiver.total()), capacity(sender.total()));
        let too_large = |_| PsiError::Setting {
            name: "bucket_items",
            value: u64::from(bucket_items),
            expected: "fewer are possible",
        };
        let table = okvs::Params::for_items(receiver_max as usize).map_err(|_| too_large(()))?;
        let vole = vole::Layout::new(table.table_len(), security).map_err(|_| too_large(()))?;
        let tag_bits = match security {
            Security::Malicious => 128,
            // Pairs of which a wrong one could be reported: own items only when there is one bucket, since a canary
            // that matches what it should not ends the run; otherwise also the sender's random tags.
            Security::SemiHonest if buckets == 1 => bits + ceil_log2(receiver.items, sender.items, 1),
            Security::SemiHonest => bits + ceil_log2(receiver_max, sender_max, buckets),
        };
        let buckets = u32::try_from(buckets).map_err(|_| too_large(()))?;
        let (receiver_max, sender_max) = (receiver_max as usize, sender_max as usize);
        Ok(Self { security, buckets, receiver_max, sender_max, table, vole, tag_bits: tag_bits.min(128) })
    }

    pub(crate) fn malicious(&self) -> bool {
        self.security == Security::Malicious
    }

    /// Values that the receiver sends in all.
    pub(crate) fn values(&self) -> u64 {
        self.table.table_len() as u64 * u64::from(self.buckets)
    }

    /// Tags that the sender sends in all.
    pub(crate) fn tags(&self) -> u64 {
        self.sender_max as u64 * u64::from(self.buckets)
    }
}

/// Most items that a receiver can bring into a run, however it encodes them, when it announces `receiver_items` and the
/// sender `sender_items`: the unknowns of all tables. A receiver that follows the protocol encodes what it announced; one
/// that does not can give every unknown an equation (RR22, "malicious slack").
///
/// # Errors
/// When no run has these sizes.
pub fn encodable_items(receiver_items: u64, sender_items: u64, config: &RunConfig) -> Result<u64, PsiError> {
    let own = u64::from(config.params.joint_canaries) + u64::from(config.params.private_canaries);
    let (receiver, sender) = (receiver_items.saturating_add(own), sender_items.saturating_add(own));
    let buckets = receiver.max(sender).div_ceil(u64::from(config.bucket_items)).max(1);
    let too_many = || PsiError::PeerSetTooLarge { items: receiver_items, max: crate::item::ITEMS_MAX as u64 };
    let items = usize::try_from(capacity(receiver, buckets)).map_err(|_| too_many())?;
    let table = okvs::Params::<Field>::for_items(items).map_err(|_| too_many())?;
    Ok(buckets.saturating_mul(table.table_len() as u64))
}

/// ⌈log2(a·b·c)⌉, 0 when a factor is.
pub(crate) fn ceil_log2(a: u64, b: u64, c: u64) -> u32 {
    let product = u128::from(a) * u128::from(b) * u128::from(c);
    u128::BITS - product.saturating_sub(1).leading_zeros()
}

/// The entries that a bucket must take so that, of `total` entries thrown into `buckets` buckets, some bucket gets
/// more with probability below 2^−40.
///
/// Bernstein: a bucket gets μ + t with probability at most exp(−t²/(2(μ + t/3))). With L = ln 2·(40 + log2 buckets)
/// that is t = L/3 + √(L²/9 + 2Lμ), about 7.5·√μ. In whole numbers, so that every machine gets the same.
pub(crate) fn capacity(total: u64, buckets: u64) -> u64 {
    if buckets == 1 {
        return total;
    }
    let mean = total.div_ceil(buckets);
    let bits = 40 + u64::from(u64::BITS - (buckets - 1).leading_zeros());
    let natural = (bits * 694).div_ceil(1000);
    let spare = natural.div_ceil(3) + (natural * natural / 9 + 2 * natural * mean).isqrt() + 2;
    total.min(mean + spare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_half_a_percent_to_spare_at_two_million() {
        let (mean, buckets) = (1u64 << 21, 8);
        let spare = capacity(mean * buckets, buckets) - mean;
        let sigmas = spare as f64 / (mean as f64).sqrt();
        assert!((7.4..8.0).contains(&sigmas), "{sigmas}");
        assert!((spare as f64) < 0.006 * mean as f64);
        assert_eq!(capacity(1_000, 1), 1_000);
        assert_eq!(capacity(3, 1_000), 3);
    }

    #[test]
    fn tag_bits_round_up() {
        assert_eq!(ceil_log2(1 << 20, 1 << 20, 1), 40);
        assert_eq!(ceil_log2((1 << 20) + 1, 1 << 20, 1), 41);
        assert_eq!((ceil_log2(0, 7, 1), ceil_log2(1, 1, 1), ceil_log2(3, 1, 1)), (0, 0, 2));
        assert!(ceil_log2(1 << 31, 1 << 31, 1) <= 62);
    }

    #[test]
    fn no_bucket_overflows_in_many_random_partitions() {
        let mut prg = mpc_core::CommittedSeed::from_bytes(&[9; 64]).prg("balls", b"");
        for (total, buckets) in [(1_000u64, 16u64), (4_096, 3), (20_000, 64)] {
            let most = capacity(total, buckets);
            for _ in 0..200 {
                let mut load = vec![0u64; buckets as usize];
                (0..total).for_each(|_| load[prg.below(buckets as u32) as usize] += 1);
                assert!(load.iter().all(|load| *load <= most));
            }
        }
    }
}
