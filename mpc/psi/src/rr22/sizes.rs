//! How large everything is. Follows from the headers alone, so that no size tells anything of an item.

use mpc_core::Gf128;
use mpc_core::gf128::SUBFIELD_BITS;
use mpc_core::okvs::{self, Binary, Field, Value};
use mpc_core::silent::{Layout, Subvalues, Values};
use mpc_core::vole::Security;

use super::form::{Form, Of, Shape, Variant, same};
use crate::run::{Header, PsiError, RunConfig};

/// Up to how many entries a bucket has bins of four times the usual size: the table is still small, and 8 % shorter.
const SMALL: u64 = 1 << 17;
/// Those larger bins.
const SMALL_BIN_ITEMS: usize = 1 << 16;

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
    /// The receiver's table and the VOLE of every bucket.
    pub(crate) shape: Of<Shape<Field, Values>, Shape<Binary, Subvalues>>,
    /// Bits of a tag.
    pub(crate) tag_bits: u32,
}

impl Sizes {
    pub(crate) fn of(
        variant: Variant,
        bucket_items: u32,
        receiver: &Header,
        sender: &Header,
    ) -> Result<Self, PsiError> {
        let Variant { form, security } = variant;
        let bits = receiver.params.statistical_bits;
        let buckets = receiver.total().max(sender.total()).div_ceil(u64::from(bucket_items)).max(1);
        let capacity = |total| capacity(total, buckets);
        let (receiver_max, sender_max) = (capacity(receiver.total()), capacity(sender.total()));
        let too_large = |_| PsiError::Setting {
            name: "bucket_items",
            value: u64::from(bucket_items),
            expected: "fewer are possible",
        };
        let items = receiver_max as usize;
        let shape = match form {
            Form::Fast => {
                let small = receiver_max <= SMALL;
                let table = if small {
                    okvs::Params::with(items, SMALL_BIN_ITEMS, okvs::STATISTICAL_BITS)
                } else {
                    okvs::Params::for_items(items)
                };
                let table = table.map_err(|_| too_large(()))?;
                Of::Fast(Shape { table, vole: Layout::new(table.table_len(), security).map_err(|_| too_large(()))? })
            }
            Form::Low => {
                // A value of an item that the receiver does not hold is right by chance with probability 2^−64.
                let most = 1u64.checked_shl(SUBFIELD_BITS - bits).unwrap_or(u64::MAX);
                if sender.items > most {
                    let expected = "2^(64 − statistical_bits) is possible in the low-traffic form";
                    return Err(PsiError::Setting { name: "items of the sender", value: sender.items, expected });
                }
                let table = okvs::Params::binary_low_traffic(items).map_err(|_| too_large(()))?;
                Of::Low(Shape { table, vole: Layout::new(table.table_len(), security).map_err(|_| too_large(()))? })
            }
        };
        let tag_bits = match security {
            Security::Malicious => 128,
            // Pairs of which a wrong one could be reported: own items only when there is one bucket, since a canary
            // that matches what it should not ends the run; otherwise also the sender's random tags.
            Security::SemiHonest if buckets == 1 => bits + ceil_log2(receiver.items, sender.items, 1),
            Security::SemiHonest => bits + ceil_log2(receiver_max, sender_max, buckets),
        };
        let buckets = u32::try_from(buckets).map_err(|_| too_large(()))?;
        let (receiver_max, sender_max) = (receiver_max as usize, sender_max as usize);
        Ok(Self { security, buckets, receiver_max, sender_max, shape, tag_bits: tag_bits.min(128) })
    }

    pub(crate) fn malicious(&self) -> bool {
        self.security == Security::Malicious
    }

    /// Values of the table of every bucket.
    pub(crate) fn table_len(&self) -> usize {
        same!(&self.shape, shape => shape.table.table_len())
    }

    /// Bytes of a value of a table on the wire.
    pub(crate) fn value_bytes(&self) -> usize {
        match self.shape {
            Of::Fast(_) => <Gf128 as Value>::BYTES,
            Of::Low(_) => <u64 as Value>::BYTES,
        }
    }

    /// Values that the receiver sends in all.
    pub(crate) fn values(&self) -> u64 {
        self.table_len() as u64 * u64::from(self.buckets)
    }

    /// Tags that the sender sends in all.
    pub(crate) fn tags(&self) -> u64 {
        self.sender_max as u64 * u64::from(self.buckets)
    }
}

/// Most items that a receiver can bring into a run, however it encodes them, when it announces `receiver_items` and the
/// sender `sender_items`: the unknowns of all tables. A receiver that follows the protocol encodes what it announced; one
/// that does not can give every unknown an equation (RR22, "malicious slack"), and by search perhaps one in a hundred more
/// (docs/protocols/rr22-psi.md, "The low-traffic form"), which is not counted here.
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
