//! How large everything is. Follows from the headers alone.

use mpc_core::cuckoo::CuckooParams;
use mpc_core::gmw::{Conjunction, SignBit, slices};
use mpc_core::okvs::{self, Binary, Field};
use mpc_core::vole::Security;
use mpc_core::{silent_ot, vole};

use crate::run::wire::Fields;
use crate::run::{Header, PsiError};

/// Own fields of the header after those of the coin: minimum and digest of the question.
#[cfg(test)]
pub(super) const HEADER_BYTES: usize = 8 + 32;
/// Bytes of the coin's fields in front of them.
const COIN_BYTES: usize = 4 + 32;
/// Bins at most: compared values have 64 bits.
const BINS_MAX: usize = 1 << 24;
/// Transfers of a run at least: below, its messages cost more than they carry.
const TRANSFERS_MIN: u32 = 1 << 10;

/// Sizes of a run, equal on both sides.
#[derive(Debug, Clone)]
pub(super) struct Sizes {
    /// The sender's cuckoo table.
    pub(super) cuckoo: CuckooParams,
    /// Bins that hold canaries, known to both: first joint ones, then private ones.
    pub(super) joint: usize,
    pub(super) private: usize,
    /// The sender's items and canaries.
    pub(super) queries: usize,
    /// The receiver's items in three bins each, and canaries.
    pub(super) points: usize,
    /// The sender's table of the pseudorandom function.
    pub(super) table: okvs::Params<Field>,
    pub(super) vole: vole::Layout,
    /// The receiver's programmed targets.
    pub(super) hint: okvs::Params<Binary>,
    /// Bits of a target.
    pub(super) bits: u32,
    /// Runs of bit transfers for the gates.
    pub(super) gates: silent_ot::Layout,
    pub(super) gate_runs: u32,
    /// One transfer per bin for the products, one more for the release.
    pub(super) products: silent_ot::Layout,
}

impl Sizes {
    pub(super) fn of(transfers: u32, receiver: &Header, sender: &Header) -> Result<Self, PsiError> {
        let too_many = || PsiError::Setting {
            name: "items",
            value: sender.items.max(receiver.items),
            expected: "at most 13,000,000 of the sender and 300,000,000 of the receiver can be aggregated",
        };
        let count = |items: u64| usize::try_from(items).map_err(|_| too_many());
        let (joint, private) =
            (usize::from(receiver.params.joint_canaries), usize::from(receiver.params.private_canaries));
        let cuckoo = CuckooParams::for_items(count(sender.items)?).map_err(|_| too_many())?;
        let controls = joint + private;
        let bins = cuckoo.bins() + controls;
        if bins > BINS_MAX {
            return Err(too_many());
        }
        let queries = count(sender.items)? + controls;
        let points = count(receiver.items)?.checked_mul(3).ok_or_else(too_many)? + controls;
        let table = okvs::Params::low_traffic(queries).map_err(|_| too_many())?;
        let vole = vole::Layout::new(table.table_len(), Security::Malicious).map_err(|_| too_many())?;
        let hint = okvs::Params::binary_low_traffic(points).map_err(|_| too_many())?;
        // Some bin of the sender hits the target by chance with probability 2^−statistical_bits.
        let bits = (receiver.params.statistical_bits + usize::BITS - (bins - 1).leading_zeros()).min(64);
        let words = Conjunction::transfer_words(slices::row_words(bins), bits as usize) + SignBit::TRANSFER_WORDS;
        let needed = words as u64 * 64;
        let gate_runs = needed.div_ceil(u64::from(transfers.max(TRANSFERS_MIN)));
        // Whole words each.
        let each = needed.div_ceil(gate_runs).next_multiple_of(64);
        let gates = silent_ot::Layout::new(each as usize, Security::Malicious).map_err(|_| too_many())?;
        let products = silent_ot::Layout::new(bins + 1, Security::Malicious).map_err(|_| too_many())?;
        let gate_runs = u32::try_from(gate_runs).map_err(|_| too_many())?;
        Ok(Self { cuckoo, joint, private, queries, points, table, vole, hint, bits, gates, gate_runs, products })
    }

    /// Canaries.
    pub(super) fn controls(&self) -> usize {
        self.joint + self.private
    }

    /// Bins, those of the canaries included.
    pub(super) fn bins(&self) -> usize {
        self.cuckoo.bins() + self.controls()
    }

    /// Bits of a target that count.
    pub(super) fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.bits)
    }
}

/// Both headers must ask the same.
pub(super) fn check_question(ours: &Header, theirs: &Header) -> Result<(), PsiError> {
    let read = |header: &Header| -> Result<(u64, [u8; 32]), PsiError> {
        let mut fields = Fields::new("header", &header.more);
        fields.bytes(COIN_BYTES)?;
        let asked = (fields.u64()?, fields.array()?);
        fields.end()?;
        Ok(asked)
    };
    let ((ours, digest), (theirs, other)) = (read(ours)?, read(theirs)?);
    if ours != theirs {
        return Err(PsiError::ParameterMismatch { name: "min_group", ours, theirs });
    }
    if digest != other {
        return Err(PsiError::WrongQuestion);
    }
    Ok(())
}
