//! Cross-checks before anything is released: counts, transcripts, and everything in the bins of the canaries.

use mpc_core::multiplex::Ring;

use super::message::Check;
use super::points::Public;
use super::sizes::Sizes;
use crate::run::link::Transcripts;
use crate::run::{CanaryOutcome, PsiError, Role, link};

/// A side's shares of match bits and products, and what is agreed about them.
pub(super) struct Shares<'a> {
    pub(super) sizes: &'a Sizes,
    pub(super) public: &'a Public,
    pub(super) columns: &'a [Ring],
    /// One bit per bin.
    pub(super) bits: &'a [u64],
    /// One number per bin and column.
    pub(super) products: &'a [u64],
}

impl Shares<'_> {
    /// The number of the canary in each bin that holds one.
    pub(super) fn controls(sizes: &Sizes, public: &Public) -> Vec<Option<u32>> {
        let mut controls = vec![None; sizes.bins()];
        for control in 0..sizes.controls() {
            controls[public.bins.control(control)] = Some(control as u32);
        }
        controls
    }

    /// The own part of the sums over all bins but the canaries'.
    pub(super) fn totals(&self) -> Vec<u64> {
        let columns = self.columns.len();
        let mut totals = vec![0u64; columns];
        for row in self.products.chunks_exact(columns) {
            totals.iter_mut().zip(row).for_each(|(total, share)| *total = total.wrapping_add(*share));
        }
        for control in 0..self.sizes.controls() {
            let row = &self.products[self.public.bins.control(control) * columns..][..columns];
            totals.iter_mut().zip(row).for_each(|(total, share)| *total = total.wrapping_sub(*share));
        }
        totals.iter_mut().zip(self.columns).for_each(|(total, ring)| *total = ring.reduce(*total));
        totals
    }

    /// What this side states.
    pub(super) fn check(&self, transcripts: Transcripts, flip: u8) -> Check {
        let columns = self.columns.len();
        let (mut bits, mut products) = (vec![], vec![]);
        for control in 0..self.sizes.controls() {
            let bin = self.public.bins.control(control);
            bits.push((self.bits[bin / 64] >> (bin % 64) & 1) as u8);
            products.extend_from_slice(&self.products[bin * columns..][..columns]);
        }
        let counts = [self.sizes.bins() as u64, self.sizes.queries as u64, self.sizes.points as u64];
        Check { counts, sent: transcripts.sent, received: transcripts.received, flip, bits, products }
    }

    /// Compares what both sides state: every joint canary matches and carries its numbers, no private one matches and all
    /// its numbers are zero, both sides have the same counts and transcripts.
    pub(super) fn compare(&self, role: Role, ours: &Check, theirs: &Check) -> Result<CanaryOutcome, PsiError> {
        let names = ["the number of bins", "the number of queries", "the number of targets"];
        let counts: Vec<_> = (0..3).map(|i| (names[i], ours.counts[i], theirs.counts[i])).collect();
        let transcripts = |check: &Check| Transcripts { sent: check.sent, received: check.received };
        link::check_confirm(role, &counts, transcripts(ours), transcripts(theirs))?;
        let (joint, columns) = (self.sizes.joint, self.columns.len());
        let matched = |control: usize| ours.bits[control] ^ theirs.bits[control] == 1;
        let found = (0..joint).filter(|control| matched(*control)).count();
        if found != joint {
            return Err(PsiError::CanaryLost { found: found as u16, expected: joint as u16 });
        }
        if (joint..self.sizes.controls()).any(matched) {
            return Err(PsiError::CanaryForged);
        }
        for control in 0..self.sizes.controls() {
            for (column, ring) in self.columns.iter().enumerate() {
                let at = control * columns + column;
                let product = ring.reduce(ours.products[at].wrapping_add(theirs.products[at]));
                let known = if control < joint { self.public.control_value(control, column) } else { 0 };
                if product != ring.reduce(known) {
                    return Err(PsiError::CanaryPayload);
                }
            }
        }
        let private = self.sizes.private as u16;
        Ok(CanaryOutcome { joint_found: joint as u16, private_absent: private, peer_private_present: private })
    }
}
